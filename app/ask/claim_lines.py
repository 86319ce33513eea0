"""The claim lines that a text names: codes with their modifiers, units and diagnoses. Pure.

Reads "62321, 77003-59, M50.12" and a pasted claim with a line for each code alike. Diagnoses
that stand behind or before all codes are those of every line; between codes, of the code
before them.
"""

import re
from collections.abc import Iterator, Sequence

from app.ask.patterns import Span
from app.ask.patterns import diagnoses as diagnoses_in
from knowledge.codebook import Codebook
from knowledge.rules.claim import ClaimLine

CODE = re.compile(r"(?<![\w.$#])(\d{5}|\d{4}[TtFf]|[ACEGJKLPQSVacegjklpqsv]\d{4})(?![\w%]|\.\d)")
ATTACHED = re.compile(r"\s?[-/:]\s?([0-9A-Za-z]{2})(?![\w.])")
SPACED = re.compile(
    r"[\s,;(+|-]+(?:mod(?:ifier)?s?\.?\s+)?-?([0-9A-Z]{2})(?![\w.%]|\)?\s*(?:mg|ml|units?))"
)
UNITS = re.compile(
    r"[\s,;(|]*(?:[x×*]\s?(\d{1,3})\b|(\d{1,3})\s*(?:x\b|units?\b|u\b)"
    r"|units?\s*[:=]?\s*(\d{1,3})\b|qty\s*[:=]?\s*(\d{1,3})\b)",
    re.I,
)
COLUMN = re.compile(
    r"[ \t,;|]+(\d{1,3})(?=[ \t]*(?:[|,;\n$]|$|[A-TV-Z]\d[0-9A-Z](?:\.|[0-9A-Z]{1,4}\b)))"
)
"""A bare number that stands where a column of units would."""
DRUG = re.compile(r"[JQA]\d{4}")
"""Codes whose bare numbers are units, though a modifier may be written the same."""
DATED = r"(?:\d{1,4}[/-]\d{1,2}[/-]\d{1,4}\W*)?"
PASTED = re.compile(rf"^\W*{DATED}(?:line\W*)?(?:\d{{1,2}}\s*[.):|-]\s*)?(?:cpt\W*)?$", re.I)
"""What may stand before the code on a line of a pasted claim."""
MOST = 30


def asks(text: str, asked: bool, book: Codebook) -> bool:
    """Is a claim to be checked: asked so in words, or pasted line by line?"""
    found = claim_lines(text, book)
    if asked:
        more = any(x.modifiers or x.diagnoses or x.units for x in found)
        return len(found) > 1 or (len(found) == 1 and more)
    return len(found) > 1 and pasted(text)


def pasted(text: str) -> bool:
    """Do two or more lines of the text begin with a code and say more of it?"""
    begun = 0
    for row in text.splitlines():
        code = CODE.search(row)
        if code and PASTED.match(row[: code.start()]):
            rest = row[code.end() :]
            said = [form.match(rest) for form in (UNITS, COLUMN, ATTACHED, SPACED)]
            begun += any(said) or bool(re.search(r"\b[A-TV-Z]\d[0-9A-Z]\.", rest))
    return begun > 1


def claim_lines(text: str, book: Codebook) -> tuple[ClaimLine, ...]:
    """The lines in the order of the text; at most as many as one answer can tell of."""
    found = list(_codes(text, book))[:MOST]
    icds = list(diagnoses_in(text, _icds(text, book)))
    named = {icd.start for icd in icds}
    found = [code for code in found if code.start not in named]
    if not found:
        return ()
    shared = not any(found[0].start < icd.start < found[-1].start for icd in icds)
    ends = [*[code.start for code in found[1:]], len(text)]
    return tuple(
        _line(code, text[code.end : end], _pointed(code, end, icds, shared), book)
        for code, end in zip(found, ends, strict=True)
    )


def _codes(text: str, book: Codebook) -> Iterator[Span]:
    for match in CODE.finditer(text):
        yield Span(match[1].upper(), match.start(1), match.end(1))


def _icds(text: str, book: Codebook) -> set[str]:
    """Diagnoses without their dot that the tables know, where no procedure code is meant."""
    bare = re.findall(r"(?<![\w-])([A-TV-Za-tv-z]\d{2}[0-9A-Za-z]{1,4})(?![\w.])", text)
    dotted = {f"{code[:3]}.{code[3:]}".upper() for code in bare if code.upper() not in book.codes}
    return {code for code in dotted if code in book.diagnoses}


def _pointed(code: Span, end: int, icds: Sequence[Span], shared: bool) -> tuple[str, ...]:
    own = icds if shared else [icd for icd in icds if code.start < icd.start < end]
    return tuple(dict.fromkeys(icd.value for icd in own))


def _line(code: Span, rest: str, diagnoses: tuple[str, ...], book: Codebook) -> ClaimLine:
    modifiers, units = _behind(code.value, rest, book)
    return ClaimLine(code=code.value, modifiers=modifiers, units=units, diagnoses=diagnoses[:12])


def _behind(code: str, rest: str, book: Codebook) -> tuple[tuple[str, ...], int | None]:
    """Modifiers and units right behind a code, as long as nothing else comes between."""
    modifiers: list[str] = []
    units: int | None = None
    at = 0
    while len(modifiers) < 8:
        if counted := UNITS.match(rest, at):
            units = int(next(group for group in counted.groups() if group))
            at = counted.end()
            continue
        number = COLUMN.match(rest, at)
        drug = DRUG.fullmatch(code) is not None
        if number and units is None and (drug or number[1] not in book.modifier_names):
            units, at = int(number[1]), number.end()
            continue
        attached = ATTACHED.match(rest, at)
        found = attached or SPACED.match(rest, at)
        if found is None:
            break
        name = found[1].upper()
        written = attached is not None and "\n" not in found.group() and not name.isdigit()
        if name not in book.modifier_names and not written:
            break
        modifiers.append(name)
        at = found.end()
    return tuple(modifiers), units
