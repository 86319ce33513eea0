"""A server, a slash command and a file of answers are asked and judged like the engine."""

import hashlib
import hmac
import json

import pytest
from fastapi import FastAPI, Request

from eval import question_sets, runner
from eval.judging import judge
from eval.targets.engine import Engine
from eval.targets.remote import words


@pytest.fixture(scope="module")
def samples():
    return question_sets.load("smoke").samples


@pytest.fixture(scope="module")
def guides(assistant):
    return {g.id: g.text for g in assistant.tables.guides}


@pytest.fixture(scope="module")
def engine_run(samples, home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "engine"
    return runner.run(runner.Plan("engine", samples, home, ("smoke",), cached=False), folder)


def graded(run, samples, guides):
    return {s.id: s.grade for s in judge(run, samples, guides).scores}


def test_a_server_gets_the_grades_of_the_engine(
    address, samples, home, engine_run, guides, tmp_path
):
    run = runner.run(runner.Plan(address, samples, home, ("smoke",), cached=False), tmp_path / "r")

    assert graded(run, samples, guides) == graded(engine_run, samples, guides)


def test_a_route_that_a_server_does_not_have_is_not_built(address, home, tmp_path, guides):
    asked = question_sets.load("notes").samples[:2]
    run = runner.run(
        runner.Plan(f"{address}/of-an-older-server", asked, home, cached=False), tmp_path / "r"
    )

    assert set(graded(run, asked, guides).values()) == {"B"}


def test_claims_are_checked_alike_over_http_and_in_process(
    address, assistant, home, tmp_path, guides
):
    asked = question_sets.load("claims").samples[:6]
    served = runner.run(runner.Plan(address, asked, home, cached=False), tmp_path / "r")
    engine = Engine(home, assistant)

    for sample in asked:
        record, _ = engine.ask(sample)
        over_http = served.records[sample.id].answer
        assert record.answer["findings"] == over_http["findings"]
        assert record.answer["verdict"] == over_http["verdict"]


def test_a_server_that_is_not_there_is_an_error_and_not_a_wrong_answer(
    samples, home, tmp_path, guides
):
    run = runner.run(
        runner.Plan("http://127.0.0.1:9", samples[:2], home, cached=False), tmp_path / "r"
    )

    assert set(graded(run, samples[:2], guides).values()) == {"X"}
    assert all(r.error for r in run.records.values())


def test_a_file_of_answers_is_judged(samples, home, engine_run, guides, tmp_path):
    """Records of a run, answers by id, a bare text by the question's own words; one missing."""
    lines = (engine_run.folder / "samples.jsonl").read_text("utf-8").splitlines()[:2]
    third, fourth, fifth = samples[2:5]
    lines.append(json.dumps({"id": third.id, "answer": engine_run.records[third.id].answer}))
    lines.append(json.dumps({"id": fourth.text, "answer": "Bill 62321."}))
    file = tmp_path / "answers.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    asked = samples[:5]

    run = runner.run(runner.Plan(f"file:{file}", asked, home, cached=False), tmp_path / "r")
    found = graded(run, asked, guides)
    whole = graded(engine_run, samples, guides)

    assert [found[s.id] for s in samples[:3]] == [whole[s.id] for s in samples[:3]]
    assert run.records[fourth.id].answer == {"text": "Bill 62321."}
    assert found[fifth.id] == "X"


def test_the_slash_command_is_signed_and_its_blocks_are_read(
    serve, samples, home, monkeypatch, tmp_path
):
    secret, seen = "a signing secret", []
    slack = FastAPI()

    @slack.post("/slack/commands")
    async def command(request: Request):
        body, stamp = await request.body(), request.headers["x-slack-request-timestamp"]
        wanted = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        assert request.headers["x-slack-signature"] == f"v0={wanted.hexdigest()}"
        seen.append(body)
        section = {"type": "section", "text": {"type": "mrkdwn", "text": "Bill 62321."}}
        return {"blocks": [section, {"type": "context", "elements": [{"text": "source"}]}]}

    monkeypatch.setenv("LAMINA_SLACK_SIGNING_SECRET", secret)
    run = runner.run(
        runner.Plan(f"slack:{serve(slack)}", samples[:2], home, cached=False), tmp_path / "r"
    )

    assert [r.answer for r in run.records.values()] == [{"text": "Bill 62321.\nsource"}] * 2
    assert len(seen) == 2


def test_the_words_of_a_message_without_blocks_are_its_text():
    assert words({"text": "plain"}) == "plain"
    assert words([]) == ""
