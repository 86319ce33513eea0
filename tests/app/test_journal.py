"""Answers are kept with the redacted question; a full disk costs a caution, not an answer."""

import sqlite3

from app.caller import LOCAL, Caller
from app.interfaces.wire import AskRequest
from app.journal import Journal


def test_the_question_is_kept_without_its_identifiers(ask, home):
    id = ask("pt Ola Zebrowski, DOB 3/14/1948: does 62321 need a modifier?").id

    connection = sqlite3.connect(home / "journal.sqlite3")
    kept = connection.execute("select question, answer from answers where id = ?", [id])
    question, answer = kept.fetchone()
    connection.close()
    assert question == "pt [NAME_1], DOB [DOB_1]: does 62321 need a modifier?"
    assert "Zebrowski" not in answer
    assert "1948" not in answer


def test_a_journal_that_cannot_be_written_is_a_caution(assistant, tmp_path):
    import dataclasses

    blocked = tmp_path / "file"
    blocked.write_text("not a folder", "ascii")
    broken = dataclasses.replace(assistant, journal=Journal(blocked))

    answer = broken.ask(AskRequest(question="does 62321 need a modifier?"))

    assert answer.text.startswith("**No")
    assert any("could not be kept" in c.text for c in answer.cautions)


def test_a_file_of_an_earlier_release_is_brought_up_to_date(tmp_path):
    old = sqlite3.connect(tmp_path / "journal.sqlite3")
    old.execute(
        "create table answers (id varchar(36) primary key, thread_id varchar(64) not null, "
        "at varchar(32) not null, outcome varchar(16) not null, answer text not null)"
    )
    old.execute("insert into answers values ('a', 't', '2026-11-24', 'answered', '{\"n\": 1}')")
    old.commit()
    old.close()

    journal = Journal(tmp_path)

    assert journal.answer("a", LOCAL.owner) == {"n": 1}
    journal.keep("b", "t", {"outcome": "answered"}, LOCAL.owner, "does [NAME_1] need 50?")
    kept = sqlite3.connect(tmp_path / "journal.sqlite3")
    assert kept.execute("select id, question from answers").fetchall() == [
        ("a", ""),
        ("b", "does [NAME_1] need 50?"),
    ]
    kept.close()


def test_an_answer_is_shown_to_its_owner_alone(tmp_path):
    journal, other = Journal(tmp_path), Caller("slack", "T1/C1/U1")
    journal.keep("a", "t", {"outcome": "answered"}, other.owner)

    assert journal.answer("a", LOCAL.owner) is None
    assert journal.answer("a", other.owner) == {"outcome": "answered"}
