"""Is one more epidural session allowed on a day, and when is the next? Pure.

utilisation.toml holds each payer's limits. The count alone never covers an injection: what the
session before must have given is always said with it.
"""

from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from knowledge.codebook import Codebook
from knowledge.decisions import (
    Caution,
    CodeLine,
    Decided,
    Decision,
    Missing,
    NotCovered,
    Step,
    Undecided,
)
from knowledge.facts import Frozen, Region
from knowledge.policy_rows import AreaRow, SessionLimitRow
from knowledge.rows import CodeRow
from knowledge.rules.reasons import hedged, history, horizon, step, usual_code
from knowledge.rules.relief import due, judged, span_of
from knowledge.rules.session_days import GROUPS, counting, next_open

MEDICARE = "medicare"
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


class PriorSession(Frozen):
    """One earlier session, here or at another practice."""

    day: date
    region: Region | None = None
    """None: the region that is asked about."""
    relief_percent: float | None = Field(None, ge=0, le=100)
    """Relief it gave, as measured before the next."""
    relief_weeks: float | None = Field(None, ge=0)
    """How long that relief lasted."""


class SessionsQuestion(Frozen):
    """Earlier sessions, and the one that is asked about on the date of service."""

    earlier: tuple[PriorSession, ...] = Field((), max_length=60)
    code: str | None = None
    region: Region | None = None
    """Region of the session asked about; None: that of the earlier ones."""
    payer: str = ""
    """Empty: Medicare's limits, and called so."""
    state: str = Field("", pattern=r"^([A-Z]{2})?$")
    changed: bool = False
    """Another approach, level or drug than the last time is planned."""
    asks: Literal["this", "next"] = "this"
    """Whether one on the date of service is asked about, or when the next may be."""


def utilisation(question: SessionsQuestion, book: Codebook) -> Decision:
    """Whether one more session is open on the day, by count and relief, and the next day.

    Raises UnknownCode for a code no table has.
    """
    code = book.code(question.code) if question.code else usual_code(book)
    payer = question.payer or MEDICARE
    payer = MEDICARE if payer.startswith(MEDICARE) else payer
    limits = [
        row
        for row in book.held("utilisation", "limit", SessionLimitRow)
        if row.payer == payer and (code is None or code.family in row.families)
    ]
    if not any(row.kind == "count" for row in limits):
        return _none(question, code, payer, book)
    if not question.earlier:
        asked = "On which days were earlier sessions of the region given, here and elsewhere?"
        return Undecided(
            verdict="It depends on the earlier sessions of the region.",
            missing=(Missing(fact="prior_sessions", question=asked, choices=()),),
            candidates=(),
            steps=tuple(_said(row) for row in limits),
            cautions=_cautions(question, book),
        )
    return _decided(question, limits, payer, book)


def _decided(
    question: SessionsQuestion, limits: list[SessionLimitRow], payer: str, book: Codebook
) -> Decided:
    earlier = _of_region(question)
    days = [one.day for one in earlier]
    counts = [row for row in limits if row.kind == "count"]
    full = [row for row in counts if len(_held(days, row, book)) >= (row.most or 0)]
    tightest = full[0] if full else counts[-1]
    count = _count(question, days, tightest, book)
    next_ = next_open(days, book.on, limits)
    relief = judged(earlier, question.changed, limits, book.on)
    steps = [
        Step(
            because=f"{count[0].upper()}{count[1:]}",
            row=f"utilisation/{tightest.id}",
            sources=tightest.source,
            confidence=tightest.confidence,
        )
    ]
    if question.asks == "next":
        return _when(question, earlier, limits, steps, book)
    if full:
        verdict = f"No: {count} The next session is open by the count from {next_}."
        steps[0] = steps[0].model_copy(update={"short": verdict})
    elif next_ > book.on:
        gap = next(r for r in limits if r.kind == "interval" and not r.after)
        verdict = f"No: the next session is open from {next_}, {gap.days} days after the last."
        steps.insert(0, step("utilisation", gap.id, gap, gap.say, verdict))
    elif relief.word.startswith("Yes"):
        verdict = f"{relief.word}: {count} {relief.told}".rstrip()
    else:
        verdict = f"{relief.word}: {relief.told[0].lower()}{relief.told[1:]}"
    if relief.row and not full:
        steps.append(step("utilisation", relief.row.id, relief.row, relief.told))
    steps += [_said(row) for row in (tightest, *limits) if row is not tightest or full]
    steps += _policy(question, payer, book)
    return Decided(
        verdict=hedged(verdict, tightest),
        codes=(CodeLine(code=question.code, role="mentioned"),) if question.code else (),
        steps=tuple({s.because: s for s in steps}.values()),
        cautions=_cautions(question, book),
    )


