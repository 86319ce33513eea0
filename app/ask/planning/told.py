"""Which codes can the procedures that a question tells of have? Pure."""

from app.ask.turn import Reading
from knowledge.codebook import Codebook
from knowledge.facts import Procedure
from knowledge.rows import CodeRow


def told_of(reading: Reading) -> tuple[Procedure, ...]:
    """The procedures of which a fact is stated; an epidural only named beside another is none."""
    stated = tuple(p for p in reading.procedures if p != Procedure())
    return stated or reading.procedures


def codes_told_of(reading: Reading, book: Codebook) -> set[str]:
    """The codes that the kinds of procedure told of can have."""
    found: set[str] = set()
    for procedure in reading.procedures:
        if procedure.kind:
            found |= {c for row in book.choices(procedure.kind) for c in row.every}
        else:
            found |= {c for c, rows in book.every_code.items() if _epidural(rows[-1], book)}
    return found


def further(codes: set[str], book: Codebook) -> set[str]:
    """The codes of further levels of these."""
    return {row.code for row in book.codes.values() if set(row.add_on_to) & codes}


def alike(reading: Reading, book: Codebook) -> set[str]:
    """The codes of every kind that does what those told of do: ablate, or inject."""
    actions = {book.kinds[p.kind].action for p in reading.procedures if p.kind}
    kinds = [k for k, row in book.kinds.items() if row.action in actions]
    return {c for kind in kinds for row in book.choices(kind) for c in row.every}


def _epidural(row: CodeRow, book: Codebook) -> bool:
    return bool(row.selects) or row.family in book.epidural_families
