"""Which moderate sedation codes, by minutes, age, who gave it and where? Pure.

Rows of sedation.toml decide. Minutes and who gave it are never guessed; the age is presumed by a
row, and shown.
"""

from typing import Literal

from pydantic import Field

from knowledge.codebook import Codebook
from knowledge.decisions import (
    Assumed,
    Caution,
    CodeLine,
    Decided,
    Decision,
    Flip,
    Missing,
    Option,
    Step,
    Undecided,
)
from knowledge.facts import Claim, Frozen
from knowledge.rows import StatementRow
from knowledge.rules.reasons import horizon, said
from knowledge.service_rows import MinutesRow, SedationRow

MEDICARE = ("", "medicare", "medicare advantage")


class SedationQuestion(Frozen):
    """Moderate sedation beside a procedure, as far as it was told."""

    codes: tuple[str, ...] = ()
    """Sedation codes that were named."""
    minutes: int | None = Field(None, ge=0, le=1440)
    """Intraservice time."""
    age: int | None = Field(None, ge=0, le=130)
    """Of the patient, in years."""
    by: str = ""
    """"proceduralist" or "another clinician"."""
    asked: tuple[str, ...] = ()
    """"documentation", "observer" or "time", where that is asked about and no code of minutes."""
    epidural: bool = False
    """Was it beside an epidural injection?"""
    claim: Claim | None = None
    place_of_service: str | None = None
    payer: str = ""


def sedation(question: SedationQuestion, book: Codebook) -> Decision:
    """The sedation codes and their units, or why none is reported."""
    rows = book.held("sedation", "sedation", SedationRow)
    first, further = _times(book)
    if "documentation" in question.asked:
        return _chart(question, book)
    if "observer" in question.asked:
        return _observed(question, book)
    if "time" in question.asked:
        return _time(question, rows, first, further, book)
    by = question.by or _by_code(question, rows)
    facility = _setting(question, book)
    if question.minutes is not None and question.minutes < first.minutes:
        return _too_short(question, rows, by, first, book)
    if by == "another clinician" and facility is False:
        return _not_in_office(question, rows, book)
    named_add_on = [c for c in question.codes if c in {r.add_on for r in rows}]
    alone = bool(named_add_on) and question.minutes is None
    if alone and by == "proceduralist" and facility and question.claim != "facility":
        return _technical(named_add_on[0], question, book)
    if alone and facility is False:
        return _time(question, rows, first, further, book)
    if not by or question.minutes is None:
        return _ask(question, rows, by, first, further, book)
    return _counted(question, rows, by, facility, first, further, book)


# --- what the tables say -------------------------------------------------------------


def _times(book: Codebook) -> tuple[MinutesRow, MinutesRow]:
    rows = {r.id: r for r in book.held("sedation", "time", MinutesRow)}
    return rows["first"], rows["further"]


def _remark(name: str, book: Codebook) -> Step:
    row = next(r for r in book.statements("sedation", "remark") if r.id == name)
    return said("sedation", row)


def _time_step(row: MinutesRow, short: str = "") -> Step:
    return said("sedation", row).model_copy(update={"short": short})


def _by_code(question: SedationQuestion, rows: tuple[SedationRow, ...]) -> str:
    """Who gave it, by the code named; nobody, where codes of both are named."""
    found = {r.by for r in rows for c in question.codes if c in (r.code, r.add_on)}
    return found.pop() if len(found) == 1 else ""


def _setting(question: SedationQuestion, book: Codebook) -> bool | None:
    """Was it in a facility? None = nobody said."""
    if question.claim == "facility":
        return True
    rows = [
        r for r in book.held("places", "place", StatementRow) if r.id == question.place_of_service
    ]
    return "facility" in rows[0].aspects if rows else None


def _age(question: SedationQuestion, book: Codebook) -> tuple[str, tuple[Assumed, ...]]:
    """The age band, and the presumption it rests on."""
    if question.age is not None:
        return ("under 5" if question.age < 5 else "5 or over"), ()
    named = {"99151": "under 5", "99155": "under 5"}
    told = next((named[c] for c in question.codes if c in named), "")
    row = next(r for r in book.presumptions if r.fact == "patient_age")
    if told and not set(question.codes) & {"99152", "99156"}:
        return told, ()
    presumed = Assumed(
        fact=row.fact, value=row.value, because=row.because, row=f"presumptions/{row.fact}"
    )
    return row.value, (presumed,)


def _policy(question: SedationQuestion, book: Codebook) -> tuple[Caution, ...]:
    """Medicare's epidural policies on sedation, beside the codes of an epidural."""
    if not question.epidural or question.payer not in MEDICARE:
        return ()
    step = _remark("esi-policy", book)
    return (Caution(text=step.because, row=step.row, sources=step.sources),)


# --- the answers ---------------------------------------------------------------------


def _too_short(
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
        steps=(_time_step(first, verdict), _remark("chart", book)),
        cautions=_policy(question, book),
    )


