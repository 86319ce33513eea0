"""The tables of the report: codes mixed up, where errors arise, facts, slices, quality. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from eval.judging import Judged
from eval.reporting import words
from eval.reporting.marks import bar, whisker
from eval.reporting.words import percent, span, title
from eval.scoring.summary import CORE
from eval.statistics import proportion

SMALLEST_SLICE = 10
"""Scenarios below which a slice is not shown."""
MOST_TAGS = 24


def link(**filters: str) -> str:
    """The address, inside this page, of the samples that match."""
    return f"#{urlencode(filters)}"


@dataclass(frozen=True)
class Cell:
    """One pair of a wanted and a billed code."""

    n: int
    link: str
    kind: str


@dataclass(frozen=True)
class Confusion:
    """Wanted codes down, billed codes across."""

    billed: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...], int, str], ...]
    """Wanted code, cells, how often it was wanted, share billed so."""
    n: int
    right: int


def confusion(judged: Judged) -> Confusion | None:
    """Over all sets of the run; None when no case says which code is wanted."""
    counted: Counter[tuple[str, str]] = Counter()
    for figures in judged.figures.values():
        for pair, n in figures.confusion.items():
            wanted, _, billed = pair.partition(" -> ")
            counted[wanted, billed] += n
    if not counted:
        return None
    order = (*CORE, "other", "none")
    wanted_all = [c for c in order if any(w == c for w, _ in counted)]
    billed_all = [c for c in order if any(b == c for _, b in counted) or c in wanted_all]
    rows = []
    for wanted in wanted_all:
        total = sum(n for (w, _), n in counted.items() if w == wanted)
        cells = tuple(_cell(wanted, b, counted[wanted, b], total) for b in billed_all)
        rows.append((wanted, cells, total, percent(counted[wanted, wanted] / total)))
    right = sum(n for (w, b), n in counted.items() if w == b)
    return Confusion(tuple(billed_all), tuple(rows), counted.total(), right)


def _cell(wanted: str, billed: str, n: int, total: int) -> Cell:
    depth = 1 + min(3, int(4 * n / total)) if n else 0
    # no code where one was wanted is an omission; another code is a wrong claim
    kind = "same" if wanted == billed else "missed" if billed == "none" else "wrong"
    return Cell(n, link(wanted=wanted, billed=billed), f"{kind} d{depth}" if n else "empty")


@dataclass(frozen=True)
class Fall:
    """One step of the waterfall from all samples judged to the right ones."""

    label: str
    n: int
    share: str
    drawn: Markup
    link: str
    kind: str


def waterfall(judged: Judged) -> tuple[Fall, ...]:
    """Where the answers that are not right went wrong."""
    scores = [s for s in judged.open_scores if s.grade not in "XB"]
    total, left = len(scores), len(scores)
    if not total:
        return ()
    lost = Counter[str](s.stage or "" for s in scores if s.grade != "C")
    falls = [Fall("All that were judged", total, percent(1), bar(0, 1, "whole"), "", "whole")]
    for stage, label in words.STAGES.items():
        n = lost[stage]
        if not n and not stage:
            continue
        drawn = bar((left - n) / total, left / total, "lost")
        told = f"{label} ({stage})" if stage else label
        where = link(stage=stage) if stage and n else ""
        falls.append(Fall(told, -n, percent(n / total), drawn, where, "lost"))
        left -= n
    share = percent(left / total)
    falls.append(
        Fall(
            "Right in every point",
            left,
            share,
            bar(0, left / total, "right"),
            link(grade="C"),
            "right",
        )
    )
    return tuple(falls)


@dataclass(frozen=True)
class Share:
    """A share with its interval, drawn."""

    name: str
    of: str
    value: str
    span: str
    drawn: Markup
    link: str = ""


def facts(judged: Judged) -> tuple[Share, ...]:
    """By fact: how often it was read as stated, over all sets."""
    read: dict[str, list[float]] = {}
    cases: dict[str, list[str]] = {}
    for s in judged.open_scores:
        for fact, found in s.facts_read.items():
            read.setdefault(fact, []).append(float(found))
            cases.setdefault(fact, []).append(s.case)
    return tuple(_share(fact.replace("_", " "), read[fact], cases[fact]) for fact in sorted(read))


def _share(name: str, values: list[float], cases: list[str], link: str = "") -> Share:
    found = proportion(values, cases)
    told = f"{sum(values):,.0f} of {len(values):,}"
    return Share(name, told, percent(found.value), span(found), whisker(found), link)


def slices(judged: Judged) -> dict[str, tuple[Share, ...]]:
    """Right answers by severity, by length of the question and by tag, worst tags first."""
    groups: dict[str, dict[str, list[tuple[float, str]]]] = {}
    for s in judged.open_scores:
        if s.grade in "XB":
            continue
        sample, right = judged.samples[s.id], (float(s.grade == "C"), s.case)
        length = len(sample.text.split())
        size = "up to 8 words" if length <= 8 else "9 to 20 words" if length <= 20 else "longer"
        held = [("severity", sample.case.severity), ("length of the question", size)]
        held += [("tag", tag) for tag in sample.case.tags]
        for kind, name in held:
            groups.setdefault(kind, {}).setdefault(name, []).append(right)
    return {
        kind: found
        for kind in ("severity", "length of the question", "tag")
        if (found := tuple(_sliced(kind, groups.get(kind, {}))))
    }


def _sliced(kind: str, groups: Mapping[str, list[tuple[float, str]]]) -> Iterator[Share]:
    big = {n: g for n, g in groups.items() if len({case for _, case in g}) >= SMALLEST_SLICE}
    mean = {n: sum(v for v, _ in g) / len(g) for n, g in big.items()}
    for name in sorted(big, key=lambda n: (mean[n], n))[:MOST_TAGS]:
        values, cases = zip(*big[name], strict=True)
        where = link(**{kind: name}) if kind in ("severity", "tag") else ""
        yield _share(name, list(values), list(cases), where)


@dataclass(frozen=True)
class Quality:
    """What of a set was judged, and what was not."""

    set: str
    title: str
    samples: int
    scenarios: int
    judged: int
    not_built: int
    no_score: int
    no_answer: int
    unsure: int
    unread: int
    held_out: int


def quality(judged: Judged) -> Iterator[Quality]:
    """Samples by set; of held-out ones the number only."""
    for name in dict.fromkeys((*judged.figures, *judged.held_out)):
        own = [s for s in judged.open_scores if s.set == name]
        cases = {s.case: judged.samples[s.id].case for s in own}
        held = judged.held_out.get(name)
        yield Quality(
            set=name,
            title=title(name),
            samples=len(own),
            scenarios=len(cases),
            judged=sum(s.grade not in "XB" for s in own),
            not_built=sum(s.grade == "B" for s in own),
            no_score=sum(s.grade == "X" for s in own),
            no_answer=sum(bool(judged.run.records[s.id].error) for s in own),
            unsure=sum(c.confidence != "high" for c in cases.values()),
            unread=sum(not c.reviewer for c in cases.values()),
            held_out=held.samples if held else 0,
        )
