"""Drugs that were given, with dose, volume, strength and container, by their form. Pure.

An amount belongs to the drug it stands nearest to; what a vial held, and what of it was thrown
away, is told apart from what was given. Nothing is computed here but "each side".
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from app.ask import patterns
from app.ask.amounts import FIGURE, UNIT, WORDS, Amount, Kind, amounts, number_of
from app.ask.billed import without_inner
from app.ask.turn import Given, Mention

VIALS = re.compile(r"\b([2-6]|two|three|four|five|six)\s+(?:\w+[\s-]+){0,2}?vials?\b", re.I)
BARE = re.compile(
    rf"^[\s-]*(?:m\s*-?\s*)?({FIGURE})(?:-m\b)?(?![\w%/-]|\s*(?:{UNIT}|[x\u00d7]|%|units?))", re.I
)
BARE_BEFORE = re.compile(rf"(?<![\w.$/-])({FIGURE})\s*(?:of\s+)?$", re.I)
HALF = re.compile(r"\bhalf\s+(?:of\s+)?(?:an?\s+|the\s+)?$", re.I)
BARE_WASTE = re.compile(
    rf"(?<![\w./-])({FIGURE})\s+(?:was\s+|were\s+)?(?:wasted|discarded|thrown away|tossed)\b"
    rf"|\b(?:wasted|discarded|threw away|tossed)\s+(?:the\s+)?(?:other|remaining|last|rest,?)?\s*"
    rf"({FIGURE})(?![\w./%])",
    re.I,
)
BARE_GIVEN = re.compile(
    rf"(?<![\w./-])({FIGURE})\s+(?:was\s+|were\s+)?(?:given|used|injected|administered)\b"
    rf"|\b(?:gave|used|injected|administered|only)\s+({FIGURE})(?![\w./%]|\s*(?:{UNIT}|units?|vials?))",
    re.I,
)
NONE_LEFT = re.compile(
    r"\b(?:no|zero|without|w/o|nothing|none|n't)\s+"
    r"(?:drug\s+|was\s+|were\s+|got\s+|of it\s+|has been\s+)*"
    r"(?:wast\w*|discard\w*|thrown|left|tossed|threw)\b"
    r"|\b(?:all|whole|entire|full)\s+(?:(?:of\s+)?(?:it|the)\s+)?(?:\w+\s+)?(?:was\s+|were\s+)?"
    r"(?:used|given|injected|drawn)\b|\b(?:fully|completely|all)\s+used(?:\s+up)?\b|\bused\s+(?:it\s+)?up\b"
    r"|\bused\s+(?:the\s+)?(?:whole|entire|full|all)\b|\bdidn'?t waste\b|\bno leftover\b",
    re.I,
)
SINGLE = re.compile(r"\bsingle[\s-]*(?:dose|use)\b|\bsdvs?\b|\bsingle-?dose\b", re.I)
MULTI = re.compile(
    r"\bmulti(?:ple)?[\s-]*(?:dose|use)\b|\bmdvs?\b|\b(?:5|10)\s*(?:ml|cc)\s+(?:\w+\s+)?vial", re.I
)
NO_SINGLE = re.compile(r"\bnot\s+(?:a\s+)?single", re.I)
SIDES = re.compile(r"\b(?:each|per|either)\s+side\b|\bon both sides\b", re.I)
SITE = r"(?:levels?|sites?|joints?|injections?|sides?|needles?)"
EACH = re.compile(rf"\b(?:each|per|every)\s+{SITE}\b|\b(?:at|into|for) each\b", re.I)
COUNTED = re.compile(
    rf"[x\u00d7]\s*(\d|two|three|four)\s+{SITE}\b"
    rf"|\b(?:each of|each at|at|to) (?:the )?(two|three|four|2|3|4)\s+{SITE}\b",
    re.I,
)
BOTH = re.compile(r"\bboth\b|\bbilat\w*|\btwo (?:joints|sides|sites)\b", re.I)
REACH = 48
"""Characters an amount may stand away from the drug it tells of."""


def given(text: str, mentions: Sequence[Mention], codes: Sequence[str] = ()) -> tuple[Given, ...]:
    """Each drug with what was given of it; without a drug, what stands beside a code."""
    drugs = _drugs(mentions)
    found = amounts(text)
    if not drugs:
        return (_one("", found, text, ()),) if codes else ()
    shared = _shared(drugs, found)
    return tuple(
        _one(name, shared[name], text, [m for m in drugs if m.value == name])
        for name in dict.fromkeys(m.value for m in drugs)
    )


def _drugs(mentions: Sequence[Mention]) -> list[Mention]:
    """Drug names, without those inside a longer one such as "preservative-free triamcinolone"."""
    own = [m for m in mentions if m.fact == "drug"]
    return sorted(without_inner(own), key=lambda m: m.start)


def _shared(drugs: Sequence[Mention], found: Sequence[Amount]) -> dict[str, list[Amount]]:
    """The amounts of each drug: the nearest pairs first, one dose and one strength each."""
    names = list(dict.fromkeys(m.value for m in drugs))
    if len(names) == 1:
        return {names[0]: list(found)}
    shared: dict[str, list[Amount]] = {name: [] for name in names}
    pairs = sorted(
        (max(m.start - a.end, a.start - m.end, 0), min(m.start, a.start), number, m.value)
        for number, a in enumerate(found)
        for m in drugs
    )
    given_to: set[int] = set()
    for away, _, number, name in pairs:
        amount = found[number]
        has = any(a.kind == amount.kind and a.of == amount.of for a in shared[name])
        if away > REACH or number in given_to or has:
            continue
        given_to.add(number)
        shared[name].append(amount)
    return shared


def _one(name: str, amounts: Sequence[Amount], text: str, own: Sequence[Mention]) -> Given:
    """What was given of one drug."""
    first = _first(amounts, "dose", "mass")
    volume = _first(amounts, "dose", "volume")
    rate = _first(amounts, "dose", "rate")
    vial = _first(amounts, "vial", "mass") or _by_volume(amounts)
    waste = _first(amounts, "waste", "mass") or _first(amounts, "waste", "volume")
    dose, strength = first, rate.value if rate else None
    bare, hyphened = _bare(text, own)
    contrast = name.endswith("contrast")
    if bare is not None:
        if contrast and bare >= 100:
            strength = strength or bare
        elif first is None and volume is None and not contrast and not (hyphened and vial):
            dose = Amount(bare, "mg", 0, 0, "mass")
        elif volume is not None and first is None:
            strength = strength or bare
    if contrast and first is not None and first.value >= 100 and strength is None:
        strength, dose = first.value, None
    nothing = bool(NONE_LEFT.search(text))
    discarded = waste.value if waste and waste.unit != "mL" else None
    if discarded is None and (said := BARE_WASTE.search(text)):
        discarded = number_of(said[1] or said[2])
    if vial is not None and HALF.search(text[: vial.start]) and discarded is None and not nothing:
        # half a vial given is half a vial discarded, and the other way round
        discarded = vial.value / 2
    if dose is None and vial is not None and (said := BARE_GIVEN.search(text)):
        dose = Amount(number_of(said[1] or said[2]), vial.unit, 0, 0, "mass")
    if dose is None and vial is not None and nothing:
        dose = vial
    times = _times(text, dose or volume)
    if not times:
        dose = volume = None
    container = _container(text)
    return Given(
        drug=name,
        dose=dose.value * times if dose else None,
        unit=dose.unit if dose else None,
        volume=volume.value * times if volume else None,
        strength=strength,
        held=vial.value if vial else None,
        discarded=0.0 if nothing else discarded,
        container=container,
    )


def _by_volume(amounts: Sequence[Amount]) -> Amount | None:
    """What a vial told by its volume held: "80 mg/mL, 1 mL vial"."""
    volume, rate = _first(amounts, "vial", "volume"), _first(amounts, "dose", "rate")
    if volume is None or rate is None:
        return None
    return replace(volume, value=volume.value * rate.value, unit="mg", kind="mass")


def _first(amounts: Sequence[Amount], of: str, kind: Kind) -> Amount | None:
    return next((a for a in amounts if a.of == of and a.kind == kind), None)


def _bare(text: str, own: Sequence[Mention]) -> tuple[float | None, bool]:
    """A number without a unit right beside the drug: "dex 10", "40 depo", "Kenalog-40"."""
    for m in own:
        after = BARE.match(text[m.end :])
        if after and not _is_place(text, m.end + after.start(1)):
            return float(after[1]), text[m.end : m.end + 1] == "-"
        before = BARE_BEFORE.search(text[: m.start])
        if before and not _is_place(text, before.start(1)):
            return float(before[1]), False
    return None, False


def _is_place(text: str, at: int) -> bool:
    """Is the number part of a date, a level or a code?"""
    spans = [
        *(s for _, s in patterns.dates(text)),
        *patterns.levels(text),
        *patterns.codes(text),
        *patterns.years(text),
    ]
    return any(s.start <= at < s.end for s in spans)


def _times(text: str, amount: Amount | None) -> int:
    """ "20 mg each side" was given twice, "at each level" as often as there are levels.

    0: it was given more than once, and nobody says how often.
    """
    if amount is None:
        return 1
    after = text[amount.end : amount.end + 40] if amount.end else text
    if counted := COUNTED.search(after):
        word = counted[1] or counted[2]
        return int(WORDS.get(word.lower(), 0)) if not word.isdigit() else int(word)
    if vials := VIALS.search(text):
        return int(number_of(vials[1]))
    if SIDES.search(after) or (EACH.search(after) and BOTH.search(text)):
        return 2
    if EACH.search(after):
        return len({s.value for s in patterns.levels(text)})
    return 1


def _container(text: str) -> Literal["", "single-dose", "multi-dose"]:
    if MULTI.search(text) or NO_SINGLE.search(text):
        return "multi-dose"
    return "single-dose" if SINGLE.search(text) else ""
