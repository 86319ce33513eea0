"""How long Slack waits for an acknowledgement, however long an answer takes.

Signs commands as Slack does and sends them over HTTP to a server whose engine takes SECONDS for
each answer; replies go to a stand-in for Slack on loopback. Run as
`python -m eval.speed.slash [COMMANDS] [SECONDS] [AT_ONCE]`; prints the median, the 99th
percentile and the longest, in milliseconds, and how many answers were delivered by then.
"""

import http.client
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn
from slack_sdk.signature import SignatureVerifier

from app.caller import Caller
from app.interfaces.http import create
from app.interfaces.wire import Answer, AskRequest
from app.journal import Journal
from app.settings import Settings

SECRET = "a-secret-for-the-benchmark-alone"


class Slow:
    """An assistant that takes its time."""

    def __init__(self, home: Path, seconds: float) -> None:
        self.journal, self._seconds = Journal(home), seconds

    def ask(self, request: AskRequest, caller: Caller) -> Answer:
        time.sleep(self._seconds)
        answer = Answer(
            id=str(uuid.uuid4()),
            thread_id=request.thread_id or str(uuid.uuid4()),
            outcome="answered",
            text="**It took its time.**",
            writer="quoting",
            versions={},
            timings_ms={},
        )
        kept = answer.model_dump(by_alias=True)
        self.journal.keep(answer.id, answer.thread_id, kept, caller.owner)
        return answer

    def close(self) -> None:
        pass


class Replies(BaseHTTPRequestHandler):
    """Slack's side of a reply address."""

    taken: list[str] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.taken.append(self.path)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *told: Any) -> None:
        pass


def acknowledged(port: int, slack: str, number: int) -> float:
    """Seconds until one command is acknowledged."""
    fields = {
        "team_id": "T1",
        "channel_id": "C1",
        "user_id": f"U{number}",
        "command": "/lamina",
        "text": "does 62321 need a modifier?",
        "response_url": f"http://{slack}/commands/{number}",
        "trigger_id": str(number),
    }
    body, stamp = urlencode(fields), str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": str(signature),
    }
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/slack/commands", body, headers)
    status = connection.getresponse()
    status.read()
    connection.close()
    if status.status != 200:
        raise RuntimeError(f"a command was answered with status {status.status}")
    return time.perf_counter() - began


def measure(commands: int, seconds: float, at_once: int) -> tuple[list[float], int]:
    """The waits in order, and how many answers came to the reply addresses meanwhile."""
    slack = ThreadingHTTPServer(("127.0.0.1", 0), Replies)
    threading.Thread(target=slack.serve_forever, daemon=True).start()
    place = f"127.0.0.1:{slack.server_port}"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = Settings(home=home, slack_signing_secret=SECRET, slack_hosts=place)
        slow: Any = Slow(home, seconds)
        app = create(lambda: slow, settings)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
        running = threading.Thread(target=server.run, daemon=True)
        running.start()
        while not server.started or not app.state.engine.settled.is_set():
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with ThreadPoolExecutor(at_once) as pool:
            waits = list(pool.map(lambda n: acknowledged(port, place, n), range(commands)))
        server.should_exit = True
        running.join(15)
    return sorted(waits), len(Replies.taken)


if __name__ == "__main__":
    given = sys.argv[1:]
    many = int(given[0]) if given else 300
    slowly = float(given[1]) if len(given) > 1 else 10.0
    abreast = int(given[2]) if len(given) > 2 else 8
    found, delivered = measure(many, slowly, abreast)
    middle, late = found[len(found) // 2], found[min(len(found) - 1, int(len(found) * 0.99))]
    print(
        f"{many} commands, {abreast} at once, answers of {slowly:g} s: acknowledged after "
        f"{middle * 1000:.0f} ms (median), {late * 1000:.0f} ms (99 of 100), "
        f"{found[-1] * 1000:.0f} ms (longest); {delivered} answers delivered meanwhile"
    )
