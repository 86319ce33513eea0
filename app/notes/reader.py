"""A note -> facts, procedures, lines, contradictions, documentation. Read this file first.

    plain | boxes | sections | voices | facts | select_code | lines | documentation | queries

Each is a plain function from one value to the next. No clock and no disk; the tables of the
date of service answer.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.ask import patterns
from app.ask.subject import call
from app.notes import boxes, documentation, encounter, events, guided, plan, queries, sections
from app.notes.documentation import Element
from app.notes.facts import Conflict, Fact, Treated, fact, quoted
from app.notes.plain import Plain, plain
from app.notes.plan import Line
from app.notes.sites import voice
from app.notes.voices import Site, laterality, together
from app.notes.words import NoteWords
from knowledge.codebook import Codebook
from knowledge.decisions import Assumed, Caution, Decided, Missing, Undecided
from knowledge.facts import Encounter, Frozen, Procedure
from knowledge.rules.diagnosis import find

WORKED = 2
"""Different signs of work without which a note tells of a plan or a visit."""
UNSETTLED = ("catheter", "guided")
"""A catheter of which it is not told whether it stayed, and guidance of no named kind."""
PLACE = Missing(
    fact="place_of_service",
    question="Is it the claim of an ambulatory surgery center or of a hospital?",
    choices=("24", "22"),
)
HIATUS = re.compile(r"\b(?:sacral )?hiatus\b", re.I)
OURS = re.compile(r"\b(?:epidural|esi|steroid injection|injection|block)\b", re.I)
GUIDED = ("title", "none", "done", "outcome", "anesthesia", "drugs", "who")
PAST = {"history", "exam", "study"}
"""Sections whose diagnoses are not those of the injection while others are named."""
STAYED = ("title", "none", "done", "outcome", "plan", "anesthesia")


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
    never_began: bool = False
    """It was called off before a needle went in."""

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
        title, done = sections.told(found, self.words)
        treated, conflicts = _treated(told, found, (title, done), self.words, book)
        signs = events.happened(found, done, self.words)
        never = events.never_began(signs, known)
        treated = tuple(plan.select(one, book) for one in treated)
        if len(named) > 1:
            books = [self.on(date.fromisoformat(day)) for day in named]
            treated = tuple(plan.on_days(one, books) for one in treated)
            places_ = tuple(quoted(told, *place) for place in named.values())
            conflicts = (*conflicts, Conflict(fact="service_date", quotes=places_))
        asked = events.situations(signs, known)
        lines = [
            line
            for n, one in enumerate(treated)
            if not never
            for line in plan.lines_of(one, n, _own(asked, one, signs), known, book)
        ]
        missing = _missing(treated) if not never else ()
        if plan.open_place(treated, known, book):
            lines, missing = [], (*missing, PLACE)
        lines = _diagnosed(_once(lines), found, book)
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
            never_began=never,
        )


# --- procedures ----------------------------------------------------------------------------


def _treated(
    told: Plain,
    found: sections.Sections,
    voices: tuple[str, str],
    words: NoteWords,
    book: Codebook,
) -> tuple[tuple[Treated, ...], tuple[Conflict, ...]]:
    title, done = voices
    if len(_worked(found, words)) < WORKED:
        return (), ()
    sites = together(
        voice(title, words, book, title=True), voice(done, words, book, title=False), words, book
    )
    if not sites.sites and OURS.search(_joined(title, done)):
        sites.sites = [Site(None, "")]
    imaging = guided.imaging(_both(found, words, GUIDED, title, done), words)
    technique = guided.technique(found.only(*STAYED), words)
    substance = guided.substance(_joined(title, done), words)
    conflicts = dict(sites.conflicts)
    for name, one in (("imaging", imaging), ("technique", technique)):
        if len(one.values) > 1:
            conflicts[name] = [(m.start, m.end) for m in one.values.values()]
    made = tuple(
        _procedure(
            site,
            told,
            found,
            words,
            {"imaging": imaging, "technique": technique, "substance": substance},
        )
        for site in sites.sites
    )
    return made, tuple(
        Conflict(fact=name, quotes=tuple(quoted(told, s, e) for s, e in dict.fromkeys(places)))
        for name, places in conflicts.items()
    )


def _worked(found: sections.Sections, words: NoteWords) -> set[str]:
    """The different signs that something was done, in what does not tell of a plan."""
    text = _joined(*sections.told(found, words), found.only("outcome", "anesthesia", "drugs"))
    return {text[s:e].lower() for s, e in words.found("cue", "worked", text)}


def _both(
    found: sections.Sections, words: NoteWords, kinds: tuple[str, ...], title: str, done: str
) -> str:
    """Title and work, with the sections in which guidance may be told beside them."""
    beside = found.only(*(k for k in kinds if k not in ("title", "none", "done")))
    return _joined(title, done, beside)


def _joined(*texts: str) -> str:
    """Texts of one length laid over each other."""
    return "".join(next((c for c in chars if c != " "), " ") for chars in zip(*texts, strict=True))


def _sentence(found: sections.Sections, at: int) -> tuple[int, int]:
    """The sentence around a place."""
    return next((p.start, p.end) for p in found.parts if p.start <= at < p.end)


def _procedure(
    site: Site,
    told: Plain,
    found: sections.Sections,
    words: NoteWords,
    guide: dict[str, guided.Told],
) -> Treated:
    side, sides = laterality(site)
    unclear = set(site.unclear)
    facts: dict[str, Fact] = {}
    values: dict[str, str] = {}
    for name, one in guide.items():
        if len(one.values) > 1:
            unclear.add(name)
        elif one.one and one.one[0] in UNSETTLED:
            if one.one[0] != "guided" or site.approach != "transforaminal":
                unclear.add(name)
        elif one.one:
            value, m = one.one
            values[name] = value
            place = _sentence(found, m.start) if name == "technique" else (m.start, m.end)
            facts[name] = fact(told, value, *place)
    if site.approach == "transforaminal":
        if not side and not sides:
            unclear.add("laterality")
        if not site.levels and words.cue("several", found.only("title", "none", "done")):
            unclear.add("levels")
    procedure = Procedure.model_validate(
        {
            "approach": site.approach,
            "region": site.region.value if site.region and not site.levels else None,
            "levels": site.levels,
            "laterality": None if "laterality" in unclear else side,
            "sides": () if "laterality" in unclear else sides,
            "unclear": tuple(sorted(unclear)),
            **values,
        }
    )
    facts |= _placed(site, told, procedure)
    return Treated(procedure=procedure, facts=facts)


def _placed(site: Site, told: Plain, procedure: Procedure) -> dict[str, Fact]:
    """Approach, levels, region and side with their words."""
    found: dict[str, Fact] = {}
    where = site.places
    if procedure.approach and "approach" in where:
        found["approach"] = fact(told, procedure.approach, *where["approach"])
    if procedure.levels and "levels" in where and "levels" not in procedure.unclear:
        found["levels"] = fact(told, ", ".join(procedure.levels), *where["levels"])
    side = procedure.laterality or ", ".join(procedure.sides)
    if side and "laterality" in where:
        found["laterality"] = fact(told, side, *where["laterality"])
    region = site.region.value if site.region else site.group
    place = where.get("levels") or where.get("region") or where.get("approach")
    if procedure.approach == "caudal":
        region, place = "sacral", where.get("approach")
        hiatus = HIATUS.search(told.text)
        if place and hiatus:
            place = _reaching(told.text, hiatus.span(), place)
    if region and place and "region" not in procedure.unclear:
        if site.region and "levels" in where and procedure.approach != "caudal":
            place = _reaching(told.text, (site.region.start, site.region.end), where["levels"])
        found["region"] = fact(told, region, *place)
    return found


def _reaching(text: str, region: tuple[int, int], levels: tuple[int, int]) -> tuple[int, int]:
    """The stretch from the word for the region to the level beside it, on one line."""
    start, end = min(region[0], levels[0]), max(region[1], levels[1])
    if end - start < 90 and "\n" not in text[start:end]:
        return start, end
    # a level says which region it is; a field for the region says it outright
    return region if re.search(r":[\s\[\]xX()☑✓]*$", text[: region[0]]) else levels


def _own(asked: tuple[str, ...], one: Treated, signs: set[str]) -> tuple[str, ...]:
    """The events as far as they are of this procedure: steroid makes a block no diagnosis."""
    named = "diagnostic_block" in signs and "therapeutic" not in signs
    if one.procedure.approach == "transforaminal" and named:
        return asked
    return tuple(a for a in asked if a not in ("diagnostic_block", "diagnostic_stated"))


# --- diagnoses, what is missing ---------------------------------------------------------------


def _once(lines: list[Line]) -> list[Line]:
    """Two procedures of one region that share a code are one line of it."""
    found: dict[tuple[str, tuple[str, ...]], Line] = {}
    for line in lines:
        found.setdefault((line.code, line.modifiers), line)
    return list(found.values())


def _diagnosed(lines: list[Line], found: sections.Sections, book: Codebook) -> list[Line]:
    """The diagnoses that the note names by code, each on the lines of its region."""
    kinds = {p.kind for p in found.parts} - {"plan", "meds", "consent"}
    known = set(book.diagnoses)
    here, every = (
        list(dict.fromkeys(s.value for s in patterns.diagnoses(found.only(*some), known)))
        for some in (kinds - PAST, kinds)
    )
    named = _on_a_claim(_held(here, book) or _held(every, book) or here, book)
    made = []
    for line in lines:
        region = book.code(line.code).region
        own = [d for d in named if _fits(d, region, book)]
        others = [x for x in lines if book.code(x.code).region != region]
        made.append(line.model_copy(update={"diagnoses": tuple(own if others else named)}))
    return made


def _held(named: list[str], book: Codebook) -> list[str]:
    """Those of which the tables know what they are: the others are of another illness."""
    return [d for d in named if find(d, book)]


def _on_a_claim(named: list[str], book: Codebook) -> list[str]:
    """Without headers, and without what Excludes1 takes off beside the others."""
    if not named:
        return []
    result = call("diagnosis", book, diagnoses=tuple(named[:12])).result
    off = {
        line.code
        for line in (result.codes if isinstance(result, Decided) else ())
        if line.role == "do_not_bill"
    }
    return [d for d in named if d not in off]


def _fits(diagnosis: str, region: str, book: Codebook) -> bool:
    row = book.diagnoses.get(diagnosis)
    if row is None or not row.regions or not region:
        return True
    return bool(set(row.regions) & set(region.split("/")))


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
