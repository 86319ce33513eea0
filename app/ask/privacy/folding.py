"""A text in plain characters for the recognisers, and where each of them stood. Pure.

Digits of other scripts, wide letters, accents and invisible characters hide nothing.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MASK = "\ufffc"
"""Stands for what is taken out already: neither a word, nor space, nor a stop."""
SAME = {
    "\u2019": "'",
    "\u2018": "'",
    "\u02bc": "'",
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "\u00a0": " ",
}


@dataclass(frozen=True)
class Folded:
    """The plain text, with the place of each of its characters."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the text as it was sent."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str, masked: Iterable[tuple[int, int]] = ()) -> Folded:
    """The text in plain characters, each masked stretch as one sign."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end in [*sorted(masked), (len(text), len(text))]:
        for n in range(at, start):
            for plain in _plain(text[n]):
                chars.append(plain)
                starts.append(n)
                ends.append(n + 1)
        if start < end:
            chars.append(MASK)
            starts.append(start)
            ends.append(end)
        at = end
    return Folded("".join(chars), tuple(starts), tuple(ends))


def _plain(char: str) -> str:
    if char.isascii():
        return char
    if char in SAME:
        return SAME[char]
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return ""
    apart = unicodedata.normalize("NFKD", char)
    return "".join(c for c in apart if unicodedata.category(c) not in ("Cf", "Mn", "Me"))
