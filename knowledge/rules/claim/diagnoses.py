"""The diagnoses of each line: billable on the day, at peace with one another, of the region.

Pure. Fit is a reading of a diagnosis's meaning, never the covered list of a payer.
"""

import re
from collections.abc import Container, Iterator

from knowledge.claim_rows import FitRow
from knowledge.policy_rows import DiagnosisRow
from knowledge.rules.claim.day import Day, Line, listed
from knowledge.rules.claim.fit_rows import fit_row
from knowledge.rules.claim.setting import leaning, reaches
from knowledge.rules.claim.values import Finding
from knowledge.rules.icd import Conflict, DiagnosisStanding, excluded, standing

FORM = re.compile(r"[A-Z]\d[0-9AB](?:\.[0-9A-Z]{1,4})?")
"""How an ICD-10-CM code is written."""
SHOWN = 6
"""Codes named as what to use instead."""


def diagnoses(day: Day) -> Iterator[Finding]:
    """Faults of the diagnoses of each line, and of all of them together."""
    pointed: dict[str, list[Line]] = {}
    for line in day.lines:
        if line.at not in day.dropped:
            for code in dict.fromkeys(line.diagnoses):
                pointed.setdefault(code, []).append(line)
    invalid: set[int] = set()
    for code, lines in pointed.items():
        for finding in _validity(code, lines, day):
            invalid.update(finding.lines)
            yield finding
    yield from _excluded(day)
    yield from _elsewhere(day, invalid)
    yield from _asked_for(day, invalid)


# --- valid on the day --------------------------------------------------------------------


def _validity(code: str, lines: list[Line], day: Day) -> Iterator[Finding]:
    """Whether one diagnosis may stand on the lines that point to it."""
    found = standing(code, day.tables.book)
    own = day.tables.book.diagnoses.get(code)
    if found.status in ("header", "ended", "not_yet"):
        yield _refused(found, lines, day)
    elif found.absent or not FORM.fullmatch(found.code):
        yield _unknown(found, lines, day, "no-diagnosis" if found.absent else "misspelt-diagnosis")
    elif found.status == "unknown" and own is not None and not own.billable:
        header = DiagnosisStanding(code=code, status="header", children=own.children)
        yield _refused(header, lines, day)
    elif found.status == "unknown" and fit_row(code, day.tables.book) is None:
        yield _unknown(found, lines, day, "unheld-diagnosis")


def _refused(found: DiagnosisStanding, lines: list[Line], day: Day) -> Finding:
    """A header, or a code that the day's list does not have."""
    on, code, of = day.tables.book.on, found.code, listed(lines)
    text = {
        "header": f"{code} on {of} is a header and not billable on {on}.",
        "ended": f"{code} on {of} ended on {found.until} and is not valid for {on}.",
        "not_yet": f"{code} on {of} begins on {found.since} and is not valid for {on}.",
    }[found.status]
    children = ", ".join(found.children[:SHOWN])
    fix = (
        f"Use the one that the record shows: {children}."
        if children
        else "Use the billable code of that day that the record shows."
    )
    row = day.tables.notes["diagnosis-list"]
    return day.found(
        "diagnosis_header" if found.status == "header" else "diagnosis_unknown",
        "error",
        tuple(x.at for x in lines),
        text,
        fix,
        row,
        found.row or f"diagnosis/{code}",
        leans=day.setting.leans("service_date") if found.status != "header" else (),
    )


def _unknown(found: DiagnosisStanding, lines: list[Line], day: Day, note: str) -> Finding:
    """A code that a category held whole lacks is wrong; one outside what is held is unknown."""
    row = day.tables.notes[note]
    outside = note == "unheld-diagnosis"
    # beside a diagnosis that is known to be valid, one outside what is held is only remarked on
    beside = outside and all(_stands(line, day) for line in lines)
    return day.found(
        "diagnosis_unknown",
        "info" if beside else "warning" if outside else "error",
        tuple(x.at for x in lines),
        row.say.replace("{diagnosis}", found.code).replace("{code}", listed(lines)),
        row.short.replace("{diagnosis}", found.code),
        row,
        found.row or f"claim/{row.id}",
        undecided=outside and not beside,
    )


def _stands(line: Line, day: Day) -> bool:
    """Has the line a diagnosis that is billable on the day?"""
    book = day.tables.book
    return any(standing(code, book).status == "billable" for code in line.diagnoses)


# --- beside one another ------------------------------------------------------------------


def _excluded(day: Day) -> Iterator[Finding]:
    """Diagnoses of the claim that Excludes1 keeps apart; those that hang together are one fault."""
    on: dict[str, list[int]] = {}
    for line in day.lines:
        if line.at not in day.dropped:
            for code in line.diagnoses:
                on.setdefault(code, []).append(line.at)
    groups: list[list[Conflict]] = []
    for conflict in excluded(tuple(on), day.tables.book):
        near = [g for g in groups if any(set(c.codes) & set(conflict.codes) for c in g)]
        groups = [g for g in groups if g not in near]
        groups.append([*(c for g in near for c in g), conflict])
    for group in groups:
        yield _barred(group, on, day)


