"""How far an answer's confidence tells right from wrong: risk and coverage, calibration. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True)
class RiskCoverage:
    """Answer the surest first: the share answered, and the share of those that is wrong."""

    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    area: float
    """Mean risk over all coverages (AURC); lower is better."""
    at: dict[float, float]
    """Risk at 80, 90, 95 and 100 % coverage."""


@dataclass(frozen=True)
class Calibration:
    """Confidence against the share that was right, in bins of equal size."""

    brier: float
    error: float
    """Expected calibration error: mean distance of confidence and share right, by bin."""
    bins: tuple[tuple[float, float, int], ...]
    """Mean confidence, share right, size."""
    discrimination: float
    """Chance that a right answer is surer than a wrong one (AUROC); nan when all agree."""


def risk_coverage(confidence: Sequence[float], right: Sequence[bool]) -> RiskCoverage:
    """The curve over all thresholds; answers of equal confidence enter together."""
    order = np.argsort(-np.asarray(confidence), kind="stable")
    sure, wrong = np.asarray(confidence)[order], 1.0 - np.asarray(right, float)[order]
    count = np.arange(1, len(sure) + 1)
    risk = np.cumsum(wrong) / count
    last = np.append(sure[1:] != sure[:-1], True)
    coverage, risk = count[last] / len(sure), risk[last]
    widths = np.diff(np.concatenate([[0.0], coverage]))
    at = {c: float(risk[np.searchsorted(coverage, c - 1e-12)]) for c in (0.8, 0.9, 0.95, 1.0)}
    return RiskCoverage(
        tuple(coverage.tolist()), tuple(risk.tolist()), float((widths * risk).sum()), at
    )


def calibration(confidence: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Brier score, calibration error and the reliability diagram's points."""
    sure, good = np.asarray(confidence, float), np.asarray(right, float)
    groups = np.array_split(np.argsort(sure, kind="stable"), min(BINS, len(sure)))
    bins = [(float(sure[g].mean()), float(good[g].mean()), len(g)) for g in groups]
    error = sum(n * abs(c - r) for c, r, n in bins) / len(sure)
    brier = float(((sure - good) ** 2).mean())
    return Calibration(brier, float(error), tuple(bins), discrimination(confidence, right))


def discrimination(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """Area under the ROC curve, ties counted half."""
    from scipy.stats import rankdata

    ranks, good = rankdata(confidence), np.asarray(right, float)
    positive = float(good.sum())
    negative = len(good) - positive
    if not positive or not negative:
        return float("nan")
    return float((ranks[good == 1].sum() - positive * (positive + 1) / 2) / (positive * negative))
