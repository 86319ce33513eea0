"""The procedures of a question that are no epidural injections: facets, nerves, joints... Pure.

What was treated is a target of the lexicon; with a word for ablation it may be another
kind. Where an epidural injection is told too, each fact goes to what it stands nearest to.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.ask.billed import outermost
from app.ask.guidance import imaging_of, technique_of
from app.ask.heard import Heard
from app.ask.numbers import counts_of
from app.ask.patterns import Span
from app.ask.sides import both, by_level, sides
from app.ask.sites import gap, level_row, region_group
from app.ask.turn import Mention
from knowledge.codebook import Codebook
from knowledge.facts import Encounter, Procedure
from knowledge.kinds import KindRow

CONDITION = re.compile(
    r"^\s*(?:joint\s*)?(?:mediated\s*)?(?:pain|arthr\w+|syndrome|dysfunction|disease|hypertrophy"
    r"|cysts?|spondyl\w+|degeneration|tenderness|headaches?|neuralgia)\b",
    re.I,
)
"""What follows makes it a complaint, not a procedure."""
EPIDURAL = re.compile(
    r"\b(?:\w*esis?|epidurals?|epid inj|nerve root blocks?|snrbs?|transforaminals?)\b", re.I
)
BOTH = re.compile(
    r"\bboth (?:\w+ ){0,3}(?:joints|nerves|knees|hips|shoulders|sijs|sis|sides)\b"
    r"|\b[RL] (?:and|&|\+) [RL]\b|\b(?:rt|lt)\s*(?:and|&|\+|/)\s*(?:rt|lt)\b",
    re.I,
)
"""Both of a pair, without a word for the sides."""
SPINAL_NERVES, SOME_NERVE, MUSCLE = "spinal nerves", "some nerve", "trigger point"
"""Targets that no words name: of an ablation, of a block, of an injected muscle."""
STUDIED = re.compile(
    r"\b(?:cervical|neck|c-spine|thoracic|t-spine|lumb\w+|l-spine|low back)\b", re.I
)
REGIONS = {
    "cer": "cervical", "nec": "cervical", "c-s": "cervical", "tho": "thoracic", "t-s": "thoracic",
    "lum": "lumbosacral", "l-s": "lumbosacral", "low": "lumbosacral",
}  # fmt: skip
"""The region studied, by the first letters of its words."""
INTO = re.compile(r"\b(?:into|in|injected|injection|inj)\b", re.I)


@dataclass
class Told:
    """One kind of procedure in the making, and where it is told."""

    row: KindRow
    anchors: list[tuple[int, int]] = field(default_factory=list)


def of_other_kinds(heard: Heard, book: Codebook) -> tuple[tuple[Procedure, ...], Heard | None]:
    """The procedures of other kinds, and what is said of an epidural injection; None = nothing."""
    told = _told(heard, book)
    if not told:
        return (), heard
    epidural = [] if any(t.row.spinal for t in told) else _epidural(heard, told)
    anchors = {n: t.anchors for n, t in enumerate(told)}
    found: list[Procedure] = []
    for number, one in enumerate(told):
        own = _share(heard, number, anchors, epidural)
        found += _procedures(one, own, book)
    rest = _share(heard, None, anchors, epidural) if epidural else None
    return tuple(found), rest


def by_code(codes: Sequence[str], encounter: Encounter, book: Codebook) -> tuple[Procedure, ...]:
    """The procedure that a code stands for, where whose claim it is decides its code."""
    if not encounter.claim:
        return ()
    for kind, row in book.kinds.items():
        own = {c for choice in book.choices(kind) for c in choice.every}
        if "claim" in row.facts and own & set(codes):
            return (Procedure(kind=kind),)
    return ()


def with_claim(procedure: Procedure, encounter: Encounter, book: Codebook) -> Procedure:
    """With whose claim it is, where its code turns on that."""
    kind = book.kinds.get(procedure.kind or "")
    if not kind or "claim" not in kind.facts or not encounter.claim:
        return procedure
    return procedure.model_copy(update={"details": {**procedure.details, "claim": encounter.claim}})


def _told(heard: Heard, book: Codebook) -> list[Told]:
    targets = [
        m
        for m in outermost([m for m in heard.mentions if not m.negated], "target")
        if not CONDITION.match(heard.text[m.end : m.end + 24])
    ]
    named = {m.value for m in targets}
    parts = {p.target for p in book.parts if named & set(p.of)}
    targets = [m for m in targets if m.value not in parts]
    actions = [m for m in heard.mentions if m.fact == "action" and not m.negated]
    if not targets and actions:
        targets = [actions[0].model_copy(update={"fact": "target", "value": _ablated(heard)})]
    if not targets and not EPIDURAL.search(heard.text):
        # a muscle that was injected is a trigger point, whatever it was called
        muscles = [m for m in heard.mentions if m.fact == "muscle" and INTO.search(heard.text)]
        targets = [m.model_copy(update={"fact": "target", "value": MUSCLE}) for m in muscles[:1]]
    if any(m.fact == "approach" and not m.negated for m in heard.mentions):
        # "a transforaminal nerve block" names the root, not another nerve
        targets = [m for m in targets if m.value != SOME_NERVE]
    if actions and len({m.value for m in targets}) > 1 and _either(targets, heard.text):
        targets = [targets[0].model_copy(update={"value": SPINAL_NERVES})]
    ablated = {_nearest(a, targets, heard.text).value for a in actions if targets}
    found: dict[str, Told] = {}
    for m in targets:
        row = _row(m.value, "ablation" if m.value in ablated else "", book)
        if row:
            found.setdefault(row.kind, Told(row)).anchors.append((m.start, m.end))
    return list(found.values())


def _either(targets: Sequence[Mention], text: str) -> bool:
    """ "SI joint or facet?": one target or another."""
    one, other = sorted(targets, key=lambda m: m.start)[:2]
    return bool(re.fullmatch(r"\W*(?:or|vs\.?|versus)\W*", text[one.end : other.start], re.I))


def _ablated(heard: Heard) -> str:
    """What an ablation that names no target was of: the levels tell, else it is asked."""
    names = [span.value for span in _nerves(heard.levels, heard.text)]
    if sum(name[0] == "S" for name in names) > 1:
        return "sacroiliac nerves"
    return "facet joint" if names else SPINAL_NERVES


def _row(target: str, action: str, book: Codebook) -> KindRow | None:
    """The kind of this target and action; of the target alone where no kind has the action."""
    rows = [row for row in book.kinds.values() if target in row.targets]
    return next((r for r in rows if r.action == action), next(iter(rows), None))


def _nearest(mention: Mention, others: Sequence[Mention], text: str) -> Mention:
    return min(others, key=lambda o: gap(text, (mention.start, mention.end), (o.start, o.end)))


def _epidural(heard: Heard, told: Sequence[Told]) -> list[tuple[int, int]]:
    """Where an epidural injection is told, outside the words for the other kinds."""
    places = [
        (m.start, m.end)
        for m in heard.mentions
        if m.fact in ("approach", "approach_hint") and not m.negated
    ]
    places += [m.span() for m in EPIDURAL.finditer(heard.text)]
    taken = [place for t in told for place in t.anchors]
    return [p for p in places if all(p[1] <= a or p[0] >= b for a, b in taken)]


def _share(
    heard: Heard,
    mine: int | None,
    anchors: dict[int, list[tuple[int, int]]],
    epidural: Sequence[tuple[int, int]],
) -> Heard:
    """What is said of one of them: what stands nearest to it, or of all alike."""
    rivals: dict[int | None, Sequence[tuple[int, int]]] = dict(anchors.items())
    if epidural:
        rivals[None] = epidural
    if len(rivals) < 2:
        return heard

    def own(place: tuple[int, int]) -> bool:
        away = {
            who: min(gap(heard.text, place, a) for a in places) for who, places in rivals.items()
        }
        return away[mine] == min(away.values())

    alone = {
        fact
        for fact in ("imaging", "substance")
        if len({m.value for m in heard.mentions if m.fact == fact and not m.negated}) == 1
    }
    return replace(
        heard,
        levels=tuple(s for s in heard.levels if own((s.start, s.end))),
        mentions=tuple(m for m in heard.mentions if m.fact in alone or own((m.start, m.end))),
    )


# --- one of them --------------------------------------------------------------------------


def _procedures(told: Told, heard: Heard, book: Codebook) -> list[Procedure]:
    """One procedure for each group of regions whose codes differ."""
    row = told.row
    facts, unclear = _facts(row, heard, book)
    if "region" not in row.facts:
        return [_procedure(row, heard.levels, heard, facts, unclear, book)]
    groups: dict[str, list[Span]] = {}
    for span in heard.levels:
        groups.setdefault(region_group(_region(span.value, row, book), book), []).append(span)
    regions = [m.value for m in heard.mentions if m.fact == "region" and not m.negated]
    if len(groups) < 2:
        named = list(dict.fromkeys(region_group(r, book) for r in regions))
        if not groups and len(named) > 1:
            one_each = [next(r for r in regions if region_group(r, book) == side) for side in named]
            return [
                _procedure(row, (), heard, {**facts, "region": r}, unclear, book) for r in one_each
            ]
        # the levels, where there are any, tell the region better than the words beside them
        region = {} if groups or not regions else {"region": regions[0]}
        return [_procedure(row, heard.levels, heard, {**facts, **region}, unclear, book)]
    return [_procedure(row, own, heard, facts, unclear, book) for own in groups.values()]


def _facts(row: KindRow, heard: Heard, book: Codebook) -> tuple[dict[str, Any], set[str]]:
    """The facts that pick the code, as far as words state them."""
    unclear = {f for f in heard.unclear if f in row.facts or (row.sided and f == "laterality")}
    facts: dict[str, Any] = {}
    details: dict[str, str] = {}
    for fact in row.facts:
        own = [m for m in heard.mentions if m.fact == fact]
        if fact == "imaging":
            values = list(imaging_of(own, heard.text))
        elif fact == "technique":
            values = [v for v in technique_of(own, heard.text) if v != "catheter"]
        elif fact == "region":
            continue
        else:
            values = list(dict.fromkeys(m.value for m in outermost(own, fact) if not m.negated))
        if len(values) > 1:
            unclear.add(fact)
        elif values and fact in Procedure.model_fields:
            facts[fact] = values[0]
        elif values:
            details[fact] = values[0]
    details |= _implied(row, heard, details)
    return {**facts, "details": details}, unclear


def _implied(row: KindRow, heard: Heard, details: dict[str, str]) -> dict[str, str]:
    """What other words say of these facts: a named nerve, days of a catheter, regions studied."""
    found: dict[str, str] = {}
    stated = {m.fact: m.value for m in reversed(heard.mentions) if not m.negated}
    if "days" in row.facts and "days" not in details and stated.get("technique"):
        stayed = stated["technique"] == "indwelling catheter"
        found |= {"days": "two or more days"} if stayed else {}
    if (
        "method" in row.facts
        and "method" not in details
        and stated.get("substance") == "neurolytic"
    ):
        found["method"] = "chemical"
    if "study" in row.facts:
        taken = [(m.start, m.end) for m in heard.mentions if m.fact == "target"]
        studied = {
            REGIONS[word[0].lower()[:3]]
            for word in STUDIED.finditer(heard.text)
            if not any(a <= word.start() and word.end() <= b for a, b in taken)
        }
        if studied:
            found["study"] = studied.pop() if len(studied) == 1 else "two or more regions"
    return found


def _nerves(levels: Sequence[Span], text: str) -> list[Span]:
    """Levels of a row of nerves: "C4 C5 C6" names three, and no space between two."""
    found: list[Span] = []
    for span in levels:
        words = text[span.start : span.end]
        singles = re.fullmatch(r"\s*([CTLS]\d{1,2})[\s,]+([CTLS]\d{1,2})\s*", words, re.I)
        names = [n.upper() for n in singles.groups()] if singles else [span.value]
        found += [Span(name, span.start, span.end) for name in names]
    return found


def _procedure(
    row: KindRow,
    levels: Sequence[Span],
    heard: Heard,
    facts: dict[str, Any],
    unclear: set[str],
    book: Codebook,
) -> Procedure:
    if row.nerves or row.bodies or "nerve" in row.facts:
        levels = _nerves(levels, heard.text)
    names = tuple(dict.fromkeys(span.value for span in levels))
    counts = counts_of(heard)
    details = dict(facts["details"])
    if "muscles" in row.facts and counts.muscles:
        details["muscles"] = "one or two" if counts.muscles < 3 else "three or more"
    if row.nerves and counts.nerves and not names:
        details["nerves"] = str(counts.nerves)
    more = set(unclear)
    if counts.several and not names and not counts.things and not counts.nerves:
        more.add("levels")
    return Procedure(
        kind=row.kind,
        **{**facts, "details": details},
        levels=names,
        level_count=counts.things if not names else None,
        unclear=tuple(sorted(more)),
        **_sided(levels, names, heard),
    )


def _sided(levels: Sequence[Span], names: Sequence[str], heard: Heard) -> dict[str, Any]:
    """The side, or the side of each level where they differ."""
    told = sides(heard.text)
    own = by_level(heard.text, levels, told)
    mine: dict[str, list[str]] = {}
    for span in levels:
        if value := own.get((span.start, span.end)):
            mine.setdefault(span.value, []).append(value)
    found = [both(mine.get(name, [])) for name in names]
    if len(set(found)) > 1 and "-" in "".join(names):
        return {"sides": tuple(v or "unknown" for v in found)}
    every = [s.value for s in told]
    return {"laterality": both(["bilateral"] if BOTH.search(heard.text) else every)}


def _region(name: str, row: KindRow, book: Codebook) -> str:
    for joint in book.joints:
        if row.nerves and joint.joint == name:
            return joint.region
    found = level_row(name, None, book)
    letter = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}
    # a nerve is named after its vertebra, wherever its root leaves
    return found.region if found and "-" in name else letter.get(name[0], "")
