"""What stands beside the units of a drug: remarks, cautions, whose claim it is. Pure."""

from knowledge.codebook import Codebook
from knowledge.decisions import Assumed, Caution, CodeLine, Decided, Decision, Step
from knowledge.rules.amounts import shown, whole_units
from knowledge.rules.drug_rows import DrugQuestion, amount_of, code_step, codes, has, remark
from knowledge.rules.drug_waste import waste
from knowledge.rules.reasons import history, not_yet, step
from knowledge.service_rows import DrugCodeRow, DrugRow

REPLACED = {"J1010": "j1010-replaces", "J0665": "j0665-replaces"}
"""The remark on the code that a code replaced."""


SIZES = {"J1020", "J1030", "J1040"}


def beside(question: DrugQuestion, drug: DrugRow, row: DrugCodeRow, book: Codebook) -> list[Step]:
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
    return [remark(name, book) for name in dict.fromkeys(found) if has(name, book)]


def others(question: DrugQuestion, right: set[str]) -> tuple[str, ...]:
    """Drug codes named that are not the ones of this dose and day."""
    return tuple(c for c in question.codes if c not in right)


def cautions(
    drug: DrugRow, question: DrugQuestion, others: tuple[str, ...], book: Codebook
) -> tuple[Caution, ...]:
    held = [book.code(code) for code in others if code in book.every_code]
    gone = [c for row in held for c in (*history(row, book), *not_yet(row, book))]
    gone += [
        Caution(text=f"No table has a code {code}.", row=f"drugs/{drug.drug}")
        for code in others
        if code not in book.every_code
    ]
    own = (
        (Caution(text=drug.caution, row=f"drugs/{drug.drug}", sources=drug.source),)
        if drug.caution
        else ()
    )
    return (*gone, *own)


def limits(lines: tuple[tuple[DrugCodeRow, int], ...], book: Codebook) -> tuple[Caution, ...]:
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


def presumed(question: DrugQuestion, book: Codebook) -> tuple[Assumed, ...]:
    """A drug line is the practice's own, where nothing is said of the place."""
    if question.place_of_service or question.claim:
        return ()
    return tuple(
        Assumed(fact=r.fact, value=r.value, because=r.because, row=f"presumptions/{r.fact}")
        for r in book.presumptions
        if r.fact == "drug_owner"
    )


def in_facility(
    question: DrugQuestion, drug: DrugRow, held: list[DrugCodeRow], book: Codebook
) -> Decision:
    """No drug line of the physician in a facility, and none paid apart to the facility."""
    named = [r for r in held if r.code in question.codes] or held[:1]
    code = named[0].code
    if {"waste", "discarded"} & set(question.asked):
        packaged = remark("waste-packaged", book)
        modifiers = waste(question, named[0], None, drug, book, packaged=True).modifiers
        verdict = f"No: {code} takes neither JZ nor JW where the drug is packaged in the facility."
        line = CodeLine(code=code, role="mentioned", modifiers=modifiers)
        first = packaged.model_copy(update={"short": verdict})
        return Decided(verdict=verdict, codes=(line,), steps=(first, remark("packaged", book)))
    if question.claim == "facility":
        verdict = (
            f"No: {code} is not paid apart in the facility; it is packaged into the procedure."
        )
        role, first = "mentioned", remark("packaged", book)
    else:
        verdict = (
            f"No: the facility supplied the drug, so the physician's claim carries no {code} line."
        )
        role, first = "do_not_bill", remark("facility-supplies", book)
    rest = () if question.claim == "facility" else (remark("packaged", book),)
    return Decided(
        verdict=verdict,
        codes=tuple(
            CodeLine(code=c, role="mentioned" if role == "mentioned" else "do_not_bill")
            for c in dict.fromkeys([code, *question.codes])
        ),
        steps=(first.model_copy(update={"short": verdict}), *rest, code_step(named[0], drug)),
        cautions=cautions(drug, question, (), book),
    )


def anesthetic(question: DrugQuestion, drug: DrugRow, book: Codebook) -> Decision:
    """The local anesthetic of a block is part of it, whatever its code."""
    held = [row for row in codes(book) if row.drug == drug.drug]
    first = remark("local-anesthetic", book)
    code = f" ({held[0].code})" if held else ""
    verdict = f"No: {drug.drug}{code} as the local anesthetic of the procedure is not billed apart."
    steps = [first.model_copy(update={"short": verdict})]
    amount = amount_of(question, drug)
    if held:
        steps.append(code_step(held[0], drug))
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
        cautions=cautions(drug, question, tuple(question.codes), book),
    )


def contrast_apart(fitting: list[DrugCodeRow], drug: DrugRow, book: Codebook) -> Decided:
    """Whether contrast is billed apart, where its iodine was not told."""
    named = [row.code for row in fitting]
    verdict = (
        f"It depends on the payer: contrast is a line of its own, by the mL with "
        f"{', '.join(named[:-1])} or {named[-1]}, only where the payer pays it apart."
    )
    payers = remark("contrast-payers", book).model_copy(update={"short": verdict})
    return Decided(
        verdict=verdict,
        answer="depends",
        codes=tuple(CodeLine(code=c, role="candidate") for c in named),
        steps=(payers, remark("contrast-bands", book), remark("office-drug", book)),
        cautions=cautions(drug, DrugQuestion(), (), book),
    )
