"""The question sets themselves: sound, large enough, and nothing leaks to the held-out fifth."""

import pytest

from eval import metamorphic, question_sets
from eval.cases import Question
from eval.linting import problems
from eval.scoring.retrieval import locate

LEAST = {
    "smoke": 25,
    "core": 300,
    "guide": 200,
    "abstain": 120,
    "adversarial": 150,
    "conversation": 30,
    "notes": 60,
    "claims": 80,
}


@pytest.fixture(scope="module")
def sets():
    return {name: question_sets.load(name) for name in question_sets.ALL}


@pytest.fixture(scope="module")
def guides(assistant):
    return {g.id: g.text for g in assistant.tables.guides}


def test_there_is_nothing_wrong_with_them(sets, guides):
    assert problems(list(sets.values()), guides) == []


def test_they_are_large_enough_for_what_they_claim(sets):
    sizes = {name: len(found.cases) for name, found in sets.items()}

    assert {n: s for n, s in sizes.items() if s < LEAST[n]} == {}
    built = [c for c in sets["core"].cases if not c.needs]
    assert len(built) >= 300


def test_a_fifth_is_held_out(sets):
    cases = [c for s in sets.values() for c in s.cases]

    assert 0.17 <= sum(c.held_out for c in cases) / len(cases) <= 0.23


def test_every_section_of_every_guide_is_asked_about(sets, assistant, guides):
    asked = set()
    for case in sets["guide"].cases:
        for gold in case.expect.gold:
            start, _ = locate(gold, guides)
            asked |= {p.key for p in assistant.index.passages
                      if p.document == gold.document and p.start <= start < p.end}  # fmt: skip
    sections = {(p.document, p.section): set() for p in assistant.index.passages}
    for p in assistant.index.passages:
        sections[p.document, p.section].add(p.key)

    assert [s for s, keys in sections.items() if not keys & asked] == []


def test_every_case_says_who_says_so(sets):
    """A case copied from an answer would have nobody to name but the engine.

    What is refused, and how, is the product's own rule and named as such.
    """
    for name in ("core", "guide", "conversation", "notes", "claims"):
        for case in sets[name].cases:
            assert "dossier" in case.provenance or "guide" in case.provenance, case.id


def test_no_question_of_a_set_trains_the_reading(sets, assistant):
    """The engine's own labelled questions are other questions than those it is judged by."""
    trained = {_plain(e.question) for e in (*assistant.index.examples, *assistant.index.asked)}
    asked = [
        (case.id, q)
        for found in sets.values()
        for case in found.cases
        if isinstance(case, Question) and found.name != "smoke"
        for q in case.questions
        if len(q) > 30
    ]

    assert [(id, q) for id, q in asked if _plain(q) in trained] == []


def _plain(text):
    return "".join(c for c in text.lower() if c.isalnum())


def test_generated_cases_flip_as_the_rule_says():
    """One fact changed changes the code; one said otherwise does not."""
    cases = metamorphic.cases()
    by_facts = {}
    for case in cases:
        by_facts.setdefault(case.id.rsplit("-", 2)[0], set()).add(case.expect.bill)

    assert sum(len(c.questions) for c in cases) >= 1000
    assert all(len(bills) == 1 for bills in by_facts.values())
    assert by_facts["meta-in-fl-c5-6"] != by_facts["meta-in-no-c5-6"]
    assert by_facts["meta-in-fl-c5-6"] != by_facts["meta-tr-fl-c5-6"]
    assert by_facts["meta-in-fl-c5-6"] != by_facts["meta-in-fl-l4-5"]
    assert by_facts["meta-in-fl-c5-6"] == by_facts["meta-in-ct-c7-t1"]


def test_a_lint_that_finds_nothing_would_find_something(guides):
    bad = Question(
        id="core-bad-001",
        name="a case with many faults",
        provenance="nobody",
        questions=("does this case have any faults that can be found?",),
        expect={
            "bill": ["62321", "x"],
            "never": ["62321"],
            "append": ["50"],
            "do_not_append": ["50"],
            "missing": ["mood"],
            "outcome": ["answered"],
            "gold": [{"quote": "nobody ever said this"}],
        },
    )
    held = bad.model_copy(update={"id": "core-bad-008"})
    assert held.held_out != bad.held_out
    found = "\n".join(problems([question_sets.QuestionSet("core", (bad, bad, held))], guides))

    for fault in ("no guide says", "and never be", "'x' is no code", "go on and must not",
                  "'mood' is no fact", "asks for facts", "id stands twice", "the same words",
                  "shares"):  # fmt: skip
        assert fault in found
