"""How many regions, levels and sessions a payer's policy allows. Pure; claim.toml decides.

A limit row concerns some codes; those lines of the day are one session of that service.
"""

from collections.abc import Iterator, Mapping

from knowledge.claim_rows import LimitRow
from knowledge.rules.claim.day import Day, Line
from knowledge.rules.claim.earlier import by_region, earlier, months_before
from knowledge.rules.claim.fit_rows import exempt
from knowledge.rules.claim.setting import hears, leaning, reaches
from knowledge.rules.claim.values import Finding

SIDES = ("LT", "RT")
Marks = Mapping[str, object]
Over = tuple[list[Line], Marks]
"""The lines over a limit, and what is said of them."""


def sessions(day: Day) -> Iterator[Finding]:
    """What the limit rows of this claim find; of one rule and the same lines the first."""
    rows = {row.id: row for line in day.live for row in day.tables.limits(line.code)}
    own = [row for row in rows.values() if reaches(row, day.setting)]
    told: set[tuple[str, tuple[int, ...]]] = set()
    for row in own:
        for lines, marks in _MEASURES[row.measure](row, _concerned(row, day), day):
            finding = _over(row, lines, marks, day)
            if (finding.rule, finding.lines) not in told:
                told.add((finding.rule, finding.lines))
                yield finding
    held = {row.rule for row in own}
    for row in rows.values():
        if row.rule not in held and _of_medicare(row, day):
            for lines, _ in _MEASURES[row.measure](row, _concerned(row, day), day):
                finding = _of_other_payer(row, lines, day)
                if (finding.rule, finding.lines) not in told:
                    told.add((finding.rule, finding.lines))
                    yield finding


def _concerned(row: LimitRow, day: Day) -> list[Line]:
    gone = day.dropped | day.orphans
    return [
        x
        for x in day.live
        if row.id in day.tables.limit_ids(x.code) and x.at not in gone and not exempt(x, day)
    ]


def _over(row: LimitRow, lines: list[Line], marks: Marks, day: Day) -> Finding:
    note = day.tables.notes.get(str(marks.get("note", "")))
    text, fix = (note.say, note.short) if note else (row.say, row.fix)
    for name, value in {"code": lines[0].code, "most": row.most, **marks}.items():
        text, fix = (s.replace(f"{{{name}}}", str(value)) for s in (text, fix))
    told = any(line.carries(row.unless) for line in lines)
    return day.found(
        row.rule,
        "info" if told else "warning" if note else row.severity,
        tuple(x.at for x in lines),
        text,
        fix,
        note or row,
        f"claim/{note.id if note else row.id}",
        leans=leaning(row, day.setting),
        undecided=(row.undecided or note is not None) and not told,
    )


def _of_medicare(row: LimitRow, day: Day) -> bool:
    """Is it Medicare's limit, and another payer named of which no such limit is held?"""
    named = "payer" not in day.setting.presumed
    return named and row.payer == "medicare" and not hears(day.setting.payer, "medicare")


def _of_other_payer(row: LimitRow, lines: list[Line], day: Day) -> Finding:
    """Over Medicare's limit, which does not bind this payer: its own is not held.

    Sessions are told so that they are counted, so what they come to cannot be left open;
    the lines of one day are coded as they were done, whatever is covered.
    """
    counted = row.measure not in ("regions", "levels")
    note = day.tables.notes["limit-of-payer"]
    return day.found(
        row.rule,
        "warning" if counted else "info",
        tuple(x.at for x in lines),
        note.say.replace("{payer}", day.payer),
        note.short.replace("{payer}", day.payer),
        row,
        f"claim/{row.id}",
        undecided=counted,
    )


# --- one session -------------------------------------------------------------------------


def _regions(row: LimitRow, lines: list[Line], day: Day) -> Iterator[Over]:
    found = by_region(lines)
    if len(found) > row.most:
        yield lines, {"regions": " and ".join(found)}


def _levels(row: LimitRow, lines: list[Line], day: Day) -> Iterator[Over]:
    for own in by_region(lines).values():
        count = count_levels(own)
        if count > row.most:
            yield own, {"levels": count}


def count_levels(lines: list[Line]) -> int:
    """Levels of one region: the first code is one, each unit of its add-on another.

    An add-on on two lines, RT and LT, may be both sides of one level: the fewest levels
    that the lines can mean are counted.
    """
    first = any(x.row is not None and x.row.role != "add-on" for x in lines)
    added = [x for x in lines if x.row is not None and x.row.role == "add-on"]
    sided = [sum(x.units for x in added if side in x.modifiers) for side in SIDES]
    plain = sum(x.units for x in added if not x.carries(SIDES))
    return int(first) + plain + max(sided)


# --- beside earlier sessions -------------------------------------------------------------


def _sessions(row: LimitRow, lines: list[Line], day: Day) -> Iterator[Over]:
    begin = months_before(day.tables.book.on, row.months)
    for region, before in earlier(row, lines, day).items():
        counted = {session.date for session in before if session.date > begin}
        if len(counted) >= row.most:
            marks = {"region": region, "count": len(counted), "since": min(counted)}
            yield by_region(lines)[region], marks


def _days_apart(row: LimitRow, lines: list[Line], day: Day) -> Iterator[Over]:
    for region, before in earlier(row, lines, day).items():
        apart = (day.tables.book.on - before[-1].date).days if before else row.least
        if apart < row.least:
            marks = {"days": apart, "least": row.least, "date": before[-1].date}
            yield by_region(lines)[region], marks


def _relief(row: LimitRow, lines: list[Line], day: Day) -> Iterator[Over]:
    """Relief of the last session, and whether it can have lasted long enough."""
    for region, before in earlier(row, lines, day).items():
        if not before:
            continue
        last = before[-1]
        soon = last.date > months_before(day.tables.book.on, row.months)
        marks: dict[str, object] = {"date": last.date, "relief": last.relief_percent}
        if last.relief_percent is None:
            if soon:
                yield by_region(lines)[region], marks | {"note": "relief-unsaid"}
        elif soon or last.relief_percent < row.least:
            yield by_region(lines)[region], marks


_MEASURES = {
    "regions": _regions,
    "levels": _levels,
    "sessions": _sessions,
    "days_apart": _days_apart,
    "relief": _relief,
}
