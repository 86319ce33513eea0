"""Which HCPCS code and how many units for a drug or contrast? Pure; rows of drugs.toml decide.

What was given is never guessed: without a dose there are no units, and without a strength a
volume is no dose.
"""

from pydantic import Field

from knowledge.codebook import Codebook
from knowledge.decisions import (
    Assumed,
    Caution,
    CodeLine,
    Decided,
    Decision,
    Missing,
    NotCovered,
    Option,
    Step,
    Undecided,
)
from knowledge.facts import Claim, Frozen
from knowledge.rows import StatementRow
from knowledge.rules.amounts import by_size, converted, divides, shown, whole_units
from knowledge.rules.drug_waste import Container, Waste, waste
from knowledge.rules.reasons import history, said, step
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
    """What one mL holds: mg of drug, or mg of iodine."""
    use: str = ""
    """"trial" or "refill", for a drug of a spinal pump."""
    container: Container = ""
    held: float | None = Field(None, gt=0)
    """How much the container held, in the unit of the dose."""
    discarded: float | None = Field(None, ge=0)
    """How much of a single-dose container was thrown away; 0 = nothing."""
    asked: tuple[str, ...] = ()
    """What is asked beside the code: "units", "waste", "ndc", "apart", "whether"."""
    claim: Claim | None = None
    place_of_service: str | None = None


def drugs(question: DrugQuestion, book: Codebook) -> Decision:
    """The HCPCS code of a drug on the date of service, its units, and JZ or JW."""
    drug = _drug(question, book)
    if drug is None:
        return NotCovered(verdict="The drug table does not hold that drug.", nearest=_names(book))
    if drug.kind == "local anesthetic":
        return _anesthetic(question, drug, book)
    held = [row for row in _codes(book) if row.drug == drug.drug]
    if not held:
        return NotCovered(verdict=f"No code for {drug.drug} is held on {book.on}.")
    if question.claim == "facility" or _in_facility(question, book):
        return _facility(question, drug, held, book)
    fitting = _fitting(question, drug, held)
    if isinstance(fitting, Undecided):
        return fitting
    if not fitting:
        return NotCovered(
            verdict=f"No code held fits {drug.drug} of {shown(question.strength or 0)} mg/mL.",
            nearest=tuple(row.code for row in held),
        )
    amount = _amount(question, drug)
    if amount is None:
        return _without_dose(question, drug, fitting, book)
    return _counted(question, drug, fitting, amount, book)


# --- which drug, which codes ---------------------------------------------------------


def _codes(book: Codebook) -> tuple[DrugCodeRow, ...]:
    return book.held("drugs", "code", DrugCodeRow)


def _names(book: Codebook) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.code for row in _codes(book)))[:4]


def _drug(question: DrugQuestion, book: Codebook) -> DrugRow | None:
    """The drug named, else that of the first code that any day's table has."""
    name = question.drug
    if not name:
        every = [r for r in book.all_rows["drugs", "code"] if isinstance(r, DrugCodeRow)]
        name = next((r.drug for c in question.codes for r in every if r.code == c), "")
    found = book.held("drugs", "drug", DrugRow)
    return next((row for row in found if row.drug == name), None)


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
        steps=tuple(_code_step(r, drug) for r in held),
    )


def _ask_strength(drug: DrugRow, banded: list[DrugCodeRow]) -> Undecided:
    """Contrast whose iodine was not told."""
    return Undecided(
        verdict=f"It depends on the iodine in one mL: {', '.join(r.code for r in banded)}.",
        missing=(
            Missing(
                fact="strength",
                question="How many mg of iodine does one mL hold, such as 180, 240 or 300?",
                choices=tuple(_band(r) for r in banded),
            ),
        ),
        candidates=tuple(r.code for r in banded),
        options=tuple(Option(given={"strength": _band(r)}, codes=(r.code,)) for r in banded),
        steps=tuple(_code_step(r, drug) for r in banded),
    )


def _band(row: DrugCodeRow) -> str:
    return f"{shown(row.least or 0)}-{shown(row.most or 0)} mg/mL"


