"""What to say of diagnosis codes that are named: standing, fit, region, and each other. Pure.

diagnosis.toml knows how a code fits an epidural; icd10cm.csv whether it may stand at all.
"""

import re
from collections.abc import Sequence

from knowledge.codebook import Codebook, near
from knowledge.decisions import CodeLine, Decided, NotCovered, Step
from knowledge.facts import Frozen
from knowledge.policy_rows import DiagnosisRow
from knowledge.rows import CodeRow
from knowledge.rules.icd import Conflict, DiagnosisStanding, dotted, excluded, standing
from knowledge.rules.reasons import concerning, horizon, said, step, verdict_of
from knowledge.rules.validity import known, refused, sentence, unlisted, use, validity

FITS = {
    "core": "fits the epidural indications by itself",
    "supporting": "supports an epidural only with a radicular or claudication finding beside it",
    "insufficient": "does not support an epidural by itself",
    "special": "belongs to another path than an epidural steroid injection",
    "exempt": "is exempt from the epidural diagnosis list",
    "header": "is a header and is not billable",
}


def find(code: str, book: Codebook) -> DiagnosisRow | None:
    """The row of a code, else of the header it hangs under."""
    for length in range(len(code), 2, -1):
        row = book.diagnoses.get(code[:length].rstrip("."))
        if row and (row.code == code or row.fit == "header" or code in row.children):
            return row
    return None


class Asked(Frozen):
    """One diagnosis asked about: how it stands on the day, and what is held of its fit."""

    icd: str
    row: DiagnosisRow | None
    standing: DiagnosisStanding

    @property
    def refused(self) -> bool:
        """Must the claim not carry it, whatever it fits?"""
        return refused(self.standing) or bool(self.row and _header(self.icd, self.row))


def of_codes(
    diagnoses: Sequence[str], aspects: tuple[str, ...], code: CodeRow | None, book: Codebook
) -> Decided | NotCovered:
    """Whether each may stand on the claim, alone and together, and how well it fits the code."""
    asked = [
        Asked(icd=icd, row=find(icd, book), standing=standing(icd, book))
        for icd in map(dotted, diagnoses)
    ]
    held = [one for one in asked if one.row or known(one.standing)]
    if not held:
        return _not_held(asked, book)
    alone = held[0] if len(held) == 1 else None
    if alone and not alone.row and not alone.refused and "header" not in aspects:
        return NotCovered(
            verdict=f"{alone.icd} is a billable ICD-10-CM code, but how well it fits an "
            "injection is not held.",
            steps=(validity(alone.standing, book),),
            cautions=horizon(book),
        )
    first = [_headline_of(one, code, aspects, book) for one in held]
    steps = [s for one in held for s in _steps_of(one, code, book)]
    conflicts = excluded([one.icd for one in held], book)
    off = {conflict.off for conflict in conflicts} - {""}
    listed = " and ".join(one.icd for one in held)
    if "instead" in aspects and len(held) > 1:
        rows_ = concerning(book.statements("diagnosis", "rule"), None, ("instead",))
        first = [verdict_of(row) for row in rows_[:1]]
        steps = [*(said("diagnosis", row) for row in rows_[:1]), *steps]
    elif conflicts:
        first = [_barred(conflicts, [one.icd for one in held])]
        steps = [*_why_barred(conflicts, first[0], book), *steps]
    elif len(held) > 1 and not any(o.refused or (o.row and _mismatch(o.row, code)) for o in held):
        first.insert(0, f"Yes: {listed} may stand together: nothing held bars them.")
        steps.insert(0, _together(held[0], first[0]))
    steps += [
        said("diagnosis", row, code.code if code else "")
        for row in concerning(book.statements("diagnosis", "rule"), None, ("fit",))[:1]
        if any(one.row for one in held)
    ]
    return Decided(
        verdict=" ".join(first[:3]),
        codes=tuple(
            CodeLine(
                code=one.icd,
                role="do_not_bill" if one.icd in off or one.refused else "mentioned",
            )
            for one in held
        ),
        steps=tuple(steps),
        cautions=(
            *dict.fromkeys(c for o in held for c in unlisted(o.standing, book)),
            *horizon(book),
        ),
    )


