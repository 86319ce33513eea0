"""Answers lost and won against the baseline, by whether they are right, lost ones first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.gate import Compared
from eval.judging import Judged
from eval.reporting import words
from eval.reporting.asked import told
from eval.reporting.sections import link
from eval.reporting.words import title
from eval.scoreboard import GRADES

FIRST, SHOWN = 8, 60
"""Of each side: unfolded, and listed at all; the others are found with the filters."""


@dataclass(frozen=True)
class Moved:
    """One sample that changed sides."""

    id: str
    link: str
    set: str
    severity: str
    question: str
    grade: str
    words: str
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """Those lost and won, gravest first, and how many are not listed."""

    lost: tuple[Moved, ...]
    won: tuple[Moved, ...]
    more_lost: int
    more_won: int


def sides(compared: Sequence[Compared]) -> dict[str, str]:
    """By sample: lost or won."""
    rights = [c for c in compared if c.metric == "right"]
    return {id: side for c in rights for side in ("lost", "won") for id in getattr(c, side)}


def changes(judged: Judged, compared: Sequence[Compared]) -> Changes:
    """What changed sides, with what fails now."""
    by_id = {s.id: s for s in judged.open_scores}
    order = ("critical", "major", "minor")
    held: dict[str, list[Moved]] = {"lost": [], "won": []}
    for id, side in sides(compared).items():
        sample, score = judged.samples[id], by_id[id]
        held[side].append(
            Moved(
                id=id,
                link=link(id=id),
                set=title(sample.set),
                severity=sample.case.severity,
                question=sample.text,
                grade=score.grade,
                words=GRADES[score.grade],
                failed=tuple(
                    f"{words.HELD.get(c.name, c.name)}: {told(c, sample.case)}"
                    for c in score.failed
                ),
            )
        )
    for found in held.values():
        found.sort(key=lambda m: (order.index(m.severity), m.id))
    lost, won = held["lost"], held["won"]
    return Changes(
        tuple(lost[:SHOWN]),
        tuple(won[:SHOWN]),
        max(0, len(lost) - SHOWN),
        max(0, len(won) - SHOWN),
    )
