"""What tells two codes apart, and what one code is. Pure; rows of codes.toml decide."""

from pydantic import Field

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, Decision, Step
from knowledge.facts import SELECTING, Frozen
from knowledge.rows import CodeRow
from knowledge.rules.reasons import history, horizon, lowered, step


class CompareQuestion(Frozen):
    """The codes to set side by side."""

    codes: tuple[str, ...] = Field(min_length=1, max_length=6)
    deleted: bool = False
    """It is asked whether, or taken for granted that, the code is gone."""


def compare(question: CompareQuestion, book: Codebook) -> Decision:
    """The facts in which the codes differ; for one code, what it is and since when.

    Raises UnknownCode for a code no table has.
    """
    rows = [book.code(code) for code in question.codes]
    verdict = _single(rows[0], book) if len(rows) == 1 else _difference(rows)
    if question.deleted and len(rows) == 1 and rows[0].code in book.codes:
        verdict = f"{rows[0].code} was not deleted: it is still in force. {verdict}"
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
    said = []
    for fact in facts:
        values = row.selects.get(fact)
        if fact == "imaging":
            guided = values and "fluoroscopy" in values
            said.append("is with fluoroscopy or CT" if guided else "is without fluoroscopy or CT")
        elif values:
            said.append("is " + " or ".join(values))
    return " and ".join(said)


def _steps(row: CodeRow, book: Codebook) -> list[Step]:
    since = f" It is in force since {row.effective}." if row.effective else ""
    if row.ended and row.ended <= book.on:
        since = f" It ended on {row.ended}."
    found = [step("codes", row.code, row, f"{row.code} is the {lowered(row.label)}.{since}")]
    if row.note:
        found.append(step("codes", row.code, row, row.note))
    return found
