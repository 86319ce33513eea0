"""The tables of one day, looked up by code. Pure; what was looked up once is kept.

A claim file has thousands of lines and few codes: the rows that concern a code are chosen
the first time the code is met, and never by walking a large table.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property, lru_cache
from typing import TypeVar, cast

from knowledge.claim_rows import (
    BarredRow,
    CheckRow,
    FitRow,
    LimitRow,
    LineRow,
    NeedsAllRow,
    TwoLinesRow,
    VisitRow,
)
from knowledge.codebook import Codebook
from knowledge.facts import Claim
from knowledge.modifier_rows import BundlingRow, IndicatorRow, TogetherRow
from knowledge.rows import CodeRow, StatementRow
from knowledge.rules.indicators import indicators
from knowledge.rules.pairs import Pair, find_pair, in_pairs, pairs_held_for

R = TypeVar("R", bound=CheckRow)

MOST_DAYS = 64
"""Snapshots kept at once."""


class DayBook:
    """One day's tables for the checks of a claim."""

    def __init__(self, book: Codebook) -> None:
        self.book = book
        self._rows: dict[tuple[str, str], tuple[CheckRow, ...]] = {}
        self._limit_ids: dict[str, frozenset[str]] = {}
        self._pairs: dict[tuple[str, str, Claim], Pair | None] = {}
        self._told: dict[tuple[str, str], tuple[BundlingRow, ...]] = {}
        self._indicators: dict[str, Mapping[str, str]] = {}

    def code(self, code: str) -> CodeRow | None:
        """The row of a code in force on the day; None = not in force, or not in the tables."""
        return self.book.codes.get(code)

    def known(self, code: str) -> bool:
        """Does any table that a check reads know the code, as ours or as a neighbor?"""
        book = self.book
        return (
            code in book.every_code
            or code in self.visits
            or in_pairs(code, book)
            or (code,) in book.indexed("unit_limits", "code")
            or (code, "") in book.indexed("mpfs", "code", "modifier")
            or code in self._neighbors
        )

    @cached_property
    def _neighbors(self) -> frozenset[str]:
        """Codes outside codes.toml that rows of pairs and claims name."""
        beside = [row.beside_codes for row in self._bundling]
        named = [row.codes for row in self.book.held("claim", "line", LineRow)]
        named += [row.apart_beside for row in self.book.held("claim", "fit", FitRow)]
        return frozenset(code for codes in (*beside, *named) for code in codes)

    @cached_property
    def named_modifiers(self) -> frozenset[str]:
        """Modifiers that a row of claim.toml speaks of."""
        held = self.book.held("claim", "line", LineRow)
        return frozenset(m for row in held for m in row.modifiers)

    def line_rows(self, code: str) -> tuple[LineRow, ...]:
        return self._concerning("line", LineRow, code)

    def limits(self, code: str) -> tuple[LimitRow, ...]:
        return self._concerning("limit", LimitRow, code)

    def fits(self, code: str) -> tuple[FitRow, ...]:
        return self._concerning("fit", FitRow, code)

    def limit_ids(self, code: str) -> frozenset[str]:
        """The ids of the limits that concern a code."""
        if code not in self._limit_ids:
            self._limit_ids[code] = frozenset(row.id for row in self.limits(code))
        return self._limit_ids[code]

    def _concerning(self, kind: str, cls: type[R], code: str) -> tuple[R, ...]:
        if (kind, code) not in self._rows:
            row = self.code(code)
            held = self.book.held("claim", kind, cls)
            self._rows[kind, code] = tuple(r for r in held if concerns(r, code, row))
        return cast(tuple[R, ...], self._rows[kind, code])

    def pair(self, one: str, other: str, claim: Claim) -> Pair | None:
        """The active NCCI edit between two codes, whichever is column 1."""
        key = (one, other, claim)
        if key not in self._pairs:
            self._pairs[key] = find_pair(one, other, self.book, claim)
        return self._pairs[key]

    def pairs_held(self, one: str, other: str) -> bool:
        """Would the pair be in the table if there were one?"""
        return pairs_held_for(one, other, self.book)

    def refusals(self, one: str, other: str) -> tuple[BundlingRow, ...]:
        """What bundling.toml refuses of the second code beside the first, in any situation."""
        return tuple(row for row in self._beside(one, other) if row.verdict == "never")

    def policies(self, one: str, other: str) -> tuple[BundlingRow, ...]:
        """What single payers say of the two codes in one session."""
        both = (*self._beside(one, other), *self._beside(other, one))
        return tuple(row for row in both if row.payer)

    def _beside(self, one: str, other: str) -> tuple[BundlingRow, ...]:
        if (one, other) not in self._told:
            self._told[one, other] = tuple(
                row
                for row in self._bundling
                if self._named(one, row.codes, row.families)
                and self._named(other, row.beside_codes, row.beside_families)
            )
        return self._told[one, other]

    @cached_property
    def _bundling(self) -> tuple[BundlingRow, ...]:
        held = self.book.held("bundling", "bundling", BundlingRow)
        return tuple(row for row in held if not row.when)

    def _named(self, code: str, codes: Iterable[str], families: Iterable[str]) -> bool:
        row = self.code(code)
        return code in codes or (row is not None and row.family in families)

    def parents(self, code: str) -> tuple[str, ...]:
        """The codes one of which an add-on needs; empty: no add-on."""
        row = self.code(code)
        if row is not None and row.role != "add-on":
            return ()
        # a family's own list is narrower than the public one, which has known slips
        if row is not None and row.add_on_to and row.region not in ("any", ""):
            return row.add_on_to
        listed = self.book.indexed("add_ons", "add_on").get((code,), ())
        own = row.add_on_to if row is not None else ()
        return tuple(dict.fromkeys((*own, *(line["primary"] for line in listed))))

    def unit_limit(self, code: str) -> Mapping[str, str] | None:
        lines = self.book.indexed("unit_limits", "code").get((code,), ())
        return lines[0] if lines else None

    def indicators(self, code: str) -> Mapping[str, str]:
        """The fee schedule's indicators of a code; empty when the files do not hold it."""
        if code not in self._indicators:
            self._indicators[code] = indicators(code, self.book) or {}
        return self._indicators[code]

    @cached_property
    def indicator_rows(self) -> tuple[IndicatorRow, ...]:
        held = self.book.held("modifiers", "indicator", IndicatorRow)
        return tuple(sorted(held, key=lambda row: row.rank))

    @cached_property
    def together(self) -> tuple[TogetherRow, ...]:
        held = self.book.held("modifiers", "together", TogetherRow)
        return tuple(sorted(held, key=lambda row: row.rank))

    @cached_property
    def two_lines(self) -> tuple[TwoLinesRow, ...]:
        return self.book.held("claim", "two_lines", TwoLinesRow)

    @cached_property
    def barred(self) -> tuple[BarredRow, ...]:
        return self.book.held("claim", "barred", BarredRow)

    @cached_property
    def notes(self) -> Mapping[str, StatementRow]:
        """What is said where no other row speaks: `say` the fault, `short` what to do."""
        return {row.id: row for row in self.book.held("claim", "note", StatementRow)}

    @cached_property
    def visits(self) -> Mapping[str, VisitRow]:
        held = self.book.held("claim", "visit", VisitRow)
        return {code: row for row in held for code in row.codes}

    @cached_property
    def needs_all(self) -> Mapping[str, NeedsAllRow]:
        return {row.code: row for row in self.book.held("claim", "needs_all", NeedsAllRow)}

    @cached_property
    def releases(self) -> Mapping[str, StatementRow]:
        """The rows that say of when the pair table and the unit limits are."""
        return {row.aspects[0]: row for row in self.book.statements("horizons", "release")}

    def release_day(self, kind: str) -> date:
        """The day the table of pairs or units is of."""
        row = self.releases[kind]
        return date.fromisoformat(self.book.sources[row.source[0]].release)


def concerns(row: CheckRow, code: str, known: CodeRow | None) -> bool:
    """Does a row of claim.toml speak of this code?"""
    family = known.family if known else ""
    role = known.role if known else ""
    if code in row.except_codes or family in row.except_families:
        return False
    if not (row.codes or row.families or row.roles):
        return True
    return code in row.codes or family in row.families or role in row.roles


class DayBooks:
    """The day books of the last days asked for, each built once."""

    def __init__(self, on: Callable[[date], Codebook]) -> None:
        self.on = lru_cache(maxsize=MOST_DAYS)(lambda day: DayBook(on(day)))
