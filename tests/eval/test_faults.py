"""Each fault planted in the engine fails the gate, on samples that it answers right."""

import pytest

from eval import committed, gate, question_sets
from eval.judging import judge
from eval.runner import Run
from tests.eval.faults import FAULTS, Fault, FaultyEngine, Memory

EACH = 3
"""Samples of each kind of case: few, so that a fault is asked about in seconds."""

SOUND = Fault("none")


@pytest.fixture(scope="module")
def guides(assistant):
    return {g.id: g.text for g in assistant.tables.guides}


@pytest.fixture(scope="module")
def run(assistant, guides):
    """run(fault, samples) -> the samples asked of an engine with a fault, and judged."""
    memory, sound = Memory(), {}

    def ask(fault, samples):
        engine = FaultyEngine(assistant, fault, memory)
        if fault.late:
            records = {s.id: engine.retold(sound[s.id]) for s in samples if s.id in sound}
            records |= {s.id: engine.ask(s)[0] for s in samples if s.id not in sound}
        else:
            records = {s.id: engine.ask(s)[0] for s in samples}
        if fault == SOUND:
            sound.update(records)
        return judge(Run(None, {"versions": {}, "features": []}, records, {}), samples, guides)

    return ask


@pytest.fixture(scope="module")
def sound(run):
    """The engine as it is, on the first samples of every kind that it gets right."""
    kinds = {}
    for name in ("smoke", "core", "guide", "abstain", "adversarial"):
        for s in question_sets.load(name).samples:
            if s.wording == 0 and not s.case.held_out and not s.case.needs:
                kinds.setdefault(tuple(s.case.id.split("-")[:2]), []).append(s)
    kept = []
    for same in kinds.values():
        right = []
        for start in range(0, 3 * EACH, EACH):
            tried = run(SOUND, same[start : min(start + EACH, 3 * EACH)])
            right += [tried.samples[s.id] for s in tried.scores if s.grade == "C"]
            if len(right) >= EACH:
                break
        kept += right[:EACH]
    return run(SOUND, kept)


def findings(judged, sound):
    rules = gate.rules()
    kept = {k: rules[k] for k in ("margin", "zero_tolerance")}
    return [f for f in gate.gate(judged, committed.of(sound), kept) if not f.passed]


def test_there_are_twenty_faults_and_enough_to_see_them_by(sound):
    assert len({f.name for f in FAULTS}) >= 20
    assert len(sound.scores) >= 100


def test_no_fault_passes(sound, assistant, guides):
    """Asked anew, with nothing remembered."""
    engine = FaultyEngine(assistant, SOUND, Memory())
    samples = list(sound.samples.values())
    records = {s.id: engine.ask(s)[0] for s in samples}
    again = judge(Run(None, {"versions": {}, "features": []}, records, {}), samples, guides)

    assert findings(again, sound) == []


@pytest.mark.parametrize("fault", FAULTS, ids=[f.name for f in FAULTS])
def test_the_gate_fails_a_planted_fault(fault, sound, run):
    judged = run(fault, list(sound.samples.values()))

    failed = findings(judged, sound)
    assert failed
    # a fault that only makes the engine crash shows nothing of the gate
    assert {f.kind for f in failed} - {"errors"}
