"""A claim as it is sent, and what a check of it finds. Pure values.

None and empty always mean "not said": what silence means is a row of presumptions.toml,
and a finding that leans on one names it in `assumed`.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from knowledge.decisions import Assumed, Caution
from knowledge.facts import Claim as ClaimKind
from knowledge.facts import Frozen

Severity = Literal["error", "warning", "info"]
Verdict = Literal["clean", "fix", "cannot_tell"]

MOST_LINES = 100
"""Service lines of one claim: twice what an electronic professional claim takes."""


class ClaimLine(Frozen):
    """One service line."""

    code: str = Field(min_length=1, max_length=12)
    """CPT or HCPCS II, as it is to be sent."""
    units: int | None = Field(None, ge=0, le=9999)
    """None: not said."""
    modifiers: tuple[str, ...] = Field((), max_length=8)
    """In the order of the line."""
    diagnoses: tuple[str, ...] = Field((), max_length=12)
    """ICD-10-CM codes the line points to."""
    service_date: date | None = None
    """None: that of the claim."""


class PriorSession(Frozen):
    """An earlier session of the patient, by anybody."""

    date: date
    region: str | None = Field(None, max_length=40)
    """None: the region of the claim."""
    relief_percent: int | None = Field(None, ge=0, le=100)


class Claim(Frozen):
    """The lines of one claim, and what is known around them."""

    lines: tuple[ClaimLine, ...] = Field(min_length=1, max_length=MOST_LINES)
    service_date: date | None = None
    payer: str | None = Field(None, max_length=80)
    """As it was named; only payers of payers.toml are known."""
    state: str | None = Field(None, pattern=r"^[A-Z]{2}$")
    place_of_service: str | None = Field(None, pattern=r"^\d{2}$")
    claim: ClaimKind | None = None
    """Whose claim: the professional's, or the facility's."""
    prior_sessions: tuple[PriorSession, ...] = Field((), max_length=60)
    authorization: str | None = Field(None, max_length=60)
    """The authorization or tracking number (UTN) that stands on the claim."""


class Finding(Frozen):
    """One fault, doubt or remark, with the row it rests on."""

    severity: Severity
    """error: the line denies or is false as it stands; warning: it is likely to deny and wants
    something; info: nothing to mend."""
    lines: tuple[int, ...]
    """From 0."""
    rule: str
    text: str
    """What is wrong, in one or two sentences."""
    fix: str
    """What to do about it."""
    source: str
    """Titles of the sources and the row."""
    row: str
    """Table and row, such as "ncci_pairs/62321/77003"."""
    sources: tuple[str, ...] = ()
    """Ids of sources.toml, the strongest first."""
    confidence: Literal["high", "medium", "low"] = "high"
    dated: str = ""
    """Of when the row is, such as "NCCI table of 2024-07-01"."""
    assumed: tuple[str, ...] = ()
    """Facts that were presumed, without which the finding would not stand."""
    undecided: bool = False
    """The tables cannot tell whether the lines are right."""
    modifier: str = ""
    """The modifier that is at fault, when one is."""
    drop: tuple[int, ...] = ()
    """Lines that no change of the claim makes right: they are left off."""


class LineResult(Frozen):
    """How one line stands: the worst of its findings."""

    code: str
    verdict: Verdict
    units: int
    modifiers: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    service_date: date


class Checked(Frozen):
    """A claim, checked."""

    verdict: Verdict
    """The worst of its lines."""
    findings: tuple[Finding, ...] = ()
    """Errors first."""
    lines: tuple[LineResult, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    cautions: tuple[Caution, ...] = ()
