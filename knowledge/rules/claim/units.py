"""More units of a code on one day than the unit limit allows? Pure; unit_limits.csv decides."""

from collections.abc import Iterator, Mapping

from knowledge.claim_rows import TwoLinesRow
from knowledge.rules.claim.day import Day, Line
from knowledge.rules.claim.setting import hears, reaches
from knowledge.rules.claim.values import Finding

SIDES = ("LT", "RT")


def units(day: Day) -> Iterator[Finding]:
    """Lines without units, and codes whose lines of the day together exceed their limit."""
    by_code: dict[str, list[Line]] = {}
    for line in day.live:
        by_code.setdefault(line.code, []).append(line)
        if line.units == 0:
            yield _none(line, day)
    for code, lines in by_code.items():
        limit = day.tables.unit_limit(code)
        if limit is not None:
            yield from _over(code, lines, limit, day)
        elif sum(line.units for line in lines) > 1 and _counted(lines[0]):
            yield _unheld(code, lines, day)


TIMED = ("anesthesia",)
"""Families whose units are minutes."""


def _counted(line: Line) -> bool:
    """Is the code one that a unit limit is looked for? Drugs have doses, anesthesia time."""
    return line.row is not None and line.row.role != "drug" and line.family not in TIMED


def _unheld(code: str, lines: list[Line], day: Day) -> Finding:
    row = day.tables.notes["no-unit-limit"]
    return day.found(
        "unit_limit",
        "warning",
        tuple(x.at for x in lines),
        row.say.replace("{code}", code),
        row.short.replace("{code}", code),
        row,
        f"claim/{row.id}",
        dated=f"MUE table of {day.tables.release_day('units')}",
        undecided=True,
    )


def _none(line: Line, day: Day) -> Finding:
    row = day.tables.notes["no-units"]
    return day.found(
        "unit_limit",
        "error",
        (line.at,),
        row.say.replace("{code}", line.code),
        row.short,
        row,
        f"claim/{row.id}",
    )


def _over(code: str, lines: list[Line], limit: Mapping[str, str], day: Day) -> Iterator[Finding]:
    facility = day.setting.kind == "facility"
    most = limit["hospital_units" if facility else "units"]
    kind = limit["hospital_adjudication" if facility else "adjudication"]
    if not most:
        return
    counted = [lines] if kind != "1" else [[line] for line in lines]
    if any(reaches(row, day.setting) for row in day.tables.two_lines):
        counted = [part for group in counted for part in _sides(group)]
    elif row := _of_facility(lines, day):
        yield _whose(row, lines, day)
        return
    for group in counted:
        total = sum(line.units for line in group)
        if total > int(most):
            yield _found(code, group, total, int(most), kind, day)


def _of_facility(lines: list[Line], day: Day) -> TwoLinesRow | None:
    """The row by which a facility's claim would show the two sides so, when nobody says whose."""
    if "claim" not in day.setting.presumed or {"LT", "RT"} - {
        m for x in lines for m in x.modifiers
    }:
        return None
    facility = day.setting.model_copy(update={"kind": "facility"})
    rows = (row for row in day.tables.two_lines if reaches(row, facility))
    one_each = all(sum(x.units for x in group) == 1 for group in _sides(lines))
    return next(rows, None) if one_each and len(lines) > 1 else None


def _whose(row: TwoLinesRow, lines: list[Line], day: Day) -> Finding:
    return day.found(
        row.rule,
        "warning",
        tuple(x.at for x in lines),
        row.say.replace("{code}", lines[0].code),
        row.fix,
        row,
        f"claim/{row.id}",
        undecided=True,
    )


def _sides(lines: list[Line]) -> list[list[Line]]:
    """The lines of each side by themselves, as a claim with one line a side is counted."""
    sided = {side: [x for x in lines if side in x.modifiers] for side in SIDES}
    plain = [x for x in lines if not x.carries(SIDES)]
    return [group for group in (*sided.values(), plain) if group]


def _found(code: str, lines: list[Line], total: int, most: int, kind: str, day: Day) -> Finding:
    why = {
        "1": "counted on each line",
        "2": "an absolute limit of the day",
        "3": "a limit of the day that records can exceed on appeal",
    }[kind]
    two_sides = len(lines) > 1 and {"LT", "RT"} <= {m for x in lines for m in x.modifiers}
    # Medicare's own way is one line with 50; other payers may want a line for each side, and a
    # few pay a second unit that 59 tells apart
    distinct = len(lines) > 1 and any(x.carries(day.tables.book.distinct) for x in lines)
    open_ = (two_sides or distinct) and not hears(day.setting.payer, "medicare")
    limit = "1 unit" if most == 1 else f"{most} units"
    text = f"{total} units of {code} are more than the medically unlikely edit of {limit}, {why}."
    if two_sides and day.tables.indicators(code).get("bilateral") == "1":
        fix = f"Report both sides as one line of {code} with modifier 50 and 1 unit."
    elif most == 1:
        fix = f"Report {code} once with 1 unit."
    else:
        fix = f"Report at most {limit} of {code}, or only the units that the record supports."
    if open_:
        text += f" It is Medicare's limit; what {day.payer} takes on two lines is not held."
    return day.found(
        "unit_limit",
        "warning" if open_ else "error",
        tuple(x.at for x in lines),
        text,
        fix,
        day.tables.releases["units"],
        f"unit_limits/{code}",
        dated=f"MUE table of {day.tables.release_day('units')}",
        leans=day.setting.leans("payer") if two_sides or distinct else (),
        undecided=open_,
    )
