"""What does Medicare pay for the professional work? Pure; mpfs.csv and factors.toml decide.

Amount in US dollars = sum of RVU (x GPCI) x conversion factor, before sequestration.
A facility's own fee is hospital_rate.py's; an ASC's is not held, and the answer says so.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from knowledge.codebook import Codebook
from knowledge.decisions import Caution, CodeLine, Decided, Decision, NotCovered, Short, Step
from knowledge.facts import Frozen
from knowledge.payment_rows import FactorRow
from knowledge.rows import StatementRow
from knowledge.rules import fees
from knowledge.rules.fees import Line, amount, factor_for, factors, line_of, release, where
from knowledge.rules.global_period import global_period
from knowledge.rules.hospital_rate import hospital_rate
from knowledge.rules.local_payment import local
from knowledge.rules.localities import chosen
from knowledge.rules.payment_table import apart, side_by_side
from knowledge.rules.reasons import history, horizon, said, step, verdict_of
from knowledge.rules.session_payment import Billed, percents, session
from knowledge.rules.shares import share_of
from knowledge.rules.statements import telling

GENERAL = {"conversion_factor", "sequestration", "multiple_cut", "by_price", "place_rate"}
"""Aspects that one answer settles, whatever the codes and years."""


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
    quarter: int | None = Field(None, ge=1, le=4)
    """The quarter of that year, by its first day; None = the last day of the year."""
    aspects: tuple[str, ...] = ()
    """What is asked beside the amount, such as "opps", "conversion_factor" or "rvu"."""
    claimed: tuple[float, ...] = ()
    """Amounts that somebody stated, to be checked: the least and the most."""
    difference: bool = False
    """Whether the difference of the two amounts is asked for."""
    beside: tuple[str, ...] = Field((), max_length=11)
    """Other codes of the same session: the answer is then their sum, reduced by the rules."""
    units: dict[str, int] = {}
    """Units of a code, where there is more than one."""
    both_sides: tuple[str, ...] = ()
    """Codes done on both sides, billed with modifier 50."""
    component: Literal["26", "TC", ""] = ""
    """The professional or technical part of an imaging code."""
    others: tuple[str, ...] = Field((), max_length=5)
    """Codes to set beside this one, each with its own amount."""
    years: tuple[int, ...] = Field((), max_length=4)
    """Other years to set beside the one asked for."""
    participation: Literal["non-QP", "QP"] = "non-QP"
    """Whether the clinician qualifies in an advanced payment model: from 2026 two factors."""


def payment(question: PaymentQuestion, book: Codebook) -> Decision:
    """The national professional amount, office or facility, with its formula.

    Raises UnknownCode for a code no table has.
    """
    first = _one(question, book)
    if not (question.others or question.years) or GENERAL & set(question.aspects):
        return apart([first]) if question.difference else first
    found = [
        _one(question.model_copy(update={"code": code, "year": year}), book)
        for year in dict.fromkeys((question.year, *question.years))
        for code in dict.fromkeys((question.code, *question.others))
    ]
    return apart(found) if question.difference else side_by_side(found)


def _one(question: PaymentQuestion, book: Codebook) -> Decision:
    """The answer for one code and one year."""
    past: tuple[Caution, ...] = ()
    if question.code in book.every_code or not fees.in_schedule(question.code, book):
        past = history(book.code(question.code), book)
    on = _day(question, book)
    if told := _beside(question, on, book):
        return told
    if "opps" in question.aspects:
        return hospital_rate(question.code, on, book)
    factor = factor_for(on, book, question.participation)
    if factor and (question.beside or question.both_sides or question.units):
        return _session(question, on, factor, book)
    line = line_of(question.code, on, book, question.component)
    if line is None or factor is None:
        return NotCovered(
            verdict=f"No Medicare fee is held for {question.code} in {on.year}.",
            nearest=(),
            steps=(),
            cautions=(*past, *horizon(book)),
        )
    rates = _rates(question, book)
    known = _amounts(line, rates, factor)
    if not known and (part := line_of(question.code, on, book, "26")):
        # what a clinician is paid in a facility for a code with two parts is its 26 part
        line, known = part, _amounts(part, rates, factor)
    if "global_days" in question.aspects:
        return global_period(line, factor, book)
    if not known:
        return NotCovered(
            verdict=f"{question.code} has no {' or '.join(rates)} value in {line['release']}.",
            cautions=horizon(book),
        )
    return _decided(question, line, factor, known, book)


def _amounts(line: Line, rates: tuple[str, ...], factor: FactorRow) -> dict[str, Decimal]:
    found = {rate: amount(line, rate, factor.dollars) for rate in rates}
    return {rate: dollars for rate, dollars in found.items() if dollars is not None}


def _session(
    question: PaymentQuestion, on: date, factor: FactorRow, book: Codebook
) -> Decided | NotCovered:
    """The sum of the codes of one session, of one locality where just one is meant."""
    codes = tuple(dict.fromkeys((question.code, *question.beside)))
    lines = {code: line for code in codes if (line := line_of(code, on, book))}
    places = chosen(question.state, question.localities, on.year, book)
    billed = [
        Billed(code=code, units=question.units.get(code, 1), both_sides=code in question.both_sides)
        for code in codes
    ]
    found = session(
        billed,
        lines,
        _rates(question, book),
        factor,
        places[0] if len(places) == 1 else None,
        (*_dated(question, lines.values(), book), *horizon(book)),
        book,
    )
    if isinstance(found, NotCovered):
        return found
    if len(places) == 1:
        told = [step("payment", r.id, r, r.say) for r in percents("share", book)]
    else:
        rows = book.statements("payment", "payment")
        told = [said("payment", r, question.code) for r in rows if r.id == "before-cuts"]
    return found.model_copy(update={"steps": (*found.steps, *told)})


def _decided(
    question: PaymentQuestion,
    line: Line,
    factor: FactorRow,
    known: Mapping[str, Decimal],
    book: Codebook,
) -> Decided:
    year = line["effective"][:4]
    told = " and ".join(f"${dollars} {where(rate)}" for rate, dollars in known.items())
    name = fees.named(line)
    whose = " with the QP factor" if factor.participation == "QP" else ""
    verdict = f"Medicare {year}, national{whose}: {name} pays the professional {told}."
    values = verdict
    if "rvu" in question.aspects:
        values = verdict = (
            f"Medicare {year}: {name} has {line['work']} work RVU, practice expense "
            f"{line['office'] or 'none'} in the office and {line['facility'] or 'none'} in a "
            f"facility, malpractice {line['malpractice']}, in all {_totals(line)}: {told}."
        )
    places_ = chosen(question.state, question.localities, int(year), book)
    here, local_steps = local(places_, line, tuple(known), factor)
    if here:
        verdict = f"{here} {verdict}"
    places = book.statements("places", "place")
    place = [r for r in places if r.id == question.place_of_service]
    source = release(line, factor)
    amounts = [
        step(
            "mpfs",
            f"{line['code']}/{line['release']}",
            source,
            fees.formula(line, rate, factor, dollars),
            f"Medicare {year}, national{whose}: {name} pays the professional "
            f"${dollars} {where(rate)}.",
        )
        for rate, dollars in known.items()
    ]
    if "rvu" in question.aspects:
        amounts[0] = amounts[0].model_copy(update={"short": values})
    return Decided(
        verdict=verdict,
        answer=_checked(question, known),
        codes=(CodeLine(code=question.code, role="mentioned"),),
        steps=(
            *local_steps,
            *amounts,
            *[said("places", row) for row in place],
            *[said("payment", row, question.code) for row in _notes(place, book)],
            *_other_factor(line, factor, known, book),
        ),
        cautions=(*_dated(question, (line,), book), *horizon(book)),
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
    if lead and line_of(question.code, on, book) is None and lead.answer == "":
        return NotCovered(verdict=verdict_of(lead, question.code), steps=told)
    if "conversion_factor" in question.aspects and (held := factors(on, book)):
        turns = fees.changed_in(on.year, book) if question.year and not question.quarter else []
        held = turns or held
        listed = " and ".join(f"{r.dollars:.4f}{_whose(r)}{_from(r, turns)}" for r in held)
        return Decided(
            verdict=f"The Medicare conversion factor of {on.year} is {listed} dollars per RVU.",
            steps=tuple(
                step(
                    "factors",
                    r.id,
                    r,
                    f"The factor of {r.id} is {r.dollars:.4f}{_whose(r)}{_from(r, turns)}.",
                )
                for r in held
            ),
            cautions=horizon(book),
        )
    if lead is None:
        return None
    share = _share(question, on, book)
    sides, answer = _both_sides(question, on, book)
    told = (*sides, *told)
    own = share.because if share else ""
    return Decided(
        verdict=" ".join(
            filter(None, (*(s.because for s in sides), verdict_of(lead, question.code), own))
        ),
        answer=answer or lead.answer,
        turns=lead.turns,
        codes=(CodeLine(code=question.code, role="mentioned"),),
        steps=(*told, *([share] if share else [])),
        cautions=horizon(book),
    )


def _both_sides(
    question: PaymentQuestion, on: date, book: Codebook
) -> tuple[tuple[Step, ...], Short]:
    """What the code's own indicator says of both sides, where that is asked of it."""
    line = line_of(question.code, on, book)
    asked = "bilateral_rate" in question.aspects and question.code in question.both_sides
    rows = [r for r in percents("bilateral", book) if line and r.indicator == line["bilateral"]]
    if not asked or not rows:
        return (), ""
    row = rows[0]
    told = f"{question.code} has bilateral indicator {row.indicator}: its percent for both sides "
    told += f"is {row.percents[0]}."
    return (step("payment", row.id, row, told),), "yes" if row.percents[0] > 100 else "no"


