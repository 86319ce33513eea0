"""Turn rows into steps and cautions, and choose which sentences a rule says. Pure."""

from collections.abc import Iterable, Sequence

from knowledge.codebook import Codebook, applies
from knowledge.decisions import Caution, Step
from knowledge.rows import CodeRow, Row, StatementRow


def lowered(words: str) -> str:
    """A label as it reads inside a sentence; one that opens with capitals stays as it is."""
    return words if words[:2].isupper() else words[0].lower() + words[1:]


def step(table: str, name: str, row: Row, because: str, short: str = "") -> Step:
    """One reason that rests on one row."""
    return Step(
        because=because,
        short=short,
        row=f"{table}/{name}",
        sources=row.source,
        confidence=row.confidence,
    )


def said(table: str, row: StatementRow, code: str = "") -> Step:
    """A statement row as a step, with the code asked about put in."""
    sentence, short = (
        words.replace("{code}", code or "the code") for words in (row.say, row.short)
    )
    return step(table, row.id, row, hedged(sentence, row), short)


def hedged(sentence: str, row: Row) -> str:
    """Carry the row's confidence into its words: low is only "some payers"."""
    if row.confidence == "low":
        return f"Some payers only, weakly sourced: {sentence}"
    return sentence


def verdict_of(row: StatementRow, code: str = "") -> str:
    """The row's own verdict sentence, else its reason."""
    return (row.short or row.say).replace("{code}", code or "the code")


def concerning(
    rows: Iterable[StatementRow],
    code: CodeRow | None,
    aspects: Sequence[str] = (),
    payer: str = "",
    state: str = "",
) -> tuple[StatementRow, ...]:
    """Rows that apply to the code, the payer and the state; those of the aspects first.

    Without aspects every row that applies; with aspects only those that name one.
    """
    wanted = set(aspects)
    payers = ("", payer or "medicare", *(("medicare",) if payer.startswith("medicare") else ()))
    found = [
        row
        for row in rows
        if (code is None or applies(row, code))
        and row.payer in payers
        and (not row.states or not state or state in row.states)
        and (not wanted or wanted & {*row.aspects, *row.when})
        and (not row.when or wanted & set(row.when))
    ]
    # the rows that know most of what was asked; then a named payer's own; and with no
    # state named, what holds everywhere before what holds in some
    return tuple(
        sorted(
            found,
            key=lambda row: (
                -len(wanted & set(row.aspects)) - 3 * len(wanted & set(row.when)),
                bool(payer) and row.payer != payer,
                bool(row.states) and not state,
            ),
        )
    )


def usual_code(book: Codebook) -> CodeRow | None:
    """The code that is meant when none is named, by presumptions.toml."""
    names = [row.value for row in book.presumptions if row.fact == "code"]
    return book.code(names[0]) if names else None


def horizon(book: Codebook) -> tuple[Caution, ...]:
    """What the tables cannot promise for this date of service."""
    return tuple(
        Caution(text=row.say, row=f"horizons/{row.id}", sources=row.source)
        for row in book.statements("horizons", "horizon")
    )


def history(row: CodeRow, book: Codebook) -> tuple[Caution, ...]:
    """Say so when the code is gone, or was not yet seen in our sources, on the day."""
    if row.ended and row.ended <= book.on:
        now = f"; use {' or '.join(row.replaced_by)}" if row.replaced_by else ""
        text = f"{row.code} was deleted on {row.ended}{now}."
        return (Caution(text=text, row=f"codes/{row.code}", sources=row.source),)
    if row.attested is None or book.on >= row.attested or row.effective is not None:
        return ()
    return (
        Caution(
            text=(
                f"The tables show {row.code} from {row.attested} on; "
                f"for {book.on} its rules are not held, so check that year's book."
            ),
            row=f"codes/{row.code}",
            sources=row.source,
        ),
    )


def not_yet(row: CodeRow, book: Codebook) -> tuple[Caution, ...]:
    """Say so when the code began only after the day."""
    if row.effective is None or row.effective <= book.on:
        return ()
    text = f"{row.code} is in force only since {row.effective}, so not on {book.on}."
    return (Caution(text=text, row=f"codes/{row.code}", sources=row.source),)
