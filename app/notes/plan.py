"""Which lines does each procedure make? The rules decide; nothing here names a code. Pure.

One line for each code and side. Modifiers are those that the modifiers rule says to append
for the sides and events of the note; units are those of the selection.
"""

from collections.abc import Iterable, Sequence

from app.ask.planning.bundling import images
from app.ask.subject import call
from app.ask.turn import Call
from app.notes.facts import Treated
from knowledge.codebook import Codebook
from knowledge.decisions import Caution, CodeLine, Decided, Step
from knowledge.facts import Encounter, Frozen, Laterality
from knowledge.rules.select_code import on_either_day

PLACES = {"pricing": 0, "distinct": 1, "information": 2, "": 3}
BOTH, LINES, PART = "50", ("RT", "LT"), "26"
"""Not a coding fact: how the answer of the modifiers rule is laid out on lines."""


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
    return treated.model_copy(update={"call": call("select_code", book, **dict(treated.procedure))})


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
    for line, units, side in _sided(treated, billed):
        steps = _reasons(result, line.code)
        for times, one, more in _modified(line.code, side, situations, encounter, book):
            made.append(
                Line(
                    code=line.code,
                    units=units * times,
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
    found: list[tuple[CodeLine, int, Laterality | None]] = [
        (billed[0], billed[0].units or 1, known[0])
    ]
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
) -> list[tuple[int, tuple[str, ...], tuple[Step, ...]]]:
    """How often the units count, the modifiers and the reasons of each line of a code."""
    events: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    if images((code,), book):
        return [(1, *_split(code, encounter, book))]
    if situations:
        one = _asked(code, None, situations, encounter, book)
        events, steps = appended(one), _said(one, book)
    if side is None:
        return [(1, events, steps)]
    if side != "bilateral":
        # one side is told alike on every claim
        one = _asked(code, side, (), encounter.model_copy(update={"claim": None}), book)
        if not appended(one):
            one = _asked(code, side, (), encounter, book)
        return [(1, (*events, *appended(one)), (*_said(one, book), *steps))]
    one = _asked(code, side, (), encounter, book)
    found, steps = appended(one), (*_said(one, book), *steps)
    if not {"50", *LINES} & set(found) and _verdict(one, BOTH) == "depends":
        # an add-on on both sides: Medicare takes 50, the convention of CPT counts it twice
        named = _asked(code, side, (), encounter, book, modifier=BOTH)
        steps = (*_said(named, book), *steps)
        if BOTH in appended(named):
            return [(1, (*events, BOTH), steps)]
        return [(2, events, steps)]
    if set(LINES) & set(found) and BOTH not in found:
        return [(1, (*events, m), steps) for m in LINES]
    return [(1, (*events, *(m for m in found if m not in LINES)), steps)]


def _split(
    code: str, encounter: Encounter, book: Codebook
) -> tuple[tuple[str, ...], tuple[Step, ...]]:
    """Imaging beside the procedure: in a facility the professional bills his part of it."""
    rows = book.statements("places", "place")
    there = any(r.id == encounter.place_of_service and "facility" in r.aspects for r in rows)
    if not there or encounter.claim == "facility":
        return (), ()
    one = _asked(code, None, (), encounter, book, modifier=PART)
    lines = one.result.codes if isinstance(one.result, Decided) else ()
    fits = any(m.code == PART and m.verdict != "do_not_append" for x in lines for m in x.modifiers)
    return ((PART,) if fits else ()), one.result.steps[:1]


def open_place(treated: Sequence[Treated], encounter: Encounter, book: Codebook) -> bool:
    """Does a facility claim of both sides turn on a place of service that nobody stated?"""
    if encounter.claim != "facility" or encounter.place_of_service:
        return False
    places = {p for row in book.modifier_verdicts if "facility" in row.aspects for p in row.places}
    for one in treated:
        if one.procedure.laterality != "bilateral" and "bilateral" not in one.procedure.sides:
            continue
        result = one.call.result if one.call else None
        for line in result.codes if isinstance(result, Decided) else ():
            there = {
                appended(
                    _asked(
                        line.code,
                        "bilateral",
                        (),
                        encounter.model_copy(update={"place_of_service": place}),
                        book,
                    )
                )
                for place in places
            }
            if len(there) > 1:
                return True
    return False


def _asked(
    code: str,
    side: Laterality | None,
    situations: Sequence[str],
    encounter: Encounter,
    book: Codebook,
    modifier: str = "",
) -> Call:
    return call(
        "modifiers",
        book,
        code=code,
        modifier=modifier,
        laterality=side,
        situations=tuple(situations),
        claim=encounter.claim,
        place_of_service=encounter.place_of_service,
        # with no payer stated, Medicare's rule
        payer=encounter.payer or ("medicare" if modifier else None),
    )


def _verdict(one: Call, modifier: str) -> str:
    lines = one.result.codes if isinstance(one.result, Decided) else ()
    return next((m.verdict for x in lines for m in x.modifiers if m.code == modifier), "")


def appended(one: Call) -> tuple[str, ...]:
    """The modifiers that a decision says to append."""
    if not isinstance(one.result, Decided):
        return ()
    return tuple(
        m.code for line in one.result.codes for m in line.modifiers if m.verdict == "append"
    )


def _said(one: Call, book: Codebook) -> tuple[Step, ...]:
    """The reasons of what is appended, and of nothing else."""
    found = appended(one)
    rows = {f"modifiers/{r.id}" for r in book.modifier_verdicts if r.modifier in found}
    steps = one.result.steps if isinstance(one.result, Decided) else ()
    return tuple(s for s in steps if s.row in rows and not s.because.startswith("No:"))


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
