"""What tells two codes apart, and what one code is. Pure; rows of codes.toml decide."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, Decision, Short, Step
from knowledge.facts import SELECTING, Frozen
from knowledge.rows import CodeRow
from knowledge.rules.reasons import history, horizon, lowered, said, step, verdict_of
from knowledge.rules.statements import telling

Role = Literal["do_not_bill", "compare", "mentioned"]
REGIONS = {"cervical", "thoracic", "lumbar", "sacral"}


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
    wrong: tuple[str, ...] = ()
    if question.asked:
        verdict = _alike(question, rows, verdict)
    elif len(rows) == 1 and question.deleted and rows[0].code in book.codes:
        verdict = f"{rows[0].code} was not deleted: it is still in force. {verdict}"
    elif len(rows) == 1 and question.claimed and rows[0].code in book.codes:
        wrong = misfits(rows[0], question.claimed)
        other = _instead(rows[0], question.claimed, book) if wrong else None
        verdict = f"{'No' if wrong else 'Yes'}: {verdict}"
        if other:
            verdict += f" The code that fits is {other.code}: {lowered(other.label)}."
            rows.append(other)
    elif len(rows) == 1 and "since" in question.aspects and rows[0].effective:
        verdict = f"{rows[0].code} is in force since {rows[0].effective}."
    return Decided(
        verdict=verdict,
        answer=_still(rows, question, book),
        codes=tuple(CodeLine(code=row.code, role=_role(row, rows, wrong)) for row in rows),
        steps=tuple(s for row in rows for s in _steps(row, book)),
        cautions=(*[c for row in rows for c in history(row, book)], *horizon(book)),
    )


def _still(rows: list[CodeRow], question: CompareQuestion, book: Codebook) -> Short:
    """May a code that has ended still be used? No; and yes to "was it deleted?"."""
    ended = len(rows) == 1 and rows[0].ended and rows[0].ended <= book.on
    if not ended or question.asked:
        return ""
    return "yes" if question.deleted else "no"


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


def misfits(row: CodeRow, claimed: Mapping[str, str]) -> tuple[str, ...]:
    """The facts said of the code that its row excludes; a fact it is silent on is none."""
    return tuple(fact for fact, value in claimed.items() if _excludes(row, fact, value))


def _excludes(row: CodeRow, fact: str, value: str) -> bool:
    if values := row.selects.get(fact):
        return not set(value.split(" or ")) & set(values)
    if fact == "region":
        own = set(row.region.split("/"))
        return own <= REGIONS and not set(value.split(" or ")) & own
    return fact == "imaging" and row.imaging == "included" and value in ("none", "ultrasound")


def _instead(row: CodeRow, claimed: Mapping[str, str], book: Codebook) -> CodeRow | None:
    """The one code that differs from this one in just what is said of it."""
    alike = [
        other
        for other in book.codes.values()
        if other.family == row.family
        and other.role == row.role
        and other.code != row.code
        and not misfits(other, claimed)
        and all(
            other.selects.get(fact) == values
            for fact, values in row.selects.items()
            if fact not in claimed
        )
        and bool(other.selects) == bool(row.selects)
    ]
    return alike[0] if len(alike) == 1 else None


def _role(row: CodeRow, rows: list[CodeRow], wrong: tuple[str, ...]) -> Role:
    if wrong:
        return "do_not_bill" if row is rows[0] else "compare"
    return "mentioned" if len(rows) == 1 else "compare"


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
