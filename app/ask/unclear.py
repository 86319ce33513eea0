"""Which facts are said not to be known, or said as one thing or another? Pure."""

import re
from collections.abc import Sequence

from app.ask.patterns import CATHETER, Span
from app.ask.turn import Mention

STOP = re.compile(r"[.;?!\n]")
UNKNOWN = re.compile(
    r"\b(?:can(?:'|no)?t (?:tell|read|make out|say)|cannot (?:tell|say)|(?:does|do|did)(?:n'?t"
    r"| not)"
    r" (?:say|state|tell|specify|know|show|record|have)|not (?:sure|clear|certain|saying)|unsure"
    r"|unclear|unknown|nobody (?:knows|can tell)|no word on|(?:before|without|w/o) saying"
    r"|never says|not recorded|not charted|silent (?:on|about)|no idea|either)\b",
    re.I,
)
KNOWN_LATER = re.compile(r"\b(?:nobody knows|not known|isn'?t sure|not sure|who knows)\b", re.I)
NAMES = {
    "approach": "approach|route",
    "region": "region",
    "imaging": "imaging|guidance",
    "technique": "how long",
}
NOT_STATED = {
    fact: re.compile(
        rf"\b(?:{words})\b[^.;,]{{0,24}}\b(?:not|isn'?t|wasn'?t|never|missing|omitted|unknown"
        rf"|unclear|unstated|illegible|left out|blank)\b"
        rf"|\b(?:no|without|missing|omits|lacks|silent on"
        rf"|(?:does|do|did)(?:n'?t| not)\s\w+)\s+(?:the |an? |any )?(?:{words})\b"
        rf"(?!\s+(?:used|was used|were used|of any|at all|whatsoever))"
        + (rf"|\b(?:{words})\b" if fact == "technique" else ""),
        re.I,
    )
    for fact, words in NAMES.items()
}
NOT_STATED["imaging"] = re.compile(
    r"\b(?:silent|contradicts itself) (?:on|about) (?:imaging|guidance|fluoro\w*)"
    r"|\bnothing\b[^.;]{0,30}\babout (?:the )?(?:imaging|guidance)"
    r"|\b(?:imaging|guidance|fluoro\w*) (?:is |was )?(?:not (?:stated|documented either way)"
    r"|unclear"
    r"|unknown)\b",
    re.I,
)
OR = re.compile(
    r"^[\s,'\"?]*(?:or|vs\.?|versus|/)\s*(?:an?\b|the\b|was it|if)?[\s'\"]*(?:\w+\s)?$", re.I
)


def alternatives(facts: Sequence[Mention], text: str) -> set[tuple[str, str]]:
    """Facts of which one value or another was said."""
    found: set[tuple[str, str]] = set()
    for one in facts:
        for other in facts:
            if one.fact != other.fact or one.value == other.value or one.end > other.start:
                continue
            if {one.value, other.value} == {"fluoroscopy", "CT"} or one.negated or other.negated:
                continue
            if one.fact in ("laterality", "region") or "none" in (one.value, other.value):
                continue
            if OR.match(text[one.end : other.start]):
                found |= {(one.fact, one.value), (other.fact, other.value)}
    return found


def unclear_facts(
    facts: Sequence[Mention], levels: Sequence[Span], text: str
) -> tuple[set[str], list[tuple[str, int]]]:
    """Facts that are said not to be known."""
    found: set[str] = set()
    places: list[tuple[str, int]] = []
    for fact, pattern in NOT_STATED.items():
        for match in pattern.finditer(text):
            if fact == "technique" and not CATHETER.search(text):
                continue
            found.add(fact)
            places.append((fact, match.start()))
    for cue in UNKNOWN.finditer(text):
        stop = STOP.search(text, cue.end())
        end = stop.start() if stop else len(text)
        for m in facts:
            near = cue.end() <= m.start < min(end, cue.end() + 70)
            if near and m.fact in NAMES and not (m.fact == "region" and levels):
                found.add(m.fact)
    for cue in KNOWN_LATER.finditer(text):
        asked = [m for m in facts if m.end <= cue.start() and "?" in text[m.end : cue.start()]]
        found |= {m.fact for m in asked[-1:] if m.fact in NAMES}
        said = [m for m in facts if m.end <= cue.start() and "?" not in text[m.end : cue.start()]]
        found |= {m.fact for m in said[-1:] if m.fact in NAMES and _hangs(m, cue, text)}
    return found, places


def _hangs(mention: Mention, cue: re.Match[str], text: str) -> bool:
    return not STOP.search(text, mention.end, cue.start()) and cue.start() - mention.end < 24
