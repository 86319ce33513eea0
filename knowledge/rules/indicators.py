"""What the Medicare fee schedule's indicators of a code say of a modifier. Pure.

For codes, or modifiers of a code, that no verdict row speaks of: a facet, a joint or a lead
code takes 50 or not by its bilateral indicator, 51 by its multiple-procedure indicator.
"""

from collections.abc import Mapping

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, ModifierVerdict
from knowledge.modifier_rows import IndicatorRow
from knowledge.rules.reasons import horizon, said


def by_indicator(
    modifier: str, code: str, claim: str | None, book: Codebook, place: str | None = None
) -> Decided | None:
    """The verdict its indicators give; None when none of them speaks of the modifier."""
    line = indicators(code, book)
    if line is None:
        return None
    rows = [
        row
        for row in book.held("modifiers", "indicator", IndicatorRow)
        if modifier in row.modifiers
        and _value(line, row.column) in row.values
        and (not row.places or place in row.places)
        and (not row.aspects or (claim or "professional") in row.aspects)
    ]
    if not rows:
        return None
    row = min(rows, key=lambda row: row.rank)
    filled = row.model_copy(
        update={
            "short": row.short.replace("{modifier}", modifier).replace("{code}", code),
            "say": row.say.replace("{modifier}", modifier).replace("{code}", code),
        }
    )
    found = ModifierVerdict(code=modifier, verdict=row.verdict, because=filled.say)
    return Decided(
        verdict=filled.short,
        codes=(CodeLine(code=code, role="mentioned", modifiers=(found,)),),
        steps=(said("modifiers", filled, code),),
        cautions=horizon(book),
    )


def indicators(code: str, book: Codebook) -> Mapping[str, str] | None:
    """The line of the release in force on the day, else the nearest one held."""
    lines = book.indexed("mpfs", "code", "modifier").get((code, ""), ())
    before = [x for x in lines if x["effective"] <= book.on.isoformat()]
    return before[-1] if before else (lines[0] if lines else None)


def _value(line: Mapping[str, str], column: str) -> str:
    value = line[column]
    return value.zfill(3) if column == "global_days" and value.isdigit() else value
