"""Which diagnoses that the note names by code go on which line? Pure.

Those of the work and its indication; a code of the history only where no other is named.
Headers and what Excludes1 takes off are left out; the rule of diagnosis.toml says which.
"""

from collections.abc import Sequence

from app.ask import patterns
from app.ask.subject import call
from app.notes.facts import Treated
from app.notes.plain import Plain
from app.notes.plan import Line
from app.notes.sections import Sections, kept
from app.notes.words import NoteWords
from knowledge.codebook import Codebook
from knowledge.decisions import Decided
from knowledge.rules.diagnosis_codes import find

PAST = {"history", "exam", "study"}
"""Sections whose diagnoses are not those of the procedure while others are named."""
NEVER = {"plan", "meds", "consent"}
REGIONS = {"cervical", "thoracic", "lumbar", "sacral"}
BESIDE = ("levels", "kind", "approach")
"""Facts that tell where in the note a procedure is spoken of."""


def diagnosed(
    lines: Sequence[Line],
    treated: Sequence[Treated],
    plain: Plain,
    found: Sections,
    words: NoteWords,
    book: Codebook,
) -> list[Line]:
    """The lines with their diagnoses: beside the procedure, else by region, else on all."""
    parts = {p.kind for p in found.parts} - NEVER
    texts = (_of_now(found, words, parts - PAST), found.only(*parts))
    here, every = (_named(text, book) for text in texts)
    named = _on_a_claim(_held(list(here), book) or _held(list(every), book) or list(here), book)
    several = len({line.procedure for line in lines}) > 1
    owners = {d: _owner(every[d], treated, plain) for d in named} if several else {}
    if {line.procedure for line in lines} - set(owners.values()):
        # a list for all of them: no place tells whose a diagnosis is
        owners = {}
    made = []
    for line in lines:
        own = [d for d in named if _of(d, line, lines, owners.get(d), book)]
        made.append(line.model_copy(update={"diagnoses": tuple(own)}))
    return made


def _of_now(found: Sections, words: NoteWords, kinds: set[str]) -> str:
    """The text of these sections without sentences that tell of other illness or another time."""
    return kept(
        found.text,
        [
            (p.start, p.end)
            for p in found.parts
            if p.kind in kinds and not words.cue("other_illness", found.text, p.start, p.end)
        ],
    )


def _named(text: str, book: Codebook) -> dict[str, int]:
    """Each code with the place where it first stands."""
    found: dict[str, int] = {}
    for span in patterns.diagnoses(text, set(book.diagnoses)):
        found.setdefault(span.value, span.start)
    return found


def _owner(at: int, treated: Sequence[Treated], plain: Plain) -> int | None:
    """The procedure that is spoken of last before the diagnosis on its line."""
    start = plain.text.rfind("\n", 0, at) + 1
    first, last = plain.span(start, at)[0], plain.span(at, at + 1)[0]
    before = [
        (one.facts[f].start, n)
        for n, one in enumerate(treated)
        for f in BESIDE
        if f in one.facts and first <= one.facts[f].start < last
    ]
    return max(before)[1] if before else None


def _of(
    diagnosis: str, line: Line, lines: Sequence[Line], owner: int | None, book: Codebook
) -> bool:
    """Does it go on this line?"""
    fitting = {x.procedure for x in lines if _fits(diagnosis, book.code(x.code).region, book)}
    if owner is not None and len(fitting) != 1:
        return line.procedure == owner
    region = book.code(line.code).region
    others = any(book.code(x.code).region != region for x in lines)
    return not others or _fits(diagnosis, region, book)


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
    """Do the regions of diagnosis and code meet, as far as both have one?"""
    row = book.diagnoses.get(diagnosis)
    there = set(row.regions) & REGIONS if row else set()
    own = set(region.split("/")) & REGIONS
    return not there or not own or bool(there & own)
