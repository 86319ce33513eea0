"""Several answers about payment as one: codes or years set side by side. Pure."""

from collections.abc import Sequence

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
