"""On which day was it done: the date so called, else the only one; two days stay open. Pure."""

import re
from datetime import date

from app.ask import patterns

CALLED = re.compile(
    r"\b(?:dos|d\.o\.s\.?|dates? of service|service dates?|performed|done|injected"
    r"|procedure date)\b"
    r"[^.;\d]{0,24}$",
    re.I,
)
NOT_OF_SERVICE = re.compile(
    r"\b(?:dob|d\.o\.b\.?|birth\w*|born|letters?|received|denied|dated|signed|faxed|called|billed"
    r"|since|effective|until|mri|scan|last|prior(?!\s+auth)|previous\w*|page|recoupment)\b[^.;\d]{0,24}$",
    re.I,
)
EITHER = re.compile(
    r"\b(?:either|or|between|vs\.?|versus|conflict\w*|but (?:the )?(?:op )?note|note says|smudged"
    r"|can'?t (?:read|make out|tell))\b",
    re.I,
)


TWO_PAPERS = re.compile(rf"{EITHER.pattern}|\bnote (?:has|is|reads|shows)\b", re.I)
"""The claim and the note, each with a date of its own."""


def service_days(text: str) -> tuple[date, ...]:
    """The date of service; several when the text leaves open which it was; none when unsaid."""
    told = [(day, span) for day, span in patterns.dates(text)]
    named = [day for day, span in told if CALLED.search(text[: span.start])]
    open_ = [
        (day, span) for day, span in told if not NOT_OF_SERVICE.search(text[: span.start][-40:])
    ]
    if not told:
        return _years(text)
    distinct = tuple(dict.fromkeys(day for day, _ in sorted(told, key=lambda d: d[1].start)))
    if len(distinct) == 2 and _either(text, told, TWO_PAPERS if not named else EITHER):
        return distinct
    if named:
        return (named[0],)
    return tuple(day for day, _ in sorted(open_, key=lambda d: d[1].start))[:1]


def _years(text: str) -> tuple[date, ...]:
    """The ends of two years, when one or the other is said to be that of the service."""
    found = list(patterns.years(text))
    if len({s.value for s in found}) != 2:
        return ()
    between = text[found[0].end : found[1].start]
    before = text[max(0, found[0].start - 40) : found[0].start]
    open_ = re.fullmatch(r"\s*(?:or|/|-|to)\s*(?:\w+\s+){0,2}", between) or (
        EITHER.search(before) and len(between) < 24
    )
    return tuple(date(int(s.value), 12, 31) for s in found[:2]) if open_ else ()


def _either(
    text: str, told: list[tuple[date, patterns.Span]], words: re.Pattern[str] = EITHER
) -> bool:
    """Do words between or around the two dates leave open which one it was?"""
    first, second = sorted((span for _, span in told), key=lambda s: s.start)[:2]
    between = text[first.end : second.start]
    before = text[max(0, first.start - 40) : first.start]
    return len(between) < 40 and bool(words.search(between) or words.search(before))
