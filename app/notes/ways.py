"""By which way did a needle go in, and of which region is an injection said? Pure."""

import re
from collections.abc import Sequence

from app.ask.turn import Mention
from app.notes.levels import CLAUSE

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
EPIDURAL = re.compile(
    r"^[\s-]*(?:\w+[\s-]+){0,3}?(?:epidural|esi|injection|interlaminar|inter-laminar|tfesi|ilesi"
    r"|steroid|transforaminal|block|snrb|facet|medial|selective|nerve root|rfa|radiofrequency"
    r"|neurotomy|sympathetic|blood patch|puncture|catheter)",
    re.I,
)
REGION_BEFORE = re.compile(
    r"(?:\b(?:region|area|site|level)\s*:\s*"
    r"|\b(?:injections?|epidural|esi|tfesi|block)(?:\s*,\s*|\s+(?:of|in|to|into) the ))$",
    re.I,
)


TOOL = re.compile(r"t[ou]+hy|touhy|hustead|crawford|scott", re.I)
FELT = re.compile(r"lor\b|loss|hanging", re.I)


def of_injection(region: Mention, text: str) -> bool:
    """Is the region that of an injection, not of a symptom or a study?"""
    before = " ".join(text[max(0, region.start - 40) : region.start].split()) + " "
    after = text[region.end : region.end + 40]
    if re.search(r",\s$", before) and after.lstrip().startswith(","):
        return True
    if EPIDURAL.match(after) or region.words.lower().endswith("esi"):
        return True
    return bool(REGION_BEFORE.search(before)) and not re.match(r"\s*(?:mri|spine|x-?ray)", after)


def outermost(found: Sequence[Mention]) -> list[Mention]:
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


def entering(mention: Mention, text: str) -> bool:
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


def proving(mention: Mention) -> tuple[bool, int, int]:
    """The word that names the way in, the first of them; of a puncture the sac it entered.

    Of what a needle passed the place says more than how it was felt, and that more than the tool.
    """
    named = mention.value in mention.words.lower()
    plain = 0 if TOOL.match(mention.words) else 1 if FELT.match(mention.words) else 2
    # "intrathecal trial" names the drug's place before any needle went in
    return named != (mention.value == "intrathecal"), plain, -mention.start


def one_route(told: list[Mention]) -> list[Mention]:
    """Through the laminae into the thecal sac is one route, and the sac is its end."""
    if {m.value for m in told} == {"interlaminar", "intrathecal"}:
        return [m for m in told if m.value == "intrathecal"]
    return told
