"""Dialogues, notes and claims against their cases: lists of checks, as for questions. Pure.

Knows the public shapes of `/v1/ask`, `/v1/notes` and `/v1/claims/check` only.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from eval.cases import Claim, Dialogue, Line, Note
from eval.scoring.expectations import Check, checks


def dialogue(case: Dialogue, turns: Sequence[dict[str, Any]]) -> list[Check]:
    """The checks of every turn, with what it kept of the earlier ones."""
    found = []
    for number, (turn, answer) in enumerate(zip(case.turns, turns, strict=True), 1):
        kept = {a["fact"] for a in answer.get("assumed", ()) if a.get("from") == "earlier_turn"}
        own = checks(turn.expect, answer)
        own += [Check("keeps", fact in kept, fact) for fact in turn.keeps]
        own += [Check("drops", fact not in kept, fact) for fact in turn.drops]
        found += [Check(c.name, c.holds, f"turn {number}: {c.why}") for c in own]
    return found


def note(case: Note, answer: dict[str, Any]) -> list[Check]:
    """Claim lines, facts with the words that prove them, what is missing or contradictory."""
    lines = [_line(line) for line in answer["lines"]]
    right = [_wanted(case.lines), *map(_wanted, case.or_lines)]
    codes = {code for wanted in right for code, *_ in wanted}
    found = [
        Check("bill", sorted(lines) in right, "; ".join(map(str, lines)) or "no line"),
        Check("never", all(code in codes for code, *_ in lines), "a line nobody expects"),
    ]
    for fact, words in case.facts.items():
        quote = (answer["facts"].get(fact) or {}).get("quote", "")
        found.append(Check("facts", _shares(words, quote), f"{fact}: {quote or 'nothing'}"))
    asked = {m["fact"] if isinstance(m, dict) else m for m in answer["missing_facts"]}
    found += [Check("missing", fact in asked, fact) for fact in case.missing]
    told = {c["fact"] for c in answer["contradictions"]}
    found += [Check("contradictions", fact in told, fact) for fact in case.contradictions]
    shown = {d["element"]: d["status"] for d in answer["documentation"]}
    gaps = " ".join(element for element, status in shown.items() if status != "found").lower()
    found += [Check("gaps", gap.lower() in gaps, gap) for gap in case.gaps]
    return found


def claim(case: Claim, answer: dict[str, Any]) -> list[Check]:
    """The verdict, every planted fault, and nothing else that stops the claim."""
    told = {(f["rule"], tuple(sorted(f["lines"]))): f["severity"] for f in answer["findings"]}
    wanted = {(f.rule, tuple(sorted(f.lines))) for f in case.findings}
    found = [Check("verdict", answer["verdict"] == case.verdict, answer["verdict"])]
    found += [Check("findings", one in told, f"{one[0]} on {one[1]}") for one in sorted(wanted)]
    extra = [one for one, severity in told.items() if severity == "error" and one not in wanted]
    found.append(Check("no_other", not extra, "; ".join(f"{r} on {n}" for r, n in extra)))
    return found


def _wanted(lines: Sequence[Line]) -> list[tuple[Any, ...]]:
    return sorted(_line(line.model_dump()) for line in lines)


def _line(line: dict[str, Any]) -> tuple[Any, ...]:
    """Code, units, modifiers and diagnoses, in an order that does not matter."""
    return (
        line["code"],
        line.get("units") or 1,
        tuple(sorted(_names(line.get("modifiers") or ()))),
        tuple(sorted(line.get("diagnoses") or ())),
    )


def _names(modifiers: Sequence[Any]) -> Iterator[str]:
    for modifier in modifiers:
        yield modifier["code"] if isinstance(modifier, dict) else modifier


def _shares(words: str, quote: str) -> bool:
    """Whether two stretches of the same note overlap in their words."""
    one, other = " ".join(words.lower().split()), " ".join(quote.lower().split())
    return bool(other) and (one in other or other in one)
