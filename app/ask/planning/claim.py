"""Which claim does a reading name, and around it which payer, place and date? Pure."""

from collections.abc import Iterator

from app.ask.claim_lines import claim_lines
from app.ask.subject import call
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook


def claim(reading: Reading, book: Codebook) -> Iterator[Call]:
    said = reading.encounter
    yield call(
        "claim",
        book,
        lines=claim_lines(reading.question.text, book),
        service_date=said.service_date,
        payer=reading.unknown_payer or said.payer,
        state=said.state,
        place_of_service=said.place_of_service,
        claim=said.claim,
    )
