"""A note inside the conversation: the lines first, then what proves them and what is missing."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "notes"


def note(name):
    return (FOLDER / f"{name}.txt").read_text("utf-8")


def first_sentence(answer):
    return answer.text.split(".**")[0].removeprefix("**")


def billed(answer):
    return {
        c.code: [m.code for m in c.modifiers if m.verdict == "append"]
        for c in answer.codes
        if c.role == "bill"
    }


@pytest.mark.parametrize(
    ("asked", "first", "codes"),
    [
        ("code this: " + note("03-telegram"), "Bill 62323 with M48.062", {"62323": []}),
        (
            note("21-opposite-sides"),
            "Bill 64483-RT with M48.061, M54.16 and 64484-LT with M48.061, M54.16",
            {"64483": ["RT"], "64484": ["LT"]},
        ),
        (
            "What are the codes for this note?\n" + note("09-two-regions"),
            "Bill 62321 with M54.12 and 62323 with M54.16",
            {"62321": [], "62323": []},
        ),
        ("please code this note: " + note("18-resident"), "Bill 62323-GC", {"62323": ["GC"]}),
    ],
)
def test_the_lines_stand_in_the_first_sentence(ask, asked, first, codes):
    answer = ask(asked)

    assert answer.outcome == "answered"
    assert first_sentence(answer).startswith(first)
    assert "The note says '" in answer.text
    assert billed(answer) == codes
    assert answer.citations
    assert not any("withheld" in c.text for c in answer.cautions)


def test_a_contradiction_is_told_and_nothing_is_billed(ask):
    answer = ask("code this note:\n" + note("10-conflict-approach"))

    assert answer.outcome == "needs_facts"
    assert answer.text.startswith("**The note contradicts itself on the approach:")
    assert billed(answer) == {}
    assert [m.fact for m in answer.missing] == ["approach"]
    assert not any("withheld" in c.text for c in answer.cautions)


def test_a_plan_makes_no_line(ask):
    answer = ask("code this note: " + note("24-plan-only"))

    assert first_sentence(answer).startswith("The note makes no line")
    assert billed(answer) == {}
    assert answer.citations


@pytest.mark.parametrize(
    "question",
    [
        "code this: L4-5 interlaminar under fluoro",
        "Which code for a C7-T1 interlaminar epidural steroid injection under fluoroscopy with "
        "contrast and dexamethasone, prone, Tuohy needle, loss of resistance, images saved, no "
        "complications, and does the office or the ASC change it, and what if the needle had gone "
        "through the foramen on the left instead?",
    ],
)
def test_a_question_stays_a_question(ask, question):
    answer = ask(question)

    assert "The note says" not in answer.text
    assert answer.outcome == "answered"
