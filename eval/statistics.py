"""Intervals, paired tests and the smallest effect a set can show. Pure; numpy and scipy.

Wordings of one scenario are not independent: intervals of means are drawn over clusters,
and paired tests compare scenarios. Oracles in tests: scipy and worked examples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

LEVEL = 0.95
RESAMPLES = 2000
SEED = 0
EXACT = 12
"""Up to so many differing pairs, a permutation test counts every sign."""

Numbers = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Interval:
    """An estimate with its confidence interval; n counts samples, clusters what varies freely."""

    value: float
    low: float
    high: float
    n: int
    clusters: int


def wilson(successes: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's interval of a proportion; (0, 1) when nothing was observed."""
    if n <= 0:
        return 0.0, 1.0
    z = _quantile(level)
    p = successes / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * float(np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)))
    return max(0.0, centre - half), min(1.0, centre + half)


def clopper_pearson(successes: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """The exact interval of a proportion, for all or none."""
    from scipy.stats import beta

    if n <= 0:
        return 0.0, 1.0
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else float(beta.ppf(tail, successes, n - successes + 1))
    high = 1.0 if successes == n else float(beta.ppf(1 - tail, successes + 1, n - successes))
    return low, high


def proportion(values: Sequence[float], clusters: Sequence[str]) -> Interval:
    """A share with an interval that knows its clusters.

    Wilson's on the effective size n / design effect; Clopper-Pearson's on the number of
    clusters when all values are 0 or all are 1, since then no spread tells the effect.
    """
    n, groups = len(values), len(set(clusters))
    if n == 0:
        return Interval(float("nan"), 0.0, 1.0, 0, 0)
    share = float(np.mean(values))
    if share in (0.0, 1.0):
        low, high = clopper_pearson(round(share * groups), groups)
    else:
        size = n / design_effect(values, clusters)
        low, high = wilson(share * size, size)
    return Interval(share, low, high, n, groups)


def design_effect(values: Sequence[float], clusters: Sequence[str]) -> float:
    """Variance of the mean over clusters, by that of as many independent values; at least 1.

    Not below 1: wordings that happen to balance out are no better than independent ones.
    """
    sums, sizes = _by_cluster(np.asarray(values, float), clusters)
    n, groups = sizes.sum(), len(sizes)
    mean = sums.sum() / n
    plain = mean * (1 - mean) / n
    if groups < 2 or plain == 0:
        return float(n / groups)
    between = groups / (groups - 1) * float(((sums - mean * sizes) ** 2).sum()) / n**2
    return max(1.0, float(between / plain))


def mean(values: Sequence[float], clusters: Sequence[str]) -> Interval:
    """A mean with a bootstrap interval over clusters (BCa, fixed seed)."""
    n, groups = len(values), len(set(clusters))
    if n == 0:
        return Interval(float("nan"), 0.0, 1.0, 0, 0)
    if set(values) in ({0.0}, {1.0}):
        # no spread to draw from: as exact as a share of which all or none hold
        return proportion(values, clusters)
    sums, sizes = _by_cluster(np.asarray(values, float), clusters)
    estimate = float(sums.sum() / sizes.sum())
    low, high = _bca(sums, sizes, estimate)
    return Interval(estimate, low, high, n, groups)


def difference(new: Sequence[float], old: Sequence[float], clusters: Sequence[str]) -> Interval:
    """Mean of new - old over the same samples, its interval over clusters."""
    changes = [a - b for a, b in zip(new, old, strict=True)]
    if not any(changes):
        return Interval(0.0, 0.0, 0.0, len(changes), len(set(clusters)))
    return mean(changes, clusters)


def mcnemar(wins: int, losses: int) -> float:
    """Two-sided exact p of as many wins and losses, were both as likely."""
    from scipy.stats import binomtest

    return float(binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0


def permutation(differences: Sequence[float], draws: int = 10_000) -> float:
    """Two-sided p of a mean difference under random signs; exact for few that differ."""
    d = np.asarray([x for x in differences if x != 0], float)
    if not len(d):
        return 1.0
    observed = abs(d.sum()) - 1e-12
    if len(d) <= EXACT:
        signs = ((np.arange(2 ** len(d))[:, None] >> np.arange(len(d))) & 1) * 2 - 1
        return float((np.abs(signs @ d) >= observed).mean())
    rng = np.random.default_rng(SEED)
    signs = rng.integers(0, 2, (draws, len(d))) * 2 - 1
    return float((1 + (np.abs(signs @ d) >= observed).sum()) / (1 + draws))


def holm(p_values: dict[str, float]) -> dict[str, float]:
    """Holm's adjusted p by name."""
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda n: p_values[n])):
        highest = max(highest, min(1.0, p_values[name] * (len(p_values) - rank)))
        adjusted[name] = highest
    return adjusted


def smallest_drop(clusters: int, share: float, power: float = 0.8) -> float:
    """The smallest fall of a share that so many scenarios show with this power, paired.

    One-sided exact McNemar at 5 %, were a hundredth of the scenarios to get better by chance.
    """
    for points in range(1, 100):
        drop = points / 100
        if drop > share:
            break
        if paired_power(clusters, drop + 0.01, 0.01) >= power:
            return drop
    return float("nan")


@lru_cache(maxsize=4096)
def paired_power(n: int, lost: float, won: float, alpha: float = 0.05) -> float:
    """Chance that a one-sided exact McNemar test sees shares lost and won among n."""
    from scipy.stats import binom

    total = lost + won
    if n <= 0 or total <= 0 or total > 1:
        return 0.0
    power = 0.0
    for pairs in range(n + 1):
        weight = binom.pmf(pairs, n, total)
        if weight < 1e-9 or pairs == 0:
            continue
        # the least number of losses that is significant among so many pairs
        least = int(binom.isf(alpha, pairs, 0.5)) + 1
        power += weight * binom.sf(least - 1, pairs, lost / total)
    return float(power)


def _quantile(level: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + level / 2)


def _by_cluster(values: Numbers, clusters: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Sum and size of each cluster, in the order of their names."""
    _, place = np.unique(np.asarray(clusters), return_inverse=True)
    sums = np.bincount(place, weights=values).astype(np.float64)
    return sums, np.bincount(place).astype(np.float64)


def _bca(sums: Numbers, sizes: Numbers, estimate: float) -> tuple[float, float]:
    """Bias-corrected and accelerated bootstrap over clusters of a ratio of sums."""
    from scipy.stats import norm

    groups = len(sums)
    if groups < 2 or np.ptp(sums / sizes) == 0:
        return estimate, estimate
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(0, groups, (RESAMPLES, groups))
    resampled = sums[drawn].sum(1) / sizes[drawn].sum(1)
    below = np.clip((resampled < estimate).mean(), 1 / RESAMPLES, 1 - 1 / RESAMPLES)
    bias = norm.ppf(below)
    left_out = (sums.sum() - sums) / (sizes.sum() - sizes)
    spread = left_out.mean() - left_out
    bend = (spread**3).sum() / (6 * (spread**2).sum() ** 1.5 + 1e-300)
    z = norm.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    ends = norm.cdf(bias + (bias + z) / (1 - bend * (bias + z)))
    low, high = np.quantile(resampled, ends)
    return float(low), float(high)
