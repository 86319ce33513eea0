"""Does this modifier belong on this code? Pure; rows of modifiers.toml decide."""

from pydantic import Field

from knowledge.codebook import Codebook, applies
from knowledge.decisions import (
    CodeLine,
    Decided,
    Decision,
    ModifierVerdict,
    NotCovered,
    Step,
)
from knowledge.facts import Claim, Frozen, Laterality
from knowledge.modifier_rows import ModifierRow
from knowledge.rows import CodeRow
from knowledge.rules.indicators import by_indicator, indicators
from knowledge.rules.reasons import history, horizon, said, step, verdict_of
from knowledge.rules.together import together

CLAIMS = {"professional", "facility"}
BY_SIDE = {"bilateral": "50", "left": "LT", "right": "RT"}
"""The modifier that tells a side, where no row speaks of the code."""
OTHER_SIDE = {"left": ("RT",), "right": ("LT",), "bilateral": ()}


class ModifierQuestion(Frozen):
    """A code, and the modifier or the situation asked about."""

    code: str
    """The code the modifier would stand on."""
    modifier: str | None = Field(None, pattern=r"^[0-9A-Z]{2}$")
    """The modifier asked about; None = does the code need any?"""
    beside: tuple[str, ...] = ()
    """Other modifiers that are to stand on the same line."""
    order: bool = False
    """It is asked which of them comes first."""
    situations: tuple[str, ...] = ()
    """What happened, in the words of the table's aspects, such as "bilateral"."""
    laterality: Laterality | None = None
    claim: Claim | None = None
    place_of_service: str | None = Field(None, pattern=r"^\d{2}$")
    """Tells an ASC's claim from a hospital's."""
    payer: str = ""
    """A payer of payers.toml; empty = Medicare's rule."""


def modifiers(question: ModifierQuestion, book: Codebook) -> Decision:
    """The verdict on one modifier, or which modifiers the situation calls for.

    Raises UnknownCode for a code no table has.
    """
    code = _code(question.code, book)
    place = question.place_of_service
    happened, payers = _situations(question), _payers(question.payer)
    rows = [
        row
        for row in book.modifier_verdicts
        if row.payer in payers
        and applies(row, code)
        and (not row.needs or set(row.needs) & set(question.situations))
        and (not row.when or happened & set(row.when))
        and (not row.places or not place or place in row.places)
    ]
    if question.modifier and question.beside:
        named = (question.modifier, *question.beside)
        if both := together(
            code,
            named,
            question.order,
            question.claim,
            place,
            question.laterality == "bilateral",
            book,
        ):
            return both
    if question.modifier:
        chosen = [row for row in rows if row.modifier == question.modifier]
        if not chosen:
            alive = code.code in book.codes or code.code not in book.every_code
            shown = by_indicator(question.modifier, code.code, question.claim, book, place)
            return (shown if alive else None) or _by_name(question.modifier, code, book)
        chosen = _sharpened(chosen, _situations(question), question.payer)
    else:
        chosen = _for_situation(rows, question)
    sided = BY_SIDE.get(question.laterality or "", "")
    if not chosen and (told := by_indicator(sided, code.code, question.claim, book)):
        return told
    if not chosen:
        return NotCovered(
            verdict=f"The modifier tables hold no rule for {code.code}.",
            nearest=(),
            cautions=(*history(code, book), *horizon(book)),
        )
    return _decided(code, chosen, book, named=question.modifier is not None)


def _code(code: str, book: Codebook) -> CodeRow:
    """The code's row; a neighbor that only verdict rows or the fee schedule know stands in.

    Raises UnknownCode for a code no table has.
    """
    named = any(code in row.codes for row in book.modifier_verdicts)
    if code in book.every_code or not (named or indicators(code, book)):
        return book.code(code)
    return CodeRow(
        code=code,
        system="cpt" if code[0].isdigit() else "hcpcs",
        family="neighbor",
        label=code,
        source=("rvu26c",),
        checked=book.on,
        confidence="high",
    )


def _payers(payer: str) -> tuple[str, ...]:
    """Whose rows are heard: Medicare's where no payer is named, and beside an Advantage plan's."""
    return ("", payer or "medicare", *(("medicare",) if payer.startswith("medicare") else ()))


def _situations(question: ModifierQuestion) -> set[str]:
    sides = {"bilateral": "bilateral", "left": "side", "right": "side"}
    told = {sides[question.laterality]} if question.laterality else set()
    if question.claim:
        told.add(question.claim)
    return told | set(question.situations)


def _sharpened(rows: list[ModifierRow], situations: set[str], payer: str) -> list[ModifierRow]:
    """The row that knows most of the situation first, then the others in their order."""
    return sorted(
        rows,
        key=lambda row: (
            payer not in ("", "medicare") and row.payer != payer,
            -_known(row, situations),
            bool(payer) and row.payer != payer,
            row.rank,
        ),
    )


