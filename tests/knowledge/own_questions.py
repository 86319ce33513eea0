"""The question that a table row is written for, made of the row's own fields.

For each row the questions that a coder would ask to be told it: its codes, what happened, its
payer, state and day. A row that none of them brings up is dead, or stands behind another row.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

from knowledge.facts import Procedure
from knowledge.rows import Row, StatementRow
from knowledge.tables import load

TODAY = date(2026, 11, 23)
Asked = tuple[str, dict[str, Any]]
"""A rule, and what it is asked."""


def day_of(row: Row) -> date:
    """Today, or the first or last day on which the row held."""
    if row.holds(TODAY):
        return TODAY
    if row.ended is not None:
        return row.ended - timedelta(days=1)
    return row.effective or TODAY


def codes_of(codes: tuple[str, ...], families: tuple[str, ...], on: date) -> tuple[str, ...]:
    """The row's codes, or the first of each of its families; for any code one of each family."""
    held = load().on(on).codes
    first = {}
    for code in held.values():
        first.setdefault(code.family, code.code)
    if codes or families:
        return (*codes, *(first[f] for f in families if f in first))
    return ("62321", "64483", *first.values())


def told_of(row: StatementRow) -> Iterator[tuple[str, ...]]:
    """What may be said to have happened: what the row needs, alone and with each of its aspects."""
    needs = tuple(getattr(row, "needs", ()))[:1]
    for when in [(w,) for w in row.when] or [()]:
        for aspect in [(), *[tuple(a.split("+")) for a in row.aspects], row.aspects]:
            yield tuple(dict.fromkeys((*when, *needs, *aspect)))


def _modifier(row: Any) -> Iterator[Asked]:
    sides = [s for s in ("bilateral", "left", "right") if s in row.aspects] or [None]
    claims = [c for c in ("facility", "professional") if c in (*row.aspects, *row.when)] or [None]
    for code, told, side, claim in product(
        codes_of(row.codes, row.families, day_of(row))[:4], told_of(row), sides, [*claims, None]
    ):
        yield "modifiers", {
            "code": code, "modifier": row.modifier or None, "situations": told,
            "laterality": side, "claim": claim, "payer": row.payer,
            "place_of_service": next(iter(row.places), None),
        }  # fmt: skip


def _together(row: Any) -> Iterator[Asked]:
    for code, claim, side in product(
        codes_of(row.codes, row.families, day_of(row))[:6],
        [c for c in ("facility", "professional") if c in row.aspects] or [None],
        ["bilateral"] if "bilateral" in row.when else ["left", None],
    ):
        one, other = row.modifiers
        for first, beside in ((one, other), (other, one)):
            yield "modifiers", {
                "code": code, "modifier": first, "beside": (beside,), "claim": claim,
                "laterality": side, "place_of_service": next(iter(row.places), None),
            }  # fmt: skip


def _indicator(row: Any) -> Iterator[Asked]:
    for code, modifier, claim in product(
        dict.fromkeys(line["code"] for line in load().large("mpfs")),
        row.modifiers,
        [c for c in ("facility", "professional") if c in row.aspects] or [None],
    ):
        yield "modifiers", {
            "code": code, "modifier": modifier, "claim": claim,
            "place_of_service": next(iter(row.places), None),
        }  # fmt: skip


def _pair(row: Any) -> Iterator[Asked]:
    on = day_of(row)
    for one, other, told in product(
        codes_of(row.codes, row.families, on)[:6],
        codes_of(row.beside_codes, row.beside_families, on)[:6],
        [(), *[(w,) for w in row.when]],
    ):
        yield "bundling", {
            "code": one, "beside": other, "situations": told,
            "claim": getattr(row, "claim", "") or None,
            "modifiers": tuple(getattr(row, "modifiers", ())),
            "place_of_service": next(iter(row.places), None),
        }  # fmt: skip


