"""Which drugs are asked about, with which dose? Pure.

A drug named beside an injection is mostly part of its description: only a question for the drug's
own line, its code, its units or its waste calls the rule.
"""

import re
from collections.abc import Iterator

from app.ask.planning.setting import place_of
from app.ask.subject import call
from app.ask.turn import Call, Given, Reading
from knowledge.codebook import Codebook
from knowledge.service_rows import DrugCodeRow

LINE = re.compile(
    r"\bj[\s-]*codes?\b|\bhcpcs\b|\bdrug (?:code|line|charge|claim|units?)|\bq[\s-]*codes?\b"
    r"|\b(?:code|line|charge|units?|bill\w*|quantity|qty) (?:for|of) (?:the |this )?(?:drug|steroid"
    r"|contrast|dye|medication)\b|\bndc\b|\bhow (?:is|are) the (?:drug|steroid|contrast)\w* billed",
    re.I,
)
"""The line of the drug itself."""
UNITS = re.compile(
    r"\bunits?\b|\bqty\b|\bquantity\b|\bhow many\b|\bhow much .{0,20}\bbill"
    r"|\bj\d{4}\s*(?:x|\u00d7|times)\s*\d",
    re.I,
)
BILLED = re.compile(
    r"\bbill\w*\b|\bcharg\w+\b|\breport\w*\b|\bcod(?:e|es|ed|ing)\b|\bpaid\b|\bpay\b|\bclaim\w*\b"
    r"|\bseparate\w*\b|\blines?\b|\bpayable\b|\breimburs\w+\b",
    re.I,
)
HOW = re.compile(
    r"\bhow (?:do|does|should|would|is|are|to)\b.{0,24}\b(?:bill|code|report|charge)\w*"
    r"|\bwho (?:bills?|charges?)\b|\b(?:what|which) (?:is the )?codes?\b"
    r"|\bcodes? (?:for|is)\b|\bcode\s*\?",
    re.I,
)
WASTE = re.compile(
    r"\bJ[ZW]\b|\bwast\w+\b|\bdiscard\w*|\bthr(?:ew|own) (?:away|out)\b|\bleft ?over\b"
    r"|\bsdv\b|\bmdv\b"
    r"|\b(?:single|multi(?:ple)?)[\s-]*dose\b",
    re.I,
)
WASTE_MODIFIER = re.compile(r"\bJ[ZW]\b|\bmodifiers?\b", re.I)
CEILING = re.compile(
    r"\bceiling|\bmax(?:imum|\.)?\b|\blimits?\b|\bcap\b|\btoo (?:much|high)\b|\bexceed"
    r"|\bper session\b"
    r"|\bmues?\b|\bunit edit|\ballow\w* per day|\ba day\b|\bunlikely edit",
    re.I,
)
"""How much is allowed is another question."""
PER_UNIT = re.compile(r"\bper how (?:many|much)\b|\bper what\b", re.I)
PROPOSED = re.compile(
    r"\b[JQA]\d{4}\s*[x\u00d7*]\s*(\d+)\b|\b(?:qty|quantity|x)\s*(?:of\s*)?(\d+)\b"
    r"|(?<![\w.])(\d+)\s*units?\b",
    re.I,
)
TRIAL = re.compile(r"\btrial\b|\btest(?:ing)? dose\b|\bscreening\b|\btest bolus\b", re.I)
REFILL = re.compile(r"\brefill\w*\b|\bpump fill\w*\b|\breservoir\b", re.I)
BRIEF = 7
"""Words of a question that names the waste and the drug, and hardly more."""
LIKE_DRUG = re.compile(r"J\d{4}$|Q99\d\d$")
INJECTION_CODE = re.compile(r"\d{5}$|\d{4}T$")


def drug_codes(reading: Reading, book: Codebook) -> tuple[str, ...]:
    """Codes of drugs among those named, those of other days too."""
    held = {r.code for r in book.all_rows["drugs", "code"] if isinstance(r, DrugCodeRow)}
    roles = {c for c, rows in book.every_code.items() if rows[-1].role == "drug"}
    unknown = {c for c in reading.codes if LIKE_DRUG.match(c) and c not in book.every_code}
    return tuple(c for c in reading.codes if c in held | roles | unknown)


