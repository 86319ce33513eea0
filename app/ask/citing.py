"""Which rows back a sentence? The fewest that hold what it says, and no other. Pure.

A mark beside a sentence promises that its row says it; three rows that each say a third
are cited line by line instead.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import or_

from knowledge.decisions import Step

MOST = 3
"""Marks of one sentence."""
LOOKED_AT = 10
"""Steps tried, the strongest first."""
SHARE = 0.5
"""Least share of the sentence's words that its rows hold."""

FIGURES = re.compile(
    r"\b(?:\d{4}[TU]|[A-Z]\d{4}|[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4})\b"
    r"|\b[CTLS]\d{1,2}(?:-[CTLS]?\d{1,2})?\b"
    r"|\$?\d[\d,]*(?:\.\d+)?"
)
DENIES = re.compile(r"\b(?:no|not|never|neither|nor|cannot|without|none|excludes?)\b|n't\b", re.I)
WORDS = re.compile(r"[a-z]{3,}")
COMMON = set(
    WORDS.findall(
        """the and for that this with are was were has have had can may must will its from into one
    any all but only also than then when where which who whose your you our they them their there
    here been being does did done such each per not nor never neither cannot without bill billed
    billing code codes yes note taken guide says stands counts"""
    )
)


def quote_of(step: Step) -> str:
    """The row in our words: its verdict, where it has one, and its reason."""
    if not step.short or step.short.rstrip(".") in step.because:
        return step.because
    return f"{step.short} {step.because}"


@dataclass(frozen=True)
class Matter:
    """What of a text a citation has to hold."""

    figures: frozenset[str]
    """Codes, levels and figures."""
    words: frozenset[str]
    denies: bool

    def __or__(self, other: "Matter") -> "Matter":
        return Matter(
            self.figures | other.figures, self.words | other.words, self.denies or other.denies
        )

    def backs(self, said: "Matter") -> bool:
        """Every code and figure, the denial, and most of the words."""
        return (
            said.figures <= self.figures
            and (self.denies or not said.denies)
            and len(said.words & self.words) >= SHARE * len(said.words)
        )


def matter(text: str) -> Matter:
    return Matter(
        frozenset(m.strip("$").replace(",", "").rstrip(".") for m in FIGURES.findall(text)),
        frozenset(_stem(w) for w in WORDS.findall(text.lower()) if w not in COMMON),
        bool(DENIES.search(text)),
    )


def backing(sentence: str, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The fewest steps whose rows together say the sentence; none when no three do."""
    said = matter(sentence)
    held = [(step, matter(quote_of(step))) for step in steps[:LOOKED_AT]]
    for size in range(1, MOST + 1):
        for chosen in combinations(held, size):
            if reduce(or_, (one for _, one in chosen)).backs(said):
                return tuple(step for step, _ in chosen)
    return ()


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "ly", "al"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
