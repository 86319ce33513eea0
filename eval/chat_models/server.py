"""A server on loopback that behaves like an OpenAI-compatible API; a script says what it replies.

For judging and tests only. Keeps what it was asked, so that a test can look at what is sent.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as the API sees it."""

    messages: tuple[dict[str, Any], ...]
    tools: tuple[str, ...] = ()
    """Names of the tools that may be called."""
    path: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """What the prompt tells beside the evidence: question, date, verdict."""
        found: dict[str, Any] = json.loads(self._first.split("\nevidence:")[0])
        return found

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """Everything with a mark, what tools brought included."""
        texts = [self._first.split("\nevidence:")[-1]]
        texts += [m["content"] for m in self.messages if m["role"] == "tool"]
        lines = [line for text in texts for line in text.splitlines() if line.startswith("{")]
        return [json.loads(line) for line in lines]

    @property
    def looked_up(self) -> int:
        """How many tool results are in the conversation."""
        return sum(m["role"] == "tool" for m in self.messages)

    @property
    def repairing(self) -> bool:
        return len([m for m in self.messages if m["role"] == "user"]) > 1

    @property
    def _first(self) -> str:
        return next(str(m["content"]) for m in self.messages if m["role"] == "user")


@dataclass(frozen=True)
class Reply:
    """What the server does with one request."""

    pieces: tuple[str, ...] = ()
    """Words, in the pieces in which they are streamed."""
    tools: tuple[tuple[str, dict[str, Any]], ...] = ()
    """Tool calls: name and arguments."""
    arguments: str = ""
    """Arguments of a tool call as they stand, even when they are no JSON."""
    status: int = 200
    finish: str = "stop"
    dies: bool = False
    """Closes the connection after the pieces, without an end."""
    garbage: bool = False
    waits: float = 0.0
    """Seconds before the first byte."""
    between: float = 0.0
    """Seconds between two pieces."""


Script = Callable[[Asked], Reply]


@dataclass
class Server:
    """The running server."""

    script: Script
    base_url: str = ""
    asked: list[Asked] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    """Requests as they came, word for word."""
    broken: threading.Event = field(default_factory=threading.Event)
    """Set when a client went away in the middle of a reply."""
    finished: threading.Event = field(default_factory=threading.Event)
    """Set when a reply has been sent to its end."""
    stopping: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(script: Script) -> Iterator[Server]:
    """A server with this script, on a free port of loopback."""
    server = Server(script)

    class Handler(_Handler):
        of = server

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    server.base_url = f"http://127.0.0.1:{running.server_port}/v1"
    thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        running.shutdown()
        running.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    of: Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        sent = json.loads(body)
        names = tuple(tool["function"]["name"] for tool in sent.get("tools") or ())
        asked = Asked(tuple(sent["messages"]), names, self.path)
        self.of.asked.append(asked)
        self.of.bodies.append(body)
        reply = self.of.script(asked)
        self.close_connection = True
        self.of.stopping.wait(reply.waits)
        try:
            self._send(reply, sent)
        except (BrokenPipeError, ConnectionResetError):
            self.of.broken.set()

    def _send(self, reply: Reply, sent: dict[str, Any]) -> None:
        if reply.status != 200:
            error = json.dumps({"error": {"message": "no", "type": "t", "code": "c"}}).encode()
            self.send_response(reply.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(error)))
            self.end_headers()
            self.wfile.write(error)
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        if reply.garbage:
            self._chunk("data: {this is no JSON\n\n")
        for piece in reply.pieces:
            self._event(sent, {"role": "assistant", "content": piece})
            if reply.between:
                self.of.stopping.wait(reply.between)
        if reply.dies:
            self.wfile.flush()
            return
        calls = [(name, json.dumps(given)) for name, given in reply.tools]
        calls += [("payment", reply.arguments)] if reply.arguments else []
        for index, (name, given) in enumerate(calls):
            function = {"name": name, "arguments": given}
            call = {"index": index, "id": f"call_{index}", "type": "function", "function": function}
            self._event(sent, {"role": "assistant", "tool_calls": [call]})
        self._event(sent, {}, "tool_calls" if calls else reply.finish)
        self._chunk("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")
        self.of.finished.set()

    def _event(
        self, sent: dict[str, Any], delta: dict[str, Any], finish: str | None = None
    ) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        told = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": sent.get("model", ""),
            "choices": [choice],
        }
        self._chunk(f"data: {json.dumps(told)}\n\n")

    def _chunk(self, text: str) -> None:
        raw = text.encode()
        self.wfile.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
        self.wfile.flush()
