"""Every combination of facts of every kind of procedure, on the days when codes changed."""

from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest

from knowledge.codebook import Codebook
from knowledge.decisions import Decided, NotCovered, Undecided
from knowledge.facts import Procedure
from knowledge.rules.select_code import select_code
from knowledge.tables import load

TODAY = date(2026, 11, 24)
DAYS = (date(2016, 11, 10), date(2019, 12, 31), date(2021, 12, 31), date(2025, 12, 31), TODAY)
KINDS = tuple(load().on(TODAY).kinds)


def procedures(kind: str, book: Codebook) -> Iterator[Procedure]:
    """Each fact stated in every way, or not at all; no, one or several things counted."""
    row = book.kinds[kind]
    choices = [(None, *book.kind_facts[fact].values) for fact in row.facts]
    for values, count in product(product(*choices), (None, 1, 2, 3, 4)):
        stated = {f: v for f, v in zip(row.facts, values, strict=True) if v is not None}
        own = {f: v for f, v in stated.items() if f in Procedure.model_fields}
        details = {f: v for f, v in stated.items() if f not in own}
        yield Procedure.model_validate(
            {"kind": kind, "details": details, "level_count": count, **own}
        )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("day", DAYS)
def test_only_codes_in_force_are_named_to_bill(kind, day):
    book = load().on(day)
    for procedure in procedures(kind, book):
        decision = select_code(procedure, book)

        if isinstance(decision, Decided):
            named = [line.code for line in decision.codes]
        elif isinstance(decision, Undecided):
            named = [*decision.candidates, *(c for o in decision.options for c in o.codes)]
        else:
            assert isinstance(decision, NotCovered)
            named = list(decision.nearest)
        assert set(named) <= set(book.codes), (procedure, named)


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_decided_stays_so_whatever_else_is_said_alike(kind):
    """A fact that was presumed, once stated as presumed, changes nothing."""
    book = load().on(TODAY)
    for procedure in procedures(kind, book):
        decision = select_code(procedure, book)
        if not isinstance(decision, Decided) or not decision.assumed:
            continue
        said = {a.fact: a.value for a in decision.assumed}
        own = {f: v for f, v in said.items() if f in Procedure.model_fields}
        details = {f: v for f, v in said.items() if f not in own}
        again = select_code(
            procedure.model_copy(update={**own, "details": {**procedure.details, **details}}), book
        )

        assert isinstance(again, Decided)
        assert again.codes == decision.codes
        assert not again.assumed


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_asked_for_decides(kind):
    """Each line of the conditional table is reached by answering the questions asked."""
    book = load().on(TODAY)
    for procedure in procedures(kind, book):
        decision = select_code(procedure, book)
        if not isinstance(decision, Undecided) or decision.missing[0].fact == "levels":
            continue
        for option in decision.options:
            own = {f: v for f, v in option.given.items() if f in Procedure.model_fields}
            details = {f: v for f, v in option.given.items() if f not in own}
            answered = procedure.model_copy(
                update={**own, "details": {**procedure.details, **details}}
            )
            result = select_code(answered, book)

            billed = {x.code for x in getattr(result, "codes", ()) if x.role == "bill"}
            assert set(option.codes) <= billed or not option.codes


@pytest.mark.parametrize("kind", KINDS)
def test_more_of_them_never_take_a_line_away(kind):
    book = load().on(TODAY)
    for procedure in procedures(kind, book):
        if not procedure.level_count:
            continue
        fewer, more = (
            select_code(procedure.model_copy(update={"level_count": n}), book)
            for n in (procedure.level_count, procedure.level_count + 1)
        )
        if isinstance(fewer, Decided) and isinstance(more, Decided):
            units = {x.code: x.units or 0 for x in more.codes}
            assert all(units.get(x.code, 0) >= (x.units or 0) for x in fewer.codes)
