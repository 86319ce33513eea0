"""Addresses: of streets, mail, the web and the network. States stay. Pure."""

import re
from collections.abc import Iterator
from functools import cache

from app.ask.privacy.words import either, field_words, known_codes, listed

EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}(?!\w)"
)
REST = '[^\\s<>"|)\\]\ufffc]{1,2000}'
URL = re.compile(
    rf"(?<!\w)(?:(?:https?|ftp|sftp|file)://|www\.){REST}"
    r"|(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,4}(?:com|org|net|edu|gov|io|health|care|us|info)/"
    rf"{REST}",
    re.I,
)
BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
IP4 = re.compile(rf"(?<![\w.])(?:{BYTE}\.){{3}}{BYTE}(?!\w|\.\d)")
IP6 = re.compile(
    r"(?<![\w:])(?:(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}"
    r"|(?:[0-9a-f]{1,4}:){1,6}:[0-9a-f:]{1,30})(?![\w:])",
    re.I,
)
MAC = re.compile(r"(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])", re.I)
SHAPED = (("email", EMAIL), ("url", URL), ("ip", IP4), ("ip", IP6), ("device", MAC))
BOX = re.compile(r"(?<!\w)p\.?[ \t]?o\.?[ \t]?box[ \t#]{1,3}\d{1,7}(?!\w)", re.I)
STATE = (
    r"(?:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|PR|RI"
    r"|S[CD]|T[NX]|UT|V[TA]|W[AVIY]|(?:New|North|South|West|Rhode|Puerto)[ \t][A-Z][a-z]{3,9}"
    r"|[A-Z][a-z]{3,12})\b\.?"
)
"""A state's letters, or what may be its name."""
CITY = r"(?P<city>(?:[A-Z][A-Za-z.']{1,20}[ \t]){0,2}[A-Z][A-Za-z.']{1,20})"
ZIP = r"(?P<zip>\d{5}(?:-\d{4})?)(?![\w-])"
TAIL = re.compile(
    rf"[ \t]{{0,2}},?[ \t\n]{{1,2}}{CITY}(?:,[ \t]{{0,2}}|[ \t]{{1,2}}){STATE}"
    rf"(?:,?[ \t]{{1,2}}{ZIP}|(?!\w))"
)
"""City, state and ZIP code behind a street."""
TOWN = re.compile(rf"(?<!\w){CITY},[ \t]{{0,2}}{STATE}[ \t]{{1,2}}{ZIP}")
FLAT = (
    r"(?P<flat>,?[ \t]{1,2}(?:apt|apartment|unit|suite|ste|room|floor|fl|lot|trailer|#)\.?"
    r"[ \t#]{0,2}[A-Za-z0-9-]{1,6})?"
)
NUMBER = r"(?<![\w.,$%/#-])(?P<number>\d{1,6}[A-Za-z]?)(?:-\d{1,5})?"
WAY = (
    r"(?P<way>(?:(?:[NSEW]|NE|NW|SE|SW)\.?[ \t])?"
    r"(?:[A-Za-z0-9][A-Za-z0-9.']{0,20}[ \t]{1,2}){1,4}?)"
)


def found(text: str) -> Iterator[tuple[str, int, int]]:
    """Every address; a state in it stays readable."""
    for kind, pattern in SHAPED:
        for m in pattern.finditer(text):
            end = m.end()
            while kind == "url" and text[end - 1] in ".,;:!?'":
                end -= 1
            yield kind, m.start(), end
    for start, end in _streets(text):
        yield "address", start, end
        if tail := TAIL.match(text, end):
            yield "address", *tail.span("city")
            if tail["zip"]:
                yield "zip", *tail.span("zip")
    for m in TOWN.finditer(text):
        if m["zip"] not in known_codes():
            yield "zip", *m.span("zip")
            yield "address", *m.span("city")


def _streets(text: str) -> Iterator[tuple[int, int]]:
    for m in BOX.finditer(text):
        yield m.span()
    firm, weak = _patterns()
    for m in firm.finditer(text):
        if _cased(m["way"]) and m["number"] not in known_codes():
            yield m.span()
    for m in weak.finditer(text):
        sure = _no_word_of_ours(m["way"]) or m["flat"] or TAIL.match(text, m.end())
        if _cased(m["way"]) and sure and m["number"] not in known_codes():
            yield m.span()


def _cased(way: str) -> bool:
    """Is each word of the way's name written as a name?"""
    return all(w[0].isupper() or w[0].isdigit() for w in way.split())


def _no_word_of_ours(way: str) -> bool:
    """Has the name a number, a point of the compass or a word that is not of our field?"""
    words = [w.strip(".") for w in way.split()]
    first = words[0].upper() in ("N", "S", "E", "W", "NE", "NW", "SE", "SW", "NORTH", "SOUTH")
    ordinal = any(re.fullmatch(r"\d{1,3}(?:st|nd|rd|th)", w, re.I) for w in words)
    return first or ordinal or any(w.lower() not in field_words() for w in words)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Ways that are surely ones, in any case; and ends that may be something else."""
    ends = (rf"(?i:{either(listed('streets'))})", either(listed("streets_weak")))
    return tuple(re.compile(rf"{NUMBER}[ \t]{{1,2}}{WAY}(?:{end})\b\.?(?i:{FLAT})") for end in ends)
