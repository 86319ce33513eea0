"""Modifiers in a text, and the code each is to stand on. Pure.

A two-digit number is a modifier only where the words around it say so: "add a 59", "59 on
64483", "52 or 53?", never "50 percent" or "a 76 year old".
"""

import re
from collections.abc import Iterator, Sequence

from app.ask.patterns import NOT_MODIFIERS, Span

WORD = re.compile(
    r"\b(?:modifiers?|modifers?|mods?)\b[\s:#-]*((?:-?\(?[0-9A-Za-z]{2}\)?(?:\s*(?:,|/|or|and|&|\+)\s*)?)+)",
    re.I,
)
BEFORE_WORD = re.compile(r"(?<![\w.$-])([0-9A-Za-z]{2})\s+(?:modifiers?|modifers?|mods?)\b", re.I)
ON_CODE = re.compile(
    r"(?:\d{5}|\d{4}T|[A-Z]\d{4})((?:\s*(?:-|,|\bw/?|\bwith\b)?\s*"
    r"(?:[2578]\d|[A-Z][A-Z5-6])(?![\w%]))+)",
    re.I,
)
CAPITALS = re.compile(
    r"(?<![\w.])(LT|RT|KX|XE|XP|XS|XU|G[ACXYZ]|TC|JZ|JW|AA|Q[5-6KSXYZ]|FS|S[AG]"
    r"|P[ON](?=\s*(?:\?|on\b|or\b|modifier)))\b"
)
CALLED = re.compile(r"\b(?:modifiers?|modifers?|mods?)[\s:#-]*$", re.I)
LOWER = re.compile(r"(?<![\w.])(kx|jw|jz|xs|xu|xp|qz|qk|qx|qs|gz|gy)\b(?!\.)")
"""Letters that are no word, so that lower case will do."""
NUMBER = re.compile(r"(?<![\w.$/:%-])-?([2578]\d)(?![\w%]|[.,/:]\d|-\d)")
UNIT = re.compile(
    r"\s*[-–]?\s*(?:%|percent|per cent|mg|mcg|ml|cc|days?|weeks?|wks?|months?|years?|yrs?|y/?o|"
    r"minutes?|mins?|hours?|hrs?|units?|patients?|pts|visits?|levels?|injections?|sessions?|"
    r"dollars?|of the fee|times|degrees?)\b",
    re.I,
)
PLAIN = {
    "a",
    "an",
    "the",
    "that",
    "this",
    "add",
    "adds",
    "adding",
    "append",
    "appending",
    "appended",
    "put",
    "stick",
    "slap",
    "hang",
    "mod",
    "mods",
    "need",
    "needs",
    "needed",
    "does",
    "do",
    "without",
    "no",
    "alone",
    "or",
    "vs",
    "versus",
    "then",
    "instead-of",
    "use",
    "using",
    "also",
    "course",
    "require",
    "requires",
    "of-course",
    "both",
    "attach",
    "tack",
    "apply",
    "would",
    "could",
}
"""Words after which a number of two digits is a modifier."""
PERHAPS = {
    "is",
    "with",
    "w",
    "get",
    "gets",
    "have",
    "has",
    "take",
    "takes",
    "want",
    "wants",
    "carry",
    "carries",
    "and",
    "of",
    "by",
    "can",
    "will",
    "should",
    "may",
}
"""The same, when the words after it say so too."""
AFTER = re.compile(
    r"\s*(?:\?|$|(?:on|to|needed|required|necessary|ok|okay|apply|applies|allowed|go|goes|help|"
    r"helps|work|works|fix|rescue|alone|instead|ahead|beat|possible|enough|right|correct|valid|"
    r"take|takes|sits?|come|comes|before|after|first|together|again|hold|stand|rescue|save|saves|"
    r"get|gets|make|makes|let|lets|release|unbundle|override|pay|pays|be"
    r"|the (?:fix|answer|way|right)"
    r"|for (?:the|a|an|my|our|his|her|second|2nd|repeat|same|bilateral|new))\b"
    r"|[\s,;:–-]*(?:on |and )?(?:which|what|where)\b)",
    re.I,
)
SLASHED = re.compile(r"(?<![\w/.$])([257]\d)\s?/\s?([257]\d|LT|RT|X[EPSU])(?![\w/%])")
AFTER_ANOTHER = re.compile(
    r"(?<![\w.])(?:[2578]\d|LT|RT|KX|X[EPSU]|G[ACXYZ]|JW|JZ|TC)\s*(?:,|/|&|\+|\bor\b|\band\b|\bvs\.?|"
    r"\bplus\b|\bthen\b)\s*(?:a\s+|an\s+)?$"
)
STANDS_ON = re.compile(
    r"\s*(?:on|onto)\s+(?:the|my|his|her|our|that|this|both|each|every|which|\d{5}|it)\b", re.I
)
JOINED = re.compile(r"\s*(?:,|/|&|\+|\bor\b|\band\b|\bplus\b|\bvs\.?|\bversus\b|\bthen\b)\s*", re.I)
NOTICE = re.compile(
    r"\babn\b|\bG[XYZ]\b|(?:modifiers?|mods?|append|add)\s+GA\b|\bGA\s+(?:on|or|and|modifier)\b|-GA\b",
    re.I,
)
"""Without one of these GA is Georgia or general anesthesia."""
PLACE = re.compile(
    r"\b(?:pos|place of service)(?:\s*$|\b[^.?]{0,40}\d\d\s*(?:or|vs|/)\s*$|[^.?\d]{0,40},\s*$)"
)
"""A place of service has two digits too."""
CODE = re.compile(r"(?<![\w.$])(\d{5}|\d{4}T|[A-Z]\d{4})(?!\w)", re.I)


