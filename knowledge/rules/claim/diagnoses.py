"""The diagnoses of each line: billable on the day, at peace with one another, of the region.

Pure. Fit is a reading of a diagnosis's meaning, never the covered list of a payer.
"""

from collections.abc import Iterator, Sequence

from knowledge.codebook import Codebook
from knowledge.facts import Frozen
from knowledge.rows import DiagnosisRow
from knowledge.rules.claim.day import Day, Line
from knowledge.rules.claim.values import Finding
from knowledge.rules.diagnosis import find

STEROID_FAMILIES = ("interlaminar", "transforaminal")


class Standing(Frozen):
    """How one diagnosis code stands on the day."""

    status: str
    """"billable", "header" or "unknown"."""
    children: tuple[str, ...] = ()
    row: DiagnosisRow | None = None


def standing(code: str, book: Codebook) -> Standing:
    """Billable, a header or unknown; the one place that knows which table tells."""
    row = find(code, book)
    if row is None:
        return Standing(status="unknown")
    if row.code != code:
        return Standing(status="billable" if code in row.children else "unknown", row=row)
    return Standing(
        status="billable" if row.billable else "header", children=row.children, row=row
    )


def diagnoses(day: Day) -> Iterator[Finding]:
    """Faults of the diagnoses of each line, and of all of them together."""
    for line in day.live:
        for code in dict.fromkeys(line.diagnoses):
            yield from _standing(code, line, day)
    yield from _excluded(day)
    for line in day.live:
        yield from _fit(line, day)


def _standing(code: str, line: Line, day: Day) -> Iterator[Finding]:
    found = standing(code, day.tables.book)
    if found.status == "header" and found.row:
        listed = ", ".join(found.children[:6])
        yield day.found(
            "diagnosis_header",
            "error",
            (line.at,),
            f"{code} on {line.code} is a header and not billable on {day.tables.book.on}.",
            f"Use the code below it that the record shows: {listed}."
            if listed
            else "Use the billable code below it that the record shows.",
            found.row,
            f"diagnosis/{found.row.code}",
        )
    elif found.status == "unknown":
        row = day.tables.notes["unheld-diagnosis"]
        yield day.found(
            "diagnosis_unknown",
            "warning",
            (line.at,),
            row.say.replace("{diagnosis}", code).replace("{code}", line.code),
            row.short.replace("{diagnosis}", code),
            row,
            f"claim/{row.id}",
            undecided=True,
        )


def _excluded(day: Day) -> Iterator[Finding]:
    """Two diagnoses of the claim that Excludes1 keeps apart."""
    on: dict[str, list[int]] = {}
    for line in day.live:
        for code in line.diagnoses:
            on.setdefault(code, []).append(line.at)
    for code in on:
        row = find(code, day.tables.book)
        if row is None or not row.yields_to:
            continue
        others = [c for c in on if c != code and c.startswith(row.yields_to)]
        if others:
            beside = " and ".join(others)
            at = {*on[code], *(n for c in others for n in on[c])}
            yield day.found(
                "diagnosis_excludes",
                "error",
                tuple(at),
                f"{code} does not stand beside {beside}: an Excludes1 note keeps them apart.",
                f"Leave {code} off and keep {beside}, when the record shows that cause.",
                row,
                f"diagnosis/{row.code}",
            )


# --- fit ---------------------------------------------------------------------------------


def _fit(line: Line, day: Day) -> Iterator[Finding]:
    """Region and meaning of the diagnoses of an epidural steroid injection."""
    if line.family not in STEROID_FAMILIES or line.row is None:
        return
    rows = [r for r in (find(c, day.tables.book) for c in line.diagnoses) if r]
    if not rows or len(rows) < len(set(line.diagnoses)) or any(r.fit == "exempt" for r in rows):
        return
    there = set(line.row.region.split("/"))
    here = [r for r in rows if not r.regions or there & set(r.regions)]
    if not here:
        yield _elsewhere(line, rows, day)
    elif all(r.fit in ("insufficient", "special") for r in here):
        yield _weak(line, here, day)
    elif all(r.fit in ("insufficient", "special", "supporting") for r in here):
        yield _supporting(line, here, day)


def _elsewhere(line: Line, rows: Sequence[DiagnosisRow], day: Day) -> Finding:
    assert line.row is not None
    row = rows[0]
    return day.found(
        "diagnosis_fit",
        "error",
        (line.at,),
        f"{row.code} is a {' or '.join(row.regions)} diagnosis, and {line.code} is a "
        f"{line.row.region} injection.",
        "Point the line to the documented diagnosis of its own region, or correct the code.",
        row,
        f"diagnosis/{row.code}",
    )


def _weak(line: Line, rows: Sequence[DiagnosisRow], day: Day) -> Finding:
    row = rows[0]
    return day.found(
        "diagnosis_fit",
        "warning",
        (line.at,),
        f"{row.code} ({row.meaning}) does not support {line.code} by itself.",
        "Code the radicular finding or claudication that the record shows; never choose a "
        "diagnosis so that a claim is paid.",
        row,
        f"diagnosis/{row.code}",
        leans=day.setting.leans("payer"),
    )


def _supporting(line: Line, rows: Sequence[DiagnosisRow], day: Day) -> Finding:
    row = rows[0]
    return day.found(
        "diagnosis_fit",
        "info",
        (line.at,),
        f"{row.code} ({row.meaning}) supports {line.code} only with a radicular or "
        "claudication finding beside it.",
        "Add that finding's code when the record shows it.",
        row,
        f"diagnosis/{row.code}",
        leans=day.setting.leans("payer"),
    )
