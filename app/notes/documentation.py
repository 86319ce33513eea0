"""Which elements of a note are found, with their words; which are missing or unclear. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from app.ask import patterns
from app.notes.devices import serviced
from app.notes.facts import Quote, Treated, quoted
from app.notes.plain import Plain
from app.notes.sections import Sections
from app.notes.times import CLAUSES, RUN_ON_LENGTH
from app.notes.words import NoteWords, compiled
from knowledge.codebook import Codebook
from knowledge.decisions import Decided
from knowledge.facts import Frozen
from knowledge.word_rows import NoteElementRow

DOSE = re.compile(r"\d(?:[\d.,]*)\s*(?:mg|mcg|ug|ml|cc|milligram\w*|milliliter\w*|g\b|%)", re.I)
SCORE = re.compile(
    r"\b\d{1,2}(?:\.\d)?\s*(?:/|out of|of)\s*(?:10|ten)\b|\b(?:nrs|vas|nprs|pain|score|odi|ndi"
    r"|baseline)\b[^.;\n]{0,28}?(?<![\w-])\d{1,3}\b(?!-)(?!\s*(?:years?|yrs?|months?|weeks?|days?|hours?"
    r"|hrs?|min\w*|mg|mcg|ml|cc|gauge|g\b|levels?|times|injections?|% (?:relief|better)))"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)"
    r" out of (?:10|ten)\b",
    re.I,
)
BESIDE = 40
"""How far from its word a figure may stand in a sentence dictated without stops."""
APART = re.compile(r",\s+|\s+but\s+|;\s*")
"""A denial reaches no further: "no complications, images saved"."""
Status = Literal["found", "missing", "unclear"]
SKIN = re.compile(
    r"\b(?:skin|wheal|subcutaneous\w*|superficial|numbed|anesthetiz\w+|infiltrat\w+|test dose)\b"
    r"(?!.*\b(?:steroid|dexa\w*|depo\w*|methylpred\w*|triamcin\w*|kenalog|betameth\w*|celestone)\b)",
    re.I | re.S,
)

OF_NEEDLES = ("saved-images", "contrast")
"""Elements of a needle under guidance: the refill of a pump has none."""


class Element(Frozen):
    """One element of the documentation."""

    id: str
    element: str
    status: Status
    quote: Quote | None = None
    query: str = ""


def elements(
    plain: Plain,
    found: Sections,
    words: NoteWords,
    treated: Sequence[Treated],
    happened: set[str],
    book: Codebook,
) -> tuple[Element, ...]:
    """Every element asked of the procedures of the note, in the table's order."""
    rows = sorted(words.elements, key=lambda row: row.rank)
    return tuple(
        _element(row, plain, found, treated, words)
        for row in rows
        if _asked(row, treated, happened, book)
    )


def _asked(
    row: NoteElementRow, treated: Sequence[Treated], happened: set[str], book: Codebook
) -> bool:
    if row.when and not set(row.when) & happened:
        return False
    families = {book.code(c).family for one in treated for c in _codes(one)}
    if treated and all(serviced(one) for one in treated) and (row.fact or row.id in OF_NEEDLES):
        return False
    if row.families and not set(row.families) & families:
        return False
    return not row.sided or any(_sided(one) for one in treated)


def _codes(one: Treated) -> tuple[str, ...]:
    result = one.call.result if one.call else None
    if isinstance(result, Decided):
        return tuple(line.code for line in result.codes)
    return getattr(result, "candidates", ())


def _sided(one: Treated) -> bool:
    """Is it of a kind that has sides: through a foramen, or unknown but one-sided?"""
    return one.procedure.approach == "transforaminal" or "laterality" in one.procedure.unclear


def _element(
    row: NoteElementRow,
    plain: Plain,
    found: Sections,
    treated: Sequence[Treated],
    words: NoteWords,
) -> Element:
    status, quote = _of_fact(row, treated) if row.fact else _of_words(row, plain, found, words)
    return Element(id=row.id, element=row.element, status=status, quote=quote, query=row.query)


