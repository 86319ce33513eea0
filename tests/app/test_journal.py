"""Answers are kept without the question's words; a full disk costs a caution, not an answer."""

import sqlite3

from app.interfaces.wire import AskRequest
from app.journal import Journal


def test_the_words_of_the_question_are_not_kept(ask, home):
    words = "zebra-crossing does 62321 need a modifier?"
    ask(words)

    connection = sqlite3.connect(home / "journal.sqlite3")
    kept = "".join(row[0] for row in connection.execute("select answer from answers"))
    connection.close()
    assert "zebra" not in kept


def test_a_journal_that_cannot_be_written_is_a_caution(assistant, tmp_path):
    import dataclasses

    blocked = tmp_path / "file"
    blocked.write_text("not a folder", "ascii")
    broken = dataclasses.replace(assistant, journal=Journal(blocked))

    answer = broken.ask(AskRequest(question="does 62321 need a modifier?"))

    assert answer.text.startswith("**No")
    assert any("could not be kept" in c.text for c in answer.cautions)
