"""Say the rows of one statement table that concern a code, payer and aspect. Pure.

Coverage and prior authorization are this and nothing more: their rows carry the rule.
"""

from collections.abc import Mapping, Sequence

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, Decision, NotCovered
from knowledge.facts import Frozen
from knowledge.rows import StatementRow
from knowledge.rules.reasons import (
    concerning,
    hedged,
    history,
    horizon,
    said,
    usual_code,
    verdict_of,
)

MEDICARE_PLAN = "medicare advantage"


class PolicyQuestion(Frozen):
    """A code, and the payer, place and aspect of policy asked about."""

    code: str | None = None
    payer: str = ""
    """A payer of payers.toml; empty = Medicare's rule, and called so."""
    state: str = ""
    place_of_service: str = ""
    aspects: tuple[str, ...] = ()
    """What the question singles out, such as "sedation" or "frequency"."""
    measures: dict[str, float] = {}
    """Figures stated, such as relief_percent, relief_weeks, days_apart, sessions, levels."""
    strict: bool = False
    """Say nothing when no row knows the aspect."""


def policy(question: PolicyQuestion, table: str, kind: str, book: Codebook) -> Decision:
    """The rows of one table for this question, first things first."""
    code = book.code(question.code) if question.code else None
    asked = code or usual_code(book)
    rows = [row for row in book.statements(table, kind) if _reaches(row, question)]
    aspects = (*question.aspects, *joint(rows, question.aspects))
    found = concerning(rows, asked, aspects, question.payer, question.state)
    if not found and question.aspects and question.payer not in ("", "medicare", MEDICARE_PLAN):
        return NotCovered(
            verdict=f"The {table.replace('_', ' ')} table holds nothing on this "
            f"for {question.payer}.",
            cautions=horizon(book),
        )
    if not found and not question.strict:
        found = concerning(rows, asked, (), question.payer, question.state)
        if code and code.family not in book.epidural_families:
            # what holds of every code says nothing of what was asked of this one
            found = tuple(row for row in found if row.codes or row.families)
    if question.state:
        found = tuple(sorted(found, key=lambda row: question.state not in row.states))
    found = telling(found, rows, aspects, question.payer)
    if not found:
        return NotCovered(
            verdict=f"The {table.replace('_', ' ')} table holds nothing on this"
            + (f" for {code.code}." if code else "."),
            cautions=(*(history(code, book) if code else ()), *horizon(book)),
        )
    name = code.code if code else "the injection"
    verdict = hedged(verdict_of(found[0], name), found[0])
    judged = measured(found[0], question.measures)
    return Decided(
        verdict=f"{judged.capitalize()}: {verdict}" if judged else verdict,
        answer=found[0].answer,
        turns=found[0].turns,
        codes=(CodeLine(code=code.code, role="mentioned"),) if code else (),
        steps=tuple(said(table, row, name) for row in found[:6]),
        cautions=(*(history(code, book) if code else ()), *horizon(book)),
    )


def _reaches(row: StatementRow, question: PolicyQuestion) -> bool:
    """Does the row hold in the state and place of the question, as far as they are named?"""
    if row.stateless and question.state:
        return False
    if row.elsewhere and (not question.state or question.state in row.elsewhere):
        return False
    place = question.place_of_service
    return not row.places or not place or place in row.places


def joint(rows: Sequence[StatementRow], aspects: Sequence[str]) -> tuple[str, ...]:
    """The joint aspects of the rows, such as "utn+facility_place", whose parts were all asked."""
    named = dict.fromkeys(a for row in rows for a in row.aspects if "+" in a)
    return tuple(a for a in named if set(a.split("+")) <= set(aspects))


def telling(
    found: Sequence[StatementRow],
    rows: Sequence[StatementRow],
    aspects: Sequence[str],
    payer: str = "",
) -> tuple[StatementRow, ...]:
    """The rows in the order of how much of the question is theirs alone.

    An aspect that few rows carry tells more than one that many do.
    """
    weight = {a: 1 / max(1, sum(a in row.aspects for row in rows)) for a in aspects}

    def order(row: StatementRow) -> tuple[bool, float]:
        own = sum(weight[a] for a in weight if a in row.aspects)
        return (bool(payer) and row.payer not in ("", payer), -own)

    return tuple(sorted(found, key=order))


def measured(row: StatementRow, measures: Mapping[str, float]) -> str:
    """ "no" when a figure misses a limit of the row, "yes" when all are stated and kept."""
    kept = [measures[name] >= least for name, least in row.least.items() if name in measures]
    kept += [measures[name] <= most for name, most in row.most.items() if name in measures]
    if False in kept:
        return "no"
    return "yes" if kept and len(kept) == len(row.least) + len(row.most) else ""
