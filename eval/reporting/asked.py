"""What a case asks, what it expects, and what each check found, in words. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from eval.cases import Case, Claim, Dialogue, Expect, Note, Question
from eval.reporting.words import HELD, plain
from eval.scoring.expectations import Check

TURN = re.compile(r"turn (\d+): (.*)", re.S)
SIMPLE = re.compile(r"(?:[\w $,'%/-]|\.\?|\|)+")
"""A pattern that is no more than words, one of which must be there."""
PATTERNS = ("must", "must_not", "guide_says")
GRADES = {3: "", 2: " (in part)", 1: " (to the point)"}
APART = frozenset((*Case.model_fields, "questions", "context", "turns", "note_text", "expect"))
"""Fields of a case that are not expectations."""


def context(case: Case) -> list[tuple[str, str]]:
    """The fields sent beside the question."""
    held = getattr(case, "context", None)
    found = held.model_dump(mode="json", exclude_none=True) if held else {}
    return [(name.replace("_", " "), str(value)) for name, value in found.items()]


def expected(case: Case) -> list[tuple[str, str]]:
    """Each expectation by name; of a dialogue, turn by turn."""
    if isinstance(case, Question):
        return list(_expected(case.expect))
    if isinstance(case, Dialogue):
        found = []
        for n, turn in enumerate(case.turns, 1):
            own = [
                *_expected(turn.expect),
                *_kept("keeps", turn.keeps),
                *_kept("drops", turn.drops),
            ]
            found += [(f"turn {n}: {name}", text) for name, text in own]
        return found
    inputs = {"lines", "prior_sessions"} if isinstance(case, Claim) else set()
    told = case.model_dump(mode="json", exclude_defaults=True)
    kept = {k: v for k, v in told.items() if k not in APART | inputs}
    if isinstance(case, Note):
        kept = {"lines": told.get("lines", [])} | kept
    return [(_name(k), plain(v)) for k, v in kept.items()]


def _expected(expect: Expect) -> Iterator[tuple[str, str]]:
    told = expect.model_dump(mode="json", exclude_defaults=True, exclude={"gold"})
    if expect.bill is not None:
        told["bill"] = list(expect.bill)
    for name, value in told.items():
        shown = [v.replace("_", " ") for v in value] if name in ("outcome", "missing") else value
        if name in ("outcome", "verdict"):
            yield _name(name), " or ".join(shown)
        elif name == "or_bill":
            yield _name(name), "; ".join(map(_set, value))
        elif name in PATTERNS:
            # one line each: a pattern may hold commas
            yield from ((_name(name), words(pattern)) for pattern in value)
        else:
            yield _name(name), plain(shown)
    for gold in expect.gold:
        yield _name("gold"), f"“{gold.quote}”{GRADES[gold.grade]}"


def words(pattern: str) -> str:
    """A regular expression as the words it looks for, where it is as plain as that."""
    if not SIMPLE.fullmatch(pattern):
        return f"pattern {pattern}"
    return " or ".join(f"“{w}”" for w in pattern.replace(".?", " ").split("|") if w)


def _kept(name: str, facts: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(_name(name), plain(list(facts)))] if facts else []


def _name(field: str) -> str:
    return HELD.get(field, field.replace("_", " "))


def gold(case: Case) -> list[str]:
    """The words that a search should find."""
    return [g.quote for g in case.expect.gold] if isinstance(case, Question) else []


def says(case: Case) -> list[str]:
    """What is said turn by turn; of a note its text."""
    if isinstance(case, Dialogue):
        return [turn.say for turn in case.turns]
    return [case.note_text] if isinstance(case, Note) else []


def send(case: Case) -> dict[str, Any]:
    """Route and body of the request, but for the words of a question or turn."""
    held = getattr(case, "context", None)
    fields = held.model_dump(mode="json", exclude_none=True) if held else {}
    if isinstance(case, Note):
        fields.pop("locality", None)
        return {"route": "/v1/notes", "body": {"note": case.note_text} | fields}
    if isinstance(case, Claim):
        fields.pop("locality", None)
        wanted = case.model_dump(mode="json", include={"lines", "prior_sessions"})
        return {"route": "/v1/claims/check", "body": wanted | fields}
    return {"route": "/v1/ask", "body": fields}


def told(check: Check, case: Case) -> str:
    """What a check found, beside what was wanted where the reason alone does not say."""
    found = TURN.fullmatch(check.why)
    if isinstance(case, Dialogue) and found:
        turn = case.turns[int(found[1]) - 1]
        return f"turn {found[1]}: {_beside(check.name, found[2], turn.expect)}"
    return _beside(check.name, check.why, case.expect) if isinstance(case, Question) else check.why


def _beside(name: str, why: str, expect: Expect) -> str:
    if name == "outcome":
        return f"wanted {' or '.join(expect.outcome)}, was {why}".replace("_", " ")
    if name == "verdict":
        return f"wanted {' or '.join(expect.verdict)}, {why}"
    if name == "bill":
        wanted = [expect.bill or (), *expect.or_bill]
        return f"wanted {' or '.join(map(_set, wanted))}, billed {why}"
    if name == "never":
        return f"wrongly billed: {why}"
    if name == "units":
        code, _, given = why.partition(" x")
        told = "not billed with units" if given == "None" else f"given x{given}"
        return f"wanted {code} x{expect.units.get(code, '?')}, {told}"
    if name in PATTERNS:
        return words(why)
    return why.replace("_", " ") if name == "missing" else why


def _set(codes: Any) -> str:
    return " + ".join(codes) or "no code"
