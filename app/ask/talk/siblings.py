"""A code that was named, when a fact of it is changed: the code of the changed fact. Pure."""

from collections.abc import Sequence

from app.ask.talk.merging import region_of
from knowledge.codebook import Codebook
from knowledge.facts import Procedure
from knowledge.rows import CodeRow

ALIKE = {"fluoroscopy or CT": ("fluoroscopy", "CT")}


def siblings(codes: Sequence[str], own: Procedure, book: Codebook) -> tuple[str, ...]:
    """The codes with what the facts told now change; () = no one code has those facts."""
    found = []
    for code in codes:
        row = book.codes.get(code)
        if row is None:
            return ()
        if not row.selects:
            found.append(code)
            continue
        other = _sibling(row, own, book)
        if other is None:
            return ()
        found.append(other)
    return tuple(dict.fromkeys(found))


def _sibling(row: CodeRow, own: Procedure, book: Codebook) -> str | None:
    """The one code that has the facts told now, and the other facts of this one."""
    wanted = dict(row.selects)
    for fact in ("approach", "imaging", "technique", "substance"):
        if value := getattr(own, fact):
            wanted[fact] = ALIKE.get(value, (value,))
    if region := region_of(own, book):
        wanted["region"] = (region,)
    alike = [
        other.code
        for other in book.codes.values()
        if other.selects and other.role == row.role and _fits(other, wanted)
    ]
    return alike[0] if len(alike) == 1 else None


def _fits(row: CodeRow, wanted: dict[str, tuple[str, ...]]) -> bool:
    """Do the values wanted of every fact lead to this code?"""
    facts = {*wanted, *row.selects}
    return all(
        not wanted.get(fact)
        or not row.selects.get(fact)
        or bool(set(wanted[fact]) & set(row.selects[fact]))
        for fact in facts
    )
