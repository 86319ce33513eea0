"""Figures as lines of text: for the terminal and, from the committed baseline, for the README."""

import math
from collections.abc import Iterator, Mapping, Sequence

from eval.committed import Committed
from eval.gate import Compared, Finding
from eval.judging import Judged
from eval.mutation import share_interval
from eval.question_sets import ALL
from eval.scoring.summary import METRICS
from eval.statistics import Interval, smallest_drop

README = {
    "right": (*ALL, "metamorphic"),
    "code_exact": ("core",),
    "critical": ("core", "adversarial", "conversation", "notes"),
    "recall@3": ("guide",),
    "faithful": ("guide",),
    "cite_verbatim": ("core", "guide"),
    "cite_precision": ("core", "guide"),
    "refused": ("abstain",),
    "false_refusal": ("core", "abstain"),
    "consistent": ("core", "metamorphic"),
}
"""Metrics of the README's scoreboard, and the sets they are shown for."""


def percent(interval: Interval) -> str:
    """ "97.1 % (95.0-98.4)"."""
    value, low, high = (100 * x for x in (interval.value, interval.low, interval.high))
    return f"{value:.1f} % ({low:.1f}-{high:.1f})" if not math.isnan(value) else "-"


def lines(judged: Judged) -> Iterator[str]:
    """One block a set: how its samples fared, then every figure with its interval."""
    for name, found in judged.figures.items():
        size = f"{found.samples} samples of {found.scenarios} scenarios"
        yield f"{name}: {size}, {_grades(found.grades)}"
        for metric, interval in found.metrics.items():
            yield (
                f"  {metric:15}{percent(interval):>26}  n {interval.n:5}  {METRICS[metric].says}"
            )
        if found.stages:
            told = ", ".join(f"{stage} {n}" for stage, n in found.stages.items())
            yield f"  errors by step   {told}"
        if found.unsafe_not_built:
            yield f"  of the not built, {found.unsafe_not_built} bill a wrong code all the same"
        if right := found.metrics.get("right"):
            drop = smallest_drop(right.clusters, right.value)
            if not math.isnan(drop):
                yield f"  the smallest fall it can show (80 % power): {100 * drop:.0f} points"
        held = judged.held_out.get(name)
        if held and "right" in held.metrics:
            yield f"  held out: right {percent(held.metrics['right'])} of {held.samples}"
    if judged.confidence is not None:
        curve, calibrated = judged.confidence
        risks = ", ".join(f"{100 * r:.1f} % at {100 * c:.0f} %" for c, r in curve.at.items())
        yield f"confidence: wrong {risks} coverage; area {curve.area:.3f}"
        yield (
            f"confidence: Brier {calibrated.brier:.3f}, calibration error {calibrated.error:.3f}, "
            f"right above wrong {calibrated.discrimination:.3f}"
        )
    for step, row in judged.latency.items():
        told = "   ".join(f"{p} {row[p]:7.2f} ms" for p in ("p50", "p95", "p99"))
        yield f"{step:8} {told}"


GRADES = {
    "C": "right",
    "P": "partly right",
    "I": "wrong",
    "N": "not answered",
    "X": "cannot be scored",
    "B": "not built",
}


def _grades(grades: Mapping[str, int]) -> str:
    return ", ".join(f"{grades[g]} {words}" for g, words in GRADES.items() if grades.get(g))


def findings(found: Sequence[Finding]) -> Iterator[str]:
    """Failed findings with what decides them, then how many passed."""
    for finding in found:
        if not finding.passed:
            yield f"FAILED  {finding.kind}: {finding.text}"
            for id in finding.deciding:
                yield f"          {id}"
    passed = sum(f.passed for f in found)
    yield f"{passed} of {len(found)} checks passed"


def comparison(found: Sequence[Compared]) -> Iterator[str]:
    """The metrics that changed, and whether by more than chance."""
    changed = [c for c in found if c.won or c.lost]
    for c in changed:
        sure = "beyond chance" if c.adjusted < 0.05 else "may be chance"
        delta = f"{c.delta.value:+.4f} [{c.delta.low:+.4f}, {c.delta.high:+.4f}]"
        moved = f"won {len(c.won)} lost {len(c.lost)}"
        yield f"{c.set:12} {c.metric:15} {delta}  {moved}  p {c.adjusted:.3f} ({sure})"
    yield f"{len(found) - len(changed)} of {len(found)} figures are the same"


def markdown(committed: Committed) -> Iterator[str]:
    """The README's table, from the committed baseline."""
    yield "| set | figure | value (95 % interval) | scenarios | held out |"
    yield "| --- | --- | --- | --- | --- |"
    for metric, sets in README.items():
        for name in sets:
            interval = committed.figures.get(name, {}).get(metric)
            if interval is None:
                continue
            held = committed.held_out.get(name, {}).get(metric)
            shown = percent(held) if held else "-"
            yield (
                f"| {name} | {METRICS[metric].says} | {percent(interval)} | "
                f"{interval.clusters} | {shown} |"
            )


def mutants(baseline: Committed) -> Iterator[str]:
    """The README's table of the grounding check under mutation."""
    yield "| changed | mutants | caught (95 % interval) |"
    yield "| --- | --- | --- |"
    for kind, (caught, made) in baseline.mutants["kinds"].items():
        low, high = share_interval(caught, made)
        share = f"{100 * caught / made:.1f} % ({100 * low:.1f}-{100 * high:.1f})"
        yield f"| {kind} | {made} | {share} |"
    alarms, own = baseline.mutants["false_alarms"], baseline.mutants["sentences"]
    low, high = share_interval(alarms, own)
    yield ""
    yield (
        f"False alarms on sentences as they were written: {alarms} of {own} "
        f"({100 * low:.2f}-{100 * high:.2f} %)."
    )
