"""What a rule may answer: Decided (with what it assumed), Undecided or NotCovered.

Pure values. Every step names the row it rests on, so that an answer can cite it.
"""

from typing import Annotated, Literal

from pydantic import Field

from knowledge.facts import Frozen

Short = Literal["yes", "no", "depends", ""]
"""The answer in one word, when the rule's own question is asked as yes or no."""
Role = Literal["bill", "candidate", "compare", "do_not_bill", "mentioned"]


class Step(Frozen):
    """One reason, resting on one table row."""

    because: str
    """A complete sentence in our own words."""

    row: str
    """Table and row, such as "codes/62321"."""

    short: str = ""
    """The row's own verdict sentence, where it has one beside its reason."""

    sources: tuple[str, ...] = ()
    """Ids of sources.toml, the strongest first."""

    confidence: Literal["high", "medium", "low"] = "high"


class ModifierVerdict(Frozen):
    """Whether one modifier belongs on one code in the case asked about."""

    code: str
    verdict: Literal["append", "do_not_append", "depends"]
    because: str


class CodeLine(Frozen):
    """One code in a decision, and what part it plays there."""

    code: str
    role: Role
    units: int | None = None
    modifiers: tuple[ModifierVerdict, ...] = ()


class WhyNot(Frozen):
    """A sibling code and the fact that excludes it."""

    code: str
    because: str


class Flip(Frozen):
    """The smallest change of one fact that changes the result."""

    fact: str
    to: str
    code: str | None
    """None: the change leads to no code."""


class Assumed(Frozen):
    """What silence was taken to mean, and by which convention."""

    fact: str
    value: str
    because: str
    row: str


class Missing(Frozen):
    """A fact without which the result cannot be decided, as a question."""

    fact: str
    question: str
    choices: tuple[str, ...]


class Option(Frozen):
    """One line of the conditional table: if these facts, then these codes."""

    given: dict[str, str]
    codes: tuple[str, ...]


class Caution(Frozen):
    """What the asker should know beside the verdict."""

    text: str
    row: str
    sources: tuple[str, ...] = ()


class Decided(Frozen):
    """The rule has an answer for the facts as stated and presumed."""

    kind: Literal["decided"] = "decided"
    verdict: str
    """The answer in one sentence."""
    answer: Short = ""
    """Yes or no, where the verdict does not say it itself; "" = it is not that kind."""
    turns: tuple[str, ...] = ()
    """Words of a question that turn `answer` round."""
    codes: tuple[CodeLine, ...] = ()
    steps: tuple[Step, ...] = ()
    why_not: tuple[WhyNot, ...] = ()
    flips: tuple[Flip, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    cautions: tuple[Caution, ...] = ()


class Undecided(Frozen):
    """A fact that changes the result is neither stated nor presumed."""

    kind: Literal["undecided"] = "undecided"
    verdict: str
    missing: tuple[Missing, ...]
    candidates: tuple[str, ...]
    options: tuple[Option, ...] = ()
    steps: tuple[Step, ...] = ()
    why_not: tuple[WhyNot, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    cautions: tuple[Caution, ...] = ()


class NotCovered(Frozen):
    """Outside what the tables hold; names the nearest thing that they do."""

    kind: Literal["not_covered"] = "not_covered"
    verdict: str
    nearest: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    cautions: tuple[Caution, ...] = ()


Decision = Annotated[Decided | Undecided | NotCovered, Field(discriminator="kind")]
