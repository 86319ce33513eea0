"""Is an imaging guidance code asked about by itself: how often, 26 or TC, beside what? Pure."""

import re
from collections.abc import Iterator

from app.ask.planning.scenario import CODE_ASKED
from app.ask.planning.setting import place_of
from app.ask.polarity import predicate
from app.ask.subject import call
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook

COUNT = re.compile(
    r"\b(?:per|each|every|by) (?:level|needle|side|injection|site|block)s?\b|\bonce\b|\bhow many\b"
    r"|\b(?:three|two|four|3|2|4) times\b|\bunits?\b|\b[x\u00d7]\s*[2-9]\b"
    r"|\b[2-9]\s*[x\u00d7]\b|\btwice\b"
    r"|\bmultiple levels\b|\bper region\b|\bonce per\b",
    re.I,
)
PARENTS = re.compile(
    r"\bparents?\b"
    r"|\b(?:which|what) (?:codes?|injections?|procedures?) (?:can|may|does|do|take|allow|go)"
    r"|\badd-?on to (?:what|which)\b|\b(?:what|which)\b.{0,30}\badd(?:ed)?(?:-?on)? to\b",
    re.I,
)
SPLIT = re.compile(
    r"\b(?:26|tc)\b|\bprofessional component|\btechnical component|\bmodifiers?\b", re.I
)
WHICH = re.compile(
    r"\b(?:which|what) (?:fluoro\w*|imaging|guidance|ultrasound|ct) (?:guidance )?codes?\b", re.I
)
EPIDURAL = ("interlaminar", "catheter", "transforaminal")
"""Families whose imaging bundling.toml speaks of."""
LIMIT = re.compile(r"\bmues?\b|\bmai\b|\bunlikely\b", re.I)


def image_codes(reading: Reading, book: Codebook) -> tuple[str, ...]:
    found = [c for c in (*reading.codes, *reading.billed) if c in book.codes]
    return tuple(dict.fromkeys(c for c in found if book.codes[c].family == "imaging"))


def asks_imaging(reading: Reading, book: Codebook) -> str:
    """What is asked of one imaging code by itself; nothing, where a pair is."""
    codes, text = image_codes(reading, book), reading.text
    others = [c for c in reading.codes if c not in codes]
    if WHICH.search(text) and len(others) == 1 and others[0] in book.codes:
        return "guidance"
    if len(codes) == 1 and others and all(_has_imaging(c, book) for c in others):
        return "count"
    if len(codes) != 1 or codes[0] not in reading.codes or LIMIT.search(text):
        return ""
    apart = all(c in book.codes and book.codes[c].imaging == "separate" for c in others)
    if {"26", "TC"} & set(reading.modifiers) and apart:
        return "split"
    if _no_parent(codes[0], others, book) and not reading.modifiers:
        return "parents"
    if PARENTS.search(text) and not others:
        return "parents"
    if _asks_modifier(reading, others, book):
        return "split"
    held = [book.codes[c] for c in others if c in book.codes]
    included = any(row.imaging == "included" for row in held)
    if COUNT.search(text) and not reading.modifiers and not included:
        return "count"
    return ""


def _no_parent(code: str, others: list[str], book: Codebook) -> bool:
    """Is an imaging add-on named beside one code that its table does not add it to?"""
    if book.codes[code].role != "add-on" or len(others) != 1 or others[0] not in book.codes:
        return False
    parents = {r["primary"] for r in book.large("add_ons") if r["add_on"] == code}
    return book.codes[others[0]].imaging == "separate" and others[0] not in parents


def _has_imaging(code: str, book: Codebook) -> bool:
    """Does a code outside the epidural families include its imaging?"""
    row = book.codes.get(code)
    return row is not None and row.imaging == "included" and row.family not in EPIDURAL


def _asks_modifier(reading: Reading, others: list[str], book: Codebook) -> bool:
    """Is it asked which modifier the imaging needs, beside codes that do not include it?"""
    if not re.search(r"\bmod(?:ifier)?s?\b", reading.text, re.I):
        return False
    told = set(reading.modifiers) - {"26", "TC"}
    apart = all(c in book.codes and book.codes[c].imaging == "separate" for c in others)
    placed = place_of(reading) or reading.encounter.claim
    return bool(placed) and not told and apart and not CODE_ASKED.search(reading.text)


def imaging(reading: Reading, book: Codebook) -> Iterator[Call]:
    asked = asks_imaging(reading, book)
    codes = image_codes(reading, book)
    one = call(
        "imaging",
        book,
        code=codes[0] if asked != "guidance" else "",
        asked=asked,
        beside=tuple(c for c in reading.codes if c in book.codes and c not in codes),
        claim=reading.encounter.claim,
        place_of_service=place_of(reading),
    )
    turned = reading.whether and predicate(reading.text) in ("include", "refuse")
    yield one.model_copy(update={"opposed": turned and not reading.modifiers})
