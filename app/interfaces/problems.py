"""Every error as one problem document (RFC 9457), whatever raised it.

Reads a request's body only far enough to refuse it: size, content type, encoding, JSON.
Never shows internals, and never echoes more than 80 characters of what was sent.
"""

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.message import Message
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message as AsgiMessage
from starlette.types import Receive

from app.ask.privacy import redact
from app.interfaces.wire import ProblemOut

log = structlog.get_logger("lamina.http")

MOST_BYTES = 64 * 1024
"""Longest JSON body taken."""
MOST_READ = 8 * 1024 * 1024
"""A longer body is read to here and thrown away, so that its sender sees the 413."""
DEEPEST = 32
SHOWN = 80
MEDIA_TYPE = "application/problem+json"
FORMS = {
    "state": "the two capital letters of a US state, such as OH",
    "place_of_service": "the two digits of a place of service, such as 11",
    "modifier": "two capital letters or digits, such as 59 or RT",
}
"""What a patterned field takes, in words."""


class Refused(Exception):
    """A request that is answered with a problem document."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[Mapping[str, Any]] = (),
        retry_after: int | None = None,
    ) -> None:
        self.status, self.errors = status, list(errors)
        self.detail = _sendable(detail)
        self.headers = {} if retry_after is None else {"retry-after": str(retry_after)}
        super().__init__(self.detail)

    @property
    def fields(self) -> dict[str, Any]:
        """The problem document."""
        title = HTTPStatus(self.status).phrase
        problem = ProblemOut(
            title=title, status=self.status, detail=self.detail, errors=self.errors
        )
        return problem.model_dump()

    def response(self) -> JSONResponse:
        return JSONResponse(self.fields, self.status, self.headers, MEDIA_TYPE)


def unexpected(why: Exception, where: str) -> Refused:
    """The problem for an exception nobody foresaw: logged by type, told without internals."""
    log.error("unexpected error", where=where, type=type(why).__name__)
    return Refused(500, "Lamina failed on this request. Try again; if it stays, tell its keeper.")


# --- bodies --------------------------------------------------------------------------


class JsonRoute(APIRoute):
    """A route that looks at the body's size, type, encoding and JSON before FastAPI does."""

    def get_route_handler(self) -> Any:
        handle = super().get_route_handler()
        field = self.body_field
        takes = field.field_info.annotation if field else None

        async def checked(request: Request) -> Response:
            if field:
                request = Request(request.scope, _again(await _body(request), request.receive))
            try:
                response: Response = await handle(request)
            except RequestValidationError as why:
                raise wrong_values(why.errors(), takes) from why
            return response

        return checked


async def _body(request: Request) -> bytes:
    """The body, when it is JSON that can be answered. Raises Refused."""
    body = await _read(request)
    sent = request.headers.get("content-type")
    if sent is None and not body:
        raise Refused(400, "The body is empty; send a JSON object.")
    form = Message()
    form["content-type"] = sent or "none"
    charset = str(form.get_param("charset", "utf-8")).lower()
    if form.get_content_type() != "application/json" or charset not in ("utf-8", "utf8"):
        raise Refused(
            415, f"The content type is {shown(sent or 'missing')}; send application/json in UTF-8."
        )
    _look_into(_parsed(body))
    return body


