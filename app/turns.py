"""One turn of a thread: found and locked before the answer, kept after it.

An answer is never lost: a thread that is full, or that cannot be read or written, costs one
line beside it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from app.caller import Caller
from app.threads import Held, Threads, TurnTaken, UnknownThread, new_id

log = structlog.get_logger("lamina.threads")


@contextmanager
def turn(threads: Threads, id: str | None, caller: Caller) -> Iterator[Held]:
    """The thread as it stands, nobody else's turn until this one ends. Raises UnknownThread."""
    if id is None:
        yield Held(new_id())
        return
    with threads.one_at_a_time(id):
        yield _found(threads, id, caller)


def _found(threads: Threads, id: str, caller: Caller) -> Held:
    try:
        held = threads.find(id, caller.owner)
    except UnknownThread:
        raise
    except Exception as why:
        log.error("thread not read", type=type(why).__name__)
        return Held(new_id())
    return held if held.number < threads.turns else Held(new_id())


def keep_turn(
    threads: Threads, held: Held, asked: str | None, caller: Caller, state: dict[str, Any]
) -> str:
    """Keep the turn; a line where the conversation does not go on as asked. Raises TurnTaken."""
    line = ""
    if asked and asked != held.id:
        line = "The conversation was full or could not be read: this answer opens a new one."
    try:
        threads.add(held, caller.owner, state)
    except TurnTaken:
        raise
    except UnknownThread:
        return "The conversation was deleted meanwhile: a follow-up will not find it."
    except Exception as why:
        log.error("turn not kept", type=type(why).__name__)
        line = "This turn could not be kept: a follow-up will not know of it."
    return line