def _not_held(asked: Sequence[Asked], book: Codebook) -> NotCovered:
    listed = ", ".join(one.icd for one in asked)
    early = [one.standing for one in asked if one.standing.attested]
    return NotCovered(
        verdict=sentence(early[0], book)
        if early
        else f"The diagnosis table does not hold {listed}.",
        nearest=() if early else near(asked[0].icd, book.diagnoses),
        steps=tuple(validity(found, book) for found in early),
        cautions=horizon(book),
    )


def _headline_of(one: Asked, code: CodeRow | None, aspects: tuple[str, ...], book: Codebook) -> str:
    """The verdict on one diagnosis: how it stands where it must not be billed, else its fit."""
    found = one.standing
    if one.row is None or found.status in ("ended", "not_yet") or found.absent:
        if refused(found):
            return f"No: {sentence(found, book)}"
        return f"Yes: {one.icd} is billable; how well it fits an injection is not held."
    return _headline(one.icd, one.row, code, aspects, found.children)


def _steps_of(one: Asked, code: CodeRow | None, book: Codebook) -> list[Step]:
    if one.row is None or one.standing.status in ("ended", "not_yet") or one.standing.absent:
        told = validity(one.standing, book)
        if refused(one.standing):
            return [told]
        open_ = f"{one.icd} is billable; how well it fits an injection is not held."
        return [told.model_copy(update={"short": open_})]
    steps = [_fit_step(one.icd, one.row, one.standing.children)]
    if mismatch := _mismatch(one.row, code):
        steps.append(step("diagnosis", one.row.code, one.row, mismatch))
    if one.row.note and not _of_another(one.row.note, code):
        steps.append(step("diagnosis", one.row.code, one.row, one.row.note))
    return steps


def _together(one: Asked, verdict: str) -> Step:
    if one.row:
        return step("diagnosis", one.row.code, one.row, verdict)
    return Step(because=verdict, row=one.standing.row, sources=one.standing.sources)


def _barred(conflicts: Sequence[Conflict], asked: Sequence[str]) -> str:
    """Which codes do not stand on one claim, and which to leave off where a row says so."""
    barred = [icd for icd in asked if any(icd in c.codes for c in conflicts)]
    listed = f"No: {' and '.join(barred)} do not stand on one claim"
    off = [icd for icd in asked if any(icd == c.off for c in conflicts)]
    if off:
        return f"{listed}; leave {' and '.join(off)} off (Excludes1)."
    return f"{listed} (Excludes1): report the one that the record documents."


def _why_barred(conflicts: Sequence[Conflict], verdict: str, book: Codebook) -> list[Step]:
    """The note that bars the pair, and the rule of diagnosis.toml that speaks of it."""
    steps = [Step(because=verdict, row=conflicts[0].row, sources=conflicts[0].sources)]
    rules = concerning(book.statements("diagnosis", "rule"), None, ("excludes",))
    told = [
        row
        for row in rules
        if any(
            all(icd[:5] in f"{row.short} {row.say}" for icd in conflict.codes)
            for conflict in conflicts
        )
    ]
    return steps + [said("diagnosis", row) for row in told[:1]]


def _header(icd: str, row: DiagnosisRow) -> bool:
    return not row.billable and row.code == icd


def _headline(
    icd: str,
    row: DiagnosisRow,
    code: CodeRow | None,
    aspects: tuple[str, ...] = (),
    children: tuple[str, ...] = (),
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
        return f"No: {icd} is a header and not billable{use(row.children or children)}."
    if mismatch := _mismatch(row, code):
        return (
            f"No: {mismatch[0].lower()}{mismatch[1:]}"
            if not mismatch[:1].isupper()
            else (f"No: {mismatch}")
        )
    answer = {"core": "Yes", "exempt": "Yes"}.get(row.fit, "Not by itself")
    return f"{answer}: {icd} ({row.meaning}) {FITS[row.fit]}."


def _fit_step(icd: str, row: DiagnosisRow, children: tuple[str, ...]) -> Step:
    if icd in row.children:
        text = f"{icd} ({row.meaning}) is one of the billable codes of {row.code}."
    elif _header(icd, row):
        below = ", ".join((row.children or children)[:4])
        use_ = below if below else "its billable codes"
        text = f"{icd} ({row.meaning}) is a header and not billable: a claim needs one of {use_}."
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
