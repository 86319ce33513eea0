"""What a text states, in a coder's words: tests/scenarios/reading.toml."""

import pytest

from app.ask.turn import Question
from tests.conftest import TODAY
from tests.scenarios import cases

CASES = cases("scenarios/reading")


@pytest.fixture(scope="module")
def read(assistant):
    return lambda text: assistant.steps.read(Question(text=text, today=TODAY))


@pytest.mark.parametrize("case", CASES, ids=[c["text"] for c in CASES])
def test_a_text_states_just_what_it_says(case, read):
    reading = read(case["text"])
    first = reading.procedures[0]

    for fact, value in case.get("facts", {}).items():
        assert getattr(first, fact) == value, fact
    for fact in case.get("none", []):
        assert getattr(first, fact) is None, fact
    for name in ("codes", "diagnoses", "modifiers"):
        if name in case:
            assert list(getattr(reading, name)) == case[name]
    if "levels" in case:
        assert list(first.levels) == case["levels"]
    if "ruled_out" in case:
        assert list(first.ruled_out) == case["ruled_out"]
    for fact, value in case.get("encounter", {}).items():
        assert getattr(reading.encounter, fact) == value, fact
    if "on" in case:
        assert reading.on == case["on"]
    if "procedures" in case:
        assert len(reading.procedures) == case["procedures"]
    assert [c.fact for c in reading.contradictions] == case.get("contradicts", [])


def test_every_fact_keeps_the_words_it_came_from(read):
    text = "Right L5 TFESI under fluoro, no catheter left in place"
    for mention in read(text).mentions:
        assert text[mention.start : mention.end] == mention.words


def test_topics_are_read_as_labelled(read):
    judged = {False: [0, 0], True: [0, 0]}
    for case in cases("app/topics"):
        held_back = bool(case.get("held_back"))
        judged[held_back][0] += case["topic"] in read(case["question"]).topics
        judged[held_back][1] += 1

    for right, asked in judged.values():
        assert right / asked >= 0.80
