"""Earlier sessions and the one asked about, as dates told in a question. Pure.

"ESIs on Jan 3, Apr 10 and Oct 1 2026, another on Dec 15?": a date without a year takes the year
told after it, else the last such day up to today; the one asked about lies after the others.
"""

import re
from collections.abc import Sequence
from datetime import date

from app.ask.patterns import MONTHS
from knowledge.facts import Frozen, Region

NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec"
DAY = re.compile(
    rf"\b(?P<month>{NAMES})[a-z]*\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>20\d\d))?\b"
    rf"|\b(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month2>{NAMES})[a-z]*\.?(?:,?\s+(?P<year2>20\d\d))?\b"
    r"|\b(?P<iso>20\d\d)-(?P<m3>\d{1,2})-(?P<d3>\d{1,2})\b"
    r"|(?<![\w/-])(?P<m4>\d{1,2})/(?P<d4>\d{1,2})(?:/(?P<y4>20\d\d|\d\d))?(?![\w/])",
    re.I,
)
INJECTED = re.compile(
    r"\b(?:\w*esis?|epidurals?|injections?|injected|shots?|sessions?|blocks?|tfesi|caudals?"
    r"|interlaminars?|transforaminals?|6232[0-3]s?|6447[9]s?|6448[0-4]s?)\b",
    re.I,
)
ASKED = re.compile(
    r"\b(?:another|next|again|one more|more|repeat\w*|fourth|fifth|sixth|[3-7](?:th|rd)"
    r"|schedul\w*|plan\w*|book\w*|wants?|upcoming|allowed|eligible|ok(?:ay)?|can|could|may|will|is"
    r"|covered|too (?:soon|early|many)|do|this)\b",
    re.I,
)
NEXT = re.compile(
    r"\b(?:when|earliest|soonest|how soon|next (?:date|available|eligible|one|slot))\b", re.I
)
PAST = re.compile(
    r"\b(?:had|prior|previous\w*|after|since|already|history|past|earlier|were|was|done|got"
    r"|received|last)\b",
    re.I,
)
CHANGED = re.compile(
    r"\b(?:different|another|changed?|switch\w*|new) (?:approach|level|drug|steroid|technique)\b",
    re.I,
)
OF_OTHER = re.compile(
    r"\b(?:until|till|through|thru|up to|by|since|lasted|dob|born|mri|scan|seen|visit|denied|filed"
    r"|received|letter|dated|effective|ended|expires?)\s*(?:on|to|about|around|approximately|from)?"
    r"\s*$",
    re.I,
)
"""Words before a date that is not one of an injection."""
OTHER_KIND = re.compile(
    r"\b(?:facets?|mbbs?|medial branch\w*|rfas?|ablations?|si joints?|sij|sacroiliac"
    r"|trigger points?|tpis?|stellate|occipital|botox|knees?|shoulders?"
    r"|6449[0-5]|6463[3-6]|27096|2055[23])\b",
    re.I,
)
REGIONS = re.compile(
    r"\b(?:(?P<cervical>cervical|neck|cesis?|c-?spine|62321|62320|64479|64480)"
    r"|(?P<thoracic>thoracic|tesis?)"
    r"|(?P<lumbar>lumbar|lumbosacral|lesis?|l-?spine|low back|62323|62322|64483|64484|l[1-5]-\w+)"
    r"|(?P<sacral>sacral|caudals?))\b",
    re.I,
)
PLACES: tuple[Region, ...] = ("cervical", "thoracic", "lumbar", "sacral")


class Told(Frozen):
    """One session that is told, with the region named beside it."""

    day: date
    region: Region | None = None


class Sessions(Frozen):
    """The earlier sessions, and the day asked about; None: the next one is asked for."""

    earlier: tuple[Told, ...]
    asked: date | None = None
    region: Region | None = None
    changed: bool = False


