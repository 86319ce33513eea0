"""What is missing to decide a code: the deciding facts, and the conditional table. Pure."""

from collections.abc import Iterator, Mapping

from knowledge.codebook import Codebook
from knowledge.decisions import Missing, Option, Undecided
from knowledge.facts import Procedure
from knowledge.rows import CodeRow
from knowledge.rules.completions import (
    Stated,
    assumed_by,
    completions,
    is_open,
    levels_of,
    outcomes_of,
    values_of,
)
from knowledge.rules.reasons import horizon, lowered, step
from knowledge.rules.schemes import Completion, Scheme, of_epidurals


def undecided(
    stated: Stated,
    kept: tuple[Completion, ...],
    scheme: Scheme,
    book: Codebook,
    unclear: tuple[str, ...] = (),
    several: bool = False,
) -> Undecided:
    """The facts to ask for; with several levels, the add-on codes are candidates too."""
    asked = _missing(stated, kept, scheme)
    candidates = _ordered(outcomes_of(kept, scheme), scheme, book)
    if several:
        add_ons = [a for c in candidates if (a := book.codes[c].add_on) and a in book.codes]
        candidates = (*candidates, *add_ons)
    names = " and ".join(_named(fact) for fact in asked)
    listed = " or ".join(filter(None, (", ".join(candidates[:-1]), candidates[-1])))
    assumed, _ = assumed_by(stated, kept, scheme, unclear)
    return Undecided(
        verdict=f"It depends on the {names}: {listed}.",
        missing=tuple(
            Missing(
                fact=fact,
                question=scheme.facts[fact].question,
                choices=_choices(fact, kept, scheme),
            )
            for fact in asked
        ),
        candidates=candidates,
        options=tuple(_options(asked, kept, {}, scheme, book)),
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


def _ordered(outcomes: set[str | None], scheme: Scheme, book: Codebook) -> tuple[str, ...]:
    """The codes of the outcomes, in the order of their table."""
    found = {code for name in outcomes if name for code in scheme.codes(name)}
    return tuple(code for code in book.codes if code in found)


def _missing(stated: Stated, kept: tuple[Completion, ...], scheme: Scheme) -> tuple[str, ...]:
    """The unstated facts that change the code, the most deciding first."""

    def worst_left(fact: str) -> int:
        """The most codes still possible once this fact is known."""
        by_value: dict[str, set[str | None]] = {}
        for c in kept:
            by_value.setdefault(c[fact], set()).add(scheme.outcome(c))
        return max(len(codes) for codes in by_value.values())

    order = list(scheme.facts)
    free = [f for f in order if is_open(f, stated, scheme) and len({c[f] for c in kept}) > 1]
    matters = [f for f in free if _changes(f, kept, scheme)] or free
    return tuple(sorted(matters, key=lambda f: (worst_left(f), order.index(f))))


def _changes(fact: str, kept: tuple[Completion, ...], scheme: Scheme) -> bool:
    """Do two completions that differ in this fact alone lead to different codes?"""
    seen: dict[tuple[str, ...], set[str | None]] = {}
    for c in kept:
        rest = tuple(v for f, v in c.items() if f != fact)
        seen.setdefault(rest, set()).add(scheme.outcome(c))
    return any(len(codes) > 1 for codes in seen.values())


def _choices(fact: str, kept: tuple[Completion, ...], scheme: Scheme) -> tuple[str, ...]:
    """The values worth offering: an alias where all its values act alike, none that is rare
    and acts like another."""
    row = scheme.facts[fact]
    open_ = [v for v in row.values if any(c[fact] == v for c in kept)]
    acts = {v: _signature(fact, v, kept, scheme) for v in open_}
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
    fact: str, value: str, kept: tuple[Completion, ...], scheme: Scheme
) -> frozenset[object]:
    """What this value does: the code it leads to, for each value of the other facts."""
    return frozenset(
        (tuple(v for f, v in c.items() if f != fact), scheme.outcome(c))
        for c in kept
        if c[fact] == value
    )


def _options(
    asked: tuple[str, ...],
    kept: tuple[Completion, ...],
    given: Mapping[str, str],
    scheme: Scheme,
    book: Codebook,
) -> Iterator[Option]:
    """The conditional table: one line for each choice, down to a single code."""
    outcomes = outcomes_of(kept, scheme)
    if len(outcomes) == 1 or not asked:
        yield Option(given=dict(given), codes=_ordered(outcomes, scheme, book))
        return
    fact, rest = asked[0], asked[1:]
    for choice in _choices(fact, kept, scheme):
        values = values_of(scheme.facts[fact], choice)
        left = tuple(c for c in kept if c[fact] in values)
        named = {**given, fact: choice} if _changes(fact, kept, scheme) else given
        yield from _options(rest, left, named, scheme, book)


def ask_region(conflict: str, procedure: Procedure, stated: Stated, book: Codebook) -> Undecided:
    """Two facts that exclude each other: which of the codes of both is it?"""
    levels = {r.region for r in levels_of(procedure, book)}
    said = {*stated.get("region", ()), *levels}
    regions = tuple(r for r in book.facts["region"].values if r in said)
    scheme = of_epidurals(book)
    kept = completions({**stated, "region": regions}, scheme, unclear=procedure.unclear)
    row = book.facts["region"]
    return Undecided(
        verdict=f"The facts contradict each other: {conflict}",
        missing=(Missing(fact="region", question=row.question, choices=row.values),),
        candidates=_ordered(outcomes_of(kept, scheme), scheme, book),
        options=tuple(_options(("region",), kept, {}, scheme, book)),
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
