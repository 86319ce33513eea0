"""How the report calls things and writes figures, for readers who know no statistics. Pure."""

import math
from collections.abc import Mapping
from typing import Any

from eval.scoring.summary import METRICS
from eval.statistics import Interval

SETS = {
    "smoke": ("Quick check", "Questions that must never go wrong, one of every kind."),
    "core": ("Core coding", "Codes, units, modifiers, bundling, coverage and payment."),
    "guide": ("The guide", "What the 62321 guide says, and where it is out of date."),
    "abstain": ("Limits", "What to refuse or ask back, among questions that only look so."),
    "adversarial": (
        "Misleading questions",
        "False premises, pressure, planted orders, odd formats.",
    ),
    "conversation": ("Conversations", "Several turns, each building on the ones before."),
    "notes": ("Procedure notes", "A note in, the claim lines out."),
    "claims": ("Claim checks", "Claim lines in, their faults out."),
    "metamorphic": ("Reworded", "One scenario in other words, or with one fact changed."),
}
"""Title and contents of each set."""

PERCENT = "\u00a0%"
"""Kept on the line of its figure."""

GRADE_MARKS = {"C": "✓", "P": "◐", "I": "✗", "N": "○", "X": "?", "B": "–"}
"""A shape beside each grade, so that colour is never needed."""

STAGES = {
    "retrieval": "The words that answer were not found",
    "reading": "The question was misread",
    "rules": "The rules or their tables gave something else",
    "writing": "Known, but not said",
    "citation": "Said, but with the wrong source",
    "": "Step not told (dialogues, notes, claims)",
}

STEPS = {
    "read": "read the question",
    "gather": "search and decide",
    "write": "write",
    "check": "check",
    "total": "whole answer",
}

CHANGES = {"lost": "was right, is not", "won": "was not, is right"}

KINDS = {
    "floor": "Floor",
    "ceiling": "Ceiling",
    "margin": "No worse than the baseline",
    "zero tolerance": "Zero tolerance",
    "mutants": "Wrong drafts caught",
    "errors": "No answer came",
}

HELD = {
    "outcome": "Outcome",
    "verdict": "First sentence says",
    "bill": "Bill exactly",
    "or_bill": "or bill",
    "units": "Units",
    "candidates": "Candidate named",
    "missing": "Asks for",
    "do_not_bill": "Told not to bill",
    "never": "Never billed",
    "names": "Names",
    "append": "Append modifier",
    "do_not_append": "Do not append",
    "amounts": "States the figure",
    "must": "Says",
    "must_not": "Does not say",
    "guide_says": "Says as the guide",
    "gold": "Words to find",
    "cites_gold": "Cites those words",
    "keeps": "Keeps from before",
    "drops": "Does not keep",
    "facts": "Fact read",
    "contradictions": "Contradiction told",
    "gaps": "Gap told",
    "findings": "Fault found",
    "no_other": "No other fault",
    "answer": "Answer",
    "lines": "Claim lines",
    "or_lines": "or the lines",
}
"""Expectations and checks by their names."""


def title(name: str) -> str:
    return SETS.get(name, (name, ""))[0]


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def says(metric: str) -> str:
    """The metric in words; its name when this harness does not know it."""
    if metric == "right":
        return "Right in every point"
    return sentence(METRICS[metric].says) if metric in METRICS else metric


def percent(value: float) -> str:
    return "-" if math.isnan(value) else f"{100 * value:.1f}{PERCENT}"


def span(interval: Interval) -> str:
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f}"


def points(value: float) -> str:
    """A difference of shares, in percentage points, with its sign."""
    told = f"{100 * value:+.1f}".replace("-", "−")
    return "0.0" if told in ("+0.0", "−0.0") else told


def count(n: int, one: str, more: str = "") -> str:
    return f"{n:,} {one if n == 1 else more or one + 's'}"


def plain(value: Any) -> str:
    """A value of a case as a coder would write it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{k.replace('_', ' ')} {plain(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        nested = any(isinstance(v, list | tuple | Mapping) for v in value)
        return ("; " if nested else ", ").join(map(plain, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
