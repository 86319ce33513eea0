"""ModelWriter: our verdict first, then a chat model's reasons, each sentence checked first.

A sentence is released when the grounding check has passed it. A draft with a refused sentence
is repaired once, with the reasons; if that fails, or the model does, the QuotingWriter's
answer takes its place whole. Reads no setting; the clock, the check and what keeps failures
are passed in.
"""

import re
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.ask.chat_model import ChatModel
from app.ask.grounding import Checker
from app.ask.model import asking_back, prompt, talk
from app.ask.model.breaker import Breaker
from app.ask.model.failures import ModelFailure, caution, failure_of
from app.ask.model.lookups import Lookups, offered
from app.ask.model.pieces import Pieces
from app.ask.model.shelf import Shelf, stock
from app.ask.talk.telling import with_kept
from app.ask.turn import Cited, Draft, Evidence, Sentence
from app.ask.withholding import withheld
from app.ask.writing import Page, QuotingWriter, cautions
from knowledge.codebook import Codebook
from knowledge.decisions import Undecided
from knowledge.tables import Tables

ROUNDS = 3
"""Replies that may ask for tools in one answer."""
TOOLS_AT_ONCE = 4
MOST = 6
"""Sentences of a model that are shown."""
RESERVE = 0.1
"""Share of the time that is kept for the quoting answer."""
MARKED = re.compile(r"\s*\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
NOT_ASKED = ("claim",)
"""Rules whose answer is a list of findings, complete as it is."""

Event = tuple[str, dict[str, Any]]
Writing = Generator[Event, None, Draft]


def never() -> bool:
    """Nobody has gone."""
    return False


@dataclass
class Telling:
    """One answer in the making."""

    evidence: Evidence
    page: Page
    shelf: Shelf
    lookups: Lookups
    until: float
    stopped: Callable[[], bool]
    sent: int = 0
    """Sentences of the page that have been released."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    """Kinds of problems found, without words."""

    def release(self) -> Iterator[Event]:
        """The sentences of the page that are new, each behind its white space."""
        for number in range(self.sent, len(self.page.sentences)):
            before = self.page.sentences[number - 1].after if number else ""
            yield "sentence", {"text": before + self.page.sentences[number].text}
        self.sent = len(self.page.sentences)

    @property
    def seen(self) -> Evidence:
        """The evidence with what has been looked up."""
        return self.evidence.model_copy(update={"consulted": tuple(self.lookups.made)})

    @property
    def prose(self) -> list[str]:
        return [s.text for s in self.page.sentences if s.by_model]


@dataclass(frozen=True)
class ModelWriter:
    """Writes with a chat model where there is something to explain."""

    chat: ChatModel
    quoting: QuotingWriter
    checker: Checker
    tables: Tables
    seconds: float
    """Longest time for the model, what is kept for the quoting answer included."""
    dress: Callable[[Draft], Draft] = lambda draft: draft
    """What is said of the conversation and in other languages, put into the quoting answer."""
    breaker: Breaker = field(default_factory=lambda: Breaker(time.monotonic))
    failed: Callable[[str, str, str], None] = lambda model, kind, detail: None
    """Model, kind of failure and detail, to be kept."""
    redact: Callable[[str], str] = str
    """Takes out of a question what could name a patient."""
    orders: Callable[[str], bool] = lambda words: False
    """Tells a sentence that gives orders to a bot; a guide's is not shown to the model."""

    @property
    def name(self) -> str:
        return self.chat.name

    def warm(self) -> None:
        """Make the tools now rather than in the first answer's time."""
        _ = self._with_tools

    def write(self, evidence: Evidence, book: Codebook) -> Draft:
        """The whole answer at once."""
        writing = self.compose(evidence, book)
        while True:
            try:
                next(writing)
            except StopIteration as done:
                draft: Draft = done.value
                return draft

    def compose(
        self, evidence: Evidence, book: Codebook, stopped: Callable[[], bool] = never
    ) -> Writing:
        """Events as they come about, and at last the draft they add up to."""
        plain = withheld(self.dress(self.quoting.write(evidence, book)), self.checker)
        telling = self._begin(plain, book, stopped)
        if telling is None:
            yield from _whole(plain)
            return plain
        page = telling.page
        try:
            if self.breaker.resting:
                raise ModelFailure("resting")
            yield from telling.release()
            yield from self._exchange(telling)
            telling.evidence = self._asking_back(telling)
        except talk.Stopped:
            return plain
        except Exception as why:
            failure = failure_of(why)
            if failure.kind not in ("resting", "unsupported"):
                self.breaker.failed()
            self.failed(self.name, failure.kind, failure.detail)
            if telling.sent:
                yield "step", {"name": "restart", "detail": failure.kind}
            yield from _whole(plain)
            return plain.model_copy(update={"cautions": (*plain.cautions, caution(failure.kind))})
        page.end_line()
        self.quoting.closing(page, telling.evidence, book)
        yield from telling.release()
        return self._draft(telling, plain)

    def _begin(self, plain: Draft, book: Codebook, stopped: Callable[[], bool]) -> Telling | None:
        """Our opening and what the model is shown; None where there is nothing to explain."""
        if not _explains(plain):
            return None
        evidence = plain.evidence
        shelf = stock(evidence, [guide.id for guide in self.tables.guides], self.orders)
        telling = Telling(
            evidence=evidence,
            page=self.quoting.opening(evidence, book),
            shelf=shelf,
            lookups=Lookups(self._tools, evidence.reading.on, shelf),
            until=time.monotonic() + self.seconds * (1 - RESERVE),
            stopped=stopped,
        )
        if self._problems(telling):
            return None
        begun = plain.model_copy(update={"sentences": tuple(telling.page.sentences)})
        telling.page.sentences = list(with_kept(begun).sentences)
        telling.page.end_line()
        return telling

    def judged(self, evidence: Evidence, book: Codebook) -> "Judged | None":
        """What the model would be sent, and the check of any sentence it could write."""
        telling = self._begin(self.quoting.write(evidence, book), book, never)
        return None if telling is None else Judged(self, telling)

    def said(self, telling: Telling) -> list[Any]:
        """The messages that begin an exchange."""
        question = self.redact(telling.evidence.reading.question.text)
        shown = [s.text for s in telling.page.sentences]
        return prompt.messages(question, telling.evidence, telling.shelf, shown)

    def _draft(self, telling: Telling, plain: Draft) -> Draft:
        page = telling.page
        page.sentences[-1] = page.sentences[-1].model_copy(update={"after": ""})
        return Draft(
            evidence=telling.seen,
            outcome=plain.outcome,
            sentences=tuple(page.sentences),
            cited=tuple(page.cited),
            cautions=tuple(cautions(page, telling.seen)),
            writer=self.name,
        )

    def _asking_back(self, telling: Telling) -> Evidence:
        """The evidence with words that may state an open fact, when the settings want that."""
        evidence = telling.evidence
        lead = evidence.leading.result if evidence.leading else None
        if not self.chat.reading or not isinstance(lead, Undecided):
            return evidence
        asked = asking_back.messages(self.redact(evidence.reading.question.text), lead)
        try:
            reply = "".join(talk.reply(self.chat.model, asked, telling.until, telling.stopped))
        except ModelFailure as why:
            self.failed(self.name, why.kind, why.detail)
            return evidence
        return evidence.model_copy(update={"hints": asking_back.hints(reply, evidence)})

    # --- the exchange ----------------------------------------------------------------

    def _exchange(self, telling: Telling) -> Iterator[Event]:
        """A draft, and one repair of it. Raises ModelFailure."""
        said = self.said(telling)
        yield from self._reply(telling, said)
        if telling.refused:
            said.append(prompt.repair(telling.refused, telling.prose))
            telling.refused = []
            yield from self._reply(telling, said)
        if telling.refused or (telling.kinds and not telling.prose):
            self.breaker.worked()
            raise ModelFailure("unsupported", ", ".join(sorted(set(telling.kinds))))
        if not telling.prose:
            raise ModelFailure("empty")
        self.breaker.worked()

    def _reply(self, telling: Telling, said: list[Any]) -> Iterator[Event]:
        """Replies until one asks for no tool; its sentences are checked as they come."""
        model = self._with_tools
        for number in range(ROUNDS + 1):
            last = number == ROUNDS
            whole = yield from self._one_reply(telling, said, self.chat.model if last else model)
            said.append(whole)
            if whole.invalid_tool_calls:
                raise ModelFailure("malformed", "tool call")
            if not whole.tool_calls:
                return
            if last or len(whole.tool_calls) > TOOLS_AT_ONCE:
                break
            # what is said beside a tool call announces it
            telling.refused, telling.kinds = [], []
            said += [telling.lookups.answer(one) for one in whole.tool_calls]
        raise ModelFailure("tools")

    @cached_property
    def _tools(self) -> dict[str, Any]:
        return offered(self.tables)

    @cached_property
    def _with_tools(self) -> Any:
        """The model with the tools, where its client knows of tools."""
        try:
            return self.chat.model.bind_tools(list(self._tools.values()))
        except NotImplementedError:
            return self.chat.model

    def _one_reply(
        self, telling: Telling, said: list[Any], model: Any
    ) -> Generator[Event, None, Any]:
        pieces = Pieces()
        reading = talk.reply(model, said, telling.until, telling.stopped)
        try:
            while True:
                for sentence in pieces.feed(next(reading)):
                    self._take(telling, sentence)
                    yield from telling.release()
        except StopIteration as done:
            whole = done.value
        finally:
            reading.close()
        if (left := pieces.rest()) and not talk.cut_short(whole):
            self._take(telling, left)
            yield from telling.release()
        return whole

    def _take(self, telling: Telling, text: str) -> None:
        """Put a sentence on the page if it passes; else remember why not.

        After a refused one nothing is put there: what follows may lean on it.
        """
        if len(telling.prose) >= MOST:
            return
        cited, sentence, problems = self.look(telling, text)
        if sentence.text in telling.prose:
            return
        if problems:
            telling.refused.append((text, "; ".join(why for _, why in problems)))
            telling.kinds += [kind for kind, _ in problems]
        elif not telling.refused:
            telling.page.cited = cited
            telling.page.sentences.append(sentence)

    def look(
        self, telling: Telling, text: str
    ) -> tuple[list[Cited], Sentence, list[tuple[str, str]]]:
        """The sentence under the marks of the page, and the kind and reason of each problem."""
        cited, sentence, unknown = _translated(text, telling)
        if unknown:
            missing = [("mark", f"mark [{mark}] stands for nothing") for mark in unknown]
            return cited, sentence, missing
        return cited, sentence, self._problems(telling, [sentence], cited)

    def _problems(
        self,
        telling: Telling,
        sentences: list[Sentence] | None = None,
        cited: list[Cited] | None = None,
    ) -> list[tuple[str, str]]:
        """Kind and reason of everything the check finds, in the page or in other sentences."""
        page = telling.page
        draft = Draft(
            evidence=telling.seen,
            outcome="answered",
            sentences=tuple(page.sentences if sentences is None else sentences),
            cited=tuple(page.cited if cited is None else cited),
        )
        return [(p.kind, p.why) for p in self.checker.problems(draft)]


@dataclass(frozen=True)
class Judged:
    """One question as a model would be asked it, so that its words can be judged beforehand."""

    writer: ModelWriter
    telling: Telling

    @property
    def said(self) -> list[Any]:
        return self.writer.said(self.telling)

    def wrong(self, text: str) -> str:
        """Why a sentence would be refused; "" = it would be shown."""
        return "; ".join(why for _, why in self.writer.look(self.telling, text)[2])


def _translated(text: str, telling: Telling) -> tuple[list[Cited], Sentence, list[int]]:
    """The sentence with the page's marks for the shelf's, and the marks that nothing stands for."""
    marks = [int(n) for group in MARKED.findall(text) for n in group.split(",")]
    page, found, unknown = Page(cited=list(telling.page.cited)), [], []
    for mark in dict.fromkeys(marks):
        item = telling.shelf.of(mark)
        if item is None:
            unknown.append(mark)
        else:
            found.append(page.mark(item.cited))
    shown = "".join(f"[{mark}]" for mark in dict.fromkeys(found))
    plain = MARKED.sub("", text).strip()
    return page.cited, Sentence(text=f"{plain} {shown}".strip(), by_model=True), unknown


def _explains(plain: Draft) -> bool:
    """Is there a verdict whose reasons a model could tell?"""
    evidence = plain.evidence
    topics = evidence.reading.topics
    return (
        plain.outcome in ("answered", "needs_facts")
        and topics[:1] != ("greeting",)
        and evidence.reading.question.style == "full"
        and evidence.reading.question.language == "en"
        and not any(call.tool in NOT_ASKED for call in evidence.calls)
    )


def _whole(draft: Draft) -> Iterator[Event]:
    """Every sentence of a draft, each with its white space."""
    for number, sentence in enumerate(draft.sentences):
        last = number == len(draft.sentences) - 1
        yield "sentence", {"text": sentence.text + ("" if last else sentence.after)}
