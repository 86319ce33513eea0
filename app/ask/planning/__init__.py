"""Which rules does this reading call for, with which facts? Pure.

The planner always consults the rules; what it cannot know before a code is decided it
learns by deciding the code first. One file for each topic, named like its rule.
"""

from collections.abc import Callable, Iterator

from app.ask.planning.bundling import bundling
from app.ask.planning.claim import claim
from app.ask.planning.code_selection import code_selection
from app.ask.planning.compare import compare
from app.ask.planning.denials import denials
from app.ask.planning.modifiers import modifiers
from app.ask.planning.payment import payment
from app.ask.planning.policy import coverage, diagnosis, documentation, prior_authorization
from app.ask.planning.scenario import with_codes
from app.ask.planning.services import beside, services
from app.ask.planning.units import units
from app.ask.planning.unknown import strangers, unknown
from app.ask.planning.utilisation import utilisation
from app.ask.subject import call, topics_of
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import NotCovered

MOST_CALLS = 4
OF_A_SESSION = 9
"""Calls where several procedures, each with its modifiers, are coded."""

OF_A_CODE = ("coverage", "prior_authorization", "documentation", "payment", "code_selection")
"""Topics that a code none of the tables holds cannot be answered on."""

PLANS: dict[str, Callable[[Reading, Codebook], Iterator[Call]]] = {
    "code_selection": code_selection,
    "modifiers": modifiers,
    "bundling": bundling,
    "units": units,
    "documentation": documentation,
    "diagnosis": diagnosis,
    "prior_authorization": prior_authorization,
    "payment": payment,
    "coverage": coverage,
    "utilisation": utilisation,
    "compare": compare,
    "denials": denials,
    "claim": claim,
}
"""The plan of each topic."""


def plan(reading: Reading, book: Codebook) -> tuple[Call, ...]:
    """The calls that answer this reading, the one that gives the verdict first."""
    served = services(reading, book)
    if served and not beside(reading, book):
        return served[:MOST_CALLS]
    topics = with_codes(topics_of(reading, book), reading, book)
    if reading.topics[:1] == ("claim",):
        return tuple(claim(reading, book))
    if reading.topics[:1] == ("out_of_scope",):
        return _outside(reading, book)
    if topics and (none := tuple(unknown(reading, book))):
        return none[:MOST_CALLS]
    if topics[:1] and topics[0] in OF_A_CODE and (foreign := strangers(reading, book)):
        return foreign
    if topics[:1] in (("coverage",), ("compare",)) and _unheld(reading, book):
        topics = ("diagnosis",)
    if (
        reading.other_procedure
        and not (served or _ours(reading, book))
        and "wiser" not in reading.aspects
    ):
        if not reading.diagnoses:
            return (_other_procedure(reading),)
        topics = ("diagnosis",)
    calls: list[Call] = []
    for topic in topics:
        for one in PLANS[topic](reading, book):
            if not any(_same(one, other) for other in calls):
                calls.append(one)
    most = OF_A_SESSION if "code_selection" in topics else MOST_CALLS
    return (*calls[:most], *served)


def _same(one: Call, other: Call) -> bool:
    """Do two calls say the same?"""
    return one == other or (one.tool == other.tool and one.result == other.result)


def _outside(reading: Reading, book: Codebook) -> tuple[Call, ...]:
    """What is outside calls for no rule; a code that no table has is still named."""
    none = [c for c in reading.codes if c not in book.every_code]
    return (call("compare", book, codes=tuple(none[:1])),) if none else ()


def _unheld(reading: Reading, book: Codebook) -> bool:
    """Is no diagnosis that the question names in the tables? Then that comes first."""
    return bool(reading.diagnoses) and not set(reading.diagnoses) & set(book.diagnoses)


def _ours(reading: Reading, book: Codebook) -> bool:
    """Does the question name a code or an approach that the tables hold?"""
    if any(c in book.every_code for c in reading.codes):
        return True
    if reading.never_ours:
        return False
    steroid = any(m.words.lower().endswith(("esi", "esis")) for m in reading.mentions)
    approach = any(m.fact == "approach" for m in reading.mentions)
    return approach or steroid or "epidural" in reading.text.lower()


def _other_procedure(reading: Reading) -> Call:
    """A procedure the tables do not hold is said so, never answered as an epidural."""
    name = reading.other_procedure
    result = NotCovered(
        verdict=f"The tables do not hold {name} yet; they hold epidural injections.",
        nearest=(),
    )
    return Call(tool="select_code", arguments={"service_date": str(reading.on)}, result=result)
