"""A chat model as the writer, spoken to over HTTP: what it adds, and what none may get through."""

import json
import random
import threading
import time

import pytest

from app.ask.model.breaker import IN_A_ROW, REST
from app.interfaces.wire import AskRequest
from eval.chat_models import scripts
from eval.chat_models.oracle import shown_wrong
from eval.chat_models.server import Reply
from tests.app.chat import NAME, failures, kept, sentences, streamed, written_by

QUESTIONS = (
    "does 62321 need a modifier?",
    "can I bill 77003 with 62321?",
    "which code for an L4-5 interlaminar epidural under fluoro?",
    "what is the CESI code?",
    "bilateral cervical epidural, modifier 50?",
    "how much does Medicare pay for 62321 in the office?",
    "what dx supports prior auth?",
    "62321 and 64479 same level same day?",
    "CESI by interlaminar approach with CT, and what must the note document?",
    "Which tips does the guide give for a better approval rate for 62321?",
)
SAME = ("outcome", "decisions", "missing", "options", "flips", "why_not", "assumed")
FAST = "does 62321 need a modifier?"


def outcome_of(answer):
    """What a model may not change, as it is sent."""
    sent = answer.model_dump(mode="json", by_alias=True)
    codes = [c for c in sent["codes"] if c["role"] not in ("mentioned", "compare")]
    return json.dumps([*(sent[name] for name in SAME), codes])


@pytest.fixture(scope="module")
def good(assistant):
    with written_by(scripts.good, assistant) as (written, server):
        yield written, server


