"""The words of notes.toml, ready to be found: headings, cues, what happened. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.ask.lexicon import FORM, Lexicon, form_of
from app.ask.turn import Mention
from knowledge.word_rows import LexiconRow, NoteElementRow

SHARED = ("approach", "region", "imaging", "payer", "place_of_service", "claim", "state")
"""Facts whose words questions and notes share."""
OWN = (("imaging", "none"), ("imaging", "fluoroscopy or CT"))
"""What notes say in words of their own."""
DRUG = "drug"
"""The row of the element whose words are names of drugs."""
NAMING = ("approach", "target", "action")
"""What a procedure goes by."""
DEVICES = ("service", "pump_act", "pump_fact")
"""Facts of pumps and leads."""
FACTS = ("approach", "approach_hint", "region", "imaging", "technique", "substance", "claim")
"""Facts whose words notes.toml adds to."""


@dataclass(frozen=True)
class NoteWords:
    """The rows that notes are read by, as patterns."""

    rows: Sequence[LexiconRow] = field(repr=False)
    """Of notes.toml."""
    lexicon_rows: Sequence[LexiconRow] = field(repr=False)
    """Of lexicon.toml: the words of questions."""
    elements: tuple[NoteElementRow, ...] = ()

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words that state facts of a procedure or of the encounter."""
        shared = [
            row.model_copy(update={"negated": "", "also": {}})
            for row in self.lexicon_rows
            if row.states in SHARED and (row.states, row.value) not in OWN
        ]
        own = [row for row in self.rows if row.states in FACTS]
        return Lexicon([*shared, *own])

    @cached_property
    def kinds(self) -> Lexicon:
        """The words for procedures that are no epidural injections, and for their facts."""
        left_out = ("aspect", "situation", "asked", "topic", "billed", "modifier", "settles")
        shared = [
            row.model_copy(update={"negated": ""})
            for row in self.lexicon_rows
            if row.states not in left_out and not (row.states == "imaging" and row.value == "none")
        ]
        own = [
            row
            for row in self.rows
            if row.states
            in (*FACTS, "target", "action", "days", "method", "purpose", "muscle", "nerve")
        ]
        return Lexicon([*shared, *own])

    @cached_property
    def devices(self) -> Lexicon:
        """The words for what was done to a pump or a lead, with what denies it."""
        return Lexicon([row for row in self.lexicon_rows if row.states in DEVICES])

    @cached_property
    def approaches(self) -> re.Pattern[str]:
        """Words that name how a needle entered."""
        rows = [r for r in self.lexicon_rows if r.states == "approach"]
        return compiled([w for r in rows for w in r.words])

    @cached_property
    def named(self) -> re.Pattern[str]:
        """Words that name a procedure of any kind, or how a needle entered."""
        told = [r for r in [*self.lexicon_rows, *self.rows] if r.states in NAMING]
        return compiled([w for r in told for w in r.words])

    @cached_property
    def drugs(self) -> re.Pattern[str]:
        """Names of what is injected."""
        return compiled([w for row in self.elements if row.id == DRUG for w in row.shows])

    @cached_property
    def headings(self) -> re.Pattern[str]:
        """Any heading, the longest first."""
        names = sorted(self.heading_kinds, key=len, reverse=True)
        return re.compile("|".join(re.escape(n).replace(r"\ ", r"\s+") for n in names), re.I)

    @cached_property
    def heading_kinds(self) -> dict[str, str]:
        """What stands below each heading."""
        return {w: row.value for row in self.rows if row.states == "heading" for w in row.words}

    def heading_like(self, name: str) -> str:
        """The kind of a heading that no row has, by the words it is made of; else "other"."""
        for states, value in self._patterns:
            if states == "heading_word" and any(self.found(states, value, name)):
                return value
        return "other"

    def cue(self, value: str, text: str, start: int = 0, end: int | None = None) -> bool:
        """Does the stretch say this of itself?"""
        return any(self.found("cue", value, text, start, end))

    def found(
        self, states: str, value: str, text: str, start: int = 0, end: int | None = None
    ) -> Iterator[tuple[int, int]]:
        """Every place of the words of one kind."""
        stop = len(text) if end is None else end
        pattern = self._patterns.get((states, value))
        if pattern is not None:
            for match in pattern.finditer(text, start, stop):
                yield match.span()

    def situations(self, text: str) -> set[str]:
        """What happened, by the names that the rules of modifiers know."""
        values = {value for states, value in self._patterns if states == "situation"}
        return {value for value in values if any(self.found("situation", value, text))}

    @cached_property
    def _patterns(self) -> dict[tuple[str, str], re.Pattern[str]]:
        words: dict[tuple[str, str], list[str]] = {}
        for row in self.rows:
            words.setdefault((row.states, row.value), []).extend(row.words)
        return {key: compiled(found) for key, found in words.items() if key[0] != "heading"}


def compiled(words: Sequence[str]) -> re.Pattern[str]:
    """One pattern for many words, forms among them."""
    parts = []
    for word in words:
        if FORM.search(word) or "_" in word:
            parts.append(form_of(word).pattern)
        else:
            spaced = r"[\s-]+".join(re.escape(piece) for piece in word.split())
            parts.append(rf"(?<!\w){spaced}(?!\w)")
    return re.compile("|".join(f"(?:{part})" for part in parts) or r"(?!)", re.I)


def mentions_of(found: Sequence[Mention], fact: str) -> list[Mention]:
    """Those of one fact, in the order of the text."""
    return sorted((m for m in found if m.fact == fact), key=lambda m: (m.start, -m.end))
