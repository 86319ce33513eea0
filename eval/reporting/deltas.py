"""Figures against the baseline, drawn, and how small a fall each set can show. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from eval import statistics
from eval.gate import Compared
from eval.judging import Judged
from eval.reporting.marks import whisker
from eval.reporting.words import points, says, title
from eval.scoring.summary import METRICS

CHIEF = ("right", "code_exact", "critical")
"""Figures whose change against the baseline is told first; of `right` even when there is none."""
SURE = 0.05
SMALLEST_REACH = 0.05


@dataclass(frozen=True)
class Change:
    """A figure against the baseline."""

    set: str
    says: str
    delta: str
    span: str
    drawn: Markup
    won: int
    lost: int
    sure: str


@dataclass(frozen=True)
class Deltas:
    """All figures that changed."""

    chief: tuple[Change, ...]
    others: tuple[Change, ...]
    same: int
    reach: str
    """The scale: from minus this to plus this."""


@dataclass(frozen=True)
class Size:
    """How much a set can show."""

    set: str
    samples: int
    scenarios: int
    smallest: str


def deltas(compared: Sequence[Compared], gates: Mapping[str, Any]) -> Deltas:
    """The chief figures, then the others that changed."""
    moved = [c for c in compared if c.won or c.lost]
    chief = [c for c in compared if c.metric in CHIEF and (c in moved or c.metric == "right")]
    others = [c for c in moved if c.metric not in CHIEF]
    ends = [abs(end) for c in (*chief, *others) for end in (c.delta.low, c.delta.high)]
    reach = max(SMALLEST_REACH, math.ceil(100 * max(ends, default=0.0)) / 100)
    return Deltas(
        chief=tuple(_change(c, reach, gates) for c in chief),
        others=tuple(_change(c, reach, gates) for c in others),
        same=len(compared) - len(moved),
        reach=f"{100 * reach:.0f}",
    )


def margin(gates: Mapping[str, Any], name: str, metric: str) -> float | None:
    """How much worse the gate lets a figure of a set become; None when it does not say."""
    margins = gates.get("margin", {})
    of_set = {**margins.get("default", {}), **margins.get(name, {})}
    return of_set.get(metric)


def reaches(one: Compared) -> str:
    return f"{points(one.delta.low)} to {points(one.delta.high)}"


def _change(one: Compared, reach: float, gates: Mapping[str, Any]) -> Change:
    up = METRICS[one.metric].higher
    moved = bool(one.won or one.lost)
    sure = "the same" if not moved else "may be chance" if one.adjusted >= SURE else "beyond chance"
    worst = margin(gates, one.set, one.metric)
    ticks = [(0.0, "zero")]
    if worst is not None and worst <= reach:
        ticks.append((-worst if up else worst, "bound"))
    better = None if sure != "beyond chance" else (one.delta.value > 0) == up
    return Change(
        set=title(one.set),
        says=says(one.metric),
        delta=points(one.delta.value),
        span=reaches(one),
        drawn=whisker(one.delta, low=-reach, high=reach, ticks=ticks, good=better),
        won=len(one.won),
        lost=len(one.lost),
        sure=sure,
    )


def sizes(judged: Judged) -> Iterator[Size]:
    """The smallest fall of right answers that each set would show four times in five."""
    for name, figures in judged.figures.items():
        right = figures.metrics.get("right")
        if right is None:
            yield Size(title(name), figures.samples, figures.scenarios, "nothing could be scored")
            continue
        drop = statistics.smallest_drop(right.clusters, right.value)
        told = "no fall, however large" if math.isnan(drop) else f"{100 * drop:.0f} points"
        yield Size(title(name), right.n, right.clusters, told)
