"""How the parts of a decision are put into words: once, for writer and check alike. Pure."""

import re
from collections.abc import Iterator, Sequence

from app.ask.patterns import asks_barely
from app.ask.turn import Call, Hint, Reading
from knowledge.decisions import Assumed, Decided, Flip, Option, Undecided
from knowledge.guide_rows import ErratumRow

WITH = {
    "imaging": {
        "fluoroscopy or CT": "with fluoroscopy or CT",
        "fluoroscopy": "with fluoroscopy",
        "CT": "with CT",
        "ultrasound": "with ultrasound only",
        "none": "without imaging",
    },
    "technique": {
        "indwelling catheter": "catheter left in past the day",
        "single injection": "single injection",
    },
}


def value_words(fact: str, value: str) -> str:
    """A fact's value as it reads in a line of the conditional table."""
    if fact == "imaging" and value == "ultrasound|none":
        return "ultrasound alone or without fluoroscopy or CT"
    words = WITH.get(fact, {})
    return " or ".join(words.get(v, v) for v in value.split("|"))


SAYS_SO = re.compile(r"(?:yes|no|not|never|only|it depends|rarely)\b", re.I)
"""A verdict that says yes or no itself."""
POLICIES = ("coverage", "prior_authorization", "documentation")
"""Rules whose every question can be asked by naming the thing and a question mark."""
SHORT = {"yes": "Yes: ", "no": "No: ", "depends": "It depends: "}


def answer_line(reading: Reading, call: Call) -> str:
    """The yes or no before a verdict, when one was asked for and it does not say it itself."""
    answer = call.result.answer if isinstance(call.result, Decided) else ""
    asked = reading.whether or (call.tool in POLICIES and asks_barely(reading.text))
    if not answer or not asked or SAYS_SO.match(call.result.verdict):
        return ""
    turned = {"yes": "no", "no": "yes"} if reading.inverse or _turned(reading, call) else {}
    return SHORT[turned.get(answer, answer)]


def _turned(reading: Reading, call: Call) -> bool:
    """Does the question ask for the opposite of what the row's answer is given to?"""
    turns = call.result.turns if isinstance(call.result, Decided) else ()
    words = "|".join(re.escape(t) for t in turns)
    return bool(turns) and re.search(rf"(?<!\w)(?:{words})", reading.text, re.I) is not None


def before(reading: Reading, call: Call) -> str:
    """Everything that stands before a leading verdict."""
    return answer_line(reading, call) + payer_line(reading, call) + against_line(call)


def parts(verdict: str) -> list[str]:
    """The sentences of a verdict that joins several."""
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", verdict)


def option_lines(options: Sequence[Option]) -> list[str]:
    """The conditional table, lines that differ in one fact alone merged."""
    rows = [(dict(o.given), o.codes) for o in options]
    for fact in reversed(list(dict.fromkeys(f for given, _ in rows for f in given))):
        merged: dict[tuple[object, ...], tuple[dict[str, str], tuple[str, ...]]] = {}
        for given, codes in rows:
            rest = tuple(sorted((f, v) for f, v in given.items() if f != fact))
            key = (codes, rest, fact in given)
            if key in merged and fact in given:
                merged[key][0][fact] += "|" + given[fact]
            else:
                merged[key] = (dict(given), codes)
        rows = list(merged.values())
    return [f"{_given(given)}: {' or '.join(codes) or 'no code held'}" for given, codes in rows]


def _given(given: dict[str, str]) -> str:
    text = ", ".join(value_words(f, v) for f, v in given.items())
    return text[:1].upper() + text[1:]


def flip_line(flips: Sequence[Flip], most: int = 4) -> str:
    """What would change the result, in one line."""
    parts = [f"{value_words(f.fact, f.to)}: {f.code or 'no code held'}" for f in flips[:most]]
    return f"It changes if it was {'; '.join(parts)}." if parts else ""


def flip_parts(result: object) -> Iterator[str]:
    """Each flip as a sentence of its own."""
    if isinstance(result, Decided):
        for flip in result.flips:
            yield flip_line((flip,))


