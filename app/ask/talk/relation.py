"""Does a text follow what was said before, or does it stand by itself? Pure."""

from typing import Literal

from app.ask.earlier import Earlier, told
from app.ask.patterns import OPENS_WHETHER, QUESTION_WORD, asks_for_code
from app.ask.subject import CODING
from app.ask.talk.marks import Marks
from app.ask.turn import Reading
from knowledge.codebook import Codebook

Relation = Literal["follows", "repeats", "thanks", "afresh", "apart"]
BOUND = {"same", "correction", "opening", "supposing", "further"}
"""Marks that bind a text to the one before even where it names a subject of its own."""
LOOSE = {*BOUND, "pointing", "more", "first_said", "today"}
KNOWN = 0.72
"""Likeness to a labelled question from which a whole question has the topic of that one."""
SHORT = 9
"""Most words of a text that only its pronouns bind to what was said."""
BESIDE = ("imaging", "moderate sedation", "anesthesia", "contrast", "steroid", "anesthetic")
"""Families of codes that stand beside a procedure."""


def relation(own: Reading, earlier: Earlier, marks: Marks, book: Codebook) -> Relation:
    """How the text stands to what was said; `own` = what it says by itself."""
    anew = "new" in marks.said or ("patient" in marks.said and "same" not in marks.said)
    if anew and "new" not in marks.said and not own.codes and not told(own.procedures):
        # of another patient something is told, and no procedure: it is the same one
        anew = not (says(own) or asks(own, marks))
    if marks.alone("new"):
        return "afresh"
    if anew:
        return "apart" if says(own) or asks(own, marks) else "afresh"
    if _thanks(own, marks):
        return "thanks"
    alone = any(marks.alone(m) for m in ("why", "sure", "where", "repeat", "yes", "no", "unknown"))
    if alone and not told(own.procedures):
        return "repeats"
    if earlier.pending and "habit" in marks.said:
        # what is usually done is not what was done
        return "repeats"
    if earlier.pending and "unknown" in marks.said and not told(own.procedures):
        return "repeats"
    if "proposal" in marks.said and own.codes and len(own.codes) == 1:
        return "follows"
    if stands_alone(own, marks, book):
        return "apart"
    if says(own) or asks(own, marks):
        return "follows"
    bound = marks.said & LOOSE
    return "follows" if bound and len(own.question.text.split()) <= SHORT else "apart"


def _thanks(own: Reading, marks: Marks) -> bool:
    """Thanks, and nothing asked or told beside it."""
    if "thanks" not in marks.said or "?" in own.question.text:
        return False
    return marks.alone("thanks") or not (says(own) or asks(own, marks) or marks.said & BOUND)


def says(own: Reading) -> bool:
    """Does the text state a fact, a code, or anything of the claim?"""
    encounter = own.encounter != own.question.encounter
    return bool(
        told(own.procedures)
        or any(p.unclear for p in own.procedures)
        or own.codes
        or own.diagnoses
        or own.modifiers
        or own.served.drugs
        or own.served.minutes
        or own.measures
        or own.situations
        or own.aspects
        or own.unknown_payer
        or own.year
        or own.rate
        or encounter
    )


def asks(own: Reading, marks: Marks) -> bool:
    """Does a cue word name a topic of ours, or is it nearly a question that is known?"""
    ours = {*CODING, "denials", "denial", "claim"}
    whole = OPENS_WHETHER.search(own.text) or QUESTION_WORD.search(own.text)
    known = own.confidence >= KNOWN and bool(whole) and not marks.said & BOUND
    return bool(own.topics[:1]) and own.topics[0] in ours and (not own.guessed or known)


def own_codes(own: Reading, book: Codebook) -> tuple[str, ...]:
    """The codes named that can be what a question is about, not only beside it."""
    return tuple(c for c in own.codes if not stands_beside(c, book))


def stands_beside(code: str, book: Codebook) -> bool:
    """Is it the code of something that accompanies a procedure?"""
    row = book.every_code.get(code)
    return row[-1].family in BESIDE if row else True


def stands_alone(own: Reading, marks: Marks, book: Codebook) -> bool:
    """Does it name its own code or procedure, with nothing that binds it to what was said?"""
    codes = own_codes(own, book)
    whole = any(p.kind or (p.approach and (p.region or p.levels)) for p in own.procedures)
    if len(own.codes) > 1 and codes and not marks.said & (BOUND | {"more"}):
        return True
    placed = any(p.kind or p.approach or p.region or p.levels for p in own.procedures)
    if placed and asks_for_code(own.text) and not marks.said & BOUND and not _points_first(own):
        return True
    if not codes and not whole:
        return False
    if whole and asks_for_code(own.text) and not marks.said & (BOUND - {"opening"}):
        return True
    return not marks.said & (BOUND | {"more"}) and not _points_first(own)


POINTERS = ("it", "that", "this", "them", "they", "he", "she")


def _points_first(own: Reading) -> bool:
    """Does a pronoun stand before anything that is named?"""
    words = own.text.lower().replace("?", " ").split()
    named = [n for n, w in enumerate(words) if any(c.isdigit() for c in w)]
    first = min(named, default=len(words))
    return any(w.strip(",.;:'") in POINTERS for w in words[:first])