def _of_fact(row: NoteElementRow, treated: Sequence[Treated]) -> tuple[Status, Quote | None]:
    """A fact is found when every procedure has it."""
    if not treated:
        return "missing", None
    if any(row.fact in one.procedure.unclear for one in treated):
        return "unclear", None
    proved = [one.facts[row.fact] for one in treated if row.fact in one.facts]
    regional = row.fact == "levels" and all(_hiatus(one) for one in treated)
    if len(proved) < len(treated) and not regional:
        return "missing", None
    if not proved:
        proved = [o.facts["approach"] for o in treated if "approach" in o.facts]
    if not proved:
        return "found", None
    return "found", Quote(**proved[0].model_dump(exclude={"value"}))


def _hiatus(one: Treated) -> bool:
    """The sacral hiatus is the level of a caudal injection."""
    return one.procedure.approach == "caudal"


def _of_words(
    row: NoteElementRow, plain: Plain, found: Sections, words: NoteWords
) -> tuple[Status, Quote | None]:
    shows, denies = compiled(row.shows), compiled(row.denies) if row.denies else None
    weak: Quote | None = None
    for start, end in _sentences(found):
        sentence = plain.text[start:end]
        if row.of_work and _foretold(sentence, words):
            continue
        if denies and any(denies.search(piece) for piece in APART.split(sentence)):
            told = quoted(plain, start, end)
            return ("missing" if row.id != "contrast" else _withheld(sentence)), told
        if row.figure and SKIN.search(sentence):
            # what numbs the skin is not what was injected
            continue
        coded = row.coded and any(patterns.diagnoses(sentence, set()))
        if not coded and not shows.search(sentence):
            continue
        at = quoted(plain, *_clause(sentence, shows, start))
        figure = DOSE if row.figure else SCORE if row.scored else None
        if figure is None or _figured(sentence, shows, figure):
            return "found", at
        weak = weak or at
    return ("unclear", weak) if weak else ("missing", None)


def _clause(sentence: str, shows: re.Pattern[str], at: int) -> tuple[int, int]:
    """The sentence, or of one dictated without stops what stands around the words that show it."""
    match = shows.search(sentence)
    if len(sentence) <= RUN_ON_LENGTH or match is None:
        return at, at + len(sentence)
    cuts = [0, *(m.end() for m in CLAUSES.finditer(sentence)), len(sentence)]
    start = max(c for c in cuts if c <= match.start())
    stop = min(c for c in cuts if c >= match.end())
    return at + start, at + stop


def _figured(sentence: str, shows: re.Pattern[str], figure: re.Pattern[str]) -> bool:
    """Does the figure stand in the sentence, and in a long one near what it is of?"""
    if len(sentence) <= RUN_ON_LENGTH:
        return bool(figure.search(sentence))
    return any(
        figure.search(sentence[max(0, m.start() - BESIDE) : m.end() + BESIDE])
        for m in shows.finditer(sentence)
    )


def _withheld(sentence: str) -> Status:
    """Contrast left out with its reason is documented."""
    reason = re.search(
        r"\b(?:allerg\w+|anaphyla\w+|because|due to|pregnan\w+|contraindicat\w+|renal|kidney"
        r"|iodine|reaction|since|gadolinium|shellfish|egfr)\b",
        sentence,
        re.I,
    )
    return "found" if reason else "unclear"


def _foretold(sentence: str, words: NoteWords) -> bool:
    """Is the sentence of consent or of a plan, and not of the work?"""
    told = any(words.cue(cue, sentence) for cue in ("consent", "planned"))
    return told and len(sentence) <= RUN_ON_LENGTH


def _sentences(found: Sections) -> Iterator[tuple[int, int]]:
    for part in found.parts:
        if part.kind not in ("consent",):
            yield part.start, part.end