def _code_step(row: DrugCodeRow, drug: DrugRow, short: str = "") -> Step:
    iodine = f" with {_band(row)} of iodine" if row.least is not None else ""
    use = f", for a {row.use}" if row.use else ""
    because = (
        f"One unit of {row.code} stands for {shown(row.per)} {row.unit} of "
        f"{drug.drug}{iodine}{use}."
    )
    return step("drugs", row.code, row, because, short)


# --- how much ------------------------------------------------------------------------


def _amount(question: DrugQuestion, drug: DrugRow) -> float | None:
    """The dose in the drug's own unit; a volume counts by its strength, if that is known."""
    if drug.unit == "mL":
        if question.unit == "mL":
            return question.dose
        return question.volume
    if question.dose is None and question.held and question.discarded is not None:
        # what the container held, less what was thrown away
        return question.held - question.discarded or None
    if question.dose is not None and question.unit in ("mg", "mcg"):
        return converted(question.dose, question.unit, drug.unit)
    volume = question.dose if question.unit == "mL" else question.volume
    only = drug.strengths[0] if len(drug.strengths) == 1 else None
    strength = question.strength or only
    return None if volume is None or strength is None else volume * strength


def _counted(
    question: DrugQuestion,
    drug: DrugRow,
    fitting: list[DrugCodeRow],
    amount: float,
    book: Codebook,
) -> Decided:
    """The codes with their units, and what stands on their lines."""
    sized = [(row, converted(amount, drug.unit, row.unit)) for row in fitting]
    row, in_unit = sized[0]
    assert in_unit is not None, "a row's unit leads to its drug's"
    several = len(fitting) > 1
    lines = by_size(amount, fitting) if several else ((row, whole_units(in_unit, row.per)),)
    if several:
        row = lines[-1][0]
    same = question.dose is not None and question.unit in ("mg", "mcg")
    figure = (
        f"{shown(question.dose or 0)} {question.unit}" if same else f"{shown(amount)} {drug.unit}"
    )
    told = f"{figure} of {drug.drug}"
    bill = " and ".join(f"{r.code} x{n}" for r, n in lines)
    each = "" if several else f" at {shown(row.per)} {row.unit} a unit"
    verdict = f"Bill {bill}: {told}{each}."
    steps = [_code_step(r, drug, verdict if r is lines[0][0] else "") for r, _ in lines]
    whole = all(divides(a, r.per) for r, a in sized if a) if not several else True
    rounded = several and abs(sum(r.per * n for r, n in lines) - amount) > 1e-6
    if not whole or rounded:
        steps.append(_remark("rounding", book))
    steps += _beside(question, drug, lines[0][0], book)
    own = waste(question, row, in_unit, drug, book)
    if drug.kind == "contrast" and "waste" not in question.asked:
        own = Waste()
    asked = bool({"waste", "discarded"} & set(question.asked)) or question.discarded is not None
    if own.verdict and asked:
        verdict = f"{own.verdict} {verdict}" if "modifier" in question.asked else verdict
        steps = [*own.steps, *steps] if "modifier" in question.asked else [*steps, *own.steps]
    codes = [
        CodeLine(code=r.code, role="bill", units=n, modifiers=own.modifiers if r is row else ())
        for r, n in lines
    ]
    others = _others(question, {r.code for r, _ in lines})
    return Decided(
        verdict=verdict,
        codes=(*codes, *own.lines, *(CodeLine(code=c, role="do_not_bill") for c in others)),
        steps=tuple(steps),
        assumed=_presumed(question, book),
        cautions=(*_limits(lines, book), *_cautions(drug, question, others, book)),
    )


