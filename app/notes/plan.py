"""Which lines does each procedure make? The rules decide; nothing here names a code. Pure.

One line for each code and side. Modifiers are those that the modifiers rule says to append
for the sides and events of the note; units are those of the selection.
"""

from collections.abc import Iterable, Sequence

from app.ask.subject import call
from app.ask.turn import Call
from app.notes.facts import Treated
from knowledge.codebook import Codebook
from knowledge.decisions import Caution, CodeLine, Decided, Step
from knowledge.facts import Encounter, Frozen, Laterality
from knowledge.rules.select_code import on_either_day

PLACES = {"pricing": 0, "distinct": 1, "information": 2, "": 3}
SIDES: tuple[Laterality, ...] = ("right", "left")


class Line(Frozen):
    """One line of the claim."""

    code: str
    units: int
    modifiers: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    procedure: int = 0
    """The procedure it comes from."""


def select(treated: Treated, book: Codebook) -> Treated:
    """The procedure with the decision on its code."""
    return treated.model_copy(
        update={"call": call("select_code", book, **dict(treated.procedure))}
    )


def on_days(treated: Treated, books: Sequence[Codebook]) -> Treated:
    """The decision when the note has several dates of service: all of them must agree."""
    first = select(treated, books[0])
    assert first.call is not None
    result = on_either_day(treated.procedure, books)
    return first.model_copy(update={"call": first.call.model_copy(update={"result": result})})


def lines_of(
    treated: Treated,
    number: int,
    situations: Sequence[str],
    encounter: Encounter,
    book: Codebook,
) -> list[Line]:
    """The lines of one decided procedure; none when it is undecided."""
    result = treated.call.result if treated.call else None
    if not isinstance(result, Decided):
        return []
    made: list[Line] = []
    billed = [line for line in result.codes if line.role == "bill"]
    for (line, units, side) in _sided(treated, billed):
        steps = _reasons(result, line.code)
        for one, more in _modified(line.code, side, situations, encounter, book):
            made.append(
                Line(
                    code=line.code,
                    units=units,
                    modifiers=_ordered(one, book),
                    steps=(*steps, *more),
                    procedure=number,
                )
            )
    return made


def _reasons(result: Decided, code: str) -> tuple[Step, ...]:
    own = tuple(s for s in result.steps if code in s.because)
    return own or result.steps[:1]


def _sided(
    treated: Treated, billed: Sequence[CodeLine]
) -> list[tuple[CodeLine, int, Laterality | None]]:
    """Each code with its units and side; add-ons of different sides are lines of their own."""
    procedure = treated.procedure
    if not procedure.sides or not billed:
        return [(line, line.units or 1, procedure.laterality) for line in billed]
    known = [None if s == "unknown" else s for s in procedure.sides]
    # a level on both sides is the first one, since the first code carries 50 before an add-on
    known.sort(key=lambda s: s != "bilateral")
    found: list[tuple[CodeLine, int, Laterality | None]] = [(billed[0], billed[0].units or 1, known[0])]
    for line in billed[1:]:
        for side in dict.fromkeys(known[1:]):
            found.append((line, known[1:].count(side), side))
    return found


def _modified(
    code: str,
    side: Laterality | None,
    situations: Sequence[str],
    encounter: Encounter,
    book: Codebook,
) -> list[tuple[tuple[str, ...], tuple[Step, ...]]]:
    """The modifiers of a code, once, or once for each of two lines."""
    events: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    if situations:
        one = _asked(code, None, situations, encounter, book)
        events, steps = appended(one), _said(one)
    if side is None:
        return [(events, steps)]
    # one side is told alike on every claim; both sides differ by claim and place
    sent = encounter if side == "bilateral" else encounter.model_copy(update={"claim": None})
    one = _asked(code, side, (), sent, book)
    found = appended(one)
    steps = (*_said(one), *steps)
    apart = [m for m in ("RT", "LT") if m in found] if side == "bilateral" else []
    if apart and "50" not in found:
        return [((*events, m), steps) for m in ("RT", "LT")]
    if side == "bilateral":
        found = tuple(m for m in found if m not in ("RT", "LT"))
    return [((*events, *found), steps)]


def _asked(
    code: str,
    side: Laterality | None,
    situations: Sequence[str],
    encounter: Encounter,
    book: Codebook,
) -> Call:
    return call(
        "modifiers",
        book,
        code=code,
        laterality=side,
        situations=tuple(situations),
        claim=encounter.claim,
        place_of_service=encounter.place_of_service,
        payer=encounter.payer,
    )


def appended(one: Call) -> tuple[str, ...]:
    """The modifiers that a decision says to append."""
    if not isinstance(one.result, Decided):
        return ()
    return tuple(
        m.code for line in one.result.codes for m in line.modifiers if m.verdict == "append"
    )


def _said(one: Call) -> tuple[Step, ...]:
    return one.result.steps[:2] if isinstance(one.result, Decided) else ()


def _ordered(found: Iterable[str], book: Codebook) -> tuple[str, ...]:
    """Pricing first, then what makes distinct, then what only informs."""

    def place(modifier: str) -> int:
        row = book.modifier_names.get(modifier)
        return PLACES[row.place if row else ""]

    return tuple(sorted(dict.fromkeys(found), key=place))


def cautions_of(treated: Sequence[Treated]) -> tuple[Caution, ...]:
    """Everything the decisions caution of, each once."""
    found: dict[str, Caution] = {}
    for one in treated:
        if one.call is not None:
            for caution in one.call.result.cautions:
                found.setdefault(caution.text, caution)
    return tuple(found.values())