def _at_large(row: Any) -> Iterator[Asked]:
    for told in row.when:
        yield "bundling", {"situations": (told,)}
        for code in codes_of(row.codes, row.families, day_of(row))[:4]:
            yield "bundling", {"code": code, "situations": (told,)}


def _units(row: Any) -> Iterator[Asked]:
    for code, told, claim in product(
        codes_of(row.codes, row.families, day_of(row))[:4],
        told_of(row),
        [c for c in ("facility", "professional") if c in row.aspects] or [None],
    ):
        yield "units", {"code": code, "aspects": told, "payer": row.payer, "claim": claim}


def _policy(rule: str) -> Callable[[Any], Iterator[Asked]]:
    def asked(row: Any) -> Iterator[Asked]:
        states = row.states or ("",)
        if row.elsewhere:
            states = tuple(s for s in ("FL", "CA", "TX") if s not in row.elsewhere)
        for code, told, state in product(
            [*codes_of(row.codes, row.families, day_of(row))[:4], None], told_of(row), states[:2]
        ):
            yield rule, {
                "code": code, "aspects": told, "payer": row.payer, "state": state,
                "place_of_service": next(iter(row.places), ""),
            }  # fmt: skip

    return asked


def _diagnosis(row: Any) -> Iterator[Asked]:
    for code in ("62321", "62323", None):
        yield "diagnosis", {"code": code, "diagnoses": (row.code,)}


def _of_diagnoses(row: Any) -> Iterator[Asked]:
    for code, told in product(
        [*codes_of(row.codes, row.families, day_of(row))[:4], None], told_of(row)
    ):
        yield "diagnosis", {"code": code, "aspects": told}
        yield "diagnosis", {"code": code, "aspects": told, "diagnoses": row.mentions[:2]}
        for region in ("cervical", "thoracic", "lumbar"):
            yield "diagnosis", {"code": code, "aspects": told, "region": region}


def _condition(row: Any) -> Iterator[Asked]:
    for words in row.words:
        yield "diagnosis", {"code": None, "condition": words}
        yield "diagnosis", {"code": "62321", "condition": words}
    yield "diagnosis", {"code": "62321", "condition": row.id}


def _global(row: Any) -> Iterator[Asked]:
    for code in dict.fromkeys(line["code"] for line in load().large("mpfs")):
        yield "payment", {"code": code, "aspects": ("global_days",)}


def _payment(row: Any) -> Iterator[Asked]:
    for code, told in product(codes_of(row.codes, row.families, day_of(row))[:4], told_of(row)):
        yield "payment", {"code": code, "aspects": told}


def _place(row: Any) -> Iterator[Asked]:
    yield "payment", {"code": "62321", "place_of_service": row.id[:2]}


def _hospital(row: Any) -> Iterator[Asked]:
    yield "payment", {"code": row.code, "aspects": ("opps",)}


def _status(row: Any) -> Iterator[Asked]:
    for rate in load().of("hospital_rates", "rate"):
        yield "payment", {"code": getattr(rate, "code", ""), "aspects": ("opps",)}


def _factor(row: Any) -> Iterator[Asked]:
    for quarter in (None, 1, 2):
        yield "payment", {"code": "62321", "year": int(row.id[:4]), "quarter": quarter}


def _denial(row: Any) -> Iterator[Asked]:
    parts = row.id.split("-")
    group = parts[0] if parts[0].isalpha() else ""
    reasons = [p for p in parts if any(c.isdigit() for c in p)]
    yield "denials", {"reasons": tuple(reasons)}
    yield "denials", {"reasons": tuple(f"{group}-{r}" if group else r for r in reasons)}
    yield "denials", {"reasons": row.aspects}
    for reason in row.aspects:
        yield "denials", {"reasons": (reason,)}


def _compare(row: Any) -> Iterator[Asked]:
    for told in told_of(row):
        yield "compare", {"codes": codes_of(row.codes, row.families, day_of(row))[:2],
                          "aspects": told}  # fmt: skip
        yield "compare", {"codes": codes_of(row.codes, row.families, day_of(row))[:1],
                          "aspects": told}  # fmt: skip


