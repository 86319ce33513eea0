"""Which modifiers does a reading ask about, on which codes? Pure."""

import re
from collections.abc import Iterator

from app.ask.pair_asked import at_other_time, with_global
from app.ask.planning.gone import gone
from app.ask.subject import call, injections, one_a_family, preferred, select, subject
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Decided, Undecided

TOGETHER = {"together", "order"}
SWAPPED = re.compile(r"\b(\w\w)[\s,-]+(\w\w)\s+or\s+(?:\d{5}[\s-]+)?\2[\s,-]+\1\b", re.I)
""" "50 KX or KX 50?": the order is asked for."""
EITHER = re.compile(r"\b(?:LT|RT)\s*(?:/|\bor\b)\s*(?:LT|RT)\b", re.I)
OR_SIDES = re.compile(r"\b50\b[^.;?]{0,20}\bor\b[^.;?]{0,20}\b(?:RT|LT|two lines)\b", re.I)
""" "50 or RT and LT?": one way to show both sides or the other."""
MOST = 3


def modifiers(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield from gone(reading, book)
    codes, chosen = _codes(reading, book)
    if (
        chosen is not None
        and isinstance(chosen.result, Undecided)
        and _differ(codes, reading, book)
    ):
        yield chosen
        return
    calls = [one for code in codes[:2] for one in _of_code(code, reading, book)]
    if len(reading.modifiers) > 1 and not reading.chained:
        # "GA or GZ?": the one that goes on leads
        calls.sort(key=_weight)
    yield from calls
    if not codes:
        yield select(reading.procedures[0], book)


def _codes(reading: Reading, book: Codebook) -> tuple[tuple[str, ...], Call | None]:
    """The codes a modifier is said to stand on; else the injections that are meant."""
    on = tuple(dict.fromkeys(code for _, code in reading.attached if _held(code, book)))
    if on:
        return on, None
    if drug := _drug(reading, book):
        return drug, None
    others = [c for c in reading.codes if c not in book.every_code and _held(c, book)]
    if others and not [c for c in reading.codes if c in book.every_code]:
        return tuple(others), None
    found, chosen = subject(reading, book)
    if at_other_time(reading, book):
        earlier = with_global(reading, book)
        found = tuple(c for c in found if c not in earlier) or found
    return one_a_family(preferred(injections(found, book), book), book), chosen


def _held(code: str, book: Codebook) -> bool:
    """Does a verdict row or the fee schedule know the code, if codes.toml does not?"""
    named = any(code in row.codes for row in book.modifier_verdicts)
    return code in book.codes or named or any(x["code"] == code for x in book.large("mpfs"))


def _drug(reading: Reading, book: Codebook) -> tuple[str, ...]:
    """The drug line, where waste is spoken of: the drug named, else the usual steroid."""
    spoken = {"waste", "no_waste", "multi_dose"} & set(reading.situations)
    rows = [row for row in book.modifier_verdicts if row.modifier == "JZ" and row.codes]
    drugs = tuple(dict.fromkeys(code for row in rows for code in row.codes))
    named = tuple(c for c in reading.codes if c in drugs)
    return named or (drugs[:1] if spoken and "drug_waste" in reading.aspects else ())


def _of_code(code: str, reading: Reading, book: Codebook) -> Iterator[Call]:
    named = _named(reading)
    situations = tuple(
        dict.fromkeys([*reading.aspects, *reading.situations, *_derived(reading, book)])
    )
    together = (
        len(named) > 1
        and not OR_SIDES.search(reading.text)
        and bool(TOGETHER & set(situations) or reading.chained or {"LT", "RT"} <= set(named))
    )
    rest = {modifier: tuple(m for m in named if m != modifier) for modifier in named}
    told: set[str] = set()
    for modifier in named or (None,):
        one = call(
            "modifiers",
            book,
            code=code,
            modifier=modifier,
            beside=rest.get(modifier or "", ()) if together else (),
            order="order" in situations and together,
            situations=situations,
            laterality=_laterality(reading),
            claim=reading.encounter.claim,
            place_of_service=reading.encounter.place_of_service,
            payer=reading.encounter.payer,
        )
        if one.result.verdict not in told:
            yield one
        told.add(one.result.verdict)


def _named(reading: Reading) -> tuple[str, ...]:
    """The modifiers asked about; a long list that is only recited asks for none of them."""
    recited = len(reading.modifiers) > 2 and not reading.attached and "needed" in reading.asked
    return () if recited else reading.modifiers[:MOST]


def _laterality(reading: Reading) -> str | None:
    """RT on one line and LT on another say both sides."""
    if {"RT", "LT"} <= set(reading.modifiers) and not EITHER.search(reading.text):
        return "bilateral"
    return reading.procedures[0].laterality


def _derived(reading: Reading, book: Codebook) -> Iterator[str]:
    first = reading.procedures[0]
    sides = {m.value for m in reading.mentions if m.fact == "laterality"}
    if (first.level_count or len(first.levels)) > 1 and "bilateral" not in sides:
        yield "two_levels"
    if SWAPPED.search(reading.text):
        yield "order"
    notice = {"abn_signed", "abn_none"} & {*reading.aspects, *reading.situations}
    if {"GA", "GZ"} <= set(reading.modifiers) and not notice:
        # which of the two goes on turns on a notice that nobody told of
        yield "notice_open"
    if _other_global(reading, book):
        yield "in_global"
    if reading.encounter.claim:
        yield reading.encounter.claim
    if reading.encounter.payer == "medicare":
        yield "medicare_stated"


def _differ(codes: tuple[str, ...], reading: Reading, book: Codebook) -> bool:
    """Do the candidates take the modifier differently, so that the open fact decides?"""
    words = set()
    for code in codes:
        for one in _of_code(code, reading, book):
            if isinstance(one.result, Decided):
                words |= {m.verdict for line in one.result.codes for m in line.modifiers[:1]}
    return len(words) > 1 and bool(reading.modifiers) and bool(reading.procedures[0].levels)


def _weight(one: Call) -> int:
    lines = one.result.codes if isinstance(one.result, Decided) else ()
    first = [m.verdict for line in lines for m in line.modifiers[:1]]
    return {"append": 0, "depends": 1}.get(first[0] if first else "", 2)


def _other_global(reading: Reading, book: Codebook) -> bool:
    """Does another code named leave a global period of 10 or 90 days?"""
    others = set(reading.codes)
    return len(others) > 1 and bool(with_global(reading, book))
