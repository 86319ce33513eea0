"""Does a note show that work was done? By kinds of evidence, never by one word. Pure.

The kinds are rows of notes.toml: a needle that went in, a drug that was given, a patient made
ready, what the contrast and the images showed, how it went. A note that also talks of procedures
of another time has to show two kinds; no note without any is a note of work.
"""

import re
from typing import Literal

from app.notes.sections import Sections
from app.notes.times import Told
from app.notes.words import NoteWords, mentions_of

BESIDE = ("outcome", "anesthesia", "drugs")
"""Sections that show work beside the title and the account."""
MEASURED = re.compile(
    r"\d(?:[\d.,]*)\s*(?:mg|mcg|ug|ml|cc|milligram\w*|milliliter\w*|units)\b", re.I
)
OF_A_VEIN = re.compile(r"\s*(?:iv\b|i\.v\.|angiocath|saline lock|hep)", re.I)
"""A cannula for the drip is no needle of the procedure."""
FIGURE_BEFORE = re.compile(r"\d\s*(?:of\s+)?$")
FIGURE_AFTER = re.compile(r"[\s:=-]{0,2}(?:x\s*)?\d|\s+\w+\s+(?:mg|milligrams)\b", re.I)
KINDS = ("entry", "given", "prepared", "seen", "outcome")
BARE = {"prepared", "outcome", "guided"}
"""Kinds that a visit without a procedure shows as well."""
STOPPED = {"discontinued", "called_off"}
SEVERAL = 2
Strength = Literal["shown", "doubtful", "none"]
"""Doubtful: a procedure is named beside a word or two of work, too little for a claim line."""


def of_work(found: Sections, told: Told, words: NoteWords) -> Strength:
    """How surely is it shown that a procedure was done?"""
    kinds = shown(over(told.title, told.done, found.only(*BESIDE)), words)
    if STOPPED & words.situations(found.only("title", "none", "done", "outcome")):
        kinds.add("stopped")
    several = len(kinds) >= SEVERAL
    if bool(kinds - BARE) and (several or not told.talked):
        return "shown"
    if several and not told.talked:
        return "shown"
    return "doubtful" if kinds else "none"


def shown(text: str, words: NoteWords) -> set[str]:
    """The kinds of evidence in a text."""
    kinds = {
        kind
        for kind in KINDS
        if any(not OF_A_VEIN.match(text, end) for _, end in words.found("shown", kind, text))
    }
    if MEASURED.search(text) or _dosed(text, words):
        kinds.add("given")
    if mentions_of(words.lexicon.find(text), "imaging"):
        kinds.add("guided")
    return kinds


def _dosed(text: str, words: NoteWords) -> bool:
    """ "dex 10", "40 of Kenalog": a drug with a bare figure."""
    return any(
        FIGURE_AFTER.match(text, m.end())
        or FIGURE_BEFORE.search(text[max(0, m.start() - 6) : m.start()])
        for m in words.drugs.finditer(text)
    )


def over(*texts: str) -> str:
    """Texts of one length laid over each other."""
    return "".join(next((c for c in chars if c != " "), " ") for chars in zip(*texts, strict=True))
