"""Words without their endings, so that two forms of one word are one. Pure."""

ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ers", "er", "ed")
MORE_ENDINGS = ("es", "s", "ly", "al", "able", "e", "y")
IRREGULAR = {
    "held": "hold", "paid": "pay", "gave": "give", "given": "give", "made": "make", "kept": "keep",
    "left": "leave", "meant": "mean", "met": "meet", "chosen": "choose", "chose": "choose",
    "written": "write", "wrote": "write", "began": "begin", "begun": "begin", "ran": "run",
    "lost": "lose", "sent": "send", "told": "tell", "taken": "take", "took": "take",
    "stood": "stand",
}  # fmt: skip


def stem(word: str) -> str:
    word = IRREGULAR.get(word, word)
    for endings in (ENDINGS, MORE_ENDINGS):
        for ending in endings:
            if word.endswith(ending) and len(word) - len(ending) >= 4:
                word = word[: -len(ending)]
                break
    return word
