"""A guide, its passages, and a citation: a span that can be checked.

Pure values and functions. A passage's key comes from its content, so a changed
paragraph has a new key and nothing else does.
"""

import hashlib
from datetime import date
from typing import Literal

from knowledge.facts import Frozen

Authority = Literal["law", "payer", "society", "vendor", "house"]


class Guide(Frozen):
    """One document of the library, with the words its passages are cut from."""

    id: str
    title: str
    authority: Authority
    publisher: str
    source: str
    """Id of sources.toml, or the file that was added."""
    effective: date | None = None
    checked: date | None = None
    text: str
    """The body that offsets count in; front matter is not part of it."""


class Passage(Frozen):
    """A piece of a guide, cut at the guide's own headings."""

    key: str
    """From document id and content: the same words have the same key."""
    document: str
    title: str
    authority: Authority
    section: tuple[str, ...]
    text: str
    """Equal to guide.text[start:end], character for character."""
    start: int
    end: int


def passage_key(document: str, section: tuple[str, ...], text: str) -> str:
    """Sixteen hexadecimal digits naming this content at this place in the guide."""
    content = "\x1f".join((document, *section, text))
    return hashlib.sha256(content.encode()).hexdigest()[:16]
