"""Which codes do the facts of each procedure select? Pure."""

from collections.abc import Iterator

from app.ask.planning.bundling import images, side_by_side
from app.ask.planning.gone import gone
from app.ask.subject import call, has_facts, select
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Decided, NotCovered, Undecided
from knowledge.facts import Procedure


def code_selection(reading: Reading, book: Codebook) -> Iterator[Call]:
    if not has_facts(reading):
        yield from gone(reading, book)
        if reading.codes:
            yield call("compare", book, codes=reading.codes[:4])
        else:
            yield select(Procedure(), book)
        return
    yield from side_by_side(reading, book)
    known = [c for c in reading.codes if c in book.every_code]
    for procedure in reading.procedures[:3]:
        chosen = select(procedure, book)
        open_ = chosen.result.candidates if isinstance(chosen.result, Undecided) else ()
        if len(known) == 1 and known[0] in open_:
            # "what is a transforaminal (64483)?" asks of that code
            yield call("compare", book, codes=tuple(known))
            return
        yield chosen.model_copy(update={"against": _excluded(known, chosen, book)})
        if isinstance(chosen.result, Decided):
            for line in chosen.result.codes if procedure.laterality else ():
                yield call(
                    "modifiers",
                    book,
                    code=line.code,
                    laterality=procedure.laterality,
                    situations=tuple(
                        a for a in (*reading.aspects, *reading.situations) if a == "diagnostic_block"
                    ),
                    claim=reading.encounter.claim,
                    place_of_service=reading.encounter.place_of_service,
                )
        if procedure.imaging in ("none", "ultrasound"):
            aspect = "no_imaging" if procedure.imaging == "none" else "ultrasound"
            yield call(
                "coverage", book, aspects=(aspect,), payer=reading.encounter.payer, strict=True
            )
    yield from gone(reading, book)


def _excluded(known: list[str], chosen: Call, book: Codebook) -> tuple[str, ...]:
    """Injection codes named that the decision neither bills nor leaves possible."""
    result = chosen.result
    if isinstance(result, NotCovered) or not known:
        return ()
    right = (
        {line.code for line in result.codes}
        if isinstance(result, Decided)
        else set(result.candidates)
    )
    named = [c for c in known if c not in images(tuple(known), book)]
    return () if right & set(named) else tuple(named)
