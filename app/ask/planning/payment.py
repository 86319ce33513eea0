"""What is paid for the codes that are meant? Pure."""

from collections.abc import Iterator

from app.ask.planning.gone import gone
from app.ask.subject import call, select, subject
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Undecided


def payment(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield from gone(reading, book)
    codes, chosen = subject(reading, book)
    if chosen is not None and isinstance(chosen.result, Undecided):
        yield chosen
        return
    if len(codes) > 1:
        # what was done picks the code, never the price: the difference comes first
        yield call("compare", book, codes=codes[:4])
    for code in codes[:3]:
        yield call(
            "payment",
            book,
            code=code,
            place_of_service=reading.encounter.place_of_service,
            year=reading.year,
            state=reading.encounter.state,
            rate=reading.rate,
        )
    if not codes:
        yield select(reading.procedures[0], book)