def _when(
    question: SessionsQuestion,
    earlier: list[PriorSession],
    limits: list[SessionLimitRow],
    steps: list[Step],
    book: Codebook,
) -> Decided:
    """The first day on which count, distance and relief can all be kept."""
    past = [one.day for one in earlier if one.day <= book.on]
    relief = next((r for r in limits if r.kind == "relief"), None)
    failed = next((r for r in limits if r.kind == "interval" and r.after == "failed"), None)
    ready = due(past[-1], relief) if relief and past else book.on
    first = next_open(past, max(ready, book.on), limits)
    counts = " and ".join(f"{r.most} in {r.months} months" for r in limits if r.kind == "count")
    verdict = f"From {first}: the count ({counts}) is open then"
    if relief and past:
        span = span_of(relief)
        verdict += f", and the session of {past[-1]} can have given {span} of relief"
    steps[0] = steps[0].model_copy(update={"short": f"{verdict}."})
    if failed and failed.days and past:
        early = next_open(past, past[-1] + timedelta(days=failed.days), limits)
        told = f"Had the last one failed, one repeat would be open from {early}: {failed.say}"
        steps.append(step("utilisation", failed.id, failed, told))
    steps += [_said(row) for row in limits if row is not failed]
    steps += _policy(question, question.payer or MEDICARE, book)
    return Decided(
        verdict=f"{verdict}.",
        codes=(CodeLine(code=question.code, role="mentioned"),) if question.code else (),
        steps=tuple({s.because: s for s in steps}.values()),
        cautions=_cautions(question, book),
    )


def _of_region(question: SessionsQuestion) -> list[PriorSession]:
    """The earlier sessions that count with the one asked about, oldest first."""
    group = GROUPS.get(question.region or "")
    counted = [
        one
        for one in question.earlier
        if group is None or one.region is None or GROUPS[one.region] == group
    ]
    return sorted(counted, key=lambda one: one.day)


def _held(days: list[date], row: SessionLimitRow, book: Codebook) -> list[date]:
    return counting(days, book.on, row.months or 0)


def _count(
    question: SessionsQuestion, days: list[date], row: SessionLimitRow, book: Codebook
) -> str:
    """What number the session would have, and which earlier ones count with it."""
    held = _held(days, row, book)
    where = GROUPS.get(question.region or "")
    region = f"the {where} region" if where else "the region"
    number = len(held) + 1
    nth = ORDINALS[number - 1] if number <= len(ORDINALS) else f"{number}th"
    listed = f" after {', '.join(map(str, held))}" if held else ""
    return (
        f"one on {book.on} would be the {nth} session of {region} in {row.months} "
        f"months{listed}, and the limit is {row.most}."
    )


def _cautions(question: SessionsQuestion, book: Codebook) -> tuple[Caution, ...]:
    past = history(book.code(question.code), book) if question.code else ()
    return (*past, *horizon(book))


def _said(row: SessionLimitRow) -> Step:
    return step("utilisation", row.id, row, hedged(row.say, row))


def _policy(question: SessionsQuestion, payer: str, book: Codebook) -> list[Step]:
    """The Medicare policy of the state, by its number."""
    if payer != MEDICARE or not question.state:
        return []
    areas = book.held("areas", "area", AreaRow)
    return [
        step(
            "areas",
            area.lcd,
            area,
            f"In {question.state} the policy is {area.mac}'s {area.lcd} "
            f"with article {area.article}.",
        )
        for area in areas
        if question.state in area.states
    ][:1]


def _none(
    question: SessionsQuestion, code: CodeRow | None, payer: str, book: Codebook
) -> NotCovered:
    """No limit is held: of this payer, of this kind of injection, or for this day."""
    every = [r for r in book.all_rows["utilisation", "limit"] if isinstance(r, SessionLimitRow)]
    ours = [r for r in every if r.payer == payer]
    starts = [r.effective for r in ours if r.effective and r.effective > book.on]
    if not ours:
        verdict = f"No session limit of {payer} is held."
    elif code and not any(code.family in r.families for r in ours):
        verdict = f"No session limit for {code.code} is held; those held are of epidural steroid "
        verdict += "injections."
    else:
        verdict = f"The session limits held of {payer} begin on {min(starts, default='')}."
    return NotCovered(verdict=verdict, cautions=_cautions(question, book))
