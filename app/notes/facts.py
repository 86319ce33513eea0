"""The facts of a note, each with the words that prove it. Pure values."""

from typing import Any

from app.ask.turn import Call
from app.notes.plain import Plain
from knowledge.facts import Frozen, Procedure


class Quote(Frozen):
    """Words of the note, found at these offsets letter by letter."""

    quote: str
    start: int
    """In Unicode code points of the note as it was sent."""
    end: int


class Fact(Quote):
    """What the words prove."""

    value: str


class Conflict(Frozen):
    """Two places of one note that cannot both be true."""

    fact: str
    quotes: tuple[Quote, ...]


class Treated(Frozen):
    """One procedure of the session: its facts and what proves them."""

    procedure: Procedure
    facts: dict[str, Fact]
    call: Call | None = None
    """The decision of select_code; None = not asked yet."""


def quoted(plain: Plain, start: int, end: int) -> Quote:
    """The words of the note behind a stretch of the tidied text, without white space around."""
    while start < end and plain.text[start].isspace():
        start += 1
    while end > start and plain.text[end - 1].isspace():
        end -= 1
    first, last = plain.span(start, end)
    return Quote(quote=plain.note[first:last], start=first, end=last)


def fact(plain: Plain, value: Any, start: int, end: int) -> Fact:
    """A fact proved by a stretch of the tidied text."""
    return Fact(value=str(value), **quoted(plain, start, end).model_dump())
