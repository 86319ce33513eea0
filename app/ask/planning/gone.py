"""Codes that were deleted are said to be gone before anything else. Pure."""

from collections.abc import Iterator

from app.ask.subject import call
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook


def gone(reading: Reading, book: Codebook) -> Iterator[Call]:
    """Say of each deleted code that it is gone, and what took its place."""
    for code in reading.codes:
        if code in book.every_code and code not in book.codes:
            yield call("compare", book, codes=(code,))
