"""What goes on the claim for an injection as askers tell it: tests/scenarios/procedures.toml."""

import pytest

from tests.scenarios import cases

CASES = cases("scenarios/procedures")
OPENINGS = {"yes": ("**Yes",), "no": ("**No", "**Not")}


def billed(answer):
    lines = [c for c in answer.codes if c.role == "bill"]
    return {c.code + (f"x{c.units}" if (c.units or 1) > 1 else "") for c in lines}


def told(answer, verdict):
    return {m.code for c in answer.codes for m in c.modifiers if m.verdict == verdict}


@pytest.mark.parametrize("case", CASES, ids=[c["text"] for c in CASES])
def test_an_injection_told_of_gets_its_codes(case, ask):
    answer = ask(case["text"])

    assert billed(answer) == set(case.get("bill", []))
    assert set(case.get("asks", [])) <= {m.fact for m in answer.missing}
    assert set(case.get("append", [])) <= told(answer, "append")
    assert set(case.get("do_not_append", [])) <= told(answer, "do_not_append")
    assert set(case.get("refuses", [])) <= {c.code for c in answer.codes if c.role == "do_not_bill"}
    if "opens" in case:
        assert answer.text.startswith(OPENINGS[case["opens"]])
    assert not any("withheld" in c.text for c in answer.cautions)
