"""How many sessions were there, and may there be one more? Pure."""

from collections.abc import Iterator

from app.ask.sessions import Told
from app.ask.subject import call, main_code
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook


def utilisation(reading: Reading, book: Codebook) -> Iterator[Call]:
    told = reading.sessions
    if told is None:
        return
    region = told.region or reading.procedures[0].region
    yield call(
        "utilisation",
        book,
        code=main_code(reading, book),
        earlier=[_prior(one, reading, one == told.earlier[-1]) for one in told.earlier],
        region=region,
        payer=reading.encounter.payer,
        state=reading.encounter.state,
        changed=told.changed,
        asks="this" if told.asked else "next",
    )


def _prior(one: Told, reading: Reading, last: bool) -> dict[str, object]:
    """A session as the rule takes it; relief that is stated is that of the last one."""
    measures = reading.measures if last else {}
    return {
        "day": one.day,
        "region": one.region,
        "relief_percent": measures.get("relief_percent"),
        "relief_weeks": measures.get("relief_weeks"),
    }
