"""Which diagnosis do words and a level describe? Pure; the meanings of diagnosis.toml decide."""

import re

from knowledge.codebook import Codebook
from knowledge.policy_rows import DiagnosisRow

KINDS = {"disc": ("M50.1", "M51.1"), "spondylosis": ("M47.2",), "radiculopathy": ("M54.1",)}
"""Not a coding fact: where the codes of a kind stand in the table."""
JUNCTIONS = {"C7-T1": "cervicothoracic", "T12-L1": "thoracolumbar", "L5-S1": "lumbosacral"}
LETTERS = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}


def described(
    kind: str, levels: tuple[str, ...], region: str | None, book: Codebook
) -> tuple[DiagnosisRow, ...]:
    """The core codes of a kind at a level; with the region alone those of its levels."""
    rows = [
        row
        for row in book.diagnoses.values()
        if row.billable and row.fit == "core" and row.code.startswith(KINDS[kind])
    ]
    if levels:
        return tuple(row for row in rows if _at(row, levels[0]))[:1]
    if region is None:
        return ()
    here = [row for row in rows if region in row.regions]
    if kind == "disc" and region == "cervical":
        return tuple(here)
    exact = [row for row in here if re.search(rf"\b{region}\b", row.meaning)]
    return tuple(exact[:1] if len(exact) == 1 else here)


def _at(row: DiagnosisRow, level: str) -> bool:
    """Does the meaning name the level, or the stretch of the spine that it lies in?"""
    upper, _, lower = level.partition("-")
    full = f"{upper}-{lower if lower[:1].isalpha() else upper[0] + lower}" if lower else upper
    if re.search(r"[CT]\d-", row.meaning):
        return full in row.meaning
    stretch = JUNCTIONS.get(full, LETTERS[level[0]])
    return re.search(rf"\b{stretch}\b", row.meaning) is not None
