"""Cut a guide into passages at its own headings.

A paragraph, a list, or a whole table is one passage; a long table is cut into row
groups, the header's words kept in the section path. Offsets are exact:
`passage.text == guide.text[passage.start:passage.end]`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.passages import Guide, Passage, passage_key

VERSION = "1"
"""Part of the index fingerprint; raise it when passages are cut another way."""

LONGEST_TABLE = 12
"""Rows of a table kept in one passage."""

HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
HEAD = re.compile(r"\s*(?:(?:[-*+]|\d+[.)])\s+)?\*\*(.+?):?\*\*")
LIST_ITEM = re.compile(r"^\s*([-*+]|\d+[.)])\s+")


@dataclass(frozen=True)
class Block:
    """Consecutive lines that belong together, with their place in the guide."""

    kind: str
    start: int
    end: int
    lines: tuple[tuple[int, int], ...]


def cut(guide: Guide) -> list[Passage]:
    """All passages of a guide, in its own order, without overlap."""
    path: list[tuple[int, str]] = []
    passages: list[Passage] = []
    for block in _blocks(guide.text):
        if block.kind == "heading":
            level, title = _heading(guide.text[block.start : block.end])
            path = [(depth, name) for depth, name in path if depth < level]
            path.append((level, title))
            continue
        section = tuple(name for depth, name in path if depth > 1) or tuple(
            name for _, name in path
        )
        for start, end in _pieces(block):
            passages.append(_passage(guide, section, start, end))
    return _distinct(passages)


def _passage(guide: Guide, section: tuple[str, ...], start: int, end: int) -> Passage:
    text = guide.text[start:end]
    return Passage(
        key=passage_key(guide.id, section, text),
        document=guide.id,
        title=guide.title,
        authority=guide.authority,
        section=section,
        text=text,
        start=start,
        end=end,
    )


def _distinct(passages: list[Passage]) -> list[Passage]:
    """Give words repeated within one section one key: the first place they stand."""
    found: dict[str, Passage] = {}
    for passage in passages:
        found.setdefault(passage.key, passage)
    return list(found.values())


def _heading(line: str) -> tuple[int, str]:
    found = HEADING.match(line)
    assert found
    return len(found[1]), found[2]


def _pieces(block: Block) -> Iterator[tuple[int, int]]:
    """A table longer than LONGEST_TABLE rows is cut into row groups."""
    body = block.lines[2:]
    if block.kind != "table" or len(body) <= LONGEST_TABLE:
        yield block.start, block.end
        return
    for first in range(0, len(body), LONGEST_TABLE):
        group = body[first : first + LONGEST_TABLE]
        start = block.start if first == 0 else group[0][0]
        yield start, group[-1][1]


def _blocks(text: str) -> Iterator[Block]:
    """Headings, tables, lists and paragraphs, blank lines between them dropped."""
    gathered: list[tuple[int, int]] = []
    kind = ""
    for start, end in _lines(text):
        line = text[start:end]
        now = _kind(line, kind)
        if now in ("blank", "heading") or (kind and now != kind):
            if gathered:
                yield _block(kind, gathered)
            gathered, kind = [], ""
        if now == "heading":
            yield _block("heading", [(start, end)])
        elif now != "blank":
            gathered.append((start, end))
            kind = now
    if gathered:
        yield _block(kind, gathered)


def _kind(line: str, before: str) -> str:
    if not line.strip():
        return "blank"
    if HEADING.match(line):
        return "heading"
    if line.lstrip().startswith("|"):
        return "table"
    if LIST_ITEM.match(line):
        return "list"
    return "list" if before == "list" and line[:1] in " \t" else "paragraph"


def _block(kind: str, lines: list[tuple[int, int]]) -> Block:
    return Block(kind, lines[0][0], lines[-1][1], tuple(lines))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line, the end before its line break."""
    for found in re.finditer(r"[^\n]*(?:\n|$)", text):
        if found.group():
            yield found.start(), found.start() + len(found.group().rstrip("\r\n"))


def sentences(text: str) -> list[tuple[int, int]]:
    """Sentences of a paragraph, items of a list, rows of a table, as offsets."""
    spans = []
    for line in re.finditer(r"[^\n]+", text):
        if set(line.group()) <= set("|-: "):
            continue
        if line.group().lstrip().startswith("|"):
            heads = text[line.end() + 1 : line.end() + 4] in ("|--", "| -", "|:-")
            if not heads:
                spans.append(line.span())
            continue
        start = line.start() + len(re.match(r"\s*(?:(?:[-*+]|\d+[.)])\s+)?", line.group())[0])  # type: ignore[index]
        for piece in re.finditer(r"\S.*?(?:[.!?](?=\s)|$)", text[start : line.end()]):
            spans.append((start + piece.start(), start + piece.end()))
    return spans or [(0, len(text))]


def items(text: str) -> list[tuple[int, int]]:
    """What a list or a paragraph under a bold head enumerates: heads, else first sentences."""
    found = []
    for line in re.finditer(r"[^\n]+", text):
        head = HEAD.match(line.group())
        if head:
            found.append((line.start() + head.start(1), line.start() + head.end(1)))
        elif LIST_ITEM.match(line.group()):
            first = sentences(line.group())[0]
            found.append((line.start() + first[0], line.start() + first[1]))
    return found


def bare(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the bold head or the table's bars around its words."""
    head = HEAD.match(text, start, end)
    start = head.end() if head and text[head.end() : end].strip() else start
    words = text[start:end]
    start += len(words) - len(words.lstrip("| "))
    return start, end - (len(words) - len(words.rstrip("| ")))


def readable(text: str) -> str:
    """A sentence, item or row without the marks of its format."""
    return " ".join(re.sub(r"[*|]+", " ", text).split())
