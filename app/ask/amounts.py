"""Amounts in a text: doses, volumes, strengths; of what was given, in a vial, or thrown away. Pure.

By their form alone: which drug they tell of is for doses.py.
"""

import re
from dataclasses import dataclass
from typing import Literal

WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "1/2": 0.5, "1/4": 0.25, "half": 0.5, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
    "a hundred": 100, "one hundred": 100, "half a": 0.5,
}  # fmt: skip
FIGURE = r"(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)"
NUMBER = rf"({FIGURE}|{'|'.join(sorted(WORDS, key=len, reverse=True))})"
UNITS = {
    "mg": r"mgs?|milligrams?|milligrammes?",
    "mcg": r"mcgs?|\u00b5g|ug|micrograms?|microgrammes?",
    "mL": r"mls?|ccs?|milliliters?|millilitres?",
}
UNIT = "|".join(f"(?:{words})" for words in UNITS.values())
RATE = re.compile(
    rf"(?<![\w.]){FIGURE}\s*(?:mgs?|mcg|ug)\s*(?:iodine|iod|i)?\s*(?:/|\bper\b|\bin\b)\s*"
    rf"(?:{FIGURE}\s*)?(?:mls?|ccs?)\b",
    re.I,
)
RATE_PARTS = re.compile(rf"({FIGURE})\s*(mgs?|mcg|ug)|({FIGURE})\s*(?:mls?|ccs?)", re.I)
PER = re.compile(r"\b(?:per|each|every)\s*$", re.I)
"""What one unit stands for, not what was given."""
PERCENT = re.compile(rf"(?<![\w.])({FIGURE})\s*(?:%|percent\b|pct\b)", re.I)
AMOUNT = re.compile(rf"(?<![\w.$-]){NUMBER}[\s-]*({UNIT})(?![\w/])", re.I)
VIAL = re.compile(
    r"^[\s,)/-]*(?:single|multi(?:ple)?|one)?[\s-]*(?:dose|use)?[\s-]*(?:\w+[\s-]+)??"
    r"(?:vials?|sdvs?|mdvs?|containers?|ampules?|ampoules?|amps?|bottles?|syringes?)\b",
    re.I,
)
VIAL_BEFORE = re.compile(
    r"\b(?:vials?|sdv|mdv)\s+(?:of|with|holds?|contain\w*|is|was|held)\s*$", re.I
)
WASTE_AFTER = re.compile(
    r"^\s*(?:(?!and\b|used\b|given\b|injected\b|with\b|from\b)[\w-]+\s+){0,4}?(?:was\s+|were\s+|got\s+)?"
    r"(?:wast\w+|discard\w*|thrown|tossed|left\s*over|leftover|unused|remain\w*)\b",
    re.I,
)
WASTE_BEFORE = re.compile(
    r"\b(?:wast\w+|discard\w*|threw(?:\s+(?:away|out))?|tossed|thrown\s+away|throw\s+away)"
    r"(?:\s+(?:the|of|other|remaining|about|another))*[\s:,]*$",
    re.I,
)
Kind = Literal["mass", "volume", "rate"]


@dataclass(frozen=True)
class Amount:
    """One figure with its unit, and what it is of."""

    value: float
    unit: str
    start: int
    end: int
    kind: Kind
    of: Literal["dose", "vial", "waste"] = "dose"


def amounts(text: str) -> list[Amount]:
    """Every amount and strength of a text."""
    return [*_amounts(text), *_percents(text)]


def number_of(word: str) -> float:
    plain = word.lower().replace(",", "")
    return float(WORDS[plain]) if plain in WORDS else float(plain)


def _unit(word: str) -> str:
    return next(u for u, words in UNITS.items() if re.fullmatch(words, word, re.I))


def _amounts(text: str) -> list[Amount]:
    """Amounts and strengths in the order of the text."""
    found: list[Amount] = []
    taken: list[tuple[int, int]] = []
    for match in RATE.finditer(text):
        parts = list(RATE_PARTS.finditer(match.group()))
        mass = number_of(parts[0][1])
        volume = number_of(parts[1][3]) if len(parts) > 1 and parts[1][3] else 1.0
        of = _of(text, match.start(), match.end())
        rate = mass / volume * (1.0 if _unit(parts[0][2]) == "mg" else 0.001)
        found.append(Amount(rate, "mg/mL", match.start(), match.end(), "rate"))
        if len(parts) > 1 and parts[1][3]:
            # "10 mg/1 mL" also tells how much that volume holds
            unit = _unit(parts[0][2])
            found.append(Amount(mass, unit, match.start(), match.end(), "mass", of))
        taken.append(match.span())
    for match in AMOUNT.finditer(text):
        if any(s < match.end() and match.start() < e for s, e in taken):
            continue
        if PER.search(text[: match.start()]):
            continue
        unit = _unit(match[2])
        kind: Kind = "volume" if unit == "mL" else "mass"
        of = _of(text, match.start(), match.end())
        found.append(Amount(number_of(match[1]), unit, match.start(), match.end(), kind, of))
    return sorted(found, key=lambda a: a.start)


def _percents(text: str) -> list[Amount]:
    """ "0.25%" is 2.5 mg in one mL."""
    return [
        Amount(number_of(m[1]) * 10, "mg/mL", m.start(), m.end(), "rate")
        for m in PERCENT.finditer(text)
        if number_of(m[1]) <= 5
    ]


def _of(text: str, start: int, end: int) -> Literal["dose", "vial", "waste"]:
    before, after = text[max(0, start - 40) : start], text[end : end + 48]
    clause = re.split(r"[.;?!]", before)[-1]
    if WASTE_BEFORE.search(clause):
        return "waste"
    if VIAL.match(after) or VIAL_BEFORE.search(clause):
        return "vial"
    if WASTE_AFTER.match(re.split(r"[.;?!,]", after)[0]):
        return "waste"
    return "dose"
