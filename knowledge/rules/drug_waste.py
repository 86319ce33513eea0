"""JZ, JW or neither on a drug line? Pure; remarks of drugs.toml decide.

Never guesses the container: where nobody named it, the answer is a condition.
"""

from typing import Literal, Protocol

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, ModifierVerdict, Step
from knowledge.facts import Frozen
from knowledge.rules.amounts import converted, shown, whole_units
from knowledge.rules.reasons import said, step
from knowledge.service_rows import DrugCodeRow, DrugRow

Container = Literal["", "single-dose", "multi-dose"]
Says = Literal["append", "do_not_append", "depends"]


class Given(Protocol):
    """What of a drug question the waste modifiers turn on."""

    @property
    def container(self) -> Container: ...
    @property
    def held(self) -> float | None: ...
    @property
    def discarded(self) -> float | None: ...
    @property
    def wasted(self) -> bool: ...


class Waste(Frozen):
    """The verdict on JZ and JW, and the second line that JW makes."""

    verdict: str = ""
    modifiers: tuple[ModifierVerdict, ...] = ()
    lines: tuple[CodeLine, ...] = ()
    steps: tuple[Step, ...] = ()


def waste(
    given: Given,
    row: DrugCodeRow,
    amount: float | None,
    drug: DrugRow,
    book: Codebook,
    *,
    packaged: bool = False,
) -> Waste:
    """JZ, JW or neither for one code; `amount` is what was given, in the code's unit."""
    known = {r.id: r for r in book.statements("drugs", "remark")}
    if "jw" not in known:
        return Waste()
    if packaged or given.container == "multi-dose":
        name = "waste-packaged" if packaged else "multi-dose"
        reason = said("drugs", known[name])
        verdict = f"Neither JZ nor JW goes on {row.code} from a multi-dose container."
        return Waste(
            verdict=f"No: {verdict[0].lower()}{verdict[1:]}",
            modifiers=_both("do_not_append", "do_not_append", reason.because),
            steps=(reason.model_copy(update={"short": verdict}), *_containers(drug)),
        )
    discarded = given.discarded
    if discarded is None and given.held and amount is not None:
        held = converted(given.held, drug.unit, row.unit)
        discarded = max(0.0, held - amount) if held is not None else None
    jw = said("drugs", known["jw"])
    if discarded is None and given.wasted:
        return _wasted(given, row, drug, jw)
    if discarded is None:
        return _open(given, row, drug, known.get("jz"), jw)
    if discarded > 0:
        return _discarded(row, amount, discarded, drug, jw, book)
    if "jz" not in known:
        return Waste()
    jz = said("drugs", known["jz"])
    if not given.container:
        verdict = (
            f"JZ goes on {row.code} if the container is single-dose, since nothing was discarded."
        )
        return Waste(
            verdict=verdict,
            modifiers=_both("depends", "do_not_append", verdict),
            steps=(jz.model_copy(update={"short": verdict}), *_containers(drug)),
        )
    verdict = (
        f"Append JZ to {row.code}, because nothing of the single-dose container was discarded."
    )
    return Waste(
        verdict=verdict,
        modifiers=_both("append", "do_not_append", verdict),
        steps=(jz.model_copy(update={"short": verdict}), jw),
    )


def _wasted(given: Given, row: DrugCodeRow, drug: DrugRow, jw: Step) -> Waste:
    """Some was thrown away, and nobody said how much."""
    single = given.container == "single-dose"
    when = "" if single else " if the container is single-dose"
    verdict = f"JW goes on a second line of {row.code} with the units discarded{when}."
    return Waste(
        verdict=verdict,
        modifiers=_both("do_not_append", "append" if single else "depends", verdict),
        steps=(jw.model_copy(update={"short": verdict}), *_containers(drug)),
    )


def _open(given: Given, row: DrugCodeRow, drug: DrugRow, jz: object, jw: Step) -> Waste:
    """Nobody said what became of the rest, or what the container was."""
    single = given.container == "single-dose"
    when = "" if single else "from a single-dose container "
    alone = f"JW on a second line of {row.code} {when}if any was discarded"
    verdict = (
        f"It depends on the waste: JZ on {row.code} {when}if nothing was discarded, "
        f"{alone.split(' of ')[0]} if some was."
        if jz is not None
        else f"It depends on the waste: {alone}."
    )
    return Waste(
        verdict=verdict,
        modifiers=_both("depends" if jz is not None else "do_not_append", "depends", verdict),
        steps=(jw.model_copy(update={"short": verdict}), *_containers(drug)),
    )


def _discarded(
    row: DrugCodeRow,
    amount: float | None,
    discarded: float,
    drug: DrugRow,
    jw: Step,
    book: Codebook,
) -> Waste:
    """A second line with JW, unless rounding already bills what was left."""
    thrown = f"{shown(discarded)} {row.unit}"
    units = whole_units(discarded, row.per)
    if amount is not None:
        given = whole_units(amount, row.per)
        units = whole_units(amount + discarded, row.per) - given
    if units <= 0:
        remark = next(r for r in book.statements("drugs", "remark") if r.id == "waste-within-unit")
        reason = said("drugs", remark)
        verdict = f"No JW line of {row.code}: the {thrown} discarded lie within the rounded unit."
        return Waste(
            verdict=verdict,
            modifiers=_both("depends", "do_not_append", reason.because),
            steps=(reason.model_copy(update={"short": verdict}),),
        )
    verdict = f"Bill the {thrown} discarded as {row.code}-JW x{units} on a second line."
    line = CodeLine(
        code=row.code,
        role="bill",
        units=units,
        modifiers=(ModifierVerdict(code="JW", verdict="append", because=verdict),),
    )
    return Waste(
        verdict=verdict,
        modifiers=_both("do_not_append", "append", verdict),
        lines=(line,),
        steps=(jw.model_copy(update={"short": verdict}), *_containers(drug)),
    )


def _both(jz: Says, jw: Says, because: str) -> tuple[ModifierVerdict, ...]:
    return (
        ModifierVerdict(code="JZ", verdict=jz, because=because),
        ModifierVerdict(code="JW", verdict=jw, because=because),
    )


def _containers(drug: DrugRow) -> tuple[Step, ...]:
    return (step("drugs", drug.drug, drug, drug.containers),) if drug.containers else ()
