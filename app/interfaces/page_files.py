"""The files of page, widget and demo, put together once at the start. Touches only the package.

There is no build step: `widget.js` and `page.js` are their parts in order, one after the other.
"""

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
OPENING = """// Lamina's chat widget. How to put it on a site is in the README.
(() => {
"use strict";
if (customElements.get("lamina-chat")) return;
const SCRIPT = document.currentScript;
const HOME = SCRIPT
  ? SCRIPT.src.replace(/\\/(widget\\/[0-9a-f]+\\/)?widget\\.js.*$/, "") : window.location.origin;
"""
CLOSING = "})();\n"
SHARED_STYLE = ("01-tokens.css", "03-answer.css", "04-talk.css")
"""What a tab of the page is drawn with too, outside the element."""


@dataclass(frozen=True)
class PageFile:
    """One file as it is sent."""

    path: str
    text: str
    cache: str = "no-cache"
    """A page that is opened again asks whether it is still the same."""
    kind: str = field(init=False)
    packed: bytes = field(init=False)
    tag: str = field(init=False)

    def __post_init__(self) -> None:
        name = self.path.rpartition("/")[2]
        kind = KINDS[name.rpartition(".")[2] if "." in name else "html"]
        data = self.text.encode("utf-8")
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "packed", gzip.compress(data, 9, mtime=0))
        object.__setattr__(self, "tag", f'"{hashlib.sha256(data).hexdigest()[:20]}"')


@cache
def page_files() -> tuple[PageFile, ...]:
    """Every file, by the path it is served at."""
    web = files("app.interfaces") / "web"
    widget = widget_script(web)
    pinned = f"/widget/{hashlib.sha256(widget.encode()).hexdigest()[:12]}/widget.js"
    integrity = base64.b64encode(hashlib.sha384(widget.encode()).digest()).decode()
    demo = _text(web / "demo.html").replace("PINNED", pinned).replace("INTEGRITY", integrity)
    return (
        PageFile("/", _text(web / "index.html")),
        PageFile("/page.css", style(web)),
        PageFile("/page.js", "(() => {\n" + _joined(web / "page", ".js") + CLOSING),
        PageFile("/widget.js", widget, "public, max-age=300"),
        PageFile(pinned, widget, "public, max-age=31536000, immutable"),
        PageFile("/demo", demo),
        PageFile("/demo.css", _text(web / "demo.css")),
    )


def widget_script(web: Traversable) -> str:
    """The widget whole: its style is a constant in it, so that a page loads one file."""
    look = f"const STYLE = {json.dumps(_joined(web / 'widget', '.css'), ensure_ascii=False)};\n"
    return OPENING + look + _joined(web / "widget", ".js") + CLOSING


def style(web: Traversable) -> str:
    """The page's style: the widget's tokens and answer, then what is the page's own."""
    shared = [_text(web / "widget" / name) for name in SHARED_STYLE]
    return "".join([*shared, _text(web / "page.css")])


def _joined(folder: Traversable, ending: str) -> str:
    parts = sorted((one for one in folder.iterdir() if one.name.endswith(ending)), key=_name)
    return "\n".join(_text(one) for one in parts)


def _name(file: Traversable) -> str:
    return file.name


def _text(file: Traversable) -> str:
    return file.read_text("utf-8")
