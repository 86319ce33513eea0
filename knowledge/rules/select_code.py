"""Which code do the stated facts select?

A pure function over a snapshot. The facts not stated are completed in every way
that anatomy and the presumptions allow; the code is decided only when every
completion leads to the same one.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import product

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
from knowledge.rows import CodeRow, FactRow, LevelRow, PresumptionRow
from knowledge.rules.reasons import history, horizon, step

Completion = Mapping[str, str]
"""One value for every selecting fact."""

Stated = Mapping[str, tuple[str, ...]]
"""The values a stated fact may have; a fact not in it was not stated."""


FLIPPING = ("approach", "imaging", "region", "technique", "substance")
"""The same facts, in the order in which a change of one is worth telling."""


def select_code(procedure: Procedure, book: Codebook) -> Decision:
    """Decide the code if every completion of the stated facts leads to one code.

    Undecided names the facts that would change the code, as questions, and the
    whole conditional table; NotCovered when no row fits the facts.
    """
    stated = _stated(procedure, book)
    if conflict := _conflict(procedure, book):
        return _ask_region(conflict, book)
    kept = _completions(stated, book)
    if not kept:
        return _impossible(stated, book)
    outcomes = _outcomes(kept, book)
    if outcomes == {None}:
        return _no_code(kept, book)
    if len(outcomes) == 1:
        return _decided(procedure, stated, kept, book)
    return _undecided(stated, kept, book)


def levels_of(procedure: Procedure, book: Codebook) -> tuple[LevelRow, ...]:
    """The rows of the levels stated: by interspace, else by the root that leaves there."""
    return tuple(row for name in procedure.levels if (row := level_row(name, procedure, book)))


def level_row(name: str, procedure: Procedure, book: Codebook) -> LevelRow | None:
    """The row of one level for this approach; with no approach, the first that has it.

    "L4-L5" is read as "L4-5", as the table has it.
    """
    approach = procedure.approach
    spelled = re.sub(r"^([A-Z])(\d+)-\1(?=\d)", r"\1\2-", name)
    found = [
        row
        for row in book.levels
        if (row.level == spelled or name in row.root_of)
        and (not row.approaches or approach is None or approach in row.approaches)
    ]
    return found[0] if found else None


def count_levels(procedure: Procedure, book: Codebook) -> int | None:
    """How many levels were treated: distinct interspaces named, else the number said."""
    named = {row.level for row in levels_of(procedure, book)}
    return procedure.level_count or len(named) or None


def _stated(procedure: Procedure, book: Codebook) -> Stated:
    stated: dict[str, tuple[str, ...]] = {}
    for fact in SELECTING:
        value = getattr(procedure, fact)
        if value is not None:
            stated[fact] = book.facts[fact].aliases.get(value, (value,))
        elif left := _left_over(book.facts[fact], procedure):
            stated[fact] = left
    regions = {row.region for row in levels_of(procedure, book)}
    if "region" not in stated and len(regions) >= 1:
        stated["region"] = tuple(r for r in book.facts["region"].values if r in regions)
    return stated


def _left_over(fact: FactRow, procedure: Procedure) -> tuple[str, ...]:
    """The values still possible when some were ruled out; empty when none was."""
    left = tuple(v for v in fact.values if v not in procedure.ruled_out)
    return left if len(left) < len(fact.values) else ()


def _conflict(procedure: Procedure, book: Codebook) -> str:
    """A sentence when the levels and the region stated cannot both be true."""
    for row in levels_of(procedure, book):
        if procedure.region and not _same_side(row.region, procedure.region, book):
            return (
                f"{row.level} counts as {row.region}, but the region stated is {procedure.region}."
            )
    return ""


def _same_side(one: str, other: str, book: Codebook) -> bool:
    """Do two regions always lead to the same codes?"""
    groups = book.facts["region"].aliases.values()
    return one == other or any(one in group and other in group for group in groups)


def _every(stated: Stated, book: Codebook) -> Iterator[Completion]:
    choices = [stated.get(fact, book.facts[fact].values) for fact in SELECTING]
    for values in product(*choices):
        completion = dict(zip(SELECTING, values, strict=True))
        if not any(_matches(row.when, completion) for row in book.impossible):
            yield completion


def _matches(when: Mapping[str, tuple[str, ...]], completion: Completion) -> bool:
    return all(completion[fact] in values for fact, values in when.items())


def _completions(
    stated: Stated, book: Codebook, without: PresumptionRow | None = None
) -> tuple[Completion, ...]:
    """Every completion the presumptions leave; `without` sets one of them aside."""
    used = [
        row for row in book.presumptions if _presumable(row, stated, book) and row is not without
    ]

    def presumed(completion: Completion) -> bool:
        return all(
            completion[row.fact] in _values(book.facts[row.fact], row.value)
            for row in used
            if _matches(row.when, completion)
        )

    return tuple(c for c in _every(stated, book) if presumed(c))


def _presumable(row: PresumptionRow, stated: Stated, book: Codebook) -> bool:
    """Is the fact still open, and everything presumed of it still possible?"""
    if row.fact not in SELECTING or not _open(row.fact, stated, book):
        return False
    left = stated.get(row.fact, book.facts[row.fact].values)
    return set(_values(book.facts[row.fact], row.value)) <= set(left)


def _values(fact: FactRow, value: str) -> tuple[str, ...]:
    return fact.aliases.get(value, (value,))


def _row_for(completion: Completion, book: Codebook) -> CodeRow | None:
    for row in book.codes.values():
        if row.selects and _matches(row.selects, completion):
            return row
    return None


def _outcome(completion: Completion, book: Codebook) -> str | None:
    row = _row_for(completion, book)
    return row.code if row else None


def _outcomes(kept: tuple[Completion, ...], book: Codebook) -> set[str | None]:
    return {_outcome(c, book) for c in kept}


# --- decided -----------------------------------------------------------------


def _decided(
    procedure: Procedure, stated: Stated, kept: tuple[Completion, ...], book: Codebook
) -> Decided:
    row = _row_for(kept[0], book)
    assert row is not None
    assumed, conditions = _assumed(stated, kept, book)
    flips = _flips(row.code, stated, kept, book)
    lines, further = _lines(procedure, row, book)
    names = " and ".join(x.code + (f" x{x.units}" if (x.units or 1) > 1 else "") for x in lines)
    condition = f", {conditions[0]}" if conditions else ""
    return Decided(
        verdict=f"Bill {names}{condition}: {_lower(row.label)}.",
        codes=lines,
        steps=(*_steps(procedure, row, book), *further),
        why_not=_why_not(flips, kept, assumed, book),
        flips=flips,
        assumed=assumed,
        cautions=(*_level_cautions(procedure, book), *history(row, book), *horizon(book)),
    )


def _lower(label: str) -> str:
    return label if label[:2].isupper() else label[0].lower() + label[1:]


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
    yield step("codes", row.code, row, f"{row.code} is the {_lower(row.label)}.")
    for level in levels_of(procedure, book):
        yield step("levels", level.level, level, f"{level.level} counts as {level.region}.")
    if row.note:
        yield step("codes", row.code, row, row.note)


def _assumed(
    stated: Stated, kept: tuple[Completion, ...], book: Codebook
) -> tuple[tuple[Assumed, ...], list[str]]:
    """The presumptions without which the outcome would be another, and their conditions."""
    found, conditions = [], []
    outcomes = _outcomes(kept, book)
    for row in book.presumptions:
        if not _presumable(row, stated, book) or not any(_matches(row.when, c) for c in kept):
            continue
        if _outcomes(_completions(stated, book, without=row), book) != outcomes:
            found.append(
                Assumed(
                    fact=row.fact,
                    value=row.value,
                    because=row.because,
                    row=f"presumptions/{row.fact}",
                )
            )
            if row.condition:
                conditions.append(row.condition)
    return tuple(found), conditions


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
            changed = [c for c in changed if not any(_matches(r.when, c) for r in book.impossible)]
            outcomes = {_outcome(c, book) for c in changed}
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


# --- undecided ---------------------------------------------------------------


def _undecided(stated: Stated, kept: tuple[Completion, ...], book: Codebook) -> Undecided:
    asked = _missing(stated, kept, book)
    candidates = _ordered(_outcomes(kept, book), book)
    names = " and ".join(_named(fact) for fact in asked)
    listed = " or ".join(filter(None, (", ".join(candidates[:-1]), candidates[-1])))
    assumed, _ = _assumed(stated, kept, book)
    return Undecided(
        verdict=f"It depends on the {names}: {listed}.",
        missing=tuple(
            Missing(
                fact=fact,
                question=book.facts[fact].question,
                choices=_choices(fact, kept, book),
            )
            for fact in asked
        ),
        candidates=candidates,
        options=tuple(_options(asked, kept, {}, book)),
        steps=tuple(
            step(
                "codes", code, book.codes[code], f"{code} is the {_lower(book.codes[code].label)}."
            )
            for code in candidates
        ),
        assumed=assumed,
        cautions=horizon(book),
    )


def _named(fact: str) -> str:
    return {"technique": "catheter", "substance": "substance injected"}.get(fact, fact)


def _ordered(outcomes: set[str | None], book: Codebook) -> tuple[str, ...]:
    return tuple(code for code in book.codes if code in outcomes)


def _missing(stated: Stated, kept: tuple[Completion, ...], book: Codebook) -> tuple[str, ...]:
    """The unstated facts that change the code, the most deciding first."""

    def worst_left(fact: str) -> int:
        """The most codes still possible once this fact is known."""
        by_value: dict[str, set[str | None]] = {}
        for c in kept:
            by_value.setdefault(c[fact], set()).add(_outcome(c, book))
        return max(len(codes) for codes in by_value.values())

    free = [f for f in SELECTING if _open(f, stated, book) and len({c[f] for c in kept}) > 1]
    matters = [f for f in free if _changes(f, kept, book)] or free
    return tuple(sorted(matters, key=lambda f: (worst_left(f), SELECTING.index(f))))


def _open(fact: str, stated: Stated, book: Codebook) -> bool:
    """Was no value stated? Several left over by exclusion are still a question."""
    values = stated.get(fact)
    return values is None or (len(values) > 1 and values not in book.facts[fact].aliases.values())


def _changes(fact: str, kept: tuple[Completion, ...], book: Codebook) -> bool:
    """Do two completions that differ in this fact alone lead to different codes?"""
    seen: dict[tuple[str, ...], set[str | None]] = {}
    for c in kept:
        rest = tuple(c[f] for f in SELECTING if f != fact)
        seen.setdefault(rest, set()).add(_outcome(c, book))
    return any(len(codes) > 1 for codes in seen.values())


def _choices(fact: str, kept: tuple[Completion, ...], book: Codebook) -> tuple[str, ...]:
    """The values worth offering: an alias where all its values act alike, none that is rare
    and acts like another."""
    row = book.facts[fact]
    open_ = [v for v in row.values if any(c[fact] == v for c in kept)]
    acts = {v: _signature(fact, v, kept, book) for v in open_}
    choices: list[str] = []
    for value in open_:
        alias = next(
            (
                name
                for name, values in row.aliases.items()
                if value in values and _alike(values, acts) and fact == "imaging"
            ),
            value,
        )
        twin = value in row.rare and any(acts[value] == acts[v] for v in open_ if v not in row.rare)
        if alias not in choices and not twin:
            choices.append(alias)
    return tuple(choices)


def _alike(values: tuple[str, ...], acts: Mapping[str, frozenset[object]]) -> bool:
    return all(v in acts and acts[v] == acts[values[0]] for v in values)


def _signature(
    fact: str, value: str, kept: tuple[Completion, ...], book: Codebook
) -> frozenset[object]:
    """What this value does: the code it leads to, for each value of the other facts."""
    return frozenset(
        (tuple(c[f] for f in SELECTING if f != fact), _outcome(c, book))
        for c in kept
        if c[fact] == value
    )


def _options(
    asked: tuple[str, ...],
    kept: tuple[Completion, ...],
    given: Mapping[str, str],
    book: Codebook,
) -> Iterator[Option]:
    """The conditional table: one line for each choice, down to a single code."""
    outcomes = _outcomes(kept, book)
    if len(outcomes) == 1 or not asked:
        yield Option(given=dict(given), codes=_ordered(outcomes, book))
        return
    fact, rest = asked[0], asked[1:]
    for choice in _choices(fact, kept, book):
        values = _values(book.facts[fact], choice)
        left = tuple(c for c in kept if c[fact] in values)
        named = {**given, fact: choice} if _changes(fact, kept, book) else given
        yield from _options(rest, left, named, book)


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
                code = _outcome({**c, fact: value}, book)
                if code and code not in near:
                    near.append(code)
    return NotCovered(
        verdict="The tables hold no code for this combination of facts.",
        nearest=tuple(near[:4]),
        cautions=horizon(book),
    )


def _ask_region(conflict: str, book: Codebook) -> Undecided:
    row = book.facts["region"]
    return Undecided(
        verdict=f"The facts contradict each other: {conflict}",
        missing=(Missing(fact="region", question=row.question, choices=row.values),),
        candidates=(),
        cautions=horizon(book),
    )
