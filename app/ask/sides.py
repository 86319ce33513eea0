"""Which side was treated, level by level? Pure."""

import re
from collections.abc import Sequence

from app.ask.patterns import Span

ANATOMY = (
    r"(?:[CTLS]\d|si\b|sij|facet|mbb|rfa|knee|hip|shoulder|genicular|occipital|paramedian|multi"
    r"|lumbar|cervical|thoracic|tf|tfesi|snrb|transfor|\d level)"
)
"""What a side that is shortened to a letter stands before."""
WORDS = re.compile(
    r"\b(?P<both>bilateral(?:ly|s)?|bilats?|bil|b/l|both sides|two sides|each side|left and right"
    r"|right and left|both left and right|right (?:&|\+) left|left (?:&|\+) right)\b"
    r"|\b(?P<left>left)\b|\b(?P<right>right)\b"
    rf"|\b(?P<lt>lt|L)\b(?=\s+(?:sided?\b|{ANATOMY}))|\b(?P<rt>rt|R)\b(?=\s+(?:sided?\b|{ANATOMY}))"
    r"|(?<=\s)(?P<lt2>lt)\b(?=\s*(?:[,.;?!]|$|w/|with\b|under\b))|(?<=\s)(?P<rt2>rt)\b(?=\s*(?:[,.;?!]|$|w/|with\b|under\b))",
    re.I,
)
SIDES = {"both": "bilateral", "lt": "left", "rt": "right", "lt2": "left", "rt2": "right"}
NOT_RIGHT = re.compile(
    r"^\s*(?:$|[?!]|out\b|after\b|before\b|codes?\b|ones?\b|pair|way\b|answer|quantity|lines?\b|now\b|away|call|choice"
    r"|modifier|cpt|units?\b|amount|thing|combination)",
    re.I,
)
NOT_RIGHT_BEFORE = re.compile(
    r"\b(?:is|was|be|are|that|it|which|what|what's|all|got|code)\s+(?:the\s+|this\s+)?$", re.I
)
OPEN_BEFORE = re.compile(
    r"\b(?:whether|if)\s+(?:\w+\s+){0,3}$|\b(?:left|right|bilateral\w*)\s+or\s+$", re.I
)
OPEN_AFTER = re.compile(r"^\s+or\s+(?:left|right|bilateral)", re.I)
"""A side that is asked about."""
DENIED = re.compile(
    r"\s*,?\s*\b(?:and\s+)?(?:not|instead of|rather than)\s+(?:on\s+)?(?:the\s+)?"
    r"(?:left|right|bilateral|both sides|lt|rt)\b(?:\s+side)?",
    re.I,
)
""" "It was right, not left": the side that it was not."""
ON_THE = re.compile(
    r"\b(?:on|to|at|from)\s+(?:the\s+)?$|\bsides?\s+(?:is|was|should be|to)\s+(?:the\s+)?$", re.I
)
NOT_LEFT = re.compile(
    r"^\s*(?:in\b|running|for\b|the\b|out\b|over|behind|until|him\b|her\b|to\b|it\b|a\b|that\b"
    r"|overnight|alone|\d+ (?:days?|nights?)|(?:two|three|four) (?:days?|nights?)|of midline)",
    re.I,
)
NOT_LEFT_BEFORE = re.compile(
    r"\b(?:pt|patient|she|he|was|were|who|catheter|cath|levels?|been|infusion)\s+$", re.I
)


def without_denied(text: str) -> str:
    """The text without the side that it was not, where another one is told."""
    left = DENIED.sub("", text)
    return left if sides(left) else text


AGREED = re.compile(
    r"^\W*(?:all\s+)?right\s*,\s*(?=(?:but|and|so|it|he|she|they|no|then|what|how|can|do|does|is)\b)",
    re.I,
)
""" "Right, but ..." agrees and tells no side."""
CLOSING = re.compile(
    r"^(?!.*\b(?:you|that|this|i|all|answer|that's)\b)((?:\S+\s+){0,5})(left|right)[\s.!]*$", re.I
)
""" "And it was right", where sides were spoken of."""


def of_a_reply(text: str, spoken: bool) -> str:
    """The text of a follow-up with its sides in plain words; `spoken`: a side was told before."""
    text = AGREED.sub("", without_denied(text))
    return CLOSING.sub(r"\1on the \2", text) if spoken else text


def sides(text: str) -> tuple[Span, ...]:
    """Every word that tells a side; "is that right?" and "left in place" do not."""
    found = []
    for match in WORDS.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if OPEN_BEFORE.search(before) or OPEN_AFTER.match(after):
            continue
        kind = match.lastgroup or ""
        if not ON_THE.search(before) and _no_side(kind, before, after):
            continue
        value = SIDES.get(kind, kind)
        found.append(Span(value, *match.span()))
    return tuple(found)


def _no_side(kind: str, before: str, after: str) -> bool:
    """ "Is that right?" and "left in place" tell no side."""
    if kind == "right" and not after.strip() and re.search(r"\w\s+$", before):
        # the last word, without a comma before it: "L4-5 under fluoro right"
        return bool(NOT_RIGHT_BEFORE.search(before))
    if kind == "right":
        return bool(NOT_RIGHT.match(after) or NOT_RIGHT_BEFORE.search(before))
    return kind == "left" and bool(NOT_LEFT.match(after) or NOT_LEFT_BEFORE.search(before))


def by_level(
    text: str, levels: Sequence[Span], told: Sequence[Span]
) -> dict[tuple[int, int], str | None]:
    """The side of each level: said before it, else after it; carried on where none is said."""
    places = list(dict.fromkeys((s.start, s.end) for s in levels))
    if not places:
        return {}
    first = any(s.end <= places[0][0] and _near(text, s.end, places[0][0]) for s in told)
    found: dict[tuple[int, int], str | None] = {}
    carried: str | None = None
    for number, (start, end) in enumerate(places):
        if first:
            since = places[number - 1][1] if number else 0
            here = [s.value for s in told if since <= s.start < start]
        else:
            until = places[number + 1][0] if number + 1 < len(places) else len(text)
            here = [s.value for s in told if end <= s.start < until]
        carried = both(here) or carried
        found[start, end] = carried
    if not first:
        # "L4-5, L5-S1 left": what stands after the last level is said of all without one
        last = next((v for v in reversed(list(found.values())) if v), None)
        found = {place: value or last for place, value in found.items()}
    return found


def _near(text: str, end: int, start: int) -> bool:
    return not re.search(r"[.;?!]\s", text[end:start])


def both(values: Sequence[str]) -> str | None:
    """One side, or both when both are named; None when none is."""
    distinct = set(values)
    if "bilateral" in distinct or {"left", "right"} <= distinct:
        return "bilateral"
    return next(iter(distinct), None)
