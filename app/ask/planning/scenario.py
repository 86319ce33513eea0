"""Does the question tell of an injection and want its codes? Pure.

Who describes an injection gets its codes, whatever else is asked of it: the code leads
where it is asked for, and follows where only its units, modifiers or partners are.
"""

import re
from collections.abc import Sequence

from app.ask.pair_asked import at_other_time
from app.ask.patterns import asks_alike
from app.ask.planning.bundling import images
from app.ask.planning.session import INJECTIONS, JOINED
from app.ask.planning.told import alike, codes_told_of, further, told_of
from app.ask.subject import DECLINED, OUTSIDE, charges_imaging, said_of_procedure, select
from app.ask.turn import Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Decided, Undecided
from knowledge.facts import Procedure

CODE_ASKED = re.compile(
    r"(?<!icd )(?<!dx )(?<!diagnosis )(?<!drug )(?<!j )(?<!hcpcs )(?<!icd-10 )"
    r"(?<!that )(?<!this )\b(?:codes?|cpts?|coded|coding)\b(?!\s*(?:family|title|set of))"
    r"|\bhow (?:is|are|do|does|would|should|to)\b.{0,40}\b(?:bill|report|claim|laid out|written)\w*"
    r"|\b(?:what|which) (?:may|can|do|does|should|would|goes|is|are|gets|pair)\b.{0,40}"
    r"\b(?:bill\w*|report\w*|submit\w*|claim|right|codes?)\b"
    r"|\bbill what\b|\bwhat now\b|\bclaim look|\blines? look|\bhow many lines\b",
    re.I,
)
ASKS = re.compile(
    r"\?|\b(?:what|which|how|why|when|who|where|need\w*|must|should|does|is there)\b", re.I
)
OF_PROCEDURE = re.compile(r"\bcpts?\b|\bprocedure codes?\b|\bbill(?:s|ed|ing)?\b", re.I)
EITHER_CODE = re.compile(
    r"\b[A-Z]?\d{4,5}\s*(?:x\s?\d\s*)?(?:,|/|or\b|vs\.?|versus)+\s*(?:or\s*)?[A-Z]?\d{4,5}\b"
    r"|\bsays? \d{5}\b.{0,40}\bsays? \d{5}\b",
    re.I | re.S,
)
"""One code or another."""
BESIDE = ("modifiers", "units", "bundling", "coverage", "payment")
"""Topics still answered beside the codes."""
FOLLOWING = ("modifiers", "units", "bundling", "compare")
"""Topics that the codes follow when they were not asked for."""
ALREADY = ("prior_authorization", "payment", "coverage", "documentation", "diagnosis")
"""Topics asked about a code that is known."""


def with_codes(topics: tuple[str, ...], reading: Reading, book: Codebook) -> tuple[str, ...]:
    """The topics, with the selection of codes where an injection is described."""
    if not tells(reading) or set(reading.topics) & {*DECLINED} or _foreign(reading):
        return topics
    if topics[:1] == ("utilisation",) or at_other_time(reading, book):
        return topics
    if topics == ("bundling",) and charges_imaging(reading, book):
        return topics
    if topics[:1] == ("denials",) and not CODE_ASKED.search(reading.text):
        return topics
    if topics[:1] == ("compare",) and asks_alike(reading.text) and len(reading.procedures) > 1:
        # whether two things share a code turns on no fact that both leave open
        return topics
    if topics[:1] == ("diagnosis",) and _of_diagnosis(reading):
        return tuple(t for t in topics if t != "code_selection")
    named = tuple(c for c in reading.codes if c not in images(reading.codes, book))
    ours = codes_told_of(reading, book)
    either = EITHER_CODE.search(reading.text)
    kinds = any(p.kind for p in reading.procedures)
    foreign_kind = not set(named) <= alike(reading, book)
    if kinds and not either and foreign_kind and topics[:1] == ("bundling",) and len(named) > 1:
        return topics
    strangers = [c for c in named if c not in ours and c in book.every_code]
    if kinds and strangers and set(named) & ours and not either:
        # a code of this procedure beside one of another: the two are asked about together
        return tuple(dict.fromkeys(("bundling", *topics)))
    injections = [c for c in named if c in ours]
    all_kinds = all(p.kind for p in reading.procedures)
    others_named = images(tuple(c for c in reading.billed if c not in ours), book)
    if (
        all(p.kind for p in reading.procedures)
        and others_named
        and reading.whether
        and injections
        and not reading.modifiers
    ):
        return tuple(dict.fromkeys(("bundling", *topics)))
    right, open_ = _results(reading, book)
    if _of_known_code(topics, reading, injections, right, open_, book):
        return topics
    unplaced = not right and not any(p.levels for p in reading.procedures)
    if unplaced and injections and all(c not in book.codes for c in injections):
        # what became of a code that is gone
        return ("compare",)
    others = _others(topics, reading, book)
    proposed = (
        bool(named) and set(named) <= alike(reading, book) and not set(named) & (right | open_)
    )
    if all_kinds and right and proposed and reading.whether:
        return ("code_selection", *others)
    if either and set(named) & (right | open_):
        return ("code_selection", *others)
    beside = reading.other_procedure or set(named) - set(injections)
    foreign = bool(named) and not injections and all(map(INJECTIONS.match, named))
    instead = foreign and not reading.other_procedure and not JOINED.search(reading.text)
    if instead and reading.whether:
        return ("code_selection", *others)
    wrong = set(injections) - right - open_
    clear = not reading.whether or CODE_ASKED.search(reading.text)
    if wrong and not beside:
        return ("code_selection", *others)
    if (images(reading.codes, book) or beside) and reading.whether and not clear:
        return tuple(dict.fromkeys(("bundling", *topics, "code_selection")))
    if beside and "code_selection" not in topics[:1] and not CODE_ASKED.search(reading.text):
        return topics
    if wants_code(topics, reading, injections, open_):
        return ("code_selection", *others)
    if not topics or set(reading.topics) & {*OUTSIDE}:
        return ("code_selection",)
    if topics[0] in FOLLOWING:
        return (*topics, "code_selection")
    return topics


