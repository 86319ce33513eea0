"""Medicare localities that a question names, and what they pay. Pure; gpci.csv decides."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from knowledge.codebook import Codebook

Line = Mapping[str, str]
MOST = 4
"""Localities of one state that an answer lists."""


def named(text: str, year: int, book: Codebook) -> tuple[str, ...]:
    """Localities whose town or county the words name, as "13202-01"."""
    lowered = text.lower()
    found = []
    for line in in_year(year, book):
        parts = re.split(r"[,/()*]| and ", line["name"].lower())
        towns = [p.strip() for p in parts if len(p.strip()) > 3 and "rest of" not in p]
        if line["locality"] not in ("00", "99") and any(
            re.search(rf"(?<!\w){re.escape(town)}(?!\w)", lowered) for town in towns
        ):
            found.append(key(line))
    return tuple(found)


def in_year(year: int, book: Codebook) -> tuple[Line, ...]:
    """The localities of the last release held of a year."""
    lines = [line for line in book.large("gpci") if line["year"] == str(year)]
    last = max((line["release"] for line in lines), default="")
    return tuple(line for line in lines if line["release"] == last)


def chosen(state: str | None, names: tuple[str, ...], year: int, book: Codebook) -> list[Line]:
    """The localities named; else those of the state."""
    lines = in_year(year, book)
    exact = [line for line in lines if key(line) in names]
    return exact or [line for line in lines if state and line["state"] == state]


def extremes(places: list[Line], fee: Line, rate: str, factor: float) -> tuple[Line, Line]:
    """The localities that pay the least and the most of these."""
    ranked = sorted(places, key=lambda place: adjusted(fee, rate, place, factor))
    return ranked[0], ranked[-1]


def key(line: Line) -> str:
    """A locality's number with its contractor's."""
    return f"{line['mac']}-{line['locality']}"


def adjusted(fee: Line, rate: str, place: Line, factor: float) -> Decimal:
    """The amount of one locality: each RVU times its index, times the conversion factor."""
    total = (
        Decimal(fee["work"]) * Decimal(place["work"])
        + Decimal(fee[rate]) * Decimal(place["practice_expense"])
        + Decimal(fee["malpractice"]) * Decimal(place["malpractice"])
    )
    return (total * Decimal(str(factor))).quantize(Decimal("0.01"), ROUND_HALF_UP)


def formula(fee: Line, rate: str, place: Line, factor: float) -> str:
    """How the amount of one locality comes about."""
    return (
        f"{fee['code']} in {place['name'].title()}, {rate} rate: ({fee['work']} x "
        f"{place['work']} + {fee[rate]} x {place['practice_expense']} + {fee['malpractice']} x "
        f"{place['malpractice']}) x {factor} = ${adjusted(fee, rate, place, factor)}."
    )
