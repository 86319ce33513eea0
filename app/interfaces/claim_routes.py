"""The HTTP route of the claim check. Never logs or keeps what was sent."""

from fastapi import FastAPI

from app.interfaces.claim_wire import ClaimRequest, ClaimResult, result
from app.interfaces.engine import Engine


def add(app: FastAPI, engine: Engine) -> None:
    """`POST /v1/claims/check`: claim lines in, findings out."""

    @app.post("/v1/claims/check")
    async def check_claim(request: ClaimRequest) -> ClaimResult:
        """Check the lines of one claim; each finding with its fix and its source."""
        assistant = engine.assistant()
        engine.admit()
        checked = await engine.run(lambda: assistant.claim(request.asked()))
        return result(checked, assistant.versions)
