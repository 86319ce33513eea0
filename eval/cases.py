"""The cases of the question sets: what is asked, and what a right answer must hold.

One class for each kind of case, closed to unknown fields, so that a misspelt expectation
is an error and never an expectation that cannot fail. Pure; eval/question_sets.py reads the files.
"""

import hashlib
import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

HELD_OUT = 5
"""One case in this many is held out."""

Outcome = Literal["answered", "needs_facts", "not_covered", "declined"]
Severity = Literal["critical", "major", "minor"]
Feature = Literal["families", "conversation", "notes", "claims", "spanish", "redaction"]


class Strict(BaseModel):
    """Frozen, closed to unknown fields, documented by its docstrings."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def _compiles(pattern: str) -> str:
    """A regular expression that compiles and does not match the empty text."""
    try:
        if re.compile(pattern, re.I).search(""):
            raise ValueError(f"{pattern!r} matches anything")
    except re.error as why:
        raise ValueError(f"{pattern!r} is no regular expression: {why}") from why
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class Context(Strict):
    """Fields sent beside the question, as the chips of the chat page do."""

    service_date: date | None = None
    payer: str | None = None
    state: str | None = None
    locality: str | None = None
    place_of_service: str | None = None
    claim: Literal["professional", "facility"] | None = None


class Gold(Strict):
    """Words of a guide that answer the question: a span, never the id of a chunk."""

    quote: str = Field(min_length=8)
    document: str = "62321"
    grade: int = Field(3, ge=1, le=3)
    """3 answers by itself, 2 in part, 1 is to the point."""


class Expect(Strict):
    """What a right answer holds. A field left out is not judged."""

    outcome: tuple[Outcome, ...] = ()
    """Any of these is right."""
    verdict: tuple[Literal["yes", "no", "depends"], ...] = ()
    """What the first sentence must say to a yes-or-no question; any of these is right."""
    bill: tuple[str, ...] | None = None
    """Exactly the codes to put on the claim (role `bill`); [] = none may be billed."""
    or_bill: tuple[tuple[str, ...], ...] = ()
    """Other whole sets that are as right as `bill`."""
    units: dict[str, int] = {}
    """Units of a billed code."""
    candidates: tuple[str, ...] = ()
    """Each must be named as a candidate, where a missing fact decides."""
    missing: tuple[str, ...] = ()
    """The deciding facts: each must be asked for."""
    do_not_bill: tuple[str, ...] = ()
    """Each must be told not to bill."""
    never: tuple[str, ...] = ()
    """None may have the role `bill`: doing so is a critical error."""
    names: tuple[str, ...] = ()
    """Each must be named in the text, whatever its role."""
    append: tuple[str, ...] = ()
    """Modifiers to append."""
    do_not_append: tuple[str, ...] = ()
    """Modifiers that must not be appended."""
    amounts: tuple[float, ...] = ()
    """Dollar amounts or other figures, each in the text to the last digit given."""
    must: tuple[Pattern, ...] = ()
    """Each must match the text, case ignored."""
    must_not: tuple[Pattern, ...] = ()
    """None may match the text, case ignored."""
    guide_says: tuple[Pattern, ...] = ()
    """What an answer that is faithful to the guide says, right or not."""
    gold: tuple[Gold, ...] = ()
    """Spans that a search should find; any one of the best grade is enough."""
    cites_gold: bool = False
    """A passage that holds gold words must be cited, not only found."""

    @property
    def judged(self) -> bool:
        """Whether anything is expected at all."""
        stated = self.model_dump(exclude_defaults=True)
        return bool(stated.keys() - {"cites_gold", "or_bill"})


class Case(Strict):
    """One thing to judge, with who says so."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)+$")
    name: str = Field(min_length=8)
    """The scenario in a coder's words."""
    severity: Severity = "major"
    """What a wrong answer would cost: a false claim, a denial or an annoyance."""
    provenance: str = Field(min_length=4)
    """Where the expectation comes from: a section of the dossier, a quoted source."""
    confidence: Literal["high", "medium", "low"] = "high"
    reviewer: str = ""
    """Who read it a second time."""
    needs: tuple[Feature, ...] = ()
    """Features without which it cannot be right yet."""
    tags: tuple[str, ...] = ()
    note: str = ""

    @property
    def held_out(self) -> bool:
        """Whether its single result stays unopened: a fifth, by the hash of the id."""
        return int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % HELD_OUT == 0


class Question(Case):
    """One scenario, asked in one to four wordings."""

    questions: tuple[str, ...] = Field(min_length=1, max_length=4)
    context: Context = Context()
    facts: dict[str, str] = {}
    """The facts every wording states, by name: what a right reading finds."""
    expect: Expect

    @model_validator(mode="after")
    def _judged(self) -> "Question":
        if not self.expect.judged:
            raise ValueError("expects nothing, so nothing could fail")
        if len(set(self.questions)) < len(self.questions):
            raise ValueError("asks the same words twice")
        return self


class Turn(Strict):
    """One turn of a dialogue and what its answer must hold."""

    say: str
    expect: Expect
    keeps: tuple[str, ...] = ()
    """Facts that must be said to be kept from earlier turns."""
    drops: tuple[str, ...] = ()
    """Facts that must not be kept."""


class Dialogue(Case):
    """A conversation: the turns are asked one after the other in one thread."""

    context: Context = Context()
    turns: tuple[Turn, ...] = Field(min_length=2)


class Line(Strict):
    """One line of a claim, expected or sent."""

    code: str
    units: int = 1
    modifiers: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    service_date: date | None = None


class Note(Case):
    """A procedure note and the claim it makes."""

    note_text: str = Field(min_length=20)
    context: Context = Context()
    lines: tuple[Line, ...] = ()
    """The claim lines; empty = the note does not say enough for any."""
    or_lines: tuple[tuple[Line, ...], ...] = ()
    facts: dict[str, str] = {}
    """Facts of the first procedure and the words of the note that prove each."""
    missing: tuple[str, ...] = ()
    """Facts without which no line can be decided."""
    gaps: tuple[str, ...] = ()
    """Elements of the documentation that the note does not show."""
    contradictions: tuple[str, ...] = ()
    """Facts of which the note says two things."""


class Prior(Strict):
    """An earlier session of the patient."""

    date: date
    region: str | None = None
    relief_percent: int | None = None


class Finding(Strict):
    """A fault that a check of the claim must report."""

    rule: Literal[
        "unknown_code",
        "ended_code",
        "addon_without_primary",
        "pair",
        "unit_limit",
        "wrong_modifier",
        "missing_modifier",
        "contradictory_modifiers",
        "imaging_included",
        "diagnosis_header",
        "diagnosis_unknown",
        "diagnosis_excludes",
        "diagnosis_fit",
        "region_limit",
        "level_limit",
        "place_of_service",
        "frequency",
        "prior_authorization",
    ]
    lines: tuple[int, ...]
    """From 0."""
    severity: Literal["error", "warning"] = "error"


class Claim(Case):
    """Claim lines and the findings of a check; none = the claim is clean."""

    lines: tuple[Line, ...] = Field(min_length=1)
    context: Context = Context()
    prior_sessions: tuple[Prior, ...] = ()
    verdict: Literal["clean", "fix", "cannot_tell"]
    findings: tuple[Finding, ...] = ()


KINDS: dict[str, type[Case]] = {
    "question": Question,
    "dialogue": Dialogue,
    "note": Note,
    "claim": Claim,
}