def _share(question: PaymentQuestion, on: date, book: Codebook) -> Step | None:
    """The part of this code's amount that is asked about, in dollars."""
    line, factor = line_of(question.code, on, book), factor_for(on, book, question.participation)
    if line is None or factor is None:
        return None
    known = _amounts(line, _rates(question, book), factor)
    told = share_of(question.aspects, question.code, line["effective"][:4], known, book)
    name = f"{line['code']}/{line['release']}"
    return step("mpfs", name, release(line, factor), told) if told else None


def _from(row: FactorRow, turns: list[FactorRow]) -> str:
    return f" from {row.effective}" if turns else ""


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


def _day(question: PaymentQuestion, book: Codebook) -> date:
    year = question.year or book.on.year
    if question.quarter:
        return fees.first_day(year, question.quarter)
    return book.on if year == book.on.year else date(year, 12, 31)


def _rates(question: PaymentQuestion, book: Codebook) -> tuple[str, ...]:
    for row in book.statements("places", "place"):
        if row.id == question.place_of_service:
            return ("office",) if "office" in row.aspects else ("facility",)
    return (question.rate,) if question.rate else ("office", "facility")


def _totals(line: Line) -> str:
    """The total RVU of each rate the code has."""
    base = Decimal(line["work"]) + Decimal(line["malpractice"])
    rates = {"office": "in the office", "facility": "in a facility"}
    return " and ".join(
        f"{base + Decimal(line[rate])} {place}" for rate, place in rates.items() if line[rate]
    )


