"""The HTTP door as a program outside the project sees it: names, shapes, status codes."""

import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlparse

import pytest

from app.interfaces.engine import THREADS
from app.interfaces.http import create
from app.settings import Settings
from knowledge.topics import RULES
from tests.app.client import events, send
from tests.scenarios import cases

FIELDS = {
    "id",
    "thread_id",
    "outcome",
    "text",
    "codes",
    "why_not",
    "flips",
    "assumed",
    "missing",
    "options",
    "citations",
    "cautions",
    "decisions",
    "writer",
    "versions",
    "timings_ms",
}


def test_one_question_one_answer(address):
    reply = send(f"{address}/v1/ask", {"question": "can I bill 77003 with 62321?"})

    assert reply.status == 200
    assert set(reply.json) == FIELDS
    assert reply.json["text"].startswith("**No")
    assert reply.json["assumed"] == [] or "from" in reply.json["assumed"][0]


def test_it_is_ready_and_alive(address):
    assert send(f"{address}/livez").json == {"status": "alive"}
    assert send(f"{address}/readyz").json["status"] == "ready"


def test_it_listens_before_it_is_ready_and_says_why(assistant, home, serve):
    gate = threading.Event()

    def build():
        gate.wait(20)
        return assistant

    base = serve(create(build, Settings(home=home, _env_file=None)))
    waiting = send(f"{base}/readyz")
    asked = send(f"{base}/v1/ask", {"question": "62321?"})
    alive = send(f"{base}/livez")
    gate.set()

    assert alive.status == 200
    for reply in (waiting, asked):
        assert reply.status == 503
        assert reply.kind == "application/problem+json"
        assert reply.headers["retry-after"]
        assert "starting" in reply.json["detail"]
    deadline = time.monotonic() + 10
    while send(f"{base}/readyz").status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("question", [c["questions"][-1] for c in cases("scenarios/answers")])
def test_every_citation_resolves(question, address):
    answer = send(f"{address}/v1/ask", {"question": question}).json

    for citation in answer["citations"]:
        if citation["kind"] == "passage":
            passage = send(f"{address}{citation['url']}").json
            assert passage["key"] == citation["passage_key"]
            assert citation["quote"] in passage["text"]
            inside = citation["start"] - passage["start"]
            quote = citation["quote"]
            assert passage["text"][inside : inside + len(quote)] == quote
        else:
            assert citation["passage_key"] is None
            assert citation["quote"]


def test_an_answer_is_kept_and_found_again(address):
    first = send(f"{address}/v1/ask", {"question": "62320 vs 62321"}).json

    assert send(f"{address}/v1/answers/{first['id']}").json == first
    assert send(f"{address}/v1/answers/nobody").status == 404


def test_the_guides_are_listed(address):
    (guide,) = send(f"{address}/v1/guides").json

    assert guide["id"] == "62321"
    assert guide["passages"] > 40


def test_every_rule_is_a_tool_with_its_schema(address):
    listed = send(f"{address}/v1/tools").json

    assert [t["name"] for t in listed] == list(RULES)
    for tool in listed:
        assert tool["description"]
        assert "service_date" in tool["parameters"]["properties"]
        assert tool["parameters"]["additionalProperties"] is False


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"region": "cervical", "approach": "interlaminar", "imaging": True}, "decided"),
        ({"region": "cervical", "imaging": "fluoroscopy"}, "undecided"),
        ({"region": "cervical", "approach": "caudal"}, "not_covered"),
    ],
)
def test_a_tool_answers_whatever_it_decides(arguments, kind, address):
    reply = send(f"{address}/v1/tools/select_code", arguments)

    assert reply.status == 200
    assert reply.json["tool"] == "select_code"
    assert reply.json["result"]["kind"] == kind


def test_a_tool_reads_the_tables_of_the_day(address):
    facts = {"region": "cervical", "approach": "interlaminar", "imaging": "fluoroscopy"}
    old = send(f"{address}/v1/tools/select_code", facts | {"service_date": "2016-12-31"}).json
    new = send(f"{address}/v1/tools/select_code", facts | {"service_date": "2017-01-01"}).json

    assert old["result"]["codes"][0]["code"] == "62310"
    assert new["result"]["codes"][0]["code"] == "62321"


def test_a_drug_tool_counts_units_by_the_code_of_the_day(address):
    dose = {"drug": "methylprednisolone acetate", "dose": 80, "unit": "mg"}
    old = send(f"{address}/v1/tools/drugs", dose | {"service_date": "2024-03-31"}).json
    new = send(f"{address}/v1/tools/drugs", dose | {"service_date": "2024-04-01"}).json

    line, other = old["result"]["codes"][0], new["result"]["codes"][0]
    assert (line["code"], line["units"]) == ("J1040", 1)
    assert (other["code"], other["units"]) == ("J1010", 80)


