"""What is missing to decide a code: the deciding facts, and the conditional table. Pure."""

from collections.abc import Iterator, Mapping

from knowledge.codebook import Codebook
from knowledge.decisions import Missing, Option, Undecided
from knowledge.facts import SELECTING, Procedure
from knowledge.rows import CodeRow
from knowledge.rules.completions import (
    Completion,
    Stated,
    assumed_by,
    completions,
    is_open,
    levels_of,
    outcome_of,
    outcomes_of,
    values_of,
)
from knowledge.rules.reasons import horizon, lowered, step


def undecided(
    stated: Stated,
    kept: tuple[Completion, ...],
    book: Codebook,
    unclear: tuple[str, ...] = (),
    several: bool = False,
) -> Undecided:
    """The facts to ask for; with several levels, the add-on codes are candidates too."""
    asked = _missing(stated, kept, book)
    candidates = _ordered(outcomes_of(kept, book), book)
    if several:
        add_ons = [a for c in candidates if (a := book.codes[c].add_on) and a in book.codes]
        candidates = (*candidates, *add_ons)
    names = " and ".join(_named(fact) for fact in asked)
    listed = " or ".join(filter(None, (", ".join(candidates[:-1]), candidates[-1])))
    assumed, _ = assumed_by(stated, kept, book, unclear)
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
                "codes", code, book.codes[code], f"{code} is the {lowered(book.codes[code].label)}."
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
            by_value.setdefault(c[fact], set()).add(outcome_of(c, book))
        return max(len(codes) for codes in by_value.values())

    free = [f for f in SELECTING if is_open(f, stated, book) and len({c[f] for c in kept}) > 1]
    matters = [f for f in free if _changes(f, kept, book)] or free
    return tuple(sorted(matters, key=lambda f: (worst_left(f), SELECTING.index(f))))


def _changes(fact: str, kept: tuple[Completion, ...], book: Codebook) -> bool:
    """Do two completions that differ in this fact alone lead to different codes?"""
    seen: dict[tuple[str, ...], set[str | None]] = {}
    for c in kept:
        rest = tuple(c[f] for f in SELECTING if f != fact)
        seen.setdefault(rest, set()).add(outcome_of(c, book))
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
        (tuple(c[f] for f in SELECTING if f != fact), outcome_of(c, book))
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
    outcomes = outcomes_of(kept, book)
    if len(outcomes) == 1 or not asked:
        yield Option(given=dict(given), codes=_ordered(outcomes, book))
        return
    fact, rest = asked[0], asked[1:]
    for choice in _choices(fact, kept, book):
        values = values_of(book.facts[fact], choice)
        left = tuple(c for c in kept if c[fact] in values)
        named = {**given, fact: choice} if _changes(fact, kept, book) else given
        yield from _options(rest, left, named, book)


def ask_region(conflict: str, procedure: Procedure, stated: Stated, book: Codebook) -> Undecided:
    """Two facts that exclude each other: which of the codes of both is it?"""
    levels = {r.region for r in levels_of(procedure, book)}
    said = {*stated.get("region", ()), *levels}
    regions = tuple(r for r in book.facts["region"].values if r in said)
    kept = completions({**stated, "region": regions}, book, unclear=procedure.unclear)
    row = book.facts["region"]
    return Undecided(
        verdict=f"The facts contradict each other: {conflict}",
        missing=(Missing(fact="region", question=row.question, choices=row.values),),
        candidates=_ordered(outcomes_of(kept, book), book),
        options=tuple(_options(("region",), kept, {}, book)),
        cautions=horizon(book),
    )


def ask_levels(row: CodeRow, book: Codebook) -> Undecided:
    """Several levels, and it is not said how many: the units of the add-on are open."""
    add_on = book.codes[row.add_on]
    return Undecided(
        verdict=f"It depends on the levels: {row.code} for the first, {add_on.code} for each "
        "further one.",
        missing=(
            Missing(
                fact="levels",
                question="At which levels, and on which side, were the needles placed?",
                choices=(),
            ),
        ),
        candidates=(row.code, add_on.code),
        steps=(
            step("codes", row.code, row, f"{row.code} is the {lowered(row.label)}."),
            step("codes", add_on.code, add_on, f"{add_on.code} is the {lowered(add_on.label)}."),
        ),
        cautions=horizon(book),
    )


def ask_side(row: CodeRow, book: Codebook) -> Undecided:
    """Two sides are told: the code is plain, what goes on its line is not."""
    return Undecided(
        verdict=f"It depends on the side: {row.code}, with the side that the record contradicts.",
        missing=(
            Missing(
                fact="laterality",
                question="On which side were the needles placed?",
                choices=("left", "right", "bilateral"),
            ),
        ),
        candidates=(row.code,),
        steps=(step("codes", row.code, row, f"{row.code} is the {lowered(row.label)}."),),
        cautions=horizon(book),
    )
