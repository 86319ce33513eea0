"""Is the anesthesia line of a procedure asked about, and what was told of it? Pure."""

import re
from collections.abc import Iterator

from app.ask.subject import call
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.rows import CodeRow

CODE = re.compile(r"0\d{4}$")
LINE = re.compile(
    r"\ban(?:a)?esthesia(?:'s)? (?:code|codes|cpt|claim|line|billing|coding|group|bill|side|mods?"
    r"|modifiers?|for (?:an?|the|lumbar|cervical|thoracic|fluoro\w*|diagnostic|therapeutic"
    r"|interlaminar|transforaminal|caudal|scs|\w*esis?|rfa|mbb|kypho\w*|vertebro\w*|disco\w*"
    r"|facet\w*))\b|\basa code\b"
    r"|\b(?:code|codes|cpt|billing|bill|modifiers?) (?:for|of) (?:the )?(?:an(?:a)?esthesia|mac"
    r"|crna|anesthesiologist)\b|\banesthesia\b[^.?]{0,60}\b(?:code|cpt)s?\b"
    r"|\b(?:crna|anesthesiologist)(?:'s)? (?:code|line|claim)",
    re.I,
)
GIVEN = re.compile(
    r"\b(?:mac|monitored anesthesia(?: care)?|propofol|general anesthesia|anesthesia)\b", re.I
)
BY = re.compile(r"\bcrnas?\b|\ban(?:a)?esthesiologists?\b|\bnurse anesthetists?\b", re.I)
BILLED = re.compile(
    r"\bcod(?:e|es|ing)\b|\bcpts?\b|\bbill\w*|\bmod(?:ifier)?s?\b|\breport\w*", re.I
)
INJECTS = re.compile(
    r"\b(?:crna|anesthesiologist|nurse anesthetist)s?\s+(?:who\s+)?(?:is\s+|was\s+)?"
    r"(?:perform\w*|inject\w*|plac\w*|did|does|doing|put)\b"
    r"(?!\s+(?:the\s+|his\s+|her\s+)?(?:mac\b|an(?:a)?esthesia|sedation|monitored))",
    re.I,
)
"""The anesthesia provider did the injection itself: no anesthesia line."""
COVERAGE = re.compile(r"\b(?:pay|pays|paid|cover\w*|reimburs\w*|routine\w*|allow\w*)\b", re.I)
CODES = re.compile(
    r"\b(?:codes?|cpts?|mod(?:ifier)?s?|coded|bills? what|what .{0,20}\bbill)\b", re.I
)
"""Whether it is paid is a matter of the policy, unless a code is asked for."""
ALONE = re.compile(
    r"^\W*an(?:a)?esthesia\b"
    r"|(?<!before )(?<!any )(?<!no )(?<!without )(?<!to )(?<!under )\ban(?:a)?esthesia\W*$",
    re.I,
)
NOT_LABOR = re.compile(
    r"\b(?:not|no|non)\b[^.;]{0,20}\blabou?r\b|\blabou?r\b[^.;]{0,24}\bnot\b", re.I
)
LABORATORY = re.compile(r"\bQW\b")
"""Taken for an anesthesia modifier by its first letter."""
OF_ANESTHESIA = {"AA", "AD", "QK", "QS", "QX", "QY", "QZ"}
OF_SURGERY = {"surgeon_anesthetic", "postop_pain"}
SURGERY = re.compile(
    r"\b(?:used|given|served|placed) as (?:the |an? )?(?:anesthe\w+|anaesthe\w+)"
    r"|\bpost[\s-]?op\w*(?: pain)?\b|\bfor pain after\b|\bat (?:the )?surgeon'?s'? request",
    re.I,
)
"""An epidural that is the anesthetic of an operation, or treats the pain after it."""
OWN = re.compile(
    r"\b(?:his|her|their) own (?:mac|anesthesia)|\bown (?:mac|anesthesia)\b"
    r"|\b(?:pain|injecting|same|treating)\s+(?:physician|doc(?:tor)?|provider)s?\b[^.?]{0,24}"
    r"\bbill\w*\b[^.?]{0,12}\b019\d\d"
    r"|\bsame (?:doctor|doc|physician|provider)\b[^.?]{0,40}\banesthesia\b",
    re.I,
)
PLACED_TODAY = re.compile(
    r"\bsame[\s-]*(?:day|date)\b|\btoday\b|\bday of (?:the )?(?:placement|insertion)\b"
    r"|\bday (?:it|the catheter) (?:is|was) placed\b|\bplacement day\b"
    r"|\bday (?:0|zero|one|1)\b"
    r"|\bon the (?:placement|insertion) d(?:ay|ate)\b",
    re.I,
)
LATER = re.compile(
    r"\bday (?:2|two|3|three|4|four)\b|\bnext day\b|\bdays? after\b"
    r"|\bafter (?:the )?(?:day|placement)\b|\bfollowing day\b|\bsubsequent\b"
    r"|\bpod\s?#?[1-9]\b|\bsecond day\b",
    re.I,
)
NOT_PRONE = re.compile(r"\b(?:supine|lateral|sitting|not prone|seated)\b", re.I)
POSITION = re.compile(r"\bprone\b", re.I)
DIAGNOSTIC = re.compile(r"\bdiagnostic\b|\bdiscogra\w+", re.I)
THERAPEUTIC = re.compile(r"\btherapeutic\b|\besis?\b|\bsteroid\b|\blesi\b|\bcesi\b|\btfesi\b", re.I)
DESTROYED = {"facet radiofrequency", "sacroiliac radiofrequency", "nerve destruction", "neurolytic"}
PLACES = (
    ("neck", "cervical"),
    ("low back", "lumbar"),
    ("lesi", "lumbar"),
    ("si joint", "sacral"),
    ("sij", "sacral"),
    ("sacroiliac", "sacral"),
)
"""Words that name a region where no level does."""
REGIONS = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}


