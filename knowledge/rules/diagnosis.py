"""Does this diagnosis fit, and is it billable? Pure; diagnosis.toml and icd10cm.csv decide.

Fit is said as fit, never as a coverage verdict: the articles' own lists are not held.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, Decision, NotCovered
from knowledge.facts import Frozen, Region
from knowledge.policy_rows import ConditionRow, DiagnosisRow
from knowledge.rows import CodeRow
from knowledge.rules.described import KINDS, described
from knowledge.rules.diagnosis_codes import FITS, find, of_codes
from knowledge.rules.reasons import concerning, history, horizon, said, step, verdict_of


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
    condition: str = ""
    """The id of a condition row whose words stand in the question."""
    documented: bool = False
    """The words put that disc at the level: a code of another level is then wrong."""


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
        answer = of_codes(question.diagnoses, question.aspects, code, book)
        return _of_another_level(question, answer, book)
    named = [
        row
        for row in book.held("diagnosis", "condition", ConditionRow)
        if row.id == question.condition
    ]
    if named:
        return _of_condition(named[0], book)
    if question.kind and (
        rows_ := described(question.kind, question.levels, question.region, book)
    ):
        return _described(question, rows_, book)
    return _that_fit(question, code, book)


def _of_another_level(
    question: DiagnosisQuestion, told: Decided | NotCovered, book: Codebook
) -> Decided | NotCovered:
    """Say so first when the disc that the words describe has another code than the one named."""
    if not question.documented or question.kind != "disc" or isinstance(told, NotCovered):
        return told
    rows = described("disc", question.levels, question.region, book)
    named = [c for c in question.diagnoses if c.startswith(KINDS["disc"])]
    if len(rows) != 1 or not named or rows[0].code in question.diagnoses:
        return told
    right, wrong = rows[0], find(named[0], book)
    meaning = f", and {named[0]} is {wrong.meaning}" if wrong and wrong.code == named[0] else ""
    where = f"a disc disorder with radiculopathy at {question.levels[0]}"
    verdict = f"No: {where} is {right.code}{meaning}."
    return told.model_copy(
        update={
            "verdict": verdict,
            "codes": (CodeLine(code=right.code, role="mentioned"), *told.codes),
            "steps": (step("diagnosis", right.code, right, verdict), *told.steps),
        }
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


def _of_condition(row: ConditionRow, book: Codebook) -> Decided:
    """The codes that say a condition, and what they support."""
    return Decided(
        verdict=verdict_of(row),
        codes=tuple(CodeLine(code=code, role="mentioned") for code in row.diagnoses),
        steps=(step("diagnosis", row.id, row, row.say),),
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
