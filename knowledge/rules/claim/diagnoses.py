"""The diagnoses of each line: billable on the day, at peace with one another, of the region.

Pure. Fit is a reading of a diagnosis's meaning, never the covered list of a payer.
"""

import re
from collections.abc import Iterator, Sequence

from knowledge.claim_rows import FitRow
from knowledge.rows import DiagnosisRow
from knowledge.rules.claim.day import Day, Line
from knowledge.rules.claim.fit_rows import fit_row
from knowledge.rules.claim.setting import leaning, reaches
from knowledge.rules.claim.values import Finding
from knowledge.rules.icd import Conflict, DiagnosisStanding, excluded, standing

REGIONAL = (
    "interlaminar",
    "transforaminal",
    "facet injection",
    "ultrasound facet injection",
    "facet radiofrequency",
)
"""Families whose codes differ by region, so that the diagnosis must name the same one."""
FORM = re.compile(r"[A-Z]\d[0-9AB](?:\.[0-9A-Z]{1,4})?")
"""How an ICD-10-CM code is written."""
SHOWN = 6
"""Codes named as what to use instead."""


def diagnoses(day: Day) -> Iterator[Finding]:
    """Faults of the diagnoses of each line, and of all of them together."""
    invalid: set[int] = set()
    for line in day.lines:
        if line.at not in day.dropped:
            for code in dict.fromkeys(line.diagnoses):
                for finding in _validity(code, line, day):
                    invalid.add(line.at)
                    yield finding
    yield from _excluded(day)
    for line in day.live:
        if line.at not in invalid:
            yield from _fit(line, day)


# --- valid on the day --------------------------------------------------------------------


def _validity(code: str, line: Line, day: Day) -> Iterator[Finding]:
    found = standing(code, day.tables.book)
    own = day.tables.book.diagnoses.get(code)
    if found.status in ("header", "ended", "not_yet"):
        yield _refused(found, line, day)
    elif found.absent or not FORM.fullmatch(found.code):
        yield _unknown(found, line, day, "no-diagnosis" if found.absent else "misspelt-diagnosis")
    elif found.status == "unknown" and own is not None and not own.billable:
        yield _refused(
            DiagnosisStanding(code=code, status="header", children=own.children), line, day
        )
    elif found.status == "unknown" and fit_row(code, day.tables.book) is None:
        yield _unknown(found, line, day, "unheld-diagnosis")


def _refused(found: DiagnosisStanding, line: Line, day: Day) -> Finding:
    """A header, or a code that the day's list does not have."""
    on, code = day.tables.book.on, found.code
    text = {
        "header": f"{code} on {line.code} is a header and not billable on {on}.",
        "ended": f"{code} on {line.code} ended on {found.until} and is not valid for {on}.",
        "not_yet": f"{code} on {line.code} begins on {found.since} and is not valid for {on}.",
    }[found.status]
    listed = ", ".join(found.children[:SHOWN])
    fix = (
        f"Use the one that the record shows: {listed}."
        if listed
        else "Use the billable code of that day that the record shows."
    )
    row = day.tables.notes["diagnosis-list"]
    return day.found(
        "diagnosis_header" if found.status == "header" else "diagnosis_unknown",
        "error",
        (line.at,),
        text,
        fix,
        row,
        found.row or f"diagnosis/{code}",
        leans=day.setting.leans("service_date") if found.status != "header" else (),
    )


def _unknown(found: DiagnosisStanding, line: Line, day: Day, note: str) -> Finding:
    """A code that a category held whole lacks is wrong; one outside what is held is unknown."""
    row = day.tables.notes[note]
    outside = note == "unheld-diagnosis"
    return day.found(
        "diagnosis_unknown",
        "warning" if outside else "error",
        (line.at,),
        row.say.replace("{diagnosis}", found.code).replace("{code}", line.code),
        row.short.replace("{diagnosis}", found.code),
        row,
        found.row or f"claim/{row.id}",
        undecided=outside,
    )


# --- beside one another ------------------------------------------------------------------


