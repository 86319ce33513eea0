"""How many units does a reading ask about? Pure."""

from collections.abc import Iterator

from app.ask.planning.gone import gone
from app.ask.subject import call, one_a_family, preferred, select, subject
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook


def units(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield from gone(reading, book)
    codes, _ = subject(reading, book)
    procedure = reading.procedures[0]
    for code in one_a_family(preferred(codes, book), book)[:2]:
        yield call(
            "units",
            book,
            code=code,
            laterality=procedure.laterality,
            level_count=procedure.level_count or len(procedure.levels) or None,
            claim=reading.encounter.claim,
            aspects=reading.aspects,
            payer=reading.encounter.payer,
        )
    if not codes:
        yield select(procedure, book)
