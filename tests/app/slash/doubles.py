"""Small stand-ins: an assistant that answers when it is let, a clock that is set by hand."""

import asyncio
import threading
import time
import uuid
from dataclasses import dataclass, field

from app.interfaces.engine import Engine
from app.interfaces.slash.courier import Courier
from app.interfaces.slash.jobs import Jobs
from app.interfaces.slash.slack import Slack
from app.interfaces.slash.talks import Talks
from app.interfaces.slash.visit import Visit
from app.interfaces.slash.worker import Worker, senders
from app.interfaces.wire import Answer, CitationOut, CodeOut, MissingOut
from app.journal import Journal
from app.settings import Settings
from app.threads import UnknownThread
from tests.app.slash.fake import SECRET, numbers


def answer_of(text="**No: 62321 takes no modifier.** [1]", **fields):
    """An answer as the assistant gives it."""
    given = {
        "id": str(uuid.uuid4()),
        "thread_id": str(uuid.uuid4()),
        "outcome": "answered",
        "text": text,
        "codes": [CodeOut(code="62321", system="cpt", role="bill", units=1, label="an injection")],
        "citations": [citation(1)],
        "writer": "quoting",
        "versions": {"app": "0", "tables": "t", "index": "i"},
        "timings_ms": {"total": 1.0},
    }
    return Answer(**given | fields)


def citation(mark, **fields):
    given = {
        "mark": mark,
        "kind": "table",
        "document": "s",
        "title": "A source",
        "section": ["codes", "62321"],
        "authority": "law",
        "quote": "62321 is an injection.",
        "start": None,
        "end": None,
        "passage_key": None,
        "url": "https://www.cms.gov/a?b=1&c=2",
    }
    return CitationOut(**given | fields)


def missing(count):
    choices = [f"value {n}" for n in range(count)]
    return MissingOut(fact="approach", question="How did the needle enter?", choices=choices)


class Oracle:
    """An assistant that gives the same answer to everybody, once its gate is open."""

    def __init__(self, home, answer=None):
        self.journal, self.gate = Journal(home), threading.Event()
        self.gate.set()
        self.asked, self._answer = [], answer or answer_of()
        self.over = False
        """No conversation is kept."""

    def ask(self, request, caller):
        self.asked.append((request, caller))
        if self.over and request.thread_id:
            raise UnknownThread(request.thread_id)
        assert self.gate.wait(60)
        thread = request.thread_id or str(uuid.uuid4())
        found = self._answer.model_copy(update={"id": str(uuid.uuid4()), "thread_id": thread})
        self.journal.keep(found.id, thread, found.model_dump(by_alias=True), caller.owner)
        return found

    def close(self):
        pass


class Clock:
    def __init__(self):
        self.time = time.time()

    def __call__(self):
        return self.time


class Patience:
    """A pace that always waits so long."""

    def __init__(self, seconds):
        self._seconds = seconds

    def patience(self):
        return self._seconds

    def begin(self, job):
        pass

    def end(self, job):
        pass


@dataclass(frozen=True)
class Redacted:
    text: str
    kinds: tuple = ()


def redact(text):
    """Knows one patient."""
    if "John Doe" in text:
        return Redacted(text.replace("John Doe", "[NAME_1]"), ("name",))
    return Redacted(text)


@dataclass
class Office:
    """One worker on a database, without a server around it."""

    home: object
    hosts: str
    oracle: Oracle
    clock: Clock = field(default_factory=Clock)
    patience: float = 30.0
    seconds: float = 20.0
    admitted: float = 30.0
    built: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self):
        settings = Settings(
            home=self.home,
            slack_signing_secret=SECRET,
            slack_hosts=self.hosts,
            answer_seconds=self.seconds,
            _env_file=None,
        )
        self.jobs = Jobs(self.home, "", self.clock)
        self.slack = Slack(settings, self.clock)
        platforms = senders([self.slack])
        self.built.set()
        self.engine = Engine(self._build, settings)
        talks = Talks(self.jobs.database, self.clock)
        pace = Patience(self.patience)
        self.worker = Worker(self.engine, self.jobs, talks, platforms, pace)
        self.courier = Courier(self.worker, self.jobs, redact, pace, self.admitted)

    def _build(self):
        assert self.built.wait(20)
        return self.oracle

    def start(self):
        self.engine.start()
        assert self.engine.settled.wait(20)
        return self

    async def take(self, url, text="does 62321 need a modifier?", **fields):
        """The payload of the acknowledgement; what it does afterwards is done too."""
        ack = await self.courier.take(visit(url, text, **fields), True)
        if ack.after:
            await ack.after()
        return ack.payload

    async def later(self, seconds=0.0):
        """So much later, one look for due jobs, and all that follows from it."""
        self.clock.time += seconds
        await self.worker.round()
        await self.settle()

    async def settle(self):
        """All that is under way."""
        while self.worker.under_way:
            await asyncio.sleep(0.005)


def visit(url, text="does 62321 need a modifier?", **fields):
    given = {
        "platform": "slack",
        "team": "T1",
        "channel": "C1",
        "user": "U1",
        "trigger": str(next(numbers)),
        "reply_to": url,
        "command": "/lamina",
        "text": text,
    }
    return Visit(**given | fields)
