"""The check of a claim as a rule like the others: one verdict, steps, and what to bill. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from knowledge.codebook import Codebook
from knowledge.decisions import (
    Caution,
    CodeLine,
    Decided,
    Decision,
    ModifierVerdict,
    Role,
    Short,
    Step,
)
from knowledge.rules.claim.check import check
from knowledge.rules.claim.day_book import DayBooks
from knowledge.rules.claim.values import Checked, Claim, Finding, LineResult, Verdict

STANDING = (
    "diagnosis_header",
    "diagnosis_unknown",
    "diagnosis_excludes",
    "missing_modifier",
    "wrong_modifier",
    "contradictory_modifiers",
    "unit_limit",
    "prior_authorization",
)
"""Findings that leave the code itself on the claim, once the rest of its line is mended."""
OFF = ("ended_code", "addon_without_primary", "imaging_included")
"""Findings by which the code, as things stand, is not billed."""
ANSWERS: dict[Verdict, Short] = {"clean": "yes", "fix": "no", "cannot_tell": "depends"}
NAMED = 3
"""Findings told in the verdict."""


def claim(question: Claim, book: Codebook) -> Decision:
    """Whether claim lines may be sent as they are, and what is wrong with them."""

    def on(day: date) -> Codebook:
        return book if day == book.on else replace(book, on=day)

    checked = check(question, DayBooks(on), book.on)
    stopping = [f for f in checked.findings if f.severity != "info"]
    return Decided(
        verdict=" ".join([_opening(checked, stopping), *(_first(f) for f in stopping[:NAMED])]),
        answer=ANSWERS[checked.verdict],
        codes=(*_codes(checked), *_diagnoses(checked)),
        steps=tuple(_step(f) for f in checked.findings) or _clean(checked, book),
        assumed=checked.assumed,
        cautions=_cautions(checked),
    )


def _opening(checked: Checked, stopping: Sequence[Finding]) -> str:
    if checked.verdict == "clean":
        named = _listed(line.code for line in checked.lines)
        return f"This claim may be sent as it is: nothing held speaks against {named}."
    where = sorted({n for f in stopping for n in f.lines})
    named = _listed(checked.lines[n].code for n in where)
    if checked.verdict == "fix":
        return f"This claim must not be sent as it is: mend {named}."
    return f"Whether this claim is right cannot be told: look at {named}."


def _listed(codes: Iterable[str]) -> str:
    """ "62321, 77003 and 99213"."""
    *rest, last = dict.fromkeys(codes)
    return f"{', '.join(rest)} and {last}" if rest else last


def _first(finding: Finding) -> str:
    """The first sentence of a finding."""
    return f"{finding.text.split('. ', 1)[0].rstrip('.')}."


def _step(finding: Finding) -> Step:
    return Step(
        because=f"{finding.text} {finding.fix}",
        row=finding.row,
        sources=finding.sources,
        confidence=finding.confidence,
    )


def _clean(checked: Checked, book: Codebook) -> tuple[Step, ...]:
    """What a clean claim rests on: the rows of its codes."""
    return tuple(
        Step(
            because=f"{row.code} is in force on {line.service_date}.",
            row=f"codes/{row.code}",
            sources=row.source,
            confidence=row.confidence,
        )
        for line in checked.lines
        if (row := book.codes.get(line.code))
    )


# --- what to bill ------------------------------------------------------------------------


def _codes(checked: Checked) -> Iterator[CodeLine]:
    for at, line in enumerate(checked.lines):
        own = [f for f in checked.findings if at in f.lines]
        role = _role(at, line, own)
        yield CodeLine(
            code=line.code,
            role=role,
            units=line.units,
            modifiers=tuple(_modifiers(line, own, role)),
        )


def _role(at: int, line: LineResult, own: Sequence[Finding]) -> Role:
    if line.verdict == "clean":
        return "bill"
    if any(at in f.drop or f.rule in OFF for f in own if f.severity == "error"):
        return "do_not_bill"
    pairs = [f for f in own if f.rule == "pair" and f.severity == "error"]
    if any(f.row.endswith(f"/{line.code}") for f in pairs):
        return "do_not_bill"
    others = [f for f in own if f.severity != "info" and f not in pairs]
    return "bill" if all(f.rule in STANDING and not f.undecided for f in others) else "mentioned"


def _modifiers(line: LineResult, own: Sequence[Finding], role: Role) -> Iterator[ModifierVerdict]:
    for modifier in line.modifiers:
        wrong = next((f for f in own if f.modifier == modifier and f.severity != "info"), None)
        if role == "do_not_bill":
            wrong = wrong or next(f for f in own if f.severity == "error")
        if wrong is None:
            because = f"{modifier} stands on {line.code}, and nothing held speaks against it."
            yield ModifierVerdict(code=modifier, verdict="append", because=because)
        else:
            verdict = "depends" if wrong.undecided else "do_not_append"
            yield ModifierVerdict(code=modifier, verdict=verdict, because=wrong.text)


def _diagnoses(checked: Checked) -> Iterator[CodeLine]:
    """Diagnoses that no claim takes."""
    for code in dict.fromkeys(d for line in checked.lines for d in line.diagnoses):
        barred = ("diagnosis_header", "diagnosis_unknown")
        if any(
            f.rule in barred and f.severity == "error" and f.text.startswith(code)
            for f in checked.findings
        ):
            yield CodeLine(code=code, role="do_not_bill")


def _cautions(checked: Checked) -> tuple[Caution, ...]:
    """The age of the tables that were looked at, and what is not held for the date."""
    alone = len(checked.lines) == 1
    return tuple(c for c in checked.cautions if not (alone and "ncci" in c.row))
