"""Intervals and tests against scipy, worked examples and simulation."""

import numpy as np
import pytest
from scipy import stats

from eval import statistics


@pytest.mark.parametrize(("k", "n"), [(0, 10), (1, 7), (45, 50), (90, 100), (299, 300), (30, 30)])
def test_wilson_and_clopper_pearson_are_scipys(k, n):
    for ours, theirs in (("wilson", "wilson"), ("clopper_pearson", "exact")):
        expected = stats.binomtest(k, n).proportion_ci(0.95, theirs)
        assert getattr(statistics, ours)(k, n) == pytest.approx((expected.low, expected.high))


def test_the_table_of_what_sizes_buy():
    """A fall of 5 points among 200 scenarios is seen with 83 %: figures known beforehand."""
    power = {
        (100, 0.12, 0.02): 0.83,
        (200, 0.06, 0.01): 0.83,
        (300, 0.03, 0.01): 0.42,
        (500, 0.03, 0.01): 0.68,
    }
    for (n, lost, won), known in power.items():
        assert statistics.paired_power(n, lost, won) == pytest.approx(known, abs=0.02)


def test_mcnemar_is_the_exact_binomial():
    assert statistics.mcnemar(0, 6) == pytest.approx(0.03125)
    assert statistics.mcnemar(0, 0) == 1.0
    assert statistics.mcnemar(3, 9) == pytest.approx(stats.binomtest(3, 12).pvalue)


def test_the_permutation_test_counts_every_sign_of_few():
    assert statistics.permutation([-1] * 6) == pytest.approx(2 / 64)
    assert statistics.permutation([0.0, 0.0]) == 1.0
    many = np.random.default_rng(0).normal(0.3, 1, 60)
    expected = stats.permutation_test(
        (many,), np.mean, permutation_type="samples", n_resamples=20_000, rng=1
    ).pvalue
    assert statistics.permutation(many.tolist()) == pytest.approx(expected, abs=0.02)


def test_holm_steps_down():
    adjusted = statistics.holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})

    assert adjusted == pytest.approx({"d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06})


def test_the_bootstrap_over_clusters_of_one_is_bca():
    values = np.random.default_rng(3).beta(8, 2, 120)
    expected = stats.bootstrap((values,), np.mean, method="BCa", rng=1).confidence_interval
    found = statistics.mean(values.tolist(), [str(n) for n in range(120)])

    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.004)


def test_wordings_of_one_scenario_are_not_independent():
    """The same answers, three times over, tell no more than once."""
    once = [1.0] * 90 + [0.0] * 10
    clusters = [str(n) for n in range(100)]
    alone = statistics.proportion(once, clusters)
    tripled = statistics.proportion(once * 3, clusters * 3)

    assert tripled.low == pytest.approx(alone.low, abs=0.003)
    assert (tripled.n, tripled.clusters) == (300, 100)


@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_intervals_of_clustered_shares_cover(share):
    """Of 2,000 simulated sets whose wordings hang together, 93 to 97 % cover the truth."""
    rng = np.random.default_rng(11)
    correlation, groups, sets, hits = 0.5, 150, 2000, 0
    spread = (1 - correlation) / correlation
    for _ in range(sets):
        chance = rng.beta(share * spread, (1 - share) * spread, groups)
        place = np.repeat(np.arange(groups), rng.integers(1, 5, groups))
        values = (rng.random(len(place)) < chance[place]).astype(float)
        found = statistics.proportion(values, place)
        hits += found.low <= share <= found.high

    assert 0.93 <= hits / sets <= 0.97


def test_nothing_observed_says_nothing():
    assert statistics.wilson(0, 0) == (0.0, 1.0)
    assert statistics.clopper_pearson(0, 0) == (0.0, 1.0)
    assert statistics.proportion([], []).n == 0
