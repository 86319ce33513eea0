"""Scores of a run as figures: one metric, one list of values by sample. Pure.

A metric names the samples it can be judged on; all others are no part of it. Every figure
carries its interval, its samples and its scenarios.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.scoring.retrieval import DEPTHS
from eval.scoring.score import Score
from eval.statistics import Interval, mean, proportion

Value = float | None


@dataclass(frozen=True)
class Metric:
    """What is counted, and whether more of it is better."""

    name: str
    says: str
    """In words for a practice manager."""
    of: Callable[[Score], Value]
    higher: bool = True
    shares: bool = True
    """Every value is 0 or 1."""


def _flag(value: bool | None) -> Value:
    return None if value is None else float(value)


def _names(score: Score, names: Sequence[str]) -> Value:
    """1 when all checks of these names hold; None when there is none."""
    judged = [c.holds for c in score.checks if c.name in names and c.holds is not None]
    return float(all(judged)) if judged else None


def _code_exact(score: Score) -> Value:
    if score.billed is None or score.wanted is None:
        return None
    return float(score.billed == score.wanted)


def _code_f1(score: Score) -> Value:
    if score.billed is None or score.wanted is None:
        return None
    billed, wanted = set(score.billed), set(score.wanted)
    return 2 * len(billed & wanted) / (len(billed) + len(wanted)) if billed or wanted else 1.0


def _refused(score: Score) -> Value:
    """Of questions that must not be answered: whether the outcome is a right one."""
    return None if score.set != "abstain" or "answerable" in score.tags else _held("outcome")(score)


def _false_refusal(score: Score) -> Value:
    """Of questions that can be answered: a refusal or a needless question back."""
    return float(score.outcome != "answered") if score.must_answer else None


def _cited(field: str) -> Callable[[Score], Value]:
    return lambda s: getattr(s.cited, field) if s.cited else None


def _recall(depth: int) -> Callable[[Score], Value]:
    return lambda s: s.searched.recall[depth] if s.searched else None


def _searched(field: str) -> Callable[[Score], Value]:
    return lambda s: getattr(s.searched, field) if s.searched else None


def _scored(of: Callable[[Score], Value]) -> Callable[[Score], Value]:
    """Only of samples that are built and can be scored."""
    return lambda s: None if s.grade in "XB" else of(s)


def _held(*names: str) -> Callable[[Score], Value]:
    return lambda s: _names(s, names)


METRICS: dict[str, Metric] = {}
"""Every metric by its name, in the order in which they are shown."""


def _add(
    name: str,
    says: str,
    of: Callable[[Score], Value],
    *,
    higher: bool = True,
    shares: bool = True,
) -> None:
    METRICS[name] = Metric(name, says, of if name == "critical" else _scored(of), higher, shares)


_add("right", "all that a right answer must hold is there", lambda s: float(s.grade == "C"))
_add("code_exact", "exactly the right codes are billed", _code_exact)
_add("code_f1", "billed and right codes overlap (F1)", _code_f1, shares=False)
_add("critical", "a code is billed that must not be", lambda s: _flag(s.critical), higher=False)
_add("cost", "errors weighed by severity", lambda s: s.cost, higher=False, shares=False)
_add("modifiers", "every modifier is told right", _held("append", "do_not_append"))
_add("units", "the units are right", _held("units"))
_add("outcome", "answered, asked back or refused as it should be", _held("outcome"))
_add("verdict", "a yes-or-no question gets the right one", _held("verdict"))
_add("points", "every required point is made", _held("must", "names", "amounts"))
_add("forbidden", "nothing is said that must not be", _held("must_not"))
_add("asks", "the deciding fact is asked for", _held("missing", "candidates"))
_add("faithful", "repeats what its guide says", lambda s: _flag(s.faithful))
for _depth in DEPTHS:
    _add(f"recall@{_depth}", f"the gold words are in the first {_depth} passages", _recall(_depth))
_add("mrr@10", "1 / place of the first gold passage", _searched("reciprocal_rank"), shares=False)
_add("ndcg@10", "graded gain of the ranking", _searched("ndcg"), shares=False)
_add("cite_valid", "citations lead to something that exists", _cited("valid"), shares=False)
_add("cite_verbatim", "quotes are the guide's very words", _cited("verbatim"), shares=False)
_add("cite_recall", "cited sentences are backed by what they cite", _cited("recall"), shares=False)
_add("cite_precision", "each citation is needed", _cited("precision"), shares=False)
_add("uncited", "a code or figure has no source", _cited("uncited"), higher=False, shares=False)
_add("cites_gold", "the gold words are cited", lambda s: _flag(s.cites_gold))
_add("refused", "the unanswerable is not answered", _refused)
_add("false_refusal", "the answerable is refused or asked back", _false_refusal, higher=False)
_add("consistent", "all wordings of a scenario get one answer", lambda s: _flag(s.consistent))


@dataclass(frozen=True)
class Figures:
    """The figures of one set."""

    set: str
    samples: int
    scenarios: int
    grades: dict[str, int]
    metrics: dict[str, Interval]
    stages: dict[str, int]
    """Errors by the step they come from."""
    facts: dict[str, tuple[int, int]]
    """By fact: how often it was read of how often it was stated."""
    confusion: dict[str, int]
    """ "wanted -> billed": how often, for the primary code."""
    unsafe_not_built: int
    """Of the not built: those that bill a wrong code all the same."""


def figures(name: str, scores: Sequence[Score]) -> Figures:
    """All metrics of some scores; a metric that none can be judged on is left out."""
    metrics = {}
    for metric in METRICS.values():
        judged = [(v, s.case) for s in scores if (v := metric.of(s)) is not None]
        if judged:
            values, clusters = zip(*judged, strict=True)
            interval = proportion if metric.shares else mean
            metrics[metric.name] = interval(values, clusters)
    read: dict[str, list[bool]] = defaultdict(list)
    for s in scores:
        for fact, found in s.facts_read.items():
            read[fact].append(found)
    return Figures(
        set=name,
        samples=len(scores),
        scenarios=len({s.case for s in scores}),
        grades=dict(sorted(Counter(s.grade for s in scores).items())),
        metrics=metrics,
        stages=dict(sorted(Counter(s.stage for s in scores if s.stage).items())),
        facts={fact: (sum(found), len(found)) for fact, found in sorted(read.items())},
        confusion=confusion(scores),
        unsafe_not_built=sum(bool(s.critical) for s in scores if s.grade == "B"),
    )


def confusion(scores: Sequence[Score]) -> dict[str, int]:
    """Wanted against billed primary code; what is not one of the core codes is `other`."""
    counted: Counter[str] = Counter()
    for s in scores:
        if s.billed is not None and s.wanted is not None and s.grade not in "XB":
            counted[f"{primary(s.wanted)} -> {primary(s.billed)}"] += 1
    return dict(sorted(counted.items()))


CORE = (
    *("62320", "62321", "62322", "62323", "62324", "62325", "62326", "62327"),
    *("64479", "64480", "64483", "64484"),
)
"""The codes of the confusion matrix."""


def primary(codes: Sequence[str]) -> str:
    """The first of the core codes billed, `other`, or `none`."""
    return next((c for c in CORE if c in codes), "other" if codes else "none")
