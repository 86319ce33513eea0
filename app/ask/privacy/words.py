"""The words of privacy.toml, ready to be found, and the words of the field, which name nobody."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from knowledge.privacy_rows import IdentifierRow, WordListRow
from knowledge.tables import Tables, load

PLACES = ("state", "locality")
"""Facts whose words are places, which are names of people as often: San Jose."""
WORD = re.compile(r"[A-Za-z][A-Za-z']*")


@cache
def kinds() -> dict[str, IdentifierRow]:
    """Every kind of identifier, by its id."""
    return {r.kind: r for r in load().of("privacy", "kind") if isinstance(r, IdentifierRow)}


@cache
def listed(id: str) -> frozenset[str]:
    """The words of one list."""
    rows = [r for r in load().of("privacy", "words") if isinstance(r, WordListRow)]
    return frozenset(next(r.words for r in rows if r.id == id))


@cache
def never_names() -> frozenset[str]:
    """Words that follow a title or a label and are none of a name all the same."""
    lists = ("never_names", "credentials", "titles")
    return frozenset(word for id in lists for word in listed(id))


@cache
def field_words() -> frozenset[str]:
    """Every word of the other tables and of the guides, in lower case.

    Payers, drugs, states, eponyms and the words of notes are among them: none of these
    is a patient's name unless a title or a label says so.
    """
    words = {word.lower() for text in _texts(load()) for word in WORD.findall(text)}
    return frozenset(words | listed("states"))


@cache
def lexicon_words() -> frozenset[str]:
    """The words that questions and notes are read by, with the payers' names; no towns."""
    held = load()
    rows = [*held.of("lexicon", "word"), *held.of("notes", "word"), *held.of("payers", "payer")]
    told = (row for row in rows if getattr(row, "states", "") not in PLACES)
    texts = (text for row in told for text in _strings(row.model_dump(exclude={"source"})))
    return frozenset(word.lower() for text in texts for word in WORD.findall(text))


@cache
def known_codes() -> frozenset[str]:
    """Codes of the tables: a number that is one of them is no ZIP code."""
    return frozenset(str(getattr(row, "code", "")) for row in load().of("codes", "code"))


def either(words: Iterable[str]) -> str:
    """The words as a pattern, longest first; a space stands for any white space."""
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(w).replace(r"\ ", r"[ \t]{1,3}") for w in longest)


def _texts(tables: Tables) -> Iterator[str]:
    for file, row in tables.every_row():
        if file != "privacy":
            yield from _strings(row.model_dump(exclude={"source"}))
    for guide in tables.guides:
        yield guide.text


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _strings(inner)