def _not_in_office(
    question: SedationQuestion, rows: tuple[SedationRow, ...], book: Codebook
) -> Decided:
    age, assumed = _age(question, book)
    row = next(r for r in rows if r.by == "another clinician" and r.age == age)
    codes = question.codes or (row.code,)
    verdict = f"No: {codes[0]} is for a facility and is not reported in the office."
    return Decided(
        verdict=verdict,
        answer="no",
        codes=tuple(CodeLine(code=c, role="do_not_bill") for c in codes),
        steps=(
            _remark("other-facility-only", book).model_copy(update={"short": verdict}),
            _remark("bundled-same-provider", book),
        ),
        assumed=assumed,
        cautions=_policy(question, book),
    )


def _technical(code: str, question: SedationQuestion, book: Codebook) -> Decided:
    verdict = f"No: Medicare does not pay {code} to the physician in a facility."
    return Decided(
        verdict=verdict,
        answer="no",
        codes=(CodeLine(code=code, role="do_not_bill"),),
        steps=(_remark("add-on-facility", book).model_copy(update={"short": verdict}),),
        cautions=(*_policy(question, book), *horizon(book)),
    )


def _chart(question: SedationQuestion, book: Codebook) -> Decided:
    first, further = _times(book)
    chart = _remark("chart", book)
    return Decided(
        verdict=chart.short or chart.because,
        answer="yes",
        codes=tuple(CodeLine(code=c, role="mentioned") for c in question.codes),
        steps=(chart, _remark("observer", book), _time_step(first), _time_step(further)),
        cautions=_policy(question, book),
    )


def _time(
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
        steps = (_time_step(further, verdict), _time_step(first))
    else:
        verdict = (
            f"At least {first.minutes} minutes of intraservice time for the first code; "
            f"the add-on begins at {further.minutes} minutes."
        )
        steps = (_time_step(first), _time_step(further, verdict))
    return Decided(
        verdict=verdict,
        answer="depends",
        codes=tuple(CodeLine(code=c, role="mentioned") for c in question.codes),
        steps=steps,
        cautions=_policy(question, book),
    )


def _observed(question: SedationQuestion, book: Codebook) -> Decided:
    """Who watches the patient, where that alone is asked."""
    found = _remark("observer", book)
    return Decided(
        verdict=found.short,
        answer="depends",
        codes=tuple(CodeLine(code=c, role="mentioned") for c in question.codes),
        steps=(found, _remark("chart", book).model_copy(update={"short": ""})),
    )


def units_of(minutes: int, first: MinutesRow, further: MinutesRow) -> int:
    """Units of the add-on: none before it begins, then one for each stretch."""
    if minutes < first.minutes or minutes < further.minutes:
        return 0
    return (minutes - further.minutes) // further.span + 1


def _counted(
    question: SedationQuestion,
    rows: tuple[SedationRow, ...],
    by: str,
    facility: bool | None,
    first: MinutesRow,
    further: MinutesRow,
    book: Codebook,
) -> Decided:
    assert question.minutes is not None
    age, assumed = _age(question, book)
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
    verdict = f"Bill {told}{where}: {question.minutes} minutes of moderate sedation by {_who(by)}."
    steps = [_time_step(further if extra else first, verdict)]
    steps += [_time_step(first)] if extra else []
    if unpaid:
        lines.append(CodeLine(code=row.add_on, role="do_not_bill"))
        steps.insert(1, _remark("add-on-facility", book))
    elif extra and by == "proceduralist" and facility is None:
        steps.insert(1, _remark("add-on-facility", book))
    steps.append(_remark("observer" if by == "proceduralist" else "other-facility-only", book))
    wrong = tuple(c for c in question.codes if c not in {x.code for x in lines})
    flips = (
        (Flip(fact="place_of_service", to="office", code=None),)
        if by == "another clinician"
        else (Flip(fact="by", to="another clinician, in a facility", code=_other(rows, by, age)),)
    )
    return Decided(
        verdict=verdict,
        answer=_answer(question, [x.code for x in lines if x.role == "bill"], wrong),
        codes=(*lines, *(CodeLine(code=c, role="do_not_bill") for c in wrong)),
        steps=tuple(steps),
        flips=flips,
        assumed=assumed,
        cautions=_policy(question, book),
    )


def _answer(
    question: SedationQuestion, billed: list[str], wrong: tuple[str, ...]
) -> Literal["yes", "no", ""]:
    """Yes where just the codes named are billed, no where one of them is not."""
    if wrong or set(question.codes) - set(billed):
        return "no"
    return "yes" if question.codes and set(question.codes) == set(billed) else ""


def _other(rows: tuple[SedationRow, ...], by: str, age: str) -> str:
    return next(r.code for r in rows if r.by != by and r.age == age)


def _who(by: str) -> str:
    return "whoever did the procedure" if by == "proceduralist" else by


def _ask(
    question: SedationQuestion,
    rows: tuple[SedationRow, ...],
    by: str,
    first: MinutesRow,
    further: MinutesRow,
    book: Codebook,
) -> Undecided:
    """The conditional table over who gave it, and how long."""
    age, assumed = _age(question, book)
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
        longer = f"{long_}, and {row.add_on} from then on"
        options.append(Option(given=who | {"minutes": short}, codes=(row.code,)))
        options.append(Option(given=who | {"minutes": longer}, codes=(row.code,)))
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
        steps=(_time_step(first), _time_step(further), _remark("other-facility-only", book)),
        assumed=assumed,
        cautions=_policy(question, book),
    )
