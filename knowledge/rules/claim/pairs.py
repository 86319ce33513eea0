"""NCCI pairs among the lines of a day: which line denies, and may a modifier part them? Pure.

A pair that the copy cannot hold is said to be unknown, never to be no edit.
"""

from collections.abc import Iterator

from knowledge.modifier_rows import BundlingRow
from knowledge.rules.claim.day import Day, Line
from knowledge.rules.claim.imaging import holding, is_imaging
from knowledge.rules.claim.setting import hears
from knowledge.rules.claim.values import Finding
from knowledge.rules.pairs import Pair

EITHER_LINE_SINCE = "column-2-line"
"""The row of bundling.toml from which Medicare reads the modifier on either line."""


def pairs(day: Day) -> Iterator[Finding]:
    """What each two codes of the day are to each other."""
    gone = {line.at for line in day.live if is_imaging(line) and holding(line, day)}
    done: set[tuple[str, str]] = set()
    # what no modifier parts first: a line that leaves the claim has no other pairs
    for one, other in sorted(day.pairs(), key=lambda two: not _never(two[0], two[1], day)):
        key = (one.code, other.code)
        if {one.at, other.at} & gone or key in done or key[::-1] in done:
            continue
        done.add(key)
        for finding in _of(one, other, day):
            gone.update(finding.drop)
            yield finding


def _never(one: Line, other: Line, day: Day) -> bool:
    pair = day.tables.pair(one.code, other.code, day.setting.kind)
    return pair is not None and pair.indicator == "0"


def _of(one: Line, other: Line, day: Day) -> Iterator[Finding]:
    pair = day.tables.pair(one.code, other.code, day.setting.kind)
    if pair is None:
        yield from _without(one, other, day)
    elif not pair.indicator:
        yield _unheld(pair, day)
    else:
        yield from _edit(pair, day)


def lines_of(pair: Pair, day: Day) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines of column 1 and those of column 2."""
    first = tuple(x for x in day.live if x.code == pair.column1)
    second = tuple(x for x in day.live if x.code == pair.column2)
    return first, second


def separating(code: str, day: Day) -> frozenset[str]:
    """The modifiers that part this line from a procedure: those of a visit, or 59 and the X."""
    visit = day.tables.visits.get(code)
    return frozenset(visit.modifiers) if visit else day.tables.book.distinct


def _edit(pair: Pair, day: Day) -> Iterator[Finding]:
    first, second = lines_of(pair, day)
    lines = tuple(x.at for x in (*first, *second))
    leans = day.setting.leans("claim") if pair.differs or not pair.hospital else ()
    table = "hospital" if day.setting.kind == "facility" else "practitioner"
    edit = (
        f"NCCI has {pair.column1} as column 1 and {pair.column2} as column 2, "
        f"{table} indicator {pair.indicator}"
    )
    release = day.tables.releases["pairs"]
    name = f"ncci_pairs/{pair.column1}/{pair.column2}"
    dated = f"NCCI table of {day.tables.release_day('pairs')}"
    if pair.indicator == "0":
        yield day.found(
            "pair",
            "error",
            lines,
            f"{edit}: {pair.column2} is not paid beside it, and no modifier helps.",
            f"Leave {pair.column2} off.",
            release,
            name,
            dated=dated,
            leans=leans,
            drop=tuple(x.at for x in second),
        )
        return
    if _parted(first, second, day):
        policy = _policy(pair, day)
        yield day.found(
            "pair",
            "warning" if policy else "info",
            lines,
            f"{edit}, and a modifier says that the two were separate."
            + (f" {policy.say}" if policy else ""),
            f"Bill the one documented as the treatment; keep both only if {day.payer} pays both."
            if policy
            else "Keep the modifier only if the record shows another site, session or problem.",
            policy or release,
            f"bundling/{policy.id}" if policy else name,
            dated="" if policy else dated,
            leans=(*leans, *(day.setting.leans("payer") if policy else ())),
        )
        return
    visit = day.tables.visits.get(pair.column2)
    if visit and all(x.carries(day.tables.book.distinct) for x in second):
        return  # claim.toml says that 59 is the wrong modifier of a visit
    if visit and any(x.carries(visit.modifiers[:1]) for x in first):
        return  # claim.toml says that 25 stands on the procedure instead of the visit
    yield day.found(
        "pair",
        "error",
        lines,
        f"{edit}: without a modifier the {pair.column2} line denies.",
        visit.fix.replace("{code}", pair.column2)
        if visit
        else f"Leave {pair.column2} off; only when the record shows a truly separate service, "
        f"put 59 or XS on {pair.column2}.",
        release,
        name,
        dated=dated,
        leans=leans,
    )


def _policy(pair: Pair, day: Day) -> BundlingRow | None:
    """The payer's own word by which the two are not both covered, whatever modifier stands."""
    rows = day.tables.policies(pair.column1, pair.column2)
    return next((r for r in rows if hears(day.setting.payer, r.payer)), None)


