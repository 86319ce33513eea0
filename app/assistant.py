"""The one object every door uses: ask(question) -> Answer."""

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import structlog

from app.ask.answering import answer as as_answer
from app.ask.chain import Steps, untraced
from app.ask.earlier import restored, stored
from app.ask.privacy import redact
from app.ask.subject import call
from app.ask.talk.following import left_by, lines_of
from app.ask.turn import Call, Draft, Question
from app.caller import LOCAL, Caller
from app.interfaces import note_wire, wire
from app.journal import Journal, JournalUnwritable
from app.notes.reader import NoteReader
from app.threads import Held, Threads, TurnTaken, new_id
from app.turns import keep_turn, turn
from ingest.index import PassageIndex
from knowledge.decisions import Undecided
from knowledge.facts import Encounter
from knowledge.passages import Guide, Passage
from knowledge.rules.claim import Checked, Claim, DayBooks, check
from knowledge.tables import Tables
from knowledge.topics import RULES

log = structlog.get_logger("lamina.assistant")


@dataclass(frozen=True)
class Assistant:
    """Answers questions, calls rules and shows passages."""

    tables: Tables
    held: tuple[Guide, ...]
    """Every guide that is indexed: ours and those a site added."""
    index: PassageIndex
    steps: Steps
    chain: Any
    journal: Journal
    threads: Threads
    notes: NoteReader
    today: Any
    """() -> date: the clock's day, read once a question."""
    versions: dict[str, str]

    def ask(self, request: wire.AskRequest, caller: Caller = LOCAL) -> wire.Answer:
        """One question, one checked answer, kept in the journal. Raises UnknownThread."""
        started = time.perf_counter()
        with turn(self.threads, request.thread_id, caller) as held:
            while True:
                draft = untraced(self.chain, self.question(request, held))
                try:
                    return self.finish(draft, request, started, caller, held)
                except TurnTaken:
                    held = self.threads.find(held.id, caller.owner)

    def question(self, request: wire.AskRequest, held: Held | None = None) -> Question:
        """The request as the chain takes it: redacted, with today and what was said before."""
        redacted = redact(request.question)
        return Question(
            text=redacted.text,
            today=self.today(),
            encounter=Encounter(
                service_date=request.service_date,
                payer=request.payer and redact(request.payer).text,
                state=request.state,
                locality=request.locality and redact(request.locality).text,
                place_of_service=request.place_of_service,
                claim=request.claim,
            ),
            style=request.style,
            thread_id=request.thread_id,
            earlier=restored(held.state) if held and held.state else None,
            identifiers=redacted.kinds,
        )

    def finish(
        self,
        draft: Draft,
        request: wire.AskRequest,
        started: float,
        caller: Caller = LOCAL,
        held: Held | None = None,
    ) -> wire.Answer:
        """Give the draft its id and versions, and keep it. Raises TurnTaken."""
        held = held or Held(new_id())
        asked = draft.evidence.reading.question
        found = as_answer(
            draft,
            self.tables,
            id=str(uuid.uuid4()),
            thread_id=held.id,
            versions=self.versions,
            passages={p.key: p for p in draft.evidence.passages},
        )
        found.timings_ms["total"] = round((time.perf_counter() - started) * 1000, 3)
        if note := keep_turn(self.threads, held, request.thread_id, caller, self._left(draft)):
            found.cautions.append(wire.CautionOut(text=note, source=""))
        try:
            self.journal.keep(
                found.id,
                found.thread_id,
                found.model_dump(by_alias=True),
                caller.owner,
                asked.said or asked.text,
            )
        except JournalUnwritable as why:
            log.error("answer not kept", why=str(why))
            text = "This answer could not be kept, so its link will not work later."
            found.cautions.append(wire.CautionOut(text=text, source=""))
        return found

    def _left(self, draft: Draft) -> dict[str, Any]:
        """What this turn leaves to the next one."""
        reading, lead = draft.evidence.reading, draft.evidence.leading
        asked = draft.outcome == "needs_facts" and lead and isinstance(lead.result, Undecided)
        missing = lead.result.missing if asked and lead else ()  # type: ignore[union-attr]
        lines = lines_of(draft.evidence.calls, missing, self.tables.on(reading.on))
        return stored(left_by(reading, reading.question.earlier, lines))

    def stream(
        self, request: wire.AskRequest, caller: Caller = LOCAL
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """The same in events: steps, checked sentences, the answer. Raises UnknownThread."""
        started = time.perf_counter()
        with turn(self.threads, request.thread_id, caller) as held:
            while True:
                yield "step", {"name": "read", "detail": "reading the question"}
                reading = self.steps.read(self.question(request, held))
                detail = ", ".join((*reading.topics, *reading.codes)) or "no code or topic named"
                yield "step", {"name": "gather", "detail": detail}
                evidence = self.steps.gather(reading)
                rules = ", ".join(c.tool for c in evidence.calls) or "no rule called for"
                yield "step", {"name": "write", "detail": rules}
                draft = self.steps.write(evidence)
                yield "step", {"name": "check", "detail": f"{len(draft.cited)} citations"}
                draft = self.steps.check(draft)
                try:
                    found = self.finish(draft, request, started, caller, held)
                    break
                except TurnTaken:
                    held = self.threads.find(held.id, caller.owner)
        for sentence in _pieces(draft):
            yield "sentence", {"text": sentence}
        yield "answer", found.model_dump(mode="json", by_alias=True)

    def holds(self, thread_id: str, caller: Caller) -> None:
        """Raises UnknownThread when this caller has no such conversation."""
        with turn(self.threads, thread_id, caller):
            pass

    def note(self, request: note_wire.NoteRequest) -> note_wire.CodedNote:
        """A procedure note's facts, claim lines and gaps; nothing of it is kept."""
        sent = Encounter(**request.model_dump(exclude={"note"}))
        return note_wire.note_out(self.notes.code(request.note, sent, self.today()))

    def tool(self, name: str, arguments: dict[str, Any], on: date | None) -> Call:
        """Call one rule by name on the tables of a day; a code no table has is NotCovered."""
        dated = on is not None and "service_date" in RULES[name].takes.model_fields
        given = arguments | ({"service_date": on} if dated else {})
        return call(name, self.tables.on(on or self.today()), **given)

    def claim(self, claim: Claim) -> Checked:
        """Check the lines of a claim by the tables of their dates."""
        named = claim.payer and redact(claim.payer).text
        return check(claim.model_copy(update={"payer": named}), self.days, self.today())

    @cached_property
    def days(self) -> DayBooks:
        """The tables of single days, as the claim check looks them up."""
        return DayBooks(self.tables.on)

    def passage(self, key: str) -> wire.PassageOut:
        """A passage in its place. Raises UnknownPassage."""
        passage = self.index.passage(key)
        before, after = self._around(passage)
        errata = [
            {"kind": e.kind, "says": e.says, "better": e.better, "source": e.source[0]}
            for e in self.tables.errata_of(passage)
        ]
        return wire.PassageOut(
            key=key,
            document=passage.document,
            title=passage.title,
            section=list(passage.section),
            authority=passage.authority,
            text=passage.text,
            start=passage.start,
            end=passage.end,
            before=before,
            after=after,
            errata=errata,
        )

    def _around(self, passage: Passage) -> tuple[str, str]:
        same = [p for p in self.index.passages if p.document == passage.document]
        place = same.index(passage)
        before = same[place - 1].text if place else ""
        after = same[place + 1].text if place + 1 < len(same) else ""
        return before, after

    def guides(self) -> list[wire.GuideOut]:
        """What is indexed."""
        return [
            wire.GuideOut(
                id=g.id,
                title=g.title,
                authority=g.authority,
                publisher=g.publisher,
                passages=sum(p.document == g.id for p in self.index.passages),
                effective=g.effective,
                checked=g.checked,
            )
            for g in self.held
        ]

    def close(self) -> None:
        self.index.close()


def _pieces(draft: Draft) -> list[str]:
    """Sentences with their white space; joined they are the answer's text."""
    pieces = [s.text + s.after for s in draft.sentences]
    if pieces:
        pieces[-1] = pieces[-1].rstrip()
    return pieces
