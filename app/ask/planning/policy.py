"""Documentation, diagnosis, coverage and prior authorization: what a payer wants. Pure."""

from collections.abc import Iterator

from app.ask.subject import call, main_code
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook


def documentation(reading: Reading, book: Codebook) -> Iterator[Call]:
    code = main_code(reading, book)
    yield call(
        "documentation",
        book,
        code=code,
        aspects=reading.aspects,
        payer=reading.encounter.payer,
    )


def diagnosis(reading: Reading, book: Codebook) -> Iterator[Call]:
    code = main_code(reading, book)
    yield call(
        "diagnosis",
        book,
        code=code,
        diagnoses=reading.diagnoses[:6],
        region=reading.procedures[0].region,
        aspects=reading.aspects,
    )
    if "indications" in reading.aspects:
        yield call(
            "coverage",
            book,
            code=code,
            payer=reading.encounter.payer,
            aspects=("indications", "conservative_care", "imaging"),
        )


def prior_authorization(reading: Reading, book: Codebook) -> Iterator[Call]:
    if reading.diagnoses or "supports" in reading.aspects:
        yield from diagnosis(reading, book)
    yield _policy("prior_authorization", reading, book)


def coverage(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield _policy("coverage", reading, book)


def _policy(tool: str, reading: Reading, book: Codebook) -> Call:
    encounter = reading.encounter
    unheld = bool(reading.unknown_payer) and tool == "prior_authorization"
    return call(
        tool,
        book,
        code=main_code(reading, book),
        payer="commercial" if unheld else encounter.payer,
        state=encounter.state,
        place_of_service=encounter.place_of_service,
        aspects=reading.aspects,
    )
