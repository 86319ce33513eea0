"""Which sides are those of a needle, and not of a symptom, a position or the beam? Pure."""

import re

from app.ask.patterns import Span
from app.ask.sides import sides
from app.notes.levels import CLAUSE
from app.notes.words import NoteWords

SHORT_SIDE = re.compile(
    r"\((?:R|Rt|Right|L|Lt|Left|B|Bilat)\)|\b(?:Rt|Lt|Bilat)\.(?=\s)"
    r"|(?<=\d\s)(?:R|L|RT|LT)\b(?=\s*(?:[.,;+&\n]|$))"
    r"|(?:(?<=\bside:)|(?<=\bside\(s\):)|(?<=\bsides:)|(?<=\blaterality:))"
    r"\s*(?:R|L|B|Rt|Lt|Bilat|B/L)\b",
    re.I,
)
"""A side as one letter behind a level or its heading, in brackets, or cut short with a stop."""
BOTH_LETTER = re.compile(
    r"(?:(?<=^)|(?<=[\n:.;]\s)|(?<=[\n:]))B(?=\s+(?:[CTLS]\d|SI|[a-z]{3,}))", re.M
)
""" "B suprascapular nerve blocks": the letter that begins a line stands for both sides."""
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
AIMED = 3
"""How near behind a side the name of what is treated begins."""


def sides_in(text: str) -> tuple[Span, ...]:
    """Every word for a side; one that ends a note is a side too, and no question."""
    found: list[Span] = []
    for match in SHORT_SIDE.finditer(text):
        letter = match.group().strip(" (.)")[:1].lower()
        found.append(Span({"r": "right", "l": "left", "b": "bilateral"}[letter], *match.span()))
    found += [Span("bilateral", *m.span()) for m in BOTH_LETTER.finditer(text)]
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
