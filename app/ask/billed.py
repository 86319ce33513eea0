"""Which words name a service of its own, and not how the needle was guided? Pure."""

import re
from collections.abc import Sequence

from app.ask.turn import Mention

IMAGING = {"77003", "76942", "77012"}
GUIDED_BY = re.compile(
    r"\b(?:under|with|w|w/|using|by|via|and no|no|without|w/o|live|had|got|used)"
    r"\s*(?:live\s+|no\s+)?$",
    re.I,
)
GUIDED = re.compile(r"[\s-]*(?:guided|guidance was used|was used|used|for both|both)\b", re.I)
SEPARATE = re.compile(
    r"\b(?:bill\w*|charg\w+|separate\w*|extra|inclu\w+|bundl\w+|unbundl\w+|add\w*|append|also|too|pay|"
    r"paid|payable|pays|report\w*|code for|cpt for|7[67]\d{3}|denied|modifier|count\w*)\b"
    r"(?!\s+(?:cpt\s+|code\s+)?6\d{4})",
    re.I,
)


def apart(mention: Mention, text: str) -> bool:
    """Is the word meant as a service of its own? Imaging mostly tells how a needle was guided."""
    if mention.value not in IMAGING:
        return True
    listed = re.search(r",\s*$", text[: mention.start]) and re.match(
        r"\s*[,.:;?]", text[mention.end :]
    )
    if GUIDED_BY.search(text[: mention.start]) or GUIDED.match(text[mention.end :]) or listed:
        return False
    before = re.split(r"[.?!;]\s", text[max(0, mention.start - 50) : mention.start])[-1]
    after = re.split(r"[.?!;](?:\s|$)", text[mention.end : mention.end + 40])[0]
    return bool(SEPARATE.search(before) or SEPARATE.search(after))


def outermost(mentions: Sequence[Mention], fact: str) -> list[Mention]:
    """Mentions of a kind that no longer phrase of the same kind contains."""
    own = [m for m in mentions if m.fact == fact]
    return [
        m
        for m in own
        if not any(
            o.start <= m.start and m.end <= o.end and o.end - o.start > m.end - m.start for o in own
        )
    ]


def without_inner(own: Sequence[Mention]) -> list[Mention]:
    """Without a phrase that lies inside a longer one that states another value."""
    return [
        m
        for m in own
        if not any(
            o.value != m.value
            and o.start <= m.start
            and m.end <= o.end
            and o.end - o.start > m.end - m.start
            for o in own
        )
    ]