def named(text: str, known: set[str]) -> Iterator[Span]:
    """The modifiers of the text, in its order."""
    found: dict[int, Span] = {}
    for value, start in _all(text):
        called = CALLED.search(text[:start]) and text[start : start + 2].isupper()
        if value in known and (called or value not in NOT_MODIFIERS):
            if value == "GA" and not NOTICE.search(text):
                continue
            found.setdefault(start, Span(value, start, start + 2))
    yield from (found[start] for start in sorted(found))


def chained(text: str, known: set[str]) -> bool:
    """Are several modifiers written behind one code, such as 64483-50-LT?"""
    for match in ON_CODE.finditer(text):
        values = {w.upper() for w in re.findall(r"[0-9A-Za-z]{2}", match[1])}
        if len(values & known - NOT_MODIFIERS) > 1:
            return True
    return False


def _all(text: str) -> Iterator[tuple[str, int]]:
    for pattern in (WORD, ON_CODE):
        for match in pattern.finditer(text):
            for word in re.finditer(r"(?<![0-9A-Za-z])[0-9A-Za-z]{2}(?![0-9A-Za-z])", match[1]):
                if UNIT.match(text[match.start(1) + word.end() :]):
                    continue
                yield word.group().upper(), match.start(1) + word.start()
    for match in BEFORE_WORD.finditer(text):
        yield match[1].upper(), match.start(1)
    for match in CAPITALS.finditer(text):
        yield match[1], match.start(1)
    for match in LOWER.finditer(text):
        yield match[1].upper(), match.start(1)
    for match in SLASHED.finditer(text):
        yield match[1], match.start(1)
        yield match[2], match.start(2)
    for match in NUMBER.finditer(text):
        if _is_modifier(text, match):
            yield match[1], match.start(1)


def _is_modifier(text: str, match: re.Match[str]) -> bool:
    rest = text[match.end() :]
    if UNIT.match(rest):
        return False
    before = text[: match.start()].lower()
    if PLACE.search(before[-40:]):
        return False
    if re.search(r"instead of\s+$|of course\s+$", before) or match.group().startswith("-"):
        return True
    last = re.search(r"([a-z]+)[\s(\"',:/-]*$", before)
    word = last[1] if last else ""
    return (
        word in PLAIN
        or (word in PERHAPS and bool(AFTER.match(rest)))
        or _beside_another(rest)
        or bool(AFTER_ANOTHER.search(text[: match.start()]))
        or bool(STANDS_ON.match(rest))
        or (_opens(before) and bool(AFTER.match(rest)))
    )


def _opens(before: str) -> bool:
    """Nothing, or the end of a clause, stands before."""
    return not before.strip() or bool(re.search(r"[.?!,;:(–-]\s*$", before))


def _beside_another(rest: str) -> bool:
    """ "52 or 53", "59/XS": another modifier follows, and is no amount either."""
    joined = JOINED.match(rest)
    if not joined or not joined.group().strip():
        return False
    after = rest[joined.end() :]
    other = re.match(r"-?([2578]\d|LT|RT|X[EPSU]|KX|G[ACXYZ])(?![\w%])", after)
    return bool(other) and not UNIT.match(after[other.end() :] if other else "")


ONTO = re.compile(
    r"\b(?:on|to|onto|for)\s+(?:the\s+|my\s+|his\s+|her\s+|our\s+|a\s+|that\s+)?", re.I
)
REACH = 48
"""Characters between a modifier and the code that it is said to stand on."""


def attached(
    text: str, modifiers: Sequence[Span], billed: Sequence[Span]
) -> tuple[tuple[str, str], ...]:
    """Each modifier with the code it is to stand on, as far as the words tell.

    `billed` are words that name a code, such as "the fluoro".
    """
    codes = sorted(
        [*[Span(m[1].upper(), *m.span(1)) for m in CODE.finditer(text)], *billed],
        key=lambda span: span.start,
    )
    found: list[tuple[str, str]] = []
    for one in modifiers:
        code = _directly(text, one, codes) or _onto(text, one, codes) or _carrier(text, one, codes)
        if code:
            found.append((one.value, code))
    return tuple(dict.fromkeys(found))


def _directly(text: str, one: Span, codes: Sequence[Span]) -> str:
    """ "64483-59", "64483-50-LT", "99214 w/ 25"."""
    for code in reversed([c for c in codes if c.end <= one.start]):
        between = text[code.end : one.start]
        if re.fullmatch(
            r"(?:\s*(?:-|,|\bw/?|\bwith\b|\ba\b|\bmod(?:ifier)?s?\b)?\s*(?:(?:\d\d|[A-Z][A-Z\d])(?!\w))?)*",
            between,
        ):
            return code.value if not re.search(r"\d{3}", between) else ""
        return ""
    return ""


def _onto(text: str, one: Span, codes: Sequence[Span]) -> str:
    """ "59 on the 64405", "add 51 for the MAC on 62323"."""
    for code in codes:
        if one.end <= code.start <= one.end + REACH:
            between = text[one.end : code.start]
            if re.search(r"[.?!;]", between):
                return ""
            if ONTO.search(between) and re.search(
                ONTO.pattern + r"(?:line\s+|code\s+)?$", between, re.I
            ):
                return code.value
    return ""


def _carrier(text: str, one: Span, codes: Sequence[Span]) -> str:
    """ "does 20552 require 59", "64483 needs a 59"."""
    for code in reversed([c for c in codes if c.end <= one.start]):
        between = text[code.end : one.start]
        verb = re.match(
            r"\s*(?:line\s+)?(?:also\s+)?(?:require|need|take|get|carr(?:y|ies)|want|have|has)s?\b",
            between,
            re.I,
        )
        return code.value if verb and len(between) <= REACH else ""
    return ""
