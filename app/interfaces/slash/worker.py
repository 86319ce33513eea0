"""Works on jobs and delivers their replies, this process's own and what others left behind.

Holds a job by its lease, renews it, and lets it go. Never logs what was asked, nor a reply
address.
"""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Protocol, TypeVar

import anyio
import structlog

from app.interfaces.engine import THREADS, Engine
from app.interfaces.problems import Refused
from app.interfaces.slash import notices
from app.interfaces.slash.delivery import Sender, Sent
from app.interfaces.slash.desk import Desk
from app.interfaces.slash.jobs import MOST_POSTS, OLDEST, Job, Jobs
from app.interfaces.slash.pace import Pace
from app.interfaces.slash.replies import Notice, Reply, Shown
from app.interfaces.slash.talks import Talks

log = structlog.get_logger("lamina.slash")
T = TypeVar("T")

BACK_OFF = (1.0, 4.0, 20.0, 90.0)
"""Seconds before the second post and those after it."""
UNREACHED = 30.0
"""Most seconds between tries while the platform cannot be reached at all."""
AGAIN = 1
"""Times that a question is asked anew when the engine had no time for it."""
EVERY = 1.0
"""Seconds between looks for jobs that are due."""
HOURLY = 3600


class Platform(Protocol):
    """What an adapter gives: how a reply is written."""

    name: str

    def payload(self, reply: Reply) -> dict[str, Any]: ...


