"""What tells two codes apart, and what one code is. Pure; rows of codes.toml decide."""

from typing import Literal

from pydantic import Field

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, Decision, Step
from knowledge.facts import SELECTING, Frozen
from knowledge.rows import CodeRow
from knowledge.rules.reasons import history, horizon, lowered, said, step, verdict_of
from knowledge.rules.statements import telling


class CompareQuestion(Frozen):
    """The codes to set side by side."""

    codes: tuple[str, ...] = Field(min_length=1, max_length=6)
    asked: Literal["same", "different", ""] = ""
    """Is it asked whether two things have the same code, or different ones?"""
    groups: tuple[tuple[str, ...], ...] = ()
    """The codes that each of these things may have."""
    claimed: dict[str, str] = {}
    """Facts that somebody says of the one code, such as region = "lumbar"."""
    aspects: tuple[str, ...] = ()
    deleted: bool = False
    """It is asked whether, or taken for granted that, the code is gone."""


def compare(question: CompareQuestion, book: Codebook) -> Decision:
    """The facts in which the codes differ; for one code, what it is and since when.

    Raises UnknownCode for a code no table has.
    """
    rows = [book.code(code) for code in question.codes]
    said_of = telling(
        [
            r
            for r in book.statements("compare", "compare")
            if set(r.aspects) & set(question.aspects)
        ],
        book.statements("compare", "compare"),
        question.aspects,
    )
    if said_of:
        return Decided(
            verdict=verdict_of(said_of[0], rows[0].code),
            answer=said_of[0].answer,
            steps=tuple(said("compare", row, rows[0].code) for row in said_of),
            cautions=horizon(book),
        )
    verdict = _single(rows[0], book) if len(rows) == 1 else _difference(rows)
    if question.asked:
        verdict = _alike(question, rows, verdict)
    elif len(rows) == 1 and question.deleted and rows[0].code in book.codes:
        verdict = f"{rows[0].code} was not deleted: it is still in force. {verdict}"
    elif len(rows) == 1 and question.claimed:
        verdict = f"{_agrees(rows[0], question.claimed)}: {verdict}"
    elif len(rows) == 1 and "since" in question.aspects and rows[0].effective:
        verdict = f"{rows[0].code} is in force since {rows[0].effective}."
    return Decided(
        verdict=verdict,
        codes=tuple(
            CodeLine(code=row.code, role="mentioned" if len(rows) == 1 else "compare")
            for row in rows
        ),
        steps=tuple(s for row in rows for s in _steps(row, book)),
        cautions=(*[c for row in rows for c in history(row, book)], *horizon(book)),
    )


def _single(row: CodeRow, book: Codebook) -> str:
    if row.ended and row.ended <= book.on:
        now = f"; use {' or '.join(row.replaced_by)}" if row.replaced_by else ""
        return f"{row.code} was deleted on {row.ended}{now}. It was: {lowered(row.label)}."
    if row.effective and row.effective > book.on:
        return f"{row.code} did not exist on {book.on}: it began on {row.effective}."
    return f"{row.code} is: {lowered(row.label)}."


def _alike(question: CompareQuestion, rows: list[CodeRow], difference: str) -> str:
    """Yes or no to "the same code?", and the codes."""
    alike = len({frozenset(group) for group in question.groups}) < 2
    if not alike:
        apart = "No" if question.asked == "same" else "Yes"
        return f"{apart}: {difference[0].lower()}{difference[1:]}"
    listed = "; ".join(f"{row.code} {lowered(row.label)}" for row in rows)
    return f"{'Yes' if question.asked == 'same' else 'No'}: the code is the same, {listed}."


def _agrees(row: CodeRow, claimed: dict[str, str]) -> str:
    """Yes when the code is selected by every fact said of it."""
    wrong = [f for f, v in claimed.items() if row.selects.get(f) and v not in row.selects[f]]
    return "No" if wrong else "Yes"


def _difference(rows: list[CodeRow]) -> str:
    """The differing facts in one sentence, code by code."""
    facts = [
        f for f in SELECTING if len({row.selects.get(f) for row in rows}) > 1 and rows[0].selects
    ]
    primary = [row for row in rows if row.selects]
    if len(primary) < len(rows) or not facts:
        return " ".join(f"{row.code} is: {lowered(row.label)}." for row in rows)
    named = " and ".join(facts)
    parts = ", ".join(f"{row.code} {_values(row, facts)}" for row in rows)
    return f"They differ in {named}: {parts}."


def _values(row: CodeRow, facts: list[str]) -> str:
    told = []
    for fact in facts:
        values = row.selects.get(fact)
        if fact == "imaging":
            guided = values and "fluoroscopy" in values
            told.append("is with fluoroscopy or CT" if guided else "is without fluoroscopy or CT")
        elif values:
            told.append("is " + " or ".join(values))
    return " and ".join(told)


def _steps(row: CodeRow, book: Codebook) -> list[Step]:
    since = f" It is in force since {row.effective}." if row.effective else ""
    if row.ended and row.ended <= book.on:
        since = f" It ended on {row.ended}."
    found = [step("codes", row.code, row, f"{row.code} is the {lowered(row.label)}.{since}")]
    if row.note:
        found.append(step("codes", row.code, row, row.note))
    return found