def _parted(first: tuple[Line, ...], second: tuple[Line, ...], day: Day) -> bool:
    """Does a modifier say that column 2 was separate, on a line where the payer reads it?"""
    if all(x.carries(separating(x.code, day)) for x in second):
        return True
    return either_line(day) and all(x.carries(day.tables.book.distinct) for x in first)


def either_line(day: Day) -> bool:
    """Does the payer read 59 on column 1 too?"""
    held = [r.id for r in day.tables.book.statements("bundling", "rule")]
    return day.setting.payer == "medicare" and EITHER_LINE_SINCE in held


def _unheld(pair: Pair, day: Day) -> Finding:
    first, second = lines_of(pair, day)
    return day.found(
        "pair",
        "warning",
        tuple(x.at for x in (*first, *second)),
        f"The hospital copy of the NCCI table does not hold {pair.column1} with {pair.column2}, "
        f"so whether an edit stands on a facility claim is unknown; on a practitioner claim the "
        f"indicator is {pair.practitioner}.",
        "Look the pair up in the hospital table of the quarter.",
        day.tables.releases["pairs"],
        f"ncci_pairs/{pair.column1}/{pair.column2}",
        dated=f"NCCI table of {day.tables.release_day('pairs')}",
        undecided=True,
    )


def _without(one: Line, other: Line, day: Day) -> Iterator[Finding]:
    """No edit is held: refused by another row, or born after the table, or fine."""
    for code, beside in ((one, other), (other, one)):
        for row in day.tables.refusals(code.code, beside.code):
            if row.places:
                continue  # what turns on the place is told by a row of claim.toml
            if row.claim and row.claim != day.setting.kind:
                continue
            if beside.row is None or beside.row.role != "add-on":
                yield day.found(
                    "pair",
                    "warning",
                    (code.at, beside.at),
                    row.say.replace("{code}", code.code).replace("{beside}", beside.code),
                    f"Leave {beside.code} off unless the payer's own rule says otherwise.",
                    row,
                    f"bundling/{row.id}",
                    leans=day.setting.leans("claim") if row.claim else (),
                )
                return
    if any(_silent(x, day) for x in (one, other)) or _related(one, other, day):
        return
    if not day.tables.pairs_held(one.code, other.code):
        note = day.tables.notes["pair-unheld"]
        parted = any(x.carries(separating(x.code, day)) for x in (one, other))
        yield day.found(
            "pair",
            "info" if parted else "warning",
            (one.at, other.at),
            note.say.replace("{code}", one.code).replace("{beside}", other.code),
            note.short,
            note,
            f"ncci_pairs/{one.code}/{other.code}",
            dated=f"NCCI table of {day.tables.release_day('pairs')}",
            undecided=not parted,
        )


SILENT = ("drug",)
"""Roles of codes that no pair with a procedure is looked for."""


def _silent(line: Line, day: Day) -> bool:
    """A drug, a visit, imaging or a code that codes.py already tells of."""
    if line.row is None:
        return line.code in day.tables.visits or not day.tables.known(line.code)
    return line.row.role in SILENT or is_imaging(line)


def _related(one: Line, other: Line, day: Day) -> bool:
    """Is one of them the other's add-on, or both add-ons of one family?"""
    if one.code in day.tables.parents(other.code) or other.code in day.tables.parents(one.code):
        return True
    return (
        bool(one.row and other.row)
        and one.family == other.family
        and bool(day.tables.parents(one.code) or day.tables.parents(other.code))
    )
