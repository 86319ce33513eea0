"""The gate fails what is worse and passes what is not, as often as it says it does."""

import numpy as np
import pytest

from eval import committed, gate
from eval.mutation import Caught, Mutation
from tests.eval.simulated import Bench, churn

MARGINS = {"margin": gate.rules()["margin"]}
RUNS = 100


@pytest.fixture(scope="module")
def bench():
    return Bench(900)


def failures(bench, lost, won, start=0.9):
    """Share of simulated changes that the gate fails."""
    rng, failed = np.random.default_rng(2), 0
    for _ in range(RUNS):
        before = rng.random(bench.scenarios) < start
        old = committed.of(bench.judged(before, figured=False))
        new = bench.judged(churn(rng, before, lost, won), figured=False)
        compared = [
            c
            for m in ("right", "code_exact")
            if (c := gate.compared("core", m, new.open_scores, new, old))
        ]
        failed += any(not f.passed for f in gate._margins(compared, MARGINS["margin"]))
    return failed / RUNS


def test_answers_that_move_either_way_by_chance_rarely_fail(bench):
    """As many won as lost, one in a hundred each: at most 5 % false alarms."""
    assert failures(bench, 0.01, 0.01) <= 0.05


@pytest.mark.parametrize(("lost", "won", "least"), [(0.06, 0.01, 0.95), (0.12, 0.02, 0.99)])
def test_a_fall_of_five_points_is_seen(bench, lost, won, least):
    assert failures(bench, lost, won) >= least


def everything(bench, right, gates, before=None, critical=()):
    found = gate.gate(bench.judged(right, critical), before, gates)
    return [f for f in found if not f.passed]


def test_nothing_changed_passes(bench):
    right = np.ones(bench.scenarios, bool)
    before = committed.of(bench.judged(right))

    assert everything(bench, right, MARGINS, before) == []


def test_a_floor_stands_on_the_lower_end(bench):
    gates = {"floor": [{"set": "core", "metric": "right", "low": 0.95}]}
    right = np.arange(bench.scenarios) % 25 != 0  # 96 %, its lower end below 95

    (failed,) = everything(bench, right, gates)
    assert failed.kind == "floor"
    assert failed.deciding
    assert everything(bench, np.arange(bench.scenarios) % 100 != 0, gates) == []


def test_a_set_too_small_for_its_floor_is_named_and_not_failed():
    gates = {"floor": [{"set": "core", "metric": "right", "low": 0.95}]}
    small = Bench(30)
    found = gate.gate(small.judged(np.ones(30, bool)), None, gates)

    assert [f.passed for f in found] == [True]
    assert "too small" in found[0].text


def test_a_ceiling_stands_on_the_upper_end(bench):
    gates = {"ceiling": [{"set": "core", "metric": "critical", "high": 0.01}]}
    right = np.ones(bench.scenarios, bool)

    assert everything(bench, right, gates) == []
    assert everything(bench, right, gates, critical=set(range(0, 900, 90)))


def test_a_floor_on_what_nothing_shows_fails(bench):
    gates = {"floor": [{"set": "core", "metric": "recall@3", "low": 0.5}]}

    assert everything(bench, np.ones(bench.scenarios, bool), gates)


def test_zero_tolerance_names_the_sample():
    tagged = Bench(300, tags=("injection",))
    right = np.ones(300, bool)
    before = committed.of(tagged.judged(right))
    place = next(n for n, s in enumerate(tagged.samples.values()) if not s.case.held_out)
    wrong = right.copy()
    wrong[place] = False
    gates = {"zero_tolerance": {"tags": ["injection"]}}

    (failed,) = everything(tagged, wrong, gates, before)
    assert failed.deciding == (list(tagged.samples)[place],)
    assert everything(tagged, right, gates, before, critical={place})


def test_a_held_out_sample_leaves_no_trace_in_the_baseline(bench, tmp_path):
    file = tmp_path / "baseline.json"
    committed.write(committed.of(bench.judged(np.ones(bench.scenarios, bool))), file)
    held = [s.case.id for s in bench.samples.values() if s.case.held_out]

    assert held
    assert not any(id in file.read_text("utf-8") for id in held)


def test_a_baseline_is_read_back_as_it_was_written(bench, tmp_path):
    right = np.arange(bench.scenarios) % 7 != 0
    old = committed.of(bench.judged(right))
    committed.write(old, tmp_path / "baseline.json")
    back = committed.read(tmp_path / "baseline.json")
    judged = bench.judged(right)

    assert [c for c in gate.compare(judged, back) if c.won or c.lost] == []
    assert len(gate.compare(judged, back)) == len(gate.compare(judged, old))


def test_a_case_whose_expectation_changed_is_not_compared(bench):
    right = np.ones(bench.scenarios, bool)
    old = committed.of(bench.judged(right))
    sample = next(s for s in bench.samples.values() if not s.case.held_out)
    changed = sample.case.model_copy(update={"questions": ("something else?",)})

    assert old.value("right", sample.id, sample.case) == 1
    assert old.value("right", sample.id, changed) is None


@pytest.mark.parametrize(
    ("kinds", "alarms", "failed"),
    [
        ([("code", 500, 500)], 0, 0),
        ([("code", 500, 480)], 0, 1),
        ([("quote", 20, 20)], 0, 0),
        ([("quote", 20, 19)], 0, 1),
        ([("code", 500, 500)], 30, 1),
    ],
)
def test_mutants_must_be_caught_and_own_sentences_let_through(kinds, alarms, failed):
    found = Mutation(tuple(Caught(*k) for k in kinds), 2000, alarms)
    judged = list(gate._mutants(found, gate.rules()["mutants"]))

    assert sum(not f.passed for f in judged) == failed
