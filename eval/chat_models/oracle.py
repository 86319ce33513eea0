"""Which sentences that were shown are wrong? Judged without the check that let them pass.

Two ways: a sentence that a bad model made wrong by construction was shown, or a shown sentence
names a code, a figure or a quotation that stands in no row under its marks.
"""

import re
from collections.abc import Sequence
from typing import Any

from eval.chat_models.scripts import CONTENT, wrong_lines
from eval.chat_models.server import Asked

MARK = re.compile(r"\s*\[(\d+)\]")
TOKEN = re.compile(r"\b[A-Z]?\d[\d.,]*\d\b|\b\d{4}[TU]\b|\b(?:LT|RT|KX|GA|XS|XE|XP|XU|JZ|JW)\b")
QUOTED = re.compile("“([^”]+)”")
Event = tuple[str, dict[str, Any]]


def by_the_model(events: Sequence[Event]) -> list[str]:
    """Every sentence of the model that was sent, those that a restart takes back too."""
    answer = next(data for name, data in events if name == "answer")
    restart = [i for i, (n, d) in enumerate(events) if n == "step" and d["name"] == "restart"]
    ours = answer["text"].splitlines() if answer["writer"] == "quoting" else []
    sent = events[: restart[0]] if restart else events
    told = [data["text"].strip() for name, data in sent if name == "sentence"]
    return [line for line in told if line not in ours]


def shown_wrong(kind: str, events: Sequence[Event], asked: Sequence[Asked]) -> list[str]:
    """The sentences shown that are wrong, or that nothing under their marks says."""
    made = {_bare(line) for one in asked if kind in CONTENT for line in wrong_lines(kind, one)}
    wrong = [line for line in by_the_model(events) if _bare(line) in made]
    return [*wrong, *unsupported(events)]


def unsupported(events: Sequence[Event]) -> list[str]:
    """Of the final answer: lines whose codes, figures or quotations no citation or rule holds."""
    answer = next(data for name, data in events if name == "answer")
    held = " ".join([c["quote"] for c in answer["citations"]] + [str(answer["decisions"])])
    held += " ".join([str(answer["flips"]), str(answer["assumed"]), str(answer["cautions"])])
    held = held.replace(",", "")
    found = []
    for line in answer["text"].splitlines():
        plain = MARK.sub("", line)
        tokens = {t.replace(",", "").strip(".") for t in TOKEN.findall(plain)}
        quotes = QUOTED.findall(plain)
        if any(t not in held for t in tokens) or any(
            not any(q in c["quote"] for c in answer["citations"]) for q in quotes
        ):
            found.append(line)
    return found


def _bare(line: str) -> str:
    return re.sub(r"\W+", " ", MARK.sub("", line)).strip().lower()