def _without_dose(
    question: DrugQuestion, drug: DrugRow, fitting: list[DrugCodeRow], book: Codebook
) -> Decision:
    """The code and its unit; the units themselves only with a dose."""
    own = waste(question, fitting[0], None, drug, book)
    if own.verdict and {"waste", "discarded"} & set(question.asked):
        named = tuple(
            CodeLine(code=c, role="mentioned") for c in question.codes if c != fitting[0].code
        )
        line = CodeLine(code=fitting[0].code, role="mentioned", modifiers=own.modifiers)
        return Decided(
            verdict=own.verdict,
            codes=(line, *named),
            steps=own.steps,
            cautions=_cautions(drug, question, (), book),
        )
    strengths = ", ".join(shown(s) for s in drug.strengths)
    by_volume = question.unit == "mL" or question.volume is not None
    if "units" in question.asked or len(fitting) > 1 or by_volume:
        fact = "strength" if by_volume else "dose"
        question_ = (
            f"How many {drug.unit} does one mL hold ({strengths})?"
            if by_volume and strengths
            else f"How many {drug.unit} of {drug.drug} were given?"
        )
        return Undecided(
            verdict=f"It depends on the {fact}: {' or '.join(r.code for r in fitting)}.",
            missing=(Missing(fact=fact, question=question_, choices=_choices(drug, by_volume)),),
            candidates=tuple(r.code for r in fitting),
            options=_options(question, drug, fitting, by_volume),
            steps=tuple(_code_step(r, drug) for r in fitting),
        )
    row = fitting[0]
    verdict = f"Bill {row.code} for {drug.drug}: one unit for each {shown(row.per)} {row.unit}."
    if "ndc" in question.asked:
        verdict = (
            f"It depends on the payer: where it wants the NDC, the {row.code} line carries it."
        )
    others = _others(question, {row.code})
    return Decided(
        verdict=verdict,
        codes=(
            CodeLine(code=row.code, role="bill"),
            *(CodeLine(code=c, role="do_not_bill") for c in others),
        ),
        steps=(_code_step(row, drug, verdict), *_beside(question, drug, row, book)),
        assumed=_presumed(question, book),
        cautions=_cautions(drug, question, others, book),
    )


def _choices(drug: DrugRow, by_volume: bool) -> tuple[str, ...]:
    return tuple(f"{shown(s)} mg/mL" for s in drug.strengths) if by_volume else ()


def _options(
    question: DrugQuestion, drug: DrugRow, fitting: list[DrugCodeRow], by_volume: bool
) -> tuple[Option, ...]:
    """What each strength sold would make of the volume, or each size of its own dose."""
    if by_volume:
        volume = question.volume or question.dose or 0.0
        return tuple(
            Option(
                given={"strength": f"{shown(s)} mg/mL, {shown(s * volume)} {drug.unit} in all"},
                codes=tuple(r.code for r in fitting),
            )
            for s in drug.strengths
        )
    return tuple(
        Option(given={"dose": f"{shown(r.per)} {r.unit} a unit"}, codes=(r.code,)) for r in fitting
    )


# --- beside the units ----------------------------------------------------------------


def _remark(name: str, book: Codebook, code: str = "") -> Step:
    row = next(r for r in book.statements("drugs", "remark") if r.id == name)
    return said("drugs", row, code)


def _has(name: str, book: Codebook) -> bool:
    return any(r.id == name for r in book.statements("drugs", "remark"))


REPLACED = {"J1010": "j1010-replaces", "J0665": "j0665-replaces"}
"""The remark on the code that a code replaced."""
SIZES = {"J1020", "J1030", "J1040"}


def _beside(question: DrugQuestion, drug: DrugRow, row: DrugCodeRow, book: Codebook) -> list[Step]:
    """What a coder should know of the line, the most telling first."""
    found = []
    if row.code in SIZES:
        found.append("vial-sizes")
    if row.code in REPLACED and set(question.codes) - {row.code}:
        found.append(REPLACED[row.code])
    if "ndc" in question.asked:
        found.insert(0, "ndc")
    if row.use:
        found.append("baclofen-uses")
    if drug.kind == "contrast" and row.least is not None:
        found += ["contrast-bands", "contrast-payers"]
    if question.place_of_service == "11":
        found.append("office-drug")
    return [_remark(name, book) for name in dict.fromkeys(found) if _has(name, book)]


def _others(question: DrugQuestion, right: set[str]) -> tuple[str, ...]:
    """Drug codes named that are not the ones of this dose and day."""
    return tuple(c for c in question.codes if c not in right)


def _cautions(
    drug: DrugRow, question: DrugQuestion, others: tuple[str, ...], book: Codebook
) -> tuple[Caution, ...]:
    gone = [c for code in others if code in book.every_code for c in history(book.code(code), book)]
    own = (
        (Caution(text=drug.caution, row=f"drugs/{drug.drug}", sources=drug.source),)
        if drug.caution
        else ()
    )
    return (*gone, *own)


