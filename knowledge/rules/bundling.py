"""May these two codes stand on one claim? Pure; NCCI pairs and bundling.toml decide.

What exactly is asked of the pair (is there an edit, can a modifier part it, which line takes
it) only changes the sentence that leads; the edit, the codes and their modifiers are the same.
"""

from pydantic import Field

from knowledge.codebook import Codebook, listed, near
from knowledge.decisions import (
    Caution,
    CodeLine,
    Decided,
    Decision,
    ModifierVerdict,
    NotCovered,
    Step,
)
from knowledge.errors import UnknownCode
from knowledge.facts import Claim, Frozen
from knowledge.modifier_rows import BundlingRow, PairModifierRow
from knowledge.rows import CodeRow, StatementRow
from knowledge.rules.pair_verdicts import Asked, Standing, edit_sentence, modifier_word, verdict
from knowledge.rules.pairs import Pair, find_pair, in_pairs, pairs_held_for, release
from knowledge.rules.reasons import history, horizon, said, step, verdict_of

REFUSING = ("never", "part of it")


class PairQuestion(Frozen):
    """Two codes of one patient on one day."""

    code: str | None = None
    """None: the rules of NCCI at large."""
    beside: str | None = None
    """None: one code, or none, and a situation."""
    asked: Asked = "both"
    """What is asked of the pair."""
    modifiers: tuple[str, ...] = ()
    """Modifiers named, such as 59."""
    same_site: bool | None = None
    """The same level, region or side; None = not said."""
    claim: Claim | None = None
    """Which of the two NCCI tables answers; None = the practitioner's."""
    place_of_service: str | None = Field(None, pattern=r"^\d{2}$")
    situations: tuple[str, ...] = ()
    """What happened, in the words of the table's aspects, such as "routine_visit"."""


def bundling(question: PairQuestion, book: Codebook) -> Decision:
    """The pair, its direction and indicator, and what that means for the two codes.

    Raises UnknownCode when a code is in no table at all.
    """
    one, other = question.code, question.beside
    if one is None or other is None:
        return _at_large(question, book)
    for code in (one, other):
        if not _known(code, book):
            raise UnknownCode(code, book.on, near(code, book.every_code))
    gone = [c for c in (one, other) if c in book.every_code and c not in book.codes]
    if gone and one != other:
        return _deleted(gone, question, book)
    if one == other:
        return _twice(one, book)
    pair = find_pair(one, other, book, question.claim)
    told = _rows(question, book)
    lines = _line_rows(question, book)
    if pair is not None and not pair.indicator:
        return _unheld_table(pair, book)
    if pair is None and not told and not lines and not pairs_held_for(one, other, book):
        return NotCovered(
            verdict=f"The NCCI pairs of {one} and {other} are not held, so no edit is not proven.",
            nearest=(),
            cautions=_cautions(book),
        )
    if pair is None and not told and (alone := _without_parent(one, other, book)):
        return alone
    return _decided(pair, question, told, lines, book)


def _without_parent(one: str, other: str, book: Codebook) -> Decided | None:
    """An add-on beside a code of its kind, or any code for imaging, that is no parent of it."""
    for code, beside in ((one, other), (other, one)):
        row, first = book.codes.get(code), book.codes.get(beside)
        if row is None or first is None or first.role != "primary" or not row.add_on_to:
            continue
        if beside in row.add_on_to or row.family not in ("imaging", first.family):
            continue
        parents = ", ".join(row.add_on_to)
        because = f"{code} is an add-on to {parents}, and {beside} is not one of them."
        return Decided(
            verdict=f"No: {because}",
            codes=(
                CodeLine(code=code, role="do_not_bill"),
                CodeLine(code=beside, role="mentioned"),
                *[CodeLine(code=parent, role="mentioned") for parent in row.add_on_to],
            ),
            steps=(step("codes", code, row, because),),
            cautions=_cautions(book),
        )
    return None


