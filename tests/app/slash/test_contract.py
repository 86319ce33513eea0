"""The same question through Slack, Mattermost, HTTP and the command line: one answer."""

import json

import pytest

from app.interfaces.slash import notices
from tests.app.client import send
from tests.app.slash import fake
from tests.app.slash.limits import check, said
from tests.app.slash.test_mattermost import ask as ask_mattermost
from tests.conftest import TODAY

QUESTIONS = [
    "can I bill 77003 with 62321?",
    "what is the CESI code?",
    "what is the CPT for botox for migraine?",
    "does 62321 need a modifier?",
    "how many units of 64484 for three lumbar levels?",
]
OWN = ("id", "thread_id", "timings_ms")


def by_slack(base, slack, assistant, question):
    """The message, and the answer it was made from as the journal has it."""
    url = slack.url()
    _, message = fake.command(base, question, response_url=url, user_id="UCONTRACT")
    if message["text"] == notices.LOOKING:
        message = slack.wait(url)[0]
    check(message)
    id = json.loads(fake.elements(message, "rate:up")[0]["value"])["answer"]
    return message, assistant.journal.answer(id, "slack:T0001/C2147483705/UCONTRACT")


@pytest.mark.parametrize("question", QUESTIONS)
def test_one_answer_whatever_the_door(base, slack, assistant, question):
    by_http = send(f"{base}/v1/ask", {"question": question}).json
    # each question is one of its own
    fake.command(base, "new", user_id="UCONTRACT")
    message, kept = by_slack(base, slack, assistant, question)

    assert {k: v for k, v in kept.items() if k not in OWN} == {
        k: v for k, v in by_http.items() if k not in OWN
    }
    # and what is shown is that answer
    verdict = by_http["text"].partition("\n")[0].replace("**", "").partition(" [")[0]
    assert message["text"] == verdict[:280]
    told, posted = said(message), ask_mattermost(base, slack, question)["text"]
    for code in by_http["codes"]:
        assert code["code"] in told and f"**{code['code']}**" in posted
    for citation in by_http["citations"][:5]:
        assert f"[{citation['mark']}] " in told and f"[{citation['mark']}] " in posted
        assert citation["section"][0] in told and citation["section"][0] in posted


def test_the_command_line_says_the_same(base, home, command):
    question = QUESTIONS[0]
    by_http = send(f"{base}/v1/ask", {"question": question, "service_date": str(TODAY)}).json

    day, environment = str(TODAY), {"LAMINA_HOME": str(home)}
    found = command("app", "ask", question, "--json", "--on", day, env=environment)

    by_line = json.loads(found.stdout)
    for field in ("outcome", "text", "codes", "citations"):
        assert by_line[field] == by_http[field]
