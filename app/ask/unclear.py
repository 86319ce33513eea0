"""Which facts are said not to be known, or said as one thing or another? Pure."""

import re
from collections.abc import Sequence

from app.ask.patterns import CATHETER, Span
from app.ask.turn import Mention

STOP = re.compile(r"[.;?!\n]")
CLAUSE = re.compile(r"[.;?!\n]|,(?!\s*(?:or|and)\b)")
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
GUIDED = (
    r"(?:imaging|image guidance|images? guid\w+|guidance|fluoro\w*|flouro\w*|c-?\s?arm|x-?\s?ray"
    r"|cts?\b|ultrasound)"
)
"""Words of guidance."""
REPORTED = (
    r"(?:mention\w*|document\w*|stat(?:ed|es?)|not(?:ed|es)|record\w*|charted|dictat\w*|list\w*"
    r"|described?|recorded|specif\w+|indicated?|said|says?|written|told|shown)"
)
"""Words of what a record tells: denied, they say that it is silent, not that nothing was done."""
NOT_STATED["imaging"] = re.compile(
    rf"\b(?:silent|contradicts itself) (?:on|about) (?:the )?{GUIDED}"
    rf"|\bnothing\b[^.;,]{{0,30}}\babout (?:the |any )?{GUIDED}"
    rf"|\b{GUIDED}\b[^.;,?]{{0,20}}\b(?:not|never|isn'?t|wasn'?t|aren'?t|weren'?t)\s+(?:\w+ly\s+)?{REPORTED}"
    rf"|\b{GUIDED} (?:is |was )?(?:unclear|unknown)\b"
    r"|\b(?:no|without|zero|lacks?|lacking|omits|missing)\s+(?:any\s+)?"
    rf"(?:mention|documentation|record|note|statement|word)s?\b[^.;,?]{{0,16}}\b{GUIDED}"
    rf"|\b(?:no|without)\s+(?:any\s+)?{GUIDED}\s+(?:\w+\s+)?(?:is |was )?"
    rf"(?:documented|mentioned|recorded|noted|charted|listed|stated|dictated|described)\b"
    rf"|\b(?:does(?:n'?t| not)|did(?:n'?t| not)|do(?:n'?t| not)|never|not)\s+(?:even\s+)?"
    rf"(?:mention|document|state|say|note|record|list|describe|specify|indicate|dictate|tell)\w*"
    rf"\b[^.;,?]{{0,24}}\b{GUIDED}"
    rf"|\b(?:don'?t|do not|can(?:'?t|not)|didn'?t)\s+(?:see|find)\b[^.;,?]{{0,20}}\b{GUIDED}"
    rf"|\b(?:forgot|failed|forgets)\s+to\s+(?:dictate|document|mention|record|note)\b[^.;,?]{{0,16}}"
    rf"(?:\b(?:it|{GUIDED}))",
    re.I,
)
"""The record is silent on guidance, which is neither guidance nor none."""
SIDE_UNSTATED = re.compile(
    r"\b(?:side|laterality)\b[^.;,?]{0,14}\b(?:not|isn'?t|wasn'?t|un\w+|never|missing)\b"
    r"|\b(?:no|without|unknown|unspecified)\s+(?:side|laterality)\b"
    r"|\b(?:does|did|do)(?:n'?t| not)\s+(?:say|state|tell|specify|mention|document)\w*\s+"
    r"(?:which|what|the)\s+side\b",
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
        stop = CLAUSE.search(text, cue.end())
        end = stop.start() if stop else len(text)
        if _any_imaging(facts, cue.end(), end):
            continue
        for m in facts:
            near = cue.end() <= m.start < min(end, cue.end() + 70)
            if near and m.fact in NAMES and not (m.fact == "region" and levels):
                found.add(m.fact)
    if SIDE_UNSTATED.search(text):
        found.add("laterality")
    for cue in KNOWN_LATER.finditer(text):
        if any(cue.end() <= m.start < cue.end() + 24 for m in facts):
            # "not sure if fluoro" doubts what follows
            continue
        asked = [m for m in facts if m.end <= cue.start() and "?" in text[m.end : cue.start()]]
        found |= {m.fact for m in asked[-1:] if m.fact in NAMES}
        said = [m for m in facts if m.end <= cue.start() and "?" not in text[m.end : cue.start()]]
        found |= {m.fact for m in said[-1:] if m.fact in NAMES and _hangs(m, cue, text)}
    return found, places


def _any_imaging(facts: Sequence[Mention], start: int, end: int) -> bool:
    """ "Unclear if CT or fluoroscopy": either of them is guidance."""
    told = {m.value for m in facts if m.fact == "imaging" and start <= m.start < end}
    return {"CT", "fluoroscopy"} <= told and "none" not in told


def _hangs(mention: Mention, cue: re.Match[str], text: str) -> bool:
    return not STOP.search(text, mention.end, cue.start()) and cue.start() - mention.end < 24