def _at_large(question: PairQuestion, book: Codebook) -> Decision:
    """A rule of NCCI that needs no second code; NotCovered when none answers."""
    code = question.code
    rows = _rules(question, book)
    if not rows:
        return NotCovered(verdict="No rule of NCCI at large is held on this.", nearest=())
    first = _filled(rows[0], code or "the code", "")
    refused = rows[0].verdict in REFUSING and bool(rows[0].codes or rows[0].families)
    role = "do_not_bill" if refused else "mentioned"
    return Decided(
        verdict=verdict_of(first),
        answer=first.answer,
        codes=(CodeLine(code=code, role=role),) if code else (),
        steps=tuple(said("bundling", _filled(row, code or "the code", "")) for row in rows[:3]),
        cautions=_cautions(book),
    )


def _rules(question: PairQuestion, book: Codebook) -> list[BundlingRow]:
    """The rules at large that the situation, or what is asked, calls for."""
    told = {*question.situations, question.asked}
    code = question.code
    rows = [
        row
        for row in book.held("bundling", "rule", BundlingRow)
        if told & set(row.when)
        and (not (row.codes or row.families) or (code and _concerns(row, code, book)))
    ]
    return sorted(rows, key=lambda row: (-len(told & set(row.when)), row.rank))


def _known(code: str, book: Codebook) -> bool:
    rows = book.held("bundling", "bundling", BundlingRow)
    lines = book.held("bundling", "line", PairModifierRow)
    named = any(code in row.beside_codes for row in rows)
    named = named or any(code in row.beside_codes for row in lines)
    return code in book.every_code or named or in_pairs(code, book)


# --- the rows that speak of two codes ----------------------------------------------------


def _rows(question: PairQuestion, book: Codebook) -> tuple[BundlingRow, ...]:
    """What bundling.toml says of the two codes, in either order; the situation's own first."""
    told = set(question.situations)
    rows = [
        row
        for row in book.held("bundling", "bundling", BundlingRow)
        if _either(row, question, book)
        and (not row.when or told & set(row.when))
        and row.claim in ("", question.claim or "professional")
        and (not row.places or question.place_of_service in row.places)
    ]
    return tuple(sorted(rows, key=lambda row: (not row.when, row.rank)))


def _line_rows(question: PairQuestion, book: Codebook) -> tuple[PairModifierRow, ...]:
    """The rows of the modifiers named, or of those the situation calls for."""
    told = set(question.situations)
    rows = [
        row
        for row in book.held("bundling", "line", PairModifierRow)
        if _either(row, question, book)
        and (not row.when or told & set(row.when))
        and (set(row.modifiers) & set(question.modifiers) if question.modifiers else row.when)
    ]
    return tuple(sorted(rows, key=lambda row: (-len(told & set(row.when)), row.rank)))


def _either(row: BundlingRow | PairModifierRow, question: PairQuestion, book: Codebook) -> bool:
    one, other = question.code or "", question.beside or ""
    return _fits(row, one, other, book) or _fits(row, other, one, book)


def _fits(row: BundlingRow | PairModifierRow, one: str, other: str, book: Codebook) -> bool:
    if not _concerns(row, one, book):
        return False
    return _listed(row.beside_codes, row.beside_families, other, book)


def _concerns(row: StatementRow, code: str, book: Codebook) -> bool:
    return _listed(row.codes, row.families, code, book)


def _listed(codes: tuple[str, ...], families: tuple[str, ...], code: str, book: Codebook) -> bool:
    """Is the code, or its family, in the list? An empty list is every code that is held."""
    known = book.every_code.get(code)
    if known is None:
        return code in codes
    return listed(codes, families, known[-1])


def _filled(row: StatementRow, one: str, other: str) -> StatementRow:
    """Put both codes into the sentences; {code} is the injection, {beside} the other."""
    return row.model_copy(
        update={
            "say": row.say.replace("{code}", one).replace("{beside}", other),
            "short": row.short.replace("{code}", one).replace("{beside}", other),
        }
    )


def _ordered(
    row: BundlingRow | PairModifierRow, question: PairQuestion, book: Codebook
) -> tuple[str, str]:
    one, other = question.code or "", question.beside or ""
    return (one, other) if _fits(row, one, other, book) else (other, one)


