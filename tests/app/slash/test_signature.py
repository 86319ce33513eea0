"""Only what Slack signed is read; whatever is malformed is a 401."""

import time
from urllib.parse import quote, urlencode

import pytest

from tests.app.client import send
from tests.app.slash.fake import SECRET, form, post, signed

PATHS = ("/slack/commands", "/slack/interactions")


def status(base, body, headers, path="/slack/commands"):
    return post(base, path, body, headers)[0]


def body_of(text="help", **fields):
    return urlencode(form(text, **fields)).encode()


@pytest.mark.parametrize("age", [-299, 0, 298])
def test_a_good_signature_within_five_minutes(base, age):
    body = body_of()
    assert status(base, body, signed(body, age=age)) == 200


@pytest.mark.parametrize("age", [-302, 301, 86400])
def test_too_old_or_too_new(base, age):
    body = body_of()
    assert status(base, body, signed(body, age=age)) == 401


HEADERS = {
    "another secret": lambda body: signed(body, "another"),
    "no signature": lambda body: signed(body) | {"x-slack-signature": []},
    "no timestamp": lambda body: signed(body) | {"x-slack-request-timestamp": []},
    "two signatures": lambda body: (
        signed(body) | {"x-slack-signature": [signed(body)["x-slack-signature"]] * 2}
    ),
    "two timestamps": lambda body: (
        signed(body) | {"x-slack-request-timestamp": [str(int(time.time()))] * 2}
    ),
    "empty signature": lambda body: signed(body) | {"x-slack-signature": ""},
    "signs that are not ASCII": lambda body: signed(body) | {"x-slack-signature": "v0=\xe9"},
    "a timestamp of words": lambda body: signed(body) | {"x-slack-request-timestamp": "now"},
    "an endless timestamp": lambda body: signed(body) | {"x-slack-request-timestamp": "9" * 5000},
    "a negative timestamp": lambda body: signed(body) | {"x-slack-request-timestamp": "-1"},
    "JSON": lambda body: signed(body) | {"content-type": "application/json"},
    "no content type": lambda body: signed(body) | {"content-type": []},
    "another charset": lambda body: (
        signed(body) | {"content-type": "application/x-www-form-urlencoded; charset=utf-16"}
    ),
}


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("path", PATHS)
def test_headers_that_prove_nothing(base, path, name):
    body = body_of()
    assert status(base, body, HEADERS[name](body), path) == 401


BODIES = {
    "empty": b"",
    "not UTF-8": b"text=\xff\xfe",
    "not UTF-8 within": b"text=%ff%fe",
    "a field twice": body_of() + b"&team_id=T0002",
    "no team": urlencode(form("x") | {"team_id": ""}).encode(),
    "an id with a slash": urlencode(form("x") | {"user_id": "U1/../U2"}).encode(),
    "no trigger": urlencode(form("x") | {"trigger_id": ""}).encode(),
    "too many fields": b"&".join(b"a%d=1" % n for n in range(200)),
    "JSON": b'{"team_id": "T0001"}',
    "a payload that is no JSON": b"payload=%7B",
    "a payload of a list": b"payload=%5B%5D",
    "a deep payload": b"payload=" + b"%5B" * 4000,
    "a payload without a user": b"payload=%7B%22type%22%3A%22block_actions%22%7D",
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("path", PATHS)
def test_signed_bodies_that_are_malformed(base, path, name):
    body = BODIES[name]
    try:
        headers = signed(body)
    except UnicodeDecodeError:
        headers = signed(b"")
    assert status(base, body, headers, path) == 401


URLS = [
    "",
    "http://hooks.slack.com/commands/x",
    "https://hooks.slack.com.evil.example/commands/x",
    "https://hooks.slack.com@evil.example/commands/x",
    "https://user@hooks.slack.com/commands/x",
    "https://hooks.slack.com:8443/commands/x",
    "https://hooks.slack.com/services/T0/B0/x",
    "https://hooks.slack.com/commands/x#y",
    "https://evil.example/commands/x",
    "https://127.0.0.1/commands/x",
    "https://[::1]/commands/x",
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:1/commands/x",
    "ftp://hooks.slack.com/commands/x",
    "https://hooks.slack.com\\@evil.example/commands/x",
    "https://hooks.slack.com/commands/x\r\nHost: evil.example",
    "https://[",
    "//hooks.slack.com/commands/x",
]


@pytest.mark.parametrize("url", URLS)
def test_reply_addresses_elsewhere(base, url):
    body = body_of(response_url=url)
    assert status(base, body, signed(body)) == 401


def test_the_signature_is_over_the_bytes_that_were_sent(base):
    body = body_of(text="does 62321 need a modifier?")
    spaces = body.replace(b"+", b"%20")
    assert spaces != body

    assert status(base, spaces, signed(body)) == 401
    assert status(base, spaces, signed(spaces)) == 200


def test_emoji_and_a_charset_are_fine(base):
    body = urlencode(form("help 💉")).encode()
    headers = signed(body) | {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}

    assert status(base, body, headers) == 200


def test_the_very_same_request_is_taken_once(base):
    body = body_of()
    headers = signed(body)

    assert [status(base, body, headers) for _ in range(3)] == [200, 401, 401]


def test_the_secret_alone_turns_it_on_whatever_name_slack_calls(base):
    body = body_of()
    headers = signed(body) | {"host": "lamina.example.org"}

    assert status(base, body, headers) == 200
    assert status(base, body, {"host": "lamina.example.org"}) == 401


def test_a_body_that_is_too_long(base):
    body = b"text=" + b"x" * (16 * 1024)
    assert status(base, body, signed(body)) == 413
    # a pressed button carries the message it stands in
    assert status(base, b"payload=" + b"x" * 300_000, {}, "/slack/interactions") == 413


def test_the_check_of_the_certificate_needs_no_signature(base):
    form_type = {"content-type": "application/x-www-form-urlencoded"}
    assert post(base, "/slack/commands", b"ssl_check=1&token=x", form_type) == (200, None)
    assert send(f"{base}/slack/commands?ssl_check=1").status == 200
    assert send(f"{base}/slack/commands").status == 405
    # no way around the signature: it is a field of its own, not words of another one
    assert status(base, b"text=" + quote("&ssl_check=1").encode(), form_type) == 401


def test_the_secret_is_not_told(base):
    body = body_of()
    _, problem = post(base, "/slack/commands", body, signed(body, "another"))

    assert problem["status"] == 401
    assert SECRET not in str(problem)
