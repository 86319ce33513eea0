"""Plain HTTP for the tests: bytes in, status, headers and JSON out."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass


@dataclass(frozen=True)
class Reply:
    status: int
    kind: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def send(url, body=None, method=None, **headers):
    """One request; a JSON-able body is sent as JSON, bytes as they are."""
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    if body is not None:
        named.setdefault("content-type", "application/json")
    request = urllib.request.Request(url, body, named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return _reply(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as why:
        return _reply(why.code, why.headers, why.read())


def _reply(status, headers, body):
    found = {k.lower(): v for k, v in headers.items()}
    return Reply(status, headers.get_content_type(), found, body)


def events(body):
    """(name, data) of each server-sent event."""
    found = []
    for frame in body.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in frame.splitlines() if ": " in line)
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found
