"""What was answered: SQLAlchemy, SQLite under LAMINA_HOME by default, any database by URL.

Keeps the answer, its versions and evidence keys, and the question as it was redacted.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from app.caller import LOCAL


class Journal:
    """Answers by id. Opened when the first answer is kept or looked up."""

    def __init__(self, home: Path, url: str = "") -> None:
        self._home, self._url = home, url
        self._opened: tuple[Any, Any] | None = None

    def keep(
        self, id: str, thread_id: str, answer: dict[str, Any], owner: str, question: str = ""
    ) -> None:
        """Write one answer, whose it is, and its redacted question. Raises JournalUnwritable."""
        try:
            engine, answers = self._open()
            with engine.begin() as connection:
                connection.execute(
                    answers.insert().values(
                        id=id,
                        thread_id=thread_id,
                        owner=owner,
                        at=datetime.now(UTC).isoformat(timespec="seconds"),
                        outcome=answer["outcome"],
                        question=question,
                        answer=json.dumps(answer, ensure_ascii=False),
                    )
                )
        except Exception as why:
            raise JournalUnwritable(f"{type(why).__name__}: answer {id} was not kept") from why

    def answer(self, id: str, owner: str) -> dict[str, Any] | None:
        """An answer kept before for this owner, or None."""
        engine, answers = self._open()
        with engine.connect() as connection:
            query = answers.select().where(answers.c.id == id, answers.c.owner == owner)
            row = connection.execute(query).mappings().first()
        found: dict[str, Any] | None = json.loads(row["answer"]) if row else None
        return found

    @property
    def engine(self) -> Any:
        """The database, for the tables that stand beside the answers."""
        return self._open()[0]

    @property
    def answers(self) -> Any:
        """The table of the answers."""
        return self._open()[1]

    def feedback(
        self,
        answer_id: str,
        owner: str,
        verdict: Literal["up", "down"],
        reasons: Sequence[str] = (),
        comment: str = "",
    ) -> bool:
        """Keep the last word on an answer. False when this owner has no such answer.

        The comment must hold nobody's name any more.
        """
        if self.answer(answer_id, owner) is None:
            return False
        engine, answers = self._open()
        said = answers.metadata.tables["feedback"]
        row = {
            "verdict": verdict,
            "reasons": json.dumps(list(reasons)),
            "comment": comment,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        with engine.begin() as connection:
            mine = said.c.answer_id == answer_id
            changed = connection.execute(said.update().where(mine).values(**row)).rowcount
            if not changed:
                connection.execute(said.insert().values(answer_id=answer_id, **row))
        return True

    def check(self) -> None:
        """Open the database. Raises what the driver raises."""
        self._open()

    def _open(self) -> tuple[Any, Any]:
        if self._opened is None:
            from sqlalchemy import Column, MetaData, String, Table, Text, create_engine, event

            url = self._url or f"sqlite:///{self._home / 'journal.sqlite3'}"
            engine = create_engine(url)
            if url.startswith("sqlite"):
                event.listen(engine, "connect", _sqlite_pragmas)
            metadata = MetaData()
            answers = Table(
                "answers",
                metadata,
                Column("id", String(36), primary_key=True),
                Column("thread_id", String(64), index=True, nullable=False),
                Column("owner", String(160), nullable=False, server_default=LOCAL.owner),
                Column("at", String(32), nullable=False),
                Column("outcome", String(16), nullable=False),
                Column("question", Text, nullable=False, server_default=""),
                Column("answer", Text, nullable=False),
            )
            Table(
                "feedback",
                metadata,
                Column("answer_id", String(36), primary_key=True),
                Column("verdict", String(4), nullable=False),
                Column("reasons", Text, nullable=False),
                Column("comment", Text, nullable=False),
                Column("at", String(32), nullable=False),
            )
            metadata.create_all(engine)
            _add_new_columns(engine, metadata)
            self._opened = engine, answers
        return self._opened


def _add_new_columns(engine: Any, metadata: Any) -> None:
    """Bring a file of an earlier release up to date: a new column has a default."""
    from sqlalchemy import inspect
    from sqlalchemy.schema import CreateColumn

    for table in metadata.sorted_tables:
        there = {column["name"] for column in inspect(engine).get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                as_written = CreateColumn(column).compile(engine)
                with engine.begin() as connection:
                    connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {as_written}")


class JournalUnwritable(Exception):
    """The database would not take an answer."""


def _sqlite_pragmas(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()
