"""What a run keeps of one sample: the answer, what was searched and read. Pure.

A record holds nothing that differs between two runs of the same code: ids and timings
of an answer are kept apart, so that the same run gives the same bytes.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict

VOLATILE = ("id", "thread_id", "timings_ms")


class Place(BaseModel):
    """A stretch of a guide that a search returned."""

    model_config = ConfigDict(frozen=True)

    key: str
    document: str
    start: int
    end: int
    """In Unicode code points of the guide's text."""


class Record(BaseModel):
    """One sample and what came back."""

    model_config = ConfigDict(frozen=True)

    id: str
    case: str
    set: str
    answer: dict[str, Any] | None = None
    """The response without ids and timings; None when there was none."""
    turns: tuple[dict[str, Any], ...] = ()
    """The answers of a dialogue, one for each turn."""
    found: tuple[Place, ...] | None = None
    """Passages, best first; None when the target does not tell."""
    facts: dict[str, str] | None = None
    """What was read of the question; None when the target does not tell."""
    confidence: float | None = None
    error: str = ""
    """Why there is no answer."""
    not_built: bool = False
    """The target says that it cannot do this yet."""


class Timing(BaseModel):
    """How long one sample took, by step, in milliseconds."""

    model_config = ConfigDict(frozen=True)

    id: str
    ms: dict[str, float]


def stable(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer without what differs from run to run."""
    return {k: v for k, v in answer.items() if k not in VOLATILE}
