"""A run and its question sets as scores and figures: the one way from records to judgement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from eval.question_sets import Sample
from eval.records import Timing
from eval.runner import Run
from eval.scoring.confidence import Calibration, RiskCoverage, calibration, risk_coverage
from eval.scoring.score import Score, score_all
from eval.scoring.summary import Figures, figures

STEPS = ("read", "gather", "write", "check", "total")


@dataclass(frozen=True)
class Judged:
    """What a run is worth, its held-out cases apart."""

    run: Run
    samples: Mapping[str, Sample]
    scores: tuple[Score, ...]
    figures: Mapping[str, Figures] = field(default_factory=dict)
    """By set, without the held-out cases."""
    held_out: Mapping[str, Figures] = field(default_factory=dict)
    """By set, the held-out cases alone: figures only, no single case is opened."""

    @cached_property
    def open_scores(self) -> tuple[Score, ...]:
        """Scores whose single results may be looked at."""
        return tuple(s for s in self.scores if not self.samples[s.id].case.held_out)

    @cached_property
    def confidence(self) -> tuple[RiskCoverage, Calibration] | None:
        """How far confidence tells right from wrong, over all answered questions."""
        told = [
            (s.confidence, s.grade == "C") for s in self.scores
            if s.confidence is not None and s.grade not in "XB"
        ]  # fmt: skip
        if not told:
            return None
        sure, right = zip(*told, strict=True)
        return risk_coverage(sure, right), calibration(sure, right)

    @cached_property
    def latency(self) -> dict[str, dict[str, float]]:
        """Milliseconds by step: median, 95th and 99th percentile and how many were timed."""
        return latency(list(self.run.timings.values()))


def judge(run: Run, samples: Sequence[Sample], guides: Mapping[str, str]) -> Judged:
    """Score the records of a run; a sample that was not asked is not scored."""
    by_id = {s.id: s for s in samples if s.id in run.records}
    features = frozenset(run.about.get("features", ()))
    pairs = [(sample, run.records[id]) for id, sample in by_id.items()]
    scores = tuple(score_all(pairs, guides, features))
    names = list(dict.fromkeys(s.set for s in scores))
    shown, kept = {}, {}
    for name in names:
        own = [s for s in scores if s.set == name]
        held = [s for s in own if by_id[s.id].case.held_out]
        tuned = [s for s in own if not by_id[s.id].case.held_out]
        if tuned:
            shown[name] = figures(name, tuned)
        if held:
            kept[name] = figures(name, held)
    return Judged(run, by_id, scores, shown, kept)


def latency(timings: Sequence[Timing]) -> dict[str, dict[str, float]]:
    """Percentiles by step; a step that was never timed is left out."""
    found = {}
    for step in STEPS:
        values = [t.ms[step] for t in timings if step in t.ms]
        if values:
            p50, p95, p99 = np.percentile(values, (50, 95, 99))
            found[step] = {"p50": p50, "p95": p95, "p99": p99, "n": float(len(values))}
    return {s: {k: round(float(v), 3) for k, v in row.items()} for s, row in found.items()}
