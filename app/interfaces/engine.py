"""The assistant as a server runs it: built in the background, used by a few threads.

Every door of the server shares one. Knows no route. Never logs what was asked.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import anyio
import structlog

from app.assistant import Assistant
from app.caller import LOCAL, Caller
from app.interfaces import wire
from app.interfaces.problems import Refused, unexpected
from app.settings import Settings
from app.threads import UnknownThread

log = structlog.get_logger("lamina.http")
T = TypeVar("T")
Event = tuple[str, dict[str, Any]]

THREADS = 3
"""Questions answered at once; the model and the index use the cores by themselves."""


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

    async def stream(
        self, request: wire.AskRequest, caller: Caller = LOCAL
    ) -> AsyncIterator[Event]:
        """The assistant's events, then exactly one done or error, whatever happens."""
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        loop, gone = asyncio.get_running_loop(), threading.Event()
        assistant = self.assistant()

        def engine() -> None:
            for event in assistant.stream(request, caller):
                if gone.is_set():
                    return
                loop.call_soon_threadsafe(events.put_nowait, event)

        async def answer() -> Event:
            try:
                await self.run(engine)
            except Refused as why:
                return "error", why.fields
            except UnknownThread as why:
                return "error", Refused(404, str(why)).fields
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
