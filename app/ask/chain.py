"""The steps from question to answer, in order. Read this file first.

    read | gather | write | check

Each is a plain function from one value to the next; together they are one LangChain
runnable, run with tracing off whatever the environment says.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from app.ask.gathering import Gatherer
from app.ask.grounding import Checker
from app.ask.languages import Languages
from app.ask.reading import Reader
from app.ask.spanish import Spanish
from app.ask.talk.following import Follower
from app.ask.talk.telling import with_kept
from app.ask.turn import Draft, Evidence, Question, Reading
from knowledge.codebook import Codebook
from knowledge.tables import Tables

log = structlog.get_logger("lamina.chain")


class Writer(Protocol):
    """Composes a draft from evidence."""

    @property
    def name(self) -> str: ...

    def write(self, evidence: Evidence, book: Codebook) -> Draft: ...


@dataclass(frozen=True)
class Steps:
    """The four steps over their collaborators."""

    tables: Tables
    reader: Reader
    gatherer: Gatherer
    writer: Writer
    checker: Checker
    languages: Languages
    spanish: Spanish
    follower: Follower | None = None
    """Reads a question in its conversation; None = every question stands by itself."""

    def read(self, question: Question) -> Reading:
        question = self.languages.understood(question)
        if self.follower and question.earlier:
            return self.follower.read(question, question.earlier)
        book = self.tables.on(question.encounter.service_date or question.today)
        return self.reader.read(question, book)

    def gather(self, reading: Reading) -> Evidence:
        return self.gatherer.gather(reading)

    def write(self, evidence: Evidence) -> Draft:
        draft = self.writer.write(evidence, self.tables.on(evidence.reading.on))
        return self.spanish.told(with_kept(draft))

    def check(self, draft: Draft) -> Draft:
        """Withhold a sentence its evidence does not back, and say that one was withheld."""
        problems = self.checker.problems(draft)
        if not problems:
            return draft
        for problem in problems:
            log.error("sentence withheld", why=problem.why, writer=draft.writer)
        bad = {p.sentence for p in problems}
        kept = tuple(s for n, s in enumerate(draft.sentences) if n not in bad)
        caution = ("A sentence was withheld: its evidence did not back it.", "")
        return draft.model_copy(update={"sentences": kept, "cautions": (*draft.cautions, caution)})

    def runnable(self) -> Any:
        """The chain as one LangChain runnable: Question in, checked Draft out."""
        from langchain_core.runnables import RunnableLambda

        return (
            RunnableLambda(self.read, name="read")
            | RunnableLambda(self.gather, name="gather")
            | RunnableLambda(self.write, name="write")
            | RunnableLambda(self.check, name="check")
        )


def untraced(runnable: Any, question: Question) -> Draft:
    """Run the chain with LangChain's tracing off, whatever the environment says."""
    from langsmith import tracing_context

    with tracing_context(enabled=False):
        draft: Draft = runnable.invoke(question, config={"callbacks": []})
    return draft
