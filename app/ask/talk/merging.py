"""What was said, joined to what is said now: facts stay unless they are restated. Pure.

What hangs on a changed fact falls with it: a new region drops the levels of the old one, a
new approach what only the old one had, a new family of procedures everything.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from app.ask.sites import level_row, region_group
from knowledge.codebook import Codebook
from knowledge.facts import Encounter, Procedure
from knowledge.talk_rows import BecomesRow, OnlyRow

SAID = ("approach", "region", "imaging", "technique", "substance", "laterality")
NOTHING = Procedure()


@dataclass(frozen=True)
class Merged:
    """The procedures as they stand now, and which facts of them were said before."""

    procedures: tuple[Procedure, ...]
    kept: tuple[tuple[str, str], ...] = ()
    changed: frozenset[str] = frozenset()
    """Facts that were restated with another value."""


def procedures(
    before: Sequence[Procedure],
    now: Sequence[Procedure],
    marks: Collection[str],
    book: Codebook,
) -> Merged:
    """Each procedure of before with the facts told now."""
    told = [p for p in now if p != NOTHING]
    if len(before) == 1 and (kind := _becomes(before[0], marks, book)):
        told = [(told[0] if told else NOTHING).model_copy(update={"kind": kind})]
    if not before:
        return Merged(tuple(told))
    if not told:
        return Merged(tuple(before), _kept(before, before, book))
    if len(told) > 1:
        return _several(before, told, book)
    own = told[0]
    fitting = [p for p in before if len(before) == 1 or _same_place(p, own, book)]
    merged = tuple(_merge(p, own, marks, book) for p in fitting or before[:1])
    # a procedure has a dict of details, so it is told apart by its words
    found = tuple({p.model_dump_json(): p for p in merged}.values())
    return Merged(found, _kept(fitting or before, found, book), _changed(before, found))


def _becomes(one: Procedure, marks: Collection[str], book: Codebook) -> str:
    """The kind that a word told now makes of the one told before."""
    rows = book.held("conversation", "becomes", BecomesRow)
    return next((r.other for r in rows if r.was == one.kind and r.said in marks), "")


def _several(before: Sequence[Procedure], told: Sequence[Procedure], book: Codebook) -> Merged:
    """Several are told now: what all of them share with the one before stays."""
    if len(before) > 1:
        return Merged(tuple(told), changed=frozenset(SAID))
    merged = tuple(_merge(before[0], own, (), book) for own in told)
    return Merged(merged, _kept(before, merged, book), _changed(before, merged))


def _same_place(one: Procedure, own: Procedure, book: Codebook) -> bool:
    """May what is told now be said of this procedure, one of several?"""
    if own.kind and own.kind != one.kind:
        return False
    if own.approach and one.approach and own.approach != one.approach:
        return False
    here, there = region_of(one, book), region_of(own, book)
    return not (here and there) or region_group(here, book) == region_group(there, book)


def region_of(procedure: Procedure, book: Codebook) -> str:
    """The region stated, or that of the levels."""
    if procedure.region:
        return procedure.region
    for name in procedure.levels:
        row = level_row(name, procedure.approach, book)
        if row:
            return row.region
        letter = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}
        return letter.get(name[0], "")
    return ""


def _merge(base: Procedure, own: Procedure, marks: Collection[str], book: Codebook) -> Procedure:
    own = _of_same_target(base, own, book)
    if _other_family(base, own):
        return _of_new_family(base, own, marks, book)
    update: dict[str, Any] = {f: getattr(own, f) for f in SAID if getattr(own, f) is not None}
    if own.kind:
        update["kind"] = own.kind
    base = _freed(base, own, book)
    sides = {base.laterality, own.laterality}
    again = bool(own.levels) and set(own.levels) <= set(base.levels)
    if "more" in marks and sides == {"left", "right"} and (again or not own.levels):
        update["laterality"] = "bilateral"
    if again and "more" in marks:
        pass
    elif own.levels or own.level_count:
        update |= _levels(base, own, marks, book)
    elif own.sides:
        update["sides"] = own.sides
    if own.laterality and not own.levels:
        update["sides"] = ()
    update["details"] = {**base.details, **own.details}
    denied = set(own.ruled_out)
    for fact in SAID:
        if getattr(base, fact) in denied and fact not in update:
            update[fact] = None
    stated = {v for v in update.values() if isinstance(v, str)}
    ruled = dict.fromkeys((*base.ruled_out, *own.ruled_out))
    update["ruled_out"] = tuple(v for v in ruled if v not in stated)
    unclear = {f for f in base.unclear if f not in update or (f == "levels" and not own.levels)}
    for fact in own.unclear:
        unclear.add(fact)
        if fact in SAID:
            update[fact] = None
    update["unclear"] = tuple(sorted(unclear))
    return base.model_copy(update=update)


def _of_same_target(base: Procedure, own: Procedure, book: Codebook) -> Procedure:
    """An ablation that names no target is of what was treated before."""
    row, before = book.kinds.get(own.kind or ""), book.kinds.get(base.kind or "")
    if not row or not before or not row.action or set(row.targets) & set(before.targets):
        return own
    alike = [
        k.kind
        for k in book.kinds.values()
        if k.action == row.action and set(k.targets) & set(before.targets)
    ]
    generic = "ablated" in row.facts
    return own.model_copy(update={"kind": alike[0]}) if alike and generic else own


def _other_family(base: Procedure, own: Procedure) -> bool:
    if own.kind:
        return own.kind != base.kind and base != NOTHING
    return bool(base.kind and own.approach)


def _of_new_family(
    base: Procedure, own: Procedure, marks: Collection[str], book: Codebook
) -> Procedure:
    """Nothing stays but what the same target, a correction or "the same" leaves as it was."""
    update: dict[str, Any] = {}
    one, other = book.kinds.get(base.kind or ""), book.kinds.get(own.kind or "")
    shared = bool(one and other and set(one.targets) & set(other.targets))
    sided = own.laterality or own.sides
    if (shared or {"same", "correction", "no"} & set(marks)) and not sided:
        update["laterality"] = base.laterality
    if shared or ("same" in marks and one and other):
        for fact in ("region", "levels", "level_count", "sides"):
            if not getattr(own, fact):
                update[fact] = getattr(base, fact)
    if shared:
        update["details"] = {**base.details, **own.details}
        update["imaging"] = own.imaging or base.imaging
    return own.model_copy(update=update)


def _freed(base: Procedure, own: Procedure, book: Codebook) -> Procedure:
    """Without what hangs on a fact that is told anew."""
    drop: set[str] = set()
    if own.approach and base.approach and own.approach != base.approach:
        only = {r.approach: r.drops for r in book.held("conversation", "only", OnlyRow)}
        drop |= {*only.get(own.approach, ())}
        if base.approach == "caudal":
            drop |= {"region", "levels", "sides", "level_count"}
    here, there = region_of(base, book), region_of(own, book)
    if there and there != here:
        # levels told now say themselves what becomes of those before
        drop |= {"region"} if own.levels and _alike(here, there, book) else _PLACE
    empty: dict[str, Any] = {"levels": (), "sides": ()}
    return base.model_copy(update={fact: empty.get(fact) for fact in drop})


_PLACE = {"region", "levels", "level_count", "sides"}


def _alike(here: str, there: str, book: Codebook) -> bool:
    """Do two regions share their codes?"""
    return bool(here and there) and region_group(here, book) == region_group(there, book)


def _levels(
    base: Procedure, own: Procedure, marks: Collection[str], book: Codebook
) -> dict[str, Any]:
    """The levels told now, beside those before where they are told as more."""
    if not own.levels:
        region = base.region or region_of(base, book) or None
        return {"levels": (), "sides": (), "level_count": own.level_count, "region": region}
    more = bool({"more", "further"} & set(marks)) and bool(base.levels)
    new = tuple(n for n in own.levels if n not in base.levels)
    if not more or not new:
        return {"levels": own.levels, "sides": own.sides, "level_count": None}
    levels = (*base.levels, *new)
    here = base.sides or (base.laterality or "unknown",) * len(base.levels)
    there = (own.laterality or base.laterality or "unknown",) * len(new)
    sides = (*here, *there)
    if len(set(sides)) == 1:
        same = None if sides[0] == "unknown" else sides[0]
        return {"levels": levels, "sides": (), "laterality": same, "level_count": None}
    return {"levels": levels, "sides": sides, "laterality": None, "level_count": None}


def one_more(before: Sequence[Procedure], book: Codebook) -> tuple[Procedure, ...]:
    """The same with one further level, which nobody named."""
    found = []
    for p in before:
        count = (p.level_count or len(p.levels) or 1) + 1
        update: dict[str, Any] = {"levels": (), "sides": (), "level_count": count}
        if not p.region and (region := region_of(p, book)):
            update["region"] = region
        found.append(p.model_copy(update=update))
    return tuple(found)


def _changed(before: Sequence[Procedure], after: Sequence[Procedure]) -> frozenset[str]:
    if len(before) != len(after):
        return frozenset(SAID)
    facts = ("kind", *SAID, "levels", "level_count", "sides", "details")
    return frozenset(
        f
        for f in facts
        for one, other in zip(before, after, strict=True)
        if getattr(one, f) != getattr(other, f)
    )


def _kept(
    before: Sequence[Procedure],
    after: Sequence[Procedure],
    book: Codebook,
) -> tuple[tuple[str, str], ...]:
    """Fact and value of all that was said before and still holds."""
    found: dict[tuple[str, str], None] = {}
    for one, other in zip(before, after, strict=False):
        for fact in ("kind", "region", "levels", *SAID):
            if fact == "region":
                value, was = region_of(other, book), region_of(one, book)
            elif fact == "levels":
                value, was = ", ".join(other.levels), ", ".join(one.levels)
            else:
                value, was = getattr(other, fact) or "", getattr(one, fact) or ""
            if value and value == was:
                found.setdefault((fact, str(value)))
    return tuple(found)


def encounter(
    before: Encounter, sent: Encounter, own: Encounter, drop: Collection[str]
) -> tuple[Encounter, tuple[tuple[str, str], ...]]:
    """The encounter: words of now over fields sent, those over what was said before."""
    values: dict[str, Any] = {}
    kept: list[tuple[str, str]] = []
    for fact in Encounter.model_fields:
        now = getattr(own, fact) or getattr(sent, fact)
        was = None if fact in drop else getattr(before, fact)
        values[fact] = now or was
        if was and not now:
            kept.append((fact, str(was)))
    return Encounter(**values), tuple(kept)
