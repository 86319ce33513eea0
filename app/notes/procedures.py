"""What was done in the session: each procedure with its facts and their quotes. Pure.

The title and the account are read apart and put together; guidance, catheter and substance
are those of the session. What two places contradict is unclear, never chosen.
"""

import re

from app.notes import guided, kinds, sections, times
from app.notes.evidence import over
from app.notes.facts import Conflict, Fact, Treated, fact, quoted
from app.notes.levels import levels_of
from app.notes.places import Site, laterality, stretch
from app.notes.plain import Plain
from app.notes.sided import of_needle, sides_in
from app.notes.sites import voice
from app.notes.voices import together
from app.notes.words import NoteWords
from knowledge.codebook import Codebook
from knowledge.facts import Procedure

UNSETTLED = ("catheter", "guided")
"""A catheter of which it is not told whether it stayed, and guidance of no named kind."""
BESIDE = 24
"""Characters between a word for the region and a level up to which both are one statement."""
FIELD = re.compile(
    r"(?<!procedure)(?<!performed)(?<!operation)(?<!injection)(?<!title)(?<!proc)(?<!px)"
    r"\s?:[\s\[\]xX()☑✓]*$",
    re.I,
)
"""A field with the region alone in it, and not the name of the procedure."""
HIATUS = re.compile(r"\b(?:sacral )?hiatus\b", re.I)
EPIDURAL = re.compile(
    r"epidural|\b\w*esis?\b|intrathecal|spinal (?:injection|catheter)|snrb|nerve root|blood patch"
    r"|thecal|steroid inj|patch|interspace",
    re.I,
)
"""Words of an epidural or intrathecal procedure."""
OURS = re.compile(r"\b(?:epidural|esi|steroid injection|injection|block)\b", re.I)
GUIDED = ("title", "none", "done", "outcome", "anesthesia", "drugs", "who")
"""Sections in which guidance may be told."""
STAYED = ("title", "none", "done", "outcome", "plan", "anesthesia")
"""Sections that may tell how long a catheter stayed."""


def treated(
    told: Plain,
    found: sections.Sections,
    told_of: times.Told,
    words: NoteWords,
    book: Codebook,
) -> tuple[tuple[Treated, ...], tuple[Conflict, ...]]:
    """Every procedure of the session, and what contradicts itself."""
    voices = title, done = told_of.title, told_of.done
    imaging = guided.imaging(_both(found, words, GUIDED, title, done), words)
    other = kinds.others(title, done, imaging, words, book)
    if other is None:
        out = {s.value for s in levels_of(told_of.left_out, words, book)}
        heads, acts = (
            voice(text, words, book, titled, _without(out, text, words, book))
            for text, titled in ((title, True), (done, False))
        )
    else:
        heads, acts = (
            voice(text if left is not None else "", words, book, titled, kinds.spans_in(left))
            for text, left, titled in ((title, other.title, True), (done, other.body, False))
        )
    sites = together(heads, acts, words, book)
    if words.cue("foreign", over(title, done)):
        # a needle by its kind alone is that of the other procedure
        sites.sites = [site for site in sites.sites if not site.hinted]
    elif not sites.sites and not other and OURS.search(over(title, done)):
        sites.sites = [Site(None, "")]
    if not EPIDURAL.search(over(title, done)):
        # a level alone is no epidural injection where nothing of the note says one
        sites.sites = [s for s in sites.sites if s.approach or OURS.search(over(title, done))]
        for site in sites.sites:
            site.unclear |= set() if site.approach else {"approach"}
    technique = guided.technique(found.only(*STAYED), words)
    substance = guided.substance(over(title, done), words)
    conflicts = dict(sites.conflicts)
    for name, one in (("imaging", imaging), ("technique", technique)):
        if len(one.values) > 1:
            conflicts[name] = [(m.start, m.end) for m in one.values.values()]
    guide = {"imaging": imaging, "technique": technique, "substance": substance}
    made = [_epidural(site, told, found, words, guide) for site in sites.sites]
    if other is not None:
        for procedure, place in zip(other.procedures, other.places, strict=True):
            made.append(_of_kind(procedure, place, voices, told, found, guide, words, book))
        if other.sides:
            conflicts["laterality"] = list(other.sides)
    made.sort(key=_told_at)
    return tuple(made), tuple(
        Conflict(fact=name, quotes=tuple(quoted(told, s, e) for s, e in dict.fromkeys(places)))
        for name, places in conflicts.items()
    )