def test_a_sedation_tool_refuses_minutes_that_cannot_be(address):
    reply = send(f"{address}/v1/tools/sedation", {"minutes": -1})

    assert reply.status == 422


def test_a_stream_is_the_same_answer_in_pieces(address):
    reply = send(f"{address}/v1/ask/stream", {"question": "what is the CESI code?"})
    found = events(reply.body)
    names = [name for name, _ in found]

    assert reply.kind == "text/event-stream"
    assert reply.headers["cache-control"] == "no-store"
    assert names[0] == "step" and names[-1] == "done"
    assert names.count("done") + names.count("error") == 1
    answer = next(data for name, data in found if name == "answer")
    assert "".join(data["text"] for name, data in found if name == "sentence") == answer["text"]
    asked = send(f"{address}/v1/ask", {"question": "what is the CESI code?"}).json
    own = ("id", "thread_id", "timings_ms")
    assert {k: v for k, v in answer.items() if k not in own} == {
        k: v for k, v in asked.items() if k not in own
    }


class Broken:
    """An assistant whose engine fails, or takes too long, in the middle."""

    versions = {"index": "x", "tables": "y"}

    def __init__(self, seconds=0.0):
        self.seconds = seconds

    def stream(self, request, caller):
        yield "step", {"name": "read", "detail": "reading"}
        time.sleep(self.seconds)
        if not self.seconds:
            raise RuntimeError("secret detail")

    def ask(self, request, caller):
        time.sleep(self.seconds)
        raise RuntimeError("secret detail")

    def close(self):
        pass


@pytest.mark.parametrize("seconds", [0.0, 1.0])
def test_a_stream_that_fails_ends_with_one_error(seconds, home, serve):
    settings = Settings(home=home, answer_seconds=0.3, _env_file=None)
    base = serve(create(lambda: Broken(seconds), settings))
    while send(f"{base}/readyz").status != 200:
        time.sleep(0.02)

    found = events(send(f"{base}/v1/ask/stream", {"question": "62321?"}).body)
    plain = send(f"{base}/v1/ask", {"question": "62321?"})

    assert [name for name, _ in found] == ["step", "error"]
    assert plain.status == (503 if seconds else 500)
    for problem in (found[-1][1], plain.json):
        assert "secret" not in str(problem)


class Slow(Broken):
    """An assistant that counts the events it was still asked for."""

    def __init__(self):
        super().__init__()
        self.made = 0

    def stream(self, request, caller):
        for _ in range(200):
            time.sleep(0.02)
            self.made += 1
            yield "sentence", {"text": "more "}

    def ask(self, request, caller):
        time.sleep(1)
        raise RuntimeError


def test_the_engine_stops_when_the_listener_has_gone(home, serve):
    slow = Slow()
    app = create(lambda: slow, Settings(home=home, _env_file=None))
    base = serve(app)
    assert app.state.engine.settled.wait(10)
    connection = http.client.HTTPConnection(urlparse(base).netloc, timeout=20)
    body = json.dumps({"question": "62321?"})
    connection.request("POST", "/v1/ask/stream", body, {"content-type": "application/json"})
    connection.getresponse().read(10)
    connection.sock.close()
    connection.close()

    time.sleep(0.5)
    made = slow.made
    time.sleep(0.3)
    assert made < 60
    assert slow.made == made


def test_too_many_waiting_are_told_to_come_back(home, serve):
    settings = Settings(home=home, max_waiting=1, _env_file=None)
    app = create(Slow, settings)
    base = serve(app)
    assert app.state.engine.settled.wait(10)
    with ThreadPoolExecutor(10) as pool:
        ask = partial(send, f"{base}/v1/ask", {"question": "62321?"})
        replies = [one.result() for one in [pool.submit(ask) for _ in range(10)]]

    turned_away = [r for r in replies if r.status == 503]
    assert len(turned_away) == 10 - THREADS - 1
    assert all(r.headers["retry-after"] == "1" for r in turned_away)


def test_another_sites_page_may_not_ask(address):
    ask = {"question": "62321?"}

    assert send(f"{address}/v1/ask", ask, origin="https://elsewhere.example").status == 403
    assert send(f"{address}/v1/ask", ask, origin=address).status == 200


def test_every_reply_is_sealed(address):
    for path in ("/", "/page.js", "/livez", "/nowhere"):
        reply = send(f"{address}{path}")
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert reply.headers["x-content-type-options"] == "nosniff"


def test_the_page_is_served_and_asks_nobody_else(address):
    page = send(f"{address}/")

    assert page.kind == "text/html"
    for text in (page.body, send(f"{address}/page.js").body, send(f"{address}/page.css").body):
        assert b"http://" not in text.replace(b"http://www.w3.org", b"") and b"https://" not in text
