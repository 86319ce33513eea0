"""Take out of a question what is not asked: markup, quoted turns, and orders to the bot. Pure.

What is left is read. Orders change nothing: with a coding question beside them that one is
answered, with none nothing is.
"""

import json
import re
from collections.abc import Callable

COMMENT = re.compile(r"<!--.*?(?:-->|$)|/\*.*?\*/", re.S)
SCRIPT = re.compile(r"<(script|style|iframe|svg)\b.*?(?:</\1\s*>|$)", re.S | re.I)
ROLE_BLOCK = re.compile(
    r"<\|?(?:im_start\|>)?\s*(system|assistant|tool|developer|instructions?|admin)\b[^>\n]*>?"
    r".*?(?:<\|im_end\|>|</\1\s*>|<\|end\|>)"
    r"|<<SYS>>.*?<</SYS>>",
    re.S | re.I,
)
TURN_MARK = re.compile(r"<\|[a-z_]+\|>(?:user\b)?|\[/?INST\]", re.I)
FENCE = re.compile(r"```.*?(?:```|$)", re.S)
BLOCK = re.compile(r"[=#*-]{3,}\s*BEGIN\b.*?END\b[^\n=#*-]*[=#*-]{3,}", re.S | re.I)
MESSAGE = re.compile(
    r"#{2,}\s*(?:system|developer|admin|assistant|instruction)\b.*?(?:#{2,}\s*end\b[^\n]*|$)",
    re.S | re.I,
)
NOTE = re.compile(
    r"[\[({][^\])}]{0,200}\b(?:bot|system|admin|assistant|instruction|override|prompt|developer)\b"
    r"[^\])}]{0,200}[\])}]",
    re.I,
)
IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)?")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
SLACK = re.compile(r"<(?:https?:[^|>\s]*|\[URL_\d+\]|[@#!][^|>\s]*)\|([^>]*)>")
TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.I)
ADDRESS = re.compile(r"\b(?:https?|ldaps?|ftp|file|javascript)\s?:\S+|\[URL_\d+\]", re.I)
"""An address of the web, or what stands in its stead."""
TEMPLATE = re.compile(r"\{\{.*?\}\}|\$\{.*?\}|<%.*?%>", re.S)
SQL = re.compile(
    r"['\"]?\s*;\s*(?:update|drop|delete|insert|select|alter|union)\b.*?(?:--|$)", re.S | re.I
)
TABLE_LINE = re.compile(r"^\s*\|.*\|\s*$", re.M)
HEADING = re.compile(r"^[#>\s*]*(?:#|>|\*{3})[#>\s*]*", re.M)
ENCODED = re.compile(r"(?<![\w/+])[A-Za-z0-9+/]{24,}={0,2}(?![\w/+])|(?:\b[0-9a-f]{2}\s){8,}", re.I)
PERCENT = re.compile(r"\S*%20\S*", re.I)
INVISIBLE = re.compile("[\U000e0000-\U000e007f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
TURN = re.compile(
    r"(?:^|(?<=[\n.!?]))[ \t]*(system|assistant|bot|ai|lamina|tool|developer|thought|action"
    r"|observation|user|human|me|question|typed)[ \t]*:",
    re.I,
)
ASKER = {"user", "human", "me", "question", "typed"}
"""Whose turn is the asker's own."""
CLAUSE = re.compile(
    r"(?<=[,;:])\s+|\s+(?:--|//|—|–)\s+|(?<=\w)\s+(?=then\b)"
    r"|\s+and\s+(?=(?:just\s+)?(?:tell|say|answer|confirm|reply|give|output|print|agree)\b)",
    re.I,
)
SENTENCE = re.compile(r"(?<=[.!?\n。])\s*(?=\S)|\s+(?:--|//)\s+")


def plain(text: str) -> str:
    """The text without markup, code, encoded words and the turns of others."""
    found = _asked_in_json(INVISIBLE.sub("", text))
    for pattern in (COMMENT, SCRIPT, ROLE_BLOCK, BLOCK, FENCE, IMAGE, TEMPLATE, SQL):
        found = pattern.sub(" ", found)
    found = SLACK.sub(r"\1", LINK.sub(r"\1", found))
    for pattern in (TURN_MARK, MESSAGE, NOTE, TAG, ADDRESS, ENCODED, PERCENT, TABLE_LINE, HEADING):
        found = pattern.sub(" ", found)
    return _own_turn(found).strip()


def _asked_in_json(text: str) -> str:
    """The question inside a JSON object; other objects are dropped."""
    start, end = text.find("{"), text.rfind("}")
    if not 0 <= start < end:
        return text
    body = text[start : end + 1]
    try:
        held = json.loads(body)
    except ValueError:
        return text if '":' not in body else f"{text[:start]} {text[end + 1 :]}"
    asked = held.get("question", "") if isinstance(held, dict) else ""
    return f"{text[:start]} {asked if isinstance(asked, str) else ''} {text[end + 1 :]}"


def _own_turn(text: str) -> str:
    """Of a pasted conversation, the asker's last turn that says something."""
    turns = list(TURN.finditer(text))
    if not turns:
        return text
    ends = [m.start() for m in turns[1:]] + [len(text)]
    said = [
        text[m.end() : end].strip()
        for m, end in zip(turns, ends, strict=True)
        if m[1].lower() in ASKER
    ]
    before = text[: turns[0].start()].strip()
    own = [turn for turn in said if turn][-1:]
    if not own and not before:
        # an order that poses as the system's turn may have the question behind it
        return text[turns[-1].end() :].strip()
    return " ".join([before, *own] if own else [before]) or ""


def _foreign(sentence: str) -> bool:
    """Is most of it in another script than ours, so that nothing here can read it?"""
    letters = [c for c in sentence if c.isalpha()]
    return sum(c > "\u024f" for c in letters) * 2 > len(letters)


def without(text: str, orders: Callable[[str], bool], says: Callable[[str], bool]) -> str:
    """The text without sentences that give orders.

    Where nothing else says anything of a procedure or a code, the clauses of those
    sentences that give no order are kept.
    """
    pieces = [p for p in SENTENCE.split(text) if p and p.strip()]
    kept = [p for p in pieces if not orders(p) and not _foreign(p)]
    if len(kept) == len(pieces):
        return text
    if not any(says(p) for p in kept):
        clauses = [c for p in pieces for c in (CLAUSE.split(p) if orders(p) else [p])]
        kept = [c for c in clauses if c and not orders(c)]
    return " ".join(kept).strip()
