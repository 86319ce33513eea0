"""Thousands of broken requests, straight into the application: never a 5xx."""

import asyncio
import json
import random
from collections import Counter
from urllib.parse import urlencode

import pytest

from app.interfaces.http import create
from app.settings import Settings
from tests.app.slash.doubles import Oracle
from tests.app.slash.fake import SECRET, TYPE, form, payload_of, signed

PATHS = ["/slack/commands", "/slack/interactions", "/mattermost/commands"]
JUNK = [
    "",
    "\x00",
    "\ud800",
    "é",
    "💉",
    "../../x",
    "{",
    "[[",
    "null",
    "0",
    "-1",
    "9" * 400,
    " ",
    "%",
]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    home = tmp_path_factory.mktemp("fuzz")
    settings = Settings(
        home=home,
        slack_signing_secret=SECRET,
        mattermost_token="token",
        mattermost_hosts="chat.example.com",
        _env_file=None,
    )
    made = create(lambda: Oracle(home), settings)
    made.state.engine.start()
    assert made.state.engine.settled.wait(20)
    return made


def broken(value, draw):
    """The value, or something else in its place, at any depth."""
    if draw.random() < 0.06:
        return draw.choice([*JUNK, None, 7, [], {}, True, "x" * 3000])
    if isinstance(value, dict):
        return {k: broken(v, draw) for k, v in value.items() if draw.random() > 0.02}
    if isinstance(value, list):
        return [broken(v, draw) for v in value]
    return value


def bodies(draw):
    """A body that Slack might have sent, damaged as text or as bytes."""
    fields = form(draw.choice(["help", "note", *JUNK]), token="token")
    if draw.random() < 0.5:
        element = {"type": "button", "action_id": "rate:up", "value": '{"kind":"show"}'}
        tapped = payload_of(element, "https://hooks.slack.com/actions/x")
        fields = {"payload": json.dumps(broken(tapped, draw))}
    fields = broken(fields, draw)
    text = urlencode(fields if isinstance(fields, dict) else {}, errors="surrogatepass")
    body = bytearray(text.encode("ascii"))
    for _ in range(draw.choice([0, 0, 0, 1, 8])):
        if body:
            body[draw.randrange(len(body))] = draw.randrange(256)
    return bytes(body)


def headers_of(body, draw):
    try:
        headers = signed(body)
    except UnicodeDecodeError:
        headers = signed(b"")
    headers = {k: v.encode() for k, v in headers.items()}
    if draw.random() < 0.4:
        name = draw.choice([*headers, "content-length", "authorization", "origin", "host"])
        junk = draw.choice(JUNK).encode("utf-8", "surrogatepass")
        headers[name] = draw.choice([b"", b"\xff\xfe", junk, TYPE.encode(), bytes(9)])
    found = [(k.encode(), v) for k, v in headers.items()]
    return found + found[:1] * (draw.random() < 0.05)


async def send(app, path, body, headers):
    """The status of one request, without a socket."""
    found = []
    parts = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        return parts.pop() if parts else {"type": "http.disconnect"}

    async def answer(message):
        if message["type"] == "http.response.start":
            found.append(message["status"])

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, answer)
    return found[0]


def test_five_thousand_broken_requests(app):
    draw = random.Random(11)

    async def run():
        statuses = Counter()
        for n in range(5000):
            body = bodies(draw)
            path = PATHS[n % 3] if n % 7 else PATHS[0]
            statuses[await send(app, path, body, headers_of(body, draw))] += 1
        return statuses

    statuses = asyncio.run(run())

    assert set(statuses) <= {200, 400, 401, 403, 413, 421}, statuses
    assert statuses[200] > 100, "some of them are whole"
    assert statuses[401] > 2000
