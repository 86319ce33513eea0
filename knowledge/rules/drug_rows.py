"""A drug question, and the rows that answer it. Pure; drugs.py decides with them."""

from pydantic import Field

from knowledge.codebook import Codebook
from knowledge.decisions import Step
from knowledge.facts import Claim, Frozen
from knowledge.rows import StatementRow
from knowledge.rules.amounts import converted, shown
from knowledge.rules.drug_waste import Container
from knowledge.rules.reasons import said, step
from knowledge.service_rows import DoseUnit, DrugCodeRow, DrugRow


class DrugQuestion(Frozen):
    """A drug or contrast, how much of it was given, and on whose claim."""

    drug: str = ""
    """A drug of drugs.toml; left out, the code tells it."""
    codes: tuple[str, ...] = ()
    """HCPCS codes that were named."""
    dose: float | None = Field(None, gt=0)
    unit: DoseUnit | None = None
    volume: float | None = Field(None, gt=0)
    """Milliliters, where the dose is told by volume."""
    strength: float | None = Field(None, gt=0)
    """What one mL holds, in mg: of the drug, or of iodine."""
    proposed: int | None = Field(None, ge=0)
    """Units that the question proposes."""
    use: str = ""
    """"trial" or "refill", for a drug of a spinal pump."""
    container: Container = ""
    held: float | None = Field(None, gt=0)
    """How much the container held, in the unit of the dose."""
    wasted: bool = False
    """Some was thrown away, whether or not it is said how much."""
    discarded: float | None = Field(None, ge=0)
    """How much of a single-dose container was thrown away; 0 = nothing."""
    asked: tuple[str, ...] = ()
    """What is asked beside the code: "units", "waste", "ndc", "apart", "whether"."""
    claim: Claim | None = None
    place_of_service: str | None = None


def codes(book: Codebook) -> tuple[DrugCodeRow, ...]:
    return book.held("drugs", "code", DrugCodeRow)


def drug_of(question: DrugQuestion, book: Codebook) -> DrugRow | None:
    """The drug named, else that of the first code that any day's table has."""
    name = question.drug
    if not name:
        every = [r for r in book.all_rows["drugs", "code"] if isinstance(r, DrugCodeRow)]
        name = next((r.drug for c in question.codes for r in every if r.code == c), "")
    found = book.held("drugs", "drug", DrugRow)
    return next((row for row in found if row.drug == name), None)


def is_facility(question: DrugQuestion, book: Codebook) -> bool:
    place = question.place_of_service
    rows = [r for r in book.held("places", "place", StatementRow) if r.id == place]
    return bool(rows) and "facility" in rows[0].aspects


def band(row: DrugCodeRow) -> str:
    return f"{shown(row.least or 0)}-{shown(row.most or 0)} mg/mL"


def code_step(row: DrugCodeRow, drug: DrugRow, short: str = "") -> Step:
    iodine = f" with {band(row)} of iodine" if row.least is not None else ""
    use = f", for a {row.use}" if row.use else ""
    because = (
        f"One unit of {row.code} stands for {shown(row.per)} {row.unit} of "
        f"{drug.drug}{iodine}{use}."
    )
    return step("drugs", row.code, row, because, short)


def remark(name: str, book: Codebook, code: str = "") -> Step:
    row = next(r for r in book.statements("drugs", "remark") if r.id == name)
    return said("drugs", row, code)


def has(name: str, book: Codebook) -> bool:
    return any(r.id == name for r in book.statements("drugs", "remark"))


def amount_of(question: DrugQuestion, drug: DrugRow) -> float | None:
    """The dose in the drug's own unit; a volume counts by its strength, if that is known."""
    if drug.unit == "mL":
        if question.unit == "mL":
            return question.dose
        return question.volume
    if question.dose is None and question.held and question.discarded is not None:
        # what the container held, less what was thrown away
        left = question.held - question.discarded
        return left if left > 0 else None
    if question.dose is not None and question.unit in ("mg", "mcg"):
        return converted(question.dose, question.unit, drug.unit)
    volume = question.dose if question.unit == "mL" else question.volume
    only = drug.strengths[0] if len(drug.strengths) == 1 else None
    strength = question.strength or only
    if volume is None or strength is None:
        return None
    return converted(volume * strength, "mg", drug.unit)
