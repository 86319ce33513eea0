"""May two codes stand on one claim? Which pairs a reading asks about. Pure."""

from collections.abc import Iterator

from app.ask.planning.gone import gone
from app.ask.planning.modifiers import modifiers
from app.ask.subject import call, has_facts, injections, one_each, preferred, subject
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook


def bundling(reading: Reading, book: Codebook) -> Iterator[Call]:
    yield from gone(reading, book)
    codes = tuple(c for c in reading.codes)
    others = [c for c in reading.billed if c not in codes]
    add_ons = [c for c in codes if c in book.codes and book.codes[c].role == "add-on"]
    if add_ons and "alone" in reading.aspects:
        yield call("units", book, code=add_ons[0], aspects=("alone",))
        return
    if codes and has_facts(reading) and injections(codes, book) == codes == images(codes, book):
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
        yield from modifiers(reading, book)


def side_by_side(reading: Reading, book: Codebook) -> Iterator[Call]:
    """Several procedures of one session: whether their codes may stand together comes first."""
    codes = one_each(reading, book) if len(reading.procedures) > 1 else ()
    for other in codes[1:3]:
        yield call("bundling", book, code=codes[0], beside=other, same_site=_same_site(reading))


def images(codes: tuple[str, ...], book: Codebook) -> tuple[str, ...]:
    """The imaging codes among them."""
    return tuple(
        c for c in codes if c in book.every_code and book.every_code[c][-1].family == "imaging"
    )


def _same_site(reading: Reading) -> bool | None:
    text = reading.text.lower()
    if "same level" in text or "same site" in text or "same side" in text:
        return True
    return False if "different level" in text or "different region" in text else None
