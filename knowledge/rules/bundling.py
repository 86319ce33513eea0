"""May these two codes stand on one claim? Pure; NCCI pairs and bundling.toml decide."""

from collections.abc import Mapping
from datetime import date

from knowledge.codebook import Codebook, applies, near
from knowledge.decisions import Caution, CodeLine, Decided, Decision, NotCovered, Step
from knowledge.errors import UnknownCode
from knowledge.facts import Frozen
from knowledge.rows import BundlingRow, CodeRow, StatementRow
from knowledge.rules.reasons import history, horizon, said, step, verdict_of


class PairQuestion(Frozen):
    """Two codes of one patient on one day."""

    code: str
    beside: str
    same_site: bool | None = None
    """The same level, region or side; None = not said."""


class Pair(Frozen):
    """One NCCI edit as the practitioner table has it."""

    column1: str
    column2: str
    indicator: str
    rationale: str
    ended: date | None


def bundling(question: PairQuestion, book: Codebook) -> Decision:
    """The pair, its direction and indicator, and what that means for the two codes.

    Raises UnknownCode when a code is in no table at all.
    """
    one, other = question.code, question.beside
    for code in (one, other):
        if code not in book.every_code and not _in_pairs(code, book):
            raise UnknownCode(code, book.on, near(code, book.every_code))
    gone = [c for c in (one, other) if c in book.every_code and c not in book.codes]
    if gone and one != other:
        return _deleted(gone, question, book)
    pair = find_pair(one, other, book)
    said_of_both = _rows(one, other, book)
    if one == other:
        return _twice(one, book)
    if pair is None:
        return _no_pair(question, said_of_both, book)
    return _edit(pair, question, said_of_both, book)


def find_pair(one: str, other: str, book: Codebook) -> Pair | None:
    """The active edit between two codes, whichever of them is column 1."""
    for line in book.large("ncci_pairs"):
        if {line["column1"], line["column2"]} == {one, other}:
            pair = _pair(line)
            if pair.indicator != "9" and (pair.ended is None or book.on <= pair.ended):
                return pair
    return None


def _pair(line: Mapping[str, str]) -> Pair:
    return Pair(
        column1=line["column1"],
        column2=line["column2"],
        indicator=line["indicator"],
        rationale=line["rationale"],
        ended=date.fromisoformat(line["ended"]) if line["ended"] else None,
    )


def _in_pairs(code: str, book: Codebook) -> bool:
    return any(code in (x["column1"], x["column2"]) for x in book.large("ncci_pairs"))


def _rows(one: str, other: str, book: Codebook) -> tuple[BundlingRow, ...]:
    """What bundling.toml says of the two codes, in either order."""
    rows = sorted(book.held("bundling", "bundling", BundlingRow), key=lambda r: r.rank)
    return tuple(
        row for row in rows if _fits(row, one, other, book) or _fits(row, other, one, book)
    )


def _fits(row: BundlingRow, one: str, other: str, book: Codebook) -> bool:
    beside = StatementRow(
        **{
            **row.model_dump(exclude={"beside_codes", "beside_families", "verdict"}),
            "codes": row.beside_codes,
            "families": row.beside_families,
        }
    )
    return _concerns(row, one, book) and _concerns(beside, other, book)


def _concerns(row: StatementRow, code: str, book: Codebook) -> bool:
    known = book.every_code.get(code)
    if known:
        return applies(row, known[-1])
    return code in row.codes


def _filled(row: StatementRow, one: str, other: str) -> StatementRow:
    """Put both codes into the sentences; {code} is the injection, {beside} the other."""
    return row.model_copy(
        update={
            "say": row.say.replace("{code}", one).replace("{beside}", other),
            "short": row.short.replace("{code}", one).replace("{beside}", other),
        }
    )


def _ordered(row: BundlingRow, one: str, other: str, book: Codebook) -> tuple[str, str]:
    return (one, other) if _fits(row, one, other, book) else (other, one)


def _statements(
    rows: tuple[BundlingRow, ...], question: PairQuestion, book: Codebook
) -> list[StatementRow]:
    one, other = question.code, question.beside
    return [_filled(row, *_ordered(row, one, other, book)) for row in rows]


