"""Which moderate sedation codes, by minutes, age, who gave it and where? Pure.

Rows of sedation.toml decide. Minutes and who gave it are never guessed; the age is presumed by a
row, and shown.
"""

from typing import Literal

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, Decision, Flip, Missing, Option, Undecided
from knowledge.rules.sedation_rows import (
    SedationQuestion,
    age_of,
    by_code,
    policy,
    remark,
    setting,
    time_step,
    times,
    units_of,
)
from knowledge.rules.sedation_said import (
    charted,
    not_in_office,
    observed,
    technical,
    timed,
    too_short,
    who_may,
)
from knowledge.service_rows import MinutesRow, SedationRow

__all__ = ["SedationQuestion", "sedation"]


def sedation(question: SedationQuestion, book: Codebook) -> Decision:
    """The sedation codes and their units, or why none is reported."""
    rows = book.held("sedation", "sedation", SedationRow)
    first, further = times(book)
    if "documentation" in question.asked:
        return charted(question, book)
    if "observer" in question.asked:
        return observed(question, book)
    if "who" in question.asked and question.codes:
        return who_may(question, rows, book)
    if "time" in question.asked:
        return timed(question, rows, first, further, book)
    by = question.by or by_code(question, rows)
    facility = setting(question, book)
    if question.minutes is not None and question.minutes < first.minutes:
        return too_short(question, rows, by, first, book)
    if by == "another clinician" and facility is False:
        return not_in_office(question, rows, book)
    named_add_on = [c for c in question.codes if c in {r.add_on for r in rows}]
    alone = bool(named_add_on) and question.minutes is None
    if alone and by == "proceduralist" and facility and question.claim != "facility":
        return technical(named_add_on[0], question, book)
    if alone and facility is False:
        return timed(question, rows, first, further, book)
    if not by or question.minutes is None:
        return ask(question, rows, by, first, further, book)
    return counted(question, rows, by, facility, first, further, book)


def counted(
    question: SedationQuestion,
    rows: tuple[SedationRow, ...],
    by: str,
    facility: bool | None,
    first: MinutesRow,
    further: MinutesRow,
    book: Codebook,
) -> Decided:
    assert question.minutes is not None
    age, assumed = age_of(question, book)
    row = next(r for r in rows if r.by == by and r.age == age)
    extra = units_of(question.minutes, first, further)
    unpaid = bool(extra) and by == "proceduralist" and facility and question.claim != "facility"
    lines = [CodeLine(code=row.code, role="bill", units=1)]
    told = f"{row.code} x1"
    if extra and not unpaid:
        lines.append(CodeLine(code=row.add_on, role="bill", units=extra))
        told += f" and {row.add_on} x{extra}"
    # a second clinician's codes hold only in a facility
    where = " in a facility" if by == "another clinician" and facility is None else ""
    verdict = f"Bill {told}{where}: {question.minutes} minutes of moderate sedation by {who(by)}."
    steps = [time_step(further if extra else first, verdict)]
    steps += [time_step(first)] if extra else []
    if unpaid:
        lines.append(CodeLine(code=row.add_on, role="do_not_bill"))
        steps.insert(1, remark("add-on-facility", book))
    elif extra and by == "proceduralist" and facility is None:
        steps.insert(1, remark("add-on-facility", book))
    steps.append(remark("observer" if by == "proceduralist" else "other-facility-only", book))
    wrong = tuple(c for c in question.codes if c not in {x.code for x in lines})
    flips = (
        (Flip(fact="place_of_service", to="office", code=None),)
        if by == "another clinician"
        else (
            Flip(fact="by", to="another clinician, in a facility", code=other_code(rows, by, age)),
        )
    )
    return Decided(
        verdict=verdict,
        answer=answer_of(question, [x.code for x in lines if x.role == "bill"], wrong),
        codes=(*lines, *(CodeLine(code=c, role="do_not_bill") for c in wrong)),
        steps=tuple(steps),
        flips=flips,
        assumed=assumed,
        cautions=policy(question, book),
    )


def answer_of(
    question: SedationQuestion, billed: list[str], wrong: tuple[str, ...]
) -> Literal["yes", "no", ""]:
    """Yes where just the codes named are billed, no where one of them is not."""
    if wrong or set(question.codes) - set(billed):
        return "no"
    return "yes" if question.codes and set(question.codes) == set(billed) else ""


def other_code(rows: tuple[SedationRow, ...], by: str, age: str) -> str:
    return next(r.code for r in rows if r.by != by and r.age == age)


def who(by: str) -> str:
    return "whoever did the procedure" if by == "proceduralist" else by


def ask(
    question: SedationQuestion,
    rows: tuple[SedationRow, ...],
    by: str,
    first: MinutesRow,
    further: MinutesRow,
    book: Codebook,
) -> Undecided:
    """The conditional table over who gave it, and how long."""
    age, assumed = age_of(question, book)
    left = [r for r in rows if r.age == age and by in ("", r.by)]
    minutes = question.minutes
    last = further.minutes - 1
    short, long_ = f"{first.minutes} to {last} minutes", f"{further.minutes} minutes or more"
    options: list[Option] = []
    for row in left:
        who = {} if by else {"by": row.by}
        if minutes is not None:
            extra = units_of(minutes, first, further)
            added = f", and {row.add_on} x{extra}" if extra else ""
            given = {"by": f"{row.by}{added}"} if who else {}
            options.append(Option(given=given, codes=(row.code,)))
            continue
        told = f"from {first.minutes} minutes, {row.add_on} added from {further.minutes} minutes"
        options.append(Option(given=who | {"minutes": told}, codes=(row.code,)))
    missing = []
    if not by:
        missing.append(
            Missing(
                fact="by",
                question="Who gave the sedation?",
                choices=("proceduralist", "another clinician"),
            )
        )
    if minutes is None:
        missing.append(
            Missing(
                fact="minutes",
                question="How many minutes of intraservice time does the record show?",
                choices=(f"under {first.minutes} minutes", short, long_),
            )
        )
    candidates = tuple(dict.fromkeys(c for o in options for c in o.codes))
    facts = " and ".join({"by": "who gave it", "minutes": "the minutes"}[m.fact] for m in missing)
    return Undecided(
        verdict=f"It depends on {facts}: {', '.join(candidates)}.",
        missing=tuple(missing),
        candidates=candidates,
        options=tuple(options),
        steps=(time_step(first), time_step(further), remark("other-facility-only", book)),
        assumed=assumed,
        cautions=policy(question, book),
    )
