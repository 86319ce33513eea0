"""The HTTP door: JSON routes, the event stream, the chat page.

Listens before the assistant is built. Questions run in a few worker threads, never in
the event loop. Never logs or keeps what was asked.
"""

import asyncio
import json
import re
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from importlib.resources import files
from typing import Any, TypeVar

import anyio
import structlog
from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import ValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.ask.tools import arguments
from app.assistant import Assistant
from app.interfaces import claim_routes, note_wire, wire
from app.interfaces.problems import Refused, install, shown, unexpected, wrong_values
from app.settings import Settings
from knowledge.errors import UnknownPassage
from knowledge.topics import RULES

log = structlog.get_logger("lamina.http")
T = TypeVar("T")
Event = tuple[str, dict[str, Any]]

THREADS = 3
"""Questions answered at once; the model and the index use the cores by themselves."""

PAGE = {"/": "index.html", "/page.css": "page.css", "/page.js": "page.js"}
KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class Engine:
    """The assistant, once it is built, and the few threads that run it."""

    def __init__(self, build: Callable[[], Assistant], settings: Settings) -> None:
        self._build, self._settings = build, settings
        self._threads = anyio.CapacityLimiter(THREADS)
        self._inside = 0
        self._built: Assistant | None = None
        self.failure: BaseException | None = None
        self.settled = threading.Event()
        """Set once there is an assistant or a failure."""
        self.started: Callable[[], None] = lambda: None
        """Called from the building thread when there is an assistant or a failure."""

    def start(self) -> None:
        """Build in a thread that does not keep the process from ending."""
        threading.Thread(target=self._start, name="build", daemon=True).start()

    def _start(self) -> None:
        try:
            built = self._build()
            _open_journal(built)
            self._built = built
        except BaseException as why:
            self.failure = why
        self.settled.set()
        self.started()

    def assistant(self) -> Assistant:
        """The assistant. Raises Refused while there is none."""
        if self._built is not None:
            return self._built
        if self.failure is not None:
            raise Refused(503, "Lamina could not start; its keeper finds why in its log.")
        raise Refused(503, "Lamina is starting: index and model are being read.", retry_after=2)

    def close(self) -> None:
        if self._built is not None:
            self._built.close()

    def admit(self) -> None:
        """Raises Refused when as many wait as may."""
        if self._inside >= THREADS + self._settings.max_waiting:
            raise Refused(503, "Too many questions are waiting; ask again soon.", retry_after=1)

    async def run(self, work: Callable[[], T]) -> T:
        """The result of work done in a worker thread, within the time one answer may take."""
        self._inside += 1
        try:
            async with asyncio.timeout(self._settings.answer_seconds):
                return await anyio.to_thread.run_sync(
                    work, limiter=self._threads, abandon_on_cancel=True
                )
        except TimeoutError as why:
            seconds = f"{self._settings.answer_seconds:g}"
            raise Refused(
                503, f"The answer took longer than {seconds} seconds; ask again.", retry_after=1
            ) from why
        finally:
            self._inside -= 1

    async def stream(self, request: wire.AskRequest) -> AsyncIterator[Event]:
        """The assistant's events, then exactly one done or error, whatever happens."""
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        loop, gone = asyncio.get_running_loop(), threading.Event()
        assistant = self.assistant()

        def engine() -> None:
            for event in assistant.stream(request):
                if gone.is_set():
                    return
                loop.call_soon_threadsafe(events.put_nowait, event)

        async def answer() -> Event:
            try:
                await self.run(engine)
            except Refused as why:
                return "error", why.fields
            except Exception as why:
                return "error", unexpected(why, "stream").fields
            finally:
                events.put_nowait(None)
            return "done", {}

        answering = asyncio.create_task(answer())
        try:
            while (event := await events.get()) is not None:
                yield event
            yield await answering
        finally:
            gone.set()
            answering.cancel()


def _open_journal(assistant: Assistant) -> None:
    """Make its tables before two threads can try at once; answers go out without it too."""
    try:
        assistant.journal.check()
    except Exception as why:
        log.error("journal cannot be opened", type=type(why).__name__)


