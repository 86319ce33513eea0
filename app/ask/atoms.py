"""What of a text a claim could turn on: codes, figures, sites, approach, imaging. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from app.ask import modifiers_named, patterns
from app.ask.lexicon import Lexicon

Atoms = tuple[tuple[str, str, int], ...]
"""Kind, value and place of each."""
NUMBER = re.compile(r"\$?\d[\d,]*(?:\.\d+)?%?")
COUNTS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
}
KINDS = ("region", "approach", "imaging", "technique", "laterality")
CODES = re.compile(r"\b(?:\d{5}|\d{4}T|[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|[ACEGJKLPQSV]\d{4})\b")
GUIDED = re.compile(r"\b(with(?:out)?|no) (?:the )?(?:fluoroscopy|ct|imaging|guidance|it)\b")
EXTRA = {
    "ct": ("imaging", "CT"),
    "left": ("laterality", "left"),
    "right": ("laterality", "right"),
    "office": ("place", "office"),
    "facility": ("place", "facility"),
    "hospital": ("place", "hospital"),
    "asc": ("place", "asc"),
    "medicare": ("payer", "medicare"),
    "commercial": ("payer", "commercial"),
    "column 1": ("column", "1"),
    "column 2": ("column", "2"),
}


@dataclass(frozen=True)
class AtomReader:
    """Finds them by the words of the lexicon."""

    lexicon: Lexicon = field(repr=False)
    modifiers: frozenset[str]

    def find(self, text: str) -> Atoms:
        """Everything in a text that a claim could turn on, in the order of the text."""
        found: list[tuple[int, str, str]] = []
        spans: list[tuple[int, int]] = []

        def take(kind: str, items: Iterable[patterns.Span]) -> None:
            for span in items:
                found.append((span.start, kind, span.value))
                spans.append((span.start, span.end))

        take("code", (patterns.Span(m.group().upper(), *m.span()) for m in CODES.finditer(text)))
        take("level", _whole(patterns.levels(text)))
        take("modifier", modifiers_named.named(text, set(self.modifiers)))
        for day, span in patterns.dates(text):
            found.append((span.start, "date", day.isoformat()))
            spans.append((span.start, span.end))
        for match in NUMBER.finditer(text):
            if not any(s <= match.start() < e for s, e in spans):
                number = match.group().strip("$,.").replace(",", "")
                found.append((match.start(), "number", number))
        for match in re.finditer(rf"(?<!which )\b(?:{'|'.join(COUNTS)})\b(?! of)", text.lower()):
            found.append((match.start(), "number", str(COUNTS[match.group()])))
        for match in GUIDED.finditer(text.lower()):
            guided = "yes" if match[1] == "with" else "no"
            found.append((match.start(), "guided", guided))
        for match in self._fact_pattern.finditer(text.lower()):
            found += [(match.start(), k, v) for k, v in self._fact_words[match.group()]]
        return tuple(sorted(dict.fromkeys((k, v, at) for at, k, v in found), key=_place))

    @cached_property
    def _fact_words(self) -> dict[str, list[tuple[str, str]]]:
        words: dict[str, list[tuple[str, str]]] = {}
        for row in self.lexicon.rows:
            # a catheter told of says nothing yet on whether it stayed
            if row.states in KINDS and row.value != "catheter":
                for phrase in row.words:
                    if " " not in phrase or row.states == "technique":
                        words.setdefault(phrase, []).append((row.states, row.value))
        for phrase, pair in EXTRA.items():
            words.setdefault(phrase, []).append(pair)
        return words

    @cached_property
    def _fact_pattern(self) -> re.Pattern[str]:
        longest = sorted(self._fact_words, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")


def _whole(spans: Iterable[patterns.Span]) -> list[patterns.Span]:
    """Levels read from the same words as one: "C2-C4" is not "C3-C4"."""
    by_place: dict[tuple[int, int], list[str]] = {}
    for span in spans:
        by_place.setdefault((span.start, span.end), []).append(span.value)
    return [patterns.Span(" ".join(values), *place) for place, values in by_place.items()]


def _place(atom: tuple[str, str, int]) -> tuple[int, str, str]:
    return atom[2], atom[0], atom[1]
