"""The note in plain characters without identifiers, and where each of them stood. Pure.

What could name a patient is taken out before anything is read. Quotes are of the note
itself, letter by letter: what is read in tidied words is always given back in the words
that were written.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher

from app.ask.privacy import Redacted, redact
from app.ask.tidy import tidy


@dataclass(frozen=True)
class Plain:
    """Tidied text with the place of each character in the note it came from."""

    note: str
    text: str
    places: tuple[int, ...]
    """One for each character, and one more for the end."""
    identifiers: tuple[str, ...] = ()
    """Kinds of identifiers that stand in the note and not in the text."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the note of a stretch of the tidied text."""
        first, last = self.places[start], self.places[max(start, end - 1)] + 1
        return first, max(last, first + 1)

    def quote(self, start: int, end: int) -> str:
        first, last = self.span(start, end)
        return self.note[first:last]


def plain(note: str) -> Plain:
    """The note redacted and tidied line by line, so that a quote can be found again."""
    redacted = redact(note)
    text: list[str] = []
    places: list[int] = []
    at = 0
    for line in redacted.text.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        tidied = tidy(body)
        places += _aligned(body, tidied, at)
        text.append(tidied)
        if len(body) < len(line):
            text.append("\n")
            places.append(at + len(body))
        at += len(line)
    back = _places(redacted)
    where = (*(back[p] for p in places), len(note))
    return Plain(note, "".join(text), where, redacted.kinds)


def _places(redacted: Redacted) -> list[int]:
    """Where each character of the redacted text stood; a placeholder ends where its words did."""
    spans = [redacted.original(n, n + 1) for n in range(len(redacted.text))]
    following = [*(start for start, _ in spans[1:]), -1]
    return [
        end - 1 if start != after and end - start > 1 else start
        for (start, end), after in zip(spans, following, strict=True)
    ]


def _aligned(line: str, tidied: str, at: int) -> list[int]:
    if line == tidied:
        return list(range(at, at + len(line)))
    places: list[int] = []
    matched = SequenceMatcher(None, line, tidied, autojunk=False)
    for _, from_start, from_end, to_start, to_end in matched.get_opcodes():
        for n in range(to_end - to_start):
            places.append(at + min(from_start + n, max(from_end - 1, from_start)))
    return [min(p, at + max(len(line) - 1, 0)) for p in places]