def create(build: Callable[[], Assistant], settings: Settings) -> FastAPI:
    """The application; it builds the assistant in the background when it starts."""
    engine = Engine(build, settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine.start()
        yield
        engine.close()

    app = FastAPI(
        title="Lamina",
        version=version("lamina"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.engine = engine
    install(app)
    app.add_middleware(Doorway)
    _health(app, engine)
    _asking(app, engine)
    _notes(app, engine)
    _looking_up(app, engine)
    _tools(app, engine)
    claim_routes.add(app, engine)
    _page(app)
    return app


# --- routes --------------------------------------------------------------------------


def _health(app: FastAPI, engine: Engine) -> None:
    @app.get("/livez")
    async def livez() -> dict[str, str]:
        """The process is up."""
        return {"status": "alive"}

    @app.get("/readyz")
    async def readyz() -> dict[str, str]:
        """Index and model are ready."""
        held = engine.assistant().versions
        return {"status": "ready", "index": held["index"], "tables": held["tables"]}


def _asking(app: FastAPI, engine: Engine) -> None:
    @app.post("/v1/ask")
    async def ask(request: wire.AskRequest) -> wire.Answer:
        """One question, one answer."""
        assistant = engine.assistant()
        engine.admit()
        return await engine.run(lambda: assistant.ask(request))

    @app.post(
        "/v1/ask/stream",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    )
    async def ask_stream(request: wire.AskRequest) -> StreamingResponse:
        """The same as server-sent events: step, sentence, answer, then done or error."""
        engine.assistant()
        engine.admit()
        return StreamingResponse(
            _frames(engine.stream(request)), media_type="text/event-stream", headers=STREAM_HEADERS
        )


def _notes(app: FastAPI, engine: Engine) -> None:
    @app.post("/v1/notes")
    async def notes(request: note_wire.NoteRequest) -> note_wire.CodedNote:
        """A procedure note: facts, claim lines, documentation gaps."""
        assistant = engine.assistant()
        engine.admit()
        return await engine.run(lambda: assistant.note(request))


async def _frames(events: AsyncIterator[Event]) -> AsyncIterator[str]:
    async for name, data in events:
        yield f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _looking_up(app: FastAPI, engine: Engine) -> None:
    @app.get("/v1/passages/{key}")
    async def passage(key: str) -> wire.PassageOut:
        """A cited passage in its place in the guide."""
        try:
            return engine.assistant().passage(key)
        except UnknownPassage as why:
            raise Refused(
                404,
                f"No indexed guide has passage {shown(key)}: "
                "ask the question again for a fresh citation.",
            ) from why

    @app.get("/v1/guides")
    async def guides() -> list[wire.GuideOut]:
        """What is indexed."""
        return engine.assistant().guides()

    @app.get("/v1/answers/{id}", response_model=wire.Answer)
    async def answer(id: str) -> Response:
        """An answer given before, while it is kept."""
        journal = engine.assistant().journal
        kept = None
        if re.fullmatch(r"[0-9a-f-]{36}", id):
            kept = await engine.run(partial(journal.answer, id))
        if kept is None:
            raise Refused(404, f"No answer {shown(id)} is kept; ask the question again.")
        return JSONResponse(kept)


def _tools(app: FastAPI, engine: Engine) -> None:
    @app.get("/v1/tools")
    async def tools() -> list[wire.ToolOut]:
        """The deterministic rules, each with the JSON schema of what it takes."""
        return [
            wire.ToolOut(
                name=rule.name,
                description=rule.summary,
                parameters=arguments(rule).model_json_schema(),
            )
            for rule in RULES.values()
        ]

    @app.post("/v1/tools/{name}")
    async def call_tool(name: str, given: dict[str, Any]) -> wire.ToolResult:
        """Call one rule; undecided and not covered are answers too."""
        if name not in RULES:
            raise Refused(404, f"There is no tool {shown(name)}; the tools are {', '.join(RULES)}.")
        takes = arguments(RULES[name])
        try:
            # an empty text says nothing, as a field left out does
            found = takes.model_validate({k: v for k, v in given.items() if v not in (None, "")})
        except ValidationError as why:
            raise wrong_values(why.errors(), takes) from why
        facts = dict(found)
        on = facts.pop("service_date")
        assistant = engine.assistant()
        engine.admit()
        call = await engine.run(lambda: assistant.tool(name, facts, on))
        result = call.result.model_dump(mode="json")
        return wire.ToolResult(tool=name, arguments=call.arguments, result=result)


def _page(app: FastAPI) -> None:
    folder = files("app.interfaces") / "web"
    for path, name in PAGE.items():
        kind = KINDS[name.rpartition(".")[2]]
        text = (folder / name).read_text("utf-8")
        response = partial(Response, text, media_type=kind, headers={"cache-control": "no-cache"})
        app.add_api_route(path, _always(response), response_class=Response, include_in_schema=False)


def _always(response: Callable[[], Response]) -> Callable[[], Any]:
    async def same() -> Response:
        return response()

    return same


# --- around every request ------------------------------------------------------------


class Doorway:
    """Own-origin rule before, security headers after, one problem for what nobody foresaw."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def sealed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        headers = Headers(scope=scope)
        own = f"{scope['scheme']}://{headers.get('host', '')}".lower()
        if any(origin.lower() != own for origin in headers.getlist("origin")):
            told = "Another site's page may not ask here; open Lamina's own page."
            await Refused(403, told).response()(scope, receive, sealed)
            return
        try:
            await self._app(scope, receive, sealed)
        except Exception as why:
            problem = unexpected(why, scope["path"])
            if not begun:
                await problem.response()(scope, receive, sealed)


# --- serving -------------------------------------------------------------------------


def run(settings: Settings, host: str, port: int, progress: Callable[[int, int], None]) -> None:
    """Serve until stopped. Raises what keeps Lamina from starting, before or after listening."""
    import uvicorn

    from app.wiring import assistant
    from ingest.embedding import PINNED, weights_folder
    from knowledge.tables import load

    # broken tables and altered weights stop the start before anything listens
    tables = load()
    _ = tables.guides, tables.version
    if settings.embedder == PINNED:
        weights_folder()

    listening = _listen(host, port)
    app = create(lambda: assistant(settings, progress=progress, tables=tables), settings)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=5,
        )
    )
    engine: Engine = app.state.engine

    def started() -> None:
        if engine.failure is not None:
            server.should_exit = True
            return
        shown_host = f"[{host}]" if ":" in host else host
        print(
            f"Lamina is listening on http://{shown_host}:{listening.getsockname()[1]}", flush=True
        )

    engine.started = started
    server.run(sockets=[listening])
    if engine.failure is not None:
        raise engine.failure


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=256)
    except (OSError, OverflowError) as why:
        reason = str(getattr(why, "strerror", None) or why).partition(" (while")[0].rstrip(".")
        raise OSError(
            f"Cannot listen on {host} port {port} ({reason}): choose another with --host or --port"
        ) from why
