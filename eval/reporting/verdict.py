"""The first thing read: does it ship, why, and against what. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.committed import Committed
from eval.gate import Compared, Finding
from eval.judging import Judged
from eval.reporting import words
from eval.reporting.deltas import margin, reaches
from eval.reporting.words import count, percent, points, says, sentence, span, title
from eval.scoring.summary import METRICS


@dataclass(frozen=True)
class Said:
    """A finding of the gate in words, with the samples that decide it."""

    kind: str
    passed: bool
    text: str
    deciding: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """The banner and what stands below it."""

    passed: bool
    headline: str
    sentences: tuple[str, ...]
    findings: tuple[Said, ...]


def verdict(
    judged: Judged,
    before: Committed | None,
    found: Sequence[Finding],
    compared: Sequence[Compared],
    gates: Mapping[str, Any],
) -> Verdict:
    """All of it, from what the gate found."""
    failed = [f for f in found if not f.passed]
    return Verdict(
        passed=not failed,
        headline=_headline(len(failed), len(found)),
        sentences=tuple(_sentences(judged, before, compared)),
        findings=tuple(_said(f, judged, compared, gates) for f in found),
    )


def _headline(failed: int, of: int) -> str:
    if not of:
        return "Nothing was held against this run: no gate names its sets."
    if failed:
        return f"Do not ship this version: {failed} of {count(of, 'check')} failed."
    return f"This version may ship: all {count(of, 'check')} passed."


def _sentences(
    judged: Judged, before: Committed | None, compared: Sequence[Compared]
) -> Iterator[str]:
    main = next((n for n in ("core", *judged.figures) if _right(judged, n)), None)
    if main is not None:
        metrics = judged.figures[main].metrics
        right, wrong = metrics["right"], metrics.get("critical")
        yield (
            f"Of the questions of the set {title(main)}, {percent(right.value)} get an answer that "
            f"is right in every point (likely {span(right)}{words.PERCENT})."
        )
        if wrong is not None:
            yield (
                f"In {percent(wrong.value)} (likely {span(wrong)}{words.PERCENT}) a code is named "
                f"to bill that must not be billed."
            )
    if before is None:
        yield "There is no accepted baseline to compare with: only floors and ceilings count."
        return
    rights = [c for c in compared if c.metric == "right"]
    won, lost = (sum(len(getattr(c, side)) for c in rights) for side in ("won", "lost"))
    if won or lost:
        yield (
            f"Against the accepted baseline {count(lost, 'answer')} that "
            f"{'was' if lost == 1 else 'were'} right {'is' if lost == 1 else 'are'} no longer, and "
            f"{count(won, 'other')} became right."
        )
    elif rights:
        yield "Against the accepted baseline, the same answers are right."
    else:
        yield "No sample of this run can be compared with the accepted baseline."


def _right(judged: Judged, name: str) -> bool:
    return name in judged.figures and "right" in judged.figures[name].metrics


def _said(
    found: Finding, judged: Judged, compared: Sequence[Compared], gates: Mapping[str, Any]
) -> Said:
    # the gate names samples that got no answer wherever they come from; a held-out one stays shut
    shown = {s.id for s in judged.open_scores}
    text = _bounded(found, judged, gates) or _margin(found, compared, gates)
    return Said(
        kind=words.KINDS.get(found.kind, found.kind),
        passed=found.passed,
        text=text or sentence(found.text).replace("_", " "),
        deciding=tuple(id for id in found.deciding if id in shown),
    )


def _bounded(found: Finding, judged: Judged, gates: Mapping[str, Any]) -> str:
    """A floor or ceiling in words; empty when the finding is none."""
    for rule in gates.get(found.kind, ()) if found.kind in ("floor", "ceiling") else ():
        name, metric = rule["set"], rule["metric"]
        interval = judged.figures[name].metrics.get(metric) if name in judged.figures else None
        if interval is None or not found.text.startswith(f"{name} {metric} "):
            continue
        told = f"{title(name)}: {says(metric)}, {percent(interval.value)} ({span(interval)})."
        low = found.kind == "floor"
        bound = f"{100 * rule['low' if low else 'high']:g}{words.PERCENT}"
        if "too small" in found.text:
            scenarios = count(interval.clusters, "scenario")
            return f"{told} {scenarios} cannot show {bound}, so it was not held to it."
        end, side = ("low", "more") if low else ("high", "less")
        return f"{told} The {end} end must be {bound} or {side}."
    return ""


def _margin(found: Finding, compared: Sequence[Compared], gates: Mapping[str, Any]) -> str:
    for one in compared if found.kind == "margin" else ():
        most = margin(gates, one.set, one.metric)
        if most is not None and found.text.startswith(f"{one.set} {one.metric} "):
            worse = "fall" if METRICS[one.metric].higher else "rise"
            return (
                f"{title(one.set)}: {says(one.metric)}, {points(one.delta.value)} points "
                f"({reaches(one)}), {len(one.won)} won and {len(one.lost)} lost. It may {worse} by "
                f"{100 * most:g} at most, the likely range included."
            )
    return ""
