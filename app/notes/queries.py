"""Neutral queries to the clinician: they ask, and propose no answer. Pure.

A query names what the record does not show or says two ways, never a code, a payment or
the answer that would be paid.
"""

from collections.abc import Sequence

from app.notes.documentation import Element
from app.notes.facts import Conflict, Treated
from knowledge.decisions import Undecided

NAMES = {
    "approach": "how the needle entered",
    "levels": "the level treated",
    "region": "the region treated",
    "laterality": "the side treated",
    "imaging": "the guidance used",
    "technique": "whether the catheter stayed in",
    "substance": "what was injected",
}
MOST = 8


def queries(
    conflicts: Sequence[Conflict], treated: Sequence[Treated], shown: Sequence[Element]
) -> tuple[str, ...]:
    """First what contradicts itself, then what decides the code, then what is not shown."""
    told = [_of_conflict(c) for c in conflicts]
    facts = {c.fact for c in conflicts}
    for one in treated:
        result = one.call.result if one.call else None
        if isinstance(result, Undecided):
            told += [
                f"The note does not settle {NAMES.get(m.fact, m.fact)}. {m.question}"
                for m in result.missing
                if m.fact not in facts
            ]
            facts |= {m.fact for m in result.missing}
    asked = {"side": "laterality"}
    for element in shown:
        if element.status != "found" and asked.get(element.id, element.id) not in facts:
            told.append(element.query)
    return tuple(dict.fromkeys(told))[:MOST]


def _of_conflict(conflict: Conflict) -> str:
    words = " and ".join(f'"{q.quote}"' for q in conflict.quotes[:2])
    name = NAMES.get(conflict.fact, conflict.fact)
    return f"The note has {words}. Please clarify {name}."
