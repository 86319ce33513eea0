"""Is a code of moderate sedation asked about, and what was told of it? Pure."""

import re
from collections.abc import Iterator

from app.ask.planning.setting import place_of
from app.ask.subject import call
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook

CODES = {"99151", "99152", "99153", "99155", "99156", "99157"}
CODE_ASKED = re.compile(
    r"\bcodes?\b|\bcpts?\b|\bbill\w*\b|\breport\w*\b|\bunits?\b|\bcharg\w+|\bclaim\b|\bcoded\b",
    re.I,
)
NCCI = re.compile(r"\bncci\b|\bbundl\w*|\bedits?\b|\bpair\b|\bmodifier\b|\bcolumn\b", re.I)
RECORD = re.compile(
    r"\bdocument\w*|\bchart\w*|\brecord\w*|\bnote (?:need|show|say)|\bwritten\b"
    r"|\bstart[ /-]*stop\b|\bstart and stop\b"
    r"|\brequire(?:ment|d)s?\b",
    re.I,
)
PAID = re.compile(r"\b(?:pay|pays|paid|payable|cover\w*|reimburs\w*)\b", re.I)
OF_SEDATION = re.compile(
    r"\bsedation\b[^.?]{0,30}\b(?:codes?|cpts?)\b|\bcodes?\b[^.?]{0,24}\bsedation\b", re.I
)
TIME = re.compile(
    r"\bhow long\b|\bminimum\b|\bat least\b|\bhow many min\w*|\bwhen (?:can|may|do|does|is)\b"
    r"|\bthreshold\b|\bhow much time\b|\bfrom (?:what|which) minute\b|\bwhat time\b",
    re.I,
)
WHO = re.compile(
    r"\bwho(?:m|ever)?\s+(?:can|may|could|should|is|gets|would)?\s*(?:allowed |able |supposed )?"
    r"(?:to )?(?:bills?|reports?|codes?|claims?|uses?|charges?)\b",
    re.I,
)
OBSERVER = re.compile(
    r"\bobserver\b|\b(?:nurse|rn)\b[^.;]{0,12}\b(?:monitor\w*|watch\w*|observ\w*)", re.I
)
MONITORED = re.compile(r"\bmac\b|\bmonitored anesthesia|\bpropofol\b|\bdeep sedation\b", re.I)


def sedation_codes(reading: Reading) -> tuple[str, ...]:
    return tuple(c for c in reading.codes if c in CODES)


def asks_sedation(reading: Reading, book: Codebook) -> bool:
    """Is the sedation itself to be coded, rather than its coverage or a pair of codes?"""
    served, text = reading.served, reading.text
    named = sedation_codes(reading)
    spoken = "sedation" in served.all("service") or bool(named)
    if not spoken or (MONITORED.search(text) and not named):
        return False
    others = [c for c in reading.codes if c not in CODES and re.fullmatch(r"\d{5}", c)]
    if others:
        too_short = served.minutes is not None and served.minutes < 10
        asked = bool(CODE_ASKED.search(text) or named) and served.minutes is not None
        return (asked and not NCCI.search(text)) or (bool(named) and too_short)
    if RECORD.search(text) and named:
        return True
    if PAID.search(text) and served.minutes is None and not {"99153", "99157"} & set(named):
        # whether sedation is paid is a matter of the policy
        return bool(named) and _epidural(reading)
    if named:
        return not NCCI.search(text) or len(named) > 1 or served.minutes is not None
    if served.minutes is None:
        return bool(OF_SEDATION.search(text))
    return bool(CODE_ASKED.search(text)) or "?" not in text


def sedation(reading: Reading, book: Codebook) -> Iterator[Call]:
    served, text, encounter = reading.served, reading.text, reading.encounter
    named = sedation_codes(reading)
    if PAID.search(text) and served.minutes is None and not {"99153", "99157"} & set(named):
        yield call("coverage", book, aspects=("sedation",), payer=encounter.payer)
        return
    by = served.all("sedation_by")
    if "another clinician" in by and "same" not in text.lower():
        who = "another clinician"
    elif "proceduralist" in by or (not by and OBSERVER.search(text)):
        who = "proceduralist"
    else:
        who = by[0] if by else ""
    record = RECORD.search(text) and named and served.minutes is None
    observer = OBSERVER.search(text) and named and served.minutes is None
    yield call(
        "sedation",
        book,
        codes=named,
        minutes=served.minutes,
        age=served.age,
        by=who,
        asked=_asked(reading, bool(record), bool(observer)),
        epidural=_epidural(reading),
        claim=encounter.claim,
        place_of_service=place_of(reading),
        payer=encounter.payer,
    )


def _asked(reading: Reading, record: bool, observer: bool) -> tuple[str, ...]:
    """What is asked besides the codes of some minutes."""
    if record or observer:
        return ("documentation",) if record else ("observer",)
    if WHO.search(reading.text) and sedation_codes(reading) and reading.served.minutes is None:
        return ("who",)
    timed = TIME.search(reading.text) and reading.served.minutes is None
    return ("time",) if timed else ()


def _epidural(reading: Reading) -> bool:
    """Was it beside an epidural injection, by its name or by what was told of it?"""
    return "injection" in reading.served.all("anesthesia_for") or any(
        p.approach for p in reading.procedures
    )
