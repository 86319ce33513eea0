"""May two codes stand on one claim? Which pairs a reading asks about. Pure."""

import re
from collections.abc import Iterator
from itertools import combinations

from app.ask.pair_asked import asked_of, partners, visits
from app.ask.planning.gone import gone
from app.ask.planning.modifiers import modifiers
from app.ask.planning.told import codes_told_of
from app.ask.planning.units import units
from app.ask.polarity import predicate
from app.ask.subject import (
    call,
    has_facts,
    injections,
    one_each,
    preferred,
    select,
    subject,
    told_codes,
)
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Decided, Undecided

MOST_PAIRS = 3
TWO_AT_ONE = re.compile(r"\d{5}\s*(?:and|\+|&|/|with)\s*\d{5}\s*(?:at|@)\s*[CTLS]\d", re.I)
""" "62321 and 64479 at C6-7": both at the level named."""


def bundling(reading: Reading, book: Codebook) -> Iterator[Call]:
    codes = _codes(reading, book)
    if len(codes) < 2:
        yield from gone(reading, book)
        if rule := _rule(reading, book, codes):
            yield rule
        elif codes and not reading.modifiers and "units" in reading.topics:
            yield from units(reading, book)
        elif codes:
            yield from modifiers(reading, book)
        return
    pairs = [_pair(one, other, reading, book) for one, other in _two(codes, reading, book)]
    yield from _ordered(pairs)
    yield from gone(reading, book)


def side_by_side(reading: Reading, book: Codebook) -> Iterator[Call]:
    """Several procedures of one session: whether their codes may stand together comes first."""
    codes = one_each(reading, book) if len(reading.procedures) > 1 else ()
    for other in codes[1:3]:
        yield _pair(codes[0], other, reading, book)


def beside_patch(reading: Reading, book: Codebook) -> Iterator[Call]:
    """A steroid injection told of beside a blood patch: whether it is paid there."""
    told = [m.value for m in reading.mentions if m.fact == "substance" and not m.negated]
    if not {"blood patch", "non-neurolytic"} <= set(told) or len(reading.procedures) > 1:
        return
    patch = reading.procedures[0]
    if patch.substance != "blood patch" or not ADDED.search(reading.text):
        return
    other = patch.model_copy(update={"substance": "non-neurolytic"})
    if other.approach is None:
        other = other.model_copy(update={"approach": "interlaminar"})
    first, second = (select(p, book).result for p in (patch, other))
    if isinstance(first, Decided) and isinstance(second, Decided | Undecided):
        codes = [x.code for x in second.codes] if isinstance(second, Decided) else second.candidates
        if beside := preferred(tuple(codes), book):
            yield _pair(first.codes[0].code, beside[0], reading, book)


ADDED = re.compile(r"\b(?:and|plus|with|w|also|both|together|same|one|beside|then)\b|[+&/]", re.I)


def _pair(one: str, other: str, reading: Reading, book: Codebook) -> Call:
    wanted = book.distinct | {"25", "24", "57"}
    found = call(
        "bundling",
        book,
        code=one,
        beside=other,
        asked=asked_of(reading, book),
        modifiers=tuple(m for m in reading.modifiers if m in wanted or _told_of(m, other, reading)),
        same_site=_same_site(reading),
        claim=reading.encounter.claim,
        place_of_service=reading.encounter.place_of_service,
        situations=tuple(
            dict.fromkeys([*reading.situations, *reading.aspects, *_derived(reading)])
        ),
    )
    return found.model_copy(update={"opposed": _opposed(one, reading, book)})


def _opposed(one: str, reading: Reading, book: Codebook) -> bool:
    """Does yes mean that nothing is billed beside: "is it included?", "is it denied?" """
    if asked_of(reading, book) != "both" or reading.modifiers or not reading.whether:
        return False
    row = book.codes.get(one)
    without = bool(reading.billed) and row is not None and row.imaging == "without"
    return not without and predicate(reading.text) in ("include", "refuse")


def _told_of(modifier: str, code: str, reading: Reading) -> bool:
    return (modifier, code) in reading.attached


