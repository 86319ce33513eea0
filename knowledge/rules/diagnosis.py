"""Does this diagnosis fit, and is it billable? Pure; rows of diagnosis.toml decide.

Fit is said as fit, never as a coverage verdict: the articles' own lists are not held.
"""

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from knowledge.codebook import Codebook, near
from knowledge.decisions import CodeLine, Decided, Decision, NotCovered, Step
from knowledge.facts import Frozen, Region
from knowledge.rows import CodeRow, DiagnosisRow
from knowledge.rules.described import described
from knowledge.rules.reasons import concerning, history, horizon, said, step, verdict_of

FITS = {
    "core": "fits the epidural indications by itself",
    "supporting": "supports an epidural only with a radicular or claudication finding beside it",
    "insufficient": "does not support an epidural by itself",
    "special": "belongs to another path than an epidural steroid injection",
    "exempt": "is exempt from the epidural diagnosis list",
    "header": "is a header and is not billable",
}


class DiagnosisQuestion(Frozen):
    """Diagnoses, and the injection they are to support."""

    code: str | None = None
    """The injection code on the same line."""
    diagnoses: tuple[str, ...] = Field(default=(), max_length=12)
    """ICD-10-CM codes asked about; empty = which would support the code?"""
    region: Region | None = None
    aspects: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    """Interspaces named, such as "C5-6": they pick the code of a disc."""
    kind: Literal["disc", "spondylosis", "radiculopathy", ""] = ""
    """What the words describe, when no code is named."""


def diagnosis(question: DiagnosisQuestion, book: Codebook) -> Decision:
    """Billable or not, fit, region match and exclusions; or the codes that fit.

    Raises UnknownCode for an injection code no table has.
    """
    code = book.code(question.code) if question.code else None
    if "full_list" in question.aspects:
        rows = concerning(book.statements("diagnosis", "rule"), None, ("full_list",))
        told = tuple(said("diagnosis", row) for row in rows)
        return NotCovered(verdict=verdict_of(rows[0]), steps=told, cautions=horizon(book))
    if question.diagnoses:
        return _of_codes(question, code, book)
    if question.kind and (
        rows_ := described(question.kind, question.levels, question.region, book)
    ):
        return _described(question, rows_, book)
    return _that_fit(question, code, book)


def find(code: str, book: Codebook) -> DiagnosisRow | None:
    """The row of a code, else of the header it hangs under."""
    for length in range(len(code), 2, -1):
        row = book.diagnoses.get(code[:length].rstrip("."))
        if row and (row.code == code or row.fit == "header" or code in row.children):
            return row
    return None


def _of_codes(question: DiagnosisQuestion, code: CodeRow | None, book: Codebook) -> Decision:
    rows = [(icd, find(icd, book)) for icd in question.diagnoses]
    held = [(icd, row) for icd, row in rows if row]
    if not held:
        listed = ", ".join(question.diagnoses)
        return NotCovered(
            verdict=f"The diagnosis table does not hold {listed}.",
            nearest=near(question.diagnoses[0], book.diagnoses),
            cautions=horizon(book),
        )
    steps: list[Step] = []
    first: list[str] = []
    for icd, row in held:
        first.append(_headline(icd, row, code, question.aspects))
        steps.append(_fit_step(icd, row))
        if mismatch := _mismatch(row, code):
            steps.append(step("diagnosis", row.code, row, mismatch))
        if row.note and not _of_another(row.note, code):
            steps.append(step("diagnosis", row.code, row, row.note))
    off = _exclusions(held)
    if "instead" in question.aspects and len(held) > 1:
        rows_ = concerning(book.statements("diagnosis", "rule"), None, ("instead",))
        first = [verdict_of(row) for row in rows_[:1]]
        steps = [*(said("diagnosis", row) for row in rows_[:1]), *steps]
    elif off:
        rows_ = concerning(book.statements("diagnosis", "rule"), code, ("excludes",))
        listed = " and ".join(icd for icd, _ in held)
        gone = " and ".join(off)
        first = [f"No: {listed} do not stand on one claim; leave {gone} off (Excludes1)."]
        barred = next(row for icd, row in held if icd in off)
        steps = [
            step("diagnosis", barred.code, barred, first[0]),
            *(said("diagnosis", row) for row in rows_[:1]),
            *steps,
        ]
    elif len(held) > 1 and not any(_header(icd, r) or _mismatch(r, code) for icd, r in held):
        listed = " and ".join(icd for icd, _ in held)
        first.insert(0, f"Yes: {listed} may stand together: nothing held bars them.")
        steps.insert(0, step("diagnosis", held[0][1].code, held[0][1], first[0]))
    steps += [
        said("diagnosis", row, code.code if code else "")
        for row in concerning(book.statements("diagnosis", "rule"), None, ("fit",))[:1]
    ]
    return Decided(
        verdict=" ".join(first[:3]),
        codes=tuple(
            CodeLine(
                code=icd, role="do_not_bill" if icd in off or _header(icd, row) else "mentioned"
            )
            for icd, row in held
        ),
        steps=tuple(steps),
        cautions=horizon(book),
    )


