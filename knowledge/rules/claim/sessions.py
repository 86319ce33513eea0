"""How many regions, levels and sessions a payer's policy allows. Pure; claim.toml decides.

A limit row concerns some codes; those lines of the day are one session of that service.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from knowledge.claim_rows import LimitRow
from knowledge.rules.claim.day import Day, Line
from knowledge.rules.claim.diagnoses import fit_row
from knowledge.rules.claim.setting import leaning, reaches
from knowledge.rules.claim.values import Finding, PriorSession

SIDES = ("LT", "RT")


def sessions(day: Day) -> Iterator[Finding]:
    """What the limit rows that reach this claim find; of one measure the first."""
    rows: dict[str, LimitRow] = {}
    for line in day.live:
        for row in day.tables.limits(line.code):
            rows[row.id] = row
    told: set[tuple[str, tuple[int, ...]]] = set()
    for row in rows.values():
        if not reaches(row, day.setting):
            continue
        concerned = [
            x
            for x in day.live
            if row in day.tables.limits(x.code) and x.at not in day.dropped and not _exempt(x, day)
        ]
        for finding in _MEASURES[row.measure](row, concerned, day):
            if (finding.rule, finding.lines) not in told:
                told.add((finding.rule, finding.lines))
                yield finding


def _exempt(line: Line, day: Day) -> bool:
    """Is a diagnosis of the line outside the policy, such as pain after an operation?"""
    rows = (fit_row(code, day.tables.book) for code in line.diagnoses)
    return any(row is not None and row.fit == "exempt" for row in rows)


def _found(row: LimitRow, lines: list[Line], day: Day, **marks: object) -> Finding:
    text, fix = row.say, row.fix
    for name, value in {"code": lines[0].code, "most": row.most, **marks}.items():
        text, fix = (s.replace(f"{{{name}}}", str(value)) for s in (text, fix))
    told = bool(row.unless) and any(line.carries(row.unless) for line in lines)
    return day.found(
        row.rule,
        "info" if told else row.severity,
        tuple(x.at for x in lines),
        text,
        fix,
        row,
        f"claim/{row.id}",
        leans=leaning(row, day.setting),
        undecided=row.undecided and not told,
    )


def _by_region(lines: list[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        if line.row is not None:
            found.setdefault(line.row.region, []).append(line)
    return found


def _regions(row: LimitRow, lines: list[Line], day: Day) -> Iterator[Finding]:
    by_region = _by_region(lines)
    if len(by_region) > row.most:
        yield _found(row, lines, day, regions=" and ".join(by_region))


def _levels(row: LimitRow, lines: list[Line], day: Day) -> Iterator[Finding]:
    for own in _by_region(lines).values():
        count = count_levels(own)
        if count > row.most:
            yield _found(row, own, day, levels=count)


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


# --- earlier sessions --------------------------------------------------------------------


def _earlier(lines: list[Line], day: Day) -> dict[str, list[PriorSession]]:
    """The earlier sessions of each region of the lines, the oldest first."""
    found: dict[str, list[PriorSession]] = {}
    for region in _by_region(lines):
        own = [
            prior
            for prior in day.claim.prior_sessions
            if prior.date < day.tables.book.on and in_region(prior, region)
        ]
        found[region] = sorted(own, key=lambda prior: prior.date)
    return found


def in_region(prior: PriorSession, region: str) -> bool:
    """Does an earlier session count for the region? One without a region does."""
    if not prior.region:
        return True
    named = set(prior.region.lower().replace(",", "/").replace(" ", "/").split("/"))
    return bool(named & set(region.split("/")))


def _sessions(row: LimitRow, lines: list[Line], day: Day) -> Iterator[Finding]:
    begin = months_before(day.tables.book.on, row.months)
    for region, earlier in _earlier(lines, day).items():
        counted = {prior.date for prior in earlier if prior.date > begin}
        if len(counted) >= row.most:
            own = _by_region(lines)[region]
            yield _found(row, own, day, region=region, count=len(counted), since=min(counted))


def _days_apart(row: LimitRow, lines: list[Line], day: Day) -> Iterator[Finding]:
    for region, earlier in _earlier(lines, day).items():
        if earlier:
            apart = (day.tables.book.on - earlier[-1].date).days
            if apart < row.least:
                own = _by_region(lines)[region]
                yield _found(row, own, day, days=apart, least=row.least, date=earlier[-1].date)


def _relief(row: LimitRow, lines: list[Line], day: Day) -> Iterator[Finding]:
    """Relief of the last session, when it is told, and how long ago that session was."""
    for region, earlier in _earlier(lines, day).items():
        if not earlier or earlier[-1].relief_percent is None:
            continue
        last = earlier[-1]
        soon = last.date > months_before(day.tables.book.on, row.months)
        if soon or (last.relief_percent or 0) < row.least:
            own = _by_region(lines)[region]
            yield _found(row, own, day, relief=last.relief_percent, date=last.date)


_MEASURES = {
    "regions": _regions,
    "levels": _levels,
    "sessions": _sessions,
    "days_apart": _days_apart,
    "relief": _relief,
}


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    begin = date(year, month + 1, 1)
    last = (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))
