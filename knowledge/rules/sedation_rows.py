"""A sedation question, and the rows that answer it. Pure; sedation.py decides with them."""

from pydantic import Field

from knowledge.codebook import Codebook
from knowledge.decisions import Assumed, Caution, Step
from knowledge.facts import Claim, Frozen
from knowledge.rows import StatementRow
from knowledge.rules.reasons import said
from knowledge.service_rows import MinutesRow, SedationRow

MEDICARE = ("", "medicare", "medicare advantage")


class SedationQuestion(Frozen):
    """Moderate sedation beside a procedure, as far as it was told."""

    codes: tuple[str, ...] = ()
    """Sedation codes that were named."""
    minutes: int | None = Field(None, ge=0, le=1440)
    """Intraservice time."""
    age: int | None = Field(None, ge=0, le=130)
    """Of the patient, in years."""
    by: str = ""
    """"proceduralist" or "another clinician"."""
    asked: tuple[str, ...] = ()
    """"documentation", "observer", "who" or "time", where that is asked about alone."""
    epidural: bool = False
    """Was it beside an epidural injection?"""
    claim: Claim | None = None
    place_of_service: str | None = None
    payer: str = ""


def times(book: Codebook) -> tuple[MinutesRow, MinutesRow]:
    rows = {r.id: r for r in book.held("sedation", "time", MinutesRow)}
    return rows["first"], rows["further"]


def remark(name: str, book: Codebook) -> Step:
    row = next(r for r in book.statements("sedation", "remark") if r.id == name)
    return said("sedation", row)


def time_step(row: MinutesRow, short: str = "") -> Step:
    return said("sedation", row).model_copy(update={"short": short})


def by_code(question: SedationQuestion, rows: tuple[SedationRow, ...]) -> str:
    """Who gave it, by the code named; nobody, where codes of both are named."""
    found = {r.by for r in rows for c in question.codes if c in (r.code, r.add_on)}
    return found.pop() if len(found) == 1 else ""


def setting(question: SedationQuestion, book: Codebook) -> bool | None:
    """Was it in a facility? None = nobody said."""
    if question.claim == "facility":
        return True
    rows = [
        r for r in book.held("places", "place", StatementRow) if r.id == question.place_of_service
    ]
    return "facility" in rows[0].aspects if rows else None


def age_of(question: SedationQuestion, book: Codebook) -> tuple[str, tuple[Assumed, ...]]:
    """The age band, and the presumption it rests on."""
    if question.age is not None:
        return ("under 5" if question.age < 5 else "5 or over"), ()
    named = {"99151": "under 5", "99155": "under 5"}
    told = next((named[c] for c in question.codes if c in named), "")
    row = next(r for r in book.presumptions if r.fact == "patient_age")
    if told and not set(question.codes) & {"99152", "99156"}:
        return told, ()
    presumed = Assumed(
        fact=row.fact, value=row.value, because=row.because, row=f"presumptions/{row.fact}"
    )
    return row.value, (presumed,)


def policy(question: SedationQuestion, book: Codebook) -> tuple[Caution, ...]:
    """Medicare's epidural policies on sedation, beside the codes of an epidural."""
    if not question.epidural or question.payer not in MEDICARE:
        return ()
    step = remark("esi-policy", book)
    return (Caution(text=step.because, row=step.row, sources=step.sources),)


def units_of(minutes: int, first: MinutesRow, further: MinutesRow) -> int:
    """Units of the add-on: none before it begins, then one for each stretch."""
    if minutes < first.minutes or minutes < further.minutes:
        return 0
    return (minutes - further.minutes) // further.span + 1
