"""How many units of which code does a question take to be right? Pure."""

import re
from collections.abc import Iterator, Mapping

COUNTED = re.compile(
    r"\b(\d{5})\b\s*(?:\w+\s*)?(?:[x×*]\s*|qty\s*)0?([2-9])\b"
    r"|\b(?:(two|three|four|five|six|[2-9]) units?|([2-9])\s*[x×]|(twice))\s*(?:of\s*)?(?:a\s*)?"
    r"(\d{5})?",
    re.I,
)
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "twice": 2}


def proposed(text: str, lines: Mapping[str, int | None]) -> Iterator[tuple[str, int]]:
    for match in COUNTED.finditer(text):
        code, times, words, before, twice, after = match.groups()
        number = times or words or before or twice
        units = NUMBERS.get(number.lower(), 0) or int(re.sub(r"\D", "", number) or 0)
        which = code or after or (next(iter(lines)) if len(lines) == 1 else "")
        if which:
            yield which, units


def proposed_units(text: str, code: str) -> int | None:
    """The most units of this code that the text speaks of."""
    found = [units for which, units in proposed(text, {code: None}) if which == code]
    return max(found, default=None)
