"""Spinal drug pumps, their catheters, and stimulator leads: which code by what was done? Pure.

Rows of pumps.toml decide; a fact that picks the code and was not told is asked for, but for the
skill of a physician at a refill, which a presumption says is not documented.
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
    ModifierVerdict,
    NotCovered,
    Option,
    Step,
    Undecided,
)
from knowledge.facts import Frozen
from knowledge.rows import FactRow
from knowledge.rules.reasons import said, step
from knowledge.service_rows import DeviceRow

SERVICES = ("refill", "reprogramming", "interrogation")
"""Services to a pump that is in: the fullest one done is the one billed."""
IMPLANTS = ("catheter implant", "pump implant", "lead")


class PumpQuestion(Frozen):
    """What was done to a pump, a catheter or a stimulator lead."""

    codes: tuple[str, ...] = ()
    """Codes of such services that were named."""
    acts: tuple[str, ...] = ()
    """Such as "refill", "reprogramming", "pump implant" or "lead"."""
    facts: dict[str, str] = {}
    """Facts of pumps.toml that were told, such as laminectomy or skill."""
    leads: int | None = Field(None, ge=1, le=16)
    """How many electrode arrays were placed."""
    place_of_service: str | None = None
    asked: tuple[str, ...] = ()
    """"fifty", "fluoroscopy", "authorization" or "global"."""


def pumps(question: PumpQuestion, book: Codebook) -> Decision:
    """The codes of what was done to a pump, its catheter or a stimulator lead."""
    if special := _special(question, book):
        return special
    rows = book.held("pumps", "device", DeviceRow)
    acts = _acts(question, rows)
    if not acts:
        named = tuple(c for c in question.codes if c in {r.code for r in rows})
        if not named:
            return NotCovered(
                verdict="The pump table needs what was done to the pump, catheter or lead.",
                nearest=tuple(r.code for r in rows[:4]),
            )
        acts = tuple(dict.fromkeys(r.act for r in rows if r.code in named))
        if len(named) > 1 and set(acts) <= set(SERVICES):
            return _one_service(named, book)
    lines: list[tuple[DeviceRow, tuple[Assumed, ...]]] = []
    for act in acts:
        facts, assumed = _presumed(act, question, book)
        if act == "refill" and facts.get("reprogrammed") == "no":
            return _refill_alone(rows, book)
        left = [r for r in rows if r.act == act and _fits(r, facts)]
        if len(left) != 1 or set(left[0].facts) - set(facts):
            told = {n: v for n, v in facts.items() if n not in {a.fact for a in assumed}}
            fits = [r for r in rows if r.act == act and _fits(r, told)]
            sure = [row.code for row, _ in lines]
            return _ask(act, fits, told, sure, book)
        lines.append((left[0], assumed))
    return _decided(question, lines, book)


# --- what was done -------------------------------------------------------------------


def _acts(question: PumpQuestion, rows: tuple[DeviceRow, ...]) -> tuple[str, ...]:
    """The acts told; of several services to one pump only the fullest."""
    services = [a for a in SERVICES if a in question.acts][:1]
    return (*services, *(a for a in question.acts if a not in SERVICES))


def _fits(row: DeviceRow, facts: dict[str, str]) -> bool:
    return all(facts.get(name, value) == value for name, value in row.facts.items())


def _presumed(
    act: str, question: PumpQuestion, book: Codebook
) -> tuple[dict[str, str], tuple[Assumed, ...]]:
    """The facts told, and those that a presumption adds for this act."""
    facts = dict(question.facts)
    if act == "refill" and "reprogramming" in question.acts:
        facts.setdefault("reprogrammed", "yes")
    found = []
    for row in book.presumptions:
        if row.when.get("act") and act in row.when["act"] and row.fact not in facts:
            facts[row.fact] = row.value
            found.append(
                Assumed(
                    fact=row.fact,
                    value=row.value,
                    because=row.because,
                    row=f"presumptions/{row.fact}",
                )
            )
    return facts, tuple(found)


# --- small things --------------------------------------------------------------------


def _remark(name: str, book: Codebook, short: str | None = None) -> Step:
    row = next(r for r in book.statements("pumps", "remark") if r.id == name)
    found = said("pumps", row)
    return found if short is None else found.model_copy(update={"short": short})


def _clause(row: DeviceRow, short: str = "") -> Step:
    because = f"{row.code} means that {row.clause}."
    return step("pumps", row.code, row, because, short)


# --- the answers ---------------------------------------------------------------------


def _decided(
    question: PumpQuestion, lines: list[tuple[DeviceRow, tuple[Assumed, ...]]], book: Codebook
) -> Decided:
    codes = []
    for row, _ in lines:
        # arrays nobody counted have no units yet
        units = question.leads if row.act == "lead" else 1
        codes.append(CodeLine(code=row.code, role="bill", units=units))
    told = " and ".join(f"{c.code} x{c.units}" if (c.units or 1) > 1 else c.code for c in codes)
    verdict = f"Bill {told}: {', and '.join(row.clause for row, _ in lines)}."
    steps = [_clause(lines[0][0], verdict), *(_clause(row) for row, _ in lines[1:])]
    acts = {row.act for row, _ in lines}
    if "lead" in acts:
        steps.append(_remark("array", book))
    if acts & set(IMPLANTS):
        steps.append(_remark("fluoroscopy", book))
    if "refill" in acts:
        steps.append(_remark("drug-apart", book))
    right = {c.code for c in codes}
    wrong = tuple(c for c in question.codes if c not in right)
    flips = tuple(
        Flip(fact=a.fact, to=_turned(a, book), code=_other(row, a, book))
        for row, assumed in lines
        for a in assumed
    )
    return Decided(
        verdict=verdict,
        answer="no" if wrong else "yes" if question.codes and set(question.codes) == right else "",
        codes=(*codes, *(CodeLine(code=c, role="do_not_bill") for c in wrong)),
        steps=tuple(steps),
        flips=flips,
        cautions=_limits(codes, book),
        assumed=tuple(a for _, assumed in lines for a in assumed),
    )


def _limits(lines: list[CodeLine], book: Codebook) -> tuple[Caution, ...]:
    """The medically unlikely edit, where the units are above it."""
    release = book.statements("horizons", "release")[-1]
    return tuple(
        Caution(
            text=f"{line.units} units of {line.code} are above the unit limit of {held['units']} "
            f"a day (MAI {held['adjudication']}), so records must support them on appeal.",
            row=f"unit_limits/{line.code}",
            sources=release.source,
        )
        for line in lines
        for held in book.large("unit_limits")
        if held["code"] == line.code and held["units"] and (line.units or 1) > int(held["units"])
    )


def _turned(assumed: Assumed, book: Codebook) -> str:
    row = _fact(assumed.fact, book)
    other = next(v for v in row.values if v != assumed.value)
    return row.because.get(other, other)


def _other(row: DeviceRow, assumed: Assumed, book: Codebook) -> str | None:
    """The code of the same act with the presumed fact the other way."""
    for other in book.held("pumps", "device", DeviceRow):
        if other.act == row.act and other.facts.get(assumed.fact, assumed.value) != assumed.value:
            return other.code
    return None


def _fact(name: str, book: Codebook) -> FactRow:
    return next(r for r in book.held("pumps", "fact", FactRow) if r.fact == name)


def _ask(
    act: str, left: list[DeviceRow], facts: dict[str, str], sure: list[str], book: Codebook
) -> Undecided | NotCovered:
    """The facts that the rows of this act still differ in."""
    if not left:
        return NotCovered(verdict=f"The pump table holds no code for this {act} on this day.")
    open_ = dict.fromkeys(n for r in left for n in r.facts if n not in facts)
    missing = []
    for name in open_:
        row = _fact(name, book)
        missing.append(Missing(fact=name, question=row.question, choices=row.values))
    return Undecided(
        verdict=f"{_beside(sure)}t depends on {_asked_for(missing)}: "
        f"{' or '.join(r.code for r in left)}.",
        missing=tuple(missing),
        candidates=tuple(r.code for r in left),
        options=tuple(
            Option(
                given={n: _fact(n, book).because.get(v, v) for n, v in r.facts.items()},
                codes=(r.code,),
            )
            for r in left
        ),
        steps=tuple(_clause(r) for r in left),
    )


def _beside(sure: list[str]) -> str:
    """The codes of the session that are decided already."""
    return f"Beside {' and '.join(sure)}, i" if sure else "I"


def _one_service(named: tuple[str, ...], book: Codebook) -> Decided:
    found = _remark("one-service", book)
    return Decided(
        verdict=found.short,
        answer="no",
        codes=tuple(CodeLine(code=c, role="candidate") for c in named),
        steps=(
            found,
            *(_clause(r) for r in book.held("pumps", "device", DeviceRow) if r.code in named),
        ),
    )


NAMES = {
    "laminectomy": "the laminectomy",
    "device": "the device",
    "reprogrammed": "the reprogramming",
    "skill": "the skill it needed",
    "lead": "the kind of lead",
}


def _asked_for(missing: list[Missing]) -> str:
    return " and ".join(NAMES[m.fact] for m in missing) or "what was done"


def _refill_alone(rows: tuple[DeviceRow, ...], book: Codebook) -> NotCovered:
    return NotCovered(
        verdict="The pump table holds no code for a refill without reading and reprogramming.",
        nearest=tuple(r.code for r in rows if r.act == "refill"),
        steps=(_remark("refill-alone", book),),
    )


def _special(question: PumpQuestion, book: Codebook) -> Decided | None:
    """Modifier 50, fluoroscopy, approval or the global period of a lead."""
    asked = set(question.asked)
    lead = CodeLine(code="63650", role="mentioned")
    if "fifty" in asked:
        found = _remark("no-fifty", book)
        never = ModifierVerdict(code="50", verdict="do_not_append", because=found.because)
        line = lead.model_copy(update={"modifiers": (never,)})
        return Decided(
            verdict=found.short, answer="no", codes=(line,), steps=(found, _remark("array", book))
        )
    if "authorization" in asked:
        elsewhere = question.place_of_service in ("11", "24")
        found = _remark("opd-only" if elsewhere else "opd", book)
        says: Literal["yes", "no"] = "no" if elsewhere else "yes"
        return Decided(verdict=found.short, answer=says, codes=(lead,), steps=(found,))
    if "global" in asked:
        verdict = "The global period of 63650 is 10 days."
        return Decided(verdict=verdict, codes=(lead,), steps=(_remark("global", book, verdict),))
    if "fluoroscopy" in asked:
        verdict = "No: fluoroscopy is not billed apart with these catheters and leads."
        images = tuple(CodeLine(code=c, role="do_not_bill") for c in ("77003", "76000"))
        held = tuple(CodeLine(code=c, role="mentioned") for c in question.codes)
        return Decided(
            verdict=verdict,
            answer="no",
            codes=(*held, *images),
            steps=(_remark("fluoroscopy", book, verdict),),
        )
    return None
