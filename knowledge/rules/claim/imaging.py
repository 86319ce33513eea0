"""Is imaging billed beside a code that already holds it? Pure.

Told apart from other NCCI pairs: the indicator may be 1, and still no modifier pays the
guidance of the same needle.
"""

from collections.abc import Iterator

from knowledge.rules.claim.day import Day, Line
from knowledge.rules.claim.values import Finding


def is_imaging(line: Line) -> bool:
    return line.row is not None and line.row.imaging == "is imaging"


def imaging(day: Day) -> Iterator[Finding]:
    """Each imaging line with the lines that include it."""
    for line in day.live:
        if is_imaging(line) and (holders := holding(line, day)):
            yield _found(line, holders, day)


def holding(line: Line, day: Day) -> tuple[Line, ...]:
    """The lines of the day that include the imaging of this line.

    None when another line is one that the imaging belongs to, and a modifier says so.
    """
    held = tuple(other for other in day.live if other is not line and _holds(other, line, day))
    own = [x for x in day.live if x.code in day.tables.parents(line.code) and x not in held]
    return () if own else held


def _holds(procedure: Line, line: Line, day: Day) -> bool:
    row = procedure.row
    if row is None or is_imaging(procedure):
        return False
    if row.imaging in INSIDE or day.tables.refusals(procedure.code, line.code):
        return True
    pair = day.tables.pair(procedure.code, line.code, day.setting.kind)
    edit = pair is not None and pair.column2 == line.code
    return edit and not line.carries(day.tables.book.distinct)


INSIDE = ("included", "without")
"""Imaging is part of the code, or makes it another code that includes it."""


def _found(line: Line, holders: tuple[Line, ...], day: Day) -> Finding:
    first = holders[0]
    refused = day.tables.refusals(first.code, line.code)
    names = " and ".join(dict.fromkeys(x.code for x in holders))
    if refused:
        row = refused[0]
        text = row.say.replace("{code}", first.code).replace("{beside}", line.code)
        return day.found(
            "imaging_included",
            "error",
            (line.at,),
            f"{line.code} is not paid beside {names}. {text}",
            f"Leave {line.code} off; no modifier makes it payable.",
            row,
            f"bundling/{row.id}",
            drop=(line.at,),
        )
    assert first.row is not None
    why = {
        "included": f"{first.code} already includes its imaging",
        "without": f"with imaging the code is another one than {first.code}",
    }.get(first.row.imaging, f"NCCI has it as column 2 to {first.code}")
    return day.found(
        "imaging_included",
        "error",
        (line.at,),
        f"{line.code} is not paid beside {names}: {why}.",
        f"Leave {line.code} off; no modifier makes it payable.",
        first.row,
        f"codes/{first.code}",
        drop=(line.at,),
    )
