"""Made-up runs: scores with known chances, to see how often a gate fails them."""

from dataclasses import dataclass, field

import numpy as np

from eval.cases import Expect, Question
from eval.judging import Judged
from eval.question_sets import Sample
from eval.records import Record
from eval.runner import Run
from eval.scoring.score import Score
from eval.scoring.summary import figures


@dataclass
class Bench:
    """A set of scenarios of one wording each, that can be answered again and again."""

    scenarios: int
    name: str = "core"
    tags: tuple[str, ...] = ()
    samples: dict[str, Sample] = field(default_factory=dict)

    def __post_init__(self):
        for n in range(self.scenarios):
            case = Question(
                id=f"core-made-{n:04}",
                name="a made-up case",
                provenance="made up",
                questions=(f"question {n}?",),
                tags=self.tags,
                expect=Expect(bill=("62321",)),
            )
            self.samples[f"{case.id}#1"] = Sample(f"{case.id}#1", self.name, case)

    def judged(self, right, critical=(), figured=True):
        """A run in which these samples, by place, were right; others were wrong.

        Not figured: without the figures of the set, which a comparison of samples never reads.
        """
        scores = []
        for n, (id, sample) in enumerate(self.samples.items()):
            good = bool(right[n])
            scores.append(
                Score(
                    id=id,
                    case=sample.case.id,
                    set=self.name,
                    grade="C" if good else "I",
                    critical=n in critical,
                    billed=("62321",) if good else ("62320",),
                    wanted=("62321",),
                )
            )
        records = {id: Record(id=id, case=s.case.id, set=s.set) for id, s in self.samples.items()}
        run = Run(None, {"versions": {}}, records, {})
        shown = [s for s in scores if not self.samples[s.id].case.held_out]
        told = {self.name: figures(self.name, shown)} if figured else {}
        return Judged(run, self.samples, tuple(scores), told, {})


def churn(rng, before, lost, won):
    """Answers in which a share was lost and a share was won, by chance."""
    draw = rng.random(len(before))
    return np.where(before, draw >= lost, draw < won * len(before) / max(1, (~before).sum()))
