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
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import ValidationError

from app.ask.tools import arguments
from app.assistant import Assistant
from app.caller import Caller
from app.interfaces import claim_routes, feedback_routes, note_wire, wire
from app.interfaces.doorway import Doorway, who
from app.interfaces.engine import Engine, Event
from app.interfaces.page_files import PageFile, page_files
from app.interfaces.problems import Refused, install, shown, wrong_values
from app.interfaces.slash import routes as slash_routes
from app.settings import Settings
from app.sites import read_hosts, read_sites
from app.threads import UnknownThread
from knowledge.errors import UnknownPassage
from knowledge.topics import RULES

Who = Annotated[Caller, Depends(who)]
STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


def create(build: Callable[[], Assistant], settings: Settings, bound: str = "") -> FastAPI:
    """The application; it builds the assistant in the background when it starts.

    `bound` is the host it listens on, one of the names it answers to.
    """
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
    names = read_hosts(settings.hosts) | {bound.lower()}
    app.add_middleware(Doorway, sites=read_sites(settings.site_keys), names=names)
    _health(app, engine)
    _asking(app, engine)
    _threads(app, engine)
    _notes(app, engine)
    _looking_up(app, engine)
    _tools(app, engine)
    claim_routes.add(app, engine)
    slash.add(app)
    feedback_routes.add(app, engine)
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
    async def ask(request: wire.AskRequest, caller: Who) -> wire.Answer:
        """One question, one answer."""
        assistant = engine.assistant()
        engine.admit()
        return await engine.run(lambda: assistant.ask(request, caller))

    @app.exception_handler(UnknownThread)
    async def unknown_thread(request: Request, why: UnknownThread) -> Response:
        return not_kept(why.id).response()

    @app.post(
        "/v1/ask/stream",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    )
    async def ask_stream(request: wire.AskRequest, caller: Who) -> StreamingResponse:
        """The same as server-sent events: step, sentence, answer, then done or error."""
        assistant = engine.assistant()
        engine.admit()
        if request.thread_id:
            # before the stream begins, so that it is a 404 and no event
            await engine.run(lambda: assistant.holds(request.thread_id or "", caller))
        events = _frames(engine.stream(request, caller))
        return StreamingResponse(events, media_type="text/event-stream", headers=STREAM_HEADERS)


def _threads(app: FastAPI, engine: Engine) -> None:
    @app.delete("/v1/threads/{id}", status_code=204, response_class=Response)
    async def forget(id: str, caller: Who) -> Response:
        """Delete a conversation: its turns and its answers."""
        assistant = engine.assistant()
        await engine.run(lambda: assistant.threads.forget(id, caller.owner))
        return Response(status_code=204)


def not_kept(id: str) -> Refused:
    """The same for a conversation that never was, is over, or is another caller's."""
    return Refused(
        404,
        f"No conversation {shown(id)} is kept; leave thread_id out to open a new one.",
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
    async def answer(id: str, caller: Who) -> Response:
        """An answer given before, while it is kept."""
        journal = engine.assistant().journal
        kept = None
        if re.fullmatch(r"[0-9a-f-]{36}", id):
            kept = await engine.run(partial(journal.answer, id, caller.owner))
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
    for file in page_files():
        app.add_api_route(
            file.path,
            _always(file),
            methods=["GET", "HEAD"],
            response_class=Response,
            include_in_schema=False,
        )


def _always(file: PageFile) -> Callable[[Request], Any]:
    async def same(request: Request) -> Response:
        headers = {"cache-control": file.cache, "etag": file.tag, "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(file.packed, media_type=file.kind, headers=headers)
        return Response(file.text, media_type=file.kind, headers=headers)

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
    app = create(lambda: assistant(settings, progress=progress, tables=tables), settings, host)
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
