"""How many units of a code? Pure; rows of units.toml and the MUE table decide."""

from collections.abc import Sequence

from pydantic import Field

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, Decision, NotCovered, Short, Step
from knowledge.facts import Claim, Frozen, Laterality
from knowledge.rows import StatementRow
from knowledge.rules.reasons import concerning, history, horizon, said, step, verdict_of


class UnitsQuestion(Frozen):
    """A code, and what was done how often."""

    code: str
    level_count: int | None = Field(None, ge=1, le=12)
    laterality: Laterality | None = None
    claim: Claim | None = None
    aspects: tuple[str, ...] = ()
    """What the question singles out, such as "levels", "sides" or "mue"."""
    payer: str = ""
    proposed: int | None = None
    """Units that the question takes to be right."""


def units(question: UnitsQuestion, book: Codebook) -> Decision:
    """Units a day, with the counting rule and the medically unlikely edit.

    Raises UnknownCode for a code no table has.
    """
    code = book.code(question.code)
    rows = concerning(book.statements("units", "units"), code, _aspects(question), question.payer)
    general = concerning(book.statements("units", "units"), code, (), question.payer)
    rows = (*rows, *[r for r in general[:1] if r not in rows])
    limit = _limit(code.code, book)
    if differing := _tables_differ(question, book):
        return differing
    meant = "meaning" in question.aspects
    own = [row for row in rows if row.codes or row.families or (meant and "meaning" in row.aspects)]
    if not own and not limit:
        return NotCovered(
            verdict=f"The unit tables hold nothing on {code.code}.",
            cautions=(*history(code, book), *horizon(book)),
        )
    figure = {"mue", "mai"} & set(question.aspects) and limit
    if figure and not any({"mue", "mai"} & {*row.aspects, *row.when} for row in own):
        own = []
    verdict = verdict_of(own[0], code.code) if own else limit[0].because
    steps = [*[said("units", row, code.code) for row in rows[:3]], *limit]
    return Decided(
        verdict=verdict,
        answer=_answer(question, own, book),
        codes=(CodeLine(code=code.code, role="mentioned"),),
        steps=tuple(steps),
        cautions=(*history(code, book), *horizon(book)),
    )


def _answer(question: UnitsQuestion, own: Sequence[StatementRow], book: Codebook) -> Short:
    """No to more units than the limit allows; else what the first row answers."""
    most = [
        int(line["units"])
        for line in book.large("unit_limits")
        if line["code"] == question.code and line["units"]
    ]
    if most and (question.proposed or 0) > most[0]:
        return "no"
    return own[0].answer if own and "more_units" in question.aspects else ""


def _aspects(question: UnitsQuestion) -> tuple[str, ...]:
    told = list(question.aspects)
    if question.laterality == "bilateral":
        told.append("sides")
    if (count := question.level_count or 0) > 1:
        told += ["levels", *{2: ["two_levels"], 3: ["three_levels"]}.get(count, [])]
    return tuple(told)


def _tables_differ(question: UnitsQuestion, book: Codebook) -> Decided | None:
    """Whether the hospital table limits the code otherwise than the practitioner's."""
    if not {"tables_differ", "mue"} <= set(question.aspects):
        return None
    for line in book.large("unit_limits"):
        if line["code"] == question.code and line["units"] and line["hospital_units"]:
            ours = f"{line['units']} with MAI {line['adjudication']}"
            theirs = f"{line['hospital_units']} with MAI {line['hospital_adjudication']}"
            same = ours == theirs
            source = book.statements("horizons", "release")[-1]
            because = (
                f"The practitioner MUE of {question.code} is {ours}, the hospital MUE is {theirs}."
            )
            return Decided(
                verdict=f"{'No' if same else 'Yes'}: the MUE of {question.code} is {ours} for "
                + (
                    "practitioners and hospitals alike."
                    if same
                    else f"practitioners, {theirs} for hospitals."
                ),
                codes=(CodeLine(code=question.code, role="mentioned"),),
                steps=(step("unit_limits", question.code, source, because),),
                cautions=horizon(book),
            )
    return None


def _limit(code: str, book: Codebook) -> tuple[Step, ...]:
    """The medically unlikely edit as a step; none when the copy has no such row."""
    for line in book.large("unit_limits"):
        if line["code"] == code and line["units"]:
            source = book.statements("horizons", "release")[-1]
            kind = "absolute" if line["adjudication"] == "2" else "open to appeal"
            number = int(line["units"])
            unit = "unit" if number == 1 else "units"
            return (
                step(
                    "unit_limits",
                    code,
                    source,
                    f"The medically unlikely edit for {code} is {number} {unit} a day, "
                    f"{kind} (MAI {line['adjudication']}).",
                ),
            )
    return ()
