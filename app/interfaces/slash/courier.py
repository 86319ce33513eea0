"""From an admitted request to its delivered reply, whatever stops in between.

A request is kept before it is acknowledged. The reply goes into the acknowledgement when it is
ready in time, else to the reply address, by this process or the next. Never logs what was
asked, nor a reply address.
"""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

import anyio
import structlog

from app.interfaces.engine import THREADS, Engine
from app.interfaces.problems import Refused
from app.interfaces.slash import notices
from app.interfaces.slash.acts import Act, Tell
from app.interfaces.slash.command import parse
from app.interfaces.slash.delivery import Sender, Sent
from app.interfaces.slash.desk import Desk
from app.interfaces.slash.jobs import MOST_POSTS, OLDEST, Admission, Job, Jobs, Replayed
from app.interfaces.slash.pace import Pace
from app.interfaces.slash.replies import Notice, Reply, Shown
from app.interfaces.slash.visit import Visit

log = structlog.get_logger("lamina.slash")
T = TypeVar("T")

ADMITTED = 2.0
"""Seconds within which a request must be on the disk, or its sender is told that it may not be."""
BACK_OFF = (1.0, 4.0, 20.0, 90.0)
"""Seconds before the second post and those after it."""
UNREACHED = 30.0
"""Most seconds between tries while the platform cannot be reached at all."""
EVERY = 1.0
"""Seconds between looks for jobs that are due."""
HOURLY = 3600


class Platform(Protocol):
    """What an adapter gives: how a reply is written, and the one who sends it."""

    name: str

    def payload(self, reply: Reply) -> dict[str, Any]: ...


