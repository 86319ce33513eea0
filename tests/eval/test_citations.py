"""Citation figures on cases worked by hand, after ALCE's definitions."""

import pytest

from eval.scoring.citations import judge, pieces, supports

GUIDES = {"g": "62321 needs fluoroscopy or CT. 62320 is done without imaging guidance."}
FIRST = "62321 needs fluoroscopy or CT."
SECOND = "62320 is done without imaging guidance."


def passage(mark, quote, start=None):
    at = GUIDES["g"].index(quote) if start is None else start
    shared = {"mark": mark, "kind": "passage", "document": "g", "title": "t", "section": ["s"]}
    return shared | {"quote": quote, "start": at, "end": at + len(quote), "url": ""}


def row(mark, quote):
    shared = {"mark": mark, "kind": "table", "document": "s", "title": "t", "section": ["c", "1"]}
    return shared | {"quote": quote, "start": None, "end": None, "url": ""}


JOINED = "62321 needs fluoroscopy or CT and 62320 is done without imaging."


@pytest.mark.parametrize(
    ("name", "text", "citations", "recall", "precision"),
    [
        ("one that supports alone", f"{FIRST} [1]", [passage(1, FIRST)], 1, 1),
        ("one that says something else", f"{FIRST} [1]", [passage(1, SECOND)], 0, 0),
        (
            "two that are both needed",
            f"{JOINED} [1][2]",
            [passage(1, FIRST), passage(2, SECOND)],
            1,
            1,
        ),
        (
            "two of which one is idle",
            f"{FIRST} [1][2]",
            [passage(1, FIRST), passage(2, SECOND)],
            1,
            0.5,
        ),
        (
            "two that each support alone",
            "62321 needs fluoroscopy. [1][2]",
            [passage(1, FIRST), row(2, "Fluoroscopy is what 62321 needs.")],
            1,
            1,
        ),
        ("a sibling code", "62320 needs fluoroscopy. [1]", [passage(1, FIRST)], 0, 0),
        ("a denial", "62321 needs no fluoroscopy. [1]", [passage(1, FIRST)], 0, 0),
        ("a mark that stands for nothing", f"{FIRST} [7]", [passage(1, FIRST)], 0, 0),
    ],
)
def test_recall_and_precision(name, text, citations, recall, precision):
    found = judge({"text": text, "citations": citations}, GUIDES)

    assert (found.recall, found.precision) == (recall, precision)


def test_valid_and_verbatim():
    good = passage(1, FIRST)
    shifted = passage(1, FIRST, start=1)
    outside = {**passage(1, FIRST), "document": "gone"}

    assert judge({"text": "", "citations": [good]}, GUIDES).verbatim == 1
    assert judge({"text": "", "citations": [shifted]}, GUIDES).verbatim == 0
    assert judge({"text": "", "citations": [outside]}, GUIDES).valid == 0
    assert judge({"text": "", "citations": [row(1, "A row.")]}, GUIDES).verbatim is None


def test_a_code_without_a_mark_is_uncited_unless_a_decision_says_it():
    bare = {"text": "Bill 62321.", "citations": []}
    told = {**bare, "decisions": [{"result": {"verdict": "Bill 62321."}}]}

    assert judge(bare, GUIDES).uncited == 1
    assert judge(told, GUIDES).uncited == 0


def test_an_answer_without_citations_to_judge_is_counted_apart():
    assert judge({"text": "A bare text."}, GUIDES).recall is None


def test_sentences_keep_their_marks_and_quotations_stay_whole():
    text = "**No: not with 62321.** [1] It is included. [2][3]\n- The guide: “One. Two.” [4]"

    assert pieces(text) == [
        "**No: not with 62321.** [1]",
        "It is included. [2][3]",
        "- The guide: “One. Two.” [4]",
    ]


def test_levels_and_figures_must_stand_in_the_quotes():
    assert supports(["C7-T1 counts as cervical."], "C7-T1 is cervical.")
    assert not supports(["C7-T1 counts as cervical."], "T12-L1 is cervical.")
    assert not supports(["Medicare pays $276.56."], "Medicare pays $267.56.")
