"""The fee schedule's line, factor and amount of one code on one day. Pure.

mpfs.csv, gpci.csv and factors.toml decide; amounts are exact decimals, rounded once.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from knowledge.codebook import Codebook
from knowledge.payment_rows import FactorRow
from knowledge.rules.localities import adjusted

Line = Mapping[str, str]
PRICED = ("A", "R", "T")
"""Status indicators of codes that the fee schedule gives an amount for."""
MONTHS = 3
"""Months of a quarter."""


def line_of(code: str, on: date, book: Codebook, modifier: str = "") -> Line | None:
    """The release in force on the day; else the first held of the same year."""
    lines = [
        line
        for line in book.large("mpfs")
        if line["code"] == code
        and line["modifier"] == modifier
        and line["effective"][:4] == str(on.year)
        and line["status"] in PRICED
    ]
    before = [line for line in lines if line["effective"] <= on.isoformat()]
    return before[-1] if before else (lines[0] if lines else None)


def in_schedule(code: str, book: Codebook) -> bool:
    """Does any release hold the code?"""
    return any(line["code"] == code for line in book.large("mpfs"))


def factors(on: date, book: Codebook) -> list[FactorRow]:
    """The conversion factors in force on the day."""
    rows = [r for r in book.all_rows["factors", "factor"] if isinstance(r, FactorRow)]
    return [r for r in rows if r.holds(on)]


def factor_for(on: date, book: Codebook, participation: str = "non-QP") -> FactorRow | None:
    """The factor of whoever takes no part in an advanced payment model, or of who does."""
    held = [r for r in factors(on, book) if r.participation in ("all", participation)]
    return held[0] if held else None


def changed_in(year: int, book: Codebook) -> list[FactorRow]:
    """The factors of a year that had more than one in turn, the first first."""
    rows = [r for r in book.all_rows["factors", "factor"] if isinstance(r, FactorRow)]
    turns = [
        r for r in rows if r.participation == "all" and r.effective and r.effective.year == year
    ]
    return turns if len(turns) > 1 else []


def first_day(year: int, quarter: int) -> date:
    """The first day of a quarter."""
    return date(year, MONTHS * (quarter - 1) + 1, 1)


def amount(line: Line, rate: str, factor: float, place: Line | None = None) -> Decimal | None:
    """Dollars of one unit, national or of one locality; None where the rate has no value."""
    if not line[rate]:
        return None
    if place is not None:
        return adjusted(line, rate, place, factor)
    total = Decimal(line["work"]) + Decimal(line[rate]) + Decimal(line["malpractice"])
    return cents(total * Decimal(str(factor)))


def cents(dollars: Decimal) -> Decimal:
    """Rounded to the cent, halves up as the schedule does."""
    return dollars.quantize(Decimal("0.01"), ROUND_HALF_UP)


def percent_of(dollars: Decimal, percent: int) -> Decimal:
    """A percentage of an amount, to the cent."""
    return cents(dollars * percent / 100)


def where(rate: str) -> str:
    """The rate in words."""
    return "in the office" if rate == "office" else "in a facility (hospital or ASC)"


def named(line: Line) -> str:
    """The code as billed, with the component's modifier."""
    return f"{line['code']}-{line['modifier']}" if line["modifier"] else line["code"]


def formula(line: Line, rate: str, factor: FactorRow, dollars: Decimal) -> str:
    """How the national amount comes about."""
    return (
        f"{named(line)}, {rate} rate: ({line['work']} work + {line[rate]} practice expense + "
        f"{line['malpractice']} malpractice) x {factor.dollars} = ${dollars}, release "
        f"{line['release']} of {line['effective']}."
    )


def release(line: Line, factor: FactorRow) -> FactorRow:
    """The factor's row, citing the release file the line stands in."""
    key = {"RVU26C": "rvu26c", "RVU25D": "rvu25d"}.get(line["release"], "rvu19-25")
    return factor.model_copy(update={"source": (key, *factor.source)})
