"""Which rules does this reading call for, with which facts? Pure.

The planner always consults the rules; what it cannot know before a code is decided it
learns by deciding the code first.
"""

from collections.abc import Iterator

from app.ask.subject import (
    call,
    has_facts,
    injections,
    main_code,
    one_a_family,
    one_each,
    preferred,
    select,
    subject,
    topics_of,
)
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Decided, NotCovered, Undecided
from knowledge.facts import Procedure

MOST_CALLS = 4


def plan(reading: Reading, book: Codebook) -> tuple[Call, ...]:
    """The calls that answer this reading, the one that gives the verdict first."""
    topics = topics_of(reading)
    if reading.other_procedure and not _ours(reading, book):
        if not reading.diagnoses:
            return (_other_procedure(reading),)
        topics = ("diagnosis",)
    calls: list[Call] = []
    for topic in topics:
        for one in _PLANS[topic](reading, book):
            if one not in calls:
                calls.append(one)
    return tuple(calls[:MOST_CALLS])


def _ours(reading: Reading, book: Codebook) -> bool:
    """Does the question name a code or an approach that the tables hold?"""
    if any(c in book.every_code for c in reading.codes):
        return True
    if reading.never_ours:
        return False
    steroid = any(m.words.lower().endswith(("esi", "esis")) for m in reading.mentions)
    approach = any(m.fact == "approach" for m in reading.mentions)
    return approach or steroid or "epidural" in reading.text.lower()


def _other_procedure(reading: Reading) -> Call:
    """A procedure the tables do not hold is said so, never answered as an epidural."""
    name = reading.other_procedure
    result = NotCovered(
        verdict=f"The tables do not hold {name} yet; they hold epidural injections.",
        nearest=(),
    )
    return Call(tool="select_code", arguments={"service_date": str(reading.on)}, result=result)


def _gone(reading: Reading, book: Codebook) -> Iterator[Call]:
    """Say of each deleted code that it is gone, and what took its place."""
    for code in reading.codes:
        if code in book.every_code and code not in book.codes:
            yield call("compare", book, codes=(code,))


# --- one plan for each topic ---------------------------------------------------------


def _code_selection(reading: Reading, book: Codebook) -> Iterator[Call]:
    if not has_facts(reading):
        yield from _gone(reading, book)
        if reading.codes:
            yield call("compare", book, codes=reading.codes[:4])
        else:
            yield select(Procedure(), book)
        return
    yield from _side_by_side(reading, book)
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
                    claim=reading.encounter.claim,
                    place_of_service=reading.encounter.place_of_service,
                )
        if procedure.imaging in ("none", "ultrasound"):
            aspect = "no_imaging" if procedure.imaging == "none" else "ultrasound"
            yield call(
                "coverage", book, aspects=(aspect,), payer=reading.encounter.payer, strict=True
            )
    yield from _gone(reading, book)


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
    named = [c for c in known if c not in _images(tuple(known), book)]
    return () if right & set(named) else tuple(named)


def _side_by_side(reading: Reading, book: Codebook) -> Iterator[Call]:
    """Several procedures of one session: whether their codes may stand together comes first."""
    codes = one_each(reading, book) if len(reading.procedures) > 1 else ()
    for other in codes[1:3]:
        yield call("bundling", book, code=codes[0], beside=other, same_site=_same_site(reading))