class Redacted(Protocol):
    """A text without what could name a patient, and what was in it."""

    @property
    def text(self) -> str: ...
    @property
    def kinds(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Ack:
    """What the platform is answered at once."""

    payload: dict[str, Any] | None = None
    """None = an empty body."""
    after: Callable[[], Any] | None = None
    """To be awaited when the acknowledgement is sent."""


class Courier:
    """Takes requests, works on jobs, delivers replies."""

    def __init__(
        self,
        engine: Engine,
        jobs: Jobs,
        platforms: Mapping[str, tuple[Platform, Sender]],
        redact: Callable[[str], Redacted],
        pace: Pace,
    ) -> None:
        self._engine, self._jobs, self._platforms = engine, jobs, platforms
        self._redact, self._pace = redact, pace
        self._desk = Desk(engine.assistant, jobs)
        self._slots = asyncio.Semaphore(THREADS)
        self._threads = anyio.CapacityLimiter(4)
        self._held: set[str] = set()
        self.under_way: set[asyncio.Task[Any]] = set()
        """Everything that is being worked on."""

    # --- taking ----------------------------------------------------------------------

    async def take(self, visit: Visit, answer_here: bool) -> Ack:
        """Keep the request, and answer it at once if that can be. Raises Refused."""
        say = partial(self._say, visit, answer_here)
        if visit.refusal:
            return say(visit.refusal)
        admitting = self._spawn(self._thread(partial(self._admit, visit)))
        done, _ = await asyncio.wait({admitting}, timeout=ADMITTED)
        if not done:
            self._spawn(self._admitted_late(admitting))
            return say(notices.BUSY)
        try:
            act, kinds, admission = admitting.result()
        except Replayed as why:
            raise Refused(401, "This signed request came before; it is taken once.") from why
        except Exception as why:
            log.error("slash job not kept", type=type(why).__name__)
            return say(notices.NO_JOURNAL)
        if admission.crowded:
            return say(notices.CROWDED)
        if admission.job is None:
            return Ack()
        if isinstance(act, Tell):
            told = notices.told(act.topic, visit.command)
            return Ack(self._payload(visit.platform, Notice(told, kinds)))
        return await self._begin(admission.job, answer_here)

    def _admit(self, visit: Visit) -> tuple[Act, tuple[str, ...], Admission]:
        """Redact, read, keep: in this order, so that nothing is kept as it was typed."""
        kinds: tuple[str, ...] = ()
        act = visit.act
        if act is None:
            safe = self._redact(visit.text)
            kinds, act = tuple(safe.kinds), parse(safe.text)
        admission = self._jobs.admit(visit, act, kinds, closed=isinstance(act, Tell))
        if admission.job and not isinstance(act, Tell):
            self._held.add(admission.job.id)
        return act, kinds, admission

    async def _begin(self, job: Job, answer_here: bool) -> Ack:
        patience = self._pace.patience() if answer_here else 0.0
        working = self._spawn(self._work(job))
        if answer_here:
            await asyncio.wait({working}, timeout=patience)
        if not answer_here or not working.done():
            self._spawn(self._finish(job, working))
            return Ack(
                self._payload(job.platform, Notice(notices.LOOKING)) if answer_here else None
            )
        reply = working.result()
        if reply is None:
            return Ack(self._payload(job.platform, Notice(notices.LOOKING)))
        await self._shown(job, reply)
        return Ack(self._payload(job.platform, reply), partial(self._close, job, "done"))

    async def _admitted_late(self, admitting: "asyncio.Task[Any]") -> None:
        """A request that reached the disk after its acknowledgement is answered all the same."""
        with suppress(Exception):
            _, _, admission = await admitting
            if admission.job and admission.job.id in self._held:
                await self._begin(admission.job, False)

    def _say(self, visit: Visit, answer_here: bool, text: str) -> Ack:
        """A few words that need no job; a button's platform shows no acknowledgement."""
        payload = self._payload(visit.platform, Notice(text))
        if answer_here:
            return Ack(payload)
        self._spawn(self._platforms[visit.platform][1].post(visit.reply_to, payload))
        return Ack()

    # --- working ---------------------------------------------------------------------

    async def _work(self, job: Job) -> Reply | None:
        """The reply, or None when the job was put off. Never raises."""
        try:
            return await self._performed(job)
        except Refused as why:
            if self._engine.failure is not None:
                return Notice(notices.NO_START)
            if self._engine.settled.is_set():
                return Notice(why.detail, job.kinds)
            await self._put_off(job, EVERY)
            return None
        except Exception as why:
            log.error("slash job failed", type=type(why).__name__, act=job.act.kind)
            return Notice(notices.FAILED, job.kinds)

    async def _performed(self, job: Job) -> Reply:
        work = partial(self._desk.perform, job)
        if job.act.kind not in ("ask", "choose"):
            return await self._thread(work)
        self._pace.begin(job.id)
        try:
            async with self._slots:
                return await self._engine.run(work)
        finally:
            self._pace.end(job.id)

    async def _finish(self, job: Job, working: "asyncio.Task[Reply | None]") -> None:
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
        payload = self._payload(job.platform, reply)
        if not await self._thread(partial(self._jobs.count_post, job.id)):
            return
        await self._shown(job, reply)
        sent = await sender.post(job.reply_to, payload)
        if sent.end == "unreached":
            await self._thread(partial(self._jobs.uncount_post, job.id))
            await self._put_off(job, _jittered(min(UNREACHED, 2.0**job.tries)))
        elif sent.end == "again" and job.posts + 1 < MOST_POSTS:
            await self._put_off(job, max(_jittered(BACK_OFF[job.posts]), sent.wait))
        else:
            await self._close(job, _over(sent))

    async def _shown(self, job: Job, reply: Reply) -> None:
        """Before a channel sees an answer it is said that it may: a reader's tap can be quick."""
        if isinstance(reply, Shown) and reply.public and reply.job:
            await self._thread(partial(self._jobs.show_to, reply.job, job.place))

    async def _close(self, job: Job, end: str) -> None:
        """The job is over, and it is said how when it did not go well."""
        await self._thread(partial(self._jobs.close, job.id, end))
        self._held.discard(job.id)
        if end != "done":
            log.error("slash reply not delivered", end=end, posts=job.posts + 1)

    async def _put_off(self, job: Job, seconds: float) -> None:
        await self._thread(partial(self._jobs.later, job.id, seconds))
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
                await self._thread(self._jobs.release)

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
        late = await self._thread(self._jobs.close_late)
        if late:
            log.error("slash jobs closed as too late", count=late, seconds=OLDEST)
        if sweep:
            await self._thread(self._jobs.sweep)
        await self._thread(partial(self._jobs.renew, tuple(self._held)))
        room = THREADS * 2 - len(self._held)
        for job in await self._thread(partial(self._jobs.claim, room)) if room > 0 else []:
            self._held.add(job.id)
            self._spawn(self._finish(job, self._spawn(self._work(job))))

    # --- small things ----------------------------------------------------------------

    def _payload(self, platform: str, reply: Reply) -> dict[str, Any]:
        return self._platforms[platform][0].payload(reply)

    async def _thread(self, work: Callable[[], T]) -> T:
        """Work with the database, in a thread of the few that are for it alone."""
        return await anyio.to_thread.run_sync(work, limiter=self._threads)

    def _spawn(self, work: Any) -> "asyncio.Task[Any]":
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
