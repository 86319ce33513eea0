"""What stands beside the codes of a session: yes or no, modifiers, coverage. Pure."""

import re
from collections.abc import Iterator, Sequence

from app.ask.planning.bundling import images
from app.ask.planning.proposed import proposed
from app.ask.planning.told import alike, codes_told_of, further
from app.ask.subject import SITUATIONS, call, main_code
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Decided, NotCovered
from knowledge.facts import Laterality, Procedure

BY_CPT = re.compile(r"\bcommercial\b|\b(?:by|follows?|per) (?:the )?cpt\b|cpt convention", re.I)
"""A payer that counts both sides of an add-on as CPT does."""
BEGUN = {"begun", "anesthesia_given", "before_anesthesia", "diagnostic_stated", "therapeutic"}
"""Aspects that sharpen a situation."""
SHARPER = {
    "key_portion",
    "not_present",
    "stopped_for_safety",
    "stopped_after_start",
    "stopped_before_anesthesia",
    "drug_withheld",
    "never_started",
    "finished",
    "new_hire",
    "harder_weak",
}
"""Situations that sharpen one of these aspects."""
OF_A_KNOWN_CODE = {"prior_authorization", "payment", "coverage", "documentation", "diagnosis"}
"""Topics that ask something else than whether the code is right."""
STEROID = (None, "non-neurolytic")
"""Substances of an epidural steroid injection."""
JOINED = re.compile(
    r"(?:\+|\bplus|\band|\bwith|\balongside)\s+(?:an? )?\d{5}"
    r"|\d{5}\s+(?:\+|plus|and|with|same|on the same)\b",
    re.I,
)
"""A code beside the injection, not instead of it."""
INJECTIONS = re.compile(r"(?:62[23]|644)\d\d$")


def against(reading: Reading, chosen: Sequence[Call], book: Codebook) -> tuple[str, ...]:
    """Injection codes named that the decisions neither bill nor leave possible."""
    right: set[str] = set()
    for one in chosen:
        if isinstance(one.result, NotCovered):
            return ()
        right |= (
            {line.code for line in one.result.codes}
            if isinstance(one.result, Decided)
            else set(one.result.candidates)
        )
    if all(p.kind and not p.levels for p in reading.procedures):
        # no level is told, so a code of further levels may be right too
        right |= further(right, book)
    ours = codes_told_of(reading, book)
    if reading.procedures and all(p.kind for p in reading.procedures):
        others = alike(reading, book)
        if set(reading.codes) <= others and not set(reading.codes) & right:
            # none of the codes proposed is that of the procedure told
            ours |= others
    named = [
        c
        for c in reading.codes
        if c not in images(reading.codes, book)
        and (c in ours or (INJECTIONS.match(c) and not JOINED.search(reading.text)))
    ]
    if any(c not in book.every_code for c in named) and right & set(named):
        named = [c for c in named if c in book.every_code]
    return tuple(c for c in named if c not in right)


def answered(
    one: Call,
    wrong: tuple[str, ...],
    reading: Reading,
    chosen: Sequence[tuple[Call, Procedure]],
    book: Codebook,
) -> Call:
    """Yes or no to codes and units that the question proposes, and what is not so."""
    one = one.model_copy(update={"against": wrong})
    result = one.result
    if not isinstance(result, Decided) or reading.inverse:
        return one
    lines = {
        line.code: line.units
        for other, _ in chosen
        if isinstance(other.result, Decided)
        for line in other.result.codes
    }
    denied = tuple(
        f"{code} x{units}"
        for code, units in dict.fromkeys(proposed(reading.text, lines))
        if lines.get(code, 0) != units and code not in wrong
    )
    other = reading.modifiers or set(reading.topics) & OF_A_KNOWN_CODE
    if denied or (wrong and reading.whether):
        answer = "no"
    elif reading.codes and set(reading.codes) == set(lines) and not other:
        answer = "yes"
    else:
        return one
    return one.model_copy(
        update={"result": result.model_copy(update={"answer": answer}), "denied": denied}
    )


