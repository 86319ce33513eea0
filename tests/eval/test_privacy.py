"""Identifiers are found in made-up notes, and coding questions lose nothing."""

import pytest

from eval.privacy import measure
from eval.privacy.notes import notes


@pytest.fixture(scope="module")
def rows():
    return {row.name: row for row in measure.recall()}


def test_the_notes_are_the_same_each_time_and_labelled_where_they_say():
    first, again = list(notes(20)), list(notes(20))

    assert first == again
    assert all(note.text[x.start : x.end].strip() for note in first for x in note.labels)


def test_structured_identifiers_and_names_are_taken_out(rows):
    assert rows["structured identifiers"].share >= 0.98
    assert rows["names in context"].share >= 0.90
    assert min(row.share for row in rows.values() if row.count >= 20) >= 0.90


def test_what_must_stay_stays():
    assert measure.kept().share >= 0.995


def test_open_questions_keep_their_words():
    asked = measure.questions()

    assert len(asked) > 1000
    assert len(measure.disturbed(asked)) <= 0.005 * len(asked)
