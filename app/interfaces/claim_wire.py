"""The public shapes of the claim check, as contract and OpenAPI have them."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from app.interfaces.wire import AssumedOut, CautionOut, ServiceDate, Wire, written
from knowledge.rules.claim import Checked, Claim, ClaimLine, PriorSession
from knowledge.rules.claim.values import MOST_LINES

MOST_SESSIONS = 60


def _entry(kind: str, most: int) -> Callable[[str], str]:
    """What somebody could have typed; whether it is a code is for the tables to say."""

    def read(text: str) -> str:
        if not re.fullmatch(rf"\s*[0-9A-Za-z.-]{{1,{most}}}\s*", text):
            raise ValueError(f"takes {kind}")
        return text.strip().upper()

    return read


Code = Annotated[str, AfterValidator(_entry("a CPT or HCPCS code, such as 62321", 12))]
Modifier = Annotated[str, AfterValidator(_entry("a modifier, such as 59 or RT", 4))]
Diagnosis = Annotated[str, AfterValidator(_entry("an ICD-10-CM code, such as M54.12", 12))]


def _session(value: object) -> object:
    """A bare date is a session of the region of the claim."""
    return {"date": value} if isinstance(value, str | date) else value


def _none(value: object) -> object:
    """Null says nothing, as a field left out does."""
    return [] if value is None else value


class LineIn(Wire):
    """One service line."""

    code: Code
    units: int | None = Field(None, ge=0, le=9999)
    modifiers: Annotated[list[Modifier], BeforeValidator(_none)] = Field(default=[], max_length=8)
    diagnoses: Annotated[list[Diagnosis], BeforeValidator(_none)] = Field(default=[], max_length=12)
    service_date: ServiceDate = None


class SessionIn(Wire):
    """An earlier session of the patient."""

    date: Annotated[date, BeforeValidator(written)]
    region: str | None = Field(None, max_length=40)
    relief_percent: int | None = Field(None, ge=0, le=100)


class ClaimRequest(Wire):
    """The lines of one claim, with what is known around them."""

    lines: list[LineIn] = Field(min_length=1, max_length=MOST_LINES)
    service_date: ServiceDate = None
    payer: str | None = Field(None, max_length=80)
    state: str | None = Field(None, pattern=r"^[A-Z]{2}$")
    place_of_service: str | None = Field(None, pattern=r"^\d{2}$")
    claim: Literal["professional", "facility"] | None = None
    prior_sessions: list[Annotated[SessionIn, BeforeValidator(_session)]] = Field(
        default=[], max_length=MOST_SESSIONS
    )
    authorization: str | None = Field(None, max_length=60)
    """The authorization or tracking number (UTN) that stands on the claim."""

    def asked(self) -> Claim:
        """The claim as the rules take it."""
        return Claim(
            lines=tuple(ClaimLine(**dict(line)) for line in self.lines),
            prior_sessions=tuple(PriorSession(**dict(s)) for s in self.prior_sessions),
            **{k: v for k, v in dict(self).items() if k not in ("lines", "prior_sessions")},
        )


class FindingOut(Wire):
    """One fault, doubt or remark."""

    severity: Literal["error", "warning", "info"]
    lines: list[int]
    """From 0."""
    rule: str
    text: str
    fix: str
    source: str
    """Publisher, title and release of the sources, then table and row."""
    confidence: Literal["high", "medium", "low"]
    dated: str
    """Of when the row is, such as "NCCI table of 2024-07-01"."""
    assumed: list[str] = []
    """Facts that were presumed, without which the finding would not stand."""
    undecided: bool = False
    """The tables cannot tell whether the lines are right."""


class LineOut(Wire):
    """One line as it was read, and how it stands."""

    code: str
    units: int
    modifiers: list[str]
    diagnoses: list[str]
    service_date: date
    verdict: Literal["clean", "fix", "cannot_tell"]


class ClaimResult(Wire):
    """What a check of one claim finds; the verdict is the worst of its lines."""

    verdict: Literal["clean", "fix", "cannot_tell"]
    findings: list[FindingOut]
    lines: list[LineOut]
    assumed: list[AssumedOut] = []
    cautions: list[CautionOut] = []
    versions: dict[str, str] = {}


def result(checked: Checked, versions: dict[str, str]) -> ClaimResult:
    """A checked claim as it is sent."""
    return ClaimResult(
        verdict=checked.verdict,
        findings=[
            FindingOut(**f.model_dump(include=set(FindingOut.model_fields)))
            for f in checked.findings
        ],
        lines=[LineOut(**line.model_dump()) for line in checked.lines],
        assumed=[
            AssumedOut(fact=a.fact, value=a.value, because=a.because) for a in checked.assumed
        ],
        cautions=[
            CautionOut(text=c.text, source=c.sources[0] if c.sources else "")
            for c in checked.cautions
        ],
        versions=versions,
    )
