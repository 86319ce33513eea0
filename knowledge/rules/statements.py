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
from knowledge.rules.wording import best, stems

ENOUGH = 0.6
"""Share of a question's words at which a row answers it, though no aspect was named."""
OF_THE_STATE = 0.25
"""What a row that turns on the state weighs beside such an aspect."""
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
    contractor: str = ""
    """The first word of a Medicare contractor's name, in lower case, where one is named."""
    strict: bool = False
    """Say nothing when no row knows the aspect."""
    words: str = ""
    """What was asked, to tell rows of one aspect apart; never whether they apply."""


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
    words = stems(question.words)
    if not found and not question.strict:
        every = concerning(rows, asked, (), question.payer, question.state)
        first = best(words, rows, every, ENOUGH)
        found = (*first, *(row for row in every if row not in first))
    if code and not set(question.aspects) & {a for r in found for a in r.aspects}:
        # what holds of any code, in answer to its own aspect, is no answer about this one
        found = tuple(r for r in found if r.codes or r.families or not r.aspects)
    if question.state:
        found = tuple(sorted(found, key=lambda row: question.state not in row.states))
    found = telling(found, rows, aspects, question.payer)
    found = missed_first(found, aspects, question.measures)
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
    if row.placeless:
        return not place
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
        # what is said of the very state, or of none being named, comes before what holds anyhow
        own += OF_THE_STATE * bool(row.elsewhere or row.stateless)
        return (bool(payer) and row.payer not in ("", payer), -own)

    return tuple(sorted(found, key=order))


def missed_first(
    found: tuple[StatementRow, ...], aspects: Sequence[str], measures: Mapping[str, float]
) -> tuple[StatementRow, ...]:
    """A limit that a stated figure misses, before a rule that knows no more of what is asked."""
    if not found:
        return ()
    known = [len(set(row.aspects) & set(aspects)) for row in found]
    missed = [
        row
        for row, n in zip(found, known, strict=True)
        if measured(row, measures) == "no" and n >= known[0]
    ]
    first = missed[:1]
    return (*first, *(row for row in found if row not in first))


def measured(row: StatementRow, measures: Mapping[str, float]) -> str:
    """ "no" when a figure misses a limit of the row, "yes" when all are stated and kept."""
    kept = [measures[name] >= least for name, least in row.least.items() if name in measures]
    kept += [measures[name] <= most for name, most in row.most.items() if name in measures]
    if False in kept:
        return "no"
    return "yes" if kept and len(kept) == len(row.least) + len(row.most) else ""
