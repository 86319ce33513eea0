"""Every way the unstated facts may turn out, and the code each leads to. Pure.

The presumptions narrow the ways; anatomy rules some out. What select_code decides and
what it asks are both read off these completions.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import product

from knowledge.codebook import Codebook
from knowledge.decisions import Assumed
from knowledge.facts import SELECTING, Procedure
from knowledge.rows import CodeRow, FactRow, LevelRow, PresumptionRow

Completion = Mapping[str, str]
"""One value for every selecting fact."""

Stated = Mapping[str, tuple[str, ...]]
"""The values a stated fact may have; a fact not in it was not stated."""


def levels_of(procedure: Procedure, book: Codebook) -> tuple[LevelRow, ...]:
    """The rows of the levels stated: by interspace, else by the root that leaves there."""
    return tuple(row for name in procedure.levels if (row := level_row(name, procedure, book)))


def level_row(name: str, procedure: Procedure, book: Codebook) -> LevelRow | None:
    """The row of one level for this approach; with no approach, the first that has it.

    "L4-L5" is read as "L4-5", as the table has it.
    """
    approach = procedure.approach
    spelled = re.sub(r"^([A-Z])(\d+)-\1(?=\d)", r"\1\2-", name)
    found = [
        row
        for row in book.levels
        if (row.level == spelled or name in row.root_of)
        and (not row.approaches or approach is None or approach in row.approaches)
    ]
    return found[0] if found else None


def count_levels(procedure: Procedure, book: Codebook) -> int | None:
    """How many levels were treated: distinct interspaces named, else the number said."""
    named = {row.level for row in levels_of(procedure, book)}
    return procedure.level_count or len(named) or None


def stated_values(procedure: Procedure, book: Codebook) -> Stated:
    stated: dict[str, tuple[str, ...]] = {}
    for fact in SELECTING:
        value = getattr(procedure, fact)
        if value is not None and fact not in procedure.unclear:
            stated[fact] = book.facts[fact].aliases.get(value, (value,))
        elif left := _left_over(book.facts[fact], procedure):
            stated[fact] = left
    regions = {row.region for row in levels_of(procedure, book)}
    told = procedure.region is not None or "region" in procedure.unclear
    if regions and not told:
        stated["region"] = tuple(r for r in book.facts["region"].values if r in regions)
    return stated


def _left_over(fact: FactRow, procedure: Procedure) -> tuple[str, ...]:
    """The values still possible when some were ruled out; empty when none was."""
    left = tuple(v for v in fact.values if v not in procedure.ruled_out)
    return left if len(left) < len(fact.values) else ()


def conflict_of(procedure: Procedure, book: Codebook) -> str:
    """A sentence when the levels and the region stated cannot both be true."""
    for row in levels_of(procedure, book):
        if procedure.region and not _same_side(row.region, procedure.region, book):
            return (
                f"{row.level} counts as {row.region}, but the region stated is {procedure.region}."
            )
    return ""


def _same_side(one: str, other: str, book: Codebook) -> bool:
    """Do two regions always lead to the same codes?"""
    groups = book.facts["region"].aliases.values()
    return one == other or any(one in group and other in group for group in groups)


def _every(stated: Stated, book: Codebook) -> Iterator[Completion]:
    choices = [stated.get(fact, book.facts[fact].values) for fact in SELECTING]
    for values in product(*choices):
        completion = dict(zip(SELECTING, values, strict=True))
        if not any(matches(row.when, completion) for row in book.impossible):
            yield completion


def matches(when: Mapping[str, tuple[str, ...]], completion: Completion) -> bool:
    return all(completion[fact] in values for fact, values in when.items())


def completions(
    stated: Stated,
    book: Codebook,
    without: PresumptionRow | None = None,
    unclear: tuple[str, ...] = (),
) -> tuple[Completion, ...]:
    """Every completion the presumptions leave; `without` sets one of them aside.

    Nothing is presumed of a fact that is unclear.
    """
    used = [
        row
        for row in book.presumptions
        if _presumable(row, stated, book) and row is not without and row.fact not in unclear
    ]

    def presumed(completion: Completion) -> bool:
        return all(
            completion[row.fact] in values_of(book.facts[row.fact], row.value)
            for row in used
            if matches(row.when, completion)
        )

    return tuple(c for c in _every(stated, book) if presumed(c))


def _presumable(row: PresumptionRow, stated: Stated, book: Codebook) -> bool:
    """Is the fact still open, and everything presumed of it still possible?"""
    if row.fact not in SELECTING or not is_open(row.fact, stated, book):
        return False
    left = stated.get(row.fact, book.facts[row.fact].values)
    return set(values_of(book.facts[row.fact], row.value)) <= set(left)


def values_of(fact: FactRow, value: str) -> tuple[str, ...]:
    return fact.aliases.get(value, (value,))


def row_for(completion: Completion, book: Codebook) -> CodeRow | None:
    for row in book.codes.values():
        if row.selects and matches(row.selects, completion):
            return row
    return None


def outcome_of(completion: Completion, book: Codebook) -> str | None:
    row = row_for(completion, book)
    return row.code if row else None


def outcomes_of(kept: tuple[Completion, ...], book: Codebook) -> set[str | None]:
    return {outcome_of(c, book) for c in kept}


def assumed_by(
    stated: Stated, kept: tuple[Completion, ...], book: Codebook, unclear: tuple[str, ...] = ()
) -> tuple[tuple[Assumed, ...], list[str]]:
    """The presumptions without which the outcome would be another, and their conditions."""
    found, conditions = [], []
    outcomes = outcomes_of(kept, book)
    for row in book.presumptions:
        if row.fact in unclear or not _presumable(row, stated, book):
            continue
        if not any(matches(row.when, c) for c in kept):
            continue
        if outcomes_of(completions(stated, book, row, unclear), book) != outcomes:
            found.append(
                Assumed(
                    fact=row.fact,
                    value=row.value,
                    because=row.because,
                    row=f"presumptions/{row.fact}",
                )
            )
            if row.condition:
                conditions.append(row.condition)
    return tuple(found), conditions


def is_open(fact: str, stated: Stated, book: Codebook) -> bool:
    """Was no value stated? Several left over by exclusion are still a question."""
    values = stated.get(fact)
    return values is None or (len(values) > 1 and values not in book.facts[fact].aliases.values())
