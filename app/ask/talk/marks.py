"""Which words of a text mark it as part of a conversation? Pure; the words are rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.ask.lexicon import Lexicon
from app.ask.turn import Mention
from knowledge.word_rows import LexiconRow

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|#\d")
AT_START = ("opening", "supposing")
"""Marks that count at the start of a text only."""
ALONE = ("new", "yes", "no", "unknown", "thanks", "why", "sure", "where", "repeat")
"""Marks that can be all that a text says."""


@dataclass(frozen=True)
class Marks:
    """The marks of one text."""

    said: frozenset[str]
    left: dict[str, int] = field(default_factory=dict)
    """By mark: how many words of the text it and the fillers do not cover."""
    choice: int = 0
    """The number of a choice, when the text says nothing else."""

    def alone(self, mark: str) -> bool:
        """Does the text say this and nothing else?"""
        return mark in self.said and not self.left.get(mark, 1)


@dataclass(frozen=True)
class Hearer:
    """Hears the marks of conversation.toml."""

    rows: Sequence[LexiconRow] = field(repr=False)

    @cached_property
    def _lexicons(self) -> tuple[Lexicon, ...]:
        """One for each mark, so that words of one do not hide those of another."""
        return tuple(Lexicon([row]) for row in self.rows)

    def _find(self, text: str) -> list[Mention]:
        return [m for lexicon in self._lexicons for m in lexicon.find(text)]

    def hear(self, text: str) -> Marks:
        """Every mark of a text; words of an opening count at its start only."""
        found = self._find(text)
        begin = len(text) - len(text.lstrip(" \t\n\"'(-.,:;…"))
        said = {
            m.value
            for m in found
            if m.value != "filler" and (m.value not in AT_START or m.start == begin)
        }
        left = {mark: _left(text, found, mark) for mark in said & {*ALONE}}
        choices = [int(m.split()[1]) for m in said if m.startswith("choice ")]
        whole = [n for n in choices if not _left(text, found, f"choice {n}")]
        return Marks(frozenset(said), left, whole[0] if len(whole) == 1 else 0)

    def plain(self, text: str) -> str:
        """The text without the words at its start that only suppose what follows."""
        begin = len(text) - len(text.lstrip())
        ends = [m.end for m in self._find(text) if m.value == "supposing" and m.start == begin]
        left = text[max(ends, default=0) :].lstrip(" ,:")
        return left if ends and left else text


def _left(text: str, found: Sequence[Mention], mark: str) -> int:
    """Words outside those of this mark and of the fillers."""
    spans = [(m.start, m.end) for m in found if m.value in (mark, "filler")]
    return sum(
        not any(start <= word.start() and word.end() <= end for start, end in spans)
        for word in WORD.finditer(text)
    )
