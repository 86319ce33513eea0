"""Threads: whose they are, how long they live, how they end, and two questions at once."""

import dataclasses
import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest

from app.caller import LOCAL, Caller
from app.interfaces.wire import AskRequest
from app.journal import Journal
from app.threads import Held, Threads, TurnTaken, UnknownThread, new_id
from tests.app.client import events, send

FIRST = "C7-T1 interlaminar with fluoroscopy, code?"
OTHER = Caller("slack", "T1/C1/U1")


class Clock:
    """A clock that is turned by hand."""

    def __init__(self):
        self.time = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def own(assistant, tmp_path, clock):
    """The session's assistant on a journal of its own: threads of 2 days and 3 turns."""
    journal = Journal(tmp_path)
    threads = Threads(journal, days=2, turns=3, clock=clock)
    return dataclasses.replace(assistant, journal=journal, threads=threads)


def say(assistant, question, thread=None, caller=LOCAL):
    return assistant.ask(AskRequest(question=question, thread_id=thread), caller)


def stable(answer):
    return answer.model_dump(exclude={"id", "thread_id", "timings_ms"})


def test_a_thread_belongs_to_whoever_opened_it(own):
    mine = say(own, FIRST, caller=OTHER)

    for caller in (LOCAL, Caller("slack", "T1/C2/U1"), Caller("site", "T1/C1/U1")):
        with pytest.raises(UnknownThread) as refused:
            say(own, "and for lumbar?", mine.thread_id, caller)
        assert str(refused.value) == str(UnknownThread(mine.thread_id))
        with pytest.raises(UnknownThread):
            list(own.stream(AskRequest(question="and?", thread_id=mine.thread_id), caller))
        with pytest.raises(UnknownThread):
            own.threads.forget(mine.thread_id, caller.owner)
        assert own.journal.answer(mine.id, caller.owner) is None
    assert say(own, "and for lumbar?", mine.thread_id, OTHER).text.startswith("**Bill 62323")


def test_an_id_that_was_never_given_is_unknown(own):
    with pytest.raises(UnknownThread, match="leave thread_id out"):
        say(own, FIRST, "my-own-thread")


def test_a_thread_is_over_after_its_days_and_goes_with_its_answers(own, clock, tmp_path):
    old = say(own, FIRST)
    clock.time += timedelta(days=1)
    young = say(own, FIRST)
    clock.time += timedelta(days=1, minutes=1)

    with pytest.raises(UnknownThread):
        say(own, "and for lumbar?", old.thread_id)
    own.threads.sweep()

    assert own.journal.answer(old.id, LOCAL.owner) is None
    assert own.journal.answer(young.id, LOCAL.owner)
    connection = sqlite3.connect(tmp_path / "journal.sqlite3")
    for table in ("threads", "turns", "answers"):
        assert connection.execute(f"select count(*) from {table}").fetchone() == (1,)
    connection.close()


def test_what_is_over_is_deleted_when_the_journal_is_opened_again(own, clock, tmp_path):
    old = say(own, FIRST)
    clock.time += timedelta(days=3)

    again = Threads(Journal(tmp_path), days=2, turns=3, clock=clock)
    with pytest.raises(UnknownThread):
        again.find(old.thread_id, LOCAL.owner)

    assert again.journal.answer(old.id, LOCAL.owner) is None


def test_the_words_of_the_asker_are_not_in_the_turns(own, tmp_path):
    say(own, "zebra-crossing: left C5-6 transforaminal under fluoroscopy, code?")

    connection = sqlite3.connect(tmp_path / "journal.sqlite3")
    kept = "".join(row[0] for row in connection.execute("select state from turns"))
    connection.close()
    assert "transforaminal" in kept
    assert "zebra" not in kept


def test_a_full_thread_costs_a_line_and_no_answer(own):
    answer = say(own, FIRST)
    for question in ("and for lumbar?", "without imaging?"):
        answer = say(own, question, answer.thread_id)
        assert not any("conversation" in c.text for c in answer.cautions)

    more = say(own, "does 62321 need a modifier?", answer.thread_id)

    assert more.thread_id != answer.thread_id
    assert more.text.startswith("**No")
    assert [c.text for c in more.cautions if "opens a new one" in c.text]
    assert say(own, "and 64479?", more.thread_id).text.startswith("**Yes: 64479")


