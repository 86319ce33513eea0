"""The codes that one changed fact would lead to, and the fact that excludes each now. Pure."""

from collections.abc import Sequence

from knowledge.decisions import Assumed, Flip, WhyNot
from knowledge.rows import FactRow
from knowledge.rules.schemes import Completion, Scheme, matches


def flips_of(
    name: str, facts: Sequence[str], kept: tuple[Completion, ...], scheme: Scheme
) -> tuple[Flip, ...]:
    """For each fact, the values that would lead elsewhere, one for each other outcome."""
    found: dict[tuple[str, str | None], Flip] = {}
    for fact in facts:
        now = {c[fact] for c in kept}
        for value in scheme.facts[fact].values:
            if value in now:
                continue
            changed = [{**c, fact: value} for c in kept]
            changed = [c for c in changed if not any(matches(r.when, c) for r in scheme.impossible)]
            outcomes = {scheme.outcome(c) for c in changed}
            if len(outcomes) == 1 and (to := next(iter(outcomes))) != name:
                code = scheme.codes(to)[0] if to else None
                found.setdefault((fact, to), Flip(fact=fact, to=value, code=code))
    return tuple(found.values())


def why_not_of(
    flips: tuple[Flip, ...],
    kept: tuple[Completion, ...],
    assumed: tuple[Assumed, ...],
    scheme: Scheme,
) -> tuple[WhyNot, ...]:
    """Each sibling code a flip leads to, and the fact that excludes it now."""
    presumed = {a.fact: a.because for a in assumed}
    found: dict[str, WhyNot] = {}
    for flip in flips:
        if flip.code is None or flip.code in found:
            continue
        now = tuple(sorted({c[flip.fact] for c in kept}))
        clause = presumed.get(flip.fact) or _clause(scheme.facts[flip.fact], now)
        found[flip.code] = WhyNot(code=flip.code, because=clause)
    return tuple(found.values())


def _clause(fact: FactRow, now: tuple[str, ...]) -> str:
    for alias, values in fact.aliases.items():
        if set(values) == set(now) and alias in fact.because:
            return fact.because[alias]
    return fact.because[now[0]]
