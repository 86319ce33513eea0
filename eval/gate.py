"""Does this run ship? Floors, non-inferiority to the committed baseline, zero tolerance. Pure."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.committed import Committed, best, rounded
from eval.judging import Judged
from eval.mutation import Mutation, share_interval
from eval.scoring.score import Score
from eval.scoring.summary import METRICS
from eval.statistics import Interval, clopper_pearson, difference, holm, mcnemar, permutation

FILE = Path(__file__).parent / "gates.toml"
SHOWN = 5
"""Deciding samples that are named."""


@dataclass(frozen=True)
class Finding:
    """One thing the gate looked at."""

    kind: str
    """floor, ceiling, margin, zero tolerance, mutants, errors."""
    passed: bool
    text: str
    deciding: tuple[str, ...] = ()
    """Samples that decide it, the first few."""


@dataclass(frozen=True)
class Compared:
    """One metric of one set in two runs over the same samples."""

    set: str
    metric: str
    delta: Interval
    """New - old, so that less than 0 is worse where more is better."""
    won: tuple[str, ...]
    lost: tuple[str, ...]
    p: float
    adjusted: float = 1.0
    """After Holm, over all metrics compared."""


def rules(file: Path = FILE) -> dict[str, Any]:
    """The gates as written."""
    return tomllib.loads(file.read_text("utf-8"))


def gate(
    judged: Judged,
    before: Committed | None,
    gates: dict[str, Any],
    mutation: Mutation | None = None,
) -> list[Finding]:
    """Every finding, failed ones first."""
    found = [*_floors(judged, gates), *_errors(judged)]
    if before is not None:
        found += _margins(compare(judged, before), gates.get("margin", {}))
        found += _zero_tolerance(judged, before, gates)
    if mutation is not None:
        found += _mutants(mutation, gates["mutants"])
    return sorted(found, key=lambda f: f.passed)


def _floors(judged: Judged, gates: dict[str, Any]) -> Iterator[Finding]:
    for kind in ("floor", "ceiling"):
        for rule in gates.get(kind, ()):
            figures = judged.figures.get(rule["set"])
            if figures is None:
                continue  # the set was not part of this run
            interval = figures.metrics.get(rule["metric"])
            yield _bounded(kind, rule, interval, judged)


def _bounded(kind: str, rule: dict[str, Any], interval: Interval | None, judged: Judged) -> Finding:
    name = f"{rule['set']} {rule['metric']}"
    if interval is None:
        return Finding(kind, False, f"{name}: nothing in the set can be judged on it")
    low, high = clopper_pearson(interval.clusters, interval.clusters)[0], 0.0
    high = clopper_pearson(0, interval.clusters)[1]
    told = f"{name} {interval.value:.3f} [{interval.low:.3f}, {interval.high:.3f}]"
    if kind == "floor":
        if low < rule["low"]:
            return Finding(kind, True, f"{told}: the set is too small to hold {rule['low']}")
        passed, told = interval.low >= rule["low"], f"{told}, floor {rule['low']}"
    else:
        if high > rule["high"]:
            return Finding(kind, True, f"{told}: the set is too small to hold {rule['high']}")
        passed, told = interval.high <= rule["high"], f"{told}, ceiling {rule['high']}"
    worst = () if passed else short_of(rule["metric"], judged.open_scores, rule["set"])
    return Finding(kind, passed, told, worst[:SHOWN])


def short_of(metric: str, scores: Sequence[Score], name: str) -> tuple[str, ...]:
    """Samples of a set that are not perfect on a metric."""
    of, perfect = METRICS[metric].of, best(metric)
    return tuple(s.id for s in scores if s.set == name and of(s) not in (None, perfect))


def _errors(judged: Judged) -> Iterator[Finding]:
    """An answer that did not come is never passed over."""
    failed = [s.id for s in judged.open_scores if judged.run.records[s.id].error]
    if any(judged.run.records[s.id].error for s in judged.scores):
        yield Finding(
            "errors", False, f"{len(failed)} samples got no answer", tuple(failed[:SHOWN])
        )


def compare(judged: Judged, before: Committed) -> list[Compared]:
    """Every metric of every set, over the samples both have, Holm over all."""
    found = []
    for name in judged.figures:
        scores = [s for s in judged.open_scores if s.set == name]
        for metric in METRICS:
            one = compared(name, metric, scores, judged, before)
            if one is not None:
                found.append(one)
    adjusted = holm({f"{c.set} {c.metric}": c.p for c in found})
    return [
        Compared(c.set, c.metric, c.delta, c.won, c.lost, c.p, adjusted[f"{c.set} {c.metric}"])
        for c in found
    ]


def compared(
    name: str, metric: str, scores: Sequence[Score], judged: Judged, before: Committed
) -> Compared | None:
    """One metric over the samples that both runs can be judged on."""
    pairs = []
    for s in scores:
        new = rounded(METRICS[metric].of(s))
        old = before.value(metric, s.id, judged.samples[s.id].case)
        if new is not None and old is not None:
            pairs.append((s, new, old))
    if not pairs:
        return None
    up = 1 if METRICS[metric].higher else -1
    won = tuple(s.id for s, new, old in pairs if up * (new - old) > 0)
    lost = tuple(s.id for s, new, old in pairs if up * (new - old) < 0)
    delta = difference(
        [n for _, n, _ in pairs], [o for *_, o in pairs], [s.case for s, *_ in pairs]
    )
    by_case: dict[str, float] = {}
    for s, new, old in pairs:
        by_case[s.case] = by_case.get(s.case, 0.0) + new - old
    changes = list(by_case.values())
    if METRICS[metric].shares:
        p = mcnemar(sum(c * up > 0 for c in changes), sum(c * up < 0 for c in changes))
    else:
        p = permutation(changes)
    return Compared(name, metric, delta, won, lost, p)


def _margins(found: Sequence[Compared], margins: dict[str, dict[str, float]]) -> Iterator[Finding]:
    for one in found:
        of_set = margins.get("default", {}) | margins.get(one.set, {})
        if one.metric not in of_set:
            continue
        margin, up = of_set[one.metric], METRICS[one.metric].higher
        worst = one.delta.low if up else -one.delta.high
        told = (
            f"{one.set} {one.metric} {one.delta.value:+.4f} [{one.delta.low:+.4f}, "
            f"{one.delta.high:+.4f}] against the baseline, {len(one.won)} won, "
            f"{len(one.lost)} lost, margin {margin}"
        )
        yield Finding("margin", worst >= -margin, told, one.lost[:SHOWN])


def _zero_tolerance(judged: Judged, before: Committed, gates: dict[str, Any]) -> Iterator[Finding]:
    tags = set(gates.get("zero_tolerance", {}).get("tags", ()))
    lost, critical = [], []
    for s in judged.open_scores:
        case = judged.samples[s.id].case
        if (
            tags & set(case.tags)
            and s.grade not in "CXB"
            and before.value("right", s.id, case) == 1
        ):
            lost.append(s.id)
        was = before.value("critical", s.id, case)
        if s.critical and was == 0:
            critical.append(s.id)
    told = f"{len(lost)} samples tagged {', '.join(sorted(tags))} were right and are not"
    yield Finding("zero tolerance", not lost, told, tuple(lost[:SHOWN]))
    told = f"{len(critical)} samples bill a wrong code that they did not bill before"
    yield Finding("zero tolerance", not critical, told, tuple(critical[:SHOWN]))


def _mutants(found: Mutation, gates: dict[str, Any]) -> Iterator[Finding]:
    for kind in found.kinds:
        low, _ = kind.interval
        told = f"{kind.kind}: {kind.caught} of {kind.made} caught, low end {low:.3f}"
        if clopper_pearson(kind.made, kind.made)[0] < gates["caught"]:
            # too few mutants of the kind to show the rate: none may be missed
            passed = kind.caught == kind.made
            yield Finding("mutants", passed, f"{told}; too few to show {gates['caught']}")
        else:
            yield Finding("mutants", low >= gates["caught"], f"{told}, floor {gates['caught']}")
    _, high = share_interval(found.false_alarms, found.sentences)
    told = f"{found.false_alarms} of {found.sentences} own sentences refused, high end {high:.4f}"
    yield Finding("mutants", high <= gates["false_alarms"], told)
