"""Which table rows the tests bring up: named by a decision, or billed in one.

A row is used when a rule, asked a scenario of tests/scenarios or the row's own question, gives it
as the reason of a step, an assumption, a caution or a finding; a row that only picks a code is used
when that code stands in the decision. Nothing is asked of a model or an index.
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.errors import UnknownCode
from knowledge.rows import Row
from knowledge.rules.claim import check
from knowledge.tables import load
from knowledge.topics import RULES
from tests.knowledge.own_questions import QUESTIONS, TODAY, day_of
from tests.knowledge.test_claims import CASES, DAYS, claim_of

SCENARIOS = Path(__file__).parent.parent / "scenarios"
NAMES = ("id", "jurisdiction", "code", "level", "fact", "drug", "modifier", "by")
BY_CODE = {
    ("kinds", "choice"): "first",
    ("drugs", "drug"): "drug",
    ("sedation", "sedation"): "code",
    ("anesthesia", "anesthesia"): "code",
}
"""Rows that no step names; the code they pick is what is seen of them. Of a drug: its name."""


def name_of(file: str, row: Row, number: int) -> str:
    """The name by which a step points at the row; without one its place in the file."""
    found = next((str(getattr(row, n)) for n in NAMES if getattr(row, n, "")), str(number))
    return f"{file}/{found}"


def _seen(value: Any) -> Iterator[str]:
    """Every row that a decision names, and every code on one of its lines."""
    if isinstance(value, dict):
        if isinstance(value.get("row"), str):
            yield value["row"]
        if "role" in value and "code" in value:
            yield f"line {value['code']}"
        for part in value.values():
            yield from _seen(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _seen(part)


def _decided(rule: str, asked: dict[str, Any], on: date) -> set[str]:
    """What the decision names; nothing for a code that no table has."""
    try:
        decision = RULES[rule].decide(RULES[rule].takes(**asked), load().on(on))
    except UnknownCode:
        return set()
    found = set(_seen(decision.model_dump()))
    if rule == "drugs" and decision.kind != "not_covered":
        found.add(f"line {asked.get('drug')}")
    return found


@cache
def of_scenarios() -> frozenset[str]:
    """What the coder's own cases bring up, each asked of its rule."""
    found: set[str] = set()
    for rule in RULES:
        table = tomllib.loads((SCENARIOS / f"{rule}.toml").read_text("utf-8"))
        for case in table["case"]:
            asked = case.get("ask", case.get("facts"))
            found |= _decided(rule, asked, case.get("on", TODAY))
        for pair in table.get("pair", ()):
            asked = {"code": pair["column1"], "beside": pair["column2"]}
            found |= _decided(rule, asked, TODAY)
    for name in ("kinds", "dossier"):
        for case in tomllib.loads((SCENARIOS / f"{name}.toml").read_text("utf-8"))["case"]:
            if "facts" in case:
                rule = case.get("rule", "select_code")
                found |= _decided(rule, case["facts"], case.get("on", TODAY))
    for case in CASES:
        found |= {finding.row for finding in check(claim_of(case), DAYS, TODAY).findings}
    return frozenset(found)


def unused(file: str, kind: str) -> set[str]:
    """The names of the rows of one kind that no scenario and no question of their own brings up."""
    ask = QUESTIONS.get((file, kind), lambda row: iter(()))
    by = BY_CODE.get((file, kind))
    left = set()
    for number, row in enumerate(load().of(file, kind), 1):
        name = name_of(file, row, number)
        sign = f"line {getattr(row, by)}" if by else name
        if sign in of_scenarios():
            continue
        if not any(sign in _decided(rule, asked, day_of(row)) for rule, asked in ask(row)):
            left.add(name.partition("/")[2])
    return left
