"""The words as they were meant: no invisible characters, wide digits or split words. Pure."""

import re
import unicodedata

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
SPLIT = re.compile(r"(?<=[a-z])-[ \t]*\n[ \t]*(?=[a-z])", re.I)
"""A word broken at the end of a line."""
COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.S)
BETWEEN = re.compile(
    r"\bbetween (the (?:laminae?|vertebrae|spinous processes) of )?"
    r"([CTLS]\d{1,2}) and ([CTLS]\d{1,2})\b",
    re.I,
)
DASHES = re.compile("[\u2010-\u2012\u2212]")
NUMBERS = {
    name: str(number)
    for number, name in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        1,
    )
}
SPELLED = re.compile(rf"\b([CTLS])[ -]({'|'.join(NUMBERS)})\b(?!\s*(?:level|side)s?\b)", re.I)
GLUED = re.compile(r"\b([CTL]\d{1,2})([CTLS]\d{1,2})\b", re.I)
PRESSED = re.compile(r"\b([CL])([1-7])([2-8])\b|\b(T)([2-9])([3-9])\b", re.I)
"""Two vertebrae of one letter without a dash, such as L45; only neighbours are."""
DASHED = re.compile(r"\b([CTLS])-(\d{1,2})(?=\s?[/-]\s?\d|\s?[/-]\s?[CTLS]-?\d)", re.I)
NAMED = re.compile(
    r"\b(cervical|thoracic|lumbar|sacral)\s+(?:level\s+)?(\d{1,2})\s?[-/]\s?(\d{1,2})\b", re.I
)
"""The region in full instead of its letter."""


def tidy(text: str) -> str:
    """The text in plain characters; "L five" as "L5", "L45" and "l4l5" as "L4-5"."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    plain = SPLIT.sub("", DASHES.sub("-", COMMENT.sub(" ", plain)))
    plain = BETWEEN.sub(
        lambda m: f"{'between the laminae ' if m[1] else ''}at {m[2]}-{m[3]}", plain
    )
    plain = SPELLED.sub(lambda m: m[1].upper() + NUMBERS[m[2].lower()], plain)
    plain = DASHED.sub(r"\1\2", plain)
    plain = NAMED.sub(lambda m: f"{m[1]} {m[1][0].upper()}{m[2]}-{m[3]}", plain)
    return PRESSED.sub(_apart, GLUED.sub(r"\1-\2", plain))


def _apart(match: re.Match[str]) -> str:
    letter, upper, lower = filter(None, match.groups())
    return f"{letter}{upper}-{lower}" if int(lower) == int(upper) + 1 else match.group()