def _barred(group: list[Conflict], on: dict[str, list[int]], day: Day) -> Finding:
    codes = dict.fromkeys(code for conflict in group for code in conflict.codes)
    off = dict.fromkeys(conflict.off for conflict in group if conflict.off)
    kept = [code for code in codes if code not in off]
    fix = (
        f"Leave {' and '.join(off)} off and keep {' and '.join(kept)}, when the record shows "
        "that cause."
        if off and kept
        else f"Keep the one of {' and '.join(codes)} that the record documents."
    )
    return day.found(
        "diagnosis_excludes",
        "error",
        tuple({at for code in codes for at in on[code]}),
        f"{' and '.join(codes)} do not stand on one claim: an Excludes1 note keeps them apart.",
        fix,
        day.tables.notes["diagnosis-list"],
        group[0].row,
    )


# --- fit ---------------------------------------------------------------------------------


def _asked_for(day: Day, invalid: Container[int]) -> Iterator[Finding]:
    """What the rows of claim.toml ask of diagnoses; lines that lack the same are one finding."""
    found: dict[tuple[str, str], tuple[FitRow, list[Line]]] = {}
    for line in day.live:
        if line.at not in invalid:
            for row in _unmet(line, day):
                found.setdefault((row.id, line.diagnoses[0]), (row, []))[1].append(line)
    for (_, diagnosis), (row, lines) in found.items():
        known = fit_row(diagnosis, day.tables.book)
        marks = {
            "{code}": listed(lines),
            "{diagnosis}": diagnosis,
            "{meaning}": known.meaning if known else "",
        }
        text, fix = row.say, row.fix
        for mark, value in marks.items():
            text, fix = text.replace(mark, value), fix.replace(mark, value)
        yield day.found(
            row.rule,
            row.severity,
            tuple(x.at for x in lines),
            text,
            fix,
            row,
            f"claim/{row.id}",
            leans=leaning(row, day.setting),
        )


def _unmet(line: Line, day: Day) -> Iterator[FitRow]:
    """The rows whose diagnoses a line does not have, or whose weak ones are all it has."""
    if line.row is None or not line.diagnoses or line.at in day.dropped | day.orphans:
        return
    if _strange(line, day):
        return
    unread = any(fit_row(code, day.tables.book) is None for code in line.diagnoses)
    for row in day.tables.fits(line.code):
        beside = any(x.code in row.apart_beside for x in day.live)
        if not reaches(row, day.setting) or line.carries(row.unless) or beside:
            continue
        if row.diagnoses and not any(d.startswith(row.diagnoses) for d in line.diagnoses):
            yield row
        elif row.weak and not unread and all(_weak(d, row, day) for d in line.diagnoses):
            yield row
            return


def _weak(diagnosis: str, row: FitRow, day: Day) -> bool:
    """Does the diagnosis leave the line without support?"""
    if row.apart and diagnosis.startswith(row.apart):
        return False
    known = fit_row(diagnosis, day.tables.book)
    by_fit = known is not None and known.fit in row.weak
    return by_fit or (bool(row.weak_codes) and diagnosis.startswith(row.weak_codes))


def _strange(line: Line, day: Day) -> DiagnosisRow | None:
    """The first diagnosis of a line whose diagnoses are all of another region than its code."""
    if line.row is None or not line.diagnoses or _region_row(line, day) is None:
        return None
    there = set(line.row.region.split("/"))
    rows = [fit_row(code, day.tables.book) for code in line.diagnoses]
    for row in rows:
        if row is None or row.fit == "exempt" or not row.regions or there & set(row.regions):
            return None
    return rows[0]


def _region_row(line: Line, day: Day) -> FitRow | None:
    """The row by which code and diagnosis must be of one region."""
    rows = (row for row in day.tables.fits(line.code) if row.same_region)
    return next((row for row in rows if reaches(row, day.setting)), None)


def _elsewhere(day: Day, invalid: Container[int]) -> Iterator[Finding]:
    """Lines of one region that point to a diagnosis of another one."""
    found: dict[tuple[str, str], list[Line]] = {}
    for line in day.live:
        if line.at in day.dropped | day.orphans or line.at in invalid or line.row is None:
            continue
        if strange := _strange(line, day):
            found.setdefault((strange.code, line.row.region), []).append(line)
    for (_, region), lines in found.items():
        row, strange = _region_row(lines[0], day), _strange(lines[0], day)
        assert row is not None
        assert strange is not None
        marks = {
            "{diagnosis}": strange.code,
            "{meaning}": " or ".join(strange.regions),
            "{code}": listed(lines),
            "{region}": region,
        }
        text = row.say
        for mark, value in marks.items():
            text = text.replace(mark, value)
        yield day.found(
            row.rule,
            row.severity,
            tuple(x.at for x in lines),
            text,
            row.fix,
            row,
            f"claim/{row.id}",
            leans=leaning(row, day.setting),
        )
