"""The last check, mutated: a wrong token must never pass, a true sentence should."""

import collections

import pytest

from app.ask.turn import Sentence
from eval.mutants import mutants
from tests.scenarios import cases

LEAST = {
    "code": 0.99,
    "modifier": 0.99,
    "diagnosis": 0.99,
    "number": 0.99,
    "region": 0.97,
    "approach": 0.97,
    "imaging": 0.97,
    "negation": 0.90,
    "quote": 1.0,
    "mark": 1.0,
    "condition": 1.0,
    "direction": 1.0,
}
"""Share of mutants that must be caught, by kind."""


@pytest.fixture(scope="module")
def drafts(draft_of):
    """Drafts of every labelled question."""
    asked = [q for c in cases("scenarios/answers") for q in c["questions"]]
    asked += [c["question"] for c in cases("app/topics")]
    return [draft_of(q) for q in asked]


def test_no_draft_of_our_own_is_refused(drafts, assistant):
    refused = [
        (d.evidence.reading.question.text, p.why)
        for d in drafts
        for p in assistant.steps.checker.problems(d)
    ]

    assert refused == []


def test_mutants_are_caught(drafts, assistant):
    made, caught = collections.Counter(), collections.Counter()
    for draft in drafts:
        for kind, mutant in mutants(draft):
            made[kind] += 1
            caught[kind] += bool(assistant.steps.checker.problems(mutant))

    assert sum(made.values()) >= 2000
    rates = {kind: caught[kind] / made[kind] for kind in made}
    assert {k: r for k, r in rates.items() if r < LEAST[k]} == {}
    assert set(made) == set(LEAST)


def test_true_sentences_in_other_words_mostly_pass(draft_of, assistant):
    """Paraphrases a model might write; the false alarms are counted, not hidden."""
    judged = refused = 0
    for case in cases("app/paraphrases"):
        draft = draft_of(case["question"])
        rests_on = [next((c for c in draft.cited if q in c.quote), None) for q in case["rests_on"]]
        if None in rests_on:
            continue
        changed = draft.model_copy(
            update={
                "sentences": (Sentence(text=case["sentence"], by_model=True),),
                "cited": tuple(rests_on),
            }
        )
        judged += 1
        refused += bool(assistant.steps.checker.problems(changed))

    assert judged >= 100
    assert refused / judged <= 0.05


def test_a_sentence_without_backing_is_withheld_and_said(draft_of, assistant):
    draft = draft_of("can I bill 77003 with 62321?")
    wrong = Sentence(text="- 62321 may be billed three times a day. [1]", after="\n")
    spoiled = draft.model_copy(update={"sentences": (*draft.sentences, wrong)})

    checked = assistant.steps.check(spoiled)

    assert checked.sentences == draft.sentences
    assert any("withheld" in text for text, _ in checked.cautions)