def _modifiers(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield from _gone(reading, book)
    codes = injections(subject(reading, book)[0], book)
    situations = tuple(reading.aspects)
    laterality = reading.procedures[0].laterality
    for code in one_a_family(preferred(codes, book), book)[:2]:
        for modifier in reading.modifiers[:3] or (None,):
            yield call(
                "modifiers",
                book,
                code=code,
                modifier=modifier,
                situations=situations,
                laterality=laterality,
                claim=reading.encounter.claim,
                place_of_service=reading.encounter.place_of_service,
            )
    if not codes:
        yield select(reading.procedures[0], book)


def _bundling(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield from _gone(reading, book)
    codes = tuple(c for c in reading.codes)
    others = [c for c in reading.billed if c not in codes]
    add_ons = [c for c in codes if c in book.codes and book.codes[c].role == "add-on"]
    if add_ons and "alone" in reading.aspects:
        yield call("units", book, code=add_ons[0], aspects=("alone",))
        return
    if codes and has_facts(reading) and injections(codes, book) == codes == _images(codes, book):
        codes = (*one_each(reading, book)[:1], *codes)
    if not codes and len(reading.procedures) > 1:
        codes = one_each(reading, book)
        others = [] if len(codes) > 1 else others
    if not codes:
        codes = preferred(subject(reading, book)[0], book)[:1]
    if len(codes) < 2:
        codes = (*codes, *others)
    first = next(
        (c for c in codes if c in book.every_code and book.every_code[c][-1].selects),
        codes[0] if codes else "",
    )
    rest = [c for c in codes if c != first]
    for other in rest[:3]:
        yield call("bundling", book, code=first, beside=other, same_site=_same_site(reading))
    if not rest and codes:
        yield from _modifiers(reading, book)


def _images(codes: tuple[str, ...], book: Codebook) -> tuple[str, ...]:
    """The imaging codes among them."""
    return tuple(
        c for c in codes if c in book.every_code and book.every_code[c][-1].family == "imaging"
    )


def _same_site(reading: Reading) -> bool | None:
    text = reading.text.lower()
    if "same level" in text or "same site" in text or "same side" in text:
        return True
    return False if "different level" in text or "different region" in text else None


def _units(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield from _gone(reading, book)
    codes, _ = subject(reading, book)
    procedure = reading.procedures[0]
    for code in one_a_family(preferred(codes, book), book)[:2]:
        yield call(
            "units",
            book,
            code=code,
            laterality=procedure.laterality,
            level_count=procedure.level_count or len(procedure.levels) or None,
            claim=reading.encounter.claim,
            aspects=reading.aspects,
            payer=reading.encounter.payer,
        )
    if not codes:
        yield select(procedure, book)


def _documentation(reading: Reading, book: Codebook) -> Iterator[Call]:
    code = main_code(reading, book)
    yield call(
        "documentation",
        book,
        code=code,
        aspects=reading.aspects,
        payer=reading.encounter.payer,
    )


def _diagnosis(reading: Reading, book: Codebook) -> Iterator[Call]:
    code = main_code(reading, book)
    yield call(
        "diagnosis",
        book,
        code=code,
        diagnoses=reading.diagnoses[:6],
        region=reading.procedures[0].region,
        aspects=reading.aspects,
    )
    if "indications" in reading.aspects:
        yield call(
            "coverage",
            book,
            code=code,
            payer=reading.encounter.payer,
            aspects=("indications", "conservative_care", "imaging"),
        )


def _prior_authorization(reading: Reading, book: Codebook) -> Iterator[Call]:
    if reading.diagnoses or "supports" in reading.aspects:
        yield from _diagnosis(reading, book)
    yield _policy("prior_authorization", reading, book)


def _coverage(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield _policy("coverage", reading, book)


def _policy(tool: str, reading: Reading, book: Codebook) -> Call:
    encounter = reading.encounter
    unheld = bool(reading.unknown_payer) and tool == "prior_authorization"
    return call(
        tool,
        book,
        code=main_code(reading, book),
        payer="commercial" if unheld else encounter.payer,
        state=encounter.state,
        place_of_service=encounter.place_of_service,
        aspects=reading.aspects,
    )


def _payment(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield from _gone(reading, book)
    codes, chosen = subject(reading, book)
    if chosen is not None and isinstance(chosen.result, Undecided):
        yield chosen
        return
    if len(codes) > 1:
        # what was done picks the code, never the price: the difference comes first
        yield call("compare", book, codes=codes[:4])
    for code in codes[:3]:
        yield call(
            "payment",
            book,
            code=code,
            place_of_service=reading.encounter.place_of_service,
            year=reading.year,
            state=reading.encounter.state,
            rate=reading.rate,
        )
    if not codes:
        yield select(reading.procedures[0], book)


def _compare(reading: Reading, book: Codebook) -> Iterator[Call]:
    codes = reading.codes
    if len(reading.procedures) > 1 and not codes:
        codes = tuple(dict.fromkeys([*codes, *one_each(reading, book)]))
    if not codes:
        codes, chosen_call = subject(reading, book)
        if chosen_call is not None and not isinstance(chosen_call.result, Decided):
            yield chosen_call
            return
    if codes:
        yield call("compare", book, codes=codes[:4])


_PLANS = {
    "code_selection": _code_selection,
    "modifiers": _modifiers,
    "bundling": _bundling,
    "units": _units,
    "documentation": _documentation,
    "diagnosis": _diagnosis,
    "prior_authorization": _prior_authorization,
    "payment": _payment,
    "coverage": _coverage,
    "compare": _compare,
}
