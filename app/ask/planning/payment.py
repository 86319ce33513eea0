"""What is paid for the codes that are meant? Pure."""

import re
from collections.abc import Iterator

from app.ask import patterns
from app.ask.planning.gone import gone
from app.ask.subject import call, select, subject
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Undecided
from knowledge.rules.localities import in_year, key, named

OFFICE = re.compile(r"(?<!\w)(?:office|non-?\s?fac(?:ility)?|pos 11)\b", re.I)
FACILITY = re.compile(
    r"(?<!non-)(?<!non )(?<!non)\b(?:facility|fac|asc|hospital|hopd|pos (?:19|21|22|24))\b", re.I
)
RANGE = re.compile(r"\$?\s?(\d{2,4}(?:\.\d\d)?)\s?(?:-|–|to)\s?\$?(\d{2,4}(?:\.\d\d)?)\b")
DOLLARS = re.compile(r"\$\s?(\d{2,4}(?:\.\d\d)?)\b")
TOGETHER = re.compile(
    r"\bsame[\s-]+(?:day|dos|date|session|time|visit|encounter|sitting)\b|\btogether\b|\bcombined\b"
    r"|\bin total\b|\btotals?\b|\baltogether\b|\bsum\b|\bboth (?:codes|procedures|lines)\b"
    r"|\bone session\b|\bplus\b|\d{5}(?:-\w\w)?\s*(?:x\s?\d\s*)?\+|\bon (?:one|the) claim\b"
    r"|\badds? up\b",
    re.I,
)
"""The codes are meant as one session and not to be compared."""
QUARTER = re.compile(
    r"\bQ\s?([1-4])\b|\b([1-4])Q\b|\b(1st|2nd|3rd|4th|first|second|third|fourth) quarter\b"
    r"|\bRVU\s?\d\d([A-D])\b",
    re.I,
)
DIFFERENCE = re.compile(
    r"\bdifference\b|\bhow much (?:more|less|higher|lower)\b|\bby how much\b|\bgap between\b", re.I
)
RELEASE = re.compile(r"\bRVU\s?(\d\d)[A-D]\b", re.I)
PAYS = re.compile(r"\bpa(?:y|ys|id|yments?)\b|\bamounts?\b|\bfees?\b|\brates?\b|\bhow much\b", re.I)
QUARTERS = {"1s": 1, "2n": 2, "3r": 3, "4t": 4, "fi": 1, "se": 2, "th": 3, "fo": 4,
            "a": 1, "b": 2, "c": 3, "d": 4}  # fmt: skip
QP = re.compile(r"(?<!non-)(?<!non )(?<!non)\bQPs?\b|\bqualifying (?:apm )?participant", re.I)
GENERAL = {"conversion_factor", "sequestration", "multiple_cut", "by_price", "place_rate"}
"""Aspects that one answer settles, whatever the codes."""


def payment(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield from gone(reading, book)
    codes, chosen = subject(reading, book)
    aspects = tuple(dict.fromkeys([*reading.aspects, *reading.likely]))
    general = bool(GENERAL & set(aspects))
    if chosen is not None and isinstance(chosen.result, Undecided) and not general:
        yield chosen
        return
    if "opps" in aspects:
        # the add-on, which the hospital is not paid for, is the one asked about
        codes = codes[::-1]
    both_sides = _both_sides(reading, codes)
    years = _years(reading)
    together = len(codes) > 1 and bool(TOGETHER.search(reading.text)) and "opps" not in aspects
    if reading.codes and reading.encounter.place_of_service:
        # of a code at a named place the amount is asked, and the place's rule comes with it
        aspects = tuple(a for a in aspects if a != "place_rate")
    if QP.search(reading.text) and reading.codes and PAYS.search(reading.text):
        aspects = tuple(a for a in aspects if a != "conversion_factor")
    asked = {
        **_setting(reading),
        "year": years[0] if years else None,
        "quarter": _quarter(reading.text),
        "state": reading.encounter.state,
        "localities": _localities(reading, years[0] if years else book.on.year, book),
        "aspects": aspects,
        "claimed": _claimed(reading),
        "difference": bool(DIFFERENCE.search(reading.text)),
        "component": next((m for m in reading.modifiers if m in ("26", "TC")), ""),
        "participation": "QP" if QP.search(reading.text) else "",
    }
    if together and not general:
        yield call(
            "payment",
            book,
            code=codes[0],
            beside=codes[1:],
            units=_units(reading.text, codes),
            both_sides=both_sides,
            **asked,
        )
    elif codes:
        sides = both_sides if len(codes) == 1 and not general else ()
        if reading.codes and "bilateral_rate" in aspects:
            sides = codes[:1]
        yield call(
            "payment",
            book,
            code=codes[0],
            others=() if general else codes[1:4],
            years=() if general else tuple(years[1:]),
            both_sides=sides,
            **asked,
        )
    if len(codes) > 1 and not general and not together:
        # what was done picks the code, never the price: the difference stands beside it
        yield call("compare", book, codes=codes[:4])
    if not codes:
        yield select(reading.procedures[0], book)


def _years(reading: Reading) -> list[int]:
    """The years named, a release of the fee schedule such as RVU24B among them."""
    found = [int(y.value) for y in patterns.years(reading.text)]
    found += [int(f"20{m[1]}") for m in RELEASE.finditer(reading.text)]
    return list(dict.fromkeys(found or ([reading.year] if reading.year else [])))[:4]


def _quarter(text: str) -> int | None:
    """A quarter, or a release of the fee schedule such as RVU24B, that the words name."""
    if found := QUARTER.search(text):
        word = next(filter(None, found.groups())).lower()
        return int(word) if word.isdigit() else QUARTERS[word[:2]]
    return None


def _localities(reading: Reading, year: int, book: Codebook) -> tuple[str, ...]:
    """The localities that the words or the field name, by town, county or number."""
    field = reading.encounter.locality or ""
    lines = in_year(year, book)
    exact = tuple(
        key(line)
        for line in lines
        if field in (key(line), line["locality"])
        and reading.encounter.state in (None, line["state"])
    )
    return exact or named(f"{reading.text} {field}", year, book)


def _both_sides(reading: Reading, codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes billed with modifier 50; all of them when both sides are told of no one."""
    attached = tuple(c for m, c in reading.attached if m == "50")
    told = any(p.laterality == "bilateral" for p in reading.procedures)
    return attached or (codes if told or "50" in reading.modifiers else ())


def _units(text: str, codes: tuple[str, ...]) -> dict[str, int]:
    """Units written behind a code, such as "64484 x2"."""
    found = {c: re.search(rf"{c}(?:-\w\w)*\s*[x×*]\s*(\d)\b", text, re.I) for c in codes}
    return {code: int(m[1]) for code, m in found.items() if m and int(m[1]) > 1}


def _setting(reading: Reading) -> dict[str, str | None]:
    """The place and rate asked for; none when office and facility are both named."""
    office, facility = OFFICE.search(reading.text), FACILITY.search(reading.text)
    if office and facility:
        return {}
    word = "office" if office else "facility" if facility else ""
    return {
        "place_of_service": reading.encounter.place_of_service,
        "rate": reading.rate or word,
    }


def _claimed(reading: Reading) -> tuple[float, ...]:
    """An amount, or a range of amounts, that the question states."""
    if found := RANGE.search(reading.text):
        low, high = float(found[1]), float(found[2])
        return (low, high) if low < high else ()
    return tuple(float(m[1]) for m in DOLLARS.finditer(reading.text))[:1]