def _two(codes: tuple[str, ...], reading: Reading, book: Codebook) -> list[tuple[str, str]]:
    """Each two of the codes that can be asked about, the injection first."""
    first = next(
        (c for c in codes if c in book.every_code and book.every_code[c][-1].selects), codes[0]
    )
    ranked = (first, *[c for c in codes if c != first])[:4]
    found = list(combinations(ranked, 2))
    lines = {code for modifier, code in reading.attached if modifier in book.distinct}
    about = [two for two in found if lines & set(two)]
    if about:
        found = about
    elif asked_of(reading, book) == "both":
        found = [two for two in found if first in two]
    apart = [two for two in found if not _family(two, book) and not _with_parent(two, codes, book)]
    visited = visits(book)
    apart = [two for two in apart if not set(two) <= visited] or apart
    return apart or found[:1]


def _family(two: tuple[str, str], book: Codebook) -> bool:
    """A first code and its own add-on."""
    one, other = (book.codes.get(code) for code in two)
    if one is None or other is None:
        return False
    return one.code in other.add_on_to or other.code in one.add_on_to


def _with_parent(two: tuple[str, str], codes: tuple[str, ...], book: Codebook) -> bool:
    """An add-on whose first code is on the claim too answers to that one, not to a stranger."""
    for code, other in (two, two[::-1]):
        row, stranger = book.codes.get(code), book.codes.get(other)
        if row is None or stranger is None or stranger.family != row.family:
            continue
        if set(row.add_on_to) & set(codes):
            return True
    return False


def _ordered(calls: list[Call]) -> list[Call]:
    """A refusal leads, then an edit that a modifier may part."""

    def weight(one: Call) -> int:
        lines = one.result.codes if isinstance(one.result, Decided) else ()
        if any(line.role == "do_not_bill" for line in lines):
            return 0
        return 1 if any(m.verdict == "depends" for line in lines for m in line.modifiers) else 2

    return sorted(calls, key=weight)[:MOST_PAIRS]


def _codes(reading: Reading, book: Codebook) -> tuple[str, ...]:
    codes = reading.codes
    told = all(p.kind for p in reading.procedures)
    if codes and told and not set(codes) & codes_told_of(reading, book):
        # codes to be added to a procedure that its own words tell
        decided = one_each(reading, book)[:1]
        return (*decided, *[c for c in codes if c not in decided])
    if codes and has_facts(reading) and injections(codes, book) == codes == images(codes, book):
        return (*one_each(reading, book)[:1], *codes)
    return partners(reading, book, told_codes(reading, book)) or _by_facts(reading, book)


def _by_facts(reading: Reading, book: Codebook) -> tuple[str, ...]:
    """The codes that the facts of each procedure select, when none is named."""
    if len(reading.procedures) > 1:
        codes = one_each(reading, book)
        if len(codes) > 1:
            return codes
    chosen = preferred(subject(reading, book)[0], book)[:1]
    return (*chosen, *[c for c in reading.billed if c not in chosen])


def _rule(reading: Reading, book: Codebook, codes: tuple[str, ...]) -> Call | None:
    """A rule of NCCI at large, where the question asks for one."""
    told = tuple(dict.fromkeys([*reading.situations, *reading.aspects]))
    found = call(
        "bundling",
        book,
        code=codes[0] if codes else None,
        asked=asked_of(reading, book),
        situations=told,
    )
    return found if isinstance(found.result, Decided) else None


def _derived(reading: Reading) -> Iterator[str]:
    """What the levels and sides read together tell."""
    levels = {level for p in reading.procedures for level in p.levels}
    sides = {m.value for m in reading.mentions if m.fact == "laterality"}
    both = "bilateral" in sides or {"left", "right"} <= sides
    other = "other_side" in reading.situations
    if (both and len(levels) == 1) or (other and len(levels) < 2):
        yield "both_sides_one_level"
    if len(levels) > 1 and not both:
        yield "two_levels"
    if TWO_AT_ONE.search(reading.text):
        yield "same_site"


def _same_site(reading: Reading) -> bool | None:
    told = set(reading.situations) | set(_derived(reading))
    if "same_site" in told:
        return True
    if "separate_site" in told:
        return False
    levels = [set(p.levels) for p in reading.procedures if p.levels]
    apart = len(levels) > 1 and not set.intersection(*levels)
    return False if apart else None


def images(codes: tuple[str, ...], book: Codebook) -> tuple[str, ...]:
    """The imaging codes among them."""
    return tuple(
        c for c in codes if c in book.every_code and book.every_code[c][-1].family == "imaging"
    )
