"""How the parts of a decision are put into words: once, for writer and check alike. Pure."""

from collections.abc import Iterator, Sequence

from app.ask.headline import SAYS_SO, SHORT, aside, parts
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
    yield from parts(aside(call))
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
