"""Where was treated, and how did the needle get there? One voice of a note at a time. Pure.

A voice is the title or the account of the work.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.ask.patterns import Span
from app.ask.sides import by_level
from app.ask.sites import gap, level_row, region_group
from app.ask.turn import Mention
from app.notes.levels import levels_of, near
from app.notes.sided import of_needle, sides_in
from app.notes.ways import entering, of_injection, one_route, outermost, proving
from app.notes.words import NoteWords, mentions_of
from knowledge.codebook import Codebook

FAR = 500
"""Characters beyond which breaks between two words no longer tell anything."""
BESIDE = 90
"""How far a level of a second region may stand from a word for the needle, breaks counted."""


@dataclass
class Act:
    """One procedure of one voice: how, where, and the words that say so."""

    approach: str | None
    group: str
    """The regions that share their codes; "" = none said."""
    levels: list[Span] = field(default_factory=list)
    region: Mention | None = None
    said: Mention | None = None
    """The word for the approach."""
    hinted: bool = False
    """The approach is told by what the needle passed, not by name."""

    def rows(self, book: Codebook) -> tuple[str, ...]:
        """The levels by the names of the table, each once."""
        return tuple(dict.fromkeys(_row_name(s, self.approach, book) for s in self.levels))


@dataclass(frozen=True)
class Voice:
    """What one part of the note says."""

    text: str
    acts: tuple[Act, ...]
    sides: tuple[Span, ...]

    def side_of(self, act: Act) -> dict[str, str]:
        """The side of each level of the act that has one; "" stands for the act at large."""
        if not self.sides:
            return {}
        if not act.levels:
            return {"": side} if (side := _both([s.value for s in self.sides])) else {}
        every = sorted((s for a in self.acts for s in a.levels), key=lambda s: s.start)
        own = by_level(self.text, every, self.sides)
        found: dict[str, list[str]] = {}
        for span in act.levels:
            if value := own.get((span.start, span.end)):
                found.setdefault(span.value, []).append(value)
        told = {name: side for name, values in found.items() if (side := _both(values))}
        alone = {a.group for a in self.acts} == {act.group} and len(self.acts) == 1
        if not told and alone:
            # a side said in another sentence than the level is that of the only procedure
            values = {s.value for s in self.sides}
            return {"": next(iter(values))} if len(values) == 1 else {}
        return told


def _both(values: Sequence[str]) -> str:
    if "bilateral" in values or {"left", "right"} <= set(values):
        return "bilateral"
    return values[0] if values else ""


def voice(
    text: str,
    words: NoteWords,
    book: Codebook,
    title: bool,
    allowed: frozenset[tuple[int, int]] | None = None,
) -> Voice:
    """The acts a part of the note tells of; of the levels only those that are allowed."""
    if not text.strip():
        return Voice(text, (), ())
    found = words.lexicon.find(text)
    named = [m for m in mentions_of(found, "approach") if entering(m, text)]
    hints = [m for m in mentions_of(found, "approach_hint") if entering(m, text)]
    named = outermost(named)
    levels = levels_of(text, words, book)
    if allowed is not None:
        levels = [s for s in levels if (s.start, s.end) in allowed]
    regions = [
        m
        for m in outermost(mentions_of(found, "region"))
        if not any(words.found("after_level", "finding", near(text, m.end)))
        and (title or of_injection(m, text))
    ]
    told = [s for s in sides_in(text) if of_needle(s, text, words, title)]
    return Voice(text, tuple(_acts(text, named, hints, levels, regions, book)), tuple(told))


def _acts(
    text: str,
    named: Sequence[Mention],
    hints: Sequence[Mention],
    levels: Sequence[Span],
    regions: Sequence[Mention],
    book: Codebook,
) -> list[Act]:
    told = one_route(list(named) or list(hints))
    approaches: list[str | None] = list(dict.fromkeys(m.value for m in told))
    # what a needle passes tells which of two procedures a level is of
    around = [*told, *(m for m in hints if m.value in approaches)]
    acts: list[Act] = []
    for approach in approaches or [None]:
        own = [m for m in told if m.value == approach]
        places = levels
        if len(approaches) > 1:
            places = [s for s in levels if _nearest(s, around, text) == approach]
        if approach == "caudal":
            places = []
        groups: dict[str, Act] = {}
        for span in places:
            row = level_row(span.value, approach, book)
            side = region_group(row.region, book) if row else ""
            act = groups.setdefault(side, Act(approach, side, hinted=not named))
            act.levels.append(span)
        near = [
            m
            for m in regions
            if len(approaches) < 2
            or _nearest(Span(m.value, m.start, m.end), told, text) == approach
        ]
        for m in near:
            side = region_group(m.value, book)
            act = groups.setdefault(side, Act(approach, side, hinted=not named))
            act.region = act.region or m
        if len(groups) > 1:
            groups = _worked(groups, around, text) or groups
        if approach == "caudal":
            groups = {k: a for k, a in groups.items() if k == region_group("sacral", book)}
        if own and not groups:
            groups[""] = Act(approach, "", hinted=not named)
        for act in groups.values():
            act.said = max(own, key=proving, default=None)
            acts.append(act)
    return acts


def _worked(groups: dict[str, Act], around: Sequence[Mention], text: str) -> dict[str, Act]:
    """The groups of which a level stands beside a word for how the needle went in."""

    def beside(act: Act) -> bool:
        places = [(s.start, s.end) for s in act.levels]
        if act.region:
            places.append((act.region.start, act.region.end))
        return any(gap(text, p, (m.start, m.end)) < BESIDE for p in places for m in around)

    return {group: act for group, act in groups.items() if beside(act)}


def _nearest(span: Span, told: Sequence[Mention], text: str) -> str | None:
    """The approach named nearest, breaks counted; far ones are told apart by distance alone."""
    near = [m for m in told if abs(m.start - span.start) < FAR]
    if not near:
        return min(told, key=lambda m: abs(m.start - span.start)).value
    return min(near, key=lambda m: gap(text, (m.start, m.end), (span.start, span.end))).value


def _row_name(span: Span, approach: str | None, book: Codebook) -> str:
    row = level_row(span.value, approach, book)
    return row.level if row else span.value
