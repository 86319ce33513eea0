"""How many units does a reading ask about? Pure."""

from collections.abc import Iterator

from app.ask.planning.gone import gone
from app.ask.planning.proposed import proposed_units
from app.ask.subject import (
    OF_ADD_ONS,
    call,
    one_a_family,
    preferred,
    select,
    subject,
    without_parent,
)
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook


def units(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield from gone(reading, book)
    codes, _ = subject(reading, book)
    procedure = reading.procedures[0]
    add_ons = tuple(c for c in codes if c in book.codes and book.codes[c].role == "add-on")
    if add_ons and OF_ADD_ONS & set(_told(reading, book)) | OF_ADD_ONS & set(reading.aspects):
        codes = add_ons
    for code in one_a_family(preferred(codes, book), book)[:2]:
        yield call(
            "units",
            book,
            code=code,
            laterality=procedure.laterality,
            level_count=procedure.level_count or len(procedure.levels) or None,
            claim=reading.encounter.claim,
            aspects=tuple(dict.fromkeys([*reading.aspects, *_told(reading, book)])),
            payer=reading.encounter.payer,
            proposed=proposed_units(reading.text, code),
        )
        if procedure.laterality == "bilateral":
            # both sides are one unit with a modifier, or two lines
            yield call(
                "modifiers",
                book,
                code=code,
                laterality="bilateral",
                claim=reading.encounter.claim,
                place_of_service=reading.encounter.place_of_service,
                payer=reading.encounter.payer,
            )
    if not codes:
        yield select(procedure, book)


def _told(reading: Reading, book: Codebook) -> tuple[str, ...]:
    """The situations, and whether a line with 50 is meant."""
    alone = ("alone",) if without_parent(reading, book) else ()
    return (*reading.situations, *alone, *(("fifty",) if "50" in reading.modifiers else ()))
