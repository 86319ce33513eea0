"""Which levels did a needle enter? Findings, landmarks and where the drug went are none. Pure."""

import re
from collections.abc import Sequence

from app.ask import patterns
from app.ask.patterns import Span
from app.ask.sites import level_row
from app.notes.words import NoteWords
from knowledge.codebook import Codebook

NEAR = 26
"""Characters around a level, a side or a region that tell what it is said of."""
CHAIN = re.compile(
    r"\b([CTLS])\s?(\d{1,2})\s?-\s?([CTLS]?)(\d{1,2})\s?-\s?([CTLS]?)(\d{1,2})\b", re.I
)
"""Three vertebrae in a row are two interspaces."""
CLAUSE = re.compile(r"[.;:!?\n]")
FORAMINAL = re.compile(
    r"\s*(?:(?:and|,|&|/)\s*(?:(?:left|right)\s+)?[CTLS]\d{1,2}\s*)*"
    r"(?:tf|transfor|foram|neurof|neural|nerve root b|root b|snrb|selective)",
    re.I,
)
LISTED = re.compile(r"\s*(?:,|and|&|/|,\s*and|\+|or)\s*(?:the\s+)?(?:(?:left|right)\s+)?", re.I)
""" "stenosis at C4-5, C5-6 and C6-7": what is said of one is said of its neighbours."""
OF_FINDING = re.compile(r"\b(?:at|of|from|on|over|involving|affecting)\s+(?:\w+\s+)?$", re.I)


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


def ends_of(interspace: str) -> tuple[str, str]:
    """The vertebrae above and below an interspace."""
    upper, lower = interspace.split("-")
    return upper, lower if lower[0].isalpha() else upper[0] + lower


def near(text: str, end: int) -> str:
    """The three words behind a place, within its piece of the sentence."""
    after = CLAUSE.split(text[end : end + NEAR])[0].split(",")[0]
    # "L4-5 for stenosis": what a procedure is for stands behind it, not what the level has
    after = re.split(r"(?:^|\s)(?:for|because|under|using|via)\s", after, flags=re.I)[0]
    # the C-arm is no arm that hurts
    return re.sub(r"\bc[\s-]?arm\b", "", " ".join(after.split()[:3]), flags=re.I)


def _elsewhere(span: Span, text: str, words: NoteWords) -> str:
    """ "finding", "went" or "landmark" when the level is no place of a needle."""
    after = text[span.end : span.end + NEAR]
    behind = near(text, span.end)
    before = re.split(r"[.;!?\n]", text[max(0, span.start - 48) : span.start])[-1]
    if any(words.found("after_level", "finding", behind)):
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
    first = " ".join(after.split()[:1]).lstrip("(/-")
    if any(start == 0 for start, _ in words.found("after_level", "landmark", first)):
        # "intra-articular" is no articular process
        return "landmark"
    if any(words.found("before_level", "landmark", before[-NEAR:])):
        return "landmark"
    return ""
