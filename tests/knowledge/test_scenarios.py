"""Run the scenario tables in tests/scenarios, one test for each case.

A case is data: what was asked, and what must and must not be said. The files say in their first
lines which fields they know; a field not known here fails, so that no expectation is skipped.
"""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.decisions import Decided, Decision, NotCovered, Undecided
from knowledge.errors import UnknownCode
from knowledge.tables import load
from knowledge.topics import RULES

FOLDER = Path(__file__).parent.parent / "scenarios"
TODAY = date(2026, 11, 24)

Case = dict[str, Any]


def cases(topic: str, kind: str = "case") -> list[Any]:
    """The cases of one file as test parameters, named as the file names them."""
    table = tomllib.loads((FOLDER / f"{topic}.toml").read_text("utf-8"))
    return [pytest.param(topic, case, id=f"{topic}: {case['name']}") for case in table[kind]]


def every_case() -> list[Any]:
    return [case for topic in RULES if topic != "select_code" for case in cases(topic)]


def decide(topic: str, ask: dict[str, Any], case: Case) -> Decision:
    rule = RULES[topic]
    return rule.decide(rule.takes(**ask), load().on(case.get("on", TODAY)))


def told(decision: Decision) -> str:
    """The verdict and its reasons, as a reader sees them."""
    return "\n".join((decision.verdict, *(step.because for step in decision.steps)))


def check_words(case: Case, decision: Decision) -> None:
    text = told(decision)
    for pattern in case.get("says", ()):
        assert re.search(pattern, text), f"not said: {pattern}\n{text}"
    for pattern in case.get("never_says", ()):
        assert not re.search(pattern, text), f"said: {pattern}\n{text}"
    cautions = "\n".join(c.text for c in decision.cautions)
    for pattern in case.get("cautions", ()):
        assert re.search(pattern, cautions), f"no caution: {pattern}\n{cautions}"
    for pattern in case.get("no_cautions", ()):
        assert not re.search(pattern, cautions), f"caution: {pattern}\n{cautions}"


WORDS = {"name", "on", "says", "never_says", "cautions", "no_cautions"}


# --- select_code --------------------------------------------------------------

SELECT = {
    *WORDS, "facts", "code", "units", "add_on", "add_on_units", "undecided", "candidates",
    "not_covered", "nearest", "assumed", "flips",
}  # fmt: skip


@pytest.mark.parametrize(("topic", "case"), cases("select_code"))
def test_select_code(topic: str, case: Case):
    assert set(case) <= SELECT, f"fields not known: {set(case) - SELECT}"
    assert len({"code", "undecided", "not_covered"} & set(case)) == 1

    decision = decide(topic, case["facts"], case)

    check_words(case, decision)
    if "assumed" in case:
        assert [a.fact for a in getattr(decision, "assumed", ())] == case["assumed"]
    if "code" in case:
        check_bill(case, decision)
    elif "undecided" in case:
        assert isinstance(decision, Undecided), decision.verdict
        assert [m.fact for m in decision.missing] == case["undecided"]
        assert list(decision.candidates) == case["candidates"]
    else:
        assert isinstance(decision, NotCovered), decision.verdict
        assert set(case.get("nearest", ())) <= set(decision.nearest)


def check_bill(case: Case, decision: Decision) -> None:
    assert isinstance(decision, Decided), decision.verdict
    wanted = [(case["code"], case.get("units", 1))]
    if "add_on" in case:
        wanted.append((case["add_on"], case["add_on_units"]))
    assert [(line.code, line.units) for line in decision.codes] == wanted
    assert all(line.role == "bill" for line in decision.codes)
    for fact, code in case.get("flips", {}).items():
        leads = {f.code or "none" for f in decision.flips if f.fact == fact}
        assert code in leads, f"a change of {fact} leads to {leads or 'nothing'}"


# --- kinds of procedure beside the epidural injections --------------------------

KINDS = {
    "name", "on", "facts", "bill", "undecided", "candidates", "not_covered", "assumed", "says",
}  # fmt: skip


