"""What each act says back: asks the assistant, or looks up an answer given before.

Synchronous; runs in a worker thread. Shows an answer to its asker, and to a channel it was
shown to. Knows no platform and sends nothing.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog
from pydantic import ValidationError

from app.assistant import Assistant
from app.caller import Caller
from app.interfaces.problems import wrong_values
from app.interfaces.slash import notices
from app.interfaces.slash.acts import Ask, Choose, Publish, Rate, Show, Sources
from app.interfaces.slash.jobs import Job, Jobs
from app.interfaces.slash.replies import Cited, Notice, Reply, Shown
from app.interfaces.slash.talks import Talks
from app.interfaces.wire import Answer, AskRequest
from app.threads import UnknownThread

log = structlog.get_logger("lamina.slash")
TURNS = 12
"""Choices in a row that are followed back to the question they belong to."""


class Desk:
    """Performs the acts of jobs."""

    def __init__(self, assistant: Callable[[], Assistant], jobs: Jobs, talks: Talks) -> None:
        self._assistant, self._jobs, self._talks = assistant, jobs, talks

    def perform(self, job: Job) -> Reply:
        """The reply to a job. Raises what the assistant raises."""
        act = job.act
        if isinstance(act, Ask | Choose):
            return self._answer(job, act)
        if act.kind == "new":
            self._talks.forget(job.owner)
            return Notice(notices.NEW, job.kinds)
        if isinstance(act, Show | Sources | Publish | Rate):
            return self._of_answer(job, act)
        return Notice(notices.told(act.topic, ""), job.kinds)

    # --- asking ----------------------------------------------------------------------

    def _answer(self, job: Job, act: Ask | Choose) -> Reply:
        """A fresh answer, or the one this job led to before the server stopped."""
        public = isinstance(act, Ask) and act.public and not job.kinds
        kept = self._kept(job.answer, job.owner) if job.answer else None
        if kept is None:
            asked = self._requests(job, act)
            if isinstance(asked, Notice):
                return asked
            kept = self._ask(asked, _caller(job))
            self._jobs.answered(job.id, kept.id)
            self._talks.remember(job.owner, kept.thread_id, kept.id)
        return Shown(
            answer=kept,
            question=act.question if isinstance(act, Ask) else "",
            public=public,
            kinds=job.kinds,
            because=notices.NOT_PUBLIC if isinstance(act, Ask) and act.public != public else "",
            job=job.id,
        )

    def _ask(self, requests: Sequence[AskRequest], caller: Caller) -> Answer:
        """The answer to the first request whose conversation still goes on; the last has none."""
        for request in requests[:-1]:
            with suppress(UnknownThread):
                return self._assistant().ask(request, caller)
        return self._assistant().ask(requests[-1], caller)

    def _requests(self, job: Job, act: Ask | Choose) -> list[AskRequest] | Notice:
        """What a question or a choice comes to: in its conversation, and standing by itself."""
        thread, last = self._talks.last(job.owner)
        if isinstance(act, Ask):
            told, alone, day = act.question, act.question, act.service_date
        else:
            first, said = self._question_of(job, act)
            if first is None:
                return Notice(notices.KEPT_NO_LONGER)
            told, alone, day = said[-1], " ".join([first.question, *said]), first.service_date
            # a choice goes on from its own answer, not from one that came between
            thread = thread if last == act.answer else ""
        try:
            requests = [AskRequest(question=alone, service_date=day)]
            if thread:
                requests.insert(0, AskRequest(question=told, service_date=day, thread_id=thread))
        except ValidationError as why:
            return Notice(wrong_values(why.errors(), AskRequest).detail, job.kinds)
        return requests

    def _question_of(self, job: Job, act: Choose) -> tuple[Ask | None, list[str]]:
        """The question that choices belong to, and what they state, the first first."""
        said: list[str] = []
        for _ in range(TURNS):
            said.insert(0, f"{act.fact.replace('_', ' ').capitalize()}: {act.value}.")
            before = self._talks.asked(act.answer, job.owner, job.place)
            if before is None:
                break
            if isinstance(before.act, Ask):
                return before.act, said
            if not isinstance(before.act, Choose):
                break
            act = before.act
        return None, said

    # --- answers given before --------------------------------------------------------

    def _of_answer(self, job: Job, act: Show | Sources | Publish | Rate) -> Reply:
        id = act.answer or self._talks.last(job.owner)[1]
        if not id:
            return Notice(notices.NOTHING_YET, job.kinds)
        before = self._talks.asked(id, job.owner, job.place)
        answer = self._kept(id, before.owner) if before else None
        if before is None or answer is None:
            return Notice(notices.KEPT_NO_LONGER, job.kinds)
        if isinstance(act, Rate):
            return self._rated(before.owner, id, act, job)
        if isinstance(act, Sources):
            return Cited(answer, act.page)
        question = before.act.question if isinstance(before.act, Ask) else ""
        if isinstance(act, Publish):
            return Shown(answer, question=question, public=True, job=before.id)
        return Shown(answer, page=act.page, replace=act.replace)

    def _rated(self, owner: str, id: str, act: Rate, job: Job) -> Reply:
        journal = self._assistant().journal
        kept = journal.feedback(id, owner, act.verdict, act.reasons, act.comment)
        return Notice(notices.THANKS if kept else notices.KEPT_NO_LONGER, job.kinds)

    def _kept(self, id: str, owner: str) -> Answer | None:
        found = self._assistant().journal.answer(id, owner)
        return Answer.model_validate(found) if found else None


def _caller(job: Job) -> Caller:
    return Caller(job.platform, job.owner.partition(":")[2])
