"""Numbers that name a person: Social Security, records, accounts, members, phones. Pure.

A number is known by its own shape and checksum, or by a label before it. Codes, doses,
NDC and lot numbers have neither.
"""

import re
from collections.abc import Iterator
from functools import cache

from app.ask.privacy.words import either, kinds, known_codes

Span = tuple[str, int, int]
"""Kind, start, end in the folded text."""

SSN = re.compile(
    r"(?<![\w-])(?:\d{3}|[Xx*]{3})([-. ])(?:\d{2}|[Xx*]{2})\1\d{4}(?![\d-])[A-Za-z]?\b"
)
TEN = re.compile(
    r"(?<![\w.-])(?:\+?1[-. ]?)?(?:\([2-9]\d{2}\)[-. ]?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}"
    r"(?:\s{0,2}(?:x|ext\.?|extension)\s{0,2}\d{1,6})?(?![\w-]|\.\d)"
)
ABROAD = re.compile(r"(?<![\w+])\+[2-9]\d{0,2}(?:[-. ]?\(?\d{2,4}\)?){2,5}(?![\w-])")
BARE = re.compile(r"(?<![\w.$/-])\d{10}(?![\w-]|\.\d)")
MBI = re.compile(
    r"(?<!\w)[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d[- ]?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d"
    r"[- ]?[AC-HJKMNP-RT-Y]{2}\d{2}(?!\w)",
    re.I,
)
VIN = re.compile(r"(?<!\w)(?=[A-Z]*\d)[A-HJ-NPR-Z0-9]{17}(?!\w)", re.I)
NDC = re.compile(r"\bndc\b[\s:#]{0,3}$", re.I)
FAX = re.compile(r"\b(?:fax|facsimile)\b[^\d\n]{0,16}$", re.I)
POLICY = re.compile(r"[LA]\d{5}|\d{4}[A-Z]\d{4}[A-Z]?|[A-Z]{2,4}-?\d{3,4}", re.I)
"""Numbers of coverage policies, such as L33906 or MP-303."""
CODE = re.compile(r"\d{5}|\d{4}[TFU]|[A-Z]\d{4}|[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?", re.I)
"""What a code looks like; a loose label before it makes it no identifier."""
IS = (
    r"[ \t]{0,3}(?:\(?(?:number|num|nr|no|id|#)\)?\.?)?[ \t]{0,3}(?:is|was|=)?"
    r"[ \t]{0,2}[:#=-]{0,2}[ \t]{0,3}"
)
VALUE = r"(?=[A-Za-z-]{0,8}\d)[A-Za-z0-9]{1,24}(?:[-/.][A-Za-z0-9]{1,16}){0,4}(?![\w])"
LABELLED = ("mrn", "account", "member", "npi", "vehicle", "license", "device")
LEAST = 4
"""Fewest digits of a labelled number."""
LONG = 6
"""Fewest of one behind a loose label."""


def found(text: str) -> Iterator[Span]:
    """Every number that names somebody."""
    yield from _shaped(text)
    for kind in LABELLED:
        yield from _labelled(kind, text)
    for kind, pattern in _special().items():
        for m in pattern.finditer(text):
            yield kind, *m.span(1)


def _shaped(text: str) -> Iterator[Span]:
    for m in SSN.finditer(text):
        if m[1] != " " or _issued(m.group()):
            yield "ssn", *m.span()
    for pattern in (TEN, ABROAD):
        for m in pattern.finditer(text):
            if sum(c.isdigit() for c in m.group()) < 8:
                continue
            yield (
                "fax" if FAX.search(text[max(0, m.start() - 24) : m.start()]) else "phone",
                *m.span(),
            )
    for m in BARE.finditer(text):
        number = m.group()
        if NDC.search(text[max(0, m.start() - 8) : m.start()]):
            continue
        if number[0] in "12" and _luhn("80840" + number):
            yield "npi", *m.span()
        elif number[0] > "1" and number[3] > "1":
            yield "phone", *m.span()
    for m in MBI.finditer(text):
        yield "member", *m.span()
    for m in VIN.finditer(text):
        if _vin(m.group().upper()):
            yield "vehicle", *m.span()


def _labelled(kind: str, text: str) -> Iterator[Span]:
    firm, loose = _patterns(kind)
    for m in firm.finditer(text):
        if sum(c.isdigit() for c in m[1]) >= LEAST:
            yield kind, *m.span(1)
    for m in loose.finditer(text) if loose else ():
        plain = re.fullmatch(CODE, m[1]) or re.fullmatch(POLICY, m[1]) or m[1] in known_codes()
        codes = re.fullmatch(rf"(?:{CODE.pattern})(?:-\w\w)*", m[1], re.I)
        if sum(c.isdigit() for c in m[1]) >= LONG and not plain and not codes:
            yield kind, *m.span(1)


@cache
def _patterns(kind: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    row = kinds()[kind]
    return tuple(  # type: ignore[return-value]
        re.compile(rf"(?<![\w])(?:{either(words)})(?!\w){IS}({VALUE})", re.I) if words else None
        for words in (row.labels, row.loose)
    )


@cache
def _special() -> dict[str, re.Pattern[str]]:
    """Labels whose numbers have a form of their own."""

    def labels(kind: str) -> str:
        return rf"(?<![\w])(?:{either(kinds()[kind].labels)})(?!\w)"

    last = r"(?:[ \t]{0,2}\(?last[ \t](?:4|four)\)?(?:[ \t]digits)?)?"
    return {
        "ssn": re.compile(
            rf"{labels('ssn')}{last}{IS}(\d{{3}}[-. ]?\d{{2}}[-. ]?\d{{4}}|\d{{4}})(?![\w-])", re.I
        ),
        "phone": re.compile(
            rf"{labels('phone')}{IS}(\(?\d{{3}}\)?[-. ]?(?:\d{{3}}[-. ]?)?\d{{4}})(?![\w-])", re.I
        ),
        "fax": re.compile(
            rf"{labels('fax')}{IS}(\(?\d{{3}}\)?[-. ]?(?:\d{{3}}[-. ]?)?\d{{4}})(?![\w-])", re.I
        ),
        "zip": re.compile(rf"{labels('zip')}{IS}(\d{{5}}(?:-\d{{4}})?)(?![\w-])", re.I),
    }


def _issued(ssn: str) -> bool:
    """Could this Social Security number have been given to somebody?"""
    digits = [c for c in ssn if c.isalnum()]
    area = "".join(digits[:3])
    return area not in ("000", "666") and "".join(digits[3:5]) != "00"


def _luhn(number: str) -> bool:
    digits = [int(c) for c in reversed(number)]
    doubled = [d * 2 - 9 * (d > 4) for d in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


VIN_VALUES = dict(
    zip(
        "ABCDEFGHJKLMNPRSTUVWXYZ",
        (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
        strict=True,
    )
)
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def _vin(number: str) -> bool:
    """Does the ninth sign check the others?"""
    values = [VIN_VALUES.get(c, 0) if c.isalpha() else int(c) for c in number]
    rest = sum(v * w for v, w in zip(values, VIN_WEIGHTS, strict=True)) % 11
    return number[8] == ("X" if rest == 10 else str(rest))
