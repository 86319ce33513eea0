"""Durable jobs: what was acknowledged and is still to be answered, in the journal's database.

One worker holds a job at a time, by a lease it renews; a lease that ran out frees the job. A
post is counted before it is sent, so no crash can lead to a sixth. Knows no platform.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from app.interfaces.slash.acts import ACT, Act, Publish
from app.interfaces.slash.tables import Database, Opened
from app.interfaces.slash.visit import Visit

LEASE = 15.0
"""Seconds; longer than one post may take, so that nobody takes a job over in mid-post."""
MOST_POSTS = 5
OLDEST = 29 * 60.0
"""Seconds; the platform takes replies for 30 minutes."""
MOST_OPEN = 10
"""Jobs that one caller may have open at once."""
REPLAY, KEPT = 600.0, 7 * 24 * 3600.0
"""Seconds that a signature and a closed job are kept."""
DOUBLE_TAP = 10.0
"""Seconds in which the same button counts once; showing an answer to all counts once for good."""


class Replayed(Exception):
    """The very same signed request came before."""


@dataclass(frozen=True)
class Job:
    """One thing to answer, as far as it got."""

    id: str
    platform: Literal["slack", "mattermost"]
    owner: str
    place: str
    act: Act
    kinds: tuple[str, ...]
    reply_to: str
    opened: float
    posts: int
    tries: int
    answer: str
    """Id of the answer, once there is one."""


@dataclass(frozen=True)
class Admission:
    """What becomes of a request: a job to work on, or nothing more to do."""

    job: Job | None = None
    crowded: bool = False
    """The caller has too many jobs open; None of both = it came before."""


class Jobs:
    """The jobs of every platform. Safe to use from many threads and processes."""

    def __init__(
        self, home: Path, url: str, now: Callable[[], float], lease: float = LEASE
    ) -> None:
        self._now, self.lease = now, lease
        self.database = Database(home, url)
        self.worker = str(uuid.uuid4())

    # --- coming in -------------------------------------------------------------------

    def admit(self, visit: Visit, act: Act, kinds: tuple[str, ...], closed: bool) -> Admission:
        """Keep a request, held by this worker; `closed` = it is answered with its reply.

        Raises Replayed.
        """
        from sqlalchemy.exc import IntegrityError

        opened, now = self._open(), self._now()
        job = Job(
            id=str(uuid.uuid4()),
            platform=visit.platform,
            owner=visit.caller.owner,
            place=visit.place,
            act=act,
            kinds=kinds,
            reply_to=visit.reply_to,
            opened=now,
            posts=0,
            tries=0,
            answer="",
        )
        try:
            with opened.engine.begin() as connection:
                if visit.seen:
                    connection.execute(opened.seen.insert().values(proof=visit.seen, at=now))
                if self._tapped(connection, visit, act, now):
                    return Admission()
                if not closed and self._open_ones(connection, job.owner) >= MOST_OPEN:
                    return Admission(crowded=True)
                connection.execute(opened.jobs.insert().values(**self._row(job, visit, closed)))
        except IntegrityError:
            if visit.seen and self._known(visit.seen):
                raise Replayed from None
            return Admission()
        return Admission(job)

    def _row(self, job: Job, visit: Visit, closed: bool) -> dict[str, Any]:
        row = {k: v for k, v in vars(job).items() if k not in ("act", "kinds")}
        return row | {
            "key": visit.key,
            "tap": visit.tap,
            "act": job.act.model_dump_json(),
            "kinds": json.dumps(job.kinds),
            "reply_to": "" if closed else job.reply_to,
            "state": "done" if closed else "open",
            "due": job.opened,
            "worker": self.worker,
            "lease": job.opened + self.lease,
            "shown_to": "",
        }

    def _tapped(self, connection: Any, visit: Visit, act: Act, now: float) -> bool:
        """Was the same button pressed a moment ago?"""
        if not visit.tap:
            return False
        jobs = self._open().jobs.c
        since = 0.0 if isinstance(act, Publish) else now - DOUBLE_TAP
        query = (
            self._open()
            .jobs.select()
            .where(jobs.tap == visit.tap, jobs.opened > since, jobs.state.in_(("open", "done")))
        )
        return connection.execute(query.limit(1)).first() is not None

    def _open_ones(self, connection: Any, owner: str) -> int:
        jobs = self._open().jobs.c
        query = self._open().jobs.select().where(jobs.owner == owner, jobs.state == "open")
        return len(connection.execute(query.with_only_columns(jobs.id)).all())

    def _known(self, proof: str) -> bool:
        seen = self._open().seen
        with self._open().engine.connect() as connection:
            return (
                connection.execute(seen.select().where(seen.c.proof == proof)).first() is not None
            )

    # --- working ---------------------------------------------------------------------

    def claim(self, most: int) -> list[Job]:
        """Open jobs that are due and that no living worker holds, now held by this one."""
        table, now = self._open().jobs, self._now()
        open_ = (table.c.state == "open", table.c.posts < MOST_POSTS)
        free = (*open_, table.c.due <= now, table.c.lease <= now)
        with self._open().engine.connect() as connection:
            query = table.select().where(*free).order_by(table.c.opened).limit(most)
            rows = connection.execute(query).mappings().all()
        mine = {"worker": self.worker, "lease": now + self.lease}
        return [job_of(row) for row in rows if self._change(row["id"], mine, *free)]

    def renew(self, held: Collection[str]) -> None:
        """Say that this worker still lives and works on these."""
        table = self._open().jobs
        ids = list(held)
        for start in range(0, len(ids), 400):
            part = table.c.id.in_(ids[start : start + 400])
            mine = (part, table.c.worker == self.worker, table.c.state == "open")
            with self._open().engine.begin() as connection:
                values = {"lease": self._now() + self.lease}
                connection.execute(table.update().where(*mine).values(**values))

    def answered(self, id: str, answer: str) -> None:
        """Keep which answer a job led to: it is never asked a second time."""
        self._change(id, {"answer": answer})

    def count_post(self, id: str) -> bool:
        """Count one post before it is sent; False = it may not be sent by this worker."""
        table = self._open().jobs
        values = {"posts": table.c.posts + 1, "lease": self._now() + self.lease}
        mine = (table.c.worker == self.worker, table.c.posts < MOST_POSTS)
        return self._change(id, values, *mine, table.c.opened > self._now() - OLDEST)

    def uncount_post(self, id: str) -> None:
        """The platform was never reached, so the post does not count."""
        self._change(id, {"posts": self._open().jobs.c.posts - 1})

    def later(self, id: str, seconds: float) -> None:
        """Let go of a job until then."""
        table = self._open().jobs
        values = {"due": self._now() + seconds, "worker": "", "lease": 0.0}
        self._change(id, values | {"tries": table.c.tries + 1}, table.c.worker == self.worker)

    def close(self, id: str, state: str) -> None:
        """A job is over: done, gone, failed or late. Its reply address is forgotten."""
        values = {"state": state, "reply_to": "", "worker": "", "lease": 0.0}
        self._change(id, values)

    def release(self) -> None:
        """Let go of everything, when the server stops in good order."""
        table = self._open().jobs
        with self._open().engine.begin() as connection:
            mine = (table.c.worker == self.worker, table.c.state == "open")
            connection.execute(table.update().where(*mine).values(worker="", lease=0.0))

    def close_late(self) -> int:
        """Close what the platform takes no more, and say how many that were."""
        table, now = self._open().jobs, self._now()
        late = (table.c.state == "open", table.c.opened <= now - OLDEST, table.c.lease <= now)
        over = {"state": "late", "reply_to": "", "worker": ""}
        with self._open().engine.begin() as connection:
            return int(connection.execute(table.update().where(*late).values(**over)).rowcount)

    def sweep(self) -> None:
        """Forget old signatures and jobs that were closed long ago."""
        opened, now = self._open(), self._now()
        old = (opened.jobs.c.state != "open", opened.jobs.c.opened < now - KEPT)
        with opened.engine.begin() as connection:
            connection.execute(opened.seen.delete().where(opened.seen.c.at < now - REPLAY))
            connection.execute(opened.jobs.delete().where(*old))
            connection.execute(opened.threads.delete().where(opened.threads.c.at < now - KEPT))

    # --- looking up ------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """How many jobs there are in each state."""
        table = self._open().jobs
        with self._open().engine.connect() as connection:
            rows = connection.execute(table.select().with_only_columns(table.c.state)).all()
        return dict(Counter(state for (state,) in rows))

    # --- the database ----------------------------------------------------------------

    def _open(self) -> Opened:
        return self.database.open()

    def _change(self, id: str, values: dict[str, Any], *where: Any) -> bool:
        """Change an open job, if it still is as it must be."""
        table = self._open().jobs
        with self._open().engine.begin() as connection:
            query = table.update().where(table.c.id == id, *where).values(**values)
            return int(connection.execute(query).rowcount) == 1


def job_of(row: Any) -> Job:
    """A row of the table."""
    return Job(
        id=row["id"],
        platform=row["platform"],
        owner=row["owner"],
        place=row["place"],
        act=ACT.validate_json(row["act"]),
        kinds=tuple(json.loads(row["kinds"])),
        reply_to=row["reply_to"],
        opened=row["opened"],
        posts=row["posts"],
        tries=row["tries"],
        answer=row["answer"],
    )
