"""Anesthesia beside spine procedures: code, modifiers, and when none is billed. Pure.

Rows of anesthesia.toml decide. The kind of procedure and the region are never guessed; who gave
the anesthesia is asked for by a remark, since it picks modifiers and no code.
"""

from knowledge.codebook import Codebook
from knowledge.decisions import (
    Caution,
    CodeLine,
    Decided,
    Decision,
    Missing,
    ModifierVerdict,
    NotCovered,
    Option,
    Step,
    Undecided,
)
from knowledge.facts import Frozen
from knowledge.rules.reasons import not_yet, said, step
from knowledge.service_rows import AnesthesiaRow, ProviderRow

MEDICARE = ("", "medicare", "medicare advantage")
REGIONS = ("cervical", "thoracic", "lumbar", "sacral")


class AnesthesiaQuestion(Frozen):
    """Anesthesia given beside a procedure, as far as it was told."""

    codes: tuple[str, ...] = ()
    """Anesthesia codes that were named."""
    others: tuple[str, ...] = ()
    """Codes of procedures that were named beside it."""
    procedure: str = ""
    """"injection", "nerve destruction", "neuromodulation or vertebral procedure",
    "nerve block", "labor" or "daily management"."""
    diagnostic: bool | None = None
    """Before 2022: was the image-guided procedure diagnostic?"""
    region: str = ""
    position: str = ""
    """"prone" or "not prone"."""
    by: str = ""
    """Who gave it, a value of the provider rows."""
    modifiers: tuple[str, ...] = ()
    """Modifiers that were put forward."""
    mac: bool = False
    """Monitored anesthesia care."""
    own: bool = False
    """Given by the one who did the procedure."""
    cesarean: bool = False
    placement_day: bool | None = None
    """Daily management: is it the day the catheter was placed?"""
    epidural: bool = False
    payer: str = ""


def anesthesia(question: AnesthesiaQuestion, book: Codebook) -> Decision:
    """The anesthesia code and the modifiers of who gave it, or why none is billed."""
    if question.own:
        return _own(question, book)
    if "QW" in question.modifiers:
        return _no_laboratory(question, book)
    if question.procedure == "labor":
        return _labor(question, book)
    if question.procedure == "daily management":
        return _daily(question, book)
    rows = book.held("anesthesia", "anesthesia", AnesthesiaRow)
    gone = [c for c in question.codes if _ended(c, book)]
    if gone and not (question.procedure and question.region):
        return _replaced(gone, book)
    kind = _kind(question, rows)
    left = [r for r in rows if r.procedure in kind] if kind else list(rows)
    if question.region:
        left = [r for r in left if not r.regions or question.region in r.regions]
    if question.position:
        left = [r for r in left if r.position in ("", question.position)]
    if not kind and not question.region and len(question.codes) == 1:
        left = [r for r in rows if r.code == question.codes[0]] or left
    if not left:
        return NotCovered(verdict="The anesthesia table holds no code for that on this day.")
    if len(left) > 1:
        return _ask(question, left, book)
    return _decided(question, left[0], gone, book)


# --- small things --------------------------------------------------------------------


def _remark(name: str, book: Codebook, short: str | None = None) -> Step:
    row = next(r for r in book.statements("anesthesia", "remark") if r.id == name)
    found = said("anesthesia", row)
    return found if short is None else found.model_copy(update={"short": short})


def _ended(code: str, book: Codebook) -> bool:
    row = book.code(code) if code in book.every_code else None
    return row is not None and row.ended is not None and row.ended <= book.on


def _kind(question: AnesthesiaQuestion, rows: tuple[AnesthesiaRow, ...]) -> tuple[str, ...]:
    """The kinds the question may mean: before 2022 an injection was either of two."""
    kinds = {r.procedure for r in rows}
    if not question.procedure or question.procedure in kinds:
        return (question.procedure,) if question.procedure else ()
    old = tuple(k for k in ("diagnostic procedure", "therapeutic procedure") if k in kinds)
    if question.diagnostic is None:
        return old
    return old[:1] if question.diagnostic else old[1:]


