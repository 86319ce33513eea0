"""Which codes do the facts of a facet, nerve, joint or other injection select? Pure.

The same reasoning as for epidural injections, over the rows of kinds.toml: decided only
when every way that the unstated facts may turn out leads to the same codes.
"""

from collections.abc import Iterator

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, Decision, Missing, NotCovered, Step, Undecided
from knowledge.facts import Procedure
from knowledge.kinds import ChoiceRow, KindRow
from knowledge.rules.completions import Stated, assumed_by, completions, outcomes_of, stated_values
from knowledge.rules.counting import Counted, counted
from knowledge.rules.open_facts import undecided
from knowledge.rules.reasons import history, horizon, lowered, step
from knowledge.rules.schemes import Completion, Scheme, choice_of, of_kind
from knowledge.rules.siblings import flips_of, why_not_of


def select_of_kind(procedure: Procedure, book: Codebook) -> Decision:
    """Decide the codes of one kind of procedure, with one unit for each level counted."""
    assert procedure.kind
    kind, scheme = book.kinds[procedure.kind], of_kind(procedure.kind, book)
    count = counted(procedure, kind, book)
    stated = stated_values(procedure, scheme, count.regions)
    kept = completions(stated, scheme, unclear=procedure.unclear)
    outcomes = outcomes_of(kept, scheme)
    if not kept or outcomes == {None}:
        return _no_code(kind, book)
    if len(outcomes) > 1:
        return undecided(
            stated, kept, scheme, book, procedure.unclear, several=(count.number or 0) > 1
        )
    choice = choice_of(book.choices(kind.kind), kept[0])
    assert choice is not None
    if "levels" in procedure.unclear and (choice.further or choice.each):
        return _ask_levels(choice, kind, book)
    return _decided(procedure, stated, kept, choice, kind, count, scheme, book)


def _decided(
    procedure: Procedure,
    stated: Stated,
    kept: tuple[Completion, ...],
    choice: ChoiceRow,
    kind: KindRow,
    count: Counted,
    scheme: Scheme,
    book: Codebook,
) -> Decided:
    row = book.codes[choice.first]
    lines = tuple(_lines(choice, count.number))
    assumed, conditions = assumed_by(stated, kept, scheme, procedure.unclear)
    flips = flips_of("+".join(choice.codes), list(scheme.facts), kept, scheme)
    names = [x.code + (f" x{x.units}" if (x.units or 1) > 1 else "") for x in lines]
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    condition = f", {conditions[0]}" if conditions else ""
    others = (CodeLine(code=choice.other, role="mentioned"),) if choice.other else ()
    return Decided(
        verdict=f"Bill {listed}{condition}: {lowered(row.label)}.",
        codes=(*lines, *others),
        steps=tuple(_steps(choice, kind, count, book)),
        why_not=why_not_of(flips, kept, assumed, scheme),
        flips=flips,
        assumed=assumed,
        cautions=(*history(row, book), *horizon(book)),
    )


def _lines(choice: ChoiceRow, number: int | None) -> Iterator[CodeLine]:
    """One line for each code, with its units."""
    count = number or 1
    first = count if choice.each else 1
    yield CodeLine(code=choice.first, role="bill", units=first)
    left = 0 if choice.each else count - choice.covers
    if left > 0 and choice.second:
        yield CodeLine(code=choice.second, role="bill", units=1)
        left -= 1
    if left > 0 and choice.further:
        yield CodeLine(code=choice.further, role="bill", units=1 if choice.once else left)
    for beside, units in ((choice.guidance, 1), (choice.reading, first)):
        if beside:
            yield CodeLine(code=beside, role="bill", units=units)


def _steps(choice: ChoiceRow, kind: KindRow, count: Counted, book: Codebook) -> Iterator[Step]:
    row = book.codes[choice.first]
    yield step("codes", choice.first, row, f"{choice.first} is the {lowered(row.label)}.")
    if choice.because:
        yield step("kinds", kind.kind, choice, f"{choice.because[0].upper()}{choice.because[1:]}.")
    yield from count.steps
    for code in dict.fromkeys((choice.second, choice.further)):
        if code and (count.number is None or count.number > choice.covers):
            further = book.codes[code]
            yield step("codes", code, further, f"{code} is the {lowered(further.label)}.")
    for code in (choice.guidance, choice.reading):
        if code:
            beside = book.codes[code]
            yield step("codes", code, beside, f"{code} is the {lowered(beside.label)}.")
    if choice.other:
        other = book.codes[choice.other]
        said = f"{choice.other} is for the other physician: {lowered(other.label)}."
        yield step("codes", choice.other, other, said)
    if row.note:
        yield step("codes", choice.first, row, row.note)


def _ask_levels(choice: ChoiceRow, kind: KindRow, book: Codebook) -> Undecided:
    """Several were treated, and it is not said how many."""
    row = book.codes[choice.first]
    further = tuple(dict.fromkeys(filter(None, (choice.second, choice.further))))
    beyond = f", then {' and '.join(further)}" if further else ", one unit for each"
    return Undecided(
        verdict=f"It depends on the number of {kind.counts}s: {choice.first} first{beyond}.",
        missing=(
            Missing(
                fact="levels",
                question=f"Which {kind.counts}s were treated, and on which side?",
                choices=(),
            ),
        ),
        candidates=(choice.first, *further),
        steps=(step("codes", row.code, row, f"{row.code} is the {lowered(row.label)}."),),
        cautions=horizon(book),
    )


def _no_code(kind: KindRow, book: Codebook) -> NotCovered:
    """No choice fits the facts on this day; name the codes that the kind has."""
    held = book.choices(kind.kind)
    why = (
        f"The tables hold no code for this way of doing a {kind.name}."
        if held
        else f"The tables hold no code for a {kind.name} on {book.on:%Y-%m-%d}."
    )
    return NotCovered(
        verdict=why,
        nearest=tuple(dict.fromkeys(row.first for row in held))[:4],
        steps=(step("kinds", kind.kind, kind, why),),
        cautions=horizon(book),
    )
