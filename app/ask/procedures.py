"""The procedures of a question, each with its own facts. Pure.

One procedure for each approach and each region whose codes differ. A fact said once is
said of all of them; one said in several ways goes to the procedure it stands nearest to.
Two values left on one procedure contradict each other: the fact is unclear.
"""

import re
from collections.abc import Sequence
from typing import Any

from app.ask.guidance import imaging_of, technique_of
from app.ask.heard import Heard
from app.ask.patterns import CATHETER
from app.ask.sides import both, by_level, sides
from app.ask.sites import Site, gap, sites_of
from app.ask.turn import Contradiction, Mention
from app.ask.voices import two_voices
from knowledge.codebook import Codebook
from knowledge.facts import Procedure

COUNT_WORDS = {"two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4, "double": 2, "bi": 2}
COUNTED = re.compile(
    r"\b(two|three|four|double|2|3|4)[\s-]+(?:separate |different |adjacent )?levels?\b", re.I
)
SEVERAL = re.compile(
    r"\b(?:multi-?\s?levels?|multiple (?:\w+ )?levels|several (?:\w+ )?levels"
    r"|more than one (?:\w+ )?level"
    r"|(?:levels?|which)\s(?:were |are |is )?(?:not |n't )(?:listed|given|named|stated|documented)"
    r"|(?:two|2|three|3)\s*(?:or|to)\s*(?:three|3|four|4) levels|(?:couple of|various|some) levels"
    r"|>\s?1\b)",
    re.I,
)
"""More than one level, and not said which."""
EPIDURAL = re.compile(r"\bepidural", re.I)
ONE_LEVEL = re.compile(r"\b(?:single|one|1)[\s-]level\b", re.I)
STAYING = 50
"""Characters after the word catheter within which "three days" is said of it."""


def procedures(
    heard: Heard, book: Codebook
) -> tuple[tuple[Procedure, ...], tuple[Contradiction, ...]]:
    """Every procedure told of, and the facts that contradict themselves."""
    stated = [m for m in heard.mentions if not m.negated]
    sites = sites_of(heard, stated, book)
    ruled_out = _ruled_out(heard)
    contradictions: list[Contradiction] = []
    found = []
    for site in sites:
        facts: dict[str, Any] = {"approach": site.approach, "region": site.region}
        unclear = set(site.unclear)
        for fact in ("imaging", "technique", "substance"):
            own = [m for m in heard.mentions if m.fact == fact and _belongs(m, site, sites, heard)]
            values = _values(fact, own, heard.text)
            if len(values) > 1 or (fact in heard.unclear and not site.unclear & {fact}):
                unclear.add(fact)
                if len(values) > 1 and fact not in heard.unclear:
                    contradictions.append(
                        Contradiction(fact=fact, values=tuple(values), words=tuple(values.values()))
                    )
            elif values:
                value = next(iter(values))
                if value == "catheter":
                    unclear.add("technique")
                else:
                    facts[fact] = value
        facts |= _leveled(site, heard, unclear)
        out = list(ruled_out)
        if site.approach is None:
            out += _not_asked(site, heard, stated)
            if CATHETER.search(heard.text):
                out.append("transforaminal")
            if facts.get("substance") == "neurolytic" and EPIDURAL.search(heard.text):
                # said to be epidural, so not into the intrathecal space
                out.append("intrathecal")
        facts["ruled_out"] = tuple(dict.fromkeys(out))
        found.append(Procedure(**facts, unclear=tuple(sorted(unclear))))
    return tuple(found) or (Procedure(),), tuple(contradictions)


# --- facts of one of them -----------------------------------------------------------------


def _belongs(mention: Mention, site: Site, sites: Sequence[Site], heard: Heard) -> bool:
    """Is the mention said of this site: the only one, said of all, or the nearest?"""
    if len(sites) == 1:
        return True
    alike = {m.value for m in heard.mentions if m.fact == mention.fact and not m.negated}
    if len(alike) == 1 and mention.fact == "imaging":
        return True
    if mention.fact == "substance" and mention.value == "non-neurolytic":
        return True

    place = (mention.start, mention.end)
    if mention.value == "indwelling catheter":
        # that it stayed is said of the catheter named before
        before = list(CATHETER.finditer(heard.text, 0, mention.start))
        if before and mention.start - before[-1].end() < STAYING:
            place = before[-1].span()

    def distance(one: Site) -> int:
        return min((gap(heard.text, place, a) for a in one.anchors), default=10_000)

    nearest = min(distance(s) for s in sites)
    return distance(site) == nearest


def _values(fact: str, own: Sequence[Mention], text: str) -> dict[str, str]:
    """The values stated of one fact, with the words of each."""
    if fact == "imaging":
        return imaging_of(own, text)
    if fact == "technique":
        return technique_of(own, text)
    values: dict[str, str] = {}
    for m in own:
        if not m.negated:
            values.setdefault(m.value, m.words)
    if fact == "substance" and len(values) > 1 and not two_voices(text):
        values.pop("non-neurolytic", None)
    return values


def _ruled_out(heard: Heard) -> list[str]:
    stated = {m.value for m in heard.mentions if not m.negated}
    return [
        m.value
        for m in heard.mentions
        if m.negated
        and m.value not in {*stated, "non-neurolytic"}
        and m.fact in ("approach", "region", "substance")
    ]


def _not_asked(site: Site, heard: Heard, stated: Sequence[Mention]) -> list[str]:
    """With the approach open between those named, the others are ruled out."""
    named = {m.value for m in stated if m.fact in ("approach", "approach_hint")}
    if "caudal" in named and "region" in site.unclear:
        return ["transforaminal", "intrathecal"]
    if len(named) < 2 or "approach" not in site.unclear:
        return []
    return [
        v for v in ("interlaminar", "transforaminal", "caudal", "intrathecal") if v not in named
    ]


def _levels_unclear(site: Site, text: str, count: re.Match[str] | None) -> bool:
    """Several and not which; another number than named; or two parts of the record differ."""
    if len(site.names) < 2:
        return bool(SEVERAL.search(text))
    if count and COUNT_WORDS[count[1].lower()] != len(site.names):
        return True
    doubtful = ONE_LEVEL.search(text) or site.approach == "transforaminal"
    return bool(doubtful) and two_voices(text)


def _leveled(site: Site, heard: Heard, unclear: set[str]) -> dict[str, Any]:
    """The levels, their number and their sides."""
    text = heard.text
    facts: dict[str, Any] = {"levels": site.names}
    count = COUNTED.search(text)
    if count and len(site.names) < 2 and not SEVERAL.search(text):
        facts["level_count"] = COUNT_WORDS[count[1].lower()]
    elif _levels_unclear(site, text, count):
        unclear.add("levels")
    told = sides(text)
    if two_voices(text) and len({s.value for s in told}) > 1:
        unclear.add("laterality")
    if not site.levels:
        facts["laterality"] = both([s.value for s in told])
        return facts
    own = by_level(text, heard.levels, told)
    mine: dict[str, list[str]] = {}
    for span in site.levels:
        if value := own.get((span.start, span.end)):
            mine.setdefault(span.value, []).append(value)
    found = [both(mine.get(name, [])) for name in site.names]
    if len(set(found)) == 1:
        facts["laterality"] = found[0] or (both([s.value for s in told]) if told else None)
    else:
        facts["sides"] = tuple(v or "unknown" for v in found)
        facts["laterality"] = None
    return facts
