"""What an asker must get on drugs, sedation, anesthesia, pumps and imaging, in several wordings."""

import re

import pytest

from tests.scenarios import cases

KNOWN = {
    "name", "questions", "fields", "outcome", "tool", "bill", "do_not_bill", "candidates",
    "missing", "append", "do_not_append", "says",
}  # fmt: skip
ASKED = [(c, q) for c in cases("scenarios/services") for q in c["questions"]]


@pytest.mark.parametrize(("case", "question"), ASKED, ids=[q for _, q in ASKED])
def test_the_answer_is_right(case, question, ask):
    assert set(case) <= KNOWN, f"fields not known: {set(case) - KNOWN}"

    answer = ask(question, **case.get("fields", {}))

    assert answer.outcome == case["outcome"], answer.text
    if "tool" in case:
        assert case["tool"] in [d.tool for d in answer.decisions]
    if "bill" in case:
        assert {c.code: c.units or 0 for c in answer.codes if c.role == "bill"} == case["bill"]
    refused = {c.code for c in answer.codes if c.role == "do_not_bill"}
    assert set(case.get("do_not_bill", [])) <= refused
    open_ = {c.code for c in answer.codes if c.role == "candidate"}
    assert set(case.get("candidates", [])) <= open_
    if "missing" in case:
        assert {m.fact for m in answer.missing} == set(case["missing"])
    told = {(m.code, m.verdict) for c in answer.codes for m in c.modifiers}
    for verdict in ("append", "do_not_append"):
        assert {(m, verdict) for m in case.get(verdict, [])} <= told
    for pattern in case.get("says", []):
        assert re.search(pattern, answer.text, re.M), answer.text


@pytest.mark.parametrize("question", [q for _, q in ASKED])
def test_nothing_is_withheld_and_all_is_cited(question, ask):
    answer = ask(question)

    assert not any("withheld" in c.text for c in answer.cautions)
    if answer.outcome in ("answered", "needs_facts"):
        assert answer.citations
    assert len(re.sub(r"\[\d+\]", "", answer.text).split()) <= 150
