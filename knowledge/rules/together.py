"""May these modifiers stand on one line, and in which order? Pure; rows of modifiers.toml."""

from knowledge.codebook import Codebook, applies
from knowledge.decisions import CodeLine, Decided, ModifierVerdict
from knowledge.facts import Claim
from knowledge.modifier_rows import ModifierName, TogetherRow
from knowledge.rows import CodeRow
from knowledge.rules.reasons import history, horizon, said, step

ORDER = ("pricing", "distinct", "information")


def together(
    code: CodeRow,
    named: tuple[str, ...],
    order: bool,
    claim: Claim | None,
    place: str | None,
    both_sides: bool,
    book: Codebook,
) -> Decided | None:
    """The verdict on several modifiers of one line; None when no row speaks of them."""
    side = "bilateral" if both_sides else "side"
    found = [
        row
        for row in book.held("modifiers", "together", TogetherRow)
        if set(row.modifiers) <= set(named)
        and applies(row, code)
        and (not row.places or place in row.places)
        and (not row.aspects or (claim or "professional") in row.aspects)
        and (not row.when or side in row.when)
    ]
    found.sort(key=lambda row: row.rank)
    if found:
        return _said(code, found[0], book)
    refused = any(_refused(code, modifier, book) for modifier in named)
    return None if refused or not order else _order(code, named, book)


def _said(code: CodeRow, row: TogetherRow, book: Codebook) -> Decided:
    word = "do_not_append" if row.verdict == "never" else "depends"
    because = row.say.replace("{code}", code.code)
    verdicts = [ModifierVerdict(code=m, verdict=row.each, because=because) for m in row.modifiers]
    if row.instead:
        verdicts = [
            ModifierVerdict(code=row.instead, verdict="append", because=because),
            *[ModifierVerdict(code=m, verdict=word, because=because) for m in row.modifiers],
        ]
    return Decided(
        verdict=(row.short or row.say).replace("{code}", code.code),
        codes=(CodeLine(code=code.code, role="mentioned", modifiers=tuple(verdicts)),),
        steps=(said("modifiers", row, code.code),),
        cautions=(*history(code, book), *horizon(book)),
    )


def _refused(code: CodeRow, modifier: str, book: Codebook) -> bool:
    """Does no row let the modifier stand on this code?"""
    rows = [r for r in book.modifier_verdicts if r.modifier == modifier and applies(r, code)]
    return bool(rows) and all(row.verdict == "do_not_append" for row in rows)


def _order(code: CodeRow, named: tuple[str, ...], book: Codebook) -> Decided | None:
    """Pricing modifiers first, then 59 or an X modifier, then information."""
    rows = [book.modifier_names[m] for m in named if m in book.modifier_names]
    if len(rows) < 2 or any(not row.place for row in rows):
        return None
    rows.sort(key=lambda row: ORDER.index(row.place))
    sentence = ", then ".join(row.modifier for row in rows)
    return Decided(
        verdict=f"{rows[0].modifier} comes first on {code.code}: {sentence}.",
        codes=(CodeLine(code=code.code, role="mentioned"),),
        steps=(step("modifiers", rows[0].modifier, rows[0], _why(rows)),),
        cautions=(*history(code, book), *horizon(book)),
    )


def _why(rows: list[ModifierName]) -> str:
    names = {
        "pricing": "modifiers that set the price",
        "distinct": "59 or an X modifier",
        "information": "modifiers that only inform",
    }
    kinds = dict.fromkeys(row.place for row in rows)
    return f"The order on a line is {', then '.join(names[k] for k in kinds)}."
