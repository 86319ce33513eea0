"""One place that was treated, with what proves each fact and what is unclear. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.ask.patterns import Span
from app.ask.sites import level_row
from app.ask.turn import Mention
from app.notes.sites import Act, Voice
from knowledge.codebook import Codebook
from knowledge.facts import Laterality


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


def site_of(act: Act, voice: Voice, book: Codebook) -> Site:
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
