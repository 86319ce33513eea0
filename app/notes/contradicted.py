"""Where title and account of a note contradict each other. Pure.

A conflict is told and never resolved by guess: the fact is then unclear, and no line rests on it.
"""

import re
from collections.abc import Iterator, Sequence

from app.ask.sites import level_row
from app.notes.levels import ends_of
from app.notes.places import Site, Told, stretch
from app.notes.sites import Act, Voice
from app.notes.words import NoteWords
from knowledge.codebook import Codebook

WEAK = ("tuohy", "touhy", "hustead", "crawford")
"""A needle that serves for more than one approach."""
TOGETHER = 60
"""Characters within which left and right are told as one thing."""
OPPOSED = {"interlaminar", "transforaminal"}
"""Approaches that what a needle passes tells apart."""


def levels_agree(
    site: Site,
    own: Site,
    head: Act,
    act: Act,
    title: Voice,
    body: Voice,
    repeated: bool,
    book: Codebook,
    told: Told,
) -> None:
    """Levels of title and account: the same, some left to "repeated", or at odds."""
    if not site.levels:
        site.levels, site.rows = own.levels, own.rows
        return
    if not own.levels:
        return
    there, here = set(head.rows(book)), set(act.rows(book))
    ends = {e for s in head.levels if "-" in s.value for e in ends_of(s.value)}
    if {s.value for s in act.levels} <= ends and site.approach != "transforaminal":
        # a vertebra that bounds the interspace of the title
        return
    if here == there or (here < there and repeated):
        return
    told.conflict("levels", stretch(head.levels, title.text), _odd(act, there, book, body.text))
    if site.approach in ("transforaminal", None) and len(here) != len(there):
        site.unclear.add("levels")


def _odd(act: Act, known: set[str], book: Codebook, text: str) -> tuple[int, int]:
    """The level that the title does not have, else the first."""
    odd = [
        s
        for s in act.levels
        if (row := level_row(s.value, act.approach, book)) and row.level not in known
    ]
    return stretch(odd or act.levels, text)


def sides_agree(
    site: Site, own: Site, title: Voice, body: Voice, repeated: bool, told: Told, single: bool
) -> None:
    """Sides of title and account."""
    if not site.sides:
        site.sides = own.sides
        return
    if not own.sides or not single:
        return
    there = {s for side in site.sides.values() for s in _parts(side)}
    here = {s for side in own.sides.values() for s in _parts(side)}
    if here == there or (here < there and repeated) or (len(site.sides) > 1 and here < there):
        return
    first = title.sides[0]
    odd = next((s for s in body.sides if not _parts(s.value) & there), body.sides[0])
    told.conflict("laterality", (first.start, first.end), (odd.start, odd.end))
    site.unclear.add("laterality")


def _parts(side: str) -> set[str]:
    return {"left", "right"} if side == "bilateral" else {side}


def of_title(told: Told, head: Act, acts: Sequence[Act], words: NoteWords) -> None:
    """The account names an approach or a region that the title excludes."""
    site = told.sites[0]
    for act in acts:
        route = {act.approach, head.approach} == {"interlaminar", "intrathecal"}
        if route:
            # into the thecal sac one also goes through the laminae
            site.approach = "intrathecal"
        elif act.approach and head.approach and act.approach != head.approach and act.said:
            weak = act.hinted and (
                act.said.words.lower() in WEAK or {act.approach, head.approach} != OPPOSED
            )
            if not weak and not any(a.approach == head.approach and a.hinted for a in acts):
                assert head.said is not None
                told.conflict(
                    "approach",
                    (head.said.start, head.said.end),
                    (act.said.start, act.said.end),
                )
                site.unclear.add("approach")
        if act.group and head.group and act.group != head.group and act.levels:
            place = (act.levels[0].start, act.levels[0].end)
            told.conflict("region", next(_where(head)), place)
            site.unclear.add("region")
    if "approach" in site.unclear:
        site.approach = None


def _where(act: Act) -> Iterator[tuple[int, int]]:
    if act.levels:
        yield act.levels[0].start, act.levels[0].end
    if act.region:
        yield act.region.start, act.region.end


def one_side(told: Told, voice: Voice, words: NoteWords) -> None:
    """Left and right of one level, and no word that the work was done on both."""
    values = {s.value for s in voice.sides}
    site = told.sites[0] if len(told.sites) == 1 else None
    if site is None or len(site.rows) != 1 or values != {"left", "right"}:
        return
    if any(words.cue(cue, voice.text) for cue in ("repeated", "second")):
        return
    first = {s.value: (s.start, s.end) for s in reversed(voice.sides)}
    (one, _), (other, _) = sorted(first.values())
    if other - one < TOGETHER and not re.search(r"[.\n]", voice.text[one:other]):
        # one after the other in one breath: both were treated
        site.sides = dict.fromkeys(site.rows, "bilateral")
        return
    told.conflict("laterality", *sorted(first.values()))
    site.unclear.add("laterality")


def one_needle(told: Told, acts: Sequence[Act], body: Voice, words: NoteWords) -> None:
    """Two approaches without a level of their own are two words for one needle."""
    kinds = list(dict.fromkeys(a.approach for a in acts if a.approach))
    if len(kinds) < 2 or acts[0].hinted:
        if acts and acts[0].hinted and len(kinds) > 1:
            _unclear(told, acts)
        return
    apart = all(a.levels or a.approach == "caudal" for a in acts)
    named = [{*s.levels, *s.rows} for s in told.sites]
    distinct = all(not (x & y) for n, x in enumerate(named) for y in named[n + 1 :])
    if not (apart and distinct):
        _unclear(told, acts)


def _unclear(told: Told, acts: Sequence[Act]) -> None:
    """One site of which the approach cannot be told."""
    said = [a.said for a in acts if a.said]
    told.conflict("approach", *[(m.start, m.end) for m in said])
    first = told.sites[0]
    first.approach = None
    first.unclear.add("approach")
    for site in told.sites[1:]:
        first.levels = first.levels or site.levels
        first.group = first.group or site.group
    told.sites = [first]
