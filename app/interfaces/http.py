"""The HTTP door: JSON routes, the event stream, the chat page.

Listens before the assistant is built. Never logs what was asked.
"""

import json
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import ValidationError

from app.ask.tools import arguments
from app.assistant import Assistant
from app.caller import LOCAL
from app.interfaces import claim_routes, note_wire, wire
from app.interfaces.doorway import Doorway
from app.interfaces.engine import Engine, Event
from app.interfaces.problems import Refused, install, shown, wrong_values
from app.interfaces.slash import routes as slash_routes
from app.settings import Settings
from knowledge.errors import UnknownPassage
from knowledge.topics import RULES

PAGE = {"/": "index.html", "/page.css": "page.css", "/page.js": "page.js"}
KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


def create(build: Callable[[], Assistant], settings: Settings) -> FastAPI:
    """The application; it builds the assistant in the background when it starts."""
    engine = Engine(build, settings)
    slash = slash_routes.Slash.of(engine, settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine.start()
        async with slash.running():
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
    slash.add(app)
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
            kept = await engine.run(partial(journal.answer, id, LOCAL.owner))
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