def assumed_line(assumed: Sequence[Assumed]) -> str:
    """What silence was taken to mean, in one line."""
    parts = [f"{a.value} ({a.because})" for a in assumed]
    return f"Taken as {'; '.join(parts)}." if parts else ""


def missing_line(result: Undecided) -> str:
    """The questions whose answers decide, and what to do when the note is silent."""
    asked = " ".join(m.question for m in result.missing)
    return f"{asked} If the note does not say, query the clinician."


def contradiction_line(reading: Reading) -> str:
    """Two facts of the question that cannot both be true, in the asker's words."""
    if not reading.contradictions:
        return ""
    c = reading.contradictions[0]
    words = " and ".join(f"'{w}'" for w in c.words)
    return f"The question says both {words}: which was it?"


def hint_line(hint: Hint) -> str:
    """Words of the asker that may state an open fact, asked back."""
    return f"You wrote '{hint.words}': {hint.value}?"


def kept_line(reading: Reading) -> str:
    """What was said in earlier turns and still holds, in one line."""
    told = reading.follows.told if reading.follows else ""
    return f"Still: {told}." if told else ""


def against_line(call: Call) -> str:
    """The codes the question names that its facts exclude."""
    return f"Not {' or '.join(call.against)}. " if call.against else ""


def unheld(reading: Reading, call: Call) -> bool:
    """Is a payer's own rule or fee asked for, of whom no row knows anything?"""
    asked = call.tool in ("coverage", "prior_authorization", "payment")
    return asked and bool(reading.unknown_payer) and isinstance(call.result, Decided)


def payer_line(reading: Reading, call: Call) -> str:
    """A payer no row knows, named as unknown; Medicare's rule called Medicare's."""
    if not reading.unknown_payer or call.tool == "claim":
        return ""
    if call.tool == "prior_authorization":
        return f"Nothing is held for {reading.unknown_payer}, so ask the plan. Commercial plans: "
    if reading.encounter.payer == "commercial":
        return f"Nothing is held for {reading.unknown_payer}; commercial plans in general: "
    return f"Nothing is held for {reading.unknown_payer}; Medicare's rule is: "


GUIDE_LEADS = {
    "": "The guide:",
    "wrong": "The guide is wrong here:",
    "out_of_date": "The guide is out of date here:",
    "imprecise": "The guide, imprecisely:",
    "unverifiable": "The guide, without a source:",
    "payer_dependent": "The guide, where payers differ:",
}
"""What stands before words of the guide, by what is amiss with them."""
ERRATUM_ANSWERS = {
    "wrong": "No: ",
    "out_of_date": "Not any more: ",
    "imprecise": "Only in part: ",
    "unverifiable": "No source backs it: ",
    "payer_dependent": "It depends: ",
}


def guide_lead(kind: str) -> str:
    return GUIDE_LEADS[kind]


NAMES = ("Medicare", "Modifier", "Novitas")


def erratum_answer(reading: Reading, row: ErratumRow) -> str:
    """The correction, with yes or no before it when it is asked whether the statement holds."""
    if not reading.whether or reading.inverse or SAYS_SO.match(row.better):
        return row.better
    opening = row.better.split(" ", 1)[0]
    plain = opening.isalpha() and not opening.isupper() and opening not in NAMES
    better = row.better[0].lower() + row.better[1:] if plain else row.better
    return (SHORT["no"] if row.answer else ERRATUM_ANSWERS[row.kind]) + better


def units_of(call: Call) -> Iterator[str]:
    """Every sentence a decision can back, as the writer would say it."""
    result = call.result
    yield result.verdict
    yield from parts(result.verdict)
    for step in result.steps:
        yield step.because
    for caution in result.cautions:
        yield caution.text
    if isinstance(result, Decided):
        for why in result.why_not:
            yield f"{why.code}: {why.because}"
        yield flip_line(result.flips)
        yield assumed_line(result.assumed)
    if isinstance(result, Undecided):
        yield from option_lines(result.options)
        yield missing_line(result)
        yield assumed_line(result.assumed)