# --- the decision ----------------------------------------------------------------------


def _decided(
    pair: Pair | None,
    question: PairQuestion,
    told: tuple[BundlingRow, ...],
    lines: tuple[PairModifierRow, ...],
    book: Codebook,
) -> Decided:
    filled = [_filled(row, *_ordered(row, question, book)) for row in told]
    refusing = [row for row in told if row.verdict in REFUSING]
    standing = _standing(pair, question, told, book)
    own = [_filled(row, *_ordered(row, question, book)) for row in lines]
    leads = own or [row for row in filled if row.short][:1] or filled[:1]
    if own:
        sentence = verdict_of(own[0])
    elif question.asked == "both" and leads and (leads[0].short or pair is None):
        sentence = verdict_of(leads[0])
    else:
        sentence = verdict(question.asked, standing, question.modifiers)
    steps = [
        step("ncci_pairs", standing.name, release(book), edit_sentence(standing)),
        *[said("bundling", row) for row in _rules(question, book) if question.asked == "line"],
        *[said("bundling", row) for row in (*own[:2], *filled)],
    ]
    if standing.differs and question.asked == "tables":
        steps.append(step("ncci_pairs", standing.name, release(book), standing.differs))
    refused = {_ordered(row, question, book)[1] for row in lines[:1] if row.refuses}
    if standing.refused and not lines:
        refused.add(_ordered(refusing[0], question, book)[1] if refusing else standing.column2)
    return Decided(
        verdict=sentence,
        answer=leads[0].answer if leads else "",
        codes=tuple(_lines(question, standing, lines, refused, book)),
        steps=tuple(steps),
        cautions=_cautions(book),
    )


def _standing(
    pair: Pair | None, question: PairQuestion, told: tuple[BundlingRow, ...], book: Codebook
) -> Standing:
    refusing = [row for row in told if row.verdict in REFUSING]
    if pair is None:
        first = _ordered(refusing[0], question, book) if refusing else None
        one, other = first or (question.code or "", question.beside or "")
        return Standing(
            column1=one,
            column2=other,
            refused=bool(refusing),
            never=bool(refusing),
            one_family=_one_family(one, other, book),
        )
    return Standing(
        column1=pair.column1,
        column2=pair.column2,
        indicator=pair.indicator,
        refused=pair.indicator == "0" or bool(refusing) or bool(question.same_site),
        never=pair.indicator == "0" or any(row.verdict == "never" for row in refusing),
        same_site=question.same_site,
        table="hospital" if question.claim == "facility" else "practitioner",
        differs=(
            f"The practitioner table has indicator {pair.practitioner} for this pair, the "
            f"hospital table {pair.hospital}."
            if pair.differs
            else ""
        ),
        tables=(pair.practitioner, pair.hospital),
        one_family=_one_family(pair.column1, pair.column2, book),
    )


def _one_family(one: str, other: str, book: Codebook) -> bool | None:
    rows = [book.codes.get(one), book.codes.get(other)]
    if None in rows:
        return None
    return len({(row.family, row.region) for row in rows if row}) == 1


def _lines(
    question: PairQuestion,
    standing: Standing,
    rows: tuple[PairModifierRow, ...],
    refused: set[str],
    book: Codebook,
) -> list[CodeLine]:
    """Both codes, the modifiers on the line that would take them."""
    on: dict[str, dict[str, ModifierVerdict]] = {standing.column1: {}, standing.column2: {}}
    for row in rows:
        beside = _ordered(row, question, book)[1]
        because = _filled(row, *_ordered(row, question, book)).say
        for name in row.modifiers:
            if name in question.modifiers or not question.modifiers:
                found = ModifierVerdict(code=name, verdict=row.verdict, because=because)
                on[beside].setdefault(name, found)
        if row.instead:
            found = ModifierVerdict(code=row.instead, verdict="append", because=because)
            on[beside].setdefault(row.instead, found)
    for told in [row for row in _rows(question, book) if row.instead][:1]:
        code = _ordered(told, question, book)[0]
        because = _filled(told, *_ordered(told, question, book)).say
        on[code][told.instead] = ModifierVerdict(
            code=told.instead, verdict="append", because=because
        )
    distinct = [m for m in question.modifiers if m in book.distinct]
    usual = sorted(book.distinct)[:1] if standing.indicator or question.asked != "both" else []
    for modifier in distinct or ([] if rows else usual):
        word, because = modifier_word(standing, modifier, question.asked)
        found = ModifierVerdict(code=modifier, verdict=word, because=because)
        on[standing.column2].setdefault(modifier, found)
    return [
        CodeLine(
            code=code,
            role="do_not_bill" if code in refused else "mentioned",
            modifiers=tuple(verdicts.values()),
        )
        for code, verdicts in on.items()
    ]


