"""What does Medicare pay for all procedures of one session? Pure.

Each code's amount, both sides first, then the cut for the second and later procedures, by the
indicators of mpfs.csv and the percents of payment.toml. A code without an amount stops the sum.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from knowledge.codebook import Codebook
from knowledge.decisions import Caution, CodeLine, Decided, NotCovered, Step
from knowledge.facts import Frozen
from knowledge.payment_rows import FactorRow, PercentRow
from knowledge.rules.fees import Line, amount, percent_of, where
from knowledge.rules.pairs import Pair, find_pair, release
from knowledge.rules.reasons import step


class Billed(Frozen):
    """One code of the session, as billed."""

    code: str
    units: int = 1
    both_sides: bool = False

    @property
    def name(self) -> str:
        """The code as it stands on the line."""
        sides = f"{self.code}-50" if self.both_sides else self.code
        return f"{sides} x{self.units}" if self.units > 1 else sides


class Paid(Frozen):
    """One procedure with its percents: what the schedule allows, and what is paid."""

    billed: Billed
    allowed: Decimal
    side: int
    """Percent for both sides."""
    turn: int = 100
    """Percent as the first, second or later procedure."""

    @property
    def dollars(self) -> Decimal:
        return percent_of(percent_of(self.allowed, self.side), self.turn)


def session(
    billed: Sequence[Billed],
    lines: Mapping[str, Line],
    rates: Sequence[str],
    factor: FactorRow,
    place: Line | None,
    cautions: tuple[Caution, ...],
    book: Codebook,
) -> Decided | NotCovered:
    """The sum for each rate, with how every part of it comes about."""
    open_ = [b.code for b in billed if b.code not in lines]
    if open_:
        return NotCovered(
            verdict=f"No Medicare fee is held for {' and '.join(open_)}, so there is no sum.",
            cautions=cautions,
        )
    year = next(iter(lines.values()))["effective"][:4]
    names = " and ".join(b.name for b in billed)
    area = place["name"].title() if place else "national"
    verb = "pay" if len(billed) > 1 else "pays"
    lead = f"Medicare {year}, {area}: {names} {verb} the professional"
    shown: list[str] = []
    steps: list[Step] = []
    for rate in rates:
        paid = _paid(billed, lines, rate, factor, place, book)
        if paid is None:
            continue
        total = sum((p.dollars for p in paid), Decimal(0))
        shown.append(f"${total} {where(rate)}")
        parts = " + ".join(f"{p.billed.name} {_percents(p)}${p.dollars}" for p in paid)
        sum_ = f" = ${total}" if len(paid) > 1 else ""
        row = next(r for r in percents("multiple", book) if len(r.percents) > 1)
        told = f"{lead} ${total} {where(rate)}."
        steps.append(step("payment", row.id, row, f"The {rate} rate: {parts}{sum_}.", told))
    if not shown:
        listed = " and ".join(b.code for b in billed)
        return NotCovered(
            verdict=f"{listed} have no {' or '.join(rates)} value in the release held.",
            cautions=cautions,
        )
    return Decided(
        verdict=f"{lead} {' and '.join(shown)}.",
        codes=tuple(CodeLine(code=b.code, role="mentioned") for b in billed),
        steps=(*steps, *_why(billed, lines, book)),
        cautions=(*_edits(billed, book), *cautions),
    )


def _edits(billed: Sequence[Billed], book: Codebook) -> list[Caution]:
    """The NCCI edits between the codes: a line that one denies is not in any sum."""
    pairs = [find_pair(a.code, b.code, book) for a, b in combinations(billed, 2)]
    held = [pair for pair in pairs if pair]
    table = release(book)
    found = [
        Caution(
            text=f"NCCI pairs {pair.column1} with {pair.column2} (indicator {pair.indicator}): "
            f"the {pair.column2} line is paid {_when(pair)}, so it may fall out of the sum.",
            row=f"ncci_pairs/{pair.column1}/{pair.column2}",
            sources=table.source,
        )
        for pair in held
    ]
    if held:
        said_ = Caution(text=table.say, row=f"horizons/{table.id}", sources=table.source)
        found.append(said_)
    return found


def _when(pair: Pair) -> str:
    return "never beside it" if pair.indicator == "0" else "only for a truly separate service"


def percents(kind: str, book: Codebook) -> tuple[PercentRow, ...]:
    """The percents of one kind in force on the day."""
    return tuple(r for r in book.held("payment", "percent", PercentRow) if r.kind == kind)


def _paid(
    billed: Sequence[Billed],
    lines: Mapping[str, Line],
    rate: str,
    factor: FactorRow,
    place: Line | None,
    book: Codebook,
) -> list[Paid] | None:
    """Each procedure with its percents, the dearest first; None where one has no such rate."""
    found: list[Paid] = []
    for one in billed:
        dollars = amount(lines[one.code], rate, factor.dollars, place)
        if dollars is None:
            return None
        side = _side(one, lines[one.code], book)
        if side is None:
            return None
        if _cut(lines[one.code], book) is None:
            found.append(Paid(billed=one, allowed=dollars * one.units, side=side))
            continue
        each = one.model_copy(update={"units": 1})
        found += [Paid(billed=each, allowed=dollars, side=side)] * one.units
    found.sort(key=lambda p: -p.dollars)
    turn = 0
    paid: list[Paid] = []
    for one_paid in found:
        cut = _cut(lines[one_paid.billed.code], book)
        if cut is not None:
            share = cut.percents[min(turn, len(cut.percents) - 1)]
            one_paid = one_paid.model_copy(update={"turn": share})
            turn += 1
        paid.append(one_paid)
    return paid


def _cut(line: Line, book: Codebook) -> PercentRow | None:
    """The row that reduces the code beside others; None: it is never reduced."""
    rows = [r for r in percents("multiple", book) if r.indicator == line["multiple"]]
    return rows[0] if rows and len(rows[0].percents) > 1 else None


def _side(one: Billed, line: Line, book: Codebook) -> int | None:
    """The percent for both sides; None where the indicator's percent is not held."""
    if not one.both_sides:
        return 100
    held = (r.percents[0] for r in percents("bilateral", book) if r.indicator == line["bilateral"])
    return next(held, None)


def _percents(paid: Paid) -> str:
    told = [f"{p}%" for p in (paid.side, paid.turn) if p != 100]
    return f"${paid.allowed} x {' x '.join(told)} = " if told else ""


def _why(billed: Sequence[Billed], lines: Mapping[str, Line], book: Codebook) -> list[Step]:
    """The percent rows that the codes call for, each said once with its codes."""
    found: list[Step] = []
    kinds = ("bilateral", "multiple") if len(billed) > 1 else ("bilateral",)
    for kind in kinds:
        for row in percents(kind, book):
            codes = [
                b.code
                for b in billed
                if lines[b.code][kind] == row.indicator and (kind == "multiple" or b.both_sides)
            ]
            if codes:
                found.append(
                    step(
                        "payment",
                        row.id,
                        row,
                        f"{' and '.join(codes)}: {row.say[0].lower()}{row.say[1:]}",
                    )
                )
    return found
