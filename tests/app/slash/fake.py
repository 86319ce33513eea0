"""A fake Slack for the tests: signs with the real slack_sdk, counts what is posted to it.

The path of a reply address says how it is answered: /commands/200/x, /commands/404/x, ...
"""

import http.client
import itertools
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode, urlsplit

from slack_sdk.signature import SignatureVerifier

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
METADATA = "http://169.254.169.254/latest/meta-data/"
TYPE = "application/x-www-form-urlencoded"
numbers = itertools.count(1)


class FakeSlack:
    """A server on loopback that takes replies and remembers them."""

    def __init__(self):
        self.posts = []
        self.arrived = threading.Condition()
        handler = type("Handler", (_Handler,), {"slack": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, plays="200"):
        """A reply address of its own that is answered so: "200", "500,500,200", "slow"."""
        return f"http://{self.host}/commands/{plays}/{next(numbers)}"

    def to(self, url):
        """The payloads that came to an address so far."""
        return [payload for path, payload in self.posts if path == urlsplit(url).path]

    def wait(self, url, count=1, seconds=20):
        """The payloads at an address, once there are so many."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.to(url)) >= count, seconds), url
        return self.to(url)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    slack = None
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        plays = self.path.split("/")[2].split(",")
        with self.slack.arrived:
            self.slack.posts.append((self.path, json.loads(body)))
            play = plays[min(len(self.slack.to(self.path)), len(plays)) - 1]
            self.slack.arrived.notify_all()
        if play == "slow":
            time.sleep(2)
            play = "200"
        self.send_response(int(play))
        if play == "302":
            self.send_header("location", METADATA)
        if play == "429":
            self.send_header("retry-after", "1")
        told = {"200": b"ok", "404": b"expired_url"}.get(play, b"no")
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *told):
        pass


def form(text="", **fields):
    """The fields of a slash command, as Slack sends them."""
    return {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "team_id": "T0001",
        "team_domain": "example",
        "channel_id": "C2147483705",
        "channel_name": "billing",
        "user_id": "U2147483697",
        "user_name": "steve",
        "command": "/lamina",
        "text": text,
        "api_app_id": "A123456",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T0001/1/x",
        "trigger_id": f"13345224609.738474920.{next(numbers)}",
    } | fields


def signed(body, secret=SECRET, age=0, now=None):
    """The headers that Slack would send with this body."""
    stamp = str(int(now if now is not None else time.time()) - age)
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return {
        "content-type": TYPE,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature,
    }


def post(base, path, body, headers):
    """(status, JSON or None) of one request; a header may be a list of values."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=30)
    connection.putrequest("POST", path, skip_host="host" in headers)
    for name, value in headers.items():
        for one in value if isinstance(value, list) else [value]:
            connection.putheader(name, one)
    connection.putheader("content-length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    raw = answer.read()
    connection.close()
    return answer.status, json.loads(raw) if raw else None


def command(base, text="", **fields):
    """A signed slash command."""
    body = urlencode(form(text, **fields)).encode()
    return post(base, "/slack/commands", body, signed(body))


def payload_of(element, url, option=0, **fields):
    """What Slack sends when this element of a message is used."""
    action = {"type": element["type"], "action_id": element["action_id"], "block_id": "b1"}
    if element["type"] == "button":
        action["value"] = element["value"]
    else:
        action["selected_option"] = element["options"][option]
    return {
        "type": "block_actions",
        "team": {"id": "T0001", "domain": "example"},
        "user": {"id": "U2147483697", "username": "steve", "team_id": "T0001"},
        "channel": {"id": "C2147483705", "name": "billing"},
        "container": {
            "type": "message",
            "message_ts": "1548261231.000200",
            "channel_id": "C2147483705",
            "is_ephemeral": True,
        },
        "trigger_id": f"12321423423.333649436676.{next(numbers)}",
        "response_url": url,
        "actions": [action],
    } | fields


def press(base, payload):
    """A signed interaction."""
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return post(base, "/slack/interactions", body, signed(body))


def elements(message, start=""):
    """The buttons and selects of a message whose action begins so."""
    return [
        element
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"].startswith(start)
    ]
