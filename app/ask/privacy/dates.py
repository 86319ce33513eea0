"""Dates of a patient's life, and ages over 89. Dates of service stay. Pure."""

import re
from collections.abc import Iterator
from functools import cache

from app.ask.privacy.words import either, kinds

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo"
    r"|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
GAP = r"[ \t-]{0,2}"
MONTH_FIRST = rf"{MONTH}\.?{GAP}{DAY},?{GAP}"
DAY_FIRST = rf"{DAY}{GAP}(?:of[ \t]|de[ \t])?{MONTH}\.?,?{GAP}(?:de[ \t])?"
DATE = "|".join(
    (
        r"\d{1,2}(?P<sep>[/.-])\d{1,2}(?P=sep)(?:\d{4}|\d{2})",
        r"\d{4}[/.-]\d{1,2}[/.-]\d{1,2}",
        rf"{MONTH_FIRST}\d{{4}}",
        rf"{DAY_FIRST}\d{{4}}",
        rf"{MONTH}\.?,?[ \t]{{1,2}}(?:of[ \t]|de[ \t])?\d{{4}}",
        r"\d{8}",
        r"\d{1,2}/\d{4}",
        rf"{MONTH}\.?{GAP}{DAY}",
        r"\d{1,2}[/-]\d{1,2}",
    )
)
"""A date behind a label, as a whole or in part; with the label it is one for sure."""
IS = (
    r"[ \t]{0,3}(?:is|was|es|:|=|-|\)|on|in|el)?[ \t]{0,3}(?:on[ \t]the|on|in|the|el|:)?"
    r"[ \t\n]{0,3}\(?"
)
FULL = re.compile(
    r"(?<![\w/.-])(?:(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})|(\d{4})([/-])\d{1,2}\6\d{1,2})"
    rf"(?![\w/-]|\.\d)|(?<!\w)(?:{MONTH_FIRST}|{DAY_FIRST})(19\d\d)(?!\w)",
    re.I,
)
"""A date with its year."""
OLDEST = 1996
"""No claim of an earlier year can be asked about: a full date before it is of a life."""
SHORT_YEARS = range(30, 96)
"""Years of two digits that are before OLDEST."""
GREAT = r"(9\d|1[0-2]\d)"
"""An age over 89."""
AGE = re.compile(
    rf"(?<![\w.$/-]){GREAT}{GAP}"
    r"(?:y\.?/?o\b\.?|yrs?\b|years?[ \t-]{1,2}(?:old|of[ \t]age)|y\.o\.|anos\b)"
    rf"|\b(?:age[ds]?|edad)(?:[ \t]{{1,2}}(?:of|de|is))?{GAP}:?{GAP}{GREAT}(?![\w.%-])"
    rf"|\b(?:pt|patient|is|a)[ \t]{{1,2}}(?:an?[ \t]{{1,2}})?{GREAT}(?=[ \t]?[MmFf]\b(?!\.))",
    re.I,
)


def found(text: str) -> Iterator[tuple[str, int, int]]:
    """Labelled dates of birth, death, admission; full dates of long ago; great ages."""
    for kind in ("dob", "date"):
        for m in _labelled(kind).finditer(text):
            yield kind, *m.span("date")
    for m in _before_its_label().finditer(text):
        yield "dob", *m.span("date")
    for m in FULL.finditer(text):
        if _of_a_life(m):
            yield "dob", *m.span()
    for m in AGE.finditer(text):
        yield "age", *m.span(m.lastindex or 0)


def _of_a_life(m: re.Match[str]) -> bool:
    if m[7]:
        return int(m[7]) < OLDEST
    year = m[4] or m[5]
    if m[1] and not (1 <= int(m[1]) <= 31 and 1 <= int(m[3]) <= 31):
        return False
    if len(year) == 2:
        return m[2] == "/" and int(year) in SHORT_YEARS
    return 1900 <= int(year) < OLDEST


@cache
def _labelled(kind: str) -> re.Pattern[str]:
    labels = either(kinds()[kind].labels)
    return re.compile(rf"(?<!\w)(?:{labels})(?!\w){IS}(?P<date>{DATE})(?![\w/]|\.\d)", re.I)


@cache
def _before_its_label() -> re.Pattern[str]:
    labels = either(kinds()["dob"].labels)
    return re.compile(rf"(?<![\w/.-])(?P<date>{DATE}){GAP}\(?{GAP}(?:{labels})(?!\w)", re.I)
