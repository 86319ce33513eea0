"""The steps from question to answer, in order. Read this file first.

    read | gather | write | check

Each is a plain function from one value to the next; together they are one LangChain
runnable, run with tracing off whatever the environment says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from app.ask.gathering import Gatherer
from app.ask.grounding import Checker
from app.ask.languages import Languages
from app.ask.model.writer import ModelWriter, Writing
from app.ask.reading import Reader
from app.ask.spanish import Spanish
from app.ask.talk.following import Follower
from app.ask.talk.telling import with_kept
from app.ask.turn import Draft, Evidence, Question, Reading
from app.ask.withholding import withheld
from knowledge.codebook import Codebook
from knowledge.tables import Tables


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
        # a chat model's writer has done so itself, since its sentences go out as they are made
        return draft if self.live else self.spanish.told(with_kept(draft))

    def check(self, draft: Draft) -> Draft:
        """Withhold a sentence its evidence does not back, and say that one was withheld."""
        return withheld(draft, self.checker)

    @property
    def live(self) -> bool:
        """Whether `compose` gives sentences as they are written."""
        return isinstance(self.writer, ModelWriter)

    def compose(self, evidence: Evidence, stopped: Callable[[], bool]) -> Writing:
        """Events while the draft is written, checked sentences too if it is live; the draft."""
        if isinstance(self.writer, ModelWriter):
            book = self.tables.on(evidence.reading.on)
            return (yield from self.writer.compose(evidence, book, stopped))
        draft = self.write(evidence)
        yield "step", {"name": "check", "detail": f"{len(draft.cited)} citations"}
        return self.check(draft)

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
