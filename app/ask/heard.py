"""Which of the words found are facts of the injection that is asked about? Pure.

What was done at another visit or only planned, what is named to compare, and where the
drug or the catheter went are set aside. A fact said not to be known, or said two ways,
is unclear: it is asked for and never presumed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.ask import patterns
from app.ask.patterns import CATHETER
from app.ask.turn import Mention
from app.ask.unclear import STOP, alternatives, unclear_facts

OTHER_TIME = re.compile(
    r"\b(?:last (?:week|visit|time|month|year|spring|summer|fall|winter)|a (?:week"
    r"|month) (?:ago|before)"
    r"|previous(?:ly)?|(?:was|were) done before|failed in|patient before|put off|postponed"
    r"|(?:had|got|received|underwent)\b[^.;?]{0,60}\bin (?:jan|feb|mar|apr|may|jun|jul|aug|sep"
    r"|oct|nov"
    r"|dec|spring|summer|fall|winter)\w*|(?:the |original )?plan was|rescheduled|weeks? ago"
    r"|months? ago|years? ago"
    r"|the order (?:says|said)|was ordered)\b",
    re.I,
)
"""Another visit, another patient, or only a plan."""
PIECES = re.compile(
    r"[.;!?\n()]+(?=\s|$|[A-Z])|[()]"
    r"|,\s*(?=(?:and\s+)?(?:today|now|this time|so this|but)\b)|\s(?=but\b)",
    re.I,
)
TODAY = re.compile(r"\btoday\b", re.I)
WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.I)
"""Another day, where the text tells what was done today."""
LIKE = re.compile(
    r"\b(?:like|as if|than|instead of|rather than|counts? as)\s+(?:an?|the|no)?\s*$", re.I
)
"""What follows is named to compare."""
SO_CODED = re.compile(
    r"^\s*(?:codes?|one|primary|add-?on|family|(?:or|and|/|vs\.?)\s*\w+\s*(?:codes?|one)?)\b", re.I
)
"""A region before "code" is asked about, not stated."""
WENT = re.compile(
    r"\b(?:tip|thread\w*|advanc\w*|steer\w*|fed|ran|spread\w*|flow\w*|climb\w*|extend\w*|reach\w*"
    r"|as far as|up to|down to|ended|passed|went up|exits?|(?:catheter|cath|contrast"
    r"|dye)\s+(?:\w+\s+)?to)\b|->|→",
    re.I,
)
DEPOSITED = re.compile(r"\b(?:deposit\w*|(?:drug|steroid|dose|meds?)\s+(?:given\s+)?at)\b", re.I)
CHANGED = re.compile(
    r"\b(?:converted|switched|changed|went)\b[^.;]{0,20}\bto\b|\b(?:done|performed|completed) as\b"
    r"|\bended up\b|\bswitched\b|\bwent ahead\b",
    re.I,
)
"""Another approach was taken than the one planned."""
ENTRY = re.compile(r"\b(?:from|entry|entered|entering|in at|enters)\s*(?:at\s*|the\s*)?$", re.I)
ONE_NEEDLE = re.compile(r"\b(?:one|single) (?:needle|entry|injection)\b(?! each)|single shot", re.I)


@dataclass(frozen=True)
class Heard:
    """The words that state facts, and the facts that stay unclear."""

    text: str
    """With what was set aside blanked out; places are those of the text."""
    mentions: tuple[Mention, ...]
    levels: tuple[patterns.Span, ...]
    unclear: frozenset[str]
    codes: tuple[str, ...] = ()
    """Codes named, those of another visit left out."""
    places: tuple[tuple[str, int], ...] = ()
    """Where a fact is said not to be stated."""


def listen(text: str, mentions: Sequence[Mention], kinds: Iterable[str]) -> Heard:
    """Set aside what is not said of the injection, and find what is unclear."""
    kept = _without_other_times(text, mentions, kinds)
    inside = tuple(m for m in mentions if kept[m.start : m.end].strip())
    levels = _entered(kept, tuple(patterns.levels(kept)), inside)
    levels = _ours(kept, levels, inside)
    facts = [m for m in inside if m.fact in kinds and not _aside(m, kept, levels)]
    facts = [m for m in facts if not _spread(m, kept)]
    facts = _without_the_plan(facts, kept)
    facts = _coordinated(facts, kept)
    unclear, places = unclear_facts(facts, levels, kept)
    either = alternatives(facts, kept)
    unclear |= {fact for fact, _ in either}
    if not levels and any(_one_of_two(m, kept) for m in facts if m.fact == "region"):
        unclear.add("region")
    others = [m for m in inside if m.fact not in kinds]
    codes = tuple(dict.fromkeys(span.value for span in patterns.codes(kept)))
    return Heard(kept, (*others, *facts), levels, frozenset(unclear), codes, tuple(places))


def _without_other_times(text: str, mentions: Sequence[Mention], kinds: Iterable[str]) -> str:
    """Blank the pieces that tell of another time, when the rest still tells of an injection."""
    cuts = [0, *[m.end() for m in PIECES.finditer(text)], len(text)]
    blanked = text
    today = TODAY.search(text)
    for start, end in zip(cuts, cuts[1:], strict=False):
        weekday = today and WEEKDAY.search(text, start, end) and not TODAY.search(text, start, end)
        if weekday or OTHER_TIME.search(text, start, end):
            blanked = blanked[:start] + re.sub(r"\S", " ", text[start:end]) + blanked[end:]
    left = any(m.fact == "approach" and blanked[m.start : m.end].strip() for m in mentions)
    said = left or any(True for _ in patterns.levels(blanked))
    return blanked if said else text


def _without_the_plan(facts: list[Mention], text: str) -> list[Mention]:
    """Without the approach that was planned, where another was taken in the end."""
    told = [m for m in facts if m.fact == "approach" and not m.negated]
    cue = CHANGED.search(text)
    if not cue or len({m.value for m in told}) < 2:
        return facts
    after = {m.value for m in told if m.start >= cue.start()}
    dropped = [m for m in told if m.start < cue.start() and m.value not in after]
    return [m for m in facts if m not in dropped] if after else facts


NARROWED = re.compile(
    r"\s+(?:stenos[ie]s|narrowing|encroachment|impingement|compromise|compression|occlusion"
    r"|(?:disc|disk)\b|protrusion|herniation|extrusion)",
    re.I,
)
""" "Foraminal stenosis" tells what is wrong, not how the needle went in."""


def _aside(mention: Mention, text: str, levels: Sequence[patterns.Span]) -> bool:
    if LIKE.search(text[max(0, mention.start - 24) : mention.start]):
        return True
    if mention.fact == "approach" and NARROWED.match(text[mention.end :]):
        return True
    return (
        mention.fact == "region"
        and bool(levels)
        and (
            bool(SO_CODED.match(text[mention.end : mention.end + 28])) or _one_of_two(mention, text)
        )
    )


def _one_of_two(mention: Mention, text: str) -> bool:
    """ "back or neck": one region or another."""
    after, before = text[mention.end : mention.end + 12], text[: mention.start][-12:]
    return bool(re.match(r"\s+or\s", after, re.I) or re.search(r"\bor\s+$", before, re.I))


def _spread(mention: Mention, text: str) -> bool:
    """An approach or a region that only tells where the drug went."""
    before = text[max(0, mention.start - 40) : mention.start]
    clause = re.split(r"[.;,!?]", before)[-1]
    return mention.fact == "region" and bool(
        re.search(r"\b(?:spread|flow|ran|tip)\b", clause, re.I)
    )


def _entered(
    text: str, levels: tuple[patterns.Span, ...], mentions: Sequence[Mention]
) -> tuple[patterns.Span, ...]:
    """The levels treated, without where a catheter's tip or the drug went from there."""
    caudal = any(m.fact == "approach" and m.value == "caudal" and not m.negated for m in mentions)
    catheter = bool(CATHETER.search(text))
    kept: list[patterns.Span] = []
    gone_at = -1
    gone: set[str] = set()
    for span in levels:
        if span.value in gone:
            continue
        stops = [m.end() for m in STOP.finditer(text, 0, span.start)]
        before = text[stops[-1] if stops else 0 : span.start]
        since = before[max(0, len(before) - 60) :]
        if kept and kept[-1].end > span.start - 60:
            since = text[max(kept[-1].end, span.start - len(before)) : span.start]
        went = WENT.search(since) or ((catheter or caudal) and DEPOSITED.search(since))
        entry = ENTRY.search(before) or re.match(r"\s*entry\b", text[span.end : span.end + 8])
        after_gone = gone_at >= 0 and re.fullmatch(
            r"[\s,/&+-]*(?:and|to)?\s*", text[gone_at : span.start][-6:]
        )
        if (went or after_gone) and not entry and (kept or caudal):
            gone_at = span.end
            gone.add(span.value)
            continue
        gone_at = -1
        kept.append(span)
    return tuple(_not_ends(kept))


