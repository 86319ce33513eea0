"""Codes written wrong: letters for digits, a digit short or long, or broken apart. Pure."""

import re
from collections.abc import Collection, Iterator

LOOKALIKE = str.maketrans("OoQIl|SsBZz", "00011155822")
"""Letters a scan or a hurried hand puts for digits."""
MIXED = re.compile(r"(?<![\w.-])(?=\w*\d\w*\d\w*\d)(?=\w*[OoQIl|SsBZz])[\dOoQIl|SsBZz]{5}(?![\w.])")
SHORT = re.compile(r"(?<![\w$.,/:-])\d{4}(?![\w/%:]|[.,-]\d)")
LONG = re.compile(r"(?<![\w$.,/:-])\d{6}(?![\w/%:]|[.,-]\d)")
TAILED = re.compile(r"(?<![\w$.,/:-])(\d{5})[A-Z](?![\w.])")
"""A code with a letter at its end."""
NAMED = re.compile(
    r"\b(?:mrn|acct|account|chart|zip|phone|tel|fax|ext|room|id|ssn|claim|npi|year)\W*$", re.I
)
BROKEN = re.compile(r"(?<![\w$.,/-])(\d{2})[ ,-](\d{3})(?![\w%]|[.,-]\d)")
GLUED = re.compile(r"(?<![\w$.,/-])(\d{5})\s?(vs?|and|or|with|w|n)\s?(\d{5})(?!\w)", re.I)
LABEL = re.compile(
    r"\b(mrn|acct|account|chart|zip|phone|tel|fax|ext|room|ssn|npi|member|patient|medical record)"
    r"((?:\s+(?:id|no|number|num))?\W{0,3})\d[\d-]*",
    re.I,
)
"""A number that names a person or a place, never a code."""


def mended(text: str, known: Collection[str]) -> str:
    """The text with codes of the tables put together again, and with numbers of persons out."""
    text = LABEL.sub(r"\1", text)
    text = GLUED.sub(lambda m: f"{m[1]} {m[2]} {m[3]}" if {m[1], m[3]} & set(known) else m[0], text)
    return BROKEN.sub(lambda m: m[1] + m[2] if m[1] + m[2] in known else m[0], text)


def malformed(text: str, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Words that look like a code of the tables and are none, with the codes they are near."""
    for match in MIXED.finditer(text):
        meant = match.group().translate(LOOKALIKE)
        if meant in known:
            yield match.group(), meant
    for match in SHORT.finditer(text):
        starts = [c for c in sorted(known) if c.startswith(match.group())]
        if starts and not NAMED.search(text[: match.start()]):
            yield match.group(), " ".join(starts)
    for match in TAILED.finditer(text):
        if match[1] in known:
            yield match.group(), match[1]
    for match in LONG.finditer(text):
        word = match.group()
        near = {word[:i] + word[i + 1 :] for i in range(6)} & set(known)
        if near and not NAMED.search(text[: match.start()]):
            yield word, " ".join(sorted(near))
