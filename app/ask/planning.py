"""Which rules does this reading call for, with which facts? Pure.

The planner always consults the rules; what it cannot know before a code is decided it
learns by deciding the code first.
"""

from collections.abc import Iterator
from typing import Any

from app.ask.turn import Call, Mention, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Assumed, Decided, NotCovered, Undecided
from knowledge.errors import UnknownCode
from knowledge.facts import SELECTING, Procedure
from knowledge.topics import RULES

MOST_CALLS = 4
SITUATIONS = {
    "discontinued",
    "reduced",
    "repeat_same_physician",
    "repeat_other_physician",
    "repeat_same_day", "resident", "drug_waste", "locum", "assistant", "npp", "global_period"}
"""Aspects that call for a modifier."""
LABOR = "labor analgesia"
"""The one epidural that no code here is for: it is anesthesia by the hour."""
POLICY = {
    "sedation", "anesthesia", "frequency", "repeat", "biologics", "series", "other_blocks",
    "contrast", "dose", "scales", "conservative_care", "duration", "long_term",
}
"""Aspects that only a coverage policy answers."""
CODING = (
    "code_selection",
    "modifiers",
    "bundling",
    "units",
    "documentation",
    "diagnosis",
    "prior_authorization",
    "payment",
    "coverage",
    "compare",
)
DECLINED = ("clinical", "gaming")
OUTSIDE = ("out_of_scope", "greeting")


def plan(reading: Reading, billed: tuple[str, ...], book: Codebook) -> tuple[Call, ...]:
    """The calls that answer this reading, the one that gives the verdict first.

    `billed`: codes that words of the question name beside an injection ("fluoro").
    """
    topics = _topics(reading)
    if reading.other_procedure and not _ours(reading, book):
        if not reading.diagnoses:
            return (_other_procedure(reading),)
        topics = ("diagnosis",)
    calls: list[Call] = []
    for topic in topics:
        for one in _PLANS[topic](reading, billed, book):
            if one not in calls:
                calls.append(one)
    return tuple(calls[:MOST_CALLS])


def _ours(reading: Reading, book: Codebook) -> bool:
    """Does the question name a code or an approach that the tables hold?"""
    named = any(c in book.every_code for c in reading.codes)
    approach = any(
        m.fact == "approach"
        or (
            m.value == "non-neurolytic"
            and "e" in m.words.lower()
            and m.words.lower().endswith(("esi", "esis"))
        )
        for m in reading.mentions
    )
    labor = reading.other_procedure == LABOR
    return named or (not labor and (approach or "epidural" in reading.question.text.lower()))


def _other_procedure(reading: Reading) -> Call:
    """A procedure the tables do not hold is said so, never answered as an epidural."""
    name = reading.other_procedure
    result = NotCovered(
        verdict=f"The tables do not hold {name} yet; they hold epidural injections.",
        nearest=(),
    )
    return Call(tool="select_code", arguments={"service_date": str(reading.on)}, result=result)


def call(tool: str, book: Codebook, **arguments: Any) -> Call:
    """One rule called; a code no table has becomes NotCovered."""
    rule = RULES[tool]
    question = rule.takes(**{k: v for k, v in arguments.items() if v not in (None, "", ())})
    try:
        result = rule.decide(question, book)
    except UnknownCode as why:
        result = NotCovered(verdict=str(why), nearest=why.known)
    given = question.model_dump(mode="json", exclude_defaults=True)
    return Call(tool=tool, arguments=given | {"service_date": str(book.on)}, result=result)


def presumed(reading: Reading, calls: tuple[Call, ...], book: Codebook) -> tuple[Assumed, ...]:
    """The code that was taken to be meant because none was named."""
    rows = [r for r in book.presumptions if r.fact == "code"]
    if reading.codes or has_facts(reading):
        return ()
    return tuple(
        Assumed(fact="code", value=r.value, because=r.because, row="presumptions/code")
        for r in rows
        if any(c.arguments.get("code") == r.value for c in calls)
    )


def _topics(reading: Reading) -> tuple[str, ...]:
    """The coding topics to answer; what the codes and facts suggest when none was read."""
    found = tuple(t for t in reading.topics if t in CODING)
    if suggested := _suggested(reading):
        return suggested
    if "payment" in found and POLICY & set(reading.aspects):
        # "will sedation be paid" asks for coverage, not for an amount
        found = tuple(dict.fromkeys("coverage" if t == "payment" else t for t in found))
    if "denial" in reading.topics and not found:
        found = ("bundling",) if len(reading.codes) > 1 else ("coverage",)
    if found or set(reading.topics) & {*DECLINED, *OUTSIDE}:
        return found
    if has_facts(reading):
        return ("code_selection",)
    return ("compare",) if reading.codes else ()