@pytest.mark.parametrize(("topic", "case"), cases("kinds"))
def test_select_code_of_other_kinds(topic: str, case: Case):
    assert set(case) <= KINDS, f"fields not known: {set(case) - KINDS}"
    assert len({"bill", "undecided", "not_covered"} & set(case)) == 1

    decision = decide("select_code", case["facts"], case)

    check_words({k: v for k, v in case.items() if k == "says"}, decision)
    if "assumed" in case:
        assert [a.fact for a in getattr(decision, "assumed", ())] == case["assumed"]
    if "bill" in case:
        assert isinstance(decision, Decided), decision.verdict
        assert {x.code: x.units for x in decision.codes if x.role == "bill"} == case["bill"]
    elif "undecided" in case:
        assert isinstance(decision, Undecided), decision.verdict
        assert [m.fact for m in decision.missing] == case["undecided"]
        assert sorted(decision.candidates) == sorted(case["candidates"])
    else:
        assert isinstance(decision, NotCovered), decision.verdict


# --- the other topics ---------------------------------------------------------

ASKED = {
    *WORDS, "ask", "verdict", "not_covered", "unknown_code", "do_not_bill", "modifier",
    "first_step",
}  # fmt: skip


@pytest.mark.parametrize(("topic", "case"), every_case())
def test_topic(topic: str, case: Case):
    assert set(case) <= ASKED, f"fields not known: {set(case) - ASKED}"
    if case.get("unknown_code"):
        with pytest.raises(UnknownCode):
            decide(topic, case["ask"], case)
        return

    decision = decide(topic, case["ask"], case)

    assert isinstance(decision, NotCovered) == bool(case.get("not_covered")), decision.verdict
    assert decision.verdict.startswith(case.get("verdict", "")), decision.verdict
    check_words(case, decision)
    if "do_not_bill" in case:
        lines = getattr(decision, "codes", ())
        assert [x.code for x in lines if x.role == "do_not_bill"] == case["do_not_bill"]
    # the first verdict on each modifier is the one that answers
    said = {m.code: m.verdict for x in getattr(decision, "codes", ()) for m in x.modifiers[::-1]}
    for modifier, verdict in case.get("modifier", {}).items():
        assert said.get(modifier) == verdict, said
    if "first_step" in case:
        assert decision.steps[0].row == case["first_step"], [s.row for s in decision.steps]


# --- NCCI pairs ----------------------------------------------------------------


@pytest.mark.parametrize(("topic", "pair"), cases("bundling", "pair"))
def test_pair(topic: str, pair: Case):
    """The edit as the reference rules have it, direction and indicator, or no edit at all."""
    one, other, indicator = pair["column1"], pair["column2"], pair["indicator"]
    for ask in ({"code": one, "beside": other}, {"code": other, "beside": one}):
        decision = decide(topic, ask, {})
        steps = [s for s in decision.steps if s.row.startswith("ncci_pairs/")]
        assert len(steps) == 1, decision.verdict
        if indicator == "no edit":
            assert "has no edit between" in steps[0].because
            continue
        assert steps[0].row == f"ncci_pairs/{one}/{other}"
        assert f"indicator {indicator}:" in steps[0].because
        assert (other, "do_not_bill") in {(x.code, x.role) for x in decision.codes} or (
            indicator == "1"
        )


# --- fees ---------------------------------------------------------------------


@pytest.mark.parametrize(("topic", "fee"), cases("payment", "fee"))
def test_fee_of_the_year(topic: str, fee: Case):
    """Asked by year and by date of service, by place and without one."""
    office, facility = (f"{fee[k]:.2f}" for k in ("office", "facility"))
    day = date(fee["year"], 11, 23)
    by_date = decide(topic, {"code": fee["code"]}, {"on": day})
    by_year = decide(topic, {"code": fee["code"], "year": fee["year"]}, {})
    in_office = decide(topic, {"code": fee["code"], "place_of_service": "11"}, {"on": day})
    in_asc = decide(topic, {"code": fee["code"], "place_of_service": "24"}, {"on": day})

    for decision in (by_date, by_year):
        assert f"${office} in the office and ${facility} in a facility" in decision.verdict
        assert decision.verdict.startswith(f"Medicare {fee['year']}, national")
    assert f"${office} in the office." in in_office.verdict
    assert facility not in in_office.verdict
    assert f"${facility} in a facility" in in_asc.verdict
    assert office not in in_asc.verdict
