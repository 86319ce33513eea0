"""Structured log lines on standard error; nothing of a question's words is logged.

A second net stands behind that rule: every value of a line is redacted before it is written.
"""

import logging
import sys
from typing import Any

import structlog

from app.ask.privacy import redact


def configure(level: str) -> None:
    """One JSON object a line, from this level on."""
    structlog.configure(
        processors=[
            redacted,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def redacted(logger: Any, method: str, event: Any) -> Any:
    """The line without anything that could name a patient, however deep it stands."""
    return {name: _plain(value) for name, value in event.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {_plain(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(str(value)).text
