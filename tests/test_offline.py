"""Nothing reaches the network: not the suite, not its subprocesses, not a traced chain."""

import os
import socket
import subprocess
import sys

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com"])
def test_the_suite_itself_is_blocked(host):
    with pytest.raises(OSError, match="blocked"):
        socket.create_connection((host, 80), timeout=1)


def test_so_is_what_it_starts():
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert "blocked" in found.stderr


def test_no_runnable_is_traced_to_a_server_outside(ask, monkeypatch):
    tried = []
    connect = socket.socket.connect

    def note(self, address):
        tried.append(address)
        return connect(self, address)

    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "key")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(socket.socket, "connect", note)

    ask("does 62321 need a modifier? (traced)")

    assert tried == []


def test_a_whole_answer_works_in_a_blocked_process(home, assistant):
    found = subprocess.run(
        [sys.executable, "-m", "app", "ask", "can I bill 77003 with 62321?", "--brief"],
        capture_output=True,
        text=True,
        env={**os.environ, "LAMINA_HOME": str(home), "LANGSMITH_TRACING": "true"},
    )

    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("No: 77003")
    assert "blocked" not in found.stderr
