"""Words of the lexicon and of the notes in a sentence: tests/scenarios/words.toml."""

import pytest

from app.ask.lexicon import Lexicon
from knowledge.tables import load
from knowledge.word_rows import LexiconRow
from tests.conftest import TODAY
from tests.scenarios import cases

CASES = cases("scenarios/words")


@pytest.fixture(scope="module")
def lexicons():
    book = load().on(TODAY)
    return {file: Lexicon(book.held(file, "word", LexiconRow)) for file in ("lexicon", "notes")}


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_a_word_states_what_its_row_says(case, lexicons):
    assert set(case) <= {"text", "states", "value", "notes"}

    found = lexicons["notes" if case.get("notes") else "lexicon"].find(case["text"])

    assert (case["states"], case["value"]) in {(m.fact, m.value) for m in found}
