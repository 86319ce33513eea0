"""The words as they were meant: no invisible characters, wide digits or split words. Pure."""

import re
import unicodedata

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
SPLIT = re.compile(r"(?<=[a-z])-[ \t]*\n[ \t]*(?=[a-z])", re.I)
"""A word broken at the end of a line."""
COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.S)
BETWEEN = re.compile(r"\bbetween ([CTLS]\d{1,2}) and ([CTLS]\d{1,2})\b", re.I)
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
GLUED = re.compile(r"\b(c7)(t1)\b|\b(t12)(l1)\b|\b(l5)(s1)\b", re.I)


def tidy(text: str) -> str:
    """The text in plain characters; "L five" as "L5", "c7t1" as "c7-t1"."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    plain = SPLIT.sub("", DASHES.sub("-", COMMENT.sub(" ", plain)))
    plain = BETWEEN.sub(r"at \1-\2", plain)
    plain = SPELLED.sub(lambda m: m[1].upper() + NUMBERS[m[2].lower()], plain)
    return GLUED.sub(lambda m: "-".join(filter(None, m.groups())), plain)
