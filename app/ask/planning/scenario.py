"""Does the question tell of an injection and want its codes? Pure.

Who describes an injection gets its codes, whatever else is asked of it: the code leads
where it is asked for, and follows where only its units, modifiers or partners are.
"""

import re

from app.ask.planning.bundling import images
from app.ask.subject import DECLINED, OUTSIDE, said_of_procedure
from app.ask.turn import Reading
from knowledge.codebook import Codebook
from knowledge.facts import Procedure

CODE_ASKED = re.compile(
    r"(?<!icd )(?<!dx )(?<!diagnosis )(?<!drug )(?<!j )(?<!hcpcs )(?<!icd-10 )"
    r"\b(?:codes?|cpts?|coded|coding)\b(?!\s*(?:family|title|set of))"
    r"|\bhow (?:is|are|do|does|would|should|to)\b.{0,40}\b(?:bill|report|claim|laid out|written)\w*"
    r"|\b(?:what|which) (?:may|can|do|does|should|would|goes|is|are|gets|pair)\b.{0,40}"
    r"\b(?:bill\w*|report\w*|submit\w*|claim|right|codes?)\b"
    r"|\bbill what\b|\bwhat now\b|\bclaim look|\blines? look|\bhow many lines\b",
    re.I,
)
BESIDE = ("modifiers", "units", "bundling", "coverage", "payment")
"""Topics still answered beside the codes."""
FOLLOWING = ("modifiers", "units", "bundling", "compare")
"""Topics that the codes follow when they were not asked for."""


def with_codes(topics: tuple[str, ...], reading: Reading, book: Codebook) -> tuple[str, ...]:
    """The topics, with the selection of codes where an injection is described."""
    if not tells(reading) or set(reading.topics) & {*DECLINED} or reading.never_ours:
        return topics
    others = tuple(t for t in topics if t in BESIDE)
    if reading.modifiers and "modifiers" not in others:
        others = ("modifiers", *others)
    if images(reading.codes, book):
        others = tuple(dict.fromkeys(("bundling", *others)))
    elif "bundling" in others and (not reading.whether or reading.codes):
        others = tuple(t for t in others if t != "bundling")
    if wants_code(topics, reading, book):
        return ("code_selection", *others)
    if not topics or set(reading.topics) & {*OUTSIDE}:
        return ("code_selection",)
    if topics[0] in FOLLOWING:
        return (*topics, "code_selection")
    return topics


def wants_code(topics: tuple[str, ...], reading: Reading, book: Codebook) -> bool:
    """Is the code asked for, in words, by naming codes, or by nothing else being asked?"""
    if "code_selection" in topics[:1] or CODE_ASKED.search(reading.text):
        return True
    named = [c for c in reading.codes if c in book.every_code]
    return bool(set(named) - set(images(reading.codes, book))) and (
        topics[:1] in (("bundling",), ("compare",), ("units",), ("documentation",), ())
        or len(named) > 1
    )


def tells(reading: Reading) -> bool:
    """Is an injection described: how the needle or catheter went in, and where?"""
    return said_of_procedure(reading) > 1 and any(_placed(p) for p in reading.procedures)


def _placed(procedure: Procedure) -> bool:
    how = procedure.approach or procedure.technique or procedure.unclear
    where = procedure.levels or procedure.region or procedure.approach == "caudal"
    return bool(how and (where or "region" in procedure.unclear))
