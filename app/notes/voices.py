"""The title and the account of the work, put together: agreed, or contradicting. Pure.

A title is weaker than the account, yet a conflict is told and never resolved by guess:
the fact is then unclear, and no line rests on it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.ask.patterns import Span
from app.ask.sites import level_row
from app.ask.turn import Mention
from app.notes.sites import Act, Voice, ends_of
from app.notes.words import NoteWords
from knowledge.codebook import Codebook
from knowledge.facts import Laterality

WEAK = ("tuohy", "touhy", "hustead", "crawford")
"""A needle that serves for more than one approach."""
TOGETHER = 60
"""Characters within which left and right are told as one thing."""
OPPOSED = {"interlaminar", "transforaminal"}
"""Approaches that what a needle passes tells apart."""


@dataclass
class Site:
    """One procedure, with what is unclear and the places that prove each fact."""

    approach: str | None
    group: str
    levels: tuple[str, ...] = ()
    """As written, two names of one level taken as one."""
    rows: tuple[str, ...] = ()
    """The same by the names of the table."""
    sides: dict[str, str] = field(default_factory=dict)
    """By the table's name of a level; "" stands for all."""
    region: Mention | None = None
    hinted: bool = False
    """The approach is told by what the needle passed, not by name."""
    unclear: set[str] = field(default_factory=set)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Where each fact is said, in the tidied text."""


@dataclass
class Told:
    """All sites, and the contradictions with their places."""

    sites: list[Site]
    conflicts: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def conflict(self, fact: str, *places: tuple[int, int]) -> None:
        self.conflicts.setdefault(fact, []).extend(p for p in places if p)


def together(title: Voice, body: Voice, words: NoteWords, book: Codebook) -> Told:
    """The sites of the session."""
    told = Told([])
    heads, acts = list(title.acts), list(body.acts)
    if not heads:
        acts, _ = _changed(acts, heads, body, words)
        told.sites = [_site(act, body, book) for act in acts]
        _one_needle(told, acts, body, words)
        _one_side(told, body, words)
        return told
    if not acts:
        told.sites = [_site(act, title, book) for act in heads]
        return told
    acts, heads = _changed(acts, heads, body, words)
    single = len(heads) == 1
    for head in heads:
        mine = _matching(head, acts)
        told.sites.append(_joined(head, mine, title, body, words, book, told, single))
    if single:
        _of_title(told, heads[0], acts, words)
    return told


def _site(act: Act, voice: Voice, book: Codebook) -> Site:
    names = _names(act, book)
    rows = {span.value: row for row, span in _rows(act, book)}
    sides = {rows.get(name, name): side for name, side in voice.side_of(act).items()}
    site = Site(
        act.approach, act.group, tuple(names.values()), tuple(names), sides, act.region, act.hinted
    )
    if act.said:
        site.places["approach"] = (act.said.start, act.said.end)
    if act.levels:
        site.places["levels"] = stretch(act.levels, voice.text)
    if act.region:
        site.places["region"] = (act.region.start, act.region.end)
    if voice.sides:
        wanted = next(iter(sides.values()), "")
        near = min(voice.sides, key=lambda s: (s.value != wanted, _away(s, act)))
        site.places["laterality"] = (near.start, near.end)
    return site


def _away(side: Span, act: Act) -> int:
    if not act.levels:
        return side.start
    return abs(side.start - act.levels[0].start)


def _rows(act: Act, book: Codebook) -> Iterator[tuple[str, Span]]:
    """Each level with its name in the table."""
    for span in act.levels:
        row = level_row(span.value, act.approach, book)
        yield (row.level if row else span.value), span


def _names(act: Act, book: Codebook) -> dict[str, str]:
    """The levels as written, by their names in the table."""
    found: dict[str, str] = {}
    for row, span in _rows(act, book):
        if row not in found or ("-" in span.value and "-" not in found[row]):
            found[row] = span.value
    return found


def stretch(levels: Sequence[Span], text: str) -> tuple[int, int]:
    """The first level, with those that stand right beside it."""
    spaces = [s for s in levels if "-" in s.value]
    levels = spaces if spaces and len(spaces) * 2 >= len({s.value for s in levels}) else levels
    start, end = levels[0].start, levels[0].end
    for span in levels[1:]:
        if span.start - end > 20 or "\n" in text[end : span.start]:
            break
        end = max(end, span.end)
    return start, end


def _changed(
    acts: list[Act], heads: list[Act], body: Voice, words: NoteWords
) -> tuple[list[Act], list[Act]]:
    """Where the work was turned into another, only what was done in the end counts."""
    cue = next(iter(words.found("cue", "changed", body.text)), None)
    kinds = {a.approach for a in acts if a.approach}
    if cue is None or len(kinds) < 2:
        return acts, heads
    after = [a for a in acts if a.said and a.said.start >= cue[0]]
    if not after:
        return acts, heads
    if not heads:
        return after, heads
    return after, [h for h in heads if h.approach in {a.approach for a in after}] or [
        Act(
            a.approach,
            a.group or heads[0].group,
            a.levels or heads[0].levels,
            heads[0].region,
            a.said,
        )
        for a in after
    ]


def _matching(head: Act, acts: Sequence[Act]) -> list[Act]:
    """What the account says of the procedure that the title names."""
    same = [
        a for a in acts if head.approach is None or a.approach in (head.approach, None) or a.hinted
    ]
    return [a for a in same if a.group in (head.group, "") or not head.group]


def _joined(
    head: Act,
    mine: Sequence[Act],
    title: Voice,
    body: Voice,
    words: NoteWords,
    book: Codebook,
    told: Told,
    single: bool,
) -> Site:
    site = _site(head, title, book)
    repeated = words.cue("repeated", body.text)
    for act in mine:
        own = _site(act, body, book)
        for fact, place in own.places.items():
            site.places.setdefault(fact, place)
        if act.said and act.approach == head.approach == "intrathecal":
            # the account of the puncture proves it, not the name of a trial
            site.places["approach"] = (act.said.start, act.said.end)
        site.region = site.region or act.region
        site.group = site.group or act.group
        if site.approach is None and act.approach:
            site.approach = act.approach
        _levels(site, own, head, act, title, body, repeated, book, told)
        _sides(site, own, title, body, repeated, told, single)
    return site


def _levels(
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


def _sides(
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


def _of_title(told: Told, head: Act, acts: Sequence[Act], words: NoteWords) -> None:
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


def _one_side(told: Told, voice: Voice, words: NoteWords) -> None:
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


def _one_needle(told: Told, acts: Sequence[Act], body: Voice, words: NoteWords) -> None:
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


def laterality(site: Site) -> tuple[Laterality | None, tuple[str, ...]]:
    """One side of all levels, or the side of each when they differ."""
    every = set(site.sides.values())
    at_large = next(iter(every)) if len(every) == 1 else site.sides.get("", "")
    values = [site.sides.get(name, at_large) for name in site.rows]
    if not values:
        values = list(site.sides.values())[:1]
    distinct = set(values)
    if len(distinct) == 1:
        return _side(values[0]), ()
    return None, tuple(v or "unknown" for v in values) if distinct else ()


def _side(value: str) -> Laterality | None:
    return value if value in ("left", "right", "bilateral") else None  # type: ignore[return-value]
