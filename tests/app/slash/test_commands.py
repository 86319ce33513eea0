"""The slash command over HTTP, signed by the real slack_sdk: what is typed, what comes back."""

import sqlite3
import subprocess
import sys
from urllib.parse import urlencode

import pytest

from app.interfaces.http import create
from app.interfaces.slash import notices
from app.settings import Settings
from tests.app.client import send
from tests.app.slash.fake import SECRET, command, elements, form, payload_of, post, press, signed
from tests.app.slash.limits import check, said

CESI = "what is the CESI code?"


def ask(base, slack, text, **fields):
    """The message in the acknowledgement, or behind it when this machine is busy."""
    url = slack.url()
    status, message = command(base, text, response_url=url, **fields)
    assert status == 200
    if message["text"] == notices.LOOKING:
        message = slack.wait(url)[0]
    check(message)
    return message


def tap(base, slack, element, **fields):
    """The message that follows a pressed button."""
    url = slack.url()
    assert press(base, payload_of(element, url, **fields)) == (200, None)
    message = slack.wait(url)[0]
    check(message)
    return message


def test_the_answer_is_in_the_acknowledgement_for_the_asker_alone(base, slack):
    message = ask(base, slack, "can I bill 77003 with 62321?")

    assert message["response_type"] == "ephemeral"
    assert message["text"].startswith("No: 77003 is not billed with 62321")
    assert "77003 (do not bill)" in said(message)
    assert "[1] <https://www.cms.gov/" in said(message)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Ask about coding spine injections"),
        ("help", "/lamina on 2026-03-01"),
        ("note", "A procedure note is not taken here"),
        ("note: 61M, L4-5 TFESI under fluoroscopy", "Nothing of it was kept"),
        ("version", "Lamina 0.1.0"),
        ("public", "Type the question after it"),
        ("on 2026-02-30 is 62321 valid?", "There is no such day"),
        ("feedback", "Say whether your last answer helped"),
        ("x" * 4001, "4000 characters"),
    ],
)
def test_sub_commands_explain_themselves(base, slack, text, told):
    assert told in said(ask(base, slack, text))


def test_a_question_that_begins_like_a_sub_command_is_a_question(base, slack):
    message = ask(base, slack, "help me: does 62321 need a modifier?")

    assert message["text"].startswith("No")


def test_the_tables_of_another_day_are_asked_for(base, slack):
    message = ask(base, slack, "on 2016-06-01 code for cervical interlaminar ESI, fluoro?")

    assert "62310" in said(message)


def test_public_is_for_the_channel(base, slack):
    message = ask(base, slack, "public does 62321 need a modifier?")

    assert message["response_type"] == "in_channel"
    assert not elements(message, "publish")


def test_a_missing_fact_is_chosen_by_a_button(base, slack):
    first = ask(base, slack, CESI)
    assert first["text"].startswith("It depends on the approach and imaging")

    second = tap(base, slack, elements(first, "choose:approach")[0])
    assert second["text"].startswith("It depends on the imaging: 62320 or 62321")

    third = tap(base, slack, elements(second, "choose:imaging")[0])
    assert third["text"].startswith("Bill 62321")


def test_an_answer_is_rated_with_a_reason(base, slack, home):
    message = ask(base, slack, "does 62323 need a modifier?")
    answer = elements(message, "rate:up")[0]["value"].split('"answer":"')[1][:36]

    assert "Thank you" in tap(base, slack, elements(message, "rate:up")[0])["text"]
    assert "Thank you" in tap(base, slack, elements(message, "rate:down")[0], option=1)["text"]

    rows = sqlite3.connect(home / "journal.sqlite3")
    query = "select verdict, reasons from feedback where answer_id = ?"
    assert rows.execute(query, (answer,)).fetchall() == [("down", '["bad_citation"]')]
    rows.close()


def test_the_last_answer_is_judged_by_command(base, slack):
    user = {"user_id": "UFEEDBACK"}
    assert "no answer here yet" in said(ask(base, slack, "feedback helpful", **user))
    ask(base, slack, "does 62323 need a modifier?", **user)

    assert "Thank you" in said(ask(base, slack, "feedback wrong code, it needs KX", **user))
    assert "[1] " in said(ask(base, slack, "sources", **user))
    assert ask(base, slack, "publish", **user)["response_type"] == "in_channel"


