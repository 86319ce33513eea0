"""What a turn leaves to the next one of its conversation: facts, never the asker's words. Pure.

Kept as JSON in the journal, so a field that a later release no longer knows is dropped.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ConfigDict, ValidationError

from knowledge.decisions import Missing
from knowledge.facts import Encounter, Frozen, Procedure


class Dose(Frozen):
    """A drug and its amount, as they are told again."""

    drug: str = ""
    dose: float | None = None
    unit: str | None = None


class Earlier(Frozen):
    """What was said so far, as far as it still holds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    procedures: tuple[Procedure, ...] = ()
    encounter: Encounter = Encounter()
    codes: tuple[str, ...] = ()
    """Codes the asker named, partners such as an imaging code included."""
    subject: tuple[str, ...] = ()
    """The codes that "it" and "them" mean: those decided, else those named."""
    diagnoses: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    """Every diagnosis named so far, the first first."""
    modifiers: tuple[str, ...] = ()
    denials: tuple[str, ...] = ()
    drugs: tuple[Dose, ...] = ()
    served: dict[str, tuple[str, ...]] = {}
    """What was told of sedation, anesthesia, pumps and leads."""
    minutes: int | None = None
    age: int | None = None
    topics: tuple[str, ...] = ()
    lead: str = ""
    """The topic of the rule that led the answer."""
    settled: tuple[str, ...] = ()
    guessed: bool = False
    asked: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    measures: dict[str, float] = {}
    unknown_payer: str = ""
    year: int | None = None
    rate: str = ""
    whether: bool = False
    pending: tuple[Missing, ...] = ()
    """What was asked back, the most deciding first."""
    offered: tuple[Missing, ...] = ()
    """What was asked back before, so that another of its choices can be taken."""
    language: str = "en"
    """Of the turn before, which a reply of one or two words shares."""
    supposed: tuple[str, ...] = ()
    """Facts that the answer took to be so, which yes confirms and no denies."""


def stored(earlier: Earlier) -> dict[str, Any]:
    """As JSON takes it, what is unset left out."""
    return earlier.model_dump(mode="json", exclude_defaults=True)


def restored(held: Mapping[str, Any]) -> Earlier:
    """As it was stored; nothing, when another release wrote what this one cannot read."""
    try:
        return Earlier(**held)
    except ValidationError:
        return Earlier()


def told(procedures: Iterable[Procedure]) -> tuple[Procedure, ...]:
    """The procedures of which anything was said."""
    return tuple(p for p in procedures if p != Procedure())
