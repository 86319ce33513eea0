"""A note -> facts, procedures, lines, contradictions, documentation. Read this file first.

    plain | boxes | sections | voices | facts | select_code | lines | documentation | queries

Each is a plain function from one value to the next. No clock and no disk; the tables of the
date of service answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.ask.kinds import with_claim
from app.notes import (
    boxes,
    devices,
    documentation,
    encounter,
    events,
    evidence,
    plan,
    procedures,
    queries,
    sections,
    times,
)
from app.notes.diagnoses import diagnosed
from app.notes.documentation import Element
from app.notes.facts import Conflict, Fact, Treated, fact, quoted
from app.notes.plain import plain
from app.notes.plan import Line
from app.notes.services import Service, services
from app.notes.words import NoteWords
from knowledge.codebook import Codebook
from knowledge.decisions import Assumed, Caution, Decided, Missing, Undecided
from knowledge.facts import Encounter, Frozen

PLACE = Missing(
    fact="place_of_service",
    question="Is it the claim of an ambulatory surgery center or of a hospital?",
    choices=("24", "22"),
)


PRESENCE = Missing(
    fact="teaching_physician",
    question="For which parts of the procedure was the teaching physician present?",
    choices=("all of it", "the key portion", "none"),
)


PERFORMED = Missing(
    fact="performed",
    question="Was the procedure carried out in this session, and which words describe it?",
    choices=("carried out", "planned", "done before"),
)


class Coded(Frozen):
    """All that was read and decided of one note."""

    on: date
    encounter: Encounter
    facts: dict[str, Fact]
    """Of the encounter."""
    treated: tuple[Treated, ...] = ()
    lines: tuple[Line, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    missing: tuple[Missing, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    elements: tuple[Element, ...] = ()
    queries: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()
    differences: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    """Kinds of identifiers that the note held, which nothing was read of."""
    never_began: bool = False
    """It was called off before a needle went in."""
    services: tuple[Service, ...] = ()
    """Drugs and sedation, with what the rules say of a line of their own."""

    @property
    def settled(self) -> bool:
        """Has every procedure its lines?"""
        return bool(self.treated) and len({x.procedure for x in self.lines}) == len(self.treated)


@dataclass(frozen=True)
class NoteReader:
    """Codes notes with the tables of their date of service."""

    words: NoteWords
    on: Callable[[date], Codebook]

    def code(self, note: str, sent: Encounter, today: date) -> Coded:
        """The note's claim lines, or what keeps it from having any."""
        told = plain(note)
        text = boxes.filled(told.text)
        found = sections.sections(text, self.words)
        places = encounter.stated(found, self.words, self.on(sent.service_date or today))
        named = encounter.days(found)
        known, differences = encounter.with_stated(sent, places)
        known = known.model_copy(
            update={"payer": encounter.payer_named(known.payer, self.on(today))}
        )
        book = self.on(known.service_date or today)
        said = times.told(found, self.words, known.service_date)
        strength = evidence.of_work(found, said, self.words)
        treated, conflicts = (
            procedures.treated(told, found, said, self.words, book)
            if strength != "none"
            else ((), ())
        )
        signs = events.happened(found, said.done, self.words)
        never = events.never_began(signs, known)
        treated = tuple(
            plan.select(
                one.model_copy(update={"procedure": with_claim(one.procedure, known, book)}), book
            )
            for one in treated
        )
        if len(named) > 1:
            books = [self.on(date.fromisoformat(day)) for day in named]
            treated = tuple(plan.on_days(one, books) for one in treated)
            places_ = tuple(quoted(told, *place) for place in named.values())
            conflicts = (*conflicts, Conflict(fact="service_date", quotes=places_))
        if strength != "none" and not any(o.procedure.kind for o in treated):
            treated = devices.with_device(treated, told, found, said, self.words, book)
        asked = events.situations(signs, known)
        lines = [
            line
            for n, one in enumerate(treated)
            if not never
            for line in plan.lines_of(one, n, _own(asked, one, signs), known, book)
        ]
        missing = _missing(treated) if not never else ()
        if uncounted := devices.counted(treated):
            lines, missing = [], (*missing, *uncounted)
        if plan.open_place(treated, known, book):
            lines, missing = [], (*missing, PLACE)
        if events.unattended(signs, known):
            lines, missing = [], (*missing, PRESENCE)
        if strength == "doubtful" and treated and not never:
            # named, and hardly a word of work: nothing is billed on that
            lines, missing = [], missing or (PERFORMED,)
        lines = diagnosed(_once(lines), treated, told, found, self.words, book)
        shown = documentation.elements(told, found, self.words, treated, signs, book)
        facts = {
            name: fact(told, value, start, end) for name, (value, start, end) in places.items()
        }
        return Coded(
            on=book.on,
            encounter=known,
            facts=facts,
            treated=treated,
            lines=tuple(lines),
            conflicts=conflicts,
            missing=missing,
            assumed=_assumed(treated),
            elements=shown,
            queries=queries.queries(conflicts, treated, shown),
            cautions=plan.cautions_of(treated),
            differences=differences,
            identifiers=told.identifiers,
            never_began=never,
            services=services(told, found, said, self.words, known, book) if lines else (),
        )


# --- what is said of them ----------------------------------------------------------------


def _own(asked: tuple[str, ...], one: Treated, signs: set[str]) -> tuple[str, ...]:
    """The events as far as they are of this procedure: steroid makes a block no diagnosis."""
    named = "diagnostic_block" in signs and "therapeutic" not in signs
    if one.procedure.approach == "transforaminal" and named:
        return asked
    return tuple(a for a in asked if a not in ("diagnostic_block", "diagnostic_stated"))


def _once(lines: list[Line]) -> list[Line]:
    """Two procedures of one region that share a code are one line of it."""
    found: dict[tuple[str, tuple[str, ...]], Line] = {}
    for line in lines:
        found.setdefault((line.code, line.modifiers), line)
    return list(found.values())


def _missing(treated: tuple[Treated, ...]) -> tuple[Missing, ...]:
    found: dict[str, Missing] = {}
    for one in treated:
        result = one.call.result if one.call else None
        if isinstance(result, Undecided):
            for missing in result.missing:
                found.setdefault(missing.fact, missing)
    return tuple(found.values())


def _assumed(treated: tuple[Treated, ...]) -> tuple[Assumed, ...]:
    found: dict[str, Assumed] = {}
    for one in treated:
        result = one.call.result if one.call else None
        if isinstance(result, Decided | Undecided):
            for assumed in result.assumed:
                found.setdefault(assumed.fact, assumed)
    return tuple(found.values())
