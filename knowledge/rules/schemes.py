"""A scheme: the facts of one kind of procedure, what silence means, and the codes. Pure.

Epidural injections are one scheme, selected by the rows of codes.toml; each kind of
kinds.toml is another. How a code is chosen, and what is asked, knows no difference.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from knowledge.codebook import Codebook
from knowledge.facts import SELECTING, Procedure
from knowledge.kinds import ChoiceRow, KindPresumptionRow
from knowledge.rows import FactRow, ImpossibleRow, PresumptionRow

Completion = Mapping[str, str]
"""One value for every fact of the scheme."""


@dataclass(frozen=True)
class Scheme:
    """What one kind of procedure is coded by."""

    kind: str
    """"" = an epidural injection."""
    facts: Mapping[str, FactRow]
    """In the order in which a coder asks for them."""
    presumptions: tuple[PresumptionRow, ...]
    impossible: tuple[ImpossibleRow, ...]
    table: str
    """The table that holds the presumptions."""
    outcome: Callable[[Completion], str | None] = field(repr=False)
    """What a completion leads to, by a name; None = nothing that is held."""
    codes: Callable[[str], tuple[str, ...]] = field(repr=False)
    """The codes that go by the name of an outcome."""


def matches(when: Mapping[str, tuple[str, ...]], completion: Completion) -> bool:
    return all(completion[fact] in values for fact, values in when.items())


def scheme_of(procedure: Procedure, book: Codebook) -> Scheme:
    """The scheme that a procedure is coded by."""
    return of_kind(procedure.kind, book) if procedure.kind else of_epidurals(book)


def of_epidurals(book: Codebook) -> Scheme:
    rows = [row for row in book.codes.values() if row.selects]

    def outcome(completion: Completion) -> str | None:
        return next((row.code for row in rows if matches(row.selects, completion)), None)

    return Scheme(
        kind="",
        facts={fact: book.facts[fact] for fact in SELECTING},
        presumptions=tuple(row for row in book.presumptions if row.fact in SELECTING),
        impossible=book.impossible,
        table="presumptions",
        outcome=outcome,
        codes=lambda name: (name,),
    )


def of_kind(kind: str, book: Codebook) -> Scheme:
    choices = book.choices(kind)
    held = book.held("kinds", "presumption", KindPresumptionRow)

    def outcome(completion: Completion) -> str | None:
        row = choice_of(choices, completion)
        return "+".join(row.codes) if row else None

    return Scheme(
        kind=kind,
        facts={fact: book.kind_facts[fact] for fact in book.kinds[kind].facts},
        presumptions=tuple(row for row in held if kind in row.kinds),
        impossible=(),
        table="kinds",
        outcome=outcome,
        codes=lambda name: tuple(name.split("+")),
    )


def choice_of(choices: tuple[ChoiceRow, ...], completion: Completion) -> ChoiceRow | None:
    return next((row for row in choices if matches(row.when, completion)), None)
