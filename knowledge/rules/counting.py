"""How many joints, discs, bodies or levels were treated, as coders count them? Pure.

Joints, not nerves: the two medial branches that serve a facet joint are one joint.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.codebook import Codebook
from knowledge.decisions import Step
from knowledge.facts import Procedure
from knowledge.kinds import JointRow, KindRow
from knowledge.rules.completions import spelled
from knowledge.rules.reasons import step

SINGLE = re.compile(r"[CTLS]\d+|TON")
"""A vertebra, or the nerve that is named after it."""


@dataclass(frozen=True)
class Counted:
    """What units follow, and the region that the levels state."""

    number: int | None
    """None: nobody said how many."""
    regions: frozenset[str] = frozenset()
    steps: tuple[Step, ...] = ()


def counted(procedure: Procedure, kind: KindRow, book: Codebook) -> Counted:
    """The number of things treated, from the levels named or from the number said."""
    if kind.nerves:
        return _joints(procedure, kind, book)
    names = [spelled(name) for name in procedure.levels]
    if kind.bodies:
        names = [body for name in names for body in _bodies(name)]
    regions = {row.region for name in names for row in book.levels if row.level == name}
    regions |= {_REGIONS[name[0]] for name in names if SINGLE.fullmatch(name) and name != "TON"}
    number = procedure.level_count or len(set(names)) or None
    return Counted(number=number, regions=frozenset(regions))


_REGIONS = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}


def _joints(procedure: Procedure, kind: KindRow, book: Codebook) -> Counted:
    """Joints named; else the joints that the nerves named serve; else the number said."""
    names = [spelled(name) for name in procedure.levels]
    named = [row for row in book.joints if row.joint in names]
    nerves = [name for name in dict.fromkeys(names) if SINGLE.fullmatch(name)]
    spaces = [name for name in dict.fromkeys(names) if not SINGLE.fullmatch(name)]
    served = [row for row in book.joints if set(row.nerves) <= set(nerves)]
    regions = {row.region for row in (*named, *served)}
    regions |= {row.region for row in book.levels if row.level in spaces} if not named else set()
    regions |= {_REGIONS[n[0]] for n in nerves if n != "TON"} if not (named or served) else set()
    told = procedure.details.get("nerves", "")
    if spaces:
        return Counted(len(spaces), frozenset(regions))
    if nerves:
        number = sum(len(run) - 1 for run in _runs(nerves)) + nerves.count("TON")
        return Counted(number or None, frozenset(regions), tuple(_served(served, kind)))
    if told.isdigit():
        number = max(1, int(told) - 1)
        said = f"{told} nerves serve {number} {kind.counts}{'s' if number > 1 else ''}."
        return Counted(number, steps=(step("kinds", kind.kind, kind, said),))
    return Counted(procedure.level_count)


def _runs(nerves: list[str]) -> list[list[int]]:
    """Neighbors in a row: n of them serve n - 1 joints."""
    order = {name: place for place, name in enumerate(_SPINE)}
    places = sorted({order[n] for n in nerves if n in order})
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


_SPINE = [
    *(f"C{n}" for n in range(1, 9)),
    *(f"T{n}" for n in range(1, 13)),
    *(f"L{n}" for n in range(1, 6)),
    *(f"S{n}" for n in range(1, 6)),
]
"""The spinal nerves from above down."""


def _served(joints: list[JointRow], kind: KindRow) -> Iterator[Step]:
    for row in joints:
        if len(row.nerves) > 1:
            pair = " and ".join(row.nerves)
            said = f"The {pair} nerves serve one joint, {row.joint}."
            yield step("kinds", row.joint, row, said)


def _bodies(name: str) -> tuple[str, ...]:
    """The vertebral bodies that a name stands for: an interspace has two."""
    found = re.fullmatch(r"([CTLS])(\d+)-([CTLS])?(\d+)", name)
    if not found:
        return (name,)
    letter, upper, other, lower = found.groups()
    return (f"{letter}{upper}", f"{other or letter}{lower}")
