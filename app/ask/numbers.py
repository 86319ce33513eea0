"""How many levels, joints, nerves or muscles a text speaks of. Pure."""

import re
from dataclasses import dataclass

from app.ask.heard import Heard

WORDS = {
    "one": 1, "single": 1, "a": 1, "two": 2, "both": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8,
}  # fmt: skip
NUMBER = r"\b(one|single|two|both|three|four|five|six|seven|eight|[1-9])[\s-]+(?:\w+[\s-]+){0,2}?"
MUSCLES = re.compile(NUMBER + r"(?:muscles?|muscle groups?)\b", re.I)
NERVES = re.compile(NUMBER + r"(?:nerves?|branch(?:es)?|mbbs?)\b(?! levels?)", re.I)
THINGS = re.compile(
    NUMBER + r"(?:levels?|joints?|facets?|dis[ck]s?|bodies|body|vertebrae|interspaces?|sites?|ribs?"
    r"|foramina)\b",
    re.I,
)
MORE_MUSCLES = re.compile(
    r"\bmuscles?\b[^.;?]{0,30}?\b(?:and|plus)\s+(one|two|three|four|five|six|[1-9])\s+(?:more\b|in\b|on\b|of\b)",
    re.I,
)
"""A second number of muscles: "two muscles in the neck and three in the low back"."""
SEVERAL = re.compile(
    r"\b(?:multi-?\s?levels?|multiple (?:\w+ )?(?:levels|joints|discs)"
    r"|several (?:\w+ )?(?:levels|joints|discs))\b",
    re.I,
)


@dataclass(frozen=True)
class Counts:
    """Numbers said; None = no number of that."""

    muscles: int | None = None
    nerves: int | None = None
    things: int | None = None
    """Levels, joints, discs or bodies."""
    several: bool = False
    """More than one, and not how many."""


def counts_of(heard: Heard) -> Counts:
    muscles = [m for m in heard.mentions if m.fact == "muscle"]
    # "levator" inside "levator scapulae" is no second muscle
    named = {
        m.words.lower().rstrip("s")
        for m in muscles
        if not any(
            o.start <= m.start and m.end <= o.end and len(o.words) > len(m.words) for o in muscles
        )
    }
    return Counts(
        muscles=_muscles(heard.text) or len(named) or None,
        nerves=_number(NERVES, heard.text),
        things=_number(THINGS, heard.text),
        several=bool(SEVERAL.search(heard.text)),
    )


def _muscles(text: str) -> int | None:
    """All muscles of the session together."""
    first = _number(MUSCLES, text)
    more = MORE_MUSCLES.search(text)
    return first + _value(more[1]) if first and more else first


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    """The number said; None also when two different ones are."""
    found = {_value(m[1]) for m in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else None


def _value(word: str) -> int:
    return int(word) if word.isdigit() else WORDS[word.lower()]
