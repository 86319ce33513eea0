"""What each kind of file says, as Markdown that keeps headings, lists and tables.

Markdown, text, HTML, PDF and Word. Reads the one file it is given; never reaches the
network and never follows what a document links to.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import UnreadableDocument

LIST_ITEM = re.compile(r"([-*+]|\d+[.)])\s+")
BULLET = re.compile(r"[•◦▪‣●○■–]\s+")
INLINE = {"a", "abbr", "b", "cite", "code", "em", "i", "mark", "q", "s", "small", "span",
          "strong", "sub", "sup", "time", "u"}  # fmt: skip
"""HTML elements that stand inside a line."""


@dataclass(frozen=True)
class Text:
    """What a file says: its words as Markdown, and the title it gives itself."""

    body: str
    title: str = ""


def _markdown(path: Path) -> Text:
    body, title = _decoded(path), ""
    if body.startswith("---\n") and (end := body.find("\n---\n", 3)) > 0:
        head, body = body[4:end], body[end + 5 :].lstrip("\n")
        found = re.search(r"^title:\s*(.+)$", head, re.MULTILINE)
        title = found[1].strip(" \"'") if found else ""
    first = re.search(r"^#\s+(.+?)\s*#*$", body, re.MULTILINE)
    return Text(body, title or (first[1] if first else ""))


def _plain(path: Path) -> Text:
    lines = [BULLET.sub("- ", line, count=1) for line in _decoded(path).split("\n")]
    return Text("\n".join(lines))


def _decoded(path: Path) -> str:
    """The characters of a text file: UTF-8, UTF-16 with its mark, or Windows' own."""
    raw = path.read_bytes()
    codecs = ["utf-16"] if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]
    for codec in codecs:
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise UnreadableDocument(path, "it is not a text file")


def _html(path: Path) -> Text:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(_decoded(path), "html.parser")
    for dropped in soup(["script", "style", "nav", "footer", "aside", "form", "noscript"]):
        dropped.decompose()
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    if soup.head:
        soup.head.decompose()
    if first := soup.find("h1"):
        title = first.get_text(" ", strip=True)
    return Text("\n\n".join(_html_blocks(soup)), title)


def _html_blocks(node: Any) -> Iterator[str]:
    """Block after block, the words between blocks gathered into paragraphs."""
    from bs4.element import Comment, Doctype, NavigableString

    loose: list[str] = []
    for child in node.children:
        if isinstance(child, Comment | Doctype):
            continue
        block = None if isinstance(child, NavigableString) else _html_block(child)
        if block is None:
            loose.append(child if isinstance(child, NavigableString) else child.get_text())
            continue
        yield " ".join("".join(loose).split())
        loose = []
        yield from block
    yield " ".join("".join(loose).split())


def _html_block(node: Any) -> Iterator[str] | None:
    """The Markdown of one block element; None for what stands inside a line."""
    if node.name in INLINE and not node.find(["p", "div", "ul", "ol", "table"]):
        return None
    if node.name == "br":
        return iter(())
    if found := re.fullmatch(r"h([1-6])", node.name):
        return iter([f"{'#' * int(found[1])} {' '.join(node.get_text(' ').split())}"])
    if node.name in ("ul", "ol"):
        return iter(["\n".join(_html_list(node, 0))])
    if node.name == "table":
        own = [row for row in node("tr") if row.find_parent("table") is node]
        rows = [[c.get_text(" ") for c in r(["td", "th"], recursive=False)] for r in own]
        return iter([_table(rows)])
    return _html_blocks(node)


def _html_list(node: Any, depth: int) -> Iterator[str]:
    for number, item in enumerate(node("li", recursive=False), 1):
        inner = [n.extract() for n in item(["ul", "ol"]) if n.find_parent("li") is item]
        mark = f"{number}." if node.name == "ol" else "-"
        yield f"{'   ' * depth}{mark} {' '.join(item.get_text(' ').split())}"
        for one in inner:
            yield from _html_list(one, depth + 1)


def _table(rows: list[list[str]]) -> str:
    """A Markdown table; short rows are filled up, the first row is the header."""
    rows = [[" ".join(c.split()).replace("|", "/") for c in row] for row in rows if any(row)]
    if not rows:
        return ""
    width = max(map(len, rows))
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return "\n".join([lines[0], f"|{'---|' * width}", *lines[1:]])


