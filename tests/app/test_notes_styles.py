"""Notes in many dictation styles, and notes that tell of no work at all."""

import random
from datetime import date

import pytest

from app.interfaces.note_wire import note_out
from app.wiring import notes
from knowledge.facts import Encounter
from knowledge.tables import load
from tests.app.test_notes import parts, shown
from tests.scenarios import cases, tables

TODAY = date(2026, 11, 23)
STYLES = cases("app/notes/styles")
ELSEWHERE = tables("app/notes/elsewhere")
VISITS = 60


@pytest.fixture(scope="module")
def reader():
    return notes(load())


def known(case):
    """A case with the reason for which the reader is still wrong on it."""
    reason = case.get("known")
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    return pytest.param(case, marks=marks, id=case["id"])


def read(reader, case):
    return note_out(reader.code(case["note"], Encounter(**case.get("sent", {})), TODAY))


@pytest.mark.parametrize("case", [known(case) for case in STYLES])
def test_a_note_of_any_style_makes_its_lines(reader, case):
    found = read(reader, case)

    assert sorted(map(parts, map(shown, found.lines))) == sorted(map(parts, case["lines"]))
    assert {c.fact for c in found.contradictions} == set(case.get("conflict", []))
    assert {m.fact for m in found.missing_facts} >= set(case.get("missing", []))
    for name, words in case.get("facts", {}).items():
        assert words.lower() in found.facts[name].quote.lower()


@pytest.mark.parametrize("case", STYLES, ids=lambda case: case["id"])
def test_every_line_is_proved_by_words_at_their_place_in_the_note(reader, case):
    found = read(reader, case)

    quotes = [*found.facts.values(), *(f for p in found.procedures for f in p.facts.values())]
    quotes += [q for c in found.contradictions for q in c.quotes]
    for one in quotes:
        assert case["note"][one.start : one.end] == one.quote != ""
    proved = {n for p in found.procedures if p.facts for n in p.lines}
    assert proved == set(range(len(found.lines)))


@pytest.mark.parametrize("seed", range(VISITS))
def test_a_note_without_its_work_makes_no_line(reader, seed):
    pick = random.Random(seed)
    told = []
    for name in ("before", "findings", "findings", "planned", "talk"):
        if name == "findings" or pick.random() < 0.7:
            sentence = pick.choice(ELSEWHERE[name]).format(p=pick.choice(ELSEWHERE["procedures"]))
            told.append(sentence[:1].upper() + sentence[1:])
    if pick.random() < 0.3:
        pick.shuffle(told)
    note = pick.choice(ELSEWHERE["heads"]) + pick.choice([" ", "\n"]).join(told)

    found = read(reader, {"note": note})

    assert [shown(line) for line in found.lines] == [], note
