"""Procedure notes in many dictation styles, each with the lines a coder would send."""

import random
import re
from datetime import date
from pathlib import Path

import pytest

from app.interfaces.note_wire import note_out
from app.wiring import notes
from knowledge.facts import Encounter
from knowledge.tables import load
from tests.scenarios import cases

FOLDER = Path(__file__).parent / "notes"
TODAY = date(2026, 11, 23)
CASES = cases("app/notes")
SHORT = cases("app/notes_short")
FRESH = cases("app/notes/fresh")
"""Written by someone who had not seen the reader."""
FRESH_SHORT = cases("app/notes/fresh_short")


@pytest.fixture(scope="module")
def reader():
    return notes(load())


def shown(line):
    """A line as the expectations write it: "64484 x2 RT [M54.16]"."""
    units = [f"x{line.units}"] if line.units > 1 else []
    named = [f"[{' '.join(sorted(line.diagnoses))}]"] if line.diagnoses else []
    return " ".join([line.code, *units, *sorted(line.modifiers), *named])


def known(case):
    """A case with the reason for which the reader is still wrong on it."""
    reason = case.get("known")
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    return pytest.param(case, marks=marks, id=case["note"])


def text_of(case):
    """The note of a case; a fresh one has its own folder."""
    folder = FOLDER / "fresh" if case in FRESH else FOLDER
    return (folder / f"{case['note']}.txt").read_text("utf-8")


def parts(line):
    """What a line holds, in an order that does not matter."""
    return sorted(re.findall(r"[\w.]+", line))


@pytest.mark.parametrize("case", [known(case) for case in CASES + FRESH])
def test_a_note_makes_its_lines(reader, case):
    text = text_of(case)
    sent = Encounter(**case.get("sent", {}))

    found = note_out(reader.code(text, sent, TODAY))

    assert sorted(map(parts, map(shown, found.lines))) == sorted(map(parts, case["lines"]))
    assert {c.fact for c in found.contradictions} == set(case.get("conflict", []))
    assert {m.fact for m in found.missing_facts} >= set(case.get("missing", []))
    absent = " ".join(e.element for e in found.documentation if e.status != "found").lower()
    for gap in case.get("gaps", []):
        assert gap in absent
    for name, words in case.get("facts", {}).items():
        assert words.lower() in found.facts[name].quote.lower()


@pytest.mark.parametrize("case", SHORT + FRESH_SHORT, ids=lambda case: case["id"])
def test_a_short_note_makes_its_lines(reader, case):
    found = note_out(reader.code(case["note"], Encounter(**case.get("sent", {})), TODAY))

    assert sorted(map(parts, map(shown, found.lines))) == sorted(map(parts, case["lines"]))
    assert found.outcome in ("answered", "needs_facts")
    for quote in found.facts.values():
        assert case["note"][quote.start : quote.end] == quote.quote


@pytest.mark.parametrize("case", CASES + FRESH, ids=lambda case: case["note"])
def test_every_quote_stands_in_the_note_at_its_place(reader, case):
    text = text_of(case)

    found = note_out(reader.code(text, Encounter(), TODAY))

    quotes = [*found.facts.values()]
    quotes += [f for p in found.procedures for f in p.facts.values()]
    quotes += [q for c in found.contradictions for q in c.quotes]
    quotes += [e for e in found.documentation if e.quote]
    for one in quotes:
        assert text[one.start : one.end] == one.quote != ""


def test_any_splice_of_notes_is_read_and_quoted_letter_by_letter(reader):
    texts = [path.read_text("utf-8") for path in sorted(FOLDER.glob("*.txt"))]
    pick = random.Random(4)
    for _ in range(60):
        one, other = pick.choice(texts), pick.choice(texts)
        text = one[pick.randrange(len(one)) :] + other[: pick.randrange(1, len(other))]
        text = text.replace(" ", pick.choice([" ", "  ", "\t", "\u00a0"]))
        text = text.replace("\n", pick.choice(["\n", "\r\n"])).replace("L", pick.choice("L\uff2c"))

        found = note_out(reader.code(text, Encounter(), TODAY))

        for quote in (*found.facts.values(), *(q for c in found.contradictions for q in c.quotes)):
            assert text[quote.start : quote.end] == quote.quote
