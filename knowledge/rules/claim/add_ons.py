"""Does each add-on stand beside the code it is added to? Pure."""

from collections.abc import Iterator

from knowledge.rows import Row
from knowledge.rules.claim.day import Day, Line
from knowledge.rules.claim.imaging import holding, is_imaging
from knowledge.rules.claim.values import Finding

SHOWN = 4


def add_ons(day: Day) -> Iterator[Finding]:
    """Add-ons whose first code is not on the claim that day."""
    there = {line.code for line in day.live}
    for line in day.live:
        parents = day.tables.parents(line.code)
        if not parents or (is_imaging(line) and holding(line, day)):
            continue
        needed = day.tables.needs_all.get(line.code)
        missing = [c for c in needed.all_of if c not in there] if needed else []
        if missing or not there & set(parents):
            wanted = missing or list(parents)
            yield _found(line, wanted, needed, bool(missing), day)


def _found(line: Line, wanted: list[str], needed: Row | None, each: bool, day: Day) -> Finding:
    shown = (" and " if each else " or ").join(wanted[:SHOWN])
    if len(wanted) > SHOWN:
        shown += " or another of its first codes"
    row = needed if each and needed else line.row
    name = f"claim/needs-all-{line.code}" if each and needed else f"codes/{line.code}"
    if row is None:
        row, name = day.tables.releases["pairs"], f"add_ons/{line.code}"
    return day.found(
        "addon_without_primary",
        "error",
        (line.at,),
        f"{line.code} is an add-on and stands here without {shown} on the same day.",
        f"Bill it with {shown} when that was done and is documented; else leave {line.code} off.",
        row,
        name,
    )