def _header(icd: str, row: DiagnosisRow) -> bool:
    return not row.billable and row.code == icd


def _headline(
    icd: str, row: DiagnosisRow, code: CodeRow | None, aspects: tuple[str, ...] = ()
) -> str:
    if icd in row.children:
        weak = FITS["supporting" if row.fit == "header" else row.fit]
        return (
            f"Yes: {icd} ({row.meaning}) is billable; it {weak}."
            if "header" in aspects
            else f"Not by itself: {icd} ({row.meaning}) is billable but {weak}."
        )
    if "header" in aspects and row.billable:
        return f"Yes: {icd} ({row.meaning}) is billable; it {FITS[row.fit]}."
    if _header(icd, row):
        children = ", ".join(row.children[:4])
        return f"No: {icd} is a header and not billable" + (
            f"; use {children}." if children else "."
        )
    if mismatch := _mismatch(row, code):
        return (
            f"No: {mismatch[0].lower()}{mismatch[1:]}"
            if not mismatch[:1].isupper()
            else (f"No: {mismatch}")
        )
    answer = {"core": "Yes", "exempt": "Yes"}.get(row.fit, "Not by itself")
    return f"{answer}: {icd} ({row.meaning}) {FITS[row.fit]}."


def _fit_step(icd: str, row: DiagnosisRow) -> Step:
    if icd in row.children:
        text = f"{icd} ({row.meaning}) is one of the billable codes of {row.code}."
    elif _header(icd, row):
        children = ", ".join(row.children[:4])
        use = f" {children}" if children else " of its billable codes"
        text = f"{icd} ({row.meaning}) is a header and not billable: a claim needs one of{use}."
    else:
        text = f"{icd} ({row.meaning}) {FITS[row.fit]}."
    return step("diagnosis", row.code, row, text)


def _mismatch(row: DiagnosisRow, code: CodeRow | None) -> str:
    """A sentence when diagnosis and injection name different regions."""
    if code is None or not code.region or code.region in ("any", "spine") or not row.regions:
        return ""
    there = set(code.region.split("/"))
    if there & set(row.regions):
        return ""
    return (
        f"{row.code} is a {' or '.join(row.regions)} diagnosis, and {code.code} is a "
        f"{code.region} injection."
    )


def _of_another(note: str, code: CodeRow | None) -> bool:
    """Does the note speak of other injection codes than the one asked about?"""
    named = re.findall(r"\b\d{5}\b", note)
    ours = ("6232", "6447", "6448")
    return bool(code and code.code not in named and any(n.startswith(ours) for n in named))


