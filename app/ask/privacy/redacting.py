"""Text -> Redacted: find, join what overlaps, number the placeholders. Pure.

What is found is masked and the rest is read again until nothing more is found, so that
redacting twice changes nothing.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from app.ask.privacy import dates, names, numbers, places
from app.ask.privacy.folding import Folded, fold
from app.ask.privacy.values import Found, Redacted
from app.ask.privacy.words import kinds

RECOGNISERS = (places.found, numbers.found, dates.found, names.found)
"""Of two findings over the same words the longer one tells the kind, then the earlier one here."""
ROUNDS = 4
Span = tuple[str, int, int]


def redact(text: str) -> Redacted:
    """The text with a typed, numbered placeholder for whatever could name a patient."""
    held = [m.span() for m in _placeholder().finditer(text)]
    spans: list[Span] = []
    for _ in range(ROUNDS):
        masked = [*held, *[(start, end) for _, start, end in spans]]
        more = _found(fold(text, masked))
        if not more:
            break
        spans = sorted([*spans, *more], key=_place)
    return _replaced(text, spans)


def _found(folded: Folded) -> list[Span]:
    """The findings of one reading, as they stand in the text that was sent."""
    raw = [span for find in RECOGNISERS for span in find(folded.text)]
    return [(kind, *folded.span(start, end)) for kind, start, end in _joined(raw)]


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Findings that overlap, as one."""
    joined: list[Span] = []
    longest = 0
    for kind, start, end in sorted(spans, key=_place):
        if joined and start < joined[-1][2]:
            last, first, until = joined[-1]
            kind = kind if end - start > longest else last
            joined[-1] = (kind, first, max(until, end))
        else:
            joined.append((kind, start, end))
            longest = 0
        longest = max(longest, end - start)
    return joined


def _place(span: Span) -> tuple[int, int]:
    return span[1], -span[2]


def _replaced(text: str, spans: Sequence[Span]) -> Redacted:
    pieces: list[str] = []
    found: list[Found] = []
    starts: list[int] = []
    given = _Numbers(text)
    at = length = 0
    for kind, start, end in spans:
        shown = given.placeholder(kind, text[start:end])
        pieces += [text[at:start], shown]
        length += start - at
        starts.append(length)
        length += len(shown)
        found.append(Found(kind, start, end, shown))
        at = end
    return Redacted(
        text="".join([*pieces, text[at:]]),
        found=tuple(found),
        kinds=tuple(dict.fromkeys(kinds()[f.kind].name for f in found)),
        _starts=tuple(starts),
    )


class _Numbers:
    """Which number the placeholder of each value has: the same value, the same number."""

    def __init__(self, text: str) -> None:
        self._values: dict[tuple[str, str], int] = {}
        self._names: dict[str, list[tuple[frozenset[str], int]]] = {}
        """The names met, by each of their words."""
        self._last: dict[str, int] = {}
        for m in _placeholder().finditer(text):
            self._last[m[1]] = max(self._last.get(m[1], 0), int(m[2]))

    def placeholder(self, kind: str, value: str) -> str:
        label = kinds()[kind].placeholder
        plain = re.sub(r"\W", "", fold(value).text.lower())
        number = self._person(value) if kind == "name" else self._values.get((label, plain))
        if number is None:
            number = self._last[label] = self._last.get(label, 0) + 1
        self._values[label, plain] = number
        if kind == "name":
            words = _words(value)
            for word in words:
                if (words, number) not in self._names.setdefault(word, []):
                    self._names[word].append((words, number))
        return f"[{label}_{number}]"

    def _person(self, value: str) -> int | None:
        """The number of a name met before whose words hold these, or are held by them."""
        words = _words(value)
        held = [name for word in sorted(words) for name in self._names.get(word, ())]
        alike = (number for known, number in held if words <= known or known <= words)
        return min(alike, default=None)


def _words(name: str) -> frozenset[str]:
    return frozenset(w.lower() for w in re.findall(r"[^\W\d_]{2,}", fold(name).text))


@cache
def _placeholder() -> re.Pattern[str]:
    """A placeholder that stands in the text already."""
    labels = "|".join({row.placeholder for row in kinds().values()})
    return re.compile(rf"\[({labels})_(\d{{1,6}})\]")