def _policy(question: AnesthesiaQuestion, book: Codebook) -> tuple[Caution, ...]:
    """Codes named that began later, and Medicare's word on anesthesia with an epidural."""
    held = [book.code(c) for c in question.codes if c in book.every_code]
    early = tuple(c for row in held for c in not_yet(row, book))
    if not question.epidural or question.payer not in MEDICARE:
        return early
    found = _remark("esi-policy", book)
    return (
        *early,
        Caution(text=found.because, row=found.row, sources=found.sources),
    )


def _wrong(question: AnesthesiaQuestion, right: set[str]) -> tuple[CodeLine, ...]:
    return tuple(CodeLine(code=c, role="do_not_bill") for c in question.codes if c not in right)


# --- the answers ---------------------------------------------------------------------


def _decided(
    question: AnesthesiaQuestion, row: AnesthesiaRow, gone: list[str], book: Codebook
) -> Decided:
    """One code, with the modifiers of whoever gave the anesthesia."""
    provider = next(
        (p for p in book.held("anesthesia", "provider", ProviderRow) if p.by == question.by), None
    )
    modifiers = list(provider.modifiers) if provider else []
    modifiers += ["QS"] if question.mac else []
    because = provider.say if provider else _remark("mac", book).because
    verdicts = tuple(
        ModifierVerdict(
            code=m,
            verdict="append",
            because=_remark("mac", book).because if m == "QS" else because,
        )
        for m in modifiers
    )
    shown = f" with {_listed(modifiers)}" if modifiers else ""
    some = 0 < len(row.regions) < len(REGIONS)
    region = f", {' or '.join(row.regions)}" if some else ""
    position = f", patient {row.position}" if row.position else ""
    verdict = f"Bill {row.code}{shown}: anesthesia for {_a(row.procedure)}{region}{position}."
    label = step("codes", row.code, row, f"{book.code(row.code).label}.", verdict)
    steps = [label]
    steps += [step("anesthesia", question.by, provider, provider.say)] if provider else []
    steps += [_remark("mac", book)] if question.mac else []
    steps += [] if provider else [_remark("ask-provider", book)]
    steps += [_remark("since-2022", book)] if gone else []
    steps.append(_remark("not-guided-block" if row.position else "timed", book))
    named = set(question.codes)
    return Decided(
        verdict=verdict,
        answer="" if not named else "yes" if named == {row.code} else "no",
        codes=(
            CodeLine(code=row.code, role="bill", modifiers=verdicts),
            *_wrong(question, {row.code}),
        ),
        steps=tuple(steps),
        cautions=_policy(question, book),
    )


def _listed(modifiers: list[str]) -> str:
    return modifiers[0] if len(modifiers) == 1 else " and ".join(modifiers)


def _a(words: str) -> str:
    return (
        words
        if words.startswith(("neuro", "nerve d"))
        else f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
    )


def _ask(question: AnesthesiaQuestion, left: list[AnesthesiaRow], book: Codebook) -> Decision:
    """What the kind, the region or the position still decides."""
    kinds = tuple(dict.fromkeys(r.procedure for r in left))
    by_kind = len(kinds) > 1
    by_region = len({r.regions for r in left if r.regions}) > 1 and not question.region
    by_position = any(r.position for r in left) and not by_kind
    missing = []
    if by_kind:
        missing.append(
            Missing(
                fact="procedure",
                question="What was the procedure under the anesthesia?",
                choices=kinds,
            )
        )
    if by_region:
        missing.append(
            Missing(
                fact="region",
                question="Which spinal region was it?",
                choices=REGIONS,
            )
        )
    if by_position:
        missing.append(
            Missing(
                fact="position",
                question="Did the patient lie prone?",
                choices=("prone", "not prone"),
            )
        )
    candidates = tuple(r.code for r in left)
    return Undecided(
        verdict=f"It depends on {_facts(missing)}: {', '.join(candidates)}.",
        missing=tuple(missing),
        candidates=candidates,
        options=tuple(Option(given=_given(r, by_kind, by_region), codes=(r.code,)) for r in left),
        steps=(_remark("bands", book), _remark("not-guided-block", book)),
        cautions=_policy(question, book),
    )


