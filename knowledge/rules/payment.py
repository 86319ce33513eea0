"""What does Medicare pay for the professional work? Pure; mpfs.csv and factors.toml decide.

Amount in US dollars = sum of RVU (x GPCI) x conversion factor, before sequestration.
A facility's own fee is not held, and the answer says so.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pydantic import Field

from knowledge.codebook import Codebook
from knowledge.decisions import Caution, CodeLine, Decided, Decision, NotCovered, Short, Step
from knowledge.facts import Frozen
from knowledge.rows import FactorRow, StatementRow
from knowledge.rules.hospital_rate import hospital_rate
from knowledge.rules.localities import MOST, adjusted, chosen, formula, key
from knowledge.rules.reasons import history, horizon, said, step, verdict_of
from knowledge.rules.statements import telling

Line = Mapping[str, str]


class PaymentQuestion(Frozen):
    """A code, and where and when it was done."""

    code: str
    place_of_service: str | None = Field(None, pattern=r"^\d{2}$")
    """None: both rates are given, office and facility."""
    rate: Literal["office", "facility"] | None = None
    """The rate asked for, when no place of service is named."""
    localities: tuple[str, ...] = ()
    """Numbers of Medicare localities with their contractor, such as "15202-00"."""
    state: str | None = Field(None, pattern=r"^[A-Z]{2}$")
    year: int | None = Field(None, ge=2000, le=2100)
    """The year asked for, when it is not that of the date of service."""
    aspects: tuple[str, ...] = ()
    """What is asked beside the amount, such as "opps", "conversion_factor" or "rvu"."""
    claimed: tuple[float, ...] = ()
    """Amounts that somebody stated, to be checked: the least and the most."""


def payment(question: PaymentQuestion, book: Codebook) -> Decision:
    """The national professional amount, office or facility, with its formula.

    Raises UnknownCode for a code no table has.
    """
    code = book.code(question.code)
    on = _day(question, book)
    if told := _beside(question, on, book):
        return told
    if "opps" in question.aspects:
        return hospital_rate(question.code, on, book)
    line = _line(question.code, on, book)
    factor = _factor(on, book)
    if line is None or factor is None:
        return NotCovered(
            verdict=f"No Medicare fee is held for {question.code} in {on.year}.",
            nearest=(),
            steps=(),
            cautions=(*history(code, book), *horizon(book)),
        )
    rates = _rates(question, book)
    amounts = {rate: _amount(line, rate, factor.dollars) for rate in rates}
    known = {rate: amount for rate, amount in amounts.items() if amount is not None}
    if not known:
        return NotCovered(
            verdict=f"{question.code} has no {' or '.join(rates)} value in {line['release']}.",
            cautions=horizon(book),
        )
    return _decided(question, line, factor, known, book)


def _decided(
    question: PaymentQuestion,
    line: Line,
    factor: FactorRow,
    known: Mapping[str, Decimal],
    book: Codebook,
) -> Decided:
    year = line["effective"][:4]
    told = " and ".join(f"${amount} {_where(rate)}" for rate, amount in known.items())
    verdict = f"Medicare {year}, national: {question.code} pays the professional {told}."
    if "rvu" in question.aspects:
        verdict = (
            f"{question.code} in {year} has {line['work']} work RVU, practice expense "
            f"{line['office'] or 'none'} in the office and {line['facility'] or 'none'} in a "
            f"facility, malpractice {line['malpractice']}: {told}."
        )
    local = _local(question, line, factor, known, book)
    if local:
        verdict = _local_verdict(question, line, factor, known, book) + f" {verdict}"
    places = book.statements("places", "place")
    place = [r for r in places if r.id == question.place_of_service]
    source = _release(line, factor)
    return Decided(
        verdict=verdict,
        answer=_checked(question, known),
        codes=(CodeLine(code=question.code, role="mentioned"),),
        steps=(
            *local,
            *[
                step(
                    "mpfs",
                    f"{line['code']}/{line['release']}",
                    source,
                    _formula(line, rate, factor, amount),
                    f"Medicare {year}, national: {question.code} pays the professional "
                    f"${amount} {_where(rate)}.",
                )
                for rate, amount in known.items()
            ],
            *[said("places", row) for row in place],
            *[said("payment", row, question.code) for row in _notes(place, book)],
        ),
        cautions=(*_old(line, book), *horizon(book)),
    )


def _beside(question: PaymentQuestion, on: date, book: Codebook) -> Decision | None:
    """What is asked beside an amount: the conversion factor, or what a row says of the aspect."""
    every = book.all_rows["payment", "payment"]
    rows = [r for r in every if isinstance(r, StatementRow) and r.holds(on)]
    found = telling(
        [r for r in rows if set(r.aspects) & set(question.aspects)], rows, question.aspects
    )
    lead = found[0] if found else None
    told = tuple(said("payment", row, question.code) for row in found[:3])
    if lead and _line(question.code, on, book) is None and lead.answer == "":
        return NotCovered(verdict=verdict_of(lead, question.code), steps=told)
    if "conversion_factor" in question.aspects and (factors := _factors(on, book)):
        listed = " and ".join(f"{r.dollars:.4f}{_whose(r)}" for r in factors)
        return Decided(
            verdict=f"The Medicare conversion factor of {on.year} is {listed} dollars per RVU.",
            steps=tuple(
                step("factors", r.id, r, f"The factor of {r.id} is {r.dollars:.4f}{_whose(r)}.")
                for r in factors
            ),
            cautions=horizon(book),
        )
    if lead is None:
        return None
    return Decided(
        verdict=verdict_of(lead, question.code),
        answer=lead.answer,
        turns=lead.turns,
        codes=(CodeLine(code=question.code, role="mentioned"),),
        steps=told,
        cautions=horizon(book),
    )


def _factors(on: date, book: Codebook) -> list[FactorRow]:
    rows = [r for r in book.all_rows["factors", "factor"] if isinstance(r, FactorRow)]
    return [r for r in rows if r.holds(on)]


def _whose(row: FactorRow) -> str:
    return "" if row.participation == "all" else f" ({row.participation})"


def _checked(question: PaymentQuestion, known: Mapping[str, Decimal]) -> Short:
    """Whether the amount that somebody stated is one of ours."""
    if not question.claimed:
        return ""
    low, high = min(question.claimed), max(question.claimed)
    slack = Decimal(str(0.01 * high))
    inside = [Decimal(str(low)) - slack <= a <= Decimal(str(high)) + slack for a in known.values()]
    return "yes" if all(inside) else "no"


def _local(
    question: PaymentQuestion,
    line: Line,
    factor: FactorRow,
    known: Mapping[str, Decimal],
    book: Codebook,
) -> list[Step]:
    """The amounts of the localities asked about, each with its formula."""
    places = chosen(question.state, question.localities, int(line["effective"][:4]), book)
    row = _release(line, factor)
    return [
        step(
            "gpci",
            f"{place['release']}/{key(place)}",
            row,
            formula(line, rate, place, factor.dollars),
        )
        for place in places[:MOST]
        for rate in known
    ]


def _local_verdict(
    question: PaymentQuestion,
    line: Line,
    factor: FactorRow,
    known: Mapping[str, Decimal],
    book: Codebook,
) -> str:
    """The amounts of the localities asked about in one sentence."""
    year = int(line["effective"][:4])
    places = chosen(question.state, question.localities, year, book)
    told = [
        f"{place['name'].title()} "
        + " and ".join(
            f"${adjusted(line, rate, place, factor.dollars)} {_where(rate)}" for rate in known
        )
        for place in places[:MOST]
    ]
    more = f"; {len(places) - MOST} more localities" if len(places) > MOST else ""
    return f"Medicare {year} by locality, {question.code}: {'; '.join(told)}{more}."


def _day(question: PaymentQuestion, book: Codebook) -> date:
    if question.year and question.year != book.on.year:
        return date(question.year, 12, 31)
    return book.on


def _line(code: str, on: date, book: Codebook) -> Line | None:
    """The release in force on the day; else the first held of the same year."""
    lines = [
        line
        for line in book.large("mpfs")
        if line["code"] == code
        and not line["modifier"]
        and line["effective"][:4] == str(on.year)
        and line["status"] in ("A", "R", "T")
    ]
    before = [line for line in lines if line["effective"] <= on.isoformat()]
    return before[-1] if before else (lines[0] if lines else None)


def _factor(on: date, book: Codebook) -> FactorRow | None:
    rows = [r for r in book.all_rows["factors", "factor"] if isinstance(r, FactorRow)]
    held = [r for r in rows if r.holds(on) and r.participation in ("all", "non-QP")]
    return held[0] if held else None


def _rates(question: PaymentQuestion, book: Codebook) -> tuple[str, ...]:
    for row in book.statements("places", "place"):
        if row.id == question.place_of_service:
            return ("office",) if "office" in row.aspects else ("facility",)
    return (question.rate,) if question.rate else ("office", "facility")


def _amount(line: Line, rate: str, factor: float) -> Decimal | None:
    if not line[rate]:
        return None
    total = Decimal(line["work"]) + Decimal(line[rate]) + Decimal(line["malpractice"])
    dollars = total * Decimal(str(factor))
    return dollars.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _where(rate: str) -> str:
    return "in the office" if rate == "office" else "in a facility (hospital or ASC)"


def _formula(line: Line, rate: str, factor: FactorRow, amount: Decimal) -> str:
    return (
        f"{line['code']}, {rate} rate: ({line['work']} work + {line[rate]} practice expense + "
        f"{line['malpractice']} malpractice) x {factor.dollars} = ${amount}, release "
        f"{line['release']} of {line['effective']}."
    )


def _release(line: Line, factor: FactorRow) -> FactorRow:
    """The factor's row, citing the release file the line stands in."""
    key = {"RVU26C": "rvu26c", "RVU25D": "rvu25d"}.get(line["release"], "rvu19-25")
    return factor.model_copy(update={"source": (key, *factor.source)})


def _notes(place: list[StatementRow], book: Codebook) -> list[StatementRow]:
    asc = any(row.id == "24" for row in place)
    rows = [r for r in book.statements("payment", "payment") if not r.aspects]
    return [r for r in rows if not r.places or (asc and "24" in r.places) or not place][:3]


def _old(line: Line, book: Codebook) -> tuple[Caution, ...]:
    """Say so when the release is not the one in force on the day."""
    if line["effective"] <= book.on.isoformat() or line["effective"][:4] != str(book.on.year):
        return ()
    return (
        Caution(
            text=f"The only release of {line['effective'][:4]} held is {line['release']} of "
            f"{line['effective']}, later than the date of service.",
            row=f"mpfs/{line['code']}/{line['release']}",
        ),
    )
