"""The HTTP routes of the claim check. Never logs or keeps what was sent."""

from typing import Any

from fastapi import FastAPI
from pydantic import Field

from app.claims.errors import BadClaims
from app.claims.reading import read
from app.interfaces.claim_wire import ClaimRequest, ClaimResult, result
from app.interfaces.engine import Engine
from app.interfaces.problems import Refused
from app.interfaces.wire import Wire


class ClaimText(Wire):
    """Claim lines as text: CSV with a line of column names, or JSON."""

    text: str = Field(min_length=1)


class BadRowOut(Wire):
    """A row that could not be read, and why."""

    row: int
    claim_id: str
    why: str


class ReadClaim(Wire):
    """One claim of the text, as `POST /v1/claims/check` takes it."""

    claim_id: str
    rows: list[int]
    request: dict[str, Any]


class ReadClaims(Wire):
    """What a text held; nothing is checked yet."""

    claims: list[ReadClaim]
    bad_rows: list[BadRowOut]
    unread: list[str]
    """Columns that no claim line has."""


def add(app: FastAPI, engine: Engine) -> None:
    """`POST /v1/claims/check`: claim lines in, findings out; and lines out of pasted text."""

    @app.post("/v1/claims/check")
    async def check_claim(request: ClaimRequest) -> ClaimResult:
        """Check the lines of one claim; each finding with its fix and its source."""
        assistant = engine.assistant()
        engine.admit()
        checked = await engine.run(lambda: assistant.claim(request.asked()))
        return result(checked, assistant.versions)

    @app.post("/v1/claims/read")
    async def read_claims(given: ClaimText) -> ReadClaims:
        """Claim lines out of pasted CSV or JSON, by the names that billing systems use."""
        try:
            found = await engine.run(lambda: read(given.text.encode(), "The text", {}))
        except BadClaims as why:
            raise Refused(422, f"{str(why).rstrip('.')}.") from why
        return ReadClaims(
            claims=[
                ReadClaim(
                    claim_id=one.id,
                    rows=one.rows,
                    request=one.request.model_dump(mode="json", exclude_defaults=True),
                )
                for one in found.claims
            ],
            bad_rows=[BadRowOut(row=b.number, claim_id=b.claim, why=b.why) for b in found.bad],
            unread=list(found.unread),
        )