def _of_diagnosis(reading: Reading) -> bool:
    """Is the code asked for, or asked about, that of the diagnosis?"""
    if reading.codes or OF_PROCEDURE.search(reading.text):
        return False
    about = {"header", "indications", "excludes"} & set(reading.aspects)
    if reading.diagnoses and about:
        return True
    told = any(p.approach or p.kind for p in reading.procedures) and not reading.diagnoses
    return "diagnosis" in reading.settled and not (told and CODE_ASKED.search(reading.text))


def _foreign(reading: Reading) -> bool:
    """Is it about a procedure that is none of ours, and not just about the drug of one?"""
    return reading.never_ours and not reading.served.drugs


def _of_known_code(
    topics: tuple[str, ...],
    reading: Reading,
    injections: Sequence[str],
    right: set[str],
    open_: set[str],
    book: Codebook,
) -> bool:
    """Is something else asked of codes that are named and fit what is told?"""
    unclear = {fact for p in reading.procedures for fact in p.unclear}
    levels = any(p.levels for p in reading.procedures)
    known = (len(injections) == 1 or not levels) and not CODE_ASKED.search(reading.text)
    if unclear == {"technique"} and known and injections and set(injections) <= open_:
        return True
    if not injections or unclear or reading.other_days:
        return False
    if topics[:1] == ("compare",) and not right and not levels:
        return True
    if topics[:1] == ("compare",) and any(c not in book.codes for c in injections):
        return True
    fits = set(injections) <= right | open_
    if fits and topics[:1] and topics[0] in ALREADY:
        return True
    if len(reading.procedures) > 1 and len(injections) > 1 and fits and "bundling" in topics:
        return not set(injections) <= right
    return len(injections) == 1 and set(injections) <= open_ and "code_selection" not in topics


def _others(topics: tuple[str, ...], reading: Reading, book: Codebook) -> tuple[str, ...]:
    """What is answered beside the codes."""
    others = tuple(t for t in topics if t in BESIDE)
    if reading.modifiers and "modifiers" not in others:
        others = ("modifiers", *others)
    if images(reading.codes, book):
        return tuple(dict.fromkeys(("bundling", *others)))
    if "bundling" in others and (not reading.whether or reading.codes):
        return tuple(t for t in others if t != "bundling")
    return others


def _results(reading: Reading, book: Codebook) -> tuple[set[str], set[str]]:
    """The codes that are decided, and those that stay possible."""
    right: set[str] = set()
    open_: set[str] = set()
    for procedure in told_of(reading):
        result = select(procedure, book).result
        if isinstance(result, Decided):
            right |= {line.code for line in result.codes}
            if procedure.kind and not procedure.levels:
                right |= further(right, book)
        elif isinstance(result, Undecided):
            open_ |= set(result.candidates)
    return right, open_


def wants_code(
    topics: tuple[str, ...], reading: Reading, injections: Sequence[str], open_: set[str]
) -> bool:
    """Is the code asked for, in words, by naming codes, or by nothing else being asked?"""
    if "code_selection" in topics[:1] or CODE_ASKED.search(reading.text):
        return True
    if any(p.unclear for p in reading.procedures) and set(injections) <= open_:
        asked_else = topics[:1] and topics[0] in ALREADY and "?" in reading.text
        return bool(injections) or not asked_else
    if not reading.whether and not ASKS.search(reading.text) and not injections:
        # a note, or a procedure in telegram style: its codes are wanted
        return bool(reading.guessed or set(topics[:1]) & {"diagnosis", "documentation"})
    if not injections:
        return False
    return len(injections) > 1 or topics[:1] in (
        ("bundling",), ("compare",), ("units",), ("documentation",), ()
    )  # fmt: skip


def tells(reading: Reading) -> bool:
    """Is an injection described: how the needle or catheter went in, and where?"""
    said = said_of_procedure(reading) + max(len(p.unclear) for p in reading.procedures)
    levels = any(p.levels for p in reading.procedures)
    if EITHER_CODE.search(reading.text) and said > 1 and levels:
        return True
    if CODE_ASKED.search(reading.text) and said > 1:
        return (
            any(p.approach or p.kind or p.unclear for p in reading.procedures) or not reading.codes
        )
    return said > 1 and any(_placed(p) for p in reading.procedures)


def _placed(procedure: Procedure) -> bool:
    if procedure.kind:
        return True
    how = procedure.approach or procedure.technique or procedure.unclear
    where = procedure.levels or procedure.region or procedure.approach == "caudal"
    return bool(how and (where or "region" in procedure.unclear))
