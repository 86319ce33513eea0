"""What exactly is asked of two codes, and which two? Pure.

"Is there an edit?", "may both be billed?", "which is column 1?", "can a modifier part them?",
"which line takes it?" and "is 59 needed?" have six answers.
"""

from app.ask.turn import Reading
from knowledge.codebook import Codebook
from knowledge.rows import PairModifierRow
from knowledge.rules.pair_verdicts import Asked

FIRST: tuple[Asked, ...] = ("tables", "column", "line", "separable")
"""Asked in so many words: whatever else is read."""


def asked_of(reading: Reading, book: Codebook) -> Asked:
    """What the question asks of the pair."""
    asked = reading.asked
    distinct = [m for m in reading.modifiers if m in book.distinct]
    for one in FIRST:
        if one in asked:
            return one
    if distinct:
        return "needed"
    if "needed" in asked and "both" not in asked and not set(reading.modifiers) - book.distinct:
        return "needed"
    return "edit" if "edit" in asked and asked.index("edit") <= _place("both", asked) else "both"


def _place(name: str, asked: tuple[str, ...]) -> int:
    return asked.index(name) if name in asked else len(asked)


def partners(reading: Reading, book: Codebook) -> tuple[str, ...]:
    """The codes of the pair: those named, and those that words name beside one."""
    codes = tuple(c for c in reading.codes)
    if not codes:
        return ()
    if len(codes) > 1:
        return codes
    own = book.every_code.get(codes[0])
    if own and own[-1].family == "imaging":
        return ()
    return (*codes, *[c for c in reading.billed if c not in codes])


def visits(book: Codebook) -> frozenset[str]:
    """The visit codes that rows on modifier 25 speak of."""
    rows = book.held("bundling", "line", PairModifierRow)
    return frozenset(c for row in rows if "25" in row.modifiers for c in row.beside_codes)


def wants_pair(reading: Reading, book: Codebook) -> bool:
    """Is the question about two codes, whatever topic its words suggest?"""
    codes = partners(reading, book)
    if len(codes) < 2:
        return False
    named = set(reading.modifiers)
    on = {code for _, code in reading.attached}
    seen = visits(book)
    if named & {"25", "24", "57"} and not (on and not on & seen):
        return bool(seen & set(reading.codes))
    if named - book.distinct:
        return bool(named & book.distinct) and len(named) == 1
    return bool(named) or bool(set(reading.asked) - {"needed", "both"})
