"""Questions as a busy desk types them, each with the verdict it must lead with."""

import re

import pytest

from app.ask.grounding import QUOTE
from tests.scenarios import cases

LINE = re.compile(r"([A-Z0-9]+)(?:x(\d+))?((?:-\w\w)*)$")
CASES = cases("scenarios/desk")


def line(written):
    """ "64484x2-LT" as code, units and modifiers."""
    code, units, modifiers = LINE.match(written).groups()
    return code, int(units or 0), set(filter(None, modifiers.split("-")))


def verdicts(answer, code, *wanted):
    """The modifiers of a code whose verdict is one of these."""
    return {
        m.code for c in answer.codes if c.code == code for m in c.modifiers if m.verdict in wanted
    }


def of_role(answer, role):
    return {code.code: code for code in answer.codes if code.role == role}


@pytest.mark.parametrize("case", CASES, ids=[c["asked"] for c in CASES])
def test_the_desk_gets_its_verdict(case, ask):
    answer = ask(case["asked"])
    told = QUOTE.sub("", answer.text)
    first = re.sub(r"\*\*|\[\d+\]", "", told.split("\n")[0]).strip()

    outcomes = case.get("outcome", "answered")
    assert answer.outcome in ([outcomes] if isinstance(outcomes, str) else outcomes)
    if "bill" in case:
        billed = of_role(answer, "bill")
        assert set(billed) == {line(one)[0] for one in case["bill"]}
        for code, units, modifiers in map(line, case["bill"]):
            assert not units or billed[code].units == units
            assert modifiers <= verdicts(answer, code, "append")
    for code, _, modifiers in map(line, case.get("append", [])):
        assert modifiers <= verdicts(answer, code, "append", "depends")
    assert set(case.get("do_not_bill", [])) <= set(of_role(answer, "do_not_bill"))
    assert set(case.get("candidates", [])) <= set(of_role(answer, "candidate"))
    if "lead" in case:
        assert re.search(case["lead"], first, re.I), first
    for pattern in case.get("says", []):
        assert re.search(pattern, answer.text, re.I), pattern
    for pattern in case.get("never", []):
        assert not re.search(pattern, told, re.I | re.M), pattern
