"""Where was treated, and how did the needle get there? One voice of a note at a time. Pure.

A voice is the title or the account of the work. Levels that name a finding, a landmark or
where the drug went are left out; so are sides of a symptom and of the beam.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.ask import patterns
from app.ask.patterns import Span
from app.ask.sides import by_level, sides
from app.ask.sites import gap, level_row, region_group
from app.ask.turn import Mention
from app.notes.words import NoteWords, mentions_of
from knowledge.codebook import Codebook

NEAR = 26
"""Characters around a level, a side or a region that tell what it is said of."""
SHORT_SIDE = re.compile(
    r"\((?:R|Rt|Right|L|Lt|Left|B|Bilat)\)|\b(?:Rt|Lt|Bilat)\.(?=\s)"
    r"|(?<=\d\s)(?:R|L|RT|LT)\b(?=\s*(?:[.,;+&\n]|$))"
    r"|(?:(?<=\bside:)|(?<=\bside\(s\):)|(?<=\bsides:)|(?<=\blaterality:))"
    r"\s*(?:R|L|B|Rt|Lt|Bilat|B/L)\b",
    re.I,
)
"""A side as one letter behind a level or its heading, in brackets, or cut short with a stop."""
CHAIN = re.compile(
    r"\b([CTLS])\s?(\d{1,2})\s?-\s?([CTLS]?)(\d{1,2})\s?-\s?([CTLS]?)(\d{1,2})\b", re.I
)
"""Three vertebrae in a row are two interspaces."""
FAR = 500
"""Characters beyond which breaks between two words no longer tell anything."""
BESIDE = 90
"""How far a level of a second region may stand from a word for the needle, breaks counted."""
CLAUSE = re.compile(r"[.;:!?\n]")
SPOKEN = re.compile(
    r"(?:no|not|without|negative|denie[sd]|avoid\w*|rule[sd]? out|absence|any|or|nor|vascular"
    r"|spread|uptake|flow|pattern|aspirat\w+|csf|evidence)\b[^.;\n]{0,40}$",
    re.I,
)
OF_SPREAD = re.compile(
    r"^\W*(?:or \w+\W+)?(?:tilt|angulation|direction|aspect|end\b|view|oblique|to\b|cephal"
    r"|half|third|spread|uptake|flow|pattern|injection of contrast|stenosis|narrowing"
    r"|encroachment|test|tap|puncture|leak|placement was|pump|portion)",
    re.I,
)
SIDED_AFTER = re.compile(
    r"^[\s-]*(?:sided?\b|[CTLS]-?\d|paramedian|parasagittal|transforam|tf|snrb|foram|neuroforam"
    r"|nerve|root|selective|lumbar|cervical|thoracic|sacral|epidural|facet|medial|si\b|sij|sacro"
    r"|interlam|lateral branch|needle|pedicle|neural|intervertebral|subpedic"
    r"|was (?:then )?(?:entered|treated|injected|done)|at\b|in (?:the )?same|lower|upper"
    r"|genicular|occipital|greater|stellate"
    r"|trapez|lumbosacral|thoracolumbar|cervicothoracic|level|approach|injection|block)",
    re.I,
)
SIDED_BEFORE = re.compile(
    r"(?:\b(?:esis?|tfesis?|snrbs?|transforaminals?|injections?|blocks?|joints?|branch(?:es)?"
    r"|[CTLS]\d{1,2}(?:[-/][CTLS]?\d{1,2})?)\s*,?\s*\(?"
    r"|\b(?:on|at|for) (?:the |his |her )?|\b(?:sides?|laterality|site)\s*[:=]\s*)$",
    re.I,
)
SYMPTOM_BEFORE = re.compile(
    r"\b(?:pain|numbness|symptoms?|weakness|worse|paresthesias?|tingling|disc|mri|protrusion"
    r"|herniation|radicul\w+|lying|lay|turned|rotated|oblique\w*|beam|tilt\w*)\b[^.;\n]{0,24}$",
    re.I,
)
EPIDURAL = re.compile(
    r"^[\s-]*(?:\w+[\s-]+){0,3}?(?:epidural|esi|injection|interlaminar|inter-laminar|tfesi|ilesi"
    r"|steroid|transforaminal|block|snrb|facet|medial|selective|nerve root|rfa|radiofrequency"
    r"|neurotomy|sympathetic|blood patch|puncture|catheter)",
    re.I,
)
FORAMINAL = re.compile(
    r"\s*(?:(?:and|,|&|/)\s*(?:(?:left|right)\s+)?[CTLS]\d{1,2}\s*)*"
    r"(?:tf|transfor|foram|neurof|neural|nerve root b|root b|snrb|selective)",
    re.I,
)
REGION_BEFORE = re.compile(
    r"(?:\b(?:region|area|site|level)\s*:\s*"
    r"|\b(?:injections?|epidural|esi|tfesi|block)(?:\s*,\s*|\s+(?:of|in|to|into) the ))$",
    re.I,
)


@dataclass
class Act:
    """One procedure of one voice: how, where, and the words that say so."""

    approach: str | None
    group: str
    """The regions that share their codes; "" = none said."""
    levels: list[Span] = field(default_factory=list)
    region: Mention | None = None
    said: Mention | None = None
    """The word for the approach."""
    hinted: bool = False
    """The approach is told by what the needle passed, not by name."""

    def rows(self, book: Codebook) -> tuple[str, ...]:
        """The levels by the names of the table, each once."""
        return tuple(dict.fromkeys(_row_name(s, self.approach, book) for s in self.levels))


@dataclass(frozen=True)
class Voice:
    """What one part of the note says."""

    text: str
    acts: tuple[Act, ...]
    sides: tuple[Span, ...]

    def side_of(self, act: Act) -> dict[str, str]:
        """The side of each level of the act that has one; "" stands for the act at large."""
        if not self.sides:
            return {}
        if not act.levels:
            return {"": side} if (side := _both([s.value for s in self.sides])) else {}
        every = sorted((s for a in self.acts for s in a.levels), key=lambda s: s.start)
        own = by_level(self.text, every, self.sides)
        found: dict[str, list[str]] = {}
        for span in act.levels:
            if value := own.get((span.start, span.end)):
                found.setdefault(span.value, []).append(value)
        told = {name: side for name, values in found.items() if (side := _both(values))}
        alone = {a.group for a in self.acts} == {act.group} and len(self.acts) == 1
        if not told and alone:
            # a side said in another sentence than the level is that of the only procedure
            values = {s.value for s in self.sides}
            return {"": next(iter(values))} if len(values) == 1 else {}
        return told


def _both(values: Sequence[str]) -> str:
    if "bilateral" in values or {"left", "right"} <= set(values):
        return "bilateral"
    return values[0] if values else ""


def voice(
    text: str,
    words: NoteWords,
    book: Codebook,
    title: bool,
    allowed: frozenset[tuple[int, int]] | None = None,
) -> Voice:
    """The acts a part of the note tells of; of the levels only those that are allowed."""
    if not text.strip():
        return Voice(text, (), ())
    found = words.lexicon.find(text)
    named = [m for m in mentions_of(found, "approach") if _entering(m, text)]
    hints = [m for m in mentions_of(found, "approach_hint") if _entering(m, text)]
    named = _outermost(named)
    levels = levels_of(text, words, book)
    if allowed is not None:
        levels = [s for s in levels if (s.start, s.end) in allowed]
    regions = [
        m
        for m in _outermost(mentions_of(found, "region"))
        if not any(words.found("after_level", "finding", _near(text, m.end)))
        and (title or _of_injection(m, text))
    ]
    told = [s for s in sides_in(text) if of_needle(s, text, words, title)]
    return Voice(text, tuple(_acts(text, named, hints, levels, regions, book)), tuple(told))


def _of_injection(region: Mention, text: str) -> bool:
    """Is the region that of an injection, not of a symptom or a study?"""
    before = " ".join(text[max(0, region.start - 40) : region.start].split()) + " "
    after = text[region.end : region.end + 40]
    if re.search(r",\s$", before) and after.lstrip().startswith(","):
        return True
    if EPIDURAL.match(after) or region.words.lower().endswith("esi"):
        return True
    return bool(REGION_BEFORE.search(before)) and not re.match(r"\s*(?:mri|spine|x-?ray)", after)


def _outermost(found: Sequence[Mention]) -> list[Mention]:
    """Without mentions inside a longer one."""
    return [
        m
        for m in found
        if not any(
            o is not m
            and o.start <= m.start
            and m.end <= o.end
            and o.end - o.start > m.end - m.start
            for o in found
        )
    ]


def _entering(mention: Mention, text: str) -> bool:
    """Is it how the needle went in, not where the drug did or what was avoided?"""
    if mention.negated:
        return False
    before = CLAUSE.split(text[max(0, mention.start - 60) : mention.start])[-1]
    after = text[mention.end : mention.end + 40]
    if OF_SPREAD.match(after):
        return False
    if mention.value == "intrathecal" and SPOKEN.search(before):
        return False
    spoken = re.search(
        r"\b(?:spread\w*|flow\w*|uptake|out(?:lin\w+)?|into the|exit\w*|through|toward\w*)\b"
        r"[^,]{0,30}$",
        before,
        re.I,
    )
    if re.fullmatch(r"foram\w+|neuroforam\w+", mention.words, re.I) and spoken:
        # contrast leaves through a foramen after any injection
        return bool(re.search(r"\bneedle|\badvanc|\bdirect|\bplaced|\bpositioned", before, re.I))
    return True


def levels_of(text: str, words: NoteWords, book: Codebook) -> list[Span]:
    """The levels that a needle entered, as far as words tell."""
    spans = [*_chained(text), *patterns.levels(text)]
    out: dict[str, list[Span]] = {"finding": [], "went": [], "landmark": []}
    left: list[Span] = []
    kinds = _listed(spans, [_elsewhere(span, text, words) for span in spans], text)
    for span, kind in zip(spans, kinds, strict=True):
        (out[kind] if kind else left).append(span)
    known = [s for s in left if level_row(s.value, None, book)]
    if not known:
        # a level named only as a landmark is still where the needle went
        known = [s for s in out["landmark"] if level_row(s.value, None, book)]
    spaces = {s.value for s in known if "-" in s.value}
    ends = {e for name in spaces for e in ends_of(name)}

    def repeats(span: Span) -> bool:
        """A vertebra that only repeats the end of an interspace, not the root of one."""
        row = level_row(span.value, None, book)
        of_root = FORAMINAL.match(text[span.end : span.end + 40])
        return span.value in ends and not of_root and not (row and row.level in spaces)

    return sorted((s for s in known if s.value[0] == "S" or not repeats(s)), key=lambda s: s.start)


def _chained(text: str) -> list[Span]:
    """The lower interspace of "L4-L5-S1"; the upper one is read as any other."""
    found = []
    for match in CHAIN.finditer(text):
        letter = match[3] or match[1]
        upper, lower = f"{letter}{match[4]}".upper(), f"{match[5] or letter}{match[6]}".upper()
        if patterns.ORDER.get(lower, 0) - patterns.ORDER.get(upper, 0) == 1:
            found.append(Span(patterns.interspace(upper, lower), *match.span()))
    return found


AIMED = 3
"""How near behind a side the name of what is treated begins."""
LISTED = re.compile(r"\s*(?:,|and|&|/|,\s*and|\+|or)\s*(?:the\s+)?(?:(?:left|right)\s+)?", re.I)
""" "stenosis at C4-5, C5-6 and C6-7": what is said of one is said of its neighbours."""


def _listed(spans: Sequence[Span], kinds: list[str], text: str) -> list[str]:
    """The levels of one list are all of a finding when its first or its last is."""
    found = list(kinds)
    joined = [
        bool(LISTED.fullmatch(text[a.end : b.start]))
        for a, b in zip(spans, spans[1:], strict=False)
    ]
    for n, beside in enumerate(joined):
        if beside and found[n] == "finding" and not kinds[n + 1]:
            before = text[max(0, spans[n].start - NEAR) : spans[n].start]
            found[n + 1] = "finding" if OF_FINDING.search(before) or (n and joined[n - 1]) else ""
    for n in reversed(range(len(joined))):
        if joined[n] and found[n + 1] == "finding" and not found[n]:
            found[n] = "finding"
    return found


OF_FINDING = re.compile(r"\b(?:at|of|from|on|over|involving|affecting)\s+(?:\w+\s+)?$", re.I)


def ends_of(interspace: str) -> tuple[str, str]:
    """The vertebrae above and below an interspace."""
    upper, lower = interspace.split("-")
    return upper, lower if lower[0].isalpha() else upper[0] + lower


def _near(text: str, end: int) -> str:
    """The three words behind a place, within its piece of the sentence."""
    after = CLAUSE.split(text[end : end + NEAR])[0].split(",")[0]
    # "L4-5 for stenosis": what a procedure is for stands behind it, not what the level has
    after = re.split(r"(?:^|\s)(?:for|because|under|using|via)\s", after, flags=re.I)[0]
    # the C-arm is no arm that hurts
    return re.sub(r"\bc[\s-]?arm\b", "", " ".join(after.split()[:3]), flags=re.I)


def _elsewhere(span: Span, text: str, words: NoteWords) -> str:
    """ "finding", "went" or "landmark" when the level is no place of a needle."""
    after = text[span.end : span.end + NEAR]
    near = _near(text, span.end)
    before = re.split(r"[.;!?\n]", text[max(0, span.start - 48) : span.start])[-1]
    if any(words.found("after_level", "finding", near)):
        return (
            "" if re.match(r"\W*(?:\w+\W+)?(?:nerve root|root) (?:block|inj)", after) else "finding"
        )
    if any(words.found("before_level", "finding", before[-NEAR:])):
        return "finding"
    of = OF_FINDING.search(before)
    if of and any(
        end == of.start() - 1 for _, end in words.found("after_level", "finding", before)
    ):
        return "finding"
    if any(words.found("before_level", "spread", before)):
        return "went"
    ranged = re.search(r"[\s-](?:to|through|thru)\s|-\s?[TL]", text[span.start : span.end])
    if ranged and any(words.found("before_level", "contrast", before[-16:])):
        return "went"
    if re.match(r"\s*(?:pedicle|foramen|neuro)", after, re.I):
        return ""
    behind = " ".join(after.split()[:1]).lstrip("(/-")
    if any(start == 0 for start, _ in words.found("after_level", "landmark", behind)):
        # "intra-articular" is no articular process
        return "landmark"
    if any(words.found("before_level", "landmark", before[-NEAR:])):
        return "landmark"
    return ""


def sides_in(text: str) -> tuple[Span, ...]:
    """Every word for a side; one that ends a note is a side too, and no question."""
    found: list[Span] = []
    for match in SHORT_SIDE.finditer(text):
        letter = match.group().strip(" (.)")[:1].lower()
        found.append(Span({"r": "right", "l": "left", "b": "bilateral"}[letter], *match.span()))
    short = [(s.start, s.end) for s in found]
    found += [s for s in sides(f"{text} ;") if not any(a <= s.start < b for a, b in short)]
    return tuple(sorted(found, key=lambda s: s.start))


def of_needle(side: Span, text: str, words: NoteWords, title: bool) -> bool:
    """Is the side that of a needle, not of a symptom or of the beam?"""
    line = re.split(r"[.;!?\n]", text[max(0, side.start - 120) : side.start])[-1]
    before = " ".join(line.split()) + " "
    after = text[side.end : side.end + 40]
    near = " ".join(CLAUSE.split(after)[0].split()[:2])
    if any(words.found("after_level", "finding", near)) and not re.match(r"\s*[CTLS]\d", after):
        return False
    if SYMPTOM_BEFORE.search(before) and not re.match(r"\s*[CTLS]\d", after):
        return False
    if re.search(r"[,–-]\s$", before) and re.match(r"\s*[.,;\n]", after):
        # "facet denervation, bilateral."
        return True
    if any(words.found("after_side", "place", near)):
        return True
    aim = " ".join(re.split(r"[.;!?\n,]", after)[0].split()[:3])
    if any(m.fact == "target" and m.start < AIMED for m in words.kinds.find(aim)):
        # "right femoral nerve block": what is treated stands right behind its side
        return True
    return bool(title or SIDED_AFTER.match(after) or SIDED_BEFORE.search(before))


def _acts(
    text: str,
    named: Sequence[Mention],
    hints: Sequence[Mention],
    levels: Sequence[Span],
    regions: Sequence[Mention],
    book: Codebook,
) -> list[Act]:
    told = _one_route(list(named) or list(hints))
    approaches: list[str | None] = list(dict.fromkeys(m.value for m in told))
    # what a needle passes tells which of two procedures a level is of
    around = [*told, *(m for m in hints if m.value in approaches)]
    acts: list[Act] = []
    for approach in approaches or [None]:
        own = [m for m in told if m.value == approach]
        places = levels
        if len(approaches) > 1:
            places = [s for s in levels if _nearest(s, around, text) == approach]
        if approach == "caudal":
            places = []
        groups: dict[str, Act] = {}
        for span in places:
            row = level_row(span.value, approach, book)
            side = region_group(row.region, book) if row else ""
            act = groups.setdefault(side, Act(approach, side, hinted=not named))
            act.levels.append(span)
        near = [
            m
            for m in regions
            if len(approaches) < 2
            or _nearest(Span(m.value, m.start, m.end), told, text) == approach
        ]
        for m in near:
            side = region_group(m.value, book)
            act = groups.setdefault(side, Act(approach, side, hinted=not named))
            act.region = act.region or m
        if len(groups) > 1:
            groups = _worked(groups, around, text) or groups
        if approach == "caudal":
            groups = {k: a for k, a in groups.items() if k == region_group("sacral", book)}
        if own and not groups:
            groups[""] = Act(approach, "", hinted=not named)
        for act in groups.values():
            act.said = max(own, key=_proving, default=None)
            acts.append(act)
    return acts


def _proving(mention: Mention) -> tuple[bool, int]:
    """The word that names the way in, the first of them; of a puncture the sac it entered."""
    named = mention.value in mention.words.lower()
    # "intrathecal trial" names the drug's place before any needle went in
    return named != (mention.value == "intrathecal"), -mention.start


def _worked(groups: dict[str, Act], around: Sequence[Mention], text: str) -> dict[str, Act]:
    """The groups of which a level stands beside a word for how the needle went in."""

    def beside(act: Act) -> bool:
        places = [(s.start, s.end) for s in act.levels]
        if act.region:
            places.append((act.region.start, act.region.end))
        return any(gap(text, p, (m.start, m.end)) < BESIDE for p in places for m in around)

    return {group: act for group, act in groups.items() if beside(act)}


def _one_route(told: list[Mention]) -> list[Mention]:
    """Through the laminae into the thecal sac is one route, and the sac is its end."""
    if {m.value for m in told} == {"interlaminar", "intrathecal"}:
        return [m for m in told if m.value == "intrathecal"]
    return told


def _nearest(span: Span, told: Sequence[Mention], text: str) -> str | None:
    """The approach named nearest, breaks counted; far ones are told apart by distance alone."""
    near = [m for m in told if abs(m.start - span.start) < FAR]
    if not near:
        return min(told, key=lambda m: abs(m.start - span.start)).value
    return min(near, key=lambda m: gap(text, (m.start, m.end), (span.start, span.end))).value


def _row_name(span: Span, approach: str | None, book: Codebook) -> str:
    row = level_row(span.value, approach, book)
    return row.level if row else span.value
