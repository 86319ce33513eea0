"""Every way the unstated facts may turn out, and the code each leads to. Pure.

The presumptions narrow the ways; anatomy rules some out. What select_code decides and
what it asks are both read off these completions.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import product

from knowledge.codebook import Codebook
from knowledge.decisions import Assumed
from knowledge.facts import Procedure
from knowledge.rows import FactRow, LevelRow, PresumptionRow
from knowledge.rules.schemes import Completion, Scheme, matches

Stated = Mapping[str, tuple[str, ...]]
"""The values a stated fact may have; a fact not in it was not stated."""


def levels_of(procedure: Procedure, book: Codebook) -> tuple[LevelRow, ...]:
    """The rows of the levels stated: by interspace, else by the root that leaves there."""
    return tuple(row for name in procedure.levels if (row := level_row(name, procedure, book)))


def level_row(name: str, procedure: Procedure, book: Codebook) -> LevelRow | None:
    """The row of one level for this approach; with no approach, the first that has it."""
    approach = procedure.approach
    written = spelled(name)
    found = [
        row
        for row in book.levels
        if (row.level == written or name in row.root_of)
        and (not row.approaches or approach is None or approach in row.approaches)
    ]
    return found[0] if found else None


def spelled(name: str) -> str:
    """ "L4-L5" as the tables have it, "L4-5"."""
    return re.sub(r"^([A-Z])(\d+)-\1(?=\d)", r"\1\2-", name)


def count_levels(procedure: Procedure, book: Codebook) -> int | None:
    """How many levels were treated: distinct interspaces named, else the number said."""
    named = {row.level for row in levels_of(procedure, book)}
    return procedure.level_count or len(named) or None


def stated_values(procedure: Procedure, scheme: Scheme, regions: Collection[str]) -> Stated:
    """The values each stated fact may have; the levels state the region unless it was told."""
    stated: dict[str, tuple[str, ...]] = {}
    for fact, row in scheme.facts.items():
        value = getattr(procedure, fact, None) or procedure.details.get(fact)
        if value is not None and fact not in procedure.unclear:
            stated[fact] = row.aliases.get(value, (value,))
        elif left := _left_over(row, procedure):
            stated[fact] = left
    told = procedure.region is not None or "region" in procedure.unclear
    if regions and not told and "region" in scheme.facts:
        stated["region"] = tuple(r for r in scheme.facts["region"].values if r in regions)
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


def _every(stated: Stated, scheme: Scheme) -> Iterator[Completion]:
    choices = [stated.get(fact, row.values) for fact, row in scheme.facts.items()]
    for values in product(*choices):
        completion = dict(zip(scheme.facts, values, strict=True))
        if not any(matches(row.when, completion) for row in scheme.impossible):
            yield completion


def completions(
    stated: Stated,
    scheme: Scheme,
    without: PresumptionRow | None = None,
    unclear: tuple[str, ...] = (),
) -> tuple[Completion, ...]:
    """Every completion the presumptions leave; `without` sets one of them aside.

    Nothing is presumed of a fact that is unclear.
    """
    used = [
        row
        for row in scheme.presumptions
        if _presumable(row, stated, scheme) and row is not without and row.fact not in unclear
    ]

    def presumed(completion: Completion) -> bool:
        return all(
            completion[row.fact] in values_of(scheme.facts[row.fact], row.value)
            for row in used
            if matches(row.when, completion)
        )

    return tuple(c for c in _every(stated, scheme) if presumed(c))


def _presumable(row: PresumptionRow, stated: Stated, scheme: Scheme) -> bool:
    """Is the fact still open, and everything presumed of it still possible?"""
    if not is_open(row.fact, stated, scheme):
        return False
    fact = scheme.facts[row.fact]
    return set(values_of(fact, row.value)) <= set(stated.get(row.fact, fact.values))


def values_of(fact: FactRow, value: str) -> tuple[str, ...]:
    return fact.aliases.get(value, (value,))


def outcomes_of(kept: tuple[Completion, ...], scheme: Scheme) -> set[str | None]:
    return {scheme.outcome(c) for c in kept}


def assumed_by(
    stated: Stated, kept: tuple[Completion, ...], scheme: Scheme, unclear: tuple[str, ...] = ()
) -> tuple[tuple[Assumed, ...], list[str]]:
    """The presumptions without which the outcome would be another, and their conditions."""
    found, conditions = [], []
    outcomes = outcomes_of(kept, scheme)
    for row in scheme.presumptions:
        if row.fact in unclear or not _presumable(row, stated, scheme):
            continue
        if not any(matches(row.when, c) for c in kept):
            continue
        if outcomes_of(completions(stated, scheme, row, unclear), scheme) != outcomes:
            found.append(
                Assumed(
                    fact=row.fact,
                    value=row.value,
                    because=row.because,
                    row=f"{scheme.table}/{row.fact}",
                )
            )
            if row.condition:
                conditions.append(row.condition)
    return tuple(found), conditions


def is_open(fact: str, stated: Stated, scheme: Scheme) -> bool:
    """Was no value stated? Several left over by exclusion are still a question."""
    values = stated.get(fact)
    aliases = scheme.facts[fact].aliases.values()
    return values is None or (len(values) > 1 and values not in aliases)
