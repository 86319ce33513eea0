"""Where a service was given, by its place of service or by the words for it. Pure."""

import re

from app.ask.turn import Reading

BY_WORDS = (
    (re.compile(r"\b(?:asc|surgery cent(?:er|re)|surgicenter)\b", re.I), "24"),
    (re.compile(r"\b(?:hopd|hospital|outpatient department|facility)\b", re.I), "22"),
    (re.compile(r"\b(?:in|at) (?:the|our|an?|my) (?:office|clinic)\b|\boffice\b", re.I), "11"),
)


def place_of(reading: Reading) -> str | None:
    """The place of service stated; else the one that a single word for a setting stands for."""
    if reading.encounter.place_of_service:
        return reading.encounter.place_of_service
    found = {place for pattern, place in BY_WORDS if pattern.search(reading.text)}
    return found.pop() if len(found) == 1 else None
