"""Where each caller's conversation stands, and who may see which answer.

In the journal's database; keeps ids only.
"""

from collections.abc import Callable

from app.interfaces.slash.jobs import Job, job_of
from app.interfaces.slash.tables import Database

IDLE = 8 * 3600.0
"""Seconds after which the next question is a new conversation."""


class Talks:
    """The conversations of every platform. Safe to use from many threads."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database, self._now = database, now

    def asked(self, answer: str, owner: str, place: str) -> Job | None:
        """The job that led to an answer, for its asker, or for whoever it was shown to."""
        table = self._database.open().jobs
        may_see = (table.c.owner == owner) | (table.c.shown_to == place)
        query = table.select().where(table.c.answer == answer, may_see)
        with self._database.open().engine.connect() as connection:
            row = connection.execute(query.limit(1)).mappings().first()
        return job_of(row) if row else None

    def show_to(self, id: str, place: str) -> None:
        """The job's answer is for all of this channel from now on."""
        jobs = self._database.open().jobs
        with self._database.open().engine.begin() as connection:
            connection.execute(jobs.update().where(jobs.c.id == id).values(shown_to=place))

    def last(self, owner: str) -> tuple[str, str]:
        """The caller's thread, while it is going on, and last answer; empty when there is none."""
        threads = self._database.open().threads
        with self._database.open().engine.connect() as connection:
            query = threads.select().where(threads.c.owner == owner)
            row = connection.execute(query).mappings().first()
        if row is None:
            return "", ""
        return row["thread"] if row["at"] > self._now() - IDLE else "", row["answer"]

    def forget(self, owner: str) -> None:
        """The next question of this caller starts anew."""
        threads = self._database.open().threads
        with self._database.open().engine.begin() as connection:
            connection.execute(threads.delete().where(threads.c.owner == owner))

    def remember(self, owner: str, thread: str, answer: str) -> None:
        """This is where the caller's conversation stands now."""
        from sqlalchemy.exc import IntegrityError

        threads, now = self._database.open().threads, self._now()
        values = {"thread": thread, "answer": answer, "at": now}
        mine = threads.update().where(threads.c.owner == owner).values(**values)
        with self._database.open().engine.begin() as connection:
            if connection.execute(mine).rowcount:
                return
        try:
            with self._database.open().engine.begin() as connection:
                connection.execute(threads.insert().values(owner=owner, **values))
        except IntegrityError:
            # two first answers of one caller at once: the later one stands
            with self._database.open().engine.begin() as connection:
                connection.execute(mine)
