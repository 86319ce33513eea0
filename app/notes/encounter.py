"""Date, place, payer, state and claim that a note states, with their words. Pure.

What the note states beats a field sent beside it, and the difference is said.
"""

import re
from collections.abc import Iterator

from app.ask import patterns
from app.ask.reading import STATES
from app.ask.service_day import CALLED, NOT_OF_SERVICE
from app.ask.turn import Mention
from app.notes.sections import Sections
from app.notes.words import NoteWords
from knowledge.codebook import Codebook
from knowledge.facts import Encounter

Place = tuple[str, int, int]
"""A value and where it stands in the tidied text."""
DATED = ("encounter", "title", "none", "done", "who")
SET = ("encounter", "title", "none", "done", "anesthesia")
AWAY = re.compile(
    r"\b(?:follow|return|call\w*|seen in|back to|discharged|visit\w*|appointment|clinic note|to the"
    r"|from the|left the|referred|outside|contact)\b[^.;\n]{0,30}$",
    re.I,
)
MORE = re.compile(r"(?:\s+(?:outpatient|department|center|clinic|surgery|suite))+\b", re.I)
SPOKEN_OF = re.compile(r"\b(?:on|in|since|from|of|by|last|around|about)\s+$", re.I)
"""A day that a sentence speaks of: "on 3/4 she had ..." dates no note."""
CLAIMED = re.compile(r"\b(?:claim|billing|bill)\b", re.I)


def stated(found: Sections, words: NoteWords, book: Codebook) -> dict[str, Place]:
    """Each fact of the encounter that the note states once."""
    text = found.text
    places: dict[str, Place] = {}
    if day := _day(found, words):
        places["service_date"] = day
    kept = found.only(*SET)
    if payer := _payer(found.only("encounter", "none", "title"), book):
        places["payer"] = payer
    for m in sorted(words.lexicon.find(kept), key=lambda m: m.start - m.end):
        if m.fact == "place_of_service" and not m.negated:
            if not AWAY.search(text[max(0, m.start - 44) : m.start]):
                more = MORE.match(kept, m.end)
                places.setdefault(m.fact, (m.value, m.start, more.end() if more else m.end))
        elif _meant(m, text):
            places.setdefault(m.fact, (m.value, m.start, m.end))
    if state := next(_states(found.only("encounter")), None):
        places["state"] = state
    return places


def _meant(mention: Mention, text: str) -> bool:
    """Is it a payer by name, or the claim that words beside it say it is?"""
    if mention.fact == "payer":
        return mention.value != "commercial"
    beside = text[max(0, mention.start - 20) : mention.end + 12]
    return mention.fact == "claim" and bool(CLAIMED.search(beside))


def _day(found: Sections, words: NoteWords) -> Place | None:
    """The date so called, else the first of the note's head that is no other date."""
    text = found.text
    open_: list[Place] = []
    for part in found.parts:
        own = text[part.start : part.end]
        for day, span in patterns.dates(own):
            place = (day.isoformat(), part.start + span.start, part.start + span.end)
            before = text[max(0, place[1] - 24) : place[1]]
            if CALLED.search(before) or re.search(r"\b(?:date|dos)\s*:\s*$", before, re.I):
                return place
            told = SPOKEN_OF.search(before) and not words.cue("begins", own)
            if part.kind in DATED and not told and not NOT_OF_SERVICE.search(before[-40:]):
                open_.append(place)
    return open_[0] if open_ else None


def days(found: Sections) -> dict[str, tuple[int, int]]:
    """Every date that is called the date of service, and where."""
    named: dict[str, tuple[int, int]] = {}
    for part in found.parts:
        for day, span in patterns.dates(found.text[part.start : part.end]):
            start, end = part.start + span.start, part.start + span.end
            before = found.text[max(0, start - 24) : start]
            if CALLED.search(before) or re.search(r"\b(?:date|dos)\s*:\s*$", before, re.I):
                named.setdefault(day.isoformat(), (start, end))
    return named


def payer_named(payer: str | None, book: Codebook) -> str | None:
    """The table's name of a payer, or the name that was sent."""
    for row in book.payers:
        if payer and payer.lower() in {name.lower() for name in (row.payer, *row.names)}:
            return row.payer
    return payer


def _payer(text: str, book: Codebook) -> Place | None:
    """A payer that the tables know, named in the head of the note."""
    best: Place | None = None
    for row in book.payers:
        for name in row.names:
            for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.I):
                if best is None or m.end() - m.start() > best[2] - best[1]:
                    best = (row.payer, m.start(), m.end())
                break
    return best


def _states(text: str) -> Iterator[Place]:
    names = "|".join(sorted(STATES, key=len, reverse=True))
    for m in re.finditer(rf"\b({names})\b", text, re.I):
        yield STATES[m[1].lower()], m.start(), m.end()
    for m in re.finditer(r"(?<=,\s)([A-Z]{2})\b(?=\s+\d{5}|\s*$)", text, re.M):
        if m[1] in STATES.values():
            yield m[1], m.start(), m.end()


def with_stated(sent: Encounter, places: dict[str, Place]) -> tuple[Encounter, tuple[str, ...]]:
    """The fields sent, overruled by the note; and what was overruled."""
    said = {name: place[0] for name, place in places.items()}
    merged = Encounter.model_validate({**sent.model_dump(exclude_none=True), **said})
    differences = tuple(
        f"The note says {said[name]}, the {name.replace('_', ' ')} field says "
        f"{getattr(sent, name)}: the note's word was used."
        for name in said
        if getattr(sent, name) is not None and str(getattr(sent, name)) != said[name]
    )
    return merged, differences
