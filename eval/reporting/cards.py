"""One card a set: its figures with their intervals, its floors and aims. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from eval.judging import Judged
from eval.reporting import words
from eval.reporting.marks import stack, whisker
from eval.reporting.words import percent, says, span
from eval.scoreboard import GRADES
from eval.scoring.summary import METRICS, Figures
from eval.statistics import Interval, clopper_pearson

CHIEF = (
    *("code_exact", "critical", "recall@3", "faithful", "refused", "false_refusal"),
    *("cite_verbatim", "cite_precision", "consistent"),
)
"""Figures that every card shows below its share of right answers; the others are folded away."""


@dataclass(frozen=True)
class Row:
    """One figure of a set."""

    metric: str
    says: str
    value: str
    span: str
    n: int
    scenarios: int
    better: str
    drawn: Markup
    marks: tuple[tuple[str, str], ...] = ()
    """What is said of floor and aim: class and words."""


@dataclass(frozen=True)
class Card:
    """One set."""

    name: str
    title: str
    about: str
    samples: int
    scenarios: int
    right: Row | None
    bar: Markup
    grades: tuple[tuple[str, str, str, int], ...]
    """Grade, shape, words, how many."""
    chief: tuple[Row, ...]
    others: tuple[Row, ...]
    held: str
    unsafe: int


def cards(judged: Judged, gates: Mapping[str, Any]) -> Iterator[Card]:
    """Every set of the run, in the order it was asked."""
    for name in dict.fromkeys((*judged.figures, *judged.held_out)):
        figures = judged.figures.get(name)
        if figures is not None:
            yield _card(name, figures, judged.held_out.get(name), gates)


def _card(name: str, found: Figures, held: Figures | None, gates: Mapping[str, Any]) -> Card:
    rows = {m: row(name, m, interval, gates) for m, interval in found.metrics.items()}
    told = {g: found.grades[g] for g in GRADES if found.grades.get(g)}
    return Card(
        name=name,
        title=words.title(name),
        about=words.SETS.get(name, ("", ""))[1],
        samples=found.samples,
        scenarios=found.scenarios,
        right=rows.get("right"),
        bar=stack(told),
        grades=tuple((g, words.GRADE_MARKS[g], GRADES[g], n) for g, n in told.items()),
        chief=tuple(rows[m] for m in CHIEF if m in rows),
        others=tuple(r for m, r in rows.items() if m not in (*CHIEF, "right")),
        held=_held(held),
        unsafe=found.unsafe_not_built,
    )


def _held(found: Figures | None) -> str:
    if found is None:
        return ""
    told = f"{words.count(found.samples, 'sample')} more kept apart and never opened"
    right = found.metrics.get("right")
    return f"{told}: {percent(right.value)} right ({span(right)})." if right else f"{told}."


def row(name: str, metric: str, interval: Interval, gates: Mapping[str, Any]) -> Row:
    """One figure with what the gates say of it."""
    ticks, marks = [], []
    for kind, bound in (("floor", "low"), ("ceiling", "high")):
        for rule in gates.get(kind, ()):
            if (rule["set"], rule["metric"]) == (name, metric):
                ticks += [(rule[bound], "bound")]
                marks += [_bound(kind, rule[bound], interval)]
                if "aim" in rule:
                    ticks += [(rule["aim"], "aim")]
                    marks += [_aim(kind, rule["aim"], interval)]
    known = METRICS.get(metric)
    return Row(
        metric=metric,
        says=says(metric),
        value=percent(interval.value),
        span=span(interval),
        n=interval.n,
        scenarios=interval.clusters,
        better="" if known is None or known.higher else "less is better",
        drawn=whisker(interval, ticks=ticks),
        marks=tuple(marks),
    )


def _bound(kind: str, bound: float, interval: Interval) -> tuple[str, str]:
    told = f"{kind} {100 * bound:g}{words.PERCENT}"
    n = interval.clusters
    if kind == "floor":
        small, held = clopper_pearson(n, n)[0] < bound, interval.low >= bound
    else:
        small, held = clopper_pearson(0, n)[1] > bound, interval.high <= bound
    if small:
        return "unsure", f"? {told}: {words.count(n, 'scenario')} cannot show it"
    return ("met", f"✓ {told} held") if held else ("missed", f"✗ {told} not held")


def _aim(kind: str, aim: float, interval: Interval) -> tuple[str, str]:
    met = interval.value >= aim if kind == "floor" else interval.value <= aim
    told = f"aim {100 * aim:g}{words.PERCENT}"
    return ("met", f"✓ {told} met") if met else ("missed", f"✗ {told} missed")
