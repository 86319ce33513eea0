"""Which codes are to be set beside each other? Pure."""

from collections.abc import Iterator

from app.ask.subject import call, one_each, subject
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Decided


def compare(reading: Reading, book: Codebook) -> Iterator[Call]:
    codes = reading.codes
    if len(reading.procedures) > 1 and not codes:
        codes = tuple(dict.fromkeys([*codes, *one_each(reading, book)]))
    if not codes:
        codes, chosen_call = subject(reading, book)
        if chosen_call is not None and not isinstance(chosen_call.result, Decided):
            yield chosen_call
            return
    if codes:
        deleted = "code_deleted" in reading.situations
        yield call("compare", book, codes=codes[:4], deleted=deleted)
