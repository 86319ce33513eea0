"""Which code do the stated facts select?

A pure function over a snapshot. The facts not stated are completed in every way
that anatomy and the presumptions allow; the code is decided only when every
completion leads to the same one.
"""

from collections.abc import Iterator, Sequence

from knowledge.codebook import Codebook
from knowledge.decisions import (
    Assumed,
    Caution,
    CodeLine,
    Decided,
    Decision,
    Flip,
    Missing,
    NotCovered,
    Option,
    Step,
    Undecided,
    WhyNot,
)
from knowledge.facts import SELECTING, Procedure
from knowledge.rows import CodeRow, FactRow
from knowledge.rules.completions import (
    Completion,
    Stated,
    assumed_by,
    completions,
    conflict_of,
    count_levels,
    levels_of,
    matches,
    outcome_of,
    outcomes_of,
    row_for,
    stated_values,
)
from knowledge.rules.open_facts import ask_levels, ask_region, ask_side, undecided
from knowledge.rules.reasons import history, horizon, lowered, step

FLIPPING = ("approach", "imaging", "region", "technique", "substance")
"""The same facts, in the order in which a change of one is worth telling."""


def select_code(procedure: Procedure, book: Codebook) -> Decision:
    """Decide the code if every completion of the stated facts leads to one code.

    Undecided names the facts that would change the code, as questions, and the
    whole conditional table; NotCovered when no row fits the facts.
    """
    stated = stated_values(procedure, book)
    unclear = procedure.unclear
    kept = completions(stated, book, unclear=unclear)
    if conflict := conflict_of(procedure, book):
        return ask_region(conflict, procedure, stated, book)
    if not kept:
        return _impossible(stated, book)
    outcomes = outcomes_of(kept, book)
    if outcomes == {None}:
        return _no_code(kept, book)
    count = count_levels(procedure, book)
    if len(outcomes) > 1:
        return undecided(stated, kept, book, unclear, several=(count or 0) > 1)
    row = row_for(kept[0], book)
    if row and row.add_on in book.codes and "levels" in unclear:
        return ask_levels(row, book)
    if row and row.add_on in book.codes and "laterality" in unclear:
        return ask_side(row, book)
    return _decided(procedure, stated, kept, book)


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
    procedure: Procedure, stated: Stated, kept: tuple[Completion, ...], book: Codebook
) -> Decided:
    row = row_for(kept[0], book)
    assert row is not None
    assumed, conditions = assumed_by(stated, kept, book, procedure.unclear)
    flips = _flips(row.code, stated, kept, book)
    lines, further = _lines(procedure, row, book)
    names = " and ".join(x.code + (f" x{x.units}" if (x.units or 1) > 1 else "") for x in lines)
    condition = f", {conditions[0]}" if conditions else ""
    return Decided(
        verdict=f"Bill {names}{condition}: {lowered(row.label)}.",
        codes=lines,
        steps=(*_steps(procedure, row, book), *further),
        why_not=_why_not(flips, kept, assumed, book),
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


def _flips(
    code: str, stated: Stated, kept: tuple[Completion, ...], book: Codebook
) -> tuple[Flip, ...]:
    """For each fact, the values that would lead elsewhere, one for each other code."""
    found: dict[tuple[str, str | None], Flip] = {}
    for fact in FLIPPING:
        now = {c[fact] for c in kept}
        for value in book.facts[fact].values:
            if value in now:
                continue
            changed = [{**c, fact: value} for c in kept]
            changed = [c for c in changed if not any(matches(r.when, c) for r in book.impossible)]
            outcomes = {outcome_of(c, book) for c in changed}
            if len(outcomes) == 1 and (to := next(iter(outcomes))) != code:
                found.setdefault((fact, to), Flip(fact=fact, to=value, code=to))
    return tuple(found.values())


def _why_not(
    flips: tuple[Flip, ...],
    kept: tuple[Completion, ...],
    assumed: tuple[Assumed, ...],
    book: Codebook,
) -> tuple[WhyNot, ...]:
    """Each sibling code a flip leads to, and the fact that excludes it now."""
    presumed = {a.fact: a.because for a in assumed}
    found: dict[str, WhyNot] = {}
    for flip in flips:
        if flip.code is None or flip.code in found:
            continue
        now = tuple(sorted({c[flip.fact] for c in kept}))
        clause = presumed.get(flip.fact) or _clause(book.facts[flip.fact], now)
        found[flip.code] = WhyNot(code=flip.code, because=clause)
    return tuple(found.values())


def _clause(fact: FactRow, now: tuple[str, ...]) -> str:
    for alias, values in fact.aliases.items():
        if set(values) == set(now) and alias in fact.because:
            return fact.because[alias]
    return fact.because[now[0]]


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


def _no_code(kept: tuple[Completion, ...], book: Codebook) -> NotCovered:
    """No row fits; name the codes that one changed fact would lead to."""
    near: list[str] = []
    for fact in SELECTING:
        for value in book.facts[fact].values:
            for c in kept:
                code = outcome_of({**c, fact: value}, book)
                if code and code not in near:
                    near.append(code)
    return NotCovered(
        verdict="The tables hold no code for this combination of facts.",
        nearest=tuple(near[:4]),
        cautions=horizon(book),
    )