def test_an_unwritable_journal_costs_a_line_and_no_answer(assistant, tmp_path, clock):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", "ascii")
    journal = Journal(blocked)
    broken = dataclasses.replace(assistant, journal=journal, threads=Threads(journal, clock=clock))

    for thread in (None, new_id()):
        answer = say(broken, FIRST, thread)
        assert answer.text.startswith("**Bill 62321")
        assert any("could not be kept" in c.text for c in answer.cautions)


def test_a_turn_that_another_process_took_is_answered_again(own, tmp_path, clock):
    first = say(own, FIRST)
    elsewhere = Threads(Journal(tmp_path), days=2, turns=9, clock=clock)
    held = elsewhere.find(first.thread_id, LOCAL.owner)
    read = own.threads.find

    def between(id, owner):
        """Another process writes a turn right after this one has read the thread."""
        found = read(id, owner)
        own.threads.find = read
        other = dataclasses.replace(own, threads=elsewhere)
        say(other, "no imaging", id)
        return found

    own.threads.find = between
    answer = say(own, "and for lumbar?", first.thread_id)

    assert answer.text.startswith("**Bill 62322"), "it stands on the turn between"
    assert read(first.thread_id, LOCAL.owner).number == 3
    with pytest.raises(TurnTaken):
        elsewhere.add(held, LOCAL.owner, {})


def test_two_questions_at_once_are_answered_one_after_the_other(own):
    first = say(own, FIRST)
    answers = {}

    def follow(question):
        answers[question] = say(own, question, first.thread_id)

    both = [threading.Thread(target=follow, args=(q,)) for q in ("lumbar", "without imaging")]
    for one in both:
        one.start()
    for one in both:
        one.join(60)

    assert own.threads.find(first.thread_id, LOCAL.owner).number == 3
    verdicts = {q: a.text[:12] for q, a in answers.items()}
    assert verdicts in (
        {"lumbar": "**Bill 62323", "without imaging": "**Bill 62322"},
        {"lumbar": "**Bill 62322", "without imaging": "**Bill 62320"},
    )


def test_the_same_thread_and_question_give_the_same_bytes(own):
    def talk():
        answer = say(own, FIRST)
        return stable(answer), stable(say(own, "and for lumbar?", answer.thread_id))

    assert talk() == talk()


def test_ids_are_not_guessed(own):
    ids = {say(own, FIRST).thread_id for _ in range(2)} | {new_id()}

    assert len(ids) == 3
    assert all(len(id) == 36 for id in ids)


def test_an_unfinished_turn_leaves_the_thread_as_it_was(own):
    first = say(own, FIRST)
    stream = own.stream(AskRequest(question="and for lumbar?", thread_id=first.thread_id))
    next(stream)
    stream.close()

    assert own.threads.find(first.thread_id, LOCAL.owner).number == 1
    assert say(own, "without imaging", first.thread_id).text.startswith("**Bill 62320")


def test_a_state_of_another_release_is_passed_over(own):
    thread = Held(new_id())
    own.threads.add(thread, LOCAL.owner, {"procedures": "what this release cannot read"})

    assert say(own, FIRST, thread.id).text.startswith("**Bill 62321")


# --- over HTTP -----------------------------------------------------------------------


def test_a_conversation_is_deleted_over_http(address):
    first = send(f"{address}/v1/ask", {"question": FIRST}).json
    thread = f"{address}/v1/threads/{first['thread_id']}"

    assert send(thread, method="DELETE").status == 204

    gone = send(thread, method="DELETE")
    assert (gone.status, gone.kind) == (404, "application/problem+json")
    assert send(f"{address}/v1/answers/{first['id']}").status == 404
    again = {"question": "and for lumbar?", "thread_id": first["thread_id"]}
    for route in ("/v1/ask", "/v1/ask/stream"):
        refused = send(f"{address}{route}", again)
        assert (refused.status, refused.kind) == (404, "application/problem+json")
        assert refused.json["detail"].startswith("No conversation ")
        assert "leave thread_id out" in refused.json["detail"]


def test_the_stream_carries_a_conversation_too(address):
    first = send(f"{address}/v1/ask", {"question": FIRST}).json
    asked = {"question": "and for lumbar?", "thread_id": first["thread_id"]}

    found = events(send(f"{address}/v1/ask/stream", asked).body)

    answer = next(data for name, data in found if name == "answer")
    assert answer["text"].startswith("**Bill 62323")
    assert "Still: interlaminar, with fluoroscopy." in answer["text"]
    assert "".join(d["text"] for n, d in found if n == "sentence") == answer["text"]
    assert answer["thread_id"] == first["thread_id"]
