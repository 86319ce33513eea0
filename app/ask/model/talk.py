"""One exchange with a chat model: its reply in pieces, within a deadline, stopped when asked.

The client runs on one event loop of its own, so that a call can be cancelled at any moment,
which closes its connection. Retries nothing. Nothing is traced.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from functools import cache
from typing import Any

from app.ask.model.failures import ModelFailure, failure_of

POLL = 0.05
"""Seconds between two looks at whether anybody still waits."""
LONGEST = 20000
"""Characters of a reply that are read; no answer is as long."""
ENDED = ("finish_reason", "stop_reason", "done_reason")
"""Where clients tell why a reply ended; without one it was cut off."""
REFUSALS = ("content_filter", "refusal")


class Stopped(Exception):
    """Nobody waits for the answer any more."""


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The loop of every client: they keep connections that belong to one loop."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat-model", daemon=True).start()
    return loop


def reply(
    model: Any, messages: Sequence[Any], until: float, stopped: Callable[[], bool]
) -> Generator[str, None, Any]:
    """The words of one reply as they come; returns the message. Raises ModelFailure or Stopped."""
    pieces: queue.Queue[Any] = queue.Queue()

    async def read() -> None:
        from langsmith import tracing_context

        try:
            with tracing_context(enabled=False):
                async with asyncio.timeout(max(0.0, until - time.monotonic())):
                    async for chunk in model.astream(list(messages), config={"callbacks": []}):
                        pieces.put(chunk)
            pieces.put(None)
        except asyncio.CancelledError:
            raise
        except BaseException as why:
            pieces.put(failure_of(why))

    running = asyncio.run_coroutine_threadsafe(read(), _loop())
    whole: Any = None
    try:
        while True:
            if stopped():
                raise Stopped
            try:
                piece = pieces.get(timeout=POLL)
            except queue.Empty:
                # the loop's own deadline tells first; this is for a client that holds it up
                if time.monotonic() > until + 2 * POLL:
                    raise ModelFailure("time") from None
                continue
            if isinstance(piece, ModelFailure):
                lost = whole is not None and piece.kind == "connection"
                raise ModelFailure("cut_off", piece.detail) if lost else piece
            if piece is None:
                break
            whole = piece if whole is None else whole + piece
            if len(str(whole.text)) > LONGEST:
                raise ModelFailure("malformed", "too long")
            yield str(piece.text)
    finally:
        running.cancel()
    if whole is None:
        raise ModelFailure("empty")
    _ended(whole)
    return whole


def _ended(whole: Any) -> None:
    """Raises ModelFailure when the reply was refused or broke off."""
    told = [whole.response_metadata.get(name) for name in ENDED]
    reasons = [str(reason) for reason in told if reason]
    if any(reason in REFUSALS for reason in reasons):
        raise ModelFailure("refused")
    if not reasons:
        raise ModelFailure("cut_off")


def cut_short(whole: Any) -> bool:
    """Did the reply end because it was as long as it may be?"""
    told = [str(whole.response_metadata.get(name)) for name in ENDED]
    return any(reason in ("length", "max_tokens") for reason in told)