def _facts(missing: list[Missing]) -> str:
    names = {
        "procedure": "the kind of procedure",
        "region": "the region",
        "position": "the position",
    }
    return " and ".join(names[m.fact] for m in missing)


def _given(row: AnesthesiaRow, by_kind: bool, by_region: bool) -> dict[str, str]:
    given = {"procedure": row.procedure} if by_kind else {}
    if by_region and row.regions:
        given["region"] = " or ".join(row.regions)
    if row.position:
        given["position"] = row.position
    return given


def _no_laboratory(question: AnesthesiaQuestion, book: Codebook) -> Decided:
    found = _remark("qw", book)
    verdicts = (
        ModifierVerdict(code="QW", verdict="do_not_append", because=found.because),
        ModifierVerdict(code="QS", verdict="append", because=_remark("mac", book).because),
    )
    return Decided(
        verdict=found.short,
        answer="no",
        codes=tuple(CodeLine(code=c, role="mentioned", modifiers=verdicts) for c in question.codes),
        steps=(found, _remark("mac", book), _remark("ask-provider", book)),
    )


def _replaced(gone: list[str], book: Codebook) -> Decided:
    """A deleted code, and what took its place."""
    row = book.code(gone[0])
    now = tuple(c for c in row.replaced_by if c in book.codes)
    verdict = (
        f"{' and '.join(gone)} ended on {row.ended}; use {' or '.join(now)} by kind and region."
    )
    return Decided(
        verdict=verdict,
        answer="no",
        codes=(
            *(CodeLine(code=c, role="do_not_bill") for c in gone),
            *(CodeLine(code=c, role="candidate") for c in now),
        ),
        steps=(_remark("since-2022", book, verdict), _remark("bands", book)),
    )


def _labor(question: AnesthesiaQuestion, book: Codebook) -> Decided:
    cesarean = question.cesarean
    told = "01967 and 01968" if cesarean else "01967"
    end = " that became a cesarean" if cesarean else ""
    verdict = f"Bill {told}: a labor epidural{end}, by time, by the anesthesia team."
    steps = [_remark("labor", book, verdict)]
    steps += [_remark("cesarean", book)] if cesarean else []
    codes = ["01967", *(["01968"] if cesarean else [])]
    return Decided(
        verdict=verdict,
        answer="no" if question.others else "",
        codes=(
            *(CodeLine(code=c, role="bill") for c in codes),
            *(
                CodeLine(code=c, role="do_not_bill")
                for c in (*question.others, *question.codes)
                if c not in codes
            ),
        ),
        steps=(*steps, _remark("labor-other", book), _remark("ask-provider", book)),
    )


def _daily(question: AnesthesiaQuestion, book: Codebook) -> Decided:
    if question.placement_day:
        found = _remark("daily-placement", book)
        return Decided(
            verdict=found.short,
            answer="no",
            codes=(
                CodeLine(code="01996", role="do_not_bill"),
                *(CodeLine(code=c, role="mentioned") for c in question.others),
            ),
            steps=(found, _remark("daily", book)),
        )
    verdict = "Bill 01996 once a day, from the day after the catheter was placed."
    return Decided(
        verdict=verdict,
        codes=(CodeLine(code="01996", role="bill", units=1),),
        steps=(_remark("daily", book, verdict), _remark("daily-placement", book, "")),
    )


def _own(question: AnesthesiaQuestion, book: Codebook) -> Decided:
    found = _remark("own-procedure", book)
    return Decided(
        verdict=found.short,
        answer="no",
        codes=tuple(CodeLine(code=c, role="do_not_bill") for c in question.codes),
        steps=(found, _remark("timed", book)),
        cautions=_policy(question, book),
    )
