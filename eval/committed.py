"""The committed baseline, `eval/baseline.json`: what the figures were when last accepted.

Holds every figure and, for each sample that may be opened, where it fell short, so that
the same samples can be compared one by one. A held-out sample leaves no trace but its share
of a figure.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from eval.cases import Case
from eval.errors import BadRun
from eval.judging import Judged
from eval.mutation import Mutation
from eval.scoring.score import Score
from eval.scoring.summary import METRICS
from eval.statistics import Interval

FILE = Path(__file__).parent / "baseline.json"
DIGITS = 4

Beside = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Committed:
    """A baseline as it was written."""

    versions: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Mapping[str, Interval]] = field(default_factory=dict)
    grades: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    held_out: Mapping[str, Mapping[str, Interval]] = field(default_factory=dict)
    short: Mapping[str, tuple[str, Mapping[str, float]]] = field(default_factory=dict)
    """By sample: the digest of its case, and the metrics on which it was not perfect."""
    mutants: Mapping[str, Any] = field(default_factory=dict)
    baselines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Figures of the yardsticks, by name, set and metric."""

    def value(self, metric: str, id: str, case: Case) -> float | None:
        """What a sample had of a metric; None when it was not asked, or its case has changed."""
        digest, short = self.short.get(id, ("", {}))
        if digest != digest_of(case):
            return None
        return short.get(metric, best(metric))


def best(metric: str) -> float:
    """The value of a metric when nothing is wrong."""
    return 1.0 if METRICS[metric].higher else 0.0


@cache
def _digest(case: str) -> str:
    return hashlib.sha256(case.encode()).hexdigest()[:8]


def digest_of(case: Case) -> str:
    """Eight hexadecimal digits that change with what is asked or expected."""
    judged = case.model_dump_json(exclude={"name", "provenance", "reviewer", "note", "confidence"})
    return _digest(judged)


def shortfalls(score: Score) -> dict[str, float]:
    """The metrics on which a sample is not perfect."""
    values = {name: rounded(metric.of(score)) for name, metric in METRICS.items()}
    return {n: v for n, v in values.items() if v is not None and v != best(n)}


def rounded(value: float | None) -> float | None:
    """A value as the baseline keeps it, so that the same answer compares as the same."""
    return None if value is None else round(value, DIGITS)


def of(judged: Judged, mutants: Mutation | None = None, beside: Beside | None = None) -> Committed:
    """A run as a baseline to compare another with."""
    return Committed(
        versions=judged.run.about["versions"],
        figures={name: f.metrics for name, f in judged.figures.items()},
        grades={name: f.grades for name, f in judged.figures.items()},
        held_out={name: f.metrics for name, f in judged.held_out.items()},
        short={
            s.id: (digest_of(judged.samples[s.id].case), shortfalls(s))
            for s in judged.open_scores
            if s.grade not in "XB"
        },
        mutants=_told(mutants) if mutants else {},
        baselines=beside or {},
    )


def write(baseline: Committed, file: Path = FILE) -> None:
    """Replace the committed baseline; one line a sample, so that a change can be read."""
    content = {
        "versions": dict(baseline.versions),
        "figures": {name: _plain(f) for name, f in baseline.figures.items()},
        "grades": dict(baseline.grades),
        "held_out": {name: _plain(f) for name, f in baseline.held_out.items()},
        "mutants": dict(baseline.mutants),
        "baselines": dict(baseline.baselines),
    }
    head = json.dumps(content, indent=1)[:-2] + ',\n "short": {'
    entries = [
        f"  {json.dumps(id)}: {json.dumps(baseline.short[id])}" for id in sorted(baseline.short)
    ]
    new = file.with_suffix(".new")
    new.write_text(f"{head}\n" + ",\n".join(entries) + "\n }\n}\n", "utf-8")
    new.replace(file)


def read(file: Path = FILE) -> Committed:
    """The committed baseline. Raises BadRun when it cannot be read."""
    try:
        content = json.loads(file.read_text("utf-8"))
        content["short"] = {k: (v[0], v[1]) for k, v in content["short"].items()}
        for name in ("figures", "held_out"):
            content[name] = {
                s: {m: Interval(**i) for m, i in metrics.items()}
                for s, metrics in content[name].items()
            }
        return Committed(**content)
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise BadRun(
            f"{file} is no baseline: {why}. `lamina-eval gate --accept` makes one."
        ) from why


def _plain(metrics: Mapping[str, Interval]) -> dict[str, Any]:
    return {
        name: {k: round(v, DIGITS) for k, v in asdict(interval).items()}
        for name, interval in metrics.items()
    }


def _told(found: Mutation) -> dict[str, Any]:
    return {
        "kinds": {k.kind: [k.caught, k.made] for k in found.kinds},
        "sentences": found.sentences,
        "false_alarms": found.false_alarms,
    }
