"""Whole conversations, through the HTTP door and the command line."""

import re

import pytest

from tests.app.client import send
from tests.scenarios import tables

CONVERSATIONS = tables("conversations/coding")["conversation"]
NAMES = [c["name"] for c in CONVERSATIONS]


def plain(text):
    """The text without emphasis and marks, as the terminal has it but for the marks."""
    return re.sub(r"\s*\[\d+\]", "", text.replace("**", ""))


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=NAMES)
def test_over_http(conversation, address):
    thread = None
    for turn in conversation["turns"]:
        asked = {"question": turn["say"]} | ({"thread_id": thread} if thread else {})
        answer = send(f"{address}/v1/ask", asked).json
        thread = answer["thread_id"]
        held(turn, answer)


def held(turn, answer):
    """Every expectation of one turn."""
    say, told = turn["say"], plain(answer["text"])
    assert told.startswith(turn["verdict"]), (say, told[:200])
    assert answer["outcome"] == turn.get("outcome", "answered"), say
    kept = {a["fact"]: a["value"] for a in answer["assumed"] if a["from"] == "earlier_turn"}
    assert set(turn.get("keeps", ())) <= set(kept), (say, kept)
    assert not set(turn.get("drops", ())) & set(kept), (say, kept)
    assert ("Still: " in told) == bool(kept), say
    roles = {c["code"]: c["role"] for c in answer["codes"]}
    billed = [code for code, role in roles.items() if role == "bill"]
    if "bill" in turn:
        assert billed == turn["bill"], say
    for code in turn.get("do_not_bill", ()):
        assert roles.get(code) == "do_not_bill", (say, roles)
    for code, wanted in turn.get("append", {}).items():
        given = next(c["modifiers"] for c in answer["codes"] if c["code"] == code)
        appended = {m["code"] for m in given if m["verdict"] == "append"}
        assert set(wanted) <= appended, (say, code, appended)
    missing = [m["fact"] for m in answer["missing"]]
    assert set(turn.get("missing", ())) <= set(missing), say


def test_on_the_command_line(command, home):
    """The same conversations, one question a line, `/new` between them."""
    lines = []
    for conversation in CONVERSATIONS:
        lines += [turn["say"] for turn in conversation["turns"]] + ["/new"]

    typed = "\n".join(lines).encode()
    done = command("app", "chat", input=typed, env={"LAMINA_HOME": str(home)})

    assert done.returncode == 0, done.stderr.decode()
    shown = iter(plain(line) for line in done.stdout.decode().splitlines())
    for conversation in CONVERSATIONS:
        for turn in conversation["turns"]:
            found = any(line.startswith(turn["verdict"]) for line in shown)
            assert found, (conversation["name"], turn["say"])


def test_they_are_twenty_of_three_to_eight_turns():
    assert len(CONVERSATIONS) >= 20
    assert all(3 <= len(c["turns"]) <= 8 for c in CONVERSATIONS)