def _unheld_table(pair: Pair, book: Codebook) -> NotCovered:
    """The practitioner table has the pair, the hospital copy does not."""
    return NotCovered(
        verdict=f"The hospital copy of the NCCI table does not hold {pair.column1} with "
        f"{pair.column2}, so whether an edit stands on a facility claim is unknown; "
        f"on a practitioner claim the indicator is {pair.practitioner}.",
        nearest=(),
        steps=(
            step(
                "ncci_pairs",
                f"{pair.column1}/{pair.column2}",
                release(book),
                f"The practitioner table has {pair.column1} as column 1 and {pair.column2} as "
                f"column 2, indicator {pair.practitioner}.",
            ),
        ),
        cautions=_cautions(book),
    )


def _deleted(gone: list[str], question: PairQuestion, book: Codebook) -> Decided:
    """One or both codes are not in force on the day; imaging goes with the code that is."""
    rows = [book.code(code) for code in gone]
    why = " and ".join(f"{row.code} {_absence(row, book)}" for row in rows)
    other = next((c for c in (question.code, question.beside) if c not in gone), None)
    now = " or ".join(rows[0].replaced_by)
    if other is None:
        verdict = f"No: {why}, so neither can be billed on {book.on}."
    else:
        verdict = f"No: {why}, so it cannot be billed with {other} on {book.on}" + (
            f"; use {now}." if now else "."
        )
    inside = other is not None and any(_refuses(code, other, book) for code in rows[0].replaced_by)
    return Decided(
        verdict=verdict,
        codes=(
            *[CodeLine(code=code, role="do_not_bill") for code in gone],
            *[
                CodeLine(code=code, role="do_not_bill" if inside else "mentioned")
                for code in [other]
                if code
            ],
            *[CodeLine(code=c, role="mentioned") for row in rows for c in row.replaced_by],
        ),
        steps=tuple(s for row in rows for s in _deletion(row)),
        cautions=(*[c for row in rows for c in history(row, book)], *horizon(book)),
    )


def _refuses(code: str, other: str, book: Codebook) -> bool:
    """Is the other code left off beside the one that replaced the deleted code?"""
    rows = _rows(PairQuestion(code=code, beside=other), book)
    return any(row.verdict in REFUSING for row in rows)


def _absence(row: CodeRow, book: Codebook) -> str:
    if row.ended and row.ended <= book.on:
        return f"was deleted on {row.ended}"
    return f"did not exist before {row.effective}"


def _deletion(row: CodeRow) -> tuple[Step, ...]:
    if not row.ended:
        return (step("codes", row.code, row, f"{row.code} began on {row.effective}."),)
    ended = f"{row.code} ended on {row.ended}."
    used = f"{ended} Use {' or '.join(row.replaced_by)}." if row.replaced_by else ended
    return (step("codes", row.code, row, row.note or ended, used if row.note else ""),)


def _twice(code: str, book: Codebook) -> NotCovered:
    return NotCovered(
        verdict=f"{code} beside itself is a question of units: ask how many units of {code} a day.",
        nearest=(code,),
        cautions=(
            *(history(book.code(code), book) if code in book.every_code else ()),
            *horizon(book),
        ),
    )


def _cautions(book: Codebook) -> tuple[Caution, ...]:
    row = release(book)
    old = Caution(text=row.say, row=f"horizons/{row.id}", sources=row.source)
    return (old, *horizon(book))