def _excluded(day: Day) -> Iterator[Finding]:
    """Two diagnoses of the claim that Excludes1 keeps apart."""
    on: dict[str, list[int]] = {}
    for line in day.lines:
        if line.at not in day.dropped:
            for code in line.diagnoses:
                on.setdefault(code, []).append(line.at)
    for conflict in excluded(tuple(on), day.tables.book):
        yield _barred(conflict, on, day)


def _barred(conflict: Conflict, on: dict[str, list[int]], day: Day) -> Finding:
    one, other = conflict.codes
    kept = next((c for c in conflict.codes if c != conflict.off), "") if conflict.off else ""
    fix = (
        f"Leave {conflict.off} off and keep {kept}, when the record shows that cause."
        if kept
        else f"Keep the one of {one} and {other} that the record documents."
    )
    return day.found(
        "diagnosis_excludes",
        "error",
        tuple({*on[one], *on[other]}),
        f"{one} and {other} do not stand on one claim: an Excludes1 note keeps them apart.",
        fix,
        day.tables.notes["diagnosis-list"],
        conflict.row,
    )


# --- fit ---------------------------------------------------------------------------------


def _fit(line: Line, day: Day) -> Iterator[Finding]:
    """Region and meaning of the diagnoses of a line."""
    if line.row is None or not line.diagnoses or line.at in day.dropped | day.orphans:
        return
    rows = [r for r in (fit_row(c, day.tables.book) for c in line.diagnoses) if r]
    unread = len(rows) < len(line.diagnoses)
    if not unread and not any(r.fit == "exempt" for r in rows) and _all_elsewhere(line, rows):
        yield _elsewhere(line, rows[0], day)
        return
    for row in day.tables.fits(line.code):
        beside = any(x.code in row.apart_beside for x in day.live)
        if reaches(row, day.setting) and not line.carries(row.unless) and not beside:
            if row.diagnoses and not any(d.startswith(row.diagnoses) for d in line.diagnoses):
                yield _asked_for(row, line, line.diagnoses[0], "", day)
            elif row.weak and not unread and all(_weak(d, row, day) for d in line.diagnoses):
                yield _asked_for(row, line, line.diagnoses[0], rows[0].meaning, day)


def _weak(diagnosis: str, row: FitRow, day: Day) -> bool:
    """Does the diagnosis leave the line without support?"""
    if row.apart and diagnosis.startswith(row.apart):
        return False
    known = fit_row(diagnosis, day.tables.book)
    by_fit = known is not None and known.fit in row.weak
    return by_fit or (bool(row.weak_codes) and diagnosis.startswith(row.weak_codes))


def _all_elsewhere(line: Line, rows: Sequence[DiagnosisRow]) -> bool:
    """Does every diagnosis name another region than the code?"""
    there = set(line.row.region.split("/")) if line.row else set()
    regional = line.family in REGIONAL and bool(there & {"cervical", "lumbar"})
    return regional and all(r.regions and not there & set(r.regions) for r in rows)


def _elsewhere(line: Line, row: DiagnosisRow, day: Day) -> Finding:
    assert line.row is not None
    return day.found(
        "diagnosis_fit",
        "error",
        (line.at,),
        f"{row.code} is a {' or '.join(row.regions)} diagnosis, and {line.code} is a "
        f"{line.row.region} service.",
        "Point the line to the documented diagnosis of its own region, or correct the code.",
        row,
        f"diagnosis/{row.code}",
    )


def _asked_for(row: FitRow, line: Line, diagnosis: str, meaning: str, day: Day) -> Finding:
    marks = {"{code}": line.code, "{diagnosis}": diagnosis, "{meaning}": meaning}
    text, fix = row.say, row.fix
    for mark, value in marks.items():
        text, fix = text.replace(mark, value), fix.replace(mark, value)
    return day.found(
        row.rule,
        row.severity,
        (line.at,),
        text,
        fix,
        row,
        f"claim/{row.id}",
        leans=leaning(row, day.setting),
    )
