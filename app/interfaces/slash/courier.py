"""From a proved request to its acknowledgement.

A request is kept before it is acknowledged. The reply goes into the acknowledgement when it is
ready in time; else the worker delivers it. Never logs what was asked, nor a reply address.
"""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import structlog

from app.interfaces.problems import Refused
from app.interfaces.slash import notices
from app.interfaces.slash.acts import Act, Tell
from app.interfaces.slash.command import parse
from app.interfaces.slash.jobs import Admission, Job, Jobs, Replayed
from app.interfaces.slash.pace import Pace
from app.interfaces.slash.replies import Notice
from app.interfaces.slash.visit import Visit
from app.interfaces.slash.worker import Worker

log = structlog.get_logger("lamina.slash")

ADMITTED = 2.0
"""Seconds within which a request must be on the disk, or its sender is told that it may not be."""


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
    """Takes requests in and acknowledges them."""

    def __init__(
        self,
        worker: Worker,
        jobs: Jobs,
        redact: Callable[[str], Redacted],
        pace: Pace,
        admitted: float = ADMITTED,
    ) -> None:
        self._worker, self._jobs, self._redact, self._pace = worker, jobs, redact, pace
        self._admitted = admitted

    @asynccontextmanager
    async def running(self) -> Any:
        """While the server runs."""
        # before the first request comes, which would have to wait for tables and database
        for first in (partial(self._redact, "first"), self._jobs.counts):
            with suppress(Exception):
                await self._worker.thread(first)
        async with self._worker.running():
            yield

    async def take(self, visit: Visit, answer_here: bool) -> Ack:
        """Keep the request, and answer it at once if that can be. Raises Refused."""
        arrived = asyncio.get_running_loop().time()
        say = partial(self._say, visit, answer_here)
        if visit.refusal:
            return say(visit.refusal)
        admitting = self._worker.spawn(self._worker.thread(partial(self._admit, visit)))
        done, _ = await asyncio.wait({admitting}, timeout=self._admitted)
        if not done:
            self._worker.spawn(self._admitted_late(admitting))
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
            return Ack(self._worker.payload(visit.platform, Notice(told, kinds)))
        spent = asyncio.get_running_loop().time() - arrived
        return await self._begin(admission.job, answer_here, spent)

    def _admit(self, visit: Visit) -> tuple[Act, tuple[str, ...], Admission]:
        """Redact, read, keep: in this order, so that nothing is kept as it was typed."""
        kinds: tuple[str, ...] = ()
        act = visit.act
        if act is None:
            safe = self._redact(visit.text)
            kinds, act = tuple(safe.kinds), parse(safe.text)
        return act, kinds, self._jobs.admit(visit, act, kinds, closed=isinstance(act, Tell))

    async def _begin(self, job: Job, answer_here: bool, spent: float = 0.0) -> Ack:
        patience = max(0.0, self._pace.patience() - spent) if answer_here else 0.0
        working = self._worker.begin(job)
        if answer_here:
            await asyncio.wait({working}, timeout=patience)
        if not answer_here or not working.done():
            self._worker.spawn(self._worker.finish(job, working))
            return Ack(
                self._worker.payload(job.platform, Notice(notices.LOOKING)) if answer_here else None
            )
        reply = working.result()
        if reply is None:
            return Ack(self._worker.payload(job.platform, Notice(notices.LOOKING)))
        await self._worker.shown(job, reply)
        return Ack(
            self._worker.payload(job.platform, reply), partial(self._worker.close, job, "done")
        )

    async def _admitted_late(self, admitting: "asyncio.Task[Any]") -> None:
        """A request that reached the disk after its acknowledgement is answered all the same."""
        with suppress(Exception):
            act, _, admission = await admitting
            if admission.job and not isinstance(act, Tell):
                await self._begin(admission.job, False)

    def _say(self, visit: Visit, answer_here: bool, text: str) -> Ack:
        """A few words that need no job; a button's platform shows no acknowledgement."""
        if answer_here:
            return Ack(self._worker.payload(visit.platform, Notice(text)))
        self._worker.spawn(self._worker.say(visit.platform, visit.reply_to, text))
        return Ack()