def has_facts(reading: Reading) -> bool:
    """Was anything said of a procedure?"""
    return any(
        getattr(p, fact) is not None for p in reading.procedures for fact in SELECTING
    ) or any(p.levels for p in reading.procedures)


def _suggested(reading: Reading) -> tuple[str, ...]:
    """The topic that codes, diagnoses and aspects suggest when no cue word named one."""
    aspects = set(reading.aspects)
    if "biologics" in aspects and "code_selection" in reading.topics:
        return ("coverage",)
    if not reading.guessed or set(reading.topics) & {*DECLINED, *OUTSIDE}:
        return ()
    if reading.diagnoses:
        return ("diagnosis",)
    if aspects & SITUATIONS:
        return ("modifiers",)
    if len(reading.codes) > 1 and "compare" not in reading.topics:
        return ("bundling",)
    if aspects & POLICY:
        return ("coverage",)
    # nothing but facts was said: a coder asks for the code
    return ("code_selection",) if said_of_procedure(reading) and not reading.codes else ()


def said_of_procedure(reading: Reading) -> int:
    """How many facts of a procedure were stated."""
    return max(
        sum(getattr(p, fact) is not None for fact in SELECTING)
        + bool(p.levels)
        + bool(p.technique == "indwelling catheter")
        for p in reading.procedures
    )


# --- the code or codes the question is about ---------------------------------------


def _subject(reading: Reading, book: Codebook) -> tuple[tuple[str, ...], Call | None]:
    """Codes named; else the code the facts decide, or the candidates, with that call.

    With nothing named at all, the code that presumptions.toml says is meant.
    """
    named = _in_force(reading.codes, book)
    if named:
        return named, None
    if not has_facts(reading):
        return tuple(r.value for r in book.presumptions if r.fact == "code"), None
    chosen = _select(reading.procedures[0], book)
    result = chosen.result
    if isinstance(result, Decided):
        return tuple(line.code for line in result.codes), chosen
    if isinstance(result, Undecided):
        return result.candidates, chosen
    return (), chosen


def _in_force(codes: tuple[str, ...], book: Codebook) -> tuple[str, ...]:
    """Each code, or what replaced it by the day of service."""
    found: list[str] = []
    for code in codes:
        rows = book.every_code.get(code)
        if rows is None or code in book.codes or not rows[-1].replaced_by:
            found.append(code)
        else:
            found += [c for c in rows[-1].replaced_by if c in book.codes] or [code]
    return tuple(dict.fromkeys(found))


def _gone(reading: Reading, book: Codebook) -> Iterator[Call]:
    """Say of each deleted code that it is gone, and what took its place."""
    for code in reading.codes:
        if code in book.every_code and code not in book.codes:
            yield call("compare", book, codes=(code,))


def _select(procedure: Procedure, book: Codebook) -> Call:
    return call("select_code", book, **dict(procedure))


def _one_a_family(codes: tuple[str, ...], book: Codebook) -> tuple[str, ...]:
    """The first code of each family: their modifier rules are the same."""
    by_family: dict[str, str] = {}
    for code in codes:
        row = book.codes.get(code)
        by_family.setdefault(row.family if row else code, code)
    return tuple(by_family.values())


def _preferred(codes: tuple[str, ...], book: Codebook) -> tuple[str, ...]:
    """With candidates left, the code with imaging speaks for its family."""
    guided = [c for c in codes if c in book.codes and book.codes[c].imaging == "included"]
    return tuple(dict.fromkeys([*guided, *codes]))


# --- one plan for each topic ---------------------------------------------------------


def _code_selection(reading: Reading, billed: tuple[str, ...], book: Codebook) -> Iterator[Call]:
    if not has_facts(reading):
        yield from _gone(reading, book)
        if reading.codes:
            yield call("compare", book, codes=reading.codes[:4])
        else:
            yield _select(Procedure(), book)
        return
    known = [c for c in reading.codes if c in book.every_code]
    for procedure in reading.procedures[:3]:
        chosen = _select(procedure, book)
        if len(known) == 1 and not isinstance(chosen.result, Decided):
            # "what is a transforaminal (64483)?" asks of that code
            yield call("compare", book, codes=tuple(known))
            return
        yield chosen
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


