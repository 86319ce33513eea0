"""The routes of the slash command. A platform that no setting turns on has none.

Reads the raw body, lets the platform's adapter prove it, hands it to the courier. Whatever is
malformed is a 401, whatever is too long a 413; nothing a sender does leads to a 5xx.
"""

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.ask.privacy import redact
from app.interfaces.engine import Engine
from app.interfaces.problems import Refused
from app.interfaces.slash.courier import Ack, Courier, Redacted
from app.interfaces.slash.jobs import LEASE, Jobs
from app.interfaces.slash.pace import Pace
from app.interfaces.slash.talks import Talks
from app.interfaces.slash.visit import Unproved, Visit
from app.interfaces.slash.worker import Worker, senders
from app.settings import Settings

log = structlog.get_logger("lamina.slash")
Read = Callable[[bytes, Any], Visit | None]

COMMAND, INTERACTION = 16 * 1024, 256 * 1024
"""Bytes of a body; that of a pressed button carries the whole message it stands in."""
FORM = {
    "requestBody": {
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}},
    },
    "responses": {"401": {"description": "Unauthorized"}, "404": {"description": "Not Found"}},
}


@dataclass(frozen=True)
class Slash:
    """The platforms that the settings turn on, and the courier that serves them."""

    platforms: tuple[Any, ...] = ()
    courier: Courier | None = None

    @classmethod
    def of(
        cls,
        engine: Engine,
        settings: Settings,
        redact: Callable[[str], Redacted] = redact,
        now: Callable[[], float] = time.time,
        lease: float = LEASE,
    ) -> "Slash":
        """What is on; nothing heavy is imported while all is off."""
        platforms: list[Any] = []
        if settings.slack_signing_secret:
            from app.interfaces.slash.slack import Slack

            platforms.append(Slack(settings, now))
        if settings.mattermost_token:
            from app.interfaces.slash.mattermost import Mattermost

            platforms.append(Mattermost(settings, now))
        if not platforms:
            return cls()
        from ingest.build import home_folder

        jobs = Jobs(home_folder(settings.home), settings.database_url, now, lease)
        pace = Pace(time.monotonic)
        talks = Talks(jobs.database, now)
        worker = Worker(engine, jobs, talks, senders(platforms), pace)
        return cls(tuple(platforms), Courier(worker, jobs, redact, pace))

    def running(self) -> Any:
        """What goes on while the server runs."""
        return self.courier.running() if self.courier else nullcontext()

    def add(self, app: FastAPI) -> None:
        """The routes of the platforms that are on."""
        for platform in self.platforms:
            assert self.courier is not None
            path = f"/{platform.name}"
            _route(app, self.courier, f"{path}/commands", platform.command, COMMAND, True)
            if hasattr(platform, "interaction"):
                read = platform.interaction
                _route(app, self.courier, f"{path}/interactions", read, INTERACTION, False)


def _route(
    app: FastAPI, courier: Courier, path: str, read: Read, most: int, answer_here: bool
) -> None:
    async def take(request: Request) -> Response:
        """A signed form of the chat platform; the answer, or word that it comes."""
        visit = await _visit(request, read, most)
        ack = await courier.take(visit, answer_here) if visit else Ack()
        after = BackgroundTask(ack.after) if ack.after else None
        if ack.payload is None:
            return Response(status_code=200, background=after)
        return JSONResponse(ack.payload, background=after)

    async def probe(request: Request) -> Response:
        """The platform's check that the certificate is good."""
        if request.query_params.get("ssl_check") != "1":
            raise Refused(405, f"{path} takes POST, from the chat platform alone.")
        return Response(status_code=200)

    name = path.strip("/").replace("/", "_")
    app.post(path, name=name, operation_id=name, response_class=Response, openapi_extra=FORM)(take)
    app.get(path, include_in_schema=False, response_class=Response)(probe)


async def _visit(request: Request, read: Read, most: int) -> Visit | None:
    """The request as its platform's adapter proves and reads it. Raises Refused."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Refused(413, f"The body is too large: it may have {most} bytes.")
    try:
        return read(bytes(body), request.headers)
    except Unproved as why:
        log.warning("slash request refused", why=str(why), path=request.url.path)
    except Exception as why:
        log.warning("slash request refused", why=type(why).__name__, path=request.url.path)
    raise Refused(401, "This request is not shown to come from the chat platform.")
