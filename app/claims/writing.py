"""Checked claims as CSV, JSON or plain text. Pure: values in, text out."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.claims.reading import BadRow, Read
from app.interfaces.claim_wire import ClaimResult, FindingOut

HEADER = (
    "claim_id", "row", "code", "verdict", "severity", "rule", "text", "fix", "source", "dated",
    "confidence", "assumed",
)  # fmt: skip
FORMULA = "=+-@\t\r"
"""First characters that make a spreadsheet run a cell."""


@dataclass(frozen=True)
class Done:
    """A claim of a file and what was found in it."""

    read: Read
    result: ClaimResult


def as_csv(done: Sequence[Done], bad: Sequence[BadRow]) -> str:
    """One row for each finding of each line; a line without any has one row too."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for row in bad:
        told = (row.claim, row.number, "", "fix", "error", "bad_row", row.why, MEND, "", "", "", "")
        writer.writerow([safe(cell) for cell in told])
    for one in done:
        for at, line in enumerate(one.result.lines):
            own = [f for f in one.result.findings if at in f.lines]
            for cells in [_cells(f) for f in own] or [("",) * 8]:
                shown = (one.read.id, one.read.rows[at], line.code, line.verdict, *cells)
                writer.writerow([safe(cell) for cell in shown])
    return out.getvalue()


MEND = "Correct the row and check it again."


def _cells(finding: FindingOut) -> tuple[str, ...]:
    return (
        finding.severity,
        finding.rule,
        finding.text,
        finding.fix,
        finding.source,
        finding.dated,
        finding.confidence,
        " ".join(finding.assumed),
    )


def safe(cell: object) -> str:
    """A cell that a spreadsheet shows as text, never runs."""
    text = str(cell)
    first = text.lstrip(" ")[:1]
    return f"'{text}" if first and first in FORMULA else text


def as_json(done: Sequence[Done], bad: Sequence[BadRow], alone: bool) -> str:
    """The result of one claim, or of many with their ids and the rows that could not be read."""
    told: Any
    if alone and len(done) == 1 and not bad:
        told = done[0].result.model_dump(mode="json", by_alias=True)
    else:
        told = {
            "claims": [
                {"claim_id": one.read.id, "rows": one.read.rows}
                | one.result.model_dump(mode="json", by_alias=True)
                for one in done
            ],
            "bad_rows": [{"row": row.number, "claim_id": row.claim, "why": row.why} for row in bad],
        }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def as_text(done: Sequence[Done], bad: Sequence[BadRow]) -> str:
    """For a terminal: the claims that are not clean, and how many are."""
    return "\n".join(_lines(done, bad)) + "\n"


def _lines(done: Sequence[Done], bad: Sequence[BadRow]) -> Iterator[str]:
    for row in bad:
        name = f" (claim {row.claim})" if row.claim else ""
        yield f"row {row.number}{name}: not read, {row.why}"
    for one in done:
        shown = [f for f in one.result.findings if f.severity != "info" or len(done) == 1]
        if one.result.verdict == "clean" and not shown and len(done) > 1:
            continue
        yield f"{f'claim {one.read.id}: ' if one.read.id else ''}{SAID[one.result.verdict]}"
        for finding in shown:
            where = ", ".join(
                f"{one.result.lines[n].code} (row {one.read.rows[n]})" for n in finding.lines
            )
            yield f"  {finding.severity}  {finding.rule}  {where}"
            yield f"      {finding.text}"
            yield f"      Fix: {finding.fix}"
            yield f"      Source: {finding.source}; {finding.dated}"
        if len(done) == 1:
            for caution in one.result.cautions:
                yield f"  Careful: {caution.text}"
    counts = [
        f"{sum(one.result.verdict == verdict for one in done)} {word}"
        for verdict, word in (("clean", "clean"), ("fix", "to fix"), ("cannot_tell", "open"))
    ]
    if len(done) > 1 or bad:
        unread = f", {len(bad)} rows not read" if bad else ""
        yield f"{len(done)} claims: {', '.join(counts)}{unread}"


SAID = {
    "clean": "clean: nothing held speaks against these lines",
    "fix": "fix: must not be sent as it is",
    "cannot_tell": "cannot tell: the tables do not decide it",
}