def sessions(text: str, today: date) -> Sessions | None:
    """The dated sessions of a question on how often; None when it tells none."""
    if not INJECTED.search(text) or OTHER_KIND.search(text):
        return None
    found = [
        m
        for m in DAY.finditer(text)
        if _possible(m) and not OF_OTHER.search(text[max(0, m.start() - 30) : m.start()])
    ]
    if len(found) < 2 and not (found and NEXT.search(text) and PAST.search(text)):
        return None
    asked_at = _asked_at(text, found)
    if asked_at is None and not (NEXT.search(text) or _asks_more(text)):
        return None
    prior = [m for n, m in enumerate(found) if n != asked_at]
    limit = today
    if asked_at is not None and (year := _parts(found[asked_at])[2]):
        limit = _day(year, *_parts(found[asked_at])[:2])
    days = _dated(prior, limit)
    last = max(days)
    asked = None
    if asked_at is not None:
        asked = _after(found[asked_at], last)
        if asked is None or asked <= last:
            return None
    regions = [_region_at(text, m) for m in prior]
    told = tuple(Told(day=d, region=r) for d, r in sorted(zip(days, regions, strict=True),
                                                            key=lambda pair: pair[0]))  # fmt: skip
    target = _region_at(text, found[asked_at]) if asked_at is not None else None
    named = {r for r in regions if r}
    return Sessions(
        earlier=told,
        asked=asked,
        region=target or _only(text, named),
        changed=bool(CHANGED.search(text)),
    )


def _only(text: str, named: set[Region]) -> Region | None:
    """The one region that the question speaks of, if it is one."""
    kinds = named | {_kind(m) for m in REGIONS.finditer(text)}
    return next(iter(kinds)) if len(kinds) == 1 else None


def _kind(match: re.Match[str]) -> Region:
    return next(r for r in PLACES if match[r])


def _asks_more(text: str) -> bool:
    return bool(re.search(r"\b(?:another|again|one more|repeat|limit|too many)\b", text, re.I))


def _asked_at(text: str, found: Sequence[re.Match[str]]) -> int | None:
    """Which of the dates is the one asked about: the last in a clause that asks, or the first
    where the earlier ones follow it."""
    if len(found) < 2:
        return None
    gap = text[found[-2].end() : found[-1].start()]
    if ASKED.search(gap) and not re.fullmatch(r"[\s,;&]*(?:and\s+)?(?:on\s+)?", gap):
        return len(found) - 1
    before, between = text[: found[0].start()], text[found[0].end() : found[1].start()]
    if ASKED.search(before) and PAST.search(between):
        return 0
    return None


def _possible(match: re.Match[str]) -> bool:
    month, day, year = _parts(match)
    try:
        date(year or 2024, month, day)
    except ValueError:
        return False
    return True


def _parts(match: re.Match[str]) -> tuple[int, int, int | None]:
    g = match.groupdict()
    if g["month"]:
        return MONTHS[g["month"][:3].lower()], int(g["day"]), _whole(g["year"])
    if g["month2"]:
        return MONTHS[g["month2"][:3].lower()], int(g["day2"]), _whole(g["year2"])
    if g["iso"]:
        return int(g["m3"]), int(g["d3"]), int(g["iso"])
    return int(g["m4"]), int(g["d4"]), _whole(g["y4"])


def _whole(year: str | None) -> int | None:
    if not year:
        return None
    return int(year) + 2000 if len(year) == 2 else int(year)


def _dated(found: Sequence[re.Match[str]], limit: date) -> list[date]:
    """The days of the earlier sessions. A missing year is that of the next date with one, or the
    year before when the day would else come after it; with none told, the last such day."""
    days: list[date] = []
    for n, match in enumerate(found):
        month, day, year = _parts(match)
        until = limit
        for later in found[n:] if year is None else ():
            on, of, told = _parts(later)
            if told is not None:
                until = _day(told, on, of)
                break
        if year is None:
            year = until.year if _day(until.year, month, day) <= until else until.year - 1
        days.append(_day(year, month, day))
    return days


def _after(match: re.Match[str], last: date) -> date | None:
    """The day asked about: as told, else the first such day after the last session."""
    month, day, told = _parts(match)
    if told is not None:
        return _day(told, month, day)
    one = _day(last.year, month, day)
    return one if one > last else _day(last.year + 1, month, day)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month + 1, 1)


def _region_at(text: str, match: re.Match[str]) -> Region | None:
    """The region named right before the date, or right after it, within its own clause."""
    before = re.split(r"[;.?]", text[max(0, match.start() - 40) : match.start()])[-1]
    found = list(REGIONS.finditer(before))
    if found and not DAY.search(before[found[-1].end() :]):
        return _kind(found[-1])
    after = re.split(r"[;.,?]| and ", text[match.end() : match.end() + 25])[0]
    if (near := REGIONS.search(after)) and not DAY.search(after[: near.start()]):
        return _kind(near)
    return None
