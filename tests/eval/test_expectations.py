"""What a case expects, field by field, against answers that hold it and answers that do not."""

import pytest
from pydantic import ValidationError

from eval.cases import Expect, Question
from eval.question_sets import Sample
from eval.records import Record
from eval.scoring.expectations import checks, verdicts
from eval.scoring.score import score, score_all

RT = {"code": "RT", "verdict": "append"}
BILLS = {
    "outcome": "answered",
    "text": "**Bill 62323 x1: interlaminar.** [1]\nIt pays $1,276.50; modifier 59 is not needed.",
    "codes": [
        {"code": "62323", "role": "bill", "units": 1, "modifiers": [RT]},
        {"code": "77003", "role": "do_not_bill"},
        {"code": "64483", "role": "candidate"},
    ],
    "missing": [{"fact": "approach"}],
}


@pytest.mark.parametrize(
    ("expect", "holds"),
    [
        ({"outcome": ("answered",)}, True),
        ({"outcome": ("declined", "not_covered")}, False),
        ({"bill": ("62323",)}, True),
        ({"bill": ("62321",)}, False),
        ({"bill": ()}, False),
        ({"bill": ("62321",), "or_bill": (("62323",),)}, True),
        ({"units": {"62323": 1}}, True),
        ({"units": {"62323": 2}}, False),
        ({"units": {"62321": 1}}, False),
        ({"candidates": ("64483",)}, True),
        ({"candidates": ("64479",)}, False),
        ({"missing": ("approach",)}, True),
        ({"missing": ("region",)}, False),
        ({"do_not_bill": ("77003",)}, True),
        ({"do_not_bill": ("62323",)}, False),
        ({"never": ("77003", "62321")}, True),
        ({"never": ("62323",)}, False),
        ({"names": ("62323",)}, True),
        ({"names": ("62327",)}, False),
        ({"append": ("RT",)}, True),
        ({"append": ("LT",)}, False),
        ({"append": ("59",)}, False),
        ({"do_not_append": ("59",)}, True),
        ({"do_not_append": ("RT",)}, False),
        ({"amounts": (1276.5,)}, True),
        ({"amounts": (276.5,)}, False),
        ({"must": ("interlaminar|caudal",)}, True),
        ({"must": ("transforaminal",)}, False),
        ({"must_not": ("transforaminal",)}, True),
        ({"must_not": ("it pays",)}, False),
    ],
)
def test_each_expectation_can_hold_and_can_fail(expect, holds):
    (check,) = checks(Expect(**expect), BILLS)

    assert check.holds is holds


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("**No: 77003 is not billed.** [1]", {"no"}),
        ("Never append 50.", {"no"}),
        ("Yes: both may be billed.", {"yes"}),
        ("Yes, but only if separate.", {"yes", "depends"}),
        ("Only if separate.", {"depends"}),
        ("It depends on the approach.", {"depends"}),
        ("72275 was deleted on 2022-01-01.", {"no"}),
        ("Medicare does not cover it.", {"no"}),
        ("62321 is the code for the neck.", set()),
    ],
)
def test_how_a_first_sentence_is_read(text, read):
    assert verdicts(text) == read


def asked(expect, answer, wordings=1, **case):
    told = Question(
        id="core-test-001",
        name="a case of a test",
        provenance="worked by hand",
        questions=tuple(f"question {n}?" for n in range(wordings)),
        expect=Expect(**expect),
        **case,
    )
    samples = [Sample(f"core-test-001#{n + 1}", "core", told, n) for n in range(wordings)]
    answers = answer if isinstance(answer, list) else [answer]
    return [
        (s, Record(id=s.id, case=told.id, set="core", answer=a))
        for s, a in zip(samples, answers, strict=True)
    ]


def graded(expect, answer, **case):
    sample, record = asked(expect, answer, **case)[0]
    return score(sample, record, {}, frozenset())


def test_grades():
    retreat = {"text": "Not covered.", "outcome": "not_covered", "codes": []}

    assert graded({"bill": ("62323",)}, BILLS).grade == "C"
    assert graded({"bill": ("62323",), "must": ("fluoro",)}, BILLS).grade == "P"
    assert graded({"bill": ("62321",)}, BILLS).grade == "I"
    assert graded({"bill": ("62323",)}, {"text": "a bare text"}).grade == "X"
    assert graded({"bill": ("62323",)}, None).grade == "X"
    assert graded({"outcome": ("answered",), "bill": ("62323",)}, retreat).grade == "N"


def test_a_feature_that_is_not_built_is_never_passed_but_its_wrong_codes_count():
    wrong = graded({"bill": ("64490",)}, BILLS, needs=("families",))
    right = graded({"bill": ("62323",)}, BILLS, needs=("families",))

    assert (wrong.grade, wrong.critical) == ("B", True)
    assert (right.grade, right.critical) == ("B", False)


def test_a_wrong_bill_is_critical_and_weighs_by_severity():
    assert graded({"never": ("62323",)}, BILLS, severity="critical").cost == 1.0
    assert graded({"bill": ("62321",)}, BILLS, severity="minor").cost == 0.2
    assert graded({"never": ("62321",)}, BILLS).critical is False
    assert graded({"must": ("x",)}, BILLS).critical is None


def test_wordings_answered_alike_are_consistent():
    same = score_all(asked({"bill": ("62323",)}, [BILLS, BILLS], 2), {}, frozenset())
    other = {**BILLS, "codes": []}
    unlike = score_all(asked({"bill": ("62323",)}, [BILLS, other], 2), {}, frozenset())

    assert [s.consistent for s in same] == [True, None]
    assert [s.consistent for s in unlike] == [False, None]


BASE = {"id": "core-x-1", "name": "a case of a test", "provenance": "by hand"}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"expect": {}}, "expects nothing"),
        ({"expect": {"bil": ["62321"]}}, "Extra inputs"),
        ({"expect": {"must": ["("]}}, "no regular expression"),
        ({"expect": {"must": ["x*"]}}, "matches anything"),
        ({"expect": {"bill": []}, "questions": ["a?", "a?"]}, "same words twice"),
        ({"expect": {"outcome": ["maybe"]}}, "answered"),
        ({"expect": {"bill": []}, "id": "Core 1"}, "pattern"),
    ],
)
def test_a_case_that_could_not_fail_is_an_error(fields, why):
    with pytest.raises(ValidationError, match=why):
        Question(**{**BASE, "questions": ["q?"], **fields})