def _limits(lines: tuple[tuple[DrugCodeRow, int], ...], book: Codebook) -> tuple[Caution, ...]:
    """The medically unlikely edit, where the units are above it."""
    release = book.statements("horizons", "release")[-1]
    return tuple(
        Caution(
            text=f"{count} units of {row.code} are above the unit limit of {line['units']} a day "
            f"(MAI {line['adjudication']}), so records must support them on appeal.",
            row=f"unit_limits/{row.code}",
            sources=release.source,
        )
        for row, count in lines
        for line in book.large("unit_limits")
        if line["code"] == row.code and line["units"] and count > int(line["units"])
    )


def _presumed(question: DrugQuestion, book: Codebook) -> tuple[Assumed, ...]:
    """A drug line is the practice's own, where nothing is said of the place."""
    if question.place_of_service or question.claim:
        return ()
    return tuple(
        Assumed(fact=r.fact, value=r.value, because=r.because, row=f"presumptions/{r.fact}")
        for r in book.presumptions
        if r.fact == "drug_owner"
    )


def _in_facility(question: DrugQuestion, book: Codebook) -> bool:
    place = question.place_of_service
    rows = [r for r in book.held("places", "place", StatementRow) if r.id == place]
    return bool(rows) and "facility" in rows[0].aspects


def _facility(
    question: DrugQuestion, drug: DrugRow, held: list[DrugCodeRow], book: Codebook
) -> Decision:
    """No drug line of the physician in a facility, and none paid apart to the facility."""
    named = [r for r in held if r.code in question.codes] or held[:1]
    code = named[0].code
    if {"waste", "discarded"} & set(question.asked):
        packaged = _remark("waste-packaged", book)
        modifiers = waste(question, named[0], None, drug, book, packaged=True).modifiers
        verdict = f"No: {code} takes neither JZ nor JW where the drug is packaged in the facility."
        line = CodeLine(code=code, role="mentioned", modifiers=modifiers)
        first = packaged.model_copy(update={"short": verdict})
        return Decided(verdict=verdict, codes=(line,), steps=(first, _remark("packaged", book)))
    if question.claim == "facility":
        verdict = (
            f"No: {code} is not paid apart in the facility; it is packaged into the procedure."
        )
        role, first = "mentioned", _remark("packaged", book)
    else:
        verdict = (
            f"No: the facility supplied the drug, so the physician's claim carries no {code} line."
        )
        role, first = "do_not_bill", _remark("facility-supplies", book)
    rest = () if question.claim == "facility" else (_remark("packaged", book),)
    return Decided(
        verdict=verdict,
        codes=tuple(
            CodeLine(code=c, role="mentioned" if role == "mentioned" else "do_not_bill")
            for c in dict.fromkeys([code, *question.codes])
        ),
        steps=(first.model_copy(update={"short": verdict}), *rest, _code_step(named[0], drug)),
        cautions=_cautions(drug, question, (), book),
    )


def _anesthetic(question: DrugQuestion, drug: DrugRow, book: Codebook) -> Decision:
    """The local anesthetic of a block is part of it, whatever its code."""
    held = [row for row in _codes(book) if row.drug == drug.drug]
    first = _remark("local-anesthetic", book)
    code = f" ({held[0].code})" if held else ""
    verdict = f"No: {drug.drug}{code} as the local anesthetic of the procedure is not billed apart."
    steps = [first.model_copy(update={"short": verdict})]
    amount = _amount(question, drug)
    if held:
        steps.append(_code_step(held[0], drug))
        if amount is not None:
            count = whole_units(amount, held[0].per)
            because = (
                f"Where a payer takes the line all the same, {shown(amount)} mg of {drug.drug} "
                f"are {held[0].code} x{count}."
            )
            steps.append(step("drugs", held[0].code, held[0], because))
    named = dict.fromkeys([*(r.code for r in held), *question.codes])
    return Decided(
        verdict=verdict,
        codes=tuple(CodeLine(code=c, role="do_not_bill") for c in named),
        steps=tuple(steps),
        cautions=_cautions(drug, question, tuple(question.codes), book),
    )
