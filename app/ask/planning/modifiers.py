"""Which modifiers does a reading ask about, on which codes? Pure."""

from collections.abc import Iterator

from app.ask.planning.gone import gone
from app.ask.subject import call, injections, one_a_family, preferred, select, subject
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook


def modifiers(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield from gone(reading, book)
    codes = injections(subject(reading, book)[0], book)
    situations = tuple(reading.aspects)
    laterality = reading.procedures[0].laterality
    for code in one_a_family(preferred(codes, book), book)[:2]:
        for modifier in reading.modifiers[:3] or (None,):
            yield call(
                "modifiers",
                book,
                code=code,
                modifier=modifier,
                situations=situations,
                laterality=laterality,
                claim=reading.encounter.claim,
                place_of_service=reading.encounter.place_of_service,
            )
    if not codes:
        yield select(reading.procedures[0], book)