def test_sources_are_shown_whole(base, slack):
    message = tap(base, slack, elements(ask(base, slack, CESI), "sources")[0])

    assert "[4] Coding Cervical and Thoracic Epidural Injections" in said(message)
    assert message["replace_original"] is False


def test_an_answer_is_posted_to_the_channel_once(base, slack):
    button = elements(ask(base, slack, "is 62321 unilateral?"), "publish")[0]
    shown = tap(base, slack, button)
    assert shown["response_type"] == "in_channel"
    assert "Question: is 62321 unilateral?" in said(shown)

    again = slack.url()
    assert press(base, payload_of(button, again)) == (200, None)
    # a colleague of the channel may see its sources now, one of another channel may not
    sources = elements(shown, "sources")[0]
    assert "[1]" in said(tap(base, slack, sources, user={"id": "UOTHER"}))
    elsewhere = {"user": {"id": "UOTHER"}, "channel": {"id": "COTHER"}}
    assert "kept no longer" in tap(base, slack, sources, **elsewhere)["text"]
    assert slack.to(again) == []


def test_another_persons_answer_is_not_shown(base, slack):
    button = elements(ask(base, slack, CESI), "sources")[0]

    assert "kept no longer" in tap(base, slack, button, user={"id": "UOTHER"})["text"]


def test_a_double_tap_and_a_repeated_request_are_answered_once(base, slack):
    fields = form("does 62321 need a modifier?", response_url=slack.url())
    assert command(base, **fields)[1]["blocks"]
    body = urlencode(fields).encode()
    assert post(base, "/slack/commands", body, signed(body, age=9)) == (200, None)

    button = elements(ask(base, slack, CESI), "choose:approach")[0]
    first, second = slack.url(), slack.url()
    press(base, payload_of(button, first))
    press(base, payload_of(button, second))
    slack.wait(first)
    assert slack.to(second) == []


def test_what_no_button_of_ours_sends_is_let_pass(base, slack):
    for payload in (
        {"type": "shortcut", "callback_id": "x"},
        payload_of(
            {"type": "button", "action_id": "other", "value": "42"},
            "https://hooks.slack.com/actions/x",
        ),
    ):
        assert press(base, payload) == (200, None)


def bytes_of(file):
    """Read by another process: SQLite's locks on a file end when this one closes it."""
    reading = "import pathlib, sys; sys.stdout.buffer.write(pathlib.Path(sys.argv[1]).read_bytes())"
    return subprocess.run([sys.executable, "-c", reading, file], capture_output=True).stdout


def test_a_patient_in_the_command_is_taken_out_before_anything_is_kept(base, slack, home):
    message = ask(base, slack, "public Mrs. Zylphia Quarn, DOB 03/04/1951: 62321 modifier?")

    assert message["response_type"] == "ephemeral"
    assert "patient data: name, date of birth" in said(message)
    assert "62321" in message["text"]
    for file in home.glob("journal.sqlite3*"):
        kept = bytes_of(file)
        assert b"Zylphia" not in kept and b"03/04/1951" not in kept


def test_teams_and_channels_that_are_not_listed_are_told(assistant, home, serve, slack):
    settings = Settings(
        home=home,
        slack_signing_secret=SECRET,
        slack_teams="T0001, E0001",
        slack_channels="C0001",
        slack_command="/coder",
        _env_file=None,
    )
    base = serve(create(lambda: assistant, settings))

    assert "workspace" in command(base, "help", team_id="T9")[1]["text"]
    assert "channel" in command(base, "help", team_id="T9", enterprise_id="E0001")[1]["text"]
    assert "/coder" in command(base, "help", channel_id="C0001")[1]["text"]
    fine = command(base, "help", channel_id="C0001", command="/coder")
    assert "/coder on 2026-03-01" in said(fine[1])


def test_the_routes_are_described(base):
    paths = send(f"{base}/openapi.json").json["paths"]

    for path in ("/slack/commands", "/slack/interactions", "/mattermost/commands"):
        assert {"200", "401", "413"} <= set(paths[path]["post"]["responses"])


def test_without_the_secret_there_are_no_routes(address):
    body = b"text=help"
    for path in ("/slack/commands", "/slack/interactions", "/mattermost/commands"):
        assert post(address, path, body, signed(body))[0] == 404