class Worker:
    """One process's share of the jobs."""

    def __init__(
        self,
        engine: Engine,
        jobs: Jobs,
        talks: Talks,
        platforms: Mapping[str, tuple[Platform, Sender]],
        pace: Pace,
    ) -> None:
        self._engine, self._jobs, self._platforms, self._pace = engine, jobs, platforms, pace
        self._talks, self._desk = talks, Desk(engine.assistant, jobs, talks)
        self._slots = asyncio.Semaphore(THREADS)
        self._threads = anyio.CapacityLimiter(4)
        self._held: set[str] = set()
        self.under_way: set[asyncio.Task[Any]] = set()
        """Everything that is being worked on."""

    # --- working ---------------------------------------------------------------------

    def begin(self, job: Job) -> "asyncio.Task[Reply | None]":
        """Work on a job; the task's result is the reply, or None when it was put off."""
        self._held.add(job.id)
        return self.spawn(self._work(job))

    async def _work(self, job: Job) -> Reply | None:
        """The reply, or None when the job was put off. Never raises."""
        try:
            return await self._performed(job)
        except Refused as why:
            if self._engine.failure is not None:
                return Notice(notices.NO_START)
            if self._engine.settled.is_set() and job.tries >= AGAIN:
                return Notice(why.detail, job.kinds)
            await self._put_off(job, EVERY)
            return None
        except Exception as why:
            log.error("slash job failed", type=type(why).__name__, act=job.act.kind)
            return Notice(notices.FAILED, job.kinds)

    async def _performed(self, job: Job) -> Reply:
        work = partial(self._desk.perform, job)
        if job.act.kind not in ("ask", "choose"):
            return await self.thread(work)
        self._pace.begin(job.id)
        try:
            async with self._slots:
                return await self._engine.run(work)
        finally:
            self._pace.end(job.id)

    async def finish(self, job: Job, working: "asyncio.Task[Reply | None]") -> None:
        """Deliver the reply when it is there."""
        try:
            reply = await working
            if reply is not None:
                await self._deliver(job, reply)
        finally:
            # whatever went wrong, the lease runs out and somebody takes the job up again
            self._held.discard(job.id)

    # --- delivering ------------------------------------------------------------------

    async def _deliver(self, job: Job, reply: Reply) -> None:
        """One post; then the job is closed, or put off until the next one."""
        _, sender = self._platforms[job.platform]
        payload = self.payload(job.platform, reply)
        if not await self.thread(partial(self._jobs.count_post, job.id)):
            return
        await self.shown(job, reply)
        sent = await sender.post(job.reply_to, payload)
        if sent.end == "unreached":
            await self.thread(partial(self._jobs.uncount_post, job.id))
            await self._put_off(job, _jittered(min(UNREACHED, 2.0**job.tries)))
        elif sent.end == "again" and job.posts + 1 < MOST_POSTS:
            await self._put_off(job, max(_jittered(BACK_OFF[job.posts]), sent.wait))
        else:
            await self.close(job, _over(sent))

    async def shown(self, job: Job, reply: Reply) -> None:
        """Before a channel sees an answer it is kept that it may: a reader's tap can be quick."""
        if isinstance(reply, Shown) and reply.public and reply.job:
            await self.thread(partial(self._talks.show_to, reply.job, job.place))

    async def close(self, job: Job, end: str) -> None:
        """The job is over, and it is said how when it did not go well."""
        await self.thread(partial(self._jobs.close, job.id, end))
        self._held.discard(job.id)
        if end != "done":
            log.error("slash reply not delivered", end=end, posts=job.posts + 1)

    async def _put_off(self, job: Job, seconds: float) -> None:
        await self.thread(partial(self._jobs.later, job.id, seconds))
        self._held.discard(job.id)

    # --- what others left ------------------------------------------------------------

    @asynccontextmanager
    async def running(self) -> Any:
        """While the server runs: jobs that are due, leases, old rows."""
        rounds = asyncio.create_task(self._rounds())
        try:
            yield
        finally:
            for task in (rounds, *self.under_way):
                task.cancel()
            await asyncio.gather(rounds, *self.under_way, return_exceptions=True)
            with suppress(Exception):
                await self.thread(self._jobs.release)

    async def _rounds(self) -> None:
        count = 0
        while True:
            try:
                await self.round(count % HOURLY == 0)
            except Exception as why:
                log.error("slash jobs cannot be read", type=type(why).__name__)
            count += 1
            await asyncio.sleep(EVERY)

    async def round(self, sweep: bool = False) -> None:
        """One look at what is too late, what is due, and whose lease to renew."""
        late = await self.thread(self._jobs.close_late)
        if late:
            log.error("slash jobs closed as too late", count=late, seconds=OLDEST)
        if sweep:
            await self.thread(self._jobs.sweep)
        await self.thread(partial(self._jobs.renew, tuple(self._held)))
        room = THREADS * 2 - len(self._held)
        for job in await self.thread(partial(self._jobs.claim, room)) if room > 0 else []:
            # after a pause of the whole machine a lease of one's own may have run out
            if job.id not in self._held:
                self.spawn(self.finish(job, self.begin(job)))

    # --- small things ----------------------------------------------------------------

    async def say(self, platform: str, reply_to: str, text: str) -> None:
        """A few words at a reply address; lost when they cannot be delivered."""
        payload = self.payload(platform, Notice(text))
        await self._platforms[platform][1].post(reply_to, payload)

    def payload(self, platform: str, reply: Reply) -> dict[str, Any]:
        """The reply as its platform takes it."""
        return self._platforms[platform][0].payload(reply)

    async def thread(self, work: Callable[[], T]) -> T:
        """Work with the database, in a thread of the few that are for it alone."""
        return await anyio.to_thread.run_sync(work, limiter=self._threads)

    def spawn(self, work: Any) -> "asyncio.Task[Any]":
        """A task of this worker's."""
        task = asyncio.create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        return task


def _over(sent: Sent) -> str:
    return {"delivered": "done", "gone": "gone"}.get(sent.end, "failed")


def _jittered(seconds: float) -> float:
    return seconds * random.uniform(1.0, 1.25)


def senders(platforms: Iterable[Any]) -> dict[str, tuple[Platform, Sender]]:
    """Each platform by name, with a sender to its own hosts."""
    return {p.name: (p, Sender(p.hosts)) for p in platforms}
