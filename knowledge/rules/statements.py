"""Say the rows of one statement table that concern a code, payer and aspect. Pure.

Coverage and prior authorization are this and nothing more: their rows carry the rule.
"""

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, Decision, NotCovered
from knowledge.facts import Frozen
from knowledge.rules.reasons import (
    concerning,
    hedged,
    history,
    horizon,
    said,
    usual_code,
    verdict_of,
)


class PolicyQuestion(Frozen):
    """A code, and the payer, place and aspect of policy asked about."""

    code: str | None = None
    payer: str = ""
    """A payer of payers.toml; empty = Medicare's rule, and called so."""
    state: str = ""
    place_of_service: str = ""
    aspects: tuple[str, ...] = ()
    """What the question singles out, such as "sedation" or "frequency"."""
    strict: bool = False
    """Say nothing when no row knows the aspect."""


def policy(question: PolicyQuestion, table: str, kind: str, book: Codebook) -> Decision:
    """The rows of one table for this question, first things first."""
    code = book.code(question.code) if question.code else None
    asked = code or usual_code(book)
    rows = book.statements(table, kind)
    found = concerning(rows, asked, question.aspects, question.payer, question.state)
    if not found and not question.strict:
        found = concerning(rows, asked, (), question.payer, question.state)
    if question.state:
        found = tuple(sorted(found, key=lambda row: question.state not in row.states))
    if not found:
        return NotCovered(
            verdict=f"The {table.replace('_', ' ')} table holds nothing on this.",
            cautions=(*(history(code, book) if code else ()), *horizon(book)),
        )
    name = code.code if code else "the injection"
    return Decided(
        verdict=hedged(verdict_of(found[0], name), found[0]),
        answer=found[0].answer,
        codes=(CodeLine(code=code.code, role="mentioned"),) if code else (),
        steps=tuple(said(table, row, name) for row in found[:6]),
        cautions=(*(history(code, book) if code else ()), *horizon(book)),
    )