async def _read(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    too_large = declared.isdecimal() and int(declared) > MOST_BYTES
    kept, read = bytearray(), 0
    async for chunk in request.stream():
        read += len(chunk)
        too_large = too_large or read > MOST_BYTES
        if not too_large:
            kept += chunk
        if read > MOST_READ:
            break
    if too_large:
        raise Refused(413, f"The body is too large: it may have {MOST_BYTES} bytes. Shorten it.")
    return bytes(kept)


def _parsed(body: bytes) -> Any:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as why:
        raise Refused(400, f"The body is not UTF-8 at byte {why.start}; send UTF-8.") from why
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as why:
        where = f"line {why.lineno}, column {why.colno}"
        raise Refused(400, f"The body is not JSON at {where}: {why.msg}.") from why
    except (ValueError, RecursionError) as why:
        reason = "it nests too deeply" if isinstance(why, RecursionError) else str(why)
        raise Refused(400, f"The body is not JSON Lamina can read: {reason[:SHOWN]}.") from why


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _look_into(value: Any) -> None:
    """Refuse text that no store or encoder takes, in values and keys at any depth."""
    left: list[tuple[tuple[Any, ...], Any]] = [((), value)]
    while left:
        place, one = left.pop()
        if len(place) > DEEPEST:
            raise Refused(422, f"The body nests deeper than {DEEPEST} levels; flatten it.")
        if isinstance(one, str):
            _look_at(place, one)
        elif isinstance(one, dict):
            for key, inner in one.items():
                _look_at((*place, key), key)
                left.append(((*place, key), inner))
        elif isinstance(one, list):
            left.extend(((*place, n), inner) for n, inner in enumerate(one))


def _look_at(place: tuple[Any, ...], text: str) -> None:
    if any("\ud800" <= c <= "\udfff" for c in text):
        takes = "contains a lone surrogate; send whole Unicode characters"
    elif "\x00" in text:
        takes = "contains a NUL character; remove it"
    else:
        return
    error = {"field": _name(place), "got": shown(text), "takes": takes}
    raise Refused(422, f"{error['field']} {takes}.", [error])


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more for FastAPI, then whatever the connection says."""
    first: list[AsgiMessage] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> AsgiMessage:
        return first.pop() if first else await receive()

    return receive_again


# --- wrong values --------------------------------------------------------------------


def wrong_values(found: Iterable[Mapping[str, Any]], takes: Any = None) -> Refused:
    """The 422 for pydantic's errors: which field, what it got, what it takes."""
    known = list(takes.model_fields) if _is_model(takes) else []
    errors = [_wrong_value(error, known) for error in found]
    told = [
        f"{e['field']} {e['takes']}" + (f" (got {e['got']})" if e["got"] else "") for e in errors
    ]
    return Refused(422, "; ".join(told[:5]).rstrip("?.") + ".", errors[:20])


def wrong_value(error: Mapping[str, Any], takes: Any = None) -> str:
    """One error of pydantic as a clause: which field, what it takes, what it got."""
    told = _wrong_value(error, list(takes.model_fields) if _is_model(takes) else [])
    return f"{told['field']} {told['takes']}" + (f" (got {told['got']})" if told["got"] else "")


def _is_model(takes: Any) -> bool:
    return isinstance(takes, type) and issubclass(takes, BaseModel)


def _wrong_value(error: Mapping[str, Any], known: list[str]) -> dict[str, Any]:
    place = tuple(error["loc"])
    place = place[1:] if place[:1] in (("body",), ("path",), ("query",)) else place
    kind = error["type"]
    # the value of a missing field would be the whole body, that of an unknown one is no help
    got = "" if kind in ("missing", "extra_forbidden") else shown(error.get("input"))
    return {"field": _name(place), "got": got, "takes": _takes(error, place, known)}


def _takes(error: Mapping[str, Any], place: tuple[Any, ...], known: list[str]) -> str:
    """A predicate that follows the field's name, such as "takes text"."""
    kind, limits = error["type"], error.get("ctx") or {}
    last = str(place[-1]) if place else ""
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(last, known, 1)
        fields = f"did you mean {near[0]}" if near else f"the fields are {', '.join(known)}"
        return f"is not a field here: {fields}"
    if kind == "missing":
        return "is missing; add it"
    if kind == "string_pattern_mismatch":
        return f"takes {FORMS.get(last, 'text of the form ' + str(limits.get('pattern')))}"
    if kind.startswith("date"):
        return "takes a date that exists, as YYYY-MM-DD"
    if kind == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return "takes a JSON object"
    if kind == "string_too_long":
        return f"takes at most {limits.get('max_length')} characters; shorten it"
    if kind == "string_too_short":
        return "is blank; fill it in or leave the field out"
    return str(error["msg"]).replace("Input should be", "takes", 1)


def _name(place: tuple[Any, ...]) -> str:
    return shorten(".".join(map(str, place))) or "The body"


def shown(value: Any) -> str:
    """A value as it was sent, shortened, redacted, and safe to send back."""
    try:
        told = json.dumps(value, ensure_ascii=False, default=str)
        return shorten(redact(_sendable(told[: 4 * SHOWN])).text)
    except (ValueError, RecursionError):
        return shorten(repr(type(value)))


def shorten(text: str) -> str:
    text = _sendable(text)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _sendable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


# --- the application -----------------------------------------------------------------


def install(app: FastAPI) -> None:
    """Make every error of this application a problem document, and its OpenAPI say so."""
    app.router.route_class = JsonRoute

    @app.exception_handler(Refused)
    async def refused(request: Request, why: Refused) -> Response:
        return why.response()

    @app.exception_handler(HTTPException)
    async def by_status(request: Request, why: HTTPException) -> Response:
        response = Refused(why.status_code, _told(request, why, app)).response()
        response.headers.update(why.headers or {})
        return response

    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]


def _told(request: Request, why: HTTPException, app: FastAPI) -> str:
    """What to do about a wrong address or method."""
    path, method = request.url.path, request.method
    if why.status_code == 404:
        near = difflib.get_close_matches(path, app.openapi()["paths"], 1, 0.7)
        hint = f"did you mean {near[0]}?" if near else "/openapi.json lists the routes."
        return f"There is nothing at {shorten(path)}: {hint}"
    if why.status_code == 405:
        allowed = (why.headers or {}).get("Allow", "another method")
        return f"{shorten(path)} does not take {method}; use {allowed}."
    return str(why.detail)


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The generated description, with the problem document for every error."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, routes=app.routes)
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        schemas["ProblemOut"] = ProblemOut.model_json_schema()
        for path, operation in _operations(made):
            operation["responses"].pop("422", None)
            for status in _statuses(path, "requestBody" in operation):
                operation["responses"][str(status)] = {
                    "description": HTTPStatus(status).phrase,
                    "content": {
                        MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
                    },
                }
        app.openapi_schema = made
    return app.openapi_schema


def _operations(made: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, operations in made["paths"].items():
        for operation in operations.values():
            yield path, operation


def _statuses(path: str, has_body: bool) -> Iterator[int]:
    yield from (403, 405, 421, 500)
    if has_body:
        yield from (400, 413, 415, 422)
    if "{" in path or path == "/v1/feedback":
        yield 404
    if path != "/livez":
        yield 503
