"""A server that is killed between acknowledgement and delivery: the answer still comes, once."""

import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.interfaces.slash import notices
from tests.app.slash.fake import command

ROOT = Path(__file__).parents[3]


@pytest.fixture
def server(tmp_path, slack):
    """server() -> (process, address) of a server on this test's home."""
    running = []

    def start():
        gate = tmp_path / "gate"
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.app.slash.server", tmp_path / "home", slack.host, gate],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
        )
        running.append(process)
        return process, f"http://127.0.0.1:{int(process.stdout.readline())}"

    yield start
    for process in running:
        process.kill()
        process.wait(10)


def kill(process):
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL


def states(tmp_path):
    rows = sqlite3.connect(tmp_path / "home" / "journal.sqlite3")
    found = rows.execute("select state, posts from slash_jobs").fetchall()
    rows.close()
    return found


def test_killed_before_the_delivery(tmp_path, slack, server):
    process, base = server()
    url = slack.url()
    assert command(base, "does 62321 need a modifier?", response_url=url)[1]["text"] == (
        notices.LOOKING
    )
    kill(process)
    assert (states(tmp_path), slack.to(url)) == ([("open", 0)], [])

    (tmp_path / "gate").touch()
    _, base = server()
    assert slack.wait(url)[0]["text"] == "No: 62321 takes no modifier."

    # another command's delivery shows that the rounds went on, and nothing came twice
    other = slack.url()
    command(base, "help", response_url=other)
    deadline = time.monotonic() + 20
    while states(tmp_path)[0] != ("done", 1) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert states(tmp_path) == [("done", 1), ("done", 0)]
    assert len(slack.to(url)) == 1


def test_killed_in_the_very_moment_of_posting(tmp_path, slack, server):
    process, base = server()
    url = slack.url("slow,200")
    command(base, "does 62321 need a modifier?", response_url=url)
    (tmp_path / "gate").touch()
    slack.wait(url)
    kill(process)

    server()

    assert [m["text"] for m in slack.wait(url, 2)] == ["No: 62321 takes no modifier."] * 2
