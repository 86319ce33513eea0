"""Codes, modifiers and places that no table has are said to be unknown, the nearest named. Pure."""

from collections.abc import Iterator

from app.ask.pair_asked import visits
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import NotCovered


def unknown(reading: Reading, book: Codebook) -> Iterator[Call]:
    """One refusal for each thing that looks like a code and is none."""
    for word, meant in reading.malformed:
        near = tuple(c for c in meant.split(" ") if c)
        yield _none(reading, f"No table has a code {word}.", near)
    for modifier in reading.unknown_modifiers:
        known = tuple(sorted(m for m in book.modifier_names if m[:1] == modifier[:1]))[:4]
        yield _none(reading, f"No table has a modifier {modifier}.", known)
    for place in reading.unknown_places:
        known = tuple(r.id for r in book.statements("places", "place"))[:4]
        yield _none(reading, f"No table has a place of service {place}.", known)


def strangers(reading: Reading, book: Codebook) -> tuple[Call, ...]:
    """The refusal of a code that no table holds, where nothing of ours is told beside it."""
    held = {row.code for row in book.codes.values()} | set(book.every_code) | visits(book)
    told = any(p.approach or p.kind or p.levels for p in reading.procedures)
    if not reading.codes or told or set(reading.codes) & held or reading.billed:
        return ()
    return (_none(reading, f"The tables do not hold {' or '.join(reading.codes)}.", ()),)


def _none(reading: Reading, verdict: str, nearest: tuple[str, ...]) -> Call:
    result = NotCovered(verdict=verdict, nearest=nearest)
    return Call(tool="compare", arguments={"service_date": str(reading.on)}, result=result)
