"""Mattermost: the same core behind its token and its Markdown."""

from urllib.parse import urlencode

import pytest

from tests.app.slash.fake import TYPE, numbers, post

TOKEN = "w4bmp3xn"


def form(text, url, **fields):
    return {
        "channel_id": "a7xq8bmfk3rjtgzk6x9ga5u1ge",
        "channel_name": "town-square",
        "command": "/coder",
        "response_url": url,
        "team_domain": "example",
        "team_id": "rdc9bgriktyx9p4kowh3dmgqyc",
        "text": text,
        "token": TOKEN,
        "trigger_id": f"bTAx{next(numbers)}:MEUCIQ==",
        "user_id": "c3a4cqe3dfy6dgopqt8ai3hydh",
        "user_name": "somename",
    } | fields


def ask(base, slack, text, **fields):
    """The post in the acknowledgement, or behind it when this machine is busy."""
    url = slack.url()
    body = urlencode(form(text, url, **fields)).encode()
    headers = {"content-type": TYPE, "authorization": f"Token {TOKEN}"}
    status, message = post(base, "/mattermost/commands", body, headers)
    assert status == 200
    if message and message["text"].startswith("Looking that up"):
        message = slack.wait(url)[0]
    return message


def test_an_answer_is_markdown(base, slack):
    message = ask(base, slack, "can I bill 77003 with 62321?")

    assert message["response_type"] == "ephemeral"
    assert message["text"].startswith("**No: 77003 is not billed with 62321")
    assert "- **77003** (do not bill)" in message["text"]
    assert "[1] [CMS: " in message["text"] and "](https://www.cms.gov/" in message["text"]
    assert "Next: `sources`, `publish`" in message["text"]


def test_what_buttons_do_is_typed(base, slack):
    ask(base, slack, "what is the CESI code?")

    assert "[4] " in ask(base, slack, "sources")["text"]
    assert "Thank you" in ask(base, slack, "feedback incomplete")["text"]
    assert ask(base, slack, "publish")["response_type"] == "in_channel"
    assert "`/coder on 2026-03-01 <question>`" in ask(base, slack, "help")["text"]


def test_a_missing_fact_is_replied_with_one_of_its_choices(base, slack):
    user = {"user_id": "umissing"}
    told = ask(base, slack, "what is the CESI code?", **user)["text"]
    assert "Reply with `interlaminar` or `transforaminal`." in told

    told = ask(base, slack, "transforaminal", **user)["text"]
    assert told.startswith("**Bill 64479")


def test_the_same_trigger_is_answered_once(base, slack):
    same = {"trigger_id": "same-trigger"}

    assert ask(base, slack, "version", **same)["text"].startswith("Lamina")
    assert ask(base, slack, "version", **same) is None


BAD = {
    "another token": ({"token": "w4bmp3xm"}, {}),
    "no token": ({"token": ""}, {}),
    "a token of signs": ({"token": "é\u2603"}, {}),
    "another header": ({}, {"authorization": "Token other"}),
    "another kind of header": ({}, {"authorization": f"Bearer {TOKEN}"}),
    "a reply elsewhere": ({"response_url": "https://evil.example/hooks/commands/x"}, {}),
    "no user": ({"user_id": ""}, {}),
    "no trigger": ({"trigger_id": ""}, {}),
    "JSON": ({}, {"content-type": "application/json"}),
}


@pytest.mark.parametrize("name", BAD)
def test_what_mattermost_did_not_send_is_refused(base, slack, name):
    fields, headers = BAD[name]
    body = urlencode(form("help", slack.url()) | fields).encode()

    status, problem = post(base, "/mattermost/commands", body, {"content-type": TYPE} | headers)

    assert status == problem["status"] == 401
    assert TOKEN not in str(problem)
