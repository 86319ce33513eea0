"""The HTTP route of feedback: a thumb, reasons, a comment. Never logs what was said.

A comment is kept without what could name a patient.
"""

from typing import Annotated, Literal

from fastapi import Depends, FastAPI
from fastapi.responses import Response
from pydantic import Field

from app.ask.privacy import redact
from app.caller import Caller
from app.interfaces.doorway import who
from app.interfaces.engine import Engine
from app.interfaces.problems import Refused, shown
from app.interfaces.wire import Wire

Reason = Literal["wrong_code", "bad_citation", "incomplete", "off_topic", "other"]


class Feedback(Wire):
    """What a reader says of an answer; the last word counts."""

    answer_id: str = Field(min_length=1, max_length=64)
    verdict: Literal["up", "down"]
    reasons: list[Reason] = Field(default=[], max_length=5)
    comment: str | None = Field(None, max_length=2000)


def add(app: FastAPI, engine: Engine) -> None:
    """`POST /v1/feedback`: 204, or 404 for an answer that is unknown or another's."""

    @app.post("/v1/feedback", status_code=204, response_class=Response)
    async def feedback(said: Feedback, caller: Annotated[Caller, Depends(who)]) -> Response:
        """Say whether an answer was right; the last word on an answer counts."""
        journal = engine.assistant().journal
        kept = await engine.run(
            lambda: journal.feedback(
                said.answer_id,
                caller.owner,
                said.verdict,
                list(dict.fromkeys(said.reasons)),
                redact(said.comment or "").text,
            )
        )
        if not kept:
            raise Refused(
                404, f"No answer {shown(said.answer_id)} is kept; ask the question again."
            )
        return Response(status_code=204)
