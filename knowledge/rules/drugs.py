"""Which HCPCS code and how many units for a drug or contrast? Pure; rows of drugs.toml decide.

What was given is never guessed: which code of several is asked for by strength or use, and the
units by the dose.
"""

from knowledge.codebook import Codebook
from knowledge.decisions import Decision, Missing, NotCovered, Option, Undecided
from knowledge.rules.amounts import shown
from knowledge.rules.drug_lines import anesthetic, contrast_apart, in_facility
from knowledge.rules.drug_rows import (
    DrugQuestion,
    amount_of,
    band,
    code_step,
    codes,
    drug_of,
    is_facility,
)
from knowledge.rules.drug_units import counted, without_dose
from knowledge.service_rows import DrugCodeRow, DrugRow

__all__ = ["DrugQuestion", "drugs"]


def drugs(question: DrugQuestion, book: Codebook) -> Decision:
    """The HCPCS code of a drug on the date of service, its units, and JZ or JW."""
    drug = drug_of(question, book)
    if drug is None:
        name = question.drug or "that drug"
        return NotCovered(verdict=f"The drug table does not hold {name}.", nearest=_names(book))
    if drug.kind == "local anesthetic":
        return anesthetic(question, drug, book)
    held = [row for row in codes(book) if row.drug == drug.drug]
    if not held:
        return NotCovered(verdict=f"No code for {drug.drug} is held on {book.on}.")
    if question.claim == "facility" or is_facility(question, book):
        return in_facility(question, drug, held, book)
    fitting = _fitting(question, drug, held)
    if isinstance(fitting, Undecided):
        return fitting
    if not fitting:
        return NotCovered(
            verdict=f"No code held fits {drug.drug} of {shown(question.strength or 0)} mg/mL.",
            nearest=tuple(row.code for row in held),
        )
    if len(fitting) > 1 and fitting[0].least is not None:
        return contrast_apart(fitting, drug, book)
    amount = amount_of(question, drug)
    if amount is None:
        return without_dose(question, drug, fitting, book)
    return counted(question, drug, fitting, amount, book)


def _names(book: Codebook) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.code for row in codes(book)))[:4]


def _fitting(
    question: DrugQuestion, drug: DrugRow, held: list[DrugCodeRow]
) -> list[DrugCodeRow] | Undecided:
    """The codes that strength and use leave; a question where they must be told."""
    banded = [row for row in held if row.least is not None]
    if banded:
        strength = question.strength
        named = [row for row in banded if row.code in question.codes]
        if strength is None and len(named) == 1:
            return named
        if strength is None and "apart" in question.asked:
            return banded
        if strength is None:
            return _ask_strength(drug, banded)
        return [r for r in banded if (r.least or 0) <= strength <= (r.most or strength)]
    uses = {row.use for row in held}
    if len(uses) < 2:
        return held
    if question.use in uses:
        return [row for row in held if row.use == question.use]
    named = [row for row in held if row.code in question.codes]
    if len(named) == 1:
        return named
    options = tuple(Option(given={"use": r.use}, codes=(r.code,)) for r in held)
    return Undecided(
        verdict=f"It depends on the use: {' or '.join(r.code for r in held)}.",
        missing=(
            Missing(
                fact="use",
                question="Was it an intrathecal trial dose or the refill of a pump?",
                choices=tuple(r.use for r in held),
            ),
        ),
        candidates=tuple(r.code for r in held),
        options=options,
        steps=tuple(code_step(r, drug) for r in held),
    )


def _ask_strength(drug: DrugRow, banded: list[DrugCodeRow]) -> Undecided:
    """Contrast whose iodine was not told."""
    return Undecided(
        verdict=f"It depends on the iodine in one mL: {', '.join(r.code for r in banded)}.",
        missing=(
            Missing(
                fact="strength",
                question="How many mg of iodine does one mL hold, such as 180, 240 or 300?",
                choices=tuple(band(r) for r in banded),
            ),
        ),
        candidates=tuple(r.code for r in banded),
        options=tuple(Option(given={"strength": band(r)}, codes=(r.code,)) for r in banded),
        steps=tuple(code_step(r, drug) for r in banded),
    )
