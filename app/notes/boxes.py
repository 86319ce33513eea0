"""Tick boxes, pick lists and blanks of a template: what is not ticked states nothing. Pure.

Works on lines. A ticked box leaves its words; an empty one takes its words away; a list of
choices with none picked takes all of them away. What a note asks and denies states nothing either.
"""

import re
from collections.abc import Iterator

from app.notes.sections import blanked

EMPTY = r"\[\s*\]|\(\s{1,3}\)|☐|□|◻|○|❏|\b[oO](?=\s{2})"
TICKED = r"\[\s*[xX✓✔]\s*\]|\(\s*[xX✓✔]\s*\)|☑|☒|■|✓|✔|●|⊠"
BOX = re.compile(rf"(?P<empty>{EMPTY})|(?P<ticked>{TICKED})")
CHOICE = r"[A-Za-z][\w -]{0,24}?"
LIST = re.compile(
    rf"(?<=:)[ \t]*(?P<list>{CHOICE}(?:\s*(?<!\bw)(?<!\bs)[/|]\s*{CHOICE})+)[ \t]*(?=$|[.;,]\s)",
    re.M,
)
"""Choices with slashes between them that are all that stands behind a heading."""
BLANK = re.compile(r"\*{3}|_{3,}|@\w+@|\{[^}\n]{0,60}\}|<<[^>\n]{0,60}>>")
"""A place that was never filled in."""
TAKEN_BACK = re.compile(r"[\w/ -]{1,60}\?\s*(?:no|nope|not today)\b[\s,:-]*", re.I)
"""A question that the note answers with no: "CESI? no - LESI"."""
JOINED = {"fluoro", "fluoroscopy", "ct", "ap", "lateral"}


def filled(text: str) -> str:
    """The text without what a template offers and nobody chose; every place is kept."""
    gone = [*_unticked(text), *_unpicked(text)]
    gone += [m.span() for m in BLANK.finditer(text)]
    gone += [m.span() for m in TAKEN_BACK.finditer(text)]
    gone += [m.span() for m in BOX.finditer(text)]
    return blanked(text, gone)


def _unticked(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for line in text.splitlines(keepends=True):
        boxes = list(BOX.finditer(line))
        if boxes:
            yield from ((at + s, at + e) for s, e in _of_line(line, boxes))
        at += len(line)


def _of_line(line: str, boxes: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Boxes before their words, or behind them when nothing follows the last one."""
    behind = not line[boxes[-1].end() :].strip() and line[: boxes[0].start()].strip(" \t:-*•")
    if behind:
        start = line.find(":") + 1 if ":" in line[: boxes[0].start()] else 0
        if not line[start : boxes[0].start()].strip():
            behind = False
    if behind:
        for box in boxes:
            if box["empty"] is not None:
                yield start, box.end()
            start = box.end()
        return
    stops = [b.start() for b in boxes[1:]] + [len(line.rstrip("\n"))]
    for box, stop in zip(boxes, stops, strict=True):
        if box["empty"] is not None:
            yield box.start(), stop


def _unpicked(text: str) -> Iterator[tuple[int, int]]:
    for match in LIST.finditer(text):
        choices = {c.strip().lower() for c in re.split(r"[/|]", match["list"])}
        if not choices <= JOINED and not re.search(r"\d", match["list"]):
            yield match.span("list")
