"""The NCCI edit between two codes, by the table of the claim it stands on. Pure."""

from collections.abc import Mapping
from datetime import date

from knowledge.codebook import Codebook
from knowledge.facts import Claim, Frozen
from knowledge.rows import StatementRow


class Pair(Frozen):
    """One NCCI edit as the two tables have it."""

    column1: str
    column2: str
    practitioner: str
    """Modifier indicator of the practitioner table."""
    hospital: str
    """The same of the hospital table; "" = the copy does not hold the pair."""
    ended: date | None
    claim: Claim | None = None
    """The claim asked about; None = the practitioner's."""

    @property
    def indicator(self) -> str:
        """The indicator on the claim asked about; "" = not held."""
        return self.hospital if self.claim == "facility" else self.practitioner

    @property
    def differs(self) -> bool:
        """Do the two tables hold the pair with different indicators?"""
        return bool(self.hospital) and self.hospital != self.practitioner


def find_pair(one: str, other: str, book: Codebook, claim: Claim | None = None) -> Pair | None:
    """The active edit between two codes, whichever of them is column 1."""
    lines = book.indexed("ncci_pairs", "column1", "column2")
    for line in (*lines.get((one, other), ()), *lines.get((other, one), ())):
        pair = _pair(line, claim)
        if pair.practitioner != "9" and (pair.ended is None or book.on <= pair.ended):
            return pair
    return None


def _pair(line: Mapping[str, str], claim: Claim | None) -> Pair:
    return Pair(
        column1=line["column1"],
        column2=line["column2"],
        practitioner=line["indicator"],
        hospital=line["hospital"],
        ended=date.fromisoformat(line["ended"]) if line["ended"] else None,
        claim=claim,
    )


def in_pairs(code: str, book: Codebook) -> bool:
    """Does the copy hold any pair of this code?"""
    return any((code,) in book.indexed("ncci_pairs", column) for column in ("column1", "column2"))


def pairs_held_for(one: str, other: str, book: Codebook) -> bool:
    """The copy holds every pair of its core codes; both codes must be in the table."""
    core = release(book).codes
    return (one in core or other in core) and in_pairs(one, book) and in_pairs(other, book)


def release(book: Codebook) -> StatementRow:
    """The release of the pair table, so that steps can cite it."""
    return book.statements("horizons", "release")[0]
