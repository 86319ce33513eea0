"""Bad input gets one problem document that says what, which and what to do; never a 500."""

import http.client
import json
from urllib.parse import urlparse

import pytest

from tests.app.client import send

LONG = "x" * 4001
BAD_QUESTIONS = {
    "empty": ("", 422),
    "blank": ("   \n ", 422),
    "too long": (LONG, 422),
    "a number": (7, 422),
    "a list": (["62321?"], 422),
    "null": (None, 422),
    "NUL": ("62321\x00", 422),
}
BAD_FIELDS = {
    "a misspelt field": ({"servce_date": "2026-01-01"}, "service_date"),
    "an impossible date": ({"service_date": "2026-02-30"}, "service_date"),
    "a state in words": ({"state": "Ohio"}, "state"),
    "a place of one digit": ({"place_of_service": "1"}, "place_of_service"),
    "an unknown claim": ({"claim": "both"}, "claim"),
    "an unknown style": ({"style": "long"}, "style"),
}
BAD_BODIES = {
    "no JSON": (b"{", 400, {}),
    "bytes that are not UTF-8": (b'{"question": "\xff\xfe"}', 400, {}),
    "a lone surrogate": (b'{"question": "\\ud800"}', 422, {}),
    "a surrogate as a field": (b'{"question": "x", "\\udfff": 1}', 422, {}),
    "a surrogate deep inside": (b'{"question": "x", "payer": [{"a": "\\ud800"}]}', 422, {}),
    "NUL in another field": (b'{"question": "x", "payer": "\\u0000"}', 422, {}),
    "a number of 5000 digits": (b'{"question": ' + b"9" * 5000 + b"}", 400, {}),
    "another charset": (b"{}", 415, {"content_type": "application/json; charset=utf-16"}),
    "NaN": (b'{"question": NaN}', 400, {}),
    "a list": (b"[]", 422, {}),
    "a text": (b'"62321?"', 422, {}),
    "nothing": (b"", 400, {}),
    "one megabyte": (json.dumps({"question": "x" * 1_000_000}).encode(), 413, {}),
    "deep nesting": (b"[" * 20_000 + b"]" * 20_000, 400, {}),
    "plain text": (b'{"question": "62321?"}', 415, {"content_type": "text/plain"}),
    "a form": (b"question=62321", 415, {"content_type": "application/x-www-form-urlencoded"}),
}


def is_problem(reply, status):
    assert reply.status == status, reply.body[:200]
    assert reply.kind == "application/problem+json"
    problem = reply.json
    assert problem["status"] == status
    assert problem["title"]
    assert 10 < len(problem["detail"]) < 700
    assert "Traceback" not in problem["detail"]
    return problem


@pytest.mark.parametrize("name", BAD_QUESTIONS)
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream"])
def test_a_bad_question(name, path, address):
    question, status = BAD_QUESTIONS[name]

    problem = is_problem(send(f"{address}{path}", {"question": question}), status)

    assert "question" in problem["detail"]
    assert LONG not in problem["detail"]


@pytest.mark.parametrize("name", BAD_FIELDS)
def test_a_bad_field_is_named(name, address):
    fields, expected = BAD_FIELDS[name]

    problem = is_problem(send(f"{address}/v1/ask", {"question": "62321?"} | fields), 422)

    assert expected in problem["detail"]


@pytest.mark.parametrize("name", BAD_BODIES)
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream", "/v1/tools/select_code"])
def test_a_bad_body(name, path, address):
    body, status, headers = BAD_BODIES[name]

    is_problem(send(f"{address}{path}", body, **headers), status)


def test_a_chunked_body_that_grows_too_large(address):
    connection = http.client.HTTPConnection(urlparse(address).netloc, timeout=20)
    chunks = (b'{"question": "' + b"x" * 40_000, b"x" * 40_000, b'"}')
    connection.request(
        "POST", "/v1/ask", iter(chunks), {"content-type": "application/json"}, encode_chunked=True
    )
    assert connection.getresponse().status == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/v1/tools/guess", 404),
        ("GET", "/v1/passages/none", 404),
        ("GET", "/v1/answers/none", 404),
        ("GET", "/v2/ask", 404),
        ("GET", "/v1/ask", 405),
        ("DELETE", "/v1/guides", 405),
    ],
)
def test_what_is_not_there(method, path, status, address):
    body = {} if method == "POST" else None

    is_problem(send(f"{address}{path}", body, method=method), status)


@pytest.mark.parametrize(
    "arguments",
    [
        {"aproach": "interlaminar"},
        {"approach": "sideways"},
        {"level_count": 0},
        {"level_count": "many"},
        {"service_date": "soon"},
        {"service_date": 5},
        {"levels": "L4-5"},
    ],
)
def test_a_tool_says_which_argument_is_wrong(arguments, address):
    problem = is_problem(send(f"{address}/v1/tools/select_code", arguments), 422)

    assert next(iter(arguments)) in problem["detail"]


def test_the_description_shows_problems_not_fastapis_own_errors(address):
    described = send(f"{address}/openapi.json").json

    assert "HTTPValidationError" not in json.dumps(described)
    responses = described["paths"]["/v1/ask"]["post"]["responses"]
    for status in ("400", "413", "415", "422", "503"):
        assert "application/problem+json" in responses[status]["content"]