def asks_drug(reading: Reading, book: Codebook) -> bool:
    """Is a drug's own line asked about?"""
    text, named = reading.text, drug_codes(reading, book)
    drugs = [g for g in reading.served.drugs if g.drug]
    if not drugs and not named:
        return False
    dosed = any(_told(g) for g in reading.served.drugs)
    if CEILING.search(text) and not (dosed and (LINE.search(text) or UNITS.search(text))):
        return False
    brief = len(text.split()) < BRIEF
    if WASTE.search(text) and (
        brief or dosed or BILLED.search(text) or WASTE_MODIFIER.search(text)
    ):
        return True
    others = [c for c in reading.codes if INJECTION_CODE.match(c)]
    if drugs and not named and len(others) == 1 and not LINE.search(text) and not dosed:
        # "can we bill the Depo-Medrol with 62323?"
        return reading.whether and bool(BILLED.search(text)) and not _told_of(reading)
    if others:
        # a pair of codes is the matter of bundling, but for the units of the drug
        return dosed and bool(UNITS.search(text) or LINE.search(text))
    if named:
        return True
    if LINE.search(text):
        return True
    approach = any(p.approach or p.levels for p in reading.procedures)
    if not approach and UNITS.search(text):
        return True
    if dosed and not approach and not reading.whether and len(text.split()) < BRIEF:
        return True
    if approach or not BILLED.search(text):
        return False
    return dosed or _anesthetic(drugs) or bool(HOW.search(text))


def _told_of(reading: Reading) -> bool:
    """Is the injection described, so that its own code is what is asked?"""
    return any(p.approach or p.levels for p in reading.procedures)


def _anesthetic(drugs: list[Given]) -> bool:
    return all(g.drug in ("bupivacaine", "ropivacaine", "lidocaine") for g in drugs)


def _told(given: Given) -> bool:
    return given.dose is not None or given.volume is not None


def drugs(reading: Reading, book: Codebook) -> Iterator[Call]:
    """One call for each drug that was given, those with a dose first."""
    named = drug_codes(reading, book)
    given = [g for g in reading.served.drugs if g.drug] or list(reading.served.drugs)
    if not given:
        given = [Given()]
    text = reading.text
    main = sorted(given, key=lambda g: not _told(g))
    if any(_told(g) for g in main) and len(main) > 1:
        main = [g for g in main if _told(g) or not _anesthetic([g])]
    for one in main[:3]:
        yield call(
            "drugs",
            book,
            drug=one.drug,
            codes=_codes_of(one, named, len(main), book),
            dose=one.dose,
            unit=one.unit,
            volume=one.volume,
            strength=one.strength,
            use=_use(text),
            proposed=_proposed(text) if len(main) == 1 else None,
            container=one.container,
            held=one.held,
            discarded=one.discarded,
            wasted="waste" in reading.situations and "no_waste" not in reading.situations,
            asked=_asked(reading),
            claim=reading.encounter.claim,
            place_of_service=place_of(reading),
        )


def _codes_of(
    one: Given, named: tuple[str, ...], drugs_told: int, book: Codebook
) -> tuple[str, ...]:
    """The codes named for this drug: with several drugs, only its own."""
    if drugs_told == 1:
        return named
    rows = [r for r in book.all_rows["drugs", "code"] if isinstance(r, DrugCodeRow)]
    own = {r.code for r in rows if r.drug == one.drug}
    return tuple(c for c in named if c in own)


def _proposed(text: str) -> int | None:
    """Units that are put forward: "J1010 x1", "billed 40 units"; none of a question for them."""
    found = {int(next(filter(None, m.groups()))) for m in PROPOSED.finditer(text)}
    return found.pop() if len(found) == 1 else None


def _use(text: str) -> str:
    if TRIAL.search(text):
        return "trial"
    return "refill" if REFILL.search(text) else ""


def _asked(reading: Reading) -> tuple[str, ...]:
    text = reading.text
    found = []
    if reading.whether and not UNITS.search(text) and not LINE.search(text):
        found.append("apart")
    if UNITS.search(text) and not PER_UNIT.search(text):
        found.append("units")
    if WASTE.search(text) or {"JZ", "JW"} & set(reading.modifiers):
        found.append("waste")
        if WASTE_MODIFIER.search(text) and not (UNITS.search(text) or LINE.search(text)):
            found.append("modifier")
    if re.search(r"\bndc\b", text, re.I):
        found.append("ndc")
    return tuple(found)
