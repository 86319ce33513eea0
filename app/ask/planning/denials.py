"""Which denial and remark codes does a reading name? Pure."""

from collections.abc import Iterator

from app.ask.patterns import denial_codes
from app.ask.planning.gone import gone
from app.ask.subject import call
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook


def denials(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield call("denials", book, reasons=denial_codes(reading.text)[:3])
    yield from gone(reading, book)
