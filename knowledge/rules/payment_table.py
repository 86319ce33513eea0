"""Several answers about payment as one: codes or years set side by side. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal

from knowledge.decisions import Decided, Decision, NotCovered


def side_by_side(found: Sequence[Decision]) -> Decision:
    """The verdict of each, one after the other, and the reasons of all.

    What is not held is said in its place; with nothing held at all the answer is that.
    """
    held = [one for one in found if isinstance(one, Decided)]
    if not held:
        return found[0]
    told = [one.verdict for one in found if isinstance(one, (Decided, NotCovered))]
    first = [step for one in held for step in one.steps[:2]]
    rest = [step for one in held for step in one.steps[2:]]
    return Decided(
        verdict=" ".join(dict.fromkeys(told)),
        answer=held[0].answer if len(held) == 1 else "",
        codes=tuple({line.code: line for one in held for line in one.codes}.values()),
        steps=tuple(dict.fromkeys((*first, *rest))),
        cautions=tuple(dict.fromkeys(c for one in found for c in one.cautions)),
    )


AMOUNT = re.compile(r"\$(\d+\.\d\d)")


def apart(found: Sequence[Decision]) -> Decision:
    """The same, and by how many dollars two amounts differ, where there are just two."""
    told = side_by_side(found) if len(found) > 1 else found[0]
    if not isinstance(told, Decided):
        return told
    amounts = [Decimal(m[1]) for m in AMOUNT.finditer(told.verdict)]
    if len(amounts) != 2 or not told.steps:
        return told
    said = f"The difference is ${abs(amounts[0] - amounts[1])}."
    first = told.steps[0].model_copy(update={"short": f"{told.steps[0].short} {said}".strip()})
    return told.model_copy(
        update={"verdict": f"{told.verdict} {said}", "steps": (first, *told.steps[1:])}
    )
