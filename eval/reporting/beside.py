"""What Lamina is measured beside: changed drafts that must be caught, and plainer systems. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from eval.committed import Committed
from eval.judging import Judged
from eval.mutation import Caught, Mutation
from eval.reporting.marks import whisker
from eval.reporting.words import percent, says, span, title
from eval.scoring.summary import METRICS
from eval.statistics import Interval

ABOUT = {
    "random": "passages and a code by chance",
    "words": "search by words alone, top passage shown",
    "meaning": "search by meaning alone, top passage shown",
    "joined": "both searches joined, top passage shown",
    "plain-langchain-chroma": "the plainest retriever a tutorial builds",
    "keywords": "a table of key words picks a code",
    "always-abstain": "never answers",
    "oracle-retrieval": "given the right passage: what search alone could reach",
    "oracle-facts": "given the facts: what reading alone could reach",
}

ORACLE = "oracle"
"""What the names of the yardsticks begin with that are told what must be found out."""


@dataclass(frozen=True)
class Kind:
    """One kind of changed drafts."""

    name: str
    made: int
    caught: int
    value: str
    span: str
    drawn: Markup


@dataclass(frozen=True)
class Mutants:
    """All kinds, and the own sentences refused."""

    kinds: tuple[Kind, ...]
    alarms: str
    committed: bool
    """Taken from the baseline, since none were made for this run."""


def mutants(
    found: Mutation | None, before: Committed | None, gates: Mapping[str, Any]
) -> Mutants | None:
    """The rates by kind, worst first; None when there are none."""
    committed = found is None
    if found is None:
        held = before.mutants if before else {}
        if not held:
            return None
        kinds = tuple(Caught(k, made, caught) for k, (caught, made) in held["kinds"].items())
        found = Mutation(kinds, held["sentences"], held["false_alarms"])
    floor = gates.get("mutants", {}).get("caught")
    ticks = () if floor is None else ((floor, "bound"),)
    ordered = sorted(found.kinds, key=lambda k: (k.caught / max(1, k.made), k.kind))
    refused = found.false_alarms / found.sentences if found.sentences else 0.0
    return Mutants(
        tuple(_kind(k, ticks) for k in ordered),
        f"False alarms: {found.false_alarms:,} of {found.sentences:,} sentences were refused as "
        f"Lamina wrote them ({percent(refused)}).",
        committed,
    )


def _kind(found: Caught, ticks: Sequence[tuple[float, str]]) -> Kind:
    value = found.caught / found.made if found.made else float("nan")
    interval = Interval(value, *found.interval, found.made, found.made)
    drawn = whisker(interval, low=0.5, ticks=ticks) if found.made else Markup()
    name = found.kind.replace("_", " ")
    return Kind(name, found.made, found.caught, percent(value), span(interval), drawn)


@dataclass(frozen=True)
class Side:
    """The systems over one set."""

    set: str
    metrics: tuple[tuple[str, str], ...]
    """Name and words."""
    rows: tuple[tuple[str, str, tuple[tuple[str, str, bool], ...]], ...]
    """System, what it is, and by metric: value, interval, whether it is the best."""


def sides(judged: Judged, beside: Mapping[str, Any]) -> tuple[Side, ...]:
    """One table a set, Lamina first; the oracles are never called best."""
    if not beside:
        return ()
    tables = []
    for name, figures in judged.figures.items():
        systems: dict[str, Mapping[str, Interval]] = {"Lamina": figures.metrics}
        for system, by_set in beside.items():
            systems[system] = {m: Interval(**i) for m, i in by_set.get(name, {}).items()}
        others = [m for s, held in systems.items() if s != "Lamina" for m in held]
        metrics = [m for m in METRICS if m in figures.metrics and m in others]
        if metrics:
            best = {m: _best(m, systems) for m in metrics}
            rows = tuple(
                (s, ABOUT.get(s, ""), tuple(_cell(held.get(m), best[m], s) for m in metrics))
                for s, held in systems.items()
            )
            tables.append(Side(title(name), tuple((m, says(m)) for m in metrics), rows))
    return tuple(tables)


def _best(metric: str, systems: Mapping[str, Mapping[str, Interval]]) -> float:
    values = [
        held[metric].value
        for system, held in systems.items()
        if metric in held and not system.startswith(ORACLE)
    ]
    return max(values) if METRICS[metric].higher else min(values)


def _cell(found: Interval | None, best: float, system: str) -> tuple[str, str, bool]:
    if found is None:
        return "-", "", False
    is_best = round(found.value, 4) == round(best, 4) and not system.startswith(ORACLE)
    return percent(found.value), span(found), is_best