def _other_factor(
    line: Line, factor: FactorRow, known: Mapping[str, Decimal], book: Codebook
) -> list[Step]:
    """The same amounts with the other of two factors in force."""
    others = [r for r in _of_same_time(factor, book) if r.id != factor.id]
    return [
        step(
            "factors",
            other.id,
            other,
            f"With the {other.participation} factor of {other.dollars:.4f} {fees.named(line)} pays "
            + " and ".join(f"${amount(line, rate, other.dollars)} {where(rate)}" for rate in known)
            + ".",
        )
        for other in others
    ]


def _of_same_time(factor: FactorRow, book: Codebook) -> list[FactorRow]:
    return factors(factor.effective, book) if factor.effective else [factor]


def _notes(place: list[StatementRow], book: Codebook) -> list[StatementRow]:
    asc = any(row.id == "24" for row in place)
    rows = [r for r in book.statements("payment", "payment") if not r.aspects]
    return [r for r in rows if not r.places or (asc and "24" in r.places) or not place][:3]


def _dated(question: PaymentQuestion, lines: Iterable[Line], book: Codebook) -> tuple[Caution, ...]:
    """Say so when the release or the factor is not the only one of the time asked about."""
    on = _day(question, book)
    found = [
        Caution(
            text=f"The only release of {line['effective'][:4]} held is {line['release']} of "
            f"{line['effective']}, later than the date of service.",
            row=f"mpfs/{line['code']}/{line['release']}",
        )
        for line in list(lines)[:1]
        if line["effective"] > on.isoformat() and line["effective"][:4] == str(on.year)
    ]
    turns = fees.changed_in(on.year, book)
    if turns and (question.year or question.quarter):
        told = " and ".join(f"{r.dollars:.4f} from {r.effective}" for r in turns)
        found.append(
            Caution(
                text=f"The factor changed in {on.year}: {told}.",
                row=f"factors/{turns[-1].id}",
                sources=turns[-1].source,
            )
        )
    return tuple(found)
