"""Which procedures does a question tell of, and where does it tell of each? Pure.

One site for each approach and each group of regions whose codes differ.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.ask.heard import ONE_NEEDLE, Heard
from app.ask.patterns import CATHETER, Span
from app.ask.turn import Mention
from app.ask.voices import two_voices
from knowledge.codebook import Codebook
from knowledge.rows import LevelRow

BREAK = re.compile(r"[.;:\n+]|\bplus\b|\bthen\b")
PAUSE = re.compile(r",|\band\b|&")
FAR, NOT_FAR = 50, 12
"""How much farther a word stands for each break or pause in between, in characters."""


@dataclass
class Site:
    """One procedure in the making: its approach and region, and where they are said."""

    approach: str | None
    region: str | None
    levels: tuple[Span, ...] = ()
    anchors: list[tuple[int, int]] = field(default_factory=list)
    unclear: set[str] = field(default_factory=set)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(span.value for span in self.levels))


def sites_of(heard: Heard, stated: Sequence[Mention], book: Codebook) -> list[Site]:
    """One site for each approach and group of regions."""
    told = [m for m in stated if m.fact == "approach"]
    if not told:
        told = [m for m in stated if m.fact == "approach_hint"]
    elif two_voices(heard.text):
        told += [m for m in stated if m.fact == "approach_hint"]
    approaches = list(dict.fromkeys(m.value for m in told))
    if not approaches and "approach" not in heard.unclear and _all_foraminal(heard.codes, book):
        approaches = ["transforaminal"]
    split = len(approaches) > 1
    unclear = set()
    one_needle = ONE_NEEDLE.search(heard.text) and not CATHETER.search(heard.text)
    contradicted = two_voices(heard.text) or one_needle or _in_one_breath(told, heard.text)
    if split and ("approach" in heard.unclear or contradicted):
        unclear, approaches, split = {"approach"}, [], False
    elif "approach" in heard.unclear and not _elsewhere(heard, told, book):
        unclear, approaches = {"approach"}, []
    regions = [m for m in stated if m.fact == "region"]
    if "region" in heard.unclear and not heard.levels:
        unclear.add("region")
        regions = []
    sites: list[Site] = []
    several: list[str | None] = [*approaches] or [None]
    for approach in several:
        places = [(m.start, m.end) for m in told if m.value == approach]
        levels = heard.levels
        if split:
            levels = _nearest(approach, told, heard)
            if not levels and approach != "caudal":
                levels = heard.levels if not _all_taken(approach, told, heard) else ()
        if approach == "caudal":
            # a caudal needle at a neck level: one of the two words is wrong
            clash = {"approach", "region"} if _clashes(levels, split, book) else set()
            sites.append(Site(None if clash else approach, None, (), places, unclear | clash))
            continue
        one_side = not levels and len({region_group(m.value, book) for m in regions}) == 1
        own_regions = [
            m for m in regions if not split or one_side or _region_near(m, approach, told, heard)
        ]
        for region, own in _groups(levels, own_regions, approach, book):
            anchors = [*places, *((s.start, s.end) for s in own)]
            anchors += [(m.start, m.end) for m in own_regions if m.value == region]
            sites.append(Site(approach, region, own, anchors, set(unclear)))
    one_approach = len(sites) > 1 and len({s.approach for s in sites}) == 1
    if one_approach and (one_needle or two_voices(heard.text)):
        return [_joined(sites, unclear)]
    _unstated(sites, heard)
    _own_anchors(sites, heard.text)
    return sites


def _own_anchors(sites: Sequence[Site], text: str) -> None:
    """Where several sites have one approach, each word for it belongs to the nearest."""
    for site in sites:
        rivals = [s for s in sites if s.approach == site.approach and s.levels]
        if len(rivals) < 2 or not site.levels:
            continue
        levels = {id(s): [(x.start, x.end) for x in s.levels] for s in rivals}
        site.anchors = [
            place
            for place in site.anchors
            if place in levels[id(site)]
            or min(rivals, key=lambda s: min(gap(text, place, p) for p in levels[id(s)])) is site
        ]


def _in_one_breath(told: Sequence[Mention], text: str) -> bool:
    """ "An interlaminar transforaminal injection": two approaches of one needle."""
    ordered = sorted(told, key=lambda m: m.start)
    return any(
        one.value != other.value and not text[one.end : other.start].strip(" -")
        for one, other in zip(ordered, ordered[1:], strict=False)
    )


def _all_foraminal(codes: Sequence[str], book: Codebook) -> bool:
    """Are the codes named a first and a further level, whose approach is no question?

    One code alone is only what somebody proposes.
    """
    rows = [book.every_code[c][-1] for c in codes if c in book.every_code]
    own = [row for row in rows if row.family != "imaging"]
    return len(own) > 1 and {row.family for row in own} == {"transforaminal"}


def _joined(sites: Sequence[Site], unclear: set[str]) -> Site:
    """Several regions of one needle: which one is unclear."""
    return Site(sites[0].approach, None, (), sites[0].anchors, {*unclear, "region"})


def _elsewhere(heard: Heard, told: Sequence[Mention], book: Codebook) -> bool:
    """Is the approach unclear of another procedure than the one it is stated of?"""
    groups = {
        region_group(row.region, book)
        for s in heard.levels
        if (row := level_row(s.value, None, book))
    }
    return bool(told) and len(groups) > 1


def _unstated(sites: Sequence[Site], heard: Heard) -> None:
    """The approach "not stated" is that of the procedure named last before these words."""
    places = [at for fact, at in heard.places if fact == "approach"]
    if len(sites) < 2 or not places:
        return
    before = [(s.start, site) for site in sites for s in site.levels if s.start < places[0]]
    if before:
        site = max(before, key=lambda pair: pair[0])[1]
        site.approach = None
        site.unclear.add("approach")


def _clashes(levels: Sequence[Span], split: bool, book: Codebook) -> bool:
    """Levels of the neck or chest named with a caudal needle, and nothing else to have them."""
    rows = [level_row(s.value, None, book) for s in levels]
    return not split and any(r is not None and r.region in ("cervical", "thoracic") for r in rows)


def _nearest(approach: str | None, told: Sequence[Mention], heard: Heard) -> tuple[Span, ...]:
    """The levels said nearer to this approach than to the others."""
    return tuple(s for s in heard.levels if _closest(s, told, heard.text) == approach)


def _closest(span: Span, told: Sequence[Mention], text: str) -> str | None:
    ranked = [(gap(text, (m.start, m.end), (span.start, span.end)), m.value) for m in told]
    return min(ranked)[1] if ranked else None


def _all_taken(approach: str | None, told: Sequence[Mention], heard: Heard) -> bool:
    """Are there regions enough that each level belongs to another approach?"""
    return len({s.value for s in heard.levels}) > 1 or not heard.levels


def _region_near(
    mention: Mention, approach: str | None, told: Sequence[Mention], heard: Heard
) -> bool:
    return _closest(Span(mention.value, mention.start, mention.end), told, heard.text) == approach


def _groups(
    levels: Sequence[Span], regions: Sequence[Mention], approach: str | None, book: Codebook
) -> list[tuple[str | None, tuple[Span, ...]]]:
    """Levels in groups of regions that share their codes; a region named alone is one too."""
    groups: dict[str, list[Span]] = {}
    for span in levels:
        if row := level_row(span.value, approach, book):
            groups.setdefault(region_group(row.region, book), []).append(span)
    names = list(dict.fromkeys(m.value for m in regions))
    if "sacral" in names and "lumbar" in names:
        names.remove("sacral")
    if not groups:
        said: dict[str, str] = {}
        for one in names:
            said.setdefault(region_group(one, book), one)
        return [(one, ()) for one in said.values()] or [(None, ())]
    extra = [r for r in names if region_group(r, book) not in groups]
    if len(groups) == 1 and len(names) == 1 and extra:
        # the region named beside one group of levels contradicts it
        return [(extra[0], tuple(next(iter(groups.values()))))]
    found: list[tuple[str | None, tuple[Span, ...]]] = []
    for side, own in groups.items():
        same = [r for r in names if region_group(r, book) == side]
        found.append((same[0] if len(same) == 1 and len(groups) == 1 else None, tuple(own)))
    return [*found, *((r, ()) for r in extra)]


def region_group(region: str, book: Codebook) -> str:
    """The group of regions that share their codes, such as "cervical or thoracic"."""
    for name, group in book.facts["region"].aliases.items():
        if region in group:
            return name
    return region


def level_row(name: str, approach: str | None, book: Codebook) -> LevelRow | None:
    """The row of an interspace or a root; a vertebra no root is named after, by its interspace."""
    for row in book.levels:
        fits = not row.approaches or approach is None or approach in row.approaches
        if fits and (row.level == name or name in row.root_of):
            return row
    return next((row for row in book.levels if row.level.split("-")[0] == name), None)


def gap(text: str, one: tuple[int, int], other: tuple[int, int]) -> int:
    """How far apart two places stand, breaks between them counted."""
    start, end = sorted((one, other))
    between = text[start[1] : end[0]]
    return len(between) + FAR * len(BREAK.findall(between)) + NOT_FAR * len(PAUSE.findall(between))
