"""A search against gold words: recall@k, MRR, nDCG. Pure; checked against ir-measures.

Gold is a quote, found in the guide's text when it is scored, so it survives any cutting
of the guide into passages: a passage is relevant when it holds half of the quote or more.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.cases import Gold
from eval.records import Place

DEPTHS = (1, 3, 5, 10)
HALF = 0.5


@dataclass(frozen=True)
class Searched:
    """The figures of one search; every one is between 0 and 1."""

    recall: Mapping[int, float]
    """By depth: 1 when a passage of the best grade that exists is among the first k."""
    reciprocal_rank: float
    """Of the first passage with the best grade, within the first ten."""
    ndcg: float
    """At ten, by the grades 1 to 3."""


def judge(found: Sequence[Place], gold: Sequence[Gold], guides: Mapping[str, str]) -> Searched:
    """The figures of one search. Raises LookupError when no quote is in its guide."""
    spans = [(g, span) for g in gold if (span := locate(g, guides))]
    if not spans:
        raise LookupError("no gold quote stands in a guide")
    best = max(g.grade for g, _ in spans)
    grades = [_grade(place, spans) for place in found]
    ideal = sorted((g.grade for g, _ in spans), reverse=True)
    return Searched(
        recall={k: float(best in grades[:k]) for k in DEPTHS},
        reciprocal_rank=reciprocal_rank([float(g == best) for g in grades[:10]]),
        ndcg=ndcg(_once(grades, spans, found), ideal, 10),
    )


def locate(gold: Gold, guides: Mapping[str, str]) -> tuple[int, int] | None:
    """Where the quote stands in its guide, white space apart; None when it does not."""
    text = guides.get(gold.document, "")
    match = re.search(r"\s+".join(map(re.escape, gold.quote.split())), text)
    return match.span() if match else None


def overlaps(place: Place, gold: Gold, span: tuple[int, int]) -> bool:
    """Whether the place holds half of the span."""
    if place.document != gold.document:
        return False
    shared = min(place.end, span[1]) - max(place.start, span[0])
    return shared >= HALF * (span[1] - span[0])


def reciprocal_rank(relevant: Sequence[float]) -> float:
    """1 / place of the first that is relevant; 0 when none is."""
    return next((1 / n for n, hit in enumerate(relevant, 1) if hit), 0.0)


def ndcg(grades: Sequence[float], ideal: Sequence[float], depth: int) -> float:
    """Discounted gain of the grades as ranked, by that of the ideal order (trec_eval's form)."""
    best = _gain(ideal[:depth])
    return _gain(grades[:depth]) / best if best else 0.0


def _gain(grades: Sequence[float]) -> float:
    return sum(g / math.log2(n + 1) for n, g in enumerate(grades, 1))


def _grade(place: Place, spans: Sequence[tuple[Gold, tuple[int, int]]]) -> int:
    return max((g.grade for g, span in spans if overlaps(place, g, span)), default=0)


def _once(
    grades: Sequence[int], spans: Sequence[tuple[Gold, tuple[int, int]]], found: Sequence[Place]
) -> list[float]:
    """Grades with each gold span counted where it is first met, so that nDCG stays below 1."""
    seen: set[int] = set()
    counted = []
    for place in found:
        here = [n for n, (g, span) in enumerate(spans) if overlaps(place, g, span)]
        fresh = [n for n in here if n not in seen]
        counted.append(float(max((spans[n][0].grade for n in fresh), default=0)))
        seen.update(here)
    return counted