def _known(row: ModifierRow, situations: set[str]) -> int:
    """How much of the situation a row knows; what it takes counts most."""
    return len(situations & set(row.aspects)) + 3 * len(situations & set(row.when))


def _for_situation(rows: list[ModifierRow], question: ModifierQuestion) -> list[ModifierRow]:
    """Without a modifier asked about: the general row, then what the situation calls for."""
    situations = _situations(question)
    general = [row for row in rows if not row.modifier]
    if not situations:
        return general[:1] + _one_each([row for row in rows if row.modifier])[:3]
    events = situations - {"facility"} or situations
    wanted = [
        row
        for row in rows
        if row.modifier not in ("", *OTHER_SIDE.get(question.laterality or "", ()))
        and (events & set(row.aspects) or (situations - CLAIMS) & set(row.when))
        and ("facility" in row.aspects) == ("facility" in situations)
    ]
    # of each modifier the row that knows most, the named payer's own before what holds for any;
    # then what fits before what does not
    payer = question.payer
    wanted.sort(
        key=lambda row: (
            -_known(row, situations),
            bool(payer) and row.payer != payer,
            row.rank,
        )
    )
    both = question.laterality == "bilateral" and "facility" in situations
    best = _one_each(wanted, apart=both)
    if best and best[0].when:
        sided = {m for others in OTHER_SIDE.values() for m in others} if question.laterality else ()
        best = [row for row in best if _known(row, situations) > 1 or row.modifier in sided]
    best.sort(key=lambda row: (row.verdict == "do_not_append", -_known(row, situations), row.rank))
    # that none is needed, by a payer's own word or because the professional did nothing, comes
    # before what others may ask for
    none = [
        row
        for row in general
        if situations & set(row.aspects)
        and (row.payer or (row.when and "facility" not in situations))
    ]
    return none[:1] + best[:4] or general[:1]


def _one_each(rows: list[ModifierRow], apart: bool = False) -> list[ModifierRow]:
    """The first row of each modifier; RT is told with LT unless they go on lines apart."""
    found: dict[str, ModifierRow] = {}
    for row in rows:
        name = "LT" if row.modifier == "RT" and not apart else row.modifier
        found.setdefault(name, row)
    return list(found.values())


def _decided(code: CodeRow, rows: list[ModifierRow], book: Codebook, named: bool) -> Decided:
    first = rows[0]
    first_of_each: dict[str, ModifierRow] = {}
    for row in rows:
        first_of_each.setdefault(row.modifier, row)
    return Decided(
        verdict=verdict_of(first, code.code) if named else _naming(first, code),
        codes=(
            CodeLine(
                code=code.code,
                role="mentioned",
                modifiers=tuple(
                    ModifierVerdict(
                        code=row.modifier,
                        verdict=row.verdict,
                        because=row.say.replace("{code}", code.code),
                    )
                    for row in first_of_each.values()
                    if row.modifier
                ),
            ),
        ),
        steps=tuple(_steps(code, rows)),
        cautions=(*history(code, book), *horizon(book)),
    )


def _steps(code: CodeRow, rows: list[ModifierRow]) -> list[Step]:
    """The first row's reason; of another modifier its verdict, of the same its reason."""
    found = [said("modifiers", rows[0], code.code)]
    for row in rows[1:]:
        if row.modifier == rows[0].modifier:
            found.append(said("modifiers", row, code.code))
        else:
            found.append(step("modifiers", row.id, row, _naming(row, code)))
    return found


def _naming(row: ModifierRow, code: CodeRow) -> str:
    """The row's verdict, with its modifier named where the question did not name it."""
    sentence = verdict_of(row, code.code)
    if not row.modifier or row.modifier in sentence:
        return sentence
    return f"Modifier {row.modifier}: {sentence[0].lower()}{sentence[1:]}"


def _by_name(modifier: str, code: CodeRow, book: Codebook) -> Decision:
    """No row for this code: say what the modifier is for, and that the rest is not held."""
    name = book.modifier_names.get(modifier)
    if name is None:
        return NotCovered(
            verdict=f"The modifier tables do not have {modifier}.",
            nearest=tuple(sorted(book.modifier_names))[:4],
            cautions=horizon(book),
        )
    return Decided(
        verdict=f"Modifier {modifier} means: {name.means}; nothing is held on it for {code.code}.",
        codes=(
            CodeLine(
                code=code.code,
                role="mentioned",
                modifiers=(
                    ModifierVerdict(code=modifier, verdict="depends", because=name.right_when),
                ),
            ),
        ),
        steps=(
            step("modifiers", modifier, name, name.right_when),
            step("modifiers", modifier, name, name.wrong_when),
        ),
        cautions=(*history(code, book), *horizon(book)),
    )
