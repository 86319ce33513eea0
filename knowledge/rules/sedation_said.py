"""What is said of sedation beside its codes: too short, wrong setting, the record. Pure."""

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided
from knowledge.rules.reasons import horizon
from knowledge.rules.sedation_rows import (
    SedationQuestion,
    age_of,
    policy,
    remark,
    time_step,
    times,
)
from knowledge.service_rows import MinutesRow, SedationRow


def too_short(
    question: SedationQuestion,
    rows: tuple[SedationRow, ...],
    by: str,
    first: MinutesRow,
    book: Codebook,
) -> Decided:
    verdict = (
        f"No: {question.minutes} minutes of sedation are not reported; "
        f"it takes at least {first.minutes} minutes of intraservice time."
    )
    codes = question.codes or tuple(r.code for r in rows if by in ("", r.by) and r.age != "under 5")
    return Decided(
        verdict=verdict,
        answer="no",
        codes=tuple(CodeLine(code=c, role="do_not_bill") for c in codes),
        steps=(time_step(first, verdict), remark("chart", book)),
        cautions=policy(question, book),
    )


def not_in_office(
    question: SedationQuestion, rows: tuple[SedationRow, ...], book: Codebook
) -> Decided:
    age, assumed = age_of(question, book)
    row = next(r for r in rows if r.by == "another clinician" and r.age == age)
    codes = question.codes or (row.code,)
    verdict = f"No: {codes[0]} is for a facility and is not reported in the office."
    return Decided(
        verdict=verdict,
        answer="no",
        codes=tuple(CodeLine(code=c, role="do_not_bill") for c in codes),
        steps=(
            remark("other-facility-only", book).model_copy(update={"short": verdict}),
            remark("bundled-same-provider", book),
        ),
        assumed=assumed,
        cautions=policy(question, book),
    )


def technical(code: str, question: SedationQuestion, book: Codebook) -> Decided:
    verdict = f"No: Medicare does not pay {code} to the physician in a facility."
    return Decided(
        verdict=verdict,
        answer="no",
        codes=(CodeLine(code=code, role="do_not_bill"),),
        steps=(remark("add-on-facility", book).model_copy(update={"short": verdict}),),
        cautions=(*policy(question, book), *horizon(book)),
    )


def charted(question: SedationQuestion, book: Codebook) -> Decided:
    first, further = times(book)
    chart = remark("chart", book)
    return Decided(
        verdict=chart.short or chart.because,
        answer="yes",
        codes=tuple(CodeLine(code=c, role="mentioned") for c in question.codes),
        steps=(chart, remark("observer", book), time_step(first), time_step(further)),
        cautions=policy(question, book),
    )


def timed(
    question: SedationQuestion,
    rows: tuple[SedationRow, ...],
    first: MinutesRow,
    further: MinutesRow,
    book: Codebook,
) -> Decided:
    """From how many minutes the codes are reported, whatever was done."""
    add_ons = {r.add_on for r in rows}
    if question.codes and set(question.codes) <= add_ons:
        code = question.codes[0]
        verdict = (
            f"From {further.minutes} minutes on: {code} is added for each further "
            f"{further.span} minutes."
        )
        steps = (time_step(further, verdict), time_step(first))
    else:
        verdict = (
            f"At least {first.minutes} minutes of intraservice time for the first code; "
            f"the add-on begins at {further.minutes} minutes."
        )
        steps = (time_step(first), time_step(further, verdict))
    return Decided(
        verdict=verdict,
        answer="depends",
        codes=tuple(CodeLine(code=c, role="mentioned") for c in question.codes),
        steps=steps,
        cautions=policy(question, book),
    )


def observed(question: SedationQuestion, book: Codebook) -> Decided:
    """Who watches the patient, where that alone is asked."""
    found = remark("observer", book)
    return Decided(
        verdict=found.short,
        answer="depends",
        codes=tuple(CodeLine(code=c, role="mentioned") for c in question.codes),
        steps=(found, remark("chart", book).model_copy(update={"short": ""})),
    )


def who_may(question: SedationQuestion, rows: tuple[SedationRow, ...], book: Codebook) -> Decided:
    """Whose codes those named are."""
    own = {row.by for row in rows if {row.code, row.add_on} & set(question.codes)}
    told = [
        remark(name, book)
        for by, name in (("proceduralist", "who-proceduralist"), ("another clinician", "who-other"))
        if by in own
    ]
    return Decided(
        verdict=" ".join(one.short for one in told),
        codes=tuple(CodeLine(code=c, role="mentioned") for c in question.codes),
        steps=(
            *told,
            *([remark("bundled-same-provider", book)] if "another clinician" in own else []),
        ),
        cautions=policy(question, book),
    )
