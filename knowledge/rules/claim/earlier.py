"""Earlier sessions of the patient, as told or as earlier lines of the same claim. Pure."""

from datetime import date, timedelta

from knowledge.claim_rows import LimitRow
from knowledge.rules.claim.day import Day, Line
from knowledge.rules.claim.values import PriorSession


def by_region(lines: list[Line]) -> dict[str, list[Line]]:
    """The lines of each region that codes tell apart, such as "lumbar/sacral"."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        if line.row is not None:
            found.setdefault(line.row.region, []).append(line)
    return found


def earlier(row: LimitRow, lines: list[Line], day: Day) -> dict[str, list[PriorSession]]:
    """The sessions of each region of the lines before this day, the oldest first."""
    found: dict[str, list[PriorSession]] = {}
    told = [*day.claim.prior_sessions, *_on_claim(row, day)]
    for region in by_region(lines):
        own = [s for s in told if s.date < day.tables.book.on and in_region(s, region)]
        found[region] = sorted(own, key=lambda session: session.date)
    return found


def _on_claim(row: LimitRow, day: Day) -> list[PriorSession]:
    """Earlier dates of the claim itself, with lines that the limit concerns."""
    found = []
    for line in day.claim.lines:
        code = day.tables.code(line.code.strip().upper())
        if line.service_date and code and row.id in day.tables.limit_ids(code.code):
            found.append(PriorSession(date=line.service_date, region=code.region))
    return found


def in_region(session: PriorSession, region: str) -> bool:
    """Does an earlier session count for the region? One without a region does."""
    if not session.region:
        return True
    named = session.region.lower().replace(",", " ").replace("/", " ").split()
    return bool(set(named) & set(region.split("/")))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    begin = date(year, month + 1, 1)
    last = (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))
