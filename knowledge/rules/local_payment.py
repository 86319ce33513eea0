"""What a code pays in the localities that are meant, with the formula of each. Pure.

gpci.csv decides. Of a state with many localities the least and the most are told.
"""

from collections.abc import Sequence

from knowledge.decisions import Step
from knowledge.payment_rows import FactorRow
from knowledge.rules.fees import Line, named, release, where
from knowledge.rules.localities import MOST, adjusted, extremes, formula, key
from knowledge.rules.reasons import step


def local(
    places: Sequence[Line], line: Line, rates: Sequence[str], factor: FactorRow
) -> tuple[str, list[Step]]:
    """One sentence with the amounts, and a step with the formula of each of them."""
    if not places:
        return "", []
    year = line["effective"][:4]
    shown = [
        (place, rate) for place in places[:MOST] for rate in rates
    ] if len(places) <= MOST else [
        (place, rate)
        for rate in rates
        for place in extremes(list(places), line, rate, factor.dollars)
    ]  # fmt: skip
    steps = [
        step(
            "gpci",
            f"{place['release']}/{key(place)}",
            release(line, factor),
            formula(line, rate, place, factor.dollars),
        )
        for place, rate in shown
    ]
    if len(places) > MOST:
        told_ = _range(places, line, rates, factor)
        return told_, [steps[0].model_copy(update={"short": told_}), *steps[1:]]
    told = [
        f"{_name(place)} "
        + " and ".join(
            f"${adjusted(line, rate, place, factor.dollars)} {where(rate)}" for rate in rates
        )
        for place in places
    ]
    return f"Medicare {year} by locality, {named(line)}: {'; '.join(told)}.", steps


def _range(places: Sequence[Line], line: Line, rates: Sequence[str], factor: FactorRow) -> str:
    """From the locality that pays least to the one that pays most."""
    spans = []
    for rate in rates:
        least, most = extremes(list(places), line, rate, factor.dollars)
        low, high = (adjusted(line, rate, p, factor.dollars) for p in (least, most))
        spans.append(f"${low} ({_name(least)}) to ${high} ({_name(most)}) {where(rate)}")
    return (
        f"Medicare {line['effective'][:4]} by locality, {named(line)}: {places[0]['state']} has "
        f"{len(places)} localities, from {' and '.join(spans)}."
    )


def _name(place: Line) -> str:
    return place["name"].strip("* ").title()
