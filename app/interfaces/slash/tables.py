"""The tables of the slash command in the journal's database, and how it is opened.

Holds redacted text only, and a reply address only while a job is open.
"""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Opened:
    """A database with the tables in it."""

    engine: Any
    jobs: Any
    seen: Any
    threads: Any


class Database:
    """The database, opened when it is first needed, whichever thread needs it."""

    def __init__(self, home: Path, url: str = "") -> None:
        self._home, self._url = home, url
        self._opened: Opened | None = None
        self._opening = threading.Lock()

    def open(self) -> Opened:
        """Raises what the driver raises."""
        with self._opening:
            if self._opened is None:
                self._opened = open_tables(self._home, self._url)
        return self._opened


def open_tables(home: Path, url: str = "") -> Opened:
    """The tables, made where they are missing. Raises what the driver raises."""
    from sqlalchemy import (
        Column,
        Float,
        Integer,
        MetaData,
        String,
        Table,
        Text,
        create_engine,
        event,
    )

    url = url or f"sqlite:///{home / 'journal.sqlite3'}"
    engine = create_engine(url)
    if url.startswith("sqlite"):
        event.listen(engine, "connect", _pragmas)
    metadata = MetaData()
    jobs = Table(
        "slash_jobs",
        metadata,
        Column("id", String(36), primary_key=True),
        Column("key", String(64), unique=True, nullable=False),
        Column("tap", String(64), index=True, nullable=False),
        Column("platform", String(16), nullable=False),
        Column("owner", String(160), index=True, nullable=False),
        Column("place", String(160), nullable=False),
        Column("act", Text, nullable=False),
        Column("kinds", Text, nullable=False),
        Column("reply_to", Text, nullable=False),
        Column("opened", Float, nullable=False),
        Column("state", String(16), index=True, nullable=False),
        Column("posts", Integer, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("due", Float, nullable=False),
        Column("worker", String(64), nullable=False),
        Column("lease", Float, nullable=False),
        Column("answer", String(36), index=True, nullable=False),
        Column("shown_to", String(160), nullable=False),
    )
    seen = Table(
        "slash_seen",
        metadata,
        Column("proof", String(64), primary_key=True),
        Column("at", Float, nullable=False),
    )
    threads = Table(
        "slash_threads",
        metadata,
        Column("owner", String(160), primary_key=True),
        Column("thread", String(64), nullable=False),
        Column("answer", String(36), nullable=False),
        Column("at", Float, nullable=False),
    )
    metadata.create_all(engine)
    return Opened(engine, jobs, seen, threads)


def _pragmas(connection: Any, record: Any) -> None:
    """As the journal's own, and a job is on the disk before it is acknowledged."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "busy_timeout=5000", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
