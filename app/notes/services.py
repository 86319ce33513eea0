"""Drugs and sedation that a note tells of, and what the rules say of a line of their own. Pure.

They stand beside the claim lines of the procedures and are never among them: whether a drug or
moderate sedation is paid apart turns on place, payer and who bought it. A dose told for each of
several sites is not multiplied; minutes, age and who gave sedation are never guessed.
"""

import re
from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from app.ask.planning.sedation import MONITORED, OBSERVER
from app.ask.served import listen
from app.ask.subject import call
from app.ask.turn import Call, Given
from app.notes.evidence import over
from app.notes.facts import Quote, quoted
from app.notes.plain import Plain
from app.notes.sections import Part, Sections, kept
from app.notes.times import Told
from app.notes.words import NoteWords
from knowledge.codebook import Codebook
from knowledge.facts import Encounter, Frozen
from knowledge.service_rows import DrugRow

EACH = re.compile(r"\b(?:each|every|apiece|ea|per (?:side|level|site|joint|nerve|foramen))\b", re.I)
SEDATED = re.compile(
    r"\b(?:(?:moderate|conscious|iv|procedural) sedation|sedation\s*:|sedated|sedation)\b", re.I
)
UNSEDATED = re.compile(
    r"\b(?:no|without|declined|minimal|not|deep)\s+(?:\w+\s+){0,2}sedation|sedation\s*:?\s*(?:was\s+)?"
    r"(?:none|no\b|not|n/a|declined|minimal|deep)|unsedated",
    re.I,
)
SPOKEN_IN = ("title", "none", "done", "anesthesia", "drugs", "who")
ANESTHETIC = "local anesthetic"


class Service(Frozen):
    """One drug, or the sedation, with the words that tell of it and the rule's answer."""

    name: str
    quote: Quote
    call: Call


def services(
    plain: Plain,
    found: Sections,
    told: Told,
    words: NoteWords,
    encounter: Encounter,
    book: Codebook,
) -> tuple[Service, ...]:
    """What the note tells of drugs and of sedation, each with the decision on its own line."""
    work = over(told.title, told.done, found.only("drugs"))
    return (
        *_drugs(plain, work, words, encounter, book),
        *_sedation(plain, found, words, encounter, book),
    )


def _drugs(
    plain: Plain, text: str, words: NoteWords, encounter: Encounter, book: Codebook
) -> Iterator[Service]:
    kinds = {r.drug: r.kind for r in book.all_rows["drugs", "drug"] if isinstance(r, DrugRow)}
    places: dict[str, list[tuple[int, int]]] = {}
    for m in sorted(words.kinds.find(text), key=lambda m: m.start):
        if m.fact == "drug" and kinds.get(m.value, ANESTHETIC) != ANESTHETIC:
            places.setdefault(m.value, []).append(_sentence(text, m.start))
    for drug, spans in places.items():
        told, (start, end) = _told(drug, text, list(dict.fromkeys(spans)), words)
        yield Service(
            name=drug,
            quote=quoted(plain, start, end),
            call=_asked(told, encounter, book),
        )


def _asked(told: Given, encounter: Encounter, book: Codebook) -> Call:
    setting = {"claim": encounter.claim, "place_of_service": encounter.place_of_service}
    amounts = {k: v or None for k, v in told.model_dump(exclude={"drug", "discarded"}).items()}
    try:
        return call("drugs", book, drug=told.drug, discarded=told.discarded, **amounts, **setting)
    except ValidationError:
        # a unit or a container that the rule does not know is no amount
        return call("drugs", book, drug=told.drug, **setting)


def _told(
    drug: str, text: str, spans: Sequence[tuple[int, int]], words: NoteWords
) -> tuple[Given, tuple[int, int]]:
    """What was given of a drug: nothing but its name when that is said two ways, or for each."""
    found = []
    for start, end in spans:
        own = text[start:end]
        heard = listen(own, words.kinds.find(own), ()).drugs
        one = next((g for g in heard if g.drug == drug), Given(drug=drug))
        if one.dose is not None or one.volume is not None:
            found.append((one, (start, end)))
    if len(found) != 1:
        return Given(drug=drug), spans[0]
    one, span = found[0]
    # "5 mg each": how many times it was given is a count that nobody made
    return (Given(drug=drug) if EACH.search(text, *span) else one), span


def _sentence(text: str, at: int) -> tuple[int, int]:
    """The sentence or line around a place."""
    stops = [m.end() for m in re.finditer(r"[.;!?](?=\s)|\n", text)]
    start = max((s for s in stops if s <= at), default=0)
    return start, min((s for s in stops if s > at), default=len(text))


def _sedation(
    plain: Plain, found: Sections, words: NoteWords, encounter: Encounter, book: Codebook
) -> Iterator[Service]:
    """Moderate sedation, when the note says that it was given and no anesthesia was."""
    text = found.text
    spans = [
        (p.start, p.end)
        for p in found.parts
        if p.kind in SPOKEN_IN and SEDATED.search(text, p.start, p.end)
    ]
    spans = [s for s in spans if not UNSEDATED.search(text, *s)]
    spans = [s for s in spans if not words.cue("explained", text, *s)]
    if not spans or MONITORED.search(found.only(*SPOKEN_IN)):
        return
    # who and how long may stand in the sentences that follow it under the same heading
    beside = kept(text, [*spans, *((p.start, p.end) for p in found.parts if _beside(p, spans))])
    heard = listen(beside, words.kinds.find(beside), ())
    by = heard.all("sedation_by")
    who = "proceduralist" if not by and OBSERVER.search(beside) else (by[0] if by else "")
    yield Service(
        name="moderate sedation",
        quote=quoted(plain, *spans[0]),
        call=call(
            "sedation",
            book,
            minutes=heard.minutes,
            age=listen(text, words.kinds.find(text), ()).age,
            by=who if len(set(by)) < 2 else "",
            claim=encounter.claim,
            place_of_service=encounter.place_of_service,
            payer=encounter.payer,
            epidural=True,
        ),
    )


NEXT = 240
"""Characters behind the word within which a sentence may still tell of the sedation."""


def _beside(part: Part, spans: Sequence[tuple[int, int]]) -> bool:
    told = part.kind in ("anesthesia", "none", "done")
    return told and any(0 <= part.start - end < NEXT for _, end in spans)
