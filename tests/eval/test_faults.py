"""Each fault planted in the engine fails the gate, on samples that it answers right."""

from collections import Counter

import pytest

from eval import committed, gate, question_sets
from eval.judging import judge
from eval.runner import Run
from tests.eval.faults import FAULTS, Fault, FaultyEngine

EACH = 3
"""Samples of each kind of case: few, so that a fault is asked about in seconds."""


@pytest.fixture(scope="module")
def guides(assistant):
    return {g.id: g.text for g in assistant.tables.guides}


def run(assistant, fault, samples, guides):
    """The samples asked of an engine with a fault, and judged."""
    engine = FaultyEngine(assistant, fault)
    records = {s.id: engine.ask(s)[0] for s in samples}
    return judge(Run(None, {"versions": {}, "features": []}, records, {}), samples, guides)


@pytest.fixture(scope="module")
def sound(assistant, guides):
    """The engine as it is, on the first samples of every kind that it gets right."""
    asked, kinds = [], {}
    for name in ("smoke", "core", "guide", "abstain", "adversarial"):
        for s in question_sets.load(name).samples:
            if s.wording == 0 and not s.case.held_out and not s.case.needs:
                kinds.setdefault(tuple(s.case.id.split("-")[:2]), []).append(s)
    for same in kinds.values():
        asked += same[: 3 * EACH]
    judged = run(assistant, Fault("none"), asked, guides)
    kept, taken = [], Counter()
    for s in judged.scores:
        kind = tuple(s.case.split("-")[:2])
        if s.grade == "C" and taken[kind] < EACH:
            taken[kind] += 1
            kept.append(judged.samples[s.id])
    return run(assistant, Fault("none"), kept, guides)


def findings(judged, sound):
    rules = gate.rules()
    kept = {k: rules[k] for k in ("margin", "zero_tolerance")}
    return [f for f in gate.gate(judged, committed.of(sound), kept) if not f.passed]


def test_there_are_twenty_faults_and_enough_to_see_them_by(sound):
    assert len({f.name for f in FAULTS}) >= 20
    assert len(sound.scores) >= 100


def test_no_fault_passes(sound, assistant, guides):
    again = run(assistant, Fault("none"), list(sound.samples.values()), guides)

    assert findings(again, sound) == []


@pytest.mark.parametrize("fault", FAULTS, ids=[f.name for f in FAULTS])
def test_the_gate_fails_a_planted_fault(fault, sound, assistant, guides):
    judged = run(assistant, fault, list(sound.samples.values()), guides)

    assert findings(judged, sound)
