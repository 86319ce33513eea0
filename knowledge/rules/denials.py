"""What does a denial or remark code mean, and what mends it? Pure; denials.toml decides."""

from knowledge.codebook import Codebook
from knowledge.decisions import Decided, Decision, NotCovered
from knowledge.facts import Frozen
from knowledge.rows import StatementRow
from knowledge.rules.reasons import hedged, said, verdict_of


class DenialQuestion(Frozen):
    """Adjustment and remark codes of a remittance."""

    reasons: tuple[str, ...] = ()
    """Such as "CO-97" or "N115"; the number counts, whatever the group before it."""


def denials(question: DenialQuestion, book: Codebook) -> Decision:
    """The meaning, the usual cause with spine injections, and the usual mend."""
    rows = book.held("denials", "denial", StatementRow)
    found = [
        row
        for reason in question.reasons
        for row in sorted(rows, key=lambda row: reason.upper() not in row.id.split("-or-"))
        if number(reason) in row.aspects
    ]
    if not found:
        named = ", ".join(question.reasons) or "that denial"
        return NotCovered(verdict=f"The denials table does not hold {named}.")
    return Decided(
        verdict=" ".join(hedged(verdict_of(row), row) for row in found[:2]),
        steps=tuple(said("denials", row) for row in found[:3]),
    )


def number(reason: str) -> str:
    """The code without its group: CO-97 and PR-97 mean the same adjustment."""
    return reason.upper().split("-")[-1]
