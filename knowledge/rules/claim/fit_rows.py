"""What diagnosis.toml says of the meaning of a diagnosis. Pure."""

from knowledge.codebook import Codebook
from knowledge.policy_rows import DiagnosisRow
from knowledge.rules.claim.day import Day, Line


def fit_row(code: str, book: Codebook) -> DiagnosisRow | None:
    """The row of a code, by itself or by the header it hangs under."""
    for length in range(len(code), 2, -1):
        row = book.diagnoses.get(code[:length].rstrip("."))
        if row and (row.code == code or row.fit == "header" or code in row.children):
            return row
    return None


def exempt(line: Line, day: Day) -> bool:
    """Is a diagnosis of the line outside the epidural policy, such as pain after an operation?"""
    rows = (fit_row(code, day.tables.book) for code in line.diagnoses)
    return any(row is not None and row.fit == "exempt" for row in rows)
