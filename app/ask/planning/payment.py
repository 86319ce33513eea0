"""What is paid for the codes that are meant? Pure."""

import re
from collections.abc import Iterator

from app.ask import patterns
from app.ask.planning.gone import gone
from app.ask.subject import call, select, subject
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Undecided
from knowledge.rules.localities import named

OFFICE = re.compile(r"(?<!\w)(?:office|non-?\s?facility|pos 11)\b", re.I)
FACILITY = re.compile(
    r"(?<!non-)(?<!non )(?<!non)\b(?:facility|fac|asc|hospital|hopd|pos (?:19|21|22|24))\b", re.I
)
RANGE = re.compile(r"\$?\s?(\d{2,4}(?:\.\d\d)?)\s?(?:-|–|to)\s?\$?(\d{2,4}(?:\.\d\d)?)\b")
DOLLARS = re.compile(r"\$\s?(\d{2,4}(?:\.\d\d)?)\b")
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
    named_years = [int(y.value) for y in patterns.years(reading.text)]
    years: list[int | None] = [*named_years] or [reading.year]
    if "opps" in aspects:
        # the add-on, which the hospital is not paid for, is the one asked about
        codes = codes[::-1]
    for code in codes[: 1 if general else 3]:
        for year in dict.fromkeys(years[:3]):
            yield call(
                "payment",
                book,
                code=code,
                **_setting(reading),
                year=year,
                state=reading.encounter.state,
                localities=named(reading.text, year or book.on.year, book),
                aspects=aspects,
                claimed=_claimed(reading),
            )
    if len(codes) > 1 and not general:
        # what was done picks the code, never the price: the difference stands beside it
        yield call("compare", book, codes=codes[:4])
    if not codes:
        yield select(reading.procedures[0], book)


def _setting(reading: Reading) -> dict[str, str | None]:
    """The place and rate asked for; none when office and facility are both named."""
    if OFFICE.search(reading.text) and FACILITY.search(reading.text):
        return {}
    return {"place_of_service": reading.encounter.place_of_service, "rate": reading.rate}


def _claimed(reading: Reading) -> tuple[float, ...]:
    """An amount, or a range of amounts, that the question states."""
    if found := RANGE.search(reading.text):
        low, high = float(found[1]), float(found[2])
        return (low, high) if low < high else ()
    return tuple(float(m[1]) for m in DOLLARS.finditer(reading.text))[:1]
