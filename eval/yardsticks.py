"""Every yardstick over the samples of a run, side by side, as one table."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from eval import committed, runner
from eval.baselines import BASELINES
from eval.judging import Judged, judge
from eval.statistics import Interval

KEPT = (
    *("right", "code_exact", "critical", "recall@1", "recall@3", "recall@5", "recall@10"),
    *("mrr@10", "refused", "cite_precision"),
)
"""Figures of a yardstick that are kept."""
SHOWN = ("right", "code_exact", "critical", "recall@3", "mrr@10", "refused", "cite_precision")


def measure(plan: runner.Plan, folder: Path, guides: Mapping[str, str]) -> dict[str, Any]:
    """Figures by yardstick and set; each yardstick is a run of its own below `folder`."""
    found = {}
    for name in BASELINES:
        own = replace(plan, target=f"baseline:{name}")
        judged = judge(runner.run(own, folder / name), plan.samples, guides)
        found[name] = {s: _shown(f.metrics) for s, f in judged.figures.items()}
    return found


def _shown(metrics: Mapping[str, Interval]) -> dict[str, Any]:
    return {
        name: {k: round(v, 4) for k, v in asdict(metrics[name]).items()}
        for name in KEPT
        if name in metrics
    }


def table(found: Mapping[str, Any], ours: Judged) -> Iterator[str]:
    """A block a set: one line a system, Lamina first."""
    rows = {"lamina": {s: _shown(f.metrics) for s, f in ours.figures.items()}, **found}
    if committed.FILE.exists():
        held = committed.read().figures
        rows["previous release"] = {s: _shown(metrics) for s, metrics in held.items()}
    for name in ours.figures:
        yield f"{name:28}" + "".join(f"{metric:>16}" for metric in SHOWN)
        for system, by_set in rows.items():
            cells = [_cell(by_set.get(name, {}).get(metric)) for metric in SHOWN]
            yield f"  {system:26}" + "".join(f"{cell:>16}" for cell in cells)


def markdown(found: Mapping[str, Any], ours: Mapping[str, Mapping[str, Interval]]) -> Iterator[str]:
    """The README's table of yardsticks: core and guide."""
    chosen = (
        ("core", "code_exact"),
        ("core", "critical"),
        ("guide", "recall@3"),
        ("abstain", "refused"),
    )
    yield "| system | " + " | ".join(f"{s} {m}" for s, m in chosen) + " |"
    yield "| --- |" + " --- |" * len(chosen)
    own = {s: {m: asdict(i) for m, i in metrics.items()} for s, metrics in ours.items()}
    for system, by_set in {"**Lamina**": own, **found}.items():
        cells = [_cell(by_set.get(s, {}).get(m)) for s, m in chosen]
        yield f"| {system} | " + " | ".join(cells) + " |"


def _cell(interval: Mapping[str, float] | None) -> str:
    return "-" if interval is None else f"{100 * interval['value']:.1f} %"