def _without(
    out: set[str], text: str, words: NoteWords, book: Codebook
) -> frozenset[tuple[int, int]] | None:
    """The places of the levels that were not left out; None = all of them."""
    levels = levels_of(text, words, book)
    left = [s for s in levels if s.value not in out]
    return kinds.spans_in(left) if left and len(left) < len(levels) else None


def _told_at(one: Treated) -> int:
    """Where the note first tells of a procedure: they are given in its order."""
    named = [one.facts[f].start for f in ("kind", "levels", "approach") if f in one.facts]
    return named[0] if named else 0


def _both(
    found: sections.Sections, words: NoteWords, kinds: tuple[str, ...], title: str, done: str
) -> str:
    """Title and work, with the sections in which guidance may be told beside them."""
    beside = found.only(*(k for k in kinds if k not in ("title", "none", "done")))
    return over(title, done, beside)


def _sentence(found: sections.Sections, at: int) -> tuple[int, int]:
    """The sentence around a place."""
    return next((p.start, p.end) for p in found.parts if p.start <= at < p.end)


def _epidural(
    site: Site,
    told: Plain,
    found: sections.Sections,
    words: NoteWords,
    guide: dict[str, guided.Told],
) -> Treated:
    """An epidural injection with the words that prove each fact."""
    side, sides = laterality(site)
    unclear = set(site.unclear)
    facts: dict[str, Fact] = {}
    values: dict[str, str] = {}
    for name, one in guide.items():
        if len(one.values) > 1 or (one.one and one.one[0] in UNSETTLED):
            unclear.add(name)
        elif one.one:
            value, m = one.one
            values[name] = value
            place = _sentence(found, m.start) if name == "technique" else (m.start, m.end)
            facts[name] = fact(told, value, *place)
    if site.approach == "transforaminal":
        if not side and not sides:
            unclear.add("laterality")
        if "imaging" not in values:
            # through a foramen the code turns on the guidance, so silence is asked about
            unclear.add("imaging")
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
    apart = max(region[0], levels[0]) - min(region[1], levels[1])
    if apart < BESIDE and not re.search(r"\n|[.;]\s", text[start:end]):
        return start, end
    # a level says which region it is; a field for the region says it outright
    return region if FIELD.search(text[max(0, region[0] - 40) : region[0]]) else levels


def _of_kind(
    procedure: Procedure,
    place: tuple[int, int],
    voices: tuple[str, str],
    told: Plain,
    found: sections.Sections,
    guide: dict[str, guided.Told],
    words: NoteWords,
    book: Codebook,
) -> Treated:
    """A procedure of another kind with the words that prove each fact."""
    name = book.kinds[procedure.kind or ""].name
    facts = {"kind": fact(told, name, *place)} if place[1] else {}
    side = procedure.laterality or ", ".join(procedure.sides)
    levels = ", ".join(procedure.levels)
    for text, titled in zip(voices, (True, False), strict=True):
        spans = [s for s in levels_of(text, words, book) if s.value in procedure.levels]
        if levels and spans and "levels" not in facts:
            facts["levels"] = fact(told, levels, *stretch(spans, text))
            facts["region"] = fact(told, procedure.region or levels, *stretch(spans, text))
        beside = [s for s in levels_of(text, words, book) if not levels]
        if beside and "levels" not in facts:
            # the code does not turn on it, yet the note says where the needle went
            names = ", ".join(dict.fromkeys(s.value for s in beside))
            facts["levels"] = fact(told, names, *stretch(beside, text))
        for one in sides_in(text):
            fits = one.value in (procedure.laterality, *procedure.sides)
            if side and fits and of_needle(one, text, words, titled):
                facts.setdefault("laterality", fact(told, side, one.start, one.end))
        for m in words.kinds.find(text):
            if m.fact == "method" and m.value == procedure.details.get("method"):
                facts.setdefault("technique", fact(told, m.value, *_sentence(found, m.start)))
    if "levels" not in facts:
        spans = levels_of(voices[0], words, book) or levels_of(voices[1], words, book)
        if spans:
            facts["levels"] = fact(told, spans[0].value, spans[0].start, spans[0].end)
    stay = guide["technique"].one
    if stay and stay[0] not in UNSETTLED:
        facts.setdefault("technique", fact(told, stay[0], *_sentence(found, stay[1].start)))
    used = guide["imaging"].one
    if used and used[0] != "guided":
        facts["imaging"] = fact(told, used[0], used[1].start, used[1].end)
    drug = guide["substance"].one
    if drug:
        facts["substance"] = fact(told, drug[0], drug[1].start, drug[1].end)
    return Treated(procedure=procedure, facts=facts)
