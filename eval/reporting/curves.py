"""The four plots of a run: risk and coverage, reliability, search depth, latency. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from eval.judging import STEPS, Judged
from eval.reporting import words
from eval.reporting.plots import Axis, Line, Plot, Point, draw
from eval.reporting.words import percent, title
from eval.scoring.retrieval import DEPTHS

QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
MOST = 200
"""Points of one curve; more would not be seen."""
SMALLEST_MS = 0.01


def share(label: str) -> Axis:
    return Axis(label, 0.0, 1.0, QUARTERS, lambda v: f"{100 * v:.0f} %")


def confidence(judged: Judged) -> Iterator[Plot]:
    """How far Lamina's own confidence tells right from wrong."""
    if judged.confidence is None:
        return
    risk, found = judged.confidence
    curve: list[Point] = list(zip(risk.coverage, risk.risk, strict=True))
    kept = curve[:: max(1, len(curve) // MOST)]
    kept += [] if kept[-1] == curve[-1] else [curve[-1]]
    axes = share("questions answered, the surest first"), share("of those not right")
    told = "Answers that are not right among the surest questions"
    yield Plot(
        id="risk",
        title="If only the surest questions were answered",
        reads="From left to right more of the questions are answered, the surest first. A useful "
        "confidence starts low on the left; a flat line means it says nothing.",
        svg=draw("risk", told, [Line("Lamina", kept, main=True)], *axes),
        head=("Questions answered", "Of those not right"),
        rows=[(percent(at), percent(wrong)) for at, wrong in sorted(risk.at.items())],
        note=f"Mean over all shares: {percent(risk.area)} not right (AURC).",
    )
    bins: list[Point] = [(sure, right) for sure, right, _ in found.bins]
    axes = share("confidence told"), share("really right")
    told = "Share right against the confidence told, in ten groups"
    tells = "-" if np.isnan(found.discrimination) else f"{found.discrimination:.2f}"
    yield Plot(
        id="reliability",
        title="Is it as sure as it should be?",
        reads="Each point is a tenth of the questions. On the dashed line the confidence told is "
        "the share that was right; below the line Lamina is too sure of itself.",
        svg=draw("reliability", told, [Line("Lamina", bins, True, True)], *axes, rule=True),
        head=("Confidence told", "Really right", "Questions"),
        rows=[(percent(c), percent(r), f"{n:,}") for c, r, n in found.bins],
        note=f"Mean distance from the line {percent(found.error)} (ECE). A right answer is surer "
        f"than a wrong one with chance {tells} (AUROC; 0.50 is a coin). Brier {found.brier:.3f}.",
    )


def search(judged: Judged, beside: Mapping[str, Any]) -> Iterator[Plot]:
    """How deep one must read what the search found, for each set that names gold words."""
    for name, figures in judged.figures.items():
        own = [(k, f.value) for k in DEPTHS if (f := figures.metrics.get(f"recall@{k}"))]
        if len(own) < 2:
            continue
        others = {system: _depths(by_set.get(name, {})) for system, by_set in beside.items()}
        lines = [Line("Lamina", own, True, True)]
        lines += [Line(system, points, True) for system, points in others.items() if points]
        axis = Axis("passages read, from the top", 1, max(DEPTHS), DEPTHS)
        found = figures.metrics[f"recall@{DEPTHS[0]}"]
        yield Plot(
            id=f"recall-{name}",
            title=f"{title(name)}: is the right passage among the first few?",
            reads="The share of questions whose answering words stand in the first passages found. "
            "Higher and further left is better.",
            svg=draw(f"recall-{name}", f"Recall by depth, set {name}", lines, axis, share("found")),
            head=("System", *(f"first {k}" for k in DEPTHS)),
            rows=[(line.name, *(_at(line.points, k) for k in DEPTHS)) for line in lines],
            note=f"{found.n:,} questions of {found.clusters:,} scenarios name the words to find.",
        )


def _depths(metrics: Mapping[str, Any]) -> list[Point]:
    return [(k, metrics[f"recall@{k}"]["value"]) for k in DEPTHS if f"recall@{k}" in metrics]


def _at(points: Any, depth: int) -> str:
    return next((percent(v) for k, v in points if k == depth), "-")


def latency(judged: Judged) -> Iterator[Plot]:
    """How long an answer takes, by step: the share done after so many milliseconds."""
    if not judged.latency:
        return
    timings = judged.run.timings.values()
    lines = []
    for step in STEPS:
        values = [max(SMALLEST_MS, t.ms[step]) for t in timings if step in t.ms]
        if values:
            shares = np.linspace(0, 1, min(MOST // 2, len(values) + 1))
            at = np.quantile(values, shares)
            points = list(zip(at.round(3).tolist(), shares.round(3).tolist(), strict=True))
            lines.append(Line(words.STEPS[step], points, main=step == "total"))
    ends = [x for line in lines for x, _ in (line.points[0], line.points[-1])]
    low = 10.0 ** np.floor(np.log10(min(ends)))
    high = 10.0 ** max(np.ceil(np.log10(max(ends))), np.log10(low) + 1)
    marks = [10.0**e for e in range(round(np.log10(low)), round(np.log10(high)) + 1)]
    axis = Axis("milliseconds (each mark is ten times the one before)", low, high, marks, log=True)
    yield Plot(
        id="latency",
        title="How long an answer takes",
        reads="Each line shows the share of questions for which a step was done after so long. "
        "Further left is faster.",
        svg=draw("latency", "Share done by time and step", lines, axis, share("done")),
        head=("Step", "half are done in", "95 of 100 in", "99 of 100 in", "timed"),
        rows=[
            (
                words.STEPS[s],
                *(f"{row[p]:.1f} ms" for p in ("p50", "p95", "p99")),
                f"{row['n']:,.0f}",
            )
            for s, row in judged.latency.items()
        ],
        note="Answers taken from the cache are not timed.",
    )
