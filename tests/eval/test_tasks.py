"""Dialogues, notes and claims are judged by their public shapes, before they are built."""

import pytest

from eval.cases import Claim, Dialogue, Note
from eval.scoring import tasks

BASE = {"id": "set-x-1", "name": "a case of a test", "provenance": "worked by hand"}


def failing(made):
    return sorted({c.name for c in made if c.holds is False})


TALK = Dialogue(
    **BASE,
    turns=[
        {"say": "C7-T1 interlaminar, fluoro?", "expect": {"bill": ["62321"]}},
        {
            "say": "and lumbar?",
            "expect": {"bill": ["62323"]},
            "keeps": ["imaging"],
            "drops": ["region"],
        },
    ],
)


def turn(code, *kept):
    assumed = [{"fact": f, "from": "earlier_turn"} for f in kept]
    return {"text": "", "codes": [{"code": code, "role": "bill"}], "assumed": assumed}


@pytest.mark.parametrize(
    ("turns", "fails"),
    [
        ([turn("62321"), turn("62323", "imaging", "approach")], []),
        ([turn("62321"), turn("62321", "imaging")], ["bill"]),
        ([turn("62321"), turn("62323")], ["keeps"]),
        ([turn("62321"), turn("62323", "imaging", "region")], ["drops"]),
    ],
)
def test_every_turn_of_a_dialogue_counts(turns, fails):
    assert failing(tasks.dialogue(TALK, turns)) == fails


NOTE = Note(
    **BASE,
    note_text="Tuohy advanced to C7-T1 under fluoroscopy, loss of resistance, depo 80.",
    lines=[{"code": "62321", "diagnoses": ["M54.12"]}],
    facts={"imaging": "under fluoroscopy"},
    gaps=["consent"],
)


def noted(**fields):
    return {
        "lines": [{"code": "62321", "units": 1, "modifiers": [], "diagnoses": ["M54.12"]}],
        "facts": {"imaging": {"value": "fluoroscopy", "quote": "fluoroscopy"}},
        "missing_facts": [],
        "contradictions": [],
        "documentation": [{"element": "Consent", "status": "missing"}],
    } | fields


@pytest.mark.parametrize(
    ("answer", "fails"),
    [
        (noted(), []),
        (noted(lines=[]), ["bill"]),
        (noted(lines=[{"code": "62323", "diagnoses": ["M54.12"]}]), ["bill", "never"]),
        (noted(facts={}), ["facts"]),
        (noted(documentation=[]), ["gaps"]),
    ],
)
def test_a_note_is_judged_by_its_lines_and_its_proofs(answer, fails):
    assert failing(tasks.note(NOTE, answer)) == fails


CLAIM = Claim(
    **BASE,
    lines=[{"code": "62321"}, {"code": "77003"}],
    verdict="fix",
    findings=[{"rule": "imaging_included", "lines": [1]}],
)
FOUND = {"rule": "imaging_included", "lines": [1], "severity": "error"}
OTHER = {"rule": "unit_limit", "lines": [0], "severity": "error"}
MILD = {**OTHER, "severity": "warning"}


@pytest.mark.parametrize(
    ("verdict", "findings", "fails"),
    [
        ("fix", [FOUND], []),
        ("fix", [FOUND, MILD], []),
        ("fix", [FOUND, OTHER], ["no_other"]),
        ("clean", [], ["findings", "verdict"]),
        ("fix", [{**FOUND, "lines": [0]}], ["findings", "no_other"]),
    ],
)
def test_every_planted_fault_is_found_and_nothing_else(verdict, findings, fails):
    assert failing(tasks.claim(CLAIM, {"verdict": verdict, "findings": findings})) == fails