def test_the_verdict_is_ours_and_the_reasons_are_the_models(good, ask):
    written, _ = good
    events = streamed(written, FAST)
    answer = events[-1][1]

    assert answer["writer"] == NAME
    assert sentences(events)[0] == ask(FAST).text.splitlines()[0]
    assert "doesn't go on 62321" in answer["text"]
    assert "".join(kept(events)) == answer["text"]
    assert [c["mark"] for c in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))
    assert answer["cautions"] == ask(FAST).model_dump()["cautions"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_model_decides_nothing(question, good, ask):
    written, _ = good

    assert outcome_of(written.ask(AskRequest(question=question))) == outcome_of(ask(question))


@pytest.mark.parametrize("question", ["hello", "which dose of dexamethasone is safest?"])
def test_a_model_is_not_asked_where_there_is_nothing_to_explain(question, good, ask):
    written, server = good
    before = len(server.asked)

    answer = written.ask(AskRequest(question=question))

    assert len(server.asked) == before
    assert (answer.writer, answer.text) == ("quoting", ask(question).text)


def test_what_is_sent_is_redacted_and_holds_no_secret(good):
    written, server = good
    written.ask(AskRequest(question="Patient John Smith, MRN 4471902: does 62321 need a modifier?"))

    assert "Smith" not in server.bodies[-1]
    assert "4471902" not in server.bodies[-1]
    assert "[NAME_1]" in server.asked[-1].told["question"]
    assert "62321" in server.asked[-1].told["question"]


def test_nothing_is_traced(good, monkeypatch):
    written, _ = good
    with scripts.listening() as (address, connected):
        for name, value in (
            ("LANGSMITH_TRACING", "true"),
            ("LANGCHAIN_TRACING_V2", "true"),
            ("LANGSMITH_API_KEY", "x"),
            ("LANGSMITH_ENDPOINT", address),
            ("LANGCHAIN_ENDPOINT", address),
        ):
            monkeypatch.setenv(name, value)
        written.ask(AskRequest(question=FAST))
        streamed(written, FAST)
        time.sleep(0.3)

    assert connected == []


# --- models that give no answer ----------------------------------------------------------

KIND = {
    "half a sentence": "cut_off",
    "500": "server",
    "429": "busy",
    "401": "key",
    "hangs": "time",
    "trickles": "time",
    "refuses": "refused",
    "declines in words": "unsupported",
    "empty": "empty",
    "garbage": "malformed",
    "tool loop": "tools",
    "broken tool call": "tools",
}


@pytest.mark.parametrize("outage", scripts.OUTAGES)
def test_without_an_answer_of_the_model_ours_comes_in_time(outage, assistant, ask):
    with written_by(scripts.OUTAGES[outage], assistant, seconds=1.5) as (written, _):
        events = streamed(written, FAST)
        answer = events[-1][1]

        assert failures(written) == [KIND[outage]]
    assert answer["writer"] == "quoting"
    assert answer["text"] == ask(FAST).text == "".join(kept(events))
    told = [c["text"] for c in answer["cautions"] if "chat model" in c["text"]]
    assert len(told) == 1
    assert outcome_of(ask(FAST)) == outcome_of(type(ask(FAST))(**answer))


def test_a_dead_server_is_told(assistant, ask):
    with written_by(scripts.good, assistant) as (written, _):
        pass
    answer = written.ask(AskRequest(question=FAST))

    assert (answer.writer, answer.text) == ("quoting", ask(FAST).text)
    assert failures(written) == ["connection"]


def test_after_three_failures_in_a_row_the_model_rests(assistant):
    now = [0.0]
    script = [scripts.OUTAGES["500"]]
    with written_by(lambda a: script[0](a), assistant, clock=lambda: now[0]) as (written, server):
        for _ in range(IN_A_ROW + 2):
            answer = written.ask(AskRequest(question=FAST))
        asked = len(server.asked)
        told = [c.text for c in answer.cautions]
        script[0] = scripts.good
        now[0] = REST + 1
        after = written.ask(AskRequest(question=FAST))

    assert asked == IN_A_ROW
    assert any("rests" in text for text in told)
    assert after.writer == NAME


# --- models that write what is not so ----------------------------------------------------


@pytest.mark.parametrize("kind", scripts.CONTENT)
def test_no_wrong_sentence_is_shown(kind, assistant):
    """A seeded part of the questions; `lamina-eval models` runs them all."""
    chosen = random.Random(kind).sample(QUESTIONS, 4)
    with written_by(scripts.bad(kind), assistant) as (written, server):
        for question in chosen:
            before = len(server.asked)
            events = streamed(written, question)

            assert shown_wrong(kind, events, server.asked[before:]) == []


def test_a_refused_sentence_is_repaired_once_with_the_reason(assistant):
    def script(asked):
        if asked.repairing:
            return scripts.good(asked)
        return scripts.bad("invented code")(asked)

    with written_by(script, assistant) as (written, server):
        events = streamed(written, FAST)
        repair = server.asked[-1].messages[-1]["content"]

    assert len(server.asked) == 2
    assert "20553" in repair
    assert "is not in what the sentence cites" in repair
    assert events[-1][1]["writer"] == NAME
    assert not any(data.get("name") == "restart" for name, data in events)
    assert "20553" not in " ".join(sentences(events))


def test_a_draft_that_fails_twice_is_replaced_whole(assistant, ask):
    with written_by(scripts.bad("invented code"), assistant) as (written, server):
        events = streamed(written, FAST)

        assert failures(written) == ["unsupported"]
    assert len(server.asked) == 2
    assert [d["name"] for n, d in events if n == "step"][-1] == "restart"
    assert "".join(kept(events)) == ask(FAST).text
    assert events[-1][1]["writer"] == "quoting"


# --- tools -------------------------------------------------------------------------------


def looks_up(asked):
    if not asked.looked_up:
        return Reply(tools=(("units", {"code": "62323", "service_date": "2010-01-01"}),))
    row = asked.evidence[-1]
    return scripts.said([f"{scripts.plainly(scripts.last_sentence(row['text']))} [{row['mark']}]"])


def test_a_row_that_was_looked_up_may_be_cited_and_decides_nothing(assistant, ask):
    with written_by(looks_up, assistant) as (written, server):
        answer = written.ask(AskRequest(question=FAST))

    assert "units" in server.asked[0].tools
    assert answer.writer == NAME
    assert "62323" in answer.text
    assert outcome_of(answer) == outcome_of(ask(FAST))
    assert {c.role for c in answer.codes if c.code == "62323"} == {"mentioned"}


# --- help with the reading ---------------------------------------------------------------

OPEN = "cervical epidural under fluoro, needle slid past the arches. code?"


def reads(*found):
    """A model that writes well, and says what it reads into the question."""

    def script(asked):
        if "evidence:" in asked.messages[-1]["content"]:
            return scripts.good(asked)
        return Reply(pieces=(json.dumps(list(found)),))

    return script


HINT = {"fact": "approach", "value": "interlaminar", "words": "past the arches"}


@pytest.mark.parametrize(
    "found, shown",
    [
        (HINT, True),
        (HINT | {"words": "between the laminae"}, False),
        (HINT | {"value": "whatever is paid best"}, False),
        (HINT | {"fact": "region", "value": "lumbar"}, False),
        (HINT | {"words": "arches. code?"}, False),
    ],
    ids=["stands there", "not the asker's words", "no choice", "not open", "no plain words"],
)
def test_what_a_model_reads_is_asked_back_and_never_taken(found, shown, assistant, ask):
    with written_by(reads(found), assistant, reading=True) as (written, _):
        answer = written.ask(AskRequest(question=OPEN))

    assert ask(OPEN).outcome == "needs_facts"
    assert outcome_of(answer) == outcome_of(ask(OPEN))
    assert ("You wrote 'past the arches': interlaminar?" in answer.text) == shown


def test_without_the_setting_no_model_reads(assistant):
    with written_by(reads(HINT), assistant) as (written, server):
        assert "You wrote" not in written.ask(AskRequest(question=OPEN)).text

    assert len(server.asked) == 1


# --- streams -----------------------------------------------------------------------------


def slowly(asked):
    said = scripts.good(asked)
    return Reply(pieces=said.pieces, between=0.05)


def test_a_checked_sentence_comes_before_the_model_has_finished(assistant):
    with written_by(slowly, assistant) as (written, server):
        early = 0
        for name, data in written.stream(AskRequest(question=FAST)):
            prose = name == "sentence" and "reported once" in data["text"]
            early += prose and not server.finished.is_set()

    assert early == 1


def test_a_stream_that_nobody_reads_stops_the_call(assistant):
    with written_by(slowly, assistant) as (written, server):
        stream = written.stream(AskRequest(question=FAST))
        for name, _ in stream:
            if name == "sentence":
                break
        next(stream)
        stream.close()

        assert server.broken.wait(5)
        assert not server.finished.is_set()


def test_a_stream_is_stopped_between_two_words(assistant):
    gone = threading.Event()
    with written_by(scripts.OUTAGES["hangs"], assistant, seconds=60) as (written, server):
        for name, _ in written.stream(AskRequest(question=FAST), stopped=gone.is_set):
            if name == "sentence":
                gone.set()

        # the reply would have come after half a minute
        assert not server.finished.is_set()