def anesthesia_codes(reading: Reading) -> tuple[str, ...]:
    return tuple(c for c in reading.codes if CODE.match(c))


def asks_anesthesia(reading: Reading, book: Codebook) -> bool:
    """Is the line of the anesthesia provider asked about?"""
    text, served = reading.text, reading.served
    services, named = served.all("service"), anesthesia_codes(reading)
    if OF_SURGERY & {*reading.situations, *reading.aspects} or SURGERY.search(text):
        return False
    others = [c for c in reading.codes if c not in named and re.fullmatch(r"\d{5}|\d{4}T", c)]
    labor = "labor" in services
    if labor and NOT_LABOR.search(text):
        return False
    if labor or set(named) & {"01967", "01968"}:
        return True
    if LABORATORY.search(text) and (named or GIVEN.search(text)):
        return True
    if reading.modifiers and named:
        return False
    if OF_ANESTHESIA & set(reading.modifiers) and not others:
        told = served.all("anesthesia_by") and served.all("anesthesia_for")
        return bool(told) and not INJECTS.search(text)
    if others and named:
        # two codes are a pair, unless one of them is gone
        return False
    if named or "daily management" in services:
        return True
    if INJECTS.search(text) and not GIVEN.search(text):
        return False
    if others or not served.all("anesthesia_for"):
        return bool(LINE.search(text)) and bool(served.all("anesthesia_for") or others)
    if COVERAGE.search(text) and not CODES.search(text):
        return False
    if LINE.search(text) or (ALONE.search(text) and not reading.whether):
        return True
    if served.all("anesthesia_by") and not reading.whether and not INJECTS.search(text):
        return True
    given = GIVEN.search(text) or served.all("anesthesia_by")
    return bool(given and BY.search(text) and BILLED.search(text)) and not (INJECTS.search(text))


def anesthesia(reading: Reading, book: Codebook) -> Iterator[Call]:
    text, served = reading.text, reading.served
    services, named = served.all("service"), anesthesia_codes(reading)
    rows = [book.code(c) for c in reading.codes if c in book.every_code and c not in named]
    by = served.all("anesthesia_by")
    labor = "labor" in services or bool(set(named) & {"01967", "01968"})
    daily = "01996" in named or "daily management" in services
    yield call(
        "anesthesia",
        book,
        codes=named,
        others=tuple(row.code for row in rows),
        procedure="labor" if labor else "daily management" if daily else _kind(reading, rows),
        diagnostic=_diagnostic(text),
        region=_region(reading, rows),
        position=_position(text),
        by=next((b for b in ORDER if b in by), ""),
        modifiers=("QW",) if LABORATORY.search(text) else (),
        mac="mac" in services,
        own=bool(OWN.search(text)),
        cesarean="cesarean" in services or "01968" in named,
        placement_day=_placement(text) if daily else None,
        epidural=_epidural(reading, rows),
        payer=reading.encounter.payer,
    )


ORDER = (
    "two to four cases directed",
    "more than four cases supervised",
    "one CRNA directed",
    "CRNA alone",
    "CRNA with direction",
    "anesthesiologist alone",
)
"""The most telling first, where several were heard."""


def _kind(reading: Reading, rows: list[CodeRow]) -> str:
    """The kind of procedure: by words, else by the codes of procedures named."""
    told = reading.served.all("anesthesia_for")
    for kind in ("neuromodulation or vertebral procedure", "nerve destruction", "injection"):
        if kind in told:
            return kind
    if told:
        return told[0]
    if any(row.family in DESTROYED for row in rows):
        return "nerve destruction"
    if any(row.family in ("interlaminar", "transforaminal", "catheter", "facet") for row in rows):
        return "injection"
    return ""


def _region(reading: Reading, rows: list[CodeRow]) -> str:
    for procedure in reading.procedures:
        if procedure.region:
            return procedure.region
        if procedure.levels:
            return REGIONS.get(procedure.levels[0][0], "")
    text = reading.text.lower()
    for word, region in PLACES:
        if re.search(rf"\b{word}\b", text):
            return region
    regions = [row.region.split("/")[0] for row in rows if row.region not in ("", "any")]
    return next((r for r in regions if r in REGIONS.values()), "")


def _diagnostic(text: str) -> bool | None:
    if DIAGNOSTIC.search(text):
        return True
    return False if THERAPEUTIC.search(text) else None


def _position(text: str) -> str:
    if NOT_PRONE.search(text):
        return "not prone"
    return "prone" if POSITION.search(text) else ""


def _placement(text: str) -> bool | None:
    if LATER.search(text):
        return False
    return True if PLACED_TODAY.search(text) else None


def _epidural(reading: Reading, rows: list[CodeRow]) -> bool:
    return bool(re.search(r"\b(?:\w*esis?|epidural)\b", reading.text, re.I)) or any(
        row.family in ("interlaminar", "transforaminal") for row in rows
    )
