"""Documentation, diagnosis, coverage and prior authorization: what a payer wants. Pure."""

import re
from collections.abc import Iterator

from app.ask.conditions import asks_diagnosis, condition
from app.ask.subject import SAME_DAY, call, main_code
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.policy_rows import AreaRow


def documentation(reading: Reading, book: Codebook) -> Iterator[Call]:
    code = main_code(reading, book)
    yield call(
        "documentation",
        book,
        code=code,
        aspects=_aspects(reading, book),
        payer=reading.encounter.payer,
        measures=_measures(reading),
        words=_words(reading, book),
    )


def diagnosis(reading: Reading, book: Codebook) -> Iterator[Call]:
    code = main_code(reading, book)
    yield call(
        "diagnosis",
        book,
        code=code,
        diagnoses=reading.diagnoses[:6],
        region=reading.procedures[0].region,
        levels=reading.procedures[0].levels[:1],
        kind=_kind(reading.text),
        documented=bool(DISC_AT.search(reading.text)),
        condition=condition(reading.text, book) if asks_diagnosis(reading.text) else "",
        aspects=reading.aspects,
    )
    if "indications" in reading.aspects:
        yield call(
            "coverage",
            book,
            code=code,
            payer=reading.encounter.payer,
            aspects=("indications", "conservative_care", "imaging"),
        )


def _kind(text: str) -> str:
    """What is wrong with the root, as far as the words tell: the cause comes first."""
    if not RADICULAR.search(text):
        return ""
    if DISC.search(text) and not NO_CAUSE.search(text):
        return "disc"
    return "spondylosis" if SPONDYLOSIS.search(text) else "radiculopathy"


RADICULAR = re.compile(r"radicul|\bradic\b|nerve root|arm pain|leg pain", re.I)
DISC = re.compile(r"\b(?:discs?|disks?|hnp|herniat\w*|protrusion|extrusion)\b", re.I)
DISC_AT = re.compile(
    rf"{DISC.pattern}[^.?!;]{{0,45}}?\b(?:at|of|@)\s*[CTLS]\d"
    rf"|\b[CTLS]\d{{1,2}}\s?[-/]\s?[CTLS]?\d{{1,2}}\s+(?:{DISC.pattern})",
    re.I,
)
"""A disc disorder and its own level, which need not be where the needle goes in."""
SPONDYLOSIS = re.compile(r"\bspondylosis\b|\bosteophyt", re.I)
NO_CAUSE = re.compile(
    r"\bno (?:disc|disk|cause)|\bcause not|\bnot (?:from|due to) (?:a )?dis[ck]", re.I
)


def prior_authorization(reading: Reading, book: Codebook) -> Iterator[Call]:
    if reading.diagnoses or "supports" in reading.aspects:
        yield from diagnosis(reading, book)
    yield _policy("prior_authorization", reading, book)


def coverage(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield _policy("coverage", reading, book)


def _policy(tool: str, reading: Reading, book: Codebook) -> Call:
    encounter = reading.encounter
    exception = "cyst" in reading.aspects and "no_cyst" not in reading.aspects
    unheld = bool(reading.unknown_payer) and tool == "prior_authorization"
    return call(
        tool,
        book,
        code=None if exception else main_code(reading, book),
        payer="commercial" if unheld else encounter.payer,
        state=encounter.state,
        place_of_service=encounter.place_of_service,
        aspects=_aspects(reading, book),
        measures=_measures(reading),
        contractor=_contractor(reading.text, book),
        words=_words(reading, book),
    )


def _words(reading: Reading, book: Codebook) -> str:
    """The question, where no aspect of it was named, so that only its words can tell."""
    return "" if _aspects(reading, book) else reading.text


def _contractor(text: str, book: Codebook) -> str:
    """A Medicare contractor that the words name, by the first word of its name."""
    names = {row.mac.lower().split()[0] for row in book.held("areas", "area", AreaRow)}
    return next((n for n in sorted(names) if re.search(rf"(?<!\w){n}(?!\w)", text.lower())), "")


def _aspects(reading: Reading, book: Codebook) -> tuple[str, ...]:
    """The aspects that words name, and those that facts and figures amount to."""
    found = [
        *reading.aspects,
        *reading.likely,
        *(MEASURED[m] for m in reading.measures if m in MEASURED),
    ]
    regions = {p.region for p in reading.procedures} | set(_stated(reading, "region"))
    named = {level[0] for p in reading.procedures for level in p.levels}
    neck = "cervical" in regions or "C" in named
    chest = "thoracic" in regions or "T" in named
    low = bool(regions & {"lumbar", "sacral"}) or bool(named & {"L", "S"})
    if low and (neck or chest):
        found.append("two_regions")
    elif neck and chest:
        found.append("one_region")
    approaches = set(_stated(reading, "approach"))
    if "transforaminal" in approaches and approaches & {"interlaminar", "caudal"}:
        found.append("two_approaches")
    imaging = set(_stated(reading, "imaging"))
    found += [IMAGED[value] for value in IMAGED if value in imaging]
    if any(len(p.levels) > 1 for p in reading.procedures):
        found.append("levels")
    if "no_cyst" in found:
        found = [a for a in found if a != "cyst"]
    if {"abn", "medicare_advantage"} <= set(found):
        # the notice is asked about, not how often the injection is covered
        found = ["abn", "medicare_advantage"]
    if "contractor_asked" in found:
        # "our MAC" is then the contractor, not monitored anesthesia care
        found = [a for a in found if a not in ("sedation", "anesthesia")]
    if "two_regions" in found and SAME_DAY.search(reading.text):
        # both at once is asked about, not how often
        found = [a for a in found if a != "frequency"]
    return tuple(dict.fromkeys(found))


def _measures(reading: Reading) -> dict[str, float]:
    """The figures stated, and the number of levels named."""
    named = max(len(p.levels) for p in reading.procedures)
    return {"levels": float(named)} | reading.measures if named > 1 else reading.measures


def _stated(reading: Reading, fact: str) -> list[str]:
    return [m.value for m in reading.mentions if m.fact == fact and not m.negated]


IMAGED = {"ultrasound": "ultrasound", "none": "no_imaging"}
"""The aspect that a kind of imaging amounts to."""
MEASURED = {
    "relief_percent": "repeat",
    "sessions": "frequency",
    "levels": "levels",
    "pain_weeks": "duration",
}
"""The aspect that a stated figure belongs to."""
