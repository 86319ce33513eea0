"""Imaging guidance as a line of its own: how often, 26 or TC, and beside which codes? Pure.

Rows of imaging.toml, the add-on table and the codes' own imaging decide. Whether two codes stand
together by NCCI is the rule of bundling.
"""

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, Decision, ModifierVerdict, NotCovered, Step
from knowledge.facts import Claim, Frozen
from knowledge.rows import StatementRow
from knowledge.rules.reasons import horizon, said, step


class ImagingQuestion(Frozen):
    """An imaging guidance code, and what is asked of it."""

    code: str = ""
    """Left out where the code for the guidance is what is asked."""
    asked: str = "count"
    """"count", "split" (26 or TC), "parents" or "guidance"."""
    beside: tuple[str, ...] = ()
    """The injections it guided."""
    claim: Claim | None = None
    place_of_service: str | None = None


def imaging(question: ImagingQuestion, book: Codebook) -> Decision:
    """How often an imaging code is billed, which part of it, and beside which codes."""
    if question.asked == "guidance" and question.beside:
        return _guidance(question.beside[0], book)
    code = book.code(question.code)
    if code.family != "imaging":
        return NotCovered(verdict=f"{code.code} is not an imaging guidance code.")
    answers = {"count": _count, "split": _split, "parents": _parents}
    return answers[question.asked](question, book)


def _guidance(other: str, book: Codebook) -> Decision:
    """The imaging code that the add-on table allows beside an injection, or none."""
    row = book.code(other)
    if row.imaging == "included":
        verdict = f"None: {other} includes its imaging, so no imaging code is added."
        return Decided(
            verdict=verdict,
            codes=(CodeLine(code=other, role="mentioned"),),
            steps=(step("codes", other, row, verdict),),
        )
    found = [
        line["add_on"]
        for line in book.large("add_ons")
        if line["primary"] == other and line["add_on"] in book.codes
    ]
    images = [c for c in found if book.codes[c].family == "imaging"]
    if not images:
        return NotCovered(verdict=f"The add-on table names no imaging code for {other}.")
    verdict = f"{' or '.join(images)} is the guidance that the add-on table allows beside {other}."
    return Decided(
        verdict=verdict,
        codes=tuple(CodeLine(code=c, role="candidate") for c in images),
        steps=(step("codes", images[0], book.codes[images[0]], verdict),),
        cautions=horizon(book),
    )


def _remark(name: str, code: str, book: Codebook) -> Step:
    row = next(r for r in book.statements("imaging", "remark") if r.id == name)
    return said("imaging", row, code)


def _inside(question: ImagingQuestion, book: Codebook) -> Decided | None:
    """Imaging that the injection includes is not billed at all."""
    held = [book.codes[c] for c in question.beside if c in book.codes]
    inside = [row for row in held if row.imaging == "included"]
    if not inside or len(inside) < len(held):
        return None
    code, other = question.code, inside[0].code
    verdict = f"No: {code} is not billed with {other}, which includes its imaging."
    return Decided(
        verdict=verdict,
        answer="no",
        codes=(
            CodeLine(code=code, role="do_not_bill"),
            CodeLine(code=other, role="mentioned"),
        ),
        steps=(step("codes", other, inside[0], verdict),),
        cautions=horizon(book),
    )


def _count(question: ImagingQuestion, book: Codebook) -> Decision:
    if none := _inside(question, book):
        return none
    rows = [r for r in book.held("imaging", "count", StatementRow) if question.code in r.codes]
    if not rows:
        return NotCovered(verdict=f"The imaging table holds no counting rule for {question.code}.")
    found = said("imaging", rows[0], question.code)
    return Decided(
        verdict=found.short,
        codes=(CodeLine(code=question.code, role="mentioned", units=1),),
        steps=(found,),
        cautions=horizon(book),
    )


def _split(question: ImagingQuestion, book: Codebook) -> Decision:
    """26 in a facility on the physician's line; the whole code in the office."""
    if none := _inside(question, book):
        return none
    place = next(
        (
            r
            for r in book.held("places", "place", StatementRow)
            if r.id == question.place_of_service
        ),
        None,
    )
    office = place is not None and "facility" not in place.aspects
    found = _remark("whole" if office else "split", question.code, book)
    says = "do_not_append" if office else "append" if place else "depends"
    verdict = found.short
    if place is None and question.claim != "professional":
        verdict = (
            f"It depends on the place: 26 on {question.code} in a facility, none in the office."
        )
        found = found.model_copy(update={"short": verdict})
    modifier = ModifierVerdict(code="26", verdict=says, because=found.because)
    return Decided(
        verdict=verdict,
        answer={"append": "yes", "do_not_append": "no", "depends": "depends"}[says],
        codes=(CodeLine(code=question.code, role="mentioned", modifiers=(modifier,)),),
        steps=(found, _remark("own-claim", question.code, book)),
    )


def _parents(question: ImagingQuestion, book: Codebook) -> Decision:
    """The codes that the add-on table names as its parents."""
    parents = [r["primary"] for r in book.large("add_ons") if r["add_on"] == question.code]
    if not parents:
        return NotCovered(
            verdict=f"The add-on table names no parent codes of {question.code}.",
        )
    row = book.code(question.code)
    if question.beside:
        return _parent(question, set(parents), book)
    shown = [p for p in parents if p in book.every_code] or parents
    verdict = f"{question.code} is added to {', '.join(shown[:12])}."
    inside = "It never stands beside a code that includes its imaging, such as 62321 or 64483."
    return Decided(
        verdict=verdict,
        codes=(CodeLine(code=question.code, role="mentioned"),),
        steps=(
            step("codes", question.code, row, verdict),
            step("codes", question.code, row, inside),
        ),
        cautions=horizon(book),
    )


def _parent(question: ImagingQuestion, parents: set[str], book: Codebook) -> Decided:
    """Whether one code is among those that the add-on may be added to."""
    code, other = question.code, question.beside[0]
    is_parent = other in parents
    verdict = (
        f"Yes: {other} is among the codes that {code} may be added to."
        if is_parent
        else f"No: {other} is not among the codes that {code} may be added to."
    )
    instead = [
        line["add_on"]
        for line in book.large("add_ons")
        if line["primary"] == other and line["add_on"] in book.codes and line["add_on"] != code
    ]
    images = [c for c in instead if book.codes[c].family == "imaging" and not is_parent]
    steps = [step("codes", code, book.code(code), verdict)]
    steps += [
        step("codes", c, book.codes[c], f"The add-on table names {c} for {other} instead.")
        for c in images[:1]
    ]
    return Decided(
        verdict=verdict,
        answer="yes" if is_parent else "no",
        codes=(
            CodeLine(code=code, role="mentioned" if is_parent else "do_not_bill"),
            CodeLine(code=other, role="mentioned"),
            *(CodeLine(code=c, role="compare") for c in images[:1]),
        ),
        steps=tuple(steps),
        cautions=horizon(book),
    )
