"""Conversations: whose they are, what each turn left to the next, when they end.

Beside the answers in the journal's database. Keeps facts and codes, never the asker's words.
A thread that is over, unknown or somebody else's is the same: UnknownThread.
"""

import json
import threading
import uuid
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.journal import Journal

SWEEP = 200
"""Turns between two looks for threads that are over."""


class UnknownThread(Exception):
    """No conversation of this caller has the id: it never was, is over, or is another's."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(
            f"No conversation {id[:64]} is kept; leave thread_id out to open a new one."
        )


class TurnTaken(Exception):
    """Another process wrote this turn first: read the thread again."""


@dataclass(frozen=True)
class Held:
    """A thread as it stands before a turn."""

    id: str
    number: int = 0
    """Turns so far."""
    state: dict[str, Any] = field(default_factory=dict)
    """What the last turn left."""


class Lock:
    """A lock that goes away with its last user."""

    def __init__(self) -> None:
        self.held = threading.Lock()


def now() -> datetime:
    """The time, for whoever wires nothing else."""
    return datetime.now(UTC)


class Threads:
    """The conversations of one journal."""

    def __init__(
        self,
        journal: Journal,
        days: int = 30,
        turns: int = 50,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.journal, self.days, self.turns, self._clock = journal, days, turns, clock
        self._opened: tuple[Any, Any, Any] | None = None
        self._guard = threading.Lock()
        self._locks: weakref.WeakValueDictionary[str, Lock] = weakref.WeakValueDictionary()
        self._written = 0

    @contextmanager
    def one_at_a_time(self, id: str) -> Iterator[None]:
        """Two questions at once in one thread of this process wait for each other."""
        with self._guard:
            lock = self._locks.get(id)
            if lock is None:
                lock = self._locks[id] = Lock()
        with lock.held:
            yield

    def find(self, id: str, owner: str) -> Held:
        """A thread of this owner, with what its last turn left. Raises UnknownThread."""
        engine, threads, turns = self._open()
        with engine.connect() as connection:
            row = connection.execute(threads.select().where(threads.c.id == id)).mappings().first()
            if row is None or row["owner"] != owner or row["at"] < self._over():
                raise UnknownThread(id)
            own = turns.select().where(turns.c.thread_id == id).order_by(turns.c.number.desc())
            last = connection.execute(own.limit(1)).mappings().first()
        if last is None:
            return Held(id)
        return Held(id, last["number"], json.loads(last["state"]))

    def add(self, held: Held, owner: str, state: dict[str, Any]) -> None:
        """The next turn of a thread, which its first turn opens. Raises TurnTaken."""
        from sqlalchemy.exc import IntegrityError

        engine, threads, turns = self._open()
        at = self._stamp(self._clock())
        try:
            with engine.begin() as connection:
                if held.number == 0:
                    connection.execute(threads.insert().values(id=held.id, owner=owner, at=at))
                else:
                    own = threads.c.id == held.id
                    if not connection.execute(threads.update().where(own).values(at=at)).rowcount:
                        raise UnknownThread(held.id)
                connection.execute(
                    turns.insert().values(
                        thread_id=held.id,
                        number=held.number + 1,
                        at=at,
                        state=json.dumps(state, ensure_ascii=False),
                    )
                )
        except IntegrityError as why:
            raise TurnTaken(held.id) from why
        self._written += 1
        if self._written % SWEEP == 0:
            self.sweep()

    def forget(self, id: str, owner: str) -> None:
        """Delete a thread with its turns and answers. Raises UnknownThread."""
        self.find(id, owner)
        self._delete([id])

    def sweep(self) -> None:
        """Delete the threads that are over, with their turns and answers."""
        from sqlalchemy import select

        engine, threads, _ = self._open()
        with engine.connect() as connection:
            over = select(threads.c.id).where(threads.c.at < self._over())
            ids = [row[0] for row in connection.execute(over)]
        self._delete(ids)

    def _delete(self, ids: list[str]) -> None:
        from sqlalchemy import select

        engine, threads, turns = self._open()
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            with engine.begin() as connection:
                answers = self.journal.answers
                # what was said of an answer goes with it
                said = answers.metadata.tables["feedback"]
                gone = select(answers.c.id).where(answers.c.thread_id.in_(some))
                connection.execute(said.delete().where(said.c.answer_id.in_(gone)))
                connection.execute(answers.delete().where(answers.c.thread_id.in_(some)))
                connection.execute(turns.delete().where(turns.c.thread_id.in_(some)))
                connection.execute(threads.delete().where(threads.c.id.in_(some)))

    def _over(self) -> str:
        return self._stamp(self._clock() - timedelta(days=self.days))

    @staticmethod
    def _stamp(time: datetime) -> str:
        return time.astimezone(UTC).isoformat(timespec="seconds")

    def _open(self) -> tuple[Any, Any, Any]:
        with self._guard:
            if self._opened is not None:
                return self._opened
            from sqlalchemy import Column, Integer, MetaData, String, Table, Text

            engine, metadata = self.journal.engine, MetaData()
            threads = Table(
                "threads",
                metadata,
                Column("id", String(36), primary_key=True),
                Column("owner", String(160), nullable=False),
                Column("at", String(32), nullable=False, index=True),
            )
            turns = Table(
                "turns",
                metadata,
                Column("thread_id", String(36), primary_key=True),
                Column("number", Integer, primary_key=True, autoincrement=False),
                Column("at", String(32), nullable=False),
                Column("state", Text, nullable=False),
            )
            metadata.create_all(engine)
            self._opened = engine, threads, turns
        self.sweep()
        return self._opened


def new_id() -> str:
    """An id that cannot be guessed."""
    return str(uuid.uuid4())
