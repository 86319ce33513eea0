"""Which codes do the facts of each procedure select? Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.ask.planning.bundling import beside_patch, side_by_side
from app.ask.planning.gone import gone
from app.ask.planning.lines import as_lines
from app.ask.planning.scenario import CODE_ASKED
from app.ask.planning.session import (
    against,
    answered,
    covered,
    imaging_covered,
    modifiers_of,
    not_begun,
)
from app.ask.planning.told import told_of
from app.ask.subject import call, has_facts, select
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Decided, Undecided
from knowledge.facts import Procedure
from knowledge.rules.select_code import on_either_day

MOST_PROCEDURES = 4
ONLY_ONE = re.compile(r"^(?!.{0,14}\byes\b)", re.I)
"""A verdict on a pair that lets only one of them stand."""


def code_selection(reading: Reading, book: Codebook) -> Iterator[Call]:
    if not has_facts(reading) and not any(p.unclear for p in reading.procedures):
        yield from gone(reading, book)
        if reading.codes:
            yield call("compare", book, codes=reading.codes[:4])
        else:
            yield select(Procedure(), book)
        return
    if stopped := not_begun(reading, book):
        yield from stopped
        return
    chosen = _chosen(reading, book)
    if asked := _asked_of_one(reading, [c for c, _ in chosen], book):
        yield asked
        return
    pairs = list(side_by_side(reading, book)) if len(chosen) > 1 else []
    barred = any(ONLY_ONE.search(c.result.verdict) for c in pairs)
    if barred and not any(p.unclear for p in reading.procedures):
        # NCCI lets one of them stand, whatever the facts still open
        yield from pairs
    elif not all(isinstance(c.result, Decided) for c, _ in chosen):
        pairs, barred = [], False
    if reading.whether and "bundling" in reading.topics and not reading.codes:
        yield from pairs
    if reading.whether and not CODE_ASKED.search(reading.text):
        # whether a third level is paid comes before the codes of all three
        for one, procedure in chosen:
            yield from covered(one, procedure, reading, book)
    wrong = against(reading, [c for c, _ in chosen], book)
    modified: list[Call] = []
    for number, (one, procedure) in enumerate(chosen):
        own: list[Call] = []
        if isinstance(one.result, Decided):
            own = list(modifiers_of(one.result, procedure, reading, book))
        modified += own
        told = answered(one, wrong, reading, chosen, book) if number == 0 else one
        yield as_lines(told, own, book)
    yield from pairs
    yield from beside_patch(reading, book)
    for one, procedure in chosen:
        yield from covered(one, procedure, reading, book)
    yield from modified
    yield from imaging_covered(reading, book)
    yield from gone(reading, book)


def _chosen(reading: Reading, book: Codebook) -> list[tuple[Call, Procedure]]:
    """The decision on each procedure, those that need a fact first; no code twice."""
    found: list[tuple[Call, Procedure]] = []
    told: set[tuple[str, ...]] = set()
    for procedure in told_of(reading)[:MOST_PROCEDURES]:
        one = _select(procedure, reading, book)
        codes = _codes(one)
        if codes and codes in told:
            continue
        told.add(codes)
        found.append((one, procedure))
    return sorted(found, key=lambda pair: isinstance(pair[0].result, Decided))


def _select(procedure: Procedure, reading: Reading, book: Codebook) -> Call:
    one = select(procedure, book)
    if isinstance(one.result, Undecided) and not procedure.unclear:
        one = _by_code(one, one.result, procedure, reading, book)
    if not reading.other_days:
        return one
    books = [book, *(replace(book, on=day) for day in reading.other_days)]
    return one.model_copy(update={"result": on_either_day(procedure, books)})


def _by_code(
    one: Call, result: Undecided, procedure: Procedure, reading: Reading, book: Codebook
) -> Call:
    """What the one code named says of approach and region, where the facts exclude it."""
    named = [book.codes[c] for c in reading.codes if c in book.codes and book.codes[c].selects]
    if len(named) != 1 or named[0].code in result.candidates or len(reading.procedures) > 1:
        return one
    approaches, regions = (named[0].selects.get(f, ()) for f in ("approach", "region"))
    filled = procedure.model_copy(
        update={
            "approach": procedure.approach or (approaches[0] if approaches else None),
            "region": procedure.region
            or (regions[0] if regions and not procedure.levels else None),
        }
    )
    other = select(filled, book)
    if not isinstance(other.result, Decided):
        return one
    # what the code named says is no fact of the record, so nothing is billed by it yet
    lines = tuple(x.model_copy(update={"role": "candidate"}) for x in other.result.codes)
    return other.model_copy(update={"result": other.result.model_copy(update={"codes": lines})})


def _codes(one: Call) -> tuple[str, ...]:
    if isinstance(one.result, Decided):
        return tuple(line.code for line in one.result.codes)
    return ()


def _asked_of_one(reading: Reading, chosen: Sequence[Call], book: Codebook) -> Call | None:
    """ "What is a transforaminal (64483)?" asks of that code, not for one."""
    known = [c for c in reading.codes if c in book.every_code]
    if len(known) != 1 or len(chosen) != 1 or any(p.unclear for p in reading.procedures):
        return None
    result = chosen[0].result
    open_ = result.candidates if isinstance(result, Undecided) else ()
    if known[0] not in open_ or any(p.levels for p in reading.procedures):
        return None
    return call("compare", book, codes=tuple(known))
