"""The fifty worked scenarios of the reference dossier, asked as a coder asks and as a rule is."""

import re

import pytest

from knowledge.tables import load
from knowledge.topics import RULES
from tests.conftest import TODAY
from tests.scenarios import cases

KNOWN = {
    "number", "name", "question", "fields", "outcome", "bill", "do_not_bill", "append",
    "never_bills", "says", "open", "on", "rule", "facts", "rule_says",
}  # fmt: skip
CASES = cases("scenarios/dossier")


def named(cases, open_too):
    """The cases as test parameters; an open one must fail, until it is right and no more open."""
    return [
        pytest.param(
            case,
            id=f"{case['number']} {case['name']}",
            marks=[pytest.mark.xfail(reason=case["open"], strict=True)]
            if "open" in case and open_too
            else [],
        )
        for case in cases
    ]


def test_each_scenario_of_the_dossier_stands_here_once():
    assert [case["number"] for case in CASES] == list(range(1, 51))


@pytest.mark.parametrize("case", named(CASES, open_too=True))
def test_the_answer_is_the_dossiers(case, ask):
    assert set(case) <= KNOWN, f"fields not known: {set(case) - KNOWN}"

    answer = ask(case["question"], **case.get("fields", {}))

    assert answer.outcome == case.get("outcome", "answered"), answer.text
    billed = {line.code: line.units or 0 for line in answer.codes if line.role == "bill"}
    if "bill" in case or "never_bills" in case:
        assert billed == case.get("bill", {}), answer.text
    refused = {line.code for line in answer.codes if line.role == "do_not_bill"}
    assert set(case.get("do_not_bill", [])) <= refused, answer.text
    told = {
        f"{line.code}-{m.code}"
        for line in answer.codes
        for m in line.modifiers
        if m.verdict == "append"
    }
    assert set(case.get("append", [])) <= told, answer.text
    text = "\n".join((answer.text, *(c.text for c in answer.cautions)))
    for pattern in case.get("says", []):
        assert re.search(pattern, text, re.I), f"not said: {pattern}\n{text}"


@pytest.mark.parametrize("case", named([c for c in CASES if "facts" in c], open_too=False))
def test_the_rule_decides_as_the_dossier(case):
    rule = RULES[case.get("rule", "select_code")]

    decision = rule.decide(rule.takes(**case["facts"]), load().on(case.get("on", TODAY)))

    codes = getattr(decision, "codes", ())
    if rule.name == "select_code":
        billed = {line.code: line.units for line in codes if line.role == "bill"}
        assert billed == case["bill"], decision.verdict
    else:
        refused = {line.code for line in codes if line.role == "do_not_bill"}
        assert set(case.get("do_not_bill", [])) <= refused, decision.verdict
    told = "\n".join((decision.verdict, *(step.because for step in decision.steps)))
    for pattern in case.get("rule_says", []):
        assert re.search(pattern, told), told