def _exclusions(held: Sequence[tuple[str, DiagnosisRow]]) -> tuple[str, ...]:
    """The codes that Excludes1 takes off the claim beside the others."""
    return tuple(
        icd
        for icd, row in held
        if any(other != icd and other.startswith(row.yields_to) for other, _ in held)
    )


def _described(
    question: DiagnosisQuestion, rows: Sequence[DiagnosisRow], book: Codebook
) -> Decided:
    """The codes that the words and the level describe."""
    listed = ", ".join(f"{row.code} ({row.meaning})" for row in rows[:5])
    open_ = len(rows) > 1
    verdict = f"It depends on the level: {listed}." if open_ else f"{listed}."
    return Decided(
        verdict=verdict,
        codes=tuple(CodeLine(code=row.code, role="mentioned") for row in rows),
        steps=tuple(
            step("diagnosis", row.code, row, f"{row.code} ({row.meaning}) {FITS[row.fit]}.")
            for row in rows[:5]
        ),
        cautions=horizon(book),
    )


def _that_fit(question: DiagnosisQuestion, code: CodeRow | None, book: Codebook) -> Decision:
    regions: set[str] = {question.region} if question.region else set()
    if code and code.region and not regions:
        regions = set(code.region.split("/"))
    fitting = [
        row
        for row in book.diagnoses.values()
        if row.fit == "core" and row.billable and (not regions or regions & set(row.regions))
    ]
    general = [row for row in fitting if len(row.regions) > 2]
    own = [row for row in fitting if row not in general]
    ranked = sorted(own, key=_first_line)
    kinds = [[r for r in ranked if r.code.startswith(start)][:2] for start in FIRST]
    chosen = [r for kind in kinds for r in kind][:6] + general[:1]
    if not chosen or not _steroid(code, book):
        return _by_rule(code, book)
    where = f" for {code.code}" if code else ""
    rules = concerning(book.statements("diagnosis", "rule"), code, question.aspects) or concerning(
        book.statements("diagnosis", "rule"), code
    )
    listed = ", ".join(row.code for row in chosen)
    return Decided(
        verdict=f"A radicular diagnosis of the same region{where}, such as {listed}.",
        codes=tuple(CodeLine(code=row.code, role="mentioned") for row in chosen),
        steps=(
            *[
                step("diagnosis", row.code, row, f"{row.code} ({row.meaning}) {FITS[row.fit]}.")
                for row in chosen
            ],
            *[said("diagnosis", row, code.code if code else "") for row in rules[:4]],
        ),
        cautions=(*(history(code, book) if code else ()), *horizon(book)),
    )


def _steroid(code: CodeRow | None, book: Codebook) -> bool:
    """Is the code one for a non-neurolytic injection? The fit of a diagnosis is read for those."""
    return code is None or code.family in book.epidural_families


def _by_rule(code: CodeRow | None, book: Codebook) -> Decision:
    """For a code outside the epidural indications: only what a row says of that code."""
    found = [
        row
        for row in concerning(book.statements("diagnosis", "rule"), code, ("supports",))
        if row.codes or row.families
    ]
    cautions = (*(history(code, book) if code else ()), *horizon(book))
    name = code.code if code else "this"
    if not found:
        return NotCovered(
            verdict=f"The diagnosis table holds no diagnoses for {name}.", cautions=cautions
        )
    return Decided(
        verdict=verdict_of(found[0], name),
        codes=(CodeLine(code=name, role="mentioned"),) if code else (),
        steps=tuple(said("diagnosis", row, name) for row in found),
        cautions=cautions,
    )


FIRST = ("M54.1", "M50.1", "M51.1", "M47.2")
"""Not a coding fact: the order in which codes that fit equally are named."""


def _first_line(row: DiagnosisRow) -> tuple[int, str]:
    """Radiculopathy by region first, then disc and spondylosis with radiculopathy."""
    kind = next((n for n, start in enumerate(FIRST) if row.code.startswith(start)), len(FIRST))
    unusual = row.code.endswith("1") and kind == 0
    return (kind + 9 * unusual, row.code)