def modifiers_of(
    result: Decided, procedure: Procedure, reading: Reading, book: Codebook
) -> Iterator[Call]:
    """The modifiers that sides and events call for, line by line."""
    told = _situations(reading)
    encounter = reading.encounter
    for number, line in enumerate(result.codes):
        if images((line.code,), book):
            if line.role == "bill" and _in_facility(encounter.place_of_service, book):
                yield call(
                    "modifiers",
                    book,
                    code=line.code,
                    modifier="26",
                    place_of_service=encounter.place_of_service,
                )
            continue
        by_cpt = BY_CPT.search(reading.text) or reading.unknown_payer
        if procedure.laterality == "bilateral" and number and by_cpt:
            yield call(
                "units",
                book,
                code=line.code,
                laterality="bilateral",
                level_count=2,
                aspects=("sides", "two_levels", "cpt_convention", "commercial"),
                payer="commercial",
            )
        for side in _sides_of(procedure, number):
            if not side and not told:
                continue
            yield call(
                "modifiers",
                book,
                code=line.code,
                laterality=side,
                situations=(*told, *_payer_stated(reading)),
                claim=encounter.claim,
                place_of_service=encounter.place_of_service,
                payer=encounter.payer,
            )


def _payer_stated(reading: Reading) -> tuple[str, ...]:
    """Medicare in so many words, so that its own rule on add-ons holds."""
    return ("medicare_stated",) if reading.encounter.payer == "medicare" else ()


def _in_facility(place: str | None, book: Codebook) -> bool:
    """Is the professional paid the facility rate there, so that imaging is split?"""
    rows = book.statements("places", "place")
    return any(row.id == place and "facility" in row.aspects for row in rows)


def _situations(reading: Reading) -> tuple[str, ...]:
    told = [a for a in reading.aspects if a in SITUATIONS | BEGUN]
    if "diagnostic_stated" in told and reading.encounter.payer in (None, "medicare"):
        told.append("diagnostic_block")
    if not set(told) - {"therapeutic", "begun"}:
        return ()
    return tuple(dict.fromkeys([*told, *(s for s in reading.situations if s in SHARPER)]))


def _sides_of(procedure: Procedure, number: int) -> list[Laterality | None]:
    """The sides of the first code, or of the add-on: a level on both sides leads."""
    if not procedure.sides:
        return [procedure.laterality]
    known: list[Laterality | None] = [None if s == "unknown" else s for s in procedure.sides]
    known.sort(key=lambda s: s != "bilateral")
    return known[:1] if number == 0 else list(dict.fromkeys(known[1:]))


def not_begun(reading: Reading, book: Codebook) -> list[Call]:
    """A procedure that never began is not billed by the professional."""
    if "not_begun" not in reading.aspects or reading.encounter.claim == "facility":
        return []
    code = main_code(reading, book)
    if code is None:
        return []
    return [
        call(
            "modifiers",
            book,
            code=code,
            modifier="53",
            situations=("discontinued", "not_begun"),
            claim="professional",
        )
    ]


def covered(one: Call, procedure: Procedure, reading: Reading, book: Codebook) -> Iterator[Call]:
    """What Medicare does not cover of the codes: a third level."""
    if not isinstance(one.result, Decided) or reading.encounter.payer not in (None, "medicare"):
        return
    if sum(line.units or 1 for line in one.result.codes if line.role == "bill") > 2:
        yield call(
            "coverage",
            book,
            code=one.result.codes[0].code,
            aspects=("levels",),
            measures={"levels": float(max(len(procedure.levels), procedure.level_count or 0))},
            payer=reading.encounter.payer,
            strict=True,
        )


def imaging_covered(reading: Reading, book: Codebook) -> Iterator[Call]:
    steroid = [p for p in reading.procedures if not p.kind and p.substance in STEROID]
    for procedure in steroid:
        if procedure.imaging in ("none", "ultrasound"):
            aspect = "no_imaging" if procedure.imaging == "none" else "ultrasound"
            yield call(
                "coverage", book, aspects=(aspect,), payer=reading.encounter.payer, strict=True
            )