def _level(row: Any) -> Iterator[Asked]:
    for approach in row.approaches or ("interlaminar", "transforaminal", "caudal"):
        yield "select_code", {
            "approach": approach, "imaging": "fluoroscopy", "levels": (row.level,)
        }  # fmt: skip


def _code(row: Any) -> Iterator[Asked]:
    yield "select_code", {fact: values[0] for fact, values in row.selects.items()}
    yield "compare", {"codes": (row.code,)}
    yield "documentation", {"code": row.code}


def _name(row: Any) -> Iterator[Asked]:
    for code in load().on(TODAY).codes:
        yield "modifiers", {"code": code, "modifier": row.modifier}


def _area(row: Any) -> Iterator[Asked]:
    yield "coverage", {"state": row.states[0], "aspects": ("lcd_number",)}


def _choice(row: Any) -> Iterator[Asked]:
    stated = {fact: values[0] for fact, values in row.when.items()}
    own = {f: v for f, v in stated.items() if f in Procedure.model_fields}
    details = {f: v for f, v in stated.items() if f not in own}
    for count in (None, 1, 2, 3):
        yield "select_code", {"kind": row.kind, "level_count": count, "details": details, **own}


def _limit(row: Any) -> Iterator[Asked]:
    yield "utilisation", {"payer": row.payer, "earlier": [{"day": TODAY - timedelta(days=30)}]}


def _drug(row: Any) -> Iterator[Asked]:
    yield "drugs", {"drug": row.drug, "dose": 40.0, "unit": "mg"}
    yield "drugs", {"drug": row.drug, "asked": ("ndc", "apart")}


def _drug_remark(row: Any) -> Iterator[Asked]:
    for code in load().on(day_of(row)).every_code:
        yield "drugs", {"codes": (code,), "dose": 5.0, "unit": "mg"}
    for drug in load().of("drugs", "drug"):
        yield "drugs", {"drug": getattr(drug, "drug", ""), "dose": 5.0, "unit": "mg"}


def _sedation_remark(row: Any) -> Iterator[Asked]:
    for by, minutes in product(("proceduralist", "another clinician", ""), (None, 5, 30)):
        for codes in ((), ("99152",), ("99156",)):
            yield "sedation", {"codes": codes, "minutes": minutes, "by": by}


def _device(row: Any) -> Iterator[Asked]:
    yield "pumps", {"codes": (row.code,)}
    yield "pumps", {"acts": (row.act,)}


QUESTIONS: dict[tuple[str, str], Callable[[Any], Iterator[Asked]]] = {
    ("modifiers", "verdict"): _modifier,
    ("modifiers", "together"): _together,
    ("modifiers", "indicator"): _indicator,
    ("bundling", "bundling"): _pair,
    ("bundling", "line"): _pair,
    ("bundling", "rule"): _at_large,
    ("units", "units"): _units,
    ("coverage", "coverage"): _policy("coverage"),
    ("prior_authorization", "authorization"): _policy("prior_authorization"),
    ("diagnosis", "diagnosis"): _diagnosis,
    ("diagnosis", "rule"): _of_diagnoses,
    ("diagnosis", "condition"): _condition,
    ("payment", "payment"): _payment,
    ("payment", "global"): _global,
    ("places", "place"): _place,
    ("hospital_rates", "rate"): _hospital,
    ("hospital_rates", "status"): _status,
    ("factors", "factor"): _factor,
    ("denials", "denial"): _denial,
    ("compare", "compare"): _compare,
    ("levels", "level"): _level,
    ("codes", "code"): _code,
    ("modifiers", "name"): _name,
    ("areas", "area"): _area,
    ("kinds", "choice"): _choice,
    ("utilisation", "limit"): _limit,
    ("drugs", "drug"): _drug,
    ("drugs", "remark"): _drug_remark,
    ("sedation", "remark"): _sedation_remark,
    ("pumps", "device"): _device,
}
"""By table and kind of row, the questions of one row."""