def _edit(
    pair: Pair, question: PairQuestion, rows: tuple[BundlingRow, ...], book: Codebook
) -> Decided:
    told = _statements(rows, question, book)
    never = pair.indicator == "0" or any(row.verdict == "never" for row in rows)
    if told and told[0].short:
        verdict = told[0].short
    elif never:
        verdict = f"No: {pair.column2} is not paid beside {pair.column1}, and no modifier helps."
    elif question.same_site:
        verdict = f"No: at the same site {pair.column2} is not paid beside {pair.column1}."
    else:
        verdict = (
            f"Only if separate: {pair.column2} is column 2 to {pair.column1}, "
            "payable only for a truly separate service."
        )
    source = _table_row(book)
    indicator = {
        "0": "indicator 0: no modifier separates them",
        "1": "indicator 1: a modifier only for a truly separate service",
    }[pair.indicator]
    steps = [
        step(
            "ncci_pairs",
            f"{pair.column1}/{pair.column2}",
            source,
            f"NCCI lists {pair.column1} as column 1 and {pair.column2} as column 2, "
            f"{indicator}; without one the {pair.column2} line denies.",
            "" if told and told[0].short else verdict,
        ),
        *[said("bundling", row) for row in told],
    ]
    refused = never or bool(question.same_site)
    return Decided(
        verdict=verdict,
        codes=(
            CodeLine(code=pair.column1, role="mentioned"),
            CodeLine(code=pair.column2, role="do_not_bill" if refused else "mentioned"),
        ),
        steps=tuple(steps),
        cautions=_cautions(book),
    )


def _no_pair(question: PairQuestion, rows: tuple[BundlingRow, ...], book: Codebook) -> Decision:
    one, other = question.code, question.beside
    told = _statements(rows, question, book)
    if not told and not _pairs_held_for(one, other, book):
        return NotCovered(
            verdict=f"The NCCI pairs of {one} and {other} are not held, so no edit is not proven.",
            nearest=(),
            cautions=_cautions(book),
        )
    never = [row for row in rows if row.verdict == "never"]
    billed, left_off = _ordered(never[0], one, other, book) if never else (one, other)
    source = _table_row(book)
    verdict = (
        verdict_of(told[0])
        if told
        else f"Yes by NCCI: no edit stands between {one} and "
        f"{other}; coverage policy still applies."
    )
    steps = [
        step(
            "ncci_pairs",
            f"{one}/{other}",
            source,
            f"The NCCI table has no edit between {one} and {other}, "
            "so 59 would change nothing between them.",
            "" if told else verdict,
        ),
        *[said("bundling", row) for row in told],
    ]
    return Decided(
        verdict=verdict,
        codes=(
            CodeLine(code=billed, role="mentioned"),
            CodeLine(code=left_off, role="do_not_bill" if never else "mentioned"),
        ),
        steps=tuple(steps),
        cautions=_cautions(book),
    )


def _pairs_held_for(one: str, other: str, book: Codebook) -> bool:
    """The copy holds every pair of its core codes; both codes must be in the table."""
    core = _table_row(book).codes
    return (one in core or other in core) and _in_pairs(one, book) and _in_pairs(other, book)


def _deleted(gone: list[str], question: PairQuestion, book: Codebook) -> Decided:
    """One or both codes are not in force on the day."""
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
    return Decided(
        verdict=verdict,
        codes=(
            *[CodeLine(code=code, role="do_not_bill") for code in gone],
            *[CodeLine(code=code, role="mentioned") for code in [other] if code],
            *[CodeLine(code=c, role="mentioned") for row in rows for c in row.replaced_by],
        ),
        steps=tuple(s for row in rows for s in _deletion(row)),
        cautions=(*[c for row in rows for c in history(row, book)], *horizon(book)),
    )


def _absence(row: CodeRow, book: Codebook) -> str:
    if row.ended and row.ended <= book.on:
        return f"was deleted on {row.ended}"
    return f"did not exist before {row.effective}"


def _deletion(row: CodeRow) -> tuple[Step, ...]:
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


def _table_row(book: Codebook) -> StatementRow:
    """The release of the pair table, so that steps can cite it."""
    return book.statements("horizons", "release")[0]


def _cautions(book: Codebook) -> tuple[Caution, ...]:
    release = _table_row(book)
    old = Caution(text=release.say, row=f"horizons/{release.id}", sources=release.source)
    return (old, *horizon(book))
