"""How many units does a dose make? Pure.

Without a dose there are no units, and without a strength a volume is no dose.
"""

from typing import Literal

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, Decision, Missing, Option, Undecided
from knowledge.rules.amounts import by_size, converted, divides, shown, whole_units
from knowledge.rules.drug_lines import beside, cautions, limits, others, presumed
from knowledge.rules.drug_rows import DrugQuestion, code_step, remark
from knowledge.rules.drug_waste import Waste, waste
from knowledge.service_rows import DrugCodeRow, DrugRow


def counted(
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
    verdict = f"Bill {bill}: {told}."
    if not several:
        count = lines[0][1]
        exact = divides(in_unit, row.per)
        verdict = (
            f"Bill {bill}: {told} {'is' if count == 1 else 'are'} {count} "
            f"unit{'' if count == 1 else 's'} of {shown(row.per)} {row.unit}"
            f"{'' if exact else ', the last one rounded up'}."
        )
    steps = [code_step(r, drug, verdict if r is lines[0][0] else "") for r, _ in lines]
    whole = all(divides(a, r.per) for r, a in sized if a) if not several else True
    rounded = several and abs(sum(r.per * n for r, n in lines) - amount) > 1e-6
    if not whole or rounded:
        steps.append(remark("rounding", book))
    steps += beside(question, drug, lines[0][0], book)
    own = waste(question, row, in_unit, drug, book)
    if drug.kind == "contrast" and "waste" not in question.asked:
        own = Waste()
    asked = bool({"waste", "discarded"} & set(question.asked)) or question.discarded is not None
    if own.verdict and asked:
        # who asks for the modifier hears it first
        first = "modifier" in question.asked
        verdict = f"{own.verdict} {verdict}" if first else f"{verdict} {own.verdict}"
        steps = [*own.steps, *steps] if first else [steps[0], *own.steps, *steps[1:]]
    elif own.verdict:
        steps.append(own.steps[0].model_copy(update={"because": own.verdict, "short": ""}))
    codes = [
        CodeLine(code=r.code, role="bill", units=n, modifiers=own.modifiers if r is row else ())
        for r, n in lines
    ]
    wrong = others(question, {r.code for r, _ in lines})
    return Decided(
        verdict=verdict,
        answer=answer(question, lines),
        codes=(*codes, *own.lines, *(CodeLine(code=c, role="do_not_bill") for c in wrong)),
        steps=tuple(steps),
        assumed=presumed(question, book),
        cautions=(*limits(lines, book), *cautions(drug, question, wrong, book)),
    )


def answer(
    question: DrugQuestion, lines: tuple[tuple[DrugCodeRow, int], ...]
) -> Literal["yes", "no", ""]:
    """Yes where code and units are those proposed, no where one of them is not."""
    right, named = {row.code for row, _ in lines}, set(question.codes)
    if not named and question.proposed is None:
        return ""
    if named and not named & right:
        return "no"
    if named - right:
        # of two codes named one is right
        return ""
    if question.proposed is None:
        return "yes" if named == right else ""
    return "yes" if question.proposed in {count for _, count in lines} else "no"


def without_dose(
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
            cautions=cautions(drug, question, (), book),
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
            steps=tuple(code_step(r, drug) for r in fitting),
        )
    row = fitting[0]
    verdict = f"Bill {row.code} for {drug.drug}: one unit for each {shown(row.per)} {row.unit}."
    if "ndc" in question.asked:
        verdict = (
            f"It depends on the payer: where it wants the NDC, the {row.code} line carries it."
        )
    wrong = others(question, {row.code})
    owned = () if not {"apart"} & set(question.asked) else (remark("office-drug", book),)
    return Decided(
        verdict=verdict,
        answer="yes" if owned and not wrong else "",
        codes=(
            CodeLine(code=row.code, role="bill"),
            *(CodeLine(code=c, role="do_not_bill") for c in wrong),
        ),
        steps=(code_step(row, drug, verdict), *owned, *beside(question, drug, row, book)),
        assumed=presumed(question, book),
        cautions=cautions(drug, question, wrong, book),
    )


def _choices(drug: DrugRow, by_volume: bool) -> tuple[str, ...]:
    return tuple(f"{shown(s)} mg/mL" for s in drug.strengths) if by_volume else ()


def _of_volume(amount: float, drug: DrugRow, row: DrugCodeRow) -> str:
    count = whole_units(converted(amount, drug.unit, row.unit) or amount, row.per)
    return f"so {shown(amount)} {drug.unit} and {count} unit{'' if count == 1 else 's'}"


def _options(
    question: DrugQuestion, drug: DrugRow, fitting: list[DrugCodeRow], by_volume: bool
) -> tuple[Option, ...]:
    """What each strength sold would make of the volume, or each size of its own dose."""
    if by_volume:
        volume = question.volume or question.dose or 0.0
        return tuple(
            Option(
                given={"strength": f"{shown(s)} mg/mL, {_of_volume(s * volume, drug, fitting[0])}"},
                codes=tuple(r.code for r in fitting),
            )
            for s in drug.strengths
        )
    return tuple(
        Option(given={"dose": f"{shown(r.per)} {r.unit} a unit"}, codes=(r.code,)) for r in fitting
    )
