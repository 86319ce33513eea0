"""Does a service that follows a dose, a time, a setting or a device lead the answer? Pure.

The families of drugs, sedation, anesthesia, pumps and imaging are told by their own words and
codes, not by the topics of an injection. What is declined stays declined.
"""

import re
from collections.abc import Iterator

from app.ask.patterns import denial_codes
from app.ask.planning.anesthesia import LINE as ANESTHESIA_LINE
from app.ask.planning.anesthesia import anesthesia, anesthesia_codes, asks_anesthesia
from app.ask.planning.compare import compare
from app.ask.planning.denials import denials
from app.ask.planning.drugs import asks_drug, drug_codes, drugs
from app.ask.planning.imaging import asks_imaging, imaging
from app.ask.planning.pumps import asks_pump, device_codes, pumps
from app.ask.planning.scenario import CODE_ASKED, tells
from app.ask.planning.sedation import asks_sedation, sedation, sedation_codes
from app.ask.subject import DECLINED, call
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook

SERVICES = (
    (asks_pump, pumps),
    (asks_sedation, sedation),
    (asks_anesthesia, anesthesia),
    (asks_drug, drugs),
    (asks_imaging, imaging),
)
"""Who tells that a family is asked about, and its plan; the first leads."""


def services(reading: Reading, book: Codebook) -> tuple[Call, ...]:
    """The calls of the families asked about; none where the question is about something else."""
    if set(reading.topics[:1]) & set(DECLINED) or reading.diagnoses:
        return ()
    return tuple(_calls(reading, book))


WHAT_IS = re.compile(
    r"\b(?:what(?:'s|s| is| does)|define|meaning of|describe)\b.{0,20}\b[A-Z]?\d{4,5}T?\b", re.I
)

VERSUS = re.compile(r"\bvs\b|\bversus\b|\bdiffer\w*", re.I)
REMARK = re.compile(r"\bM(?:119|5[13]|7[67])\b(?!\.)")
DENIED = re.compile(r"\bden(?:y|ied|ial)\w*|\bremark|\bremit|\breject", re.I)
SINCE = re.compile(
    r"\bwhen (?:did|was|does|is)\b|\bsince when\b|\bwhat date\b|\beffective date\b", re.I
)


def _calls(reading: Reading, book: Codebook) -> Iterator[Call]:
    asked_of = WHAT_IS.match(reading.text) or SINCE.search(reading.text)
    if len(reading.codes) == 1 and asked_of and _ours(reading, book):
        yield from compare(reading, book)
        return
    if VERSUS.search(reading.text) and len(reading.codes) > 1 and _all_ours(reading, book):
        yield from compare(reading, book)
        return
    asked = [plan for asks, plan in SERVICES if asks(reading, book)]
    if anesthesia in asked and ANESTHESIA_LINE.search(reading.text):
        # the line of the anesthesia, not of the procedure under it
        asked = [anesthesia]
    if asked and denial_codes(reading.text):
        yield from denials(reading, book)
    elif asked and (remark := REMARK.search(reading.text)) and DENIED.search(reading.text):
        yield call("denials", book, reasons=(remark[0],))
    for plan in asked[:2]:
        yield from plan(reading, book)


def _ours(reading: Reading, book: Codebook) -> bool:
    """Is the one code named of these families, and nothing but what it is asked?"""
    code = reading.codes[0]
    named = device_codes(reading, book) + sedation_codes(reading) + anesthesia_codes(reading)
    told = reading.served.minutes is not None or bool(reading.modifiers)
    told = told or any(g.dose or g.volume for g in reading.served.drugs)
    return code in (*named, *drug_codes(reading, book)) and not told


def _all_ours(reading: Reading, book: Codebook) -> bool:
    """Are the codes named of these families, with no dose and no minutes told?"""
    named = device_codes(reading, book) + sedation_codes(reading) + anesthesia_codes(reading)
    told = reading.served.minutes is not None or bool(_acted(reading))
    told = told or any(g.dose or g.volume for g in reading.served.drugs)
    return set(reading.codes) <= {*named, *drug_codes(reading, book)} and not told


def _acted(reading: Reading) -> tuple[str, ...]:
    return reading.served.all("pump_act") + reading.served.all("anesthesia_for")


def beside(reading: Reading, book: Codebook) -> bool:
    """Is an injection described, whose own code is asked for as well?"""
    if asks_pump(reading, book) or not tells(reading) or not CODE_ASKED.search(reading.text):
        return False
    if not any(p.approach for p in reading.procedures):
        return False
    return not OWN_LINE.search(reading.text)


OWN_LINE = re.compile(
    r"\b(?:sedation|anesthesia|asa) (?:codes?|cpts?|claims?|lines?|billing)\b"
    r"|\b(?:codes?|cpts?|bill\w*|modifiers?) (?:for|of) (?:the |her |his )?"
    r"(?:moderate |conscious )?(?:sedation|anesthesia|mac)\b"
    r"|\b(?:claims?|lines?) of the (?:crna|anesthesi\w+)",
    re.I,
)
"""The line of the sedation or anesthesia alone is asked for."""
