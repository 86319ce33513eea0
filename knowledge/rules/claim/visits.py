"""A visit beside a procedure: does a modifier say that it was separate, and the right one? Pure."""

from collections.abc import Iterator

from knowledge.rules.claim.day import Day, Line
from knowledge.rules.claim.values import Finding


def visits(day: Day) -> Iterator[Finding]:
    """Visits that lack their modifier, or carry one for another case."""
    for line in day.live:
        yield from _visit(line, day)


def _visit(line: Line, day: Day) -> Iterator[Finding]:
    """A visit beside a procedure needs the modifier that says it was separate.

    Where an NCCI edit stands between the two, pairs.py has told of it.
    """
    visit = day.tables.visits.get(line.code)
    if visit is None or line.carries(visit.modifiers[:1]):
        return
    beside = [x for x in day.live if is_procedure(x, day)]
    if not beside:
        return
    if any(x.carries(visit.modifiers[:1]) for x in beside):
        return  # claim.toml says that 25 stands on the procedure instead of the visit
    long = any(global_days(x, day) == MAJOR for x in beside)
    other = [m for m in line.modifiers if m in visit.modifiers[1:]]
    if other and not long:
        row = day.tables.notes[f"{other[0]}-visit"]
        yield day.found(
            "wrong_modifier",
            "error",
            (line.at,),
            row.say.replace("{code}", line.code).replace("{beside}", beside[0].code),
            row.short.replace("{code}", line.code).replace("{beside}", beside[0].code),
            row,
            f"claim/{row.id}",
        )
    elif (
        not other and not line.carries(day.tables.book.distinct) and not _edited(line, beside, day)
    ):
        yield day.found(
            "missing_modifier",
            "error",
            (line.at,),
            visit.say.replace("{code}", line.code).replace("{beside}", beside[0].code),
            visit.fix.replace("{code}", line.code).replace("{beside}", beside[0].code),
            visit,
            f"claim/{visit.id}",
        )


def _edited(line: Line, others: list[Line], day: Day) -> bool:
    """Does an NCCI edit stand between the line and one of the others?"""
    return any(day.tables.pair(line.code, x.code, day.setting.kind) for x in others)


MAJOR = "090"
"""The global period of major surgery, in the fee schedule's own writing."""


def global_days(line: Line, day: Day) -> str:
    """The global period of a code as the fee schedule writes it; "" = not held."""
    days = day.tables.indicators(line.code).get("global_days", "")
    return days.zfill(3) if days.isdigit() else days


def is_procedure(line: Line, day: Day) -> bool:
    """Does the code carry a global period of its own, so that a visit is part of it?"""
    return global_days(line, day).isdigit()
