"""The gold quote is among the first three passages; words, meaning and both side by side."""

import pytest

from app.ask.retrieval import WEIGHTS, join
from app.ask.turn import Question
from tests.conftest import TODAY
from tests.scenarios import cases

CASES = cases("ingest/questions")


@pytest.fixture(scope="module")
def rankings(assistant):
    """For each question: its gold passages, and the three ranked lists."""
    steps, found = assistant.steps, []
    retriever = steps.gatherer.retriever
    for case in CASES:
        reading = steps.read(Question(text=case["question"], today=TODAY))
        vector = steps.gatherer.embed(case["question"])
        wanted = (case["gold"], *case.get("also", ()))
        gold = {p.key for p in assistant.index.passages if any(w in p.text for w in wanted)}
        meaning = [key for key, _ in assistant.index.nearest(vector)]
        found.append((case, gold, retriever.ranked(reading, meaning)))
    return found


def recall(rankings, weights, most, held_back=None):
    judged = [r for r in rankings if held_back is None or bool(r[0].get("held_back")) == held_back]
    hits = 0
    for _, gold, ranked in judged:
        scores = join(ranked, weights)
        top = sorted(scores, key=lambda key: (-scores[key], key))[:most]
        hits += bool(gold & set(top))
    return hits / len(judged)


def test_there_are_enough_questions_from_every_section(assistant):
    sections = {p.section[-1] for p in assistant.index.passages}

    assert len(CASES) >= 120
    assert sections <= {case["section"] for case in CASES}
    assert sum(bool(c.get("held_back")) for c in CASES) >= len(CASES) // 3


def test_the_gold_quote_is_among_the_first_three(rankings):
    assert recall(rankings, WEIGHTS, 3) >= 0.97
    assert recall(rankings, WEIGHTS, 3, held_back=True) >= 0.97


def test_joined_is_no_worse_than_words_or_meaning_alone(rankings):
    alone = {
        "words": {"exact": 0.0, "words": 1.0, "meaning": 0.0},
        "meaning": {"exact": 0.0, "words": 0.0, "meaning": 1.0},
    }
    joined = recall(rankings, WEIGHTS, 3)
    for weights in alone.values():
        assert joined >= recall(rankings, weights, 3)
