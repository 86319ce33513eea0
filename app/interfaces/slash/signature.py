"""Was this request signed with the app's secret, within the last five minutes?

Leaves the arithmetic to slack_sdk. Whatever is malformed is unproved, never an error.
"""

import re
from collections.abc import Callable
from typing import Any

from slack_sdk.signature import SignatureVerifier
from starlette.datastructures import Headers

from app.interfaces.slash.visit import Unproved

SIGNATURE, TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"


class _Clock:
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    def now(self) -> float:
        return self._now()


class Signatures:
    """Checks requests against one signing secret."""

    def __init__(self, secret: str, now: Callable[[], float]) -> None:
        clock: Any = _Clock(now)
        self._verifier = SignatureVerifier(secret, clock)

    def proof(self, body: bytes, headers: Headers) -> str:
        """The signature of a request that has a good one. Raises Unproved."""
        signatures, timestamps = headers.getlist(SIGNATURE), headers.getlist(TIMESTAMP)
        if len(signatures) != 1 or len(timestamps) != 1:
            raise Unproved("needs exactly one signature and one timestamp")
        if not re.fullmatch(r"[0-9]{1,12}", timestamps[0]):
            raise Unproved("the timestamp is not a number of seconds")
        try:
            fine = self._verifier.is_valid(body, timestamps[0], signatures[0])
        except Exception as why:
            # slack_sdk raises on bytes that are not UTF-8 and on signs that are not ASCII
            raise Unproved("the signature cannot be read") from why
        if not fine:
            raise Unproved("the signature is wrong or too old")
        return signatures[0]
