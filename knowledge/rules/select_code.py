"""Which code do the stated facts select?

A pure function over a snapshot. The facts not stated are completed in every way
that anatomy and the presumptions allow; the code is decided only when every
completion leads to the same one.
"""

from collections.abc import Iterator, Sequence

from knowledge.codebook import Codebook
from knowledge.decisions import (
    Caution,
    CodeLine,
    Decided,
    Decision,
    Missing,
    NotCovered,
    Option,
    Step,
    Undecided,
)
from knowledge.facts import SELECTING, Procedure
from knowledge.rows import CodeRow
from knowledge.rules.completions import (
    Stated,
    assumed_by,
    completions,
    conflict_of,
    count_levels,
    levels_of,
    outcomes_of,
    stated_values,
)
from knowledge.rules.of_kind import select_of_kind
from knowledge.rules.open_facts import ask_levels, ask_region, ask_side, undecided
from knowledge.rules.reasons import history, horizon, lowered, step
from knowledge.rules.schemes import Completion, Scheme, of_epidurals
from knowledge.rules.siblings import flips_of, why_not_of

FLIPPING = ("approach", "imaging", "region", "technique", "substance")
"""The same facts, in the order in which a change of one is worth telling."""


def select_code(procedure: Procedure, book: Codebook) -> Decision:
    """Decide the code if every completion of the stated facts leads to one code.

    Undecided names the facts that would change the code, as questions, and the
    whole conditional table; NotCovered when no row fits the facts.
    """
    if procedure.kind:
        return select_of_kind(procedure, book)
    scheme = of_epidurals(book)
    stated = stated_values(procedure, scheme, {r.region for r in levels_of(procedure, book)})
    unclear = procedure.unclear
    kept = completions(stated, scheme, unclear=unclear)
    if conflict := conflict_of(procedure, book):
        return ask_region(conflict, procedure, stated, book)
    if not kept:
        return _impossible(stated, book)
    outcomes = outcomes_of(kept, scheme)
    if outcomes == {None}:
        return _no_code(kept, scheme, book)
    count = count_levels(procedure, book)
    if len(outcomes) > 1:
        return undecided(stated, kept, scheme, book, unclear, several=(count or 0) > 1)
    row = book.codes[next(code for code in outcomes if code)]
    if row.add_on in book.codes and "levels" in unclear:
        return ask_levels(row, book)
    if row.add_on in book.codes and "laterality" in unclear:
        return ask_side(row, book)
    return _decided(procedure, stated, kept, row, scheme, book)


def on_either_day(procedure: Procedure, books: Sequence[Codebook]) -> Decision:
    """The code when the date of service is unclear: decided only if all days lead to it."""
    decisions = [select_code(procedure, book) for book in books]
    first = decisions[0]
    codes = [
        tuple(line.code for line in d.codes)
        if isinstance(d, Decided)
        else getattr(d, "candidates", ())
        for d in decisions
    ]
    if len(set(codes)) == 1:
        return first
    candidates = tuple(dict.fromkeys(code for found in codes for code in found))
    days = [f"{book.on:%Y-%m-%d}" for book in books]
    listed = "; ".join(
        f"{' or '.join(found) or 'no code held'} on {day}"
        for found, day in zip(codes, days, strict=True)
    )
    return Undecided(
        verdict=f"It depends on the date of service: {listed}.",
        missing=(
            Missing(
                fact="service_date",
                question="On which date was the injection done?",
                choices=tuple(days),
            ),
        ),
        candidates=candidates,
        options=tuple(
            Option(given={"service_date": day}, codes=found)
            for found, day in zip(codes, days, strict=True)
        ),
        steps=tuple(s for d in decisions for s in getattr(d, "steps", ())[:1]),
    )


# --- decided -----------------------------------------------------------------


def _decided(
    procedure: Procedure,
    stated: Stated,
    kept: tuple[Completion, ...],
    row: CodeRow,
    scheme: Scheme,
    book: Codebook,
) -> Decided:
    assumed, conditions = assumed_by(stated, kept, scheme, procedure.unclear)
    flips = flips_of(row.code, FLIPPING, kept, scheme)
    lines, further = _lines(procedure, row, book)
    if row.guidance and stated.get("imaging") == ("fluoroscopy",):
        lines = (*lines, CodeLine(code=row.guidance, role="bill", units=1))
    names = " and ".join(x.code + (f" x{x.units}" if (x.units or 1) > 1 else "") for x in lines)
    condition = f", {conditions[0]}" if conditions else ""
    return Decided(
        verdict=f"Bill {names}{condition}: {lowered(row.label)}.",
        codes=lines,
        steps=(*_steps(procedure, row, book), *further),
        why_not=why_not_of(flips, kept, assumed, scheme),
        flips=flips,
        assumed=assumed,
        cautions=(*_level_cautions(procedure, book), *history(row, book), *horizon(book)),
    )


def _lines(
    procedure: Procedure, row: CodeRow, book: Codebook
) -> tuple[tuple[CodeLine, ...], tuple[Step, ...]]:
    """The code, and its add-on when more than one level was treated."""
    first = CodeLine(code=row.code, role="bill", units=1)
    count = count_levels(procedure, book)
    if not row.add_on or row.add_on not in book.codes:
        return (first,), ()
    add_on = book.codes[row.add_on]
    reason = step(
        "codes", add_on.code, add_on, f"Each further level adds {add_on.code}, one unit a level."
    )
    if count is None or count == 1:
        return (first,), (reason,)
    return (first, CodeLine(code=add_on.code, role="bill", units=count - 1)), (reason,)


def _steps(procedure: Procedure, row: CodeRow, book: Codebook) -> Iterator[Step]:
    yield step("codes", row.code, row, f"{row.code} is the {lowered(row.label)}.")
    for level in levels_of(procedure, book)[:1]:
        yield step("levels", level.level, level, f"{level.level} counts as {level.region}.")
    if row.note:
        yield step("codes", row.code, row, row.note)


def _level_cautions(procedure: Procedure, book: Codebook) -> Iterator[Caution]:
    for row in levels_of(procedure, book):
        if row.caution:
            yield Caution(text=row.caution, row=f"levels/{row.level}", sources=row.source)


# --- no code -----------------------------------------------------------------


def _impossible(stated: Stated, book: Codebook) -> NotCovered:
    rows = [
        (number, row)
        for number, row in enumerate(book.impossible, 1)
        if all(set(stated.get(fact, ())) & set(values) for fact, values in row.when.items())
    ][:1]
    because = rows[0][1].because if rows else "the facts stated exclude one another"
    return NotCovered(
        verdict=f"These facts cannot stand together: {because}.",
        steps=tuple(
            step("impossible", str(number), row, f"{row.because[0].upper()}{row.because[1:]}.")
            for number, row in rows
        ),
        cautions=horizon(book),
    )


def _no_code(kept: tuple[Completion, ...], scheme: Scheme, book: Codebook) -> NotCovered:
    """No row fits; name the codes that one changed fact would lead to."""
    near: list[str] = []
    for fact in SELECTING:
        for value in book.facts[fact].values:
            for c in kept:
                code = scheme.outcome({**c, fact: value})
                if code and code not in near:
                    near.append(code)
    return NotCovered(
        verdict="The tables hold no code for this combination of facts.",
        nearest=tuple(near[:4]),
        cautions=horizon(book),
    )