def _ours(
    text: str, levels: tuple[patterns.Span, ...], mentions: Sequence[Mention]
) -> tuple[patterns.Span, ...]:
    """Without levels that stand beside another procedure, such as a facet block."""
    own = [m.start for m in mentions if m.fact in ("approach", "approach_hint")]
    others = [m.start for m in mentions if m.fact in ("other_procedure", "never_ours")]
    if not own or not others:
        return levels

    def away(span: patterns.Span, places: Sequence[int]) -> int:
        return min(abs(place - span.start) for place in places)

    kept = tuple(s for s in levels if away(s, own) <= away(s, others))
    return kept or levels


def _not_ends(spans: Sequence[patterns.Span]) -> Iterable[patterns.Span]:
    """Without vertebrae that only repeat the ends of an interspace named."""
    ends = {
        end
        for span in spans
        if "-" in span.value
        for end in (span.value.split("-")[0], _lower(span.value))
    }
    return (s for s in spans if "-" in s.value or s.value[0] == "S" or s.value not in ends)


def _lower(interspace: str) -> str:
    upper, lower = interspace.split("-")
    return lower if lower[0].isalpha() else upper[0] + lower


def _coordinated(mentions: Sequence[Mention], text: str) -> list[Mention]:
    """ "no fluoro, CT or ultrasound" denies all of them."""
    found: list[Mention] = []
    denied: Mention | None = None
    for m in sorted(mentions, key=lambda m: m.start):
        if m.fact != "imaging":
            found.append(m)
            continue
        is_denied = m.negated or m.value == "none"
        if denied and not is_denied and m.start >= denied.end:
            between = text[denied.end : m.start]
            if m.value == "fluoroscopy or CT" and " or " not in between:
                found.append(m)
                continue
            if re.fullmatch(r"\s*(?:,|/|or|nor|,\s*or)\s*(?:any |other )*", between):
                m = m.model_copy(update={"value": "none"})
                is_denied = True
        if is_denied:
            denied = m
        found.append(m)
    return found
