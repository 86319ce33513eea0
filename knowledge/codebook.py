"""The tables as they stood on one day.

A snapshot: rules read it and nothing else. It knows no clock and no disk; the
large public tables come through a function that the loader gives it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar, cast

from knowledge import modifier_rows, policy_rows, rows
from knowledge.errors import UnknownCode
from knowledge.kinds import ChoiceRow, JointRow, KindRow, PartRow

R = TypeVar("R", bound=rows.Row)
Lines = tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Codebook:
    """Rows in force on `on`, and the rows of other days for history."""

    on: date
    sources: Mapping[str, rows.Source]
    all_rows: Mapping[tuple[str, str], tuple[rows.Row, ...]] = field(repr=False)
    large: Callable[[str], Lines] = field(repr=False)
    indexed: Callable[..., Mapping[tuple[str, ...], Lines]] = field(repr=False)
    """The same lines by the values of some columns: indexed("unit_limits", "code")."""

    def held(self, file: str, kind: str, cls: type[R]) -> tuple[R, ...]:
        """Rows of one kind in force on the day."""
        found = cast(tuple[R, ...], self.all_rows[file, kind])
        return tuple(row for row in found if row.holds(self.on))

    @cached_property
    def codes(self) -> Mapping[str, rows.CodeRow]:
        """Codes in force on the day."""
        return {row.code: row for row in self.held("codes", "code", rows.CodeRow)}

    @cached_property
    def every_code(self) -> Mapping[str, tuple[rows.CodeRow, ...]]:
        """All codes of all days: each with its rows, oldest first."""
        found: dict[str, list[rows.CodeRow]] = {}
        for row in cast(tuple[rows.CodeRow, ...], self.all_rows["codes", "code"]):
            found.setdefault(row.code, []).append(row)
        return {
            code: tuple(sorted(all_, key=lambda r: r.effective or date.min))
            for code, all_ in found.items()
        }

    def code(self, code: str) -> rows.CodeRow:
        """The row of a code on the day, or of its nearest day.

        Raises UnknownCode when no table has it on any day.
        """
        if code in self.codes:
            return self.codes[code]
        if code not in self.every_code:
            raise UnknownCode(code, self.on, near(code, self.every_code))
        past = [r for r in self.every_code[code] if r.effective is None or r.effective <= self.on]
        return past[-1] if past else self.every_code[code][0]

    @cached_property
    def facts(self) -> Mapping[str, rows.FactRow]:
        """The facts that pick a code, in the order a coder asks for them."""
        return {row.fact: row for row in self.held("facts", "fact", rows.FactRow)}

    @cached_property
    def presumptions(self) -> tuple[rows.PresumptionRow, ...]:
        return self.held("presumptions", "presumption", rows.PresumptionRow)

    @cached_property
    def impossible(self) -> tuple[rows.ImpossibleRow, ...]:
        return self.held("impossible", "impossible", rows.ImpossibleRow)

    @cached_property
    def levels(self) -> tuple[rows.LevelRow, ...]:
        return self.held("levels", "level", rows.LevelRow)

    @cached_property
    def kinds(self) -> Mapping[str, KindRow]:
        """The kinds of procedure beside the epidural injections."""
        return {row.kind: row for row in self.held("kinds", "kind", KindRow)}

    def choices(self, kind: str) -> tuple[ChoiceRow, ...]:
        """What the facts of a kind lead to, with codes in force on the day only."""
        found = self.held("kinds", "choice", ChoiceRow)
        return tuple(row for row in found if row.kind == kind and row.first in self.codes)

    @cached_property
    def kind_facts(self) -> Mapping[str, rows.FactRow]:
        """The facts that pick a code of any kind; those of epidural injections among them."""
        own = {row.fact: row for row in self.held("kinds", "fact", rows.FactRow)}
        return {**self.facts, **own}

    @cached_property
    def parts(self) -> tuple[PartRow, ...]:
        return self.held("kinds", "part", PartRow)

    @cached_property
    def epidural_families(self) -> frozenset[str]:
        """The families of injections into the epidural space that are not neurolytic."""
        every = (row for rows_ in self.every_code.values() for row in rows_)
        found = {r.family for r in every if "non-neurolytic" in r.selects.get("substance", ())}
        return frozenset(found - {r.family for r in self.codes.values() if r.code == "64999"})

    @cached_property
    def joints(self) -> tuple[JointRow, ...]:
        return self.held("kinds", "joint", JointRow)

    def statements(self, file: str, kind: str) -> tuple[rows.StatementRow, ...]:
        """The sentences one rule may say on the day, first things first."""
        found = self.held(file, kind, rows.StatementRow)
        return tuple(sorted(found, key=lambda row: row.rank))

    @cached_property
    def modifier_verdicts(self) -> tuple[modifier_rows.ModifierRow, ...]:
        found = self.held("modifiers", "verdict", modifier_rows.ModifierRow)
        return tuple(sorted(found, key=lambda row: row.rank))

    @cached_property
    def modifier_names(self) -> Mapping[str, modifier_rows.ModifierName]:
        return {r.modifier: r for r in self.held("modifiers", "name", modifier_rows.ModifierName)}

    @cached_property
    def distinct(self) -> frozenset[str]:
        """The modifiers that answer an NCCI edit, such as 59."""
        return frozenset(m for m, row in self.modifier_names.items() if row.place == "distinct")

    @cached_property
    def diagnoses(self) -> Mapping[str, policy_rows.DiagnosisRow]:
        return {r.code: r for r in self.held("diagnosis", "diagnosis", policy_rows.DiagnosisRow)}

    @cached_property
    def every_diagnosis(self) -> frozenset[str]:
        """Each ICD-10-CM code that the lists hold on any day."""
        return frozenset(line["code"] for line in self.large("icd10cm")) | set(self.diagnoses)

    @cached_property
    def payers(self) -> tuple[policy_rows.PayerRow, ...]:
        return self.held("payers", "payer", policy_rows.PayerRow)


def near(code: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The known codes a slip away from this one, then those with the longest same beginning."""

    def shared(other: str) -> int:
        return next((i for i, (a, b) in enumerate(zip(code, other, strict=False)) if a != b), 5)

    def slipped(other: str) -> bool:
        """One digit wrong, or two neighbours changed about."""
        if len(other) != len(code):
            return False
        wrong = [i for i, (a, b) in enumerate(zip(code, other, strict=True)) if a != b]
        if len(wrong) == 1:
            return True
        pair = len(wrong) == 2 and wrong[1] == wrong[0] + 1
        return pair and code[wrong[0]] == other[wrong[1]] and code[wrong[1]] == other[wrong[0]]

    ranked = sorted(known, key=lambda other: (not slipped(other), -shared(other), other))
    return tuple(other for other in ranked if slipped(other) or shared(other) >= 2)[:most]


def applies(row: rows.StatementRow, code: rows.CodeRow) -> bool:
    """Does a statement concern this code?"""
    return listed(row.codes, row.families, code)


def listed(codes: tuple[str, ...], families: tuple[str, ...], code: rows.CodeRow) -> bool:
    """Is a code, or its family, among those listed? Two empty lists are every code."""
    anyone = not codes and not families
    return anyone or code.code in codes or code.family in families