def _docx(path: Path) -> Text:
    from docx import Document
    from docx.table import Table

    document = Document(str(path))
    lines: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            lines += ["", _table([[cell.text for cell in row.cells] for row in block.rows]), ""]
            continue
        line = _docx_line(block)
        # items of one list stand on consecutive lines, everything else apart
        together = lines and LIST_ITEM.match(line) and LIST_ITEM.match(lines[-1])
        lines += [line] if together else ["", line]
    return Text("\n".join(lines), document.core_properties.title or "")


def _docx_line(paragraph: Any) -> str:
    text = " ".join(paragraph.text.split())
    style = (paragraph.style.name or "") if paragraph.style else ""
    if not text:
        return ""
    if style == "Title":
        return f"# {text}"
    if found := re.fullmatch(r"Heading ([1-6])", style):
        return f"{'#' * int(found[1])} {text}"
    properties = paragraph._p.pPr
    listed = properties is not None and properties.numPr is not None
    if listed or style.startswith("List"):
        return f"{'1.' if 'Number' in style else '-'} {text}"
    return text


def _pdf(path: Path) -> Text:
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableDocument(path, "it is protected by a password")
    pages = [_pdf_lines(page) for page in reader.pages]
    lines = [line for page in _without_repeats(pages) for line in page]
    title = (reader.metadata.title or "") if reader.metadata else ""
    return Text(_pdf_markdown(lines), title)


@dataclass
class Line:
    """One printed line: its words, the size of its type, and the gap above it."""

    text: str = ""
    size: float = 0.0
    top: float | None = None
    gap: float = 0.0


def _pdf_lines(page: Any) -> list[Line]:
    lines = [Line()]

    def visit(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        for place, piece in enumerate(text.split("\n")):
            if place:
                lines.append(Line())
            if piece.strip():
                line = lines[-1]
                line.size = max(line.size, round(abs(size * tm[3] * cm[3]) or size, 1))
                line.top = line.top if line.top is not None else tm[5] * cm[3] + cm[5]
            lines[-1].text += piece

    page.extract_text(visitor_text=visit)
    found = [line for line in lines if line.text.strip()]
    for before, line in zip(found, found[1:], strict=False):
        line.gap = abs((before.top or 0.0) - (line.top or 0.0))
    return found


def _without_repeats(pages: list[list[Line]]) -> list[list[Line]]:
    """Drop running heads and page numbers: edge lines that most pages share."""
    edges = [text for page in pages for text in {_edge(line) for line in page[:1] + page[-1:]}]
    often = {text for text in edges if len(pages) > 2 and edges.count(text) > len(pages) / 2}
    return [
        [x for n, x in enumerate(page) if n not in (0, len(page) - 1) or _edge(x) not in often]
        for page in pages
    ]


def _edge(line: Line) -> str:
    """The words of a line with its numbers alike."""
    return re.sub(r"\d+", "0", line.text.strip())


def _pdf_markdown(lines: list[Line]) -> str:
    """Headings by size of type, paragraphs by the gaps between lines."""
    if not lines:
        return ""
    weight: dict[float, int] = {}
    for line in lines:
        weight[line.size] = weight.get(line.size, 0) + len(line.text)
    body = max(weight, key=lambda size: weight[size])
    gaps = sorted(line.gap for line in lines if line.size == body and line.gap > 0)
    usual = gaps[len(gaps) // 4] if gaps else 0.0
    sizes = sorted((s for s in weight if s > body * 1.15), reverse=True)
    text = ""
    for before, line in zip([Line(), *lines], lines, strict=False):
        words = " ".join(line.text.split())
        if line.size in sizes and len(words.split()) <= 20:
            same = before.size == line.size and line.gap <= line.size * 1.6
            mark = "#" * min(sizes.index(line.size) + 1, 4)
            text += f" {words}" if same else f"\n\n{mark} {words}"
        elif BULLET.match(words) or LIST_ITEM.match(words):
            item = LIST_ITEM.match(text.rsplit("\n", 1)[-1])
            text += ("\n" if item else "\n\n") + BULLET.sub("- ", words, count=1)
        elif before.size != line.size or (usual and line.gap > usual * 1.4):
            text += f"\n\n{words}"
        else:
            text += words if re.search(r"\w-$", text) else f" {words}"
    return text


READERS: dict[str, Callable[[Path], Text]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _plain,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _docx,
}
"""How each kind of file is read, by the end of its name."""
