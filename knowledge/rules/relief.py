"""Did the session before give what a payer asks of it before a repeat? Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

from knowledge.facts import Frozen
from knowledge.policy_rows import SessionLimitRow
from knowledge.rules.session_days import months_after


class Judged(Frozen):
    """The verdict word for a session that the count allows, and why."""

    word: str
    told: str = ""
    row: SessionLimitRow | None = None


class Session(Protocol):
    """What is read of the last session."""

    @property
    def day(self) -> date: ...
    @property
    def relief_percent(self) -> float | None: ...
    @property
    def relief_weeks(self) -> float | None: ...


def judged(
    earlier: Sequence[Session], changed: bool, limits: Sequence[SessionLimitRow], on: date
) -> Judged:
    """Yes, no or on which condition, by the relief stated and the days since the last session."""
    before = [one for one in earlier if one.day < on]
    relief = next((r for r in limits if r.kind == "relief"), None)
    failed = next((r for r in limits if r.kind == "interval" and r.after == "failed"), None)
    if not before or relief is None:
        return Judged(word="Yes by the count")
    last = before[-1]
    gap = (on - last.day).days
    span = span_of(relief)
    ready = due(last.day, relief)
    asked = f"{relief.percent} percent relief for {span}"
    enough = last.relief_percent is None or last.relief_percent >= (relief.percent or 0)
    lasted = last.relief_weeks is None or last.day + timedelta(weeks=last.relief_weeks) >= ready - (
        timedelta(days=1)
    )
    if on >= ready and enough and lasted:
        if last.relief_percent is not None and last.relief_weeks is not None:
            return Judged(word="Yes", told=f"The last gave at least {asked}.", row=relief)
        told = f"It still needs at least {asked} from the session of {last.day}."
        return Judged(word="Yes by the count", told=told, row=relief)
    why = _why(last, relief, gap, ready, on)
    if failed is None or failed.days is None:
        return Judged(word="No", told=why, row=relief)
    if gap < failed.days:
        told = f"{why} Even after a failed injection a repeat waits {failed.days} days."
        return Judged(word="No", told=told, row=failed)
    if changed:
        told = f"{why} One repeat after a failed injection is possible from {failed.days} days on."
        return Judged(word="It depends", told=told, row=failed)
    told = (
        f"{why} Only if the last one failed is a repeat possible after {failed.days} days, with "
        "another approach, level or drug."
    )
    return Judged(word="No", told=told, row=failed)


def span_of(relief: SessionLimitRow) -> str:
    """How long the relief must last, in words."""
    return f"{relief.months} months" if relief.months else f"{relief.days} days"


def due(day: date, relief: SessionLimitRow) -> date:
    """The first day on which the relief can have lasted long enough."""
    if relief.months:
        return months_after(day, relief.months)
    return day + timedelta(days=relief.days or 0)


def _why(last: Session, relief: SessionLimitRow, gap: int, ready: date, on: date) -> str:
    """What is missing of the relief."""
    span = span_of(relief)
    if last.relief_percent is not None and last.relief_percent < (relief.percent or 0):
        return f"The last gave {last.relief_percent:g} percent, less than {relief.percent}."
    if on < ready:
        return f"It comes {gap} days after {last.day}, so relief cannot have lasted {span}."
    return f"The relief of the last lasted less than {span}."