def _modifiers(reading: Reading, billed: tuple[str, ...], book: Codebook) -> Iterator[Call]:
    yield from _gone(reading, book)
    codes, _ = _subject(reading, book)
    situations = tuple(reading.aspects)
    laterality = reading.procedures[0].laterality
    for code in _one_a_family(_preferred(codes, book), book)[:2]:
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
        yield _select(reading.procedures[0], book)


def _bundling(reading: Reading, billed: tuple[str, ...], book: Codebook) -> Iterator[Call]:
    yield from _gone(reading, book)
    codes = tuple(c for c in reading.codes)
    others = [c for c in billed if c not in codes]
    if not codes and len(reading.procedures) > 1:
        codes = _one_each(reading, book)
        others = [] if len(codes) > 1 else others
    if not codes:
        codes = _preferred(_subject(reading, book)[0], book)[:1]
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
        yield from _modifiers(reading, billed, book)


def _one_each(reading: Reading, book: Codebook) -> tuple[str, ...]:
    """The code of each procedure named, or the likeliest of its candidates."""
    found: list[str] = []
    for procedure in reading.procedures:
        result = _select(procedure, book).result
        if isinstance(result, Decided):
            found.append(result.codes[0].code)
        elif isinstance(result, Undecided):
            found += _preferred(result.candidates, book)[:1]
    return tuple(dict.fromkeys(found))


def _same_site(reading: Reading) -> bool | None:
    text = reading.question.text.lower()
    if "same level" in text or "same site" in text or "same side" in text:
        return True
    return False if "different level" in text or "different region" in text else None


def _units(reading: Reading, billed: tuple[str, ...], book: Codebook) -> Iterator[Call]:
    yield from _gone(reading, book)
    codes, _ = _subject(reading, book)
    procedure = reading.procedures[0]
    for code in _one_a_family(_preferred(codes, book), book)[:2]:
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
        yield _select(procedure, book)


def _documentation(reading: Reading, billed: tuple[str, ...], book: Codebook) -> Iterator[Call]:
    code = _main_code(reading, book)
    yield call(
        "documentation",
        book,
        code=code,
        aspects=reading.aspects,
        payer=reading.encounter.payer,
    )


def _diagnosis(reading: Reading, billed: tuple[str, ...], book: Codebook) -> Iterator[Call]:
    code = _main_code(reading, book)
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


def _prior_authorization(
    reading: Reading, billed: tuple[str, ...], book: Codebook
) -> Iterator[Call]:
    if reading.diagnoses or "supports" in reading.aspects:
        yield from _diagnosis(reading, billed, book)
    yield _policy("prior_authorization", reading, book)


def _coverage(reading: Reading, billed: tuple[str, ...], book: Codebook) -> Iterator[Call]:
    yield _policy("coverage", reading, book)


def _policy(tool: str, reading: Reading, book: Codebook) -> Call:
    encounter = reading.encounter
    return call(
        tool,
        book,
        code=_main_code(reading, book),
        payer=encounter.payer,
        state=encounter.state,
        place_of_service=encounter.place_of_service,
        aspects=reading.aspects,
    )


def _main_code(reading: Reading, book: Codebook) -> str | None:
    """The one code a policy question is about; None = epidural injections at large."""
    if not reading.codes and not has_facts(reading):
        return None
    codes, chosen = _subject(reading, book)
    known = [c for c in codes if c in book.every_code]
    if chosen is not None and not isinstance(chosen.result, Decided):
        return (
            _preferred(tuple(known), book)[0]
            if len({book.codes[c].family for c in known if c in book.codes}) == 1
            else None
        )
    return known[0] if known else None


def _payment(reading: Reading, billed: tuple[str, ...], book: Codebook) -> Iterator[Call]:
    yield from _gone(reading, book)
    codes, chosen = _subject(reading, book)
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
        yield _select(reading.procedures[0], book)


def _compare(reading: Reading, billed: tuple[str, ...], book: Codebook) -> Iterator[Call]:
    codes = reading.codes
    if len(reading.procedures) > 1 and not codes:
        codes = tuple(dict.fromkeys([*codes, *_one_each(reading, book)]))
    if not codes:
        codes, chosen_call = _subject(reading, book)
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


def billed_by_words(mentions: tuple[Mention, ...]) -> tuple[str, ...]:
    """Codes that words name beside an injection, such as "fluoro" for 77003."""
    return tuple(dict.fromkeys(m.value for m in mentions if m.fact == "billed"))
