"""Counting sessions in rolling months: which count on a day, and when the next is open. Pure."""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from knowledge.policy_rows import SessionLimitRow

GROUPS = {
    "cervical": "cervical/thoracic",
    "thoracic": "cervical/thoracic",
    "lumbar": "lumbar/sacral",
    "sacral": "lumbar/sacral",
}
"""The two regions that policies count apart."""


def months_after(day: date, months: int) -> date:
    """The same day so many months later; where that month has no such day, the first after it."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    last = calendar.monthrange(year, month)[1]
    if day.day <= last:
        return day.replace(year=year, month=month)
    return date(year, month, last) + timedelta(days=1)


def counting(days: Sequence[date], on: date, months: int) -> list[date]:
    """The earlier sessions that still count on a day: each does until its months are over."""
    return sorted({day for day in days if day < on < months_after(day, months)})


def next_open(days: Sequence[date], on: date, limits: Sequence[SessionLimitRow]) -> date:
    """The first day from `on` that every count and every general interval allows."""
    found = on
    counts = [(r.months, r.most) for r in limits if r.kind == "count" and r.months and r.most]
    gaps = [r.days for r in limits if r.kind == "interval" and r.days and not r.after]
    for _ in range(len(days) + 2):
        ready = [found]
        for months, most in counts:
            held = counting(days, found, months)
            if len(held) >= most:
                ready.append(months_after(held[-most], months))
        last = max((day for day in days if day < found), default=None)
        ready += [last + timedelta(days=gap) for gap in gaps if last]
        if max(ready) == found:
            return found
        found = max(ready)
    return found
