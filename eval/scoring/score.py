"""One record against its case: right or not, what is wrong, and which step it comes from. Pure.

Right is judged by authority; faithful, whether the answer repeats its guide, stands beside
it. C correct, P partial (the claim is right, a point is missing), I incorrect, N no answer
where there was one, X the answer cannot be scored, B a feature that is not built.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from eval.cases import Claim, Dialogue, Expect, Note, Question
from eval.question_sets import Sample
from eval.records import Record
from eval.scoring import citations, retrieval, tasks
from eval.scoring.expectations import (
    CODE_CHECKS,
    FAITHFUL_CHECKS,
    Check,
    checks,
    of_role,
)

Grade = Literal["C", "P", "I", "N", "X", "B"]
Stage = Literal["retrieval", "reading", "rules", "writing", "citation"]

WEIGHTS = {"critical": 1.0, "major": 0.5, "minor": 0.2}
"""What a critical error of a case counts by the severity of the case."""
NEEDLESS = 0.2
"""What a needless refusal counts, beside them."""
RETREATS = ("needs_facts", "not_covered", "declined")


@dataclass(frozen=True)
class Score:
    """What one sample scored; None where it says nothing of that figure."""

    id: str
    case: str
    set: str
    grade: Grade
    checks: tuple[Check, ...] = ()
    critical: bool | None = None
    """A code is told to be billed that must not be."""
    cost: float = 0.0
    """The weight of the error by severity."""
    billed: tuple[str, ...] | None = None
    wanted: tuple[str, ...] | None = None
    faithful: bool | None = None
    searched: retrieval.Searched | None = None
    cited: citations.Cited | None = None
    cites_gold: bool | None = None
    outcome: str = ""
    must_answer: bool = False
    """Nothing but an answer is right."""
    consistent: bool | None = None
    """All wordings of the scenario have one outcome and bill the same; on the first wording."""
    tags: tuple[str, ...] = ()
    confidence: float | None = None
    stage: Stage | None = None
    """The step that an error comes from."""
    facts_read: Mapping[str, bool] = field(default_factory=dict)
    """By fact that every wording states: whether it was read."""

    @property
    def failed(self) -> tuple[Check, ...]:
        """The expectations that do not hold."""
        return tuple(c for c in self.checks if c.holds is False)


def score(
    sample: Sample, record: Record, guides: Mapping[str, str], features: frozenset[str]
) -> Score:
    """The score of one record; `features` are those the target has."""
    case = sample.case
    if record.not_built or not set(case.needs) <= features:
        return _not_built(sample, record)
    if record.answer is None and not record.turns:
        return Score(record.id, case.id, sample.set, "X", (Check("answer", None, record.error),))
    if isinstance(case, Question):
        return _question(sample, record, guides)
    if isinstance(case, Dialogue):
        made = tasks.dialogue(case, record.turns)
    elif isinstance(case, Note):
        made = tasks.note(case, record.answer or {})
    else:
        assert isinstance(case, Claim)
        made = tasks.claim(case, record.answer or {})
    critical = any(c.name in ("never", "bill") and c.holds is False for c in made)
    grade: Grade = "I" if any(c.holds is False for c in made) else "C"
    cost = WEIGHTS[case.severity] * critical
    return Score(record.id, case.id, sample.set, grade, tuple(made), critical, cost)


def score_all(
    pairs: Iterable[tuple[Sample, Record]], guides: Mapping[str, str], features: frozenset[str]
) -> list[Score]:
    """The scores of a run, with how alike the wordings of each scenario were answered."""
    found = [score(sample, record, guides, features) for sample, record in pairs]
    by_case: dict[str, list[Score]] = {}
    for one in found:
        if one.grade not in "XB" and one.outcome:
            by_case.setdefault(one.case, []).append(one)
    alike = {
        same[0].id: len({(s.outcome, s.billed) for s in same}) == 1
        for same in by_case.values()
        if len(same) > 1
    }
    return [replace(s, consistent=alike[s.id]) if s.id in alike else s for s in found]


def _not_built(sample: Sample, record: Record) -> Score:
    """Counted apart; but a code billed against the case is an error whoever built what."""
    critical = None
    if isinstance(sample.case, Question) and record.answer is not None:
        critical = wrong_bill(sample.case.expect, record.answer)
    return Score(record.id, sample.case.id, sample.set, "B", critical=critical)


def _question(sample: Sample, record: Record, guides: Mapping[str, str]) -> Score:
    case, answer = sample.case, record.answer or {}
    assert isinstance(case, Question)
    expect = case.expect
    made = checks(expect, answer)
    searched = None
    if expect.gold and record.found is not None:
        searched = retrieval.judge(record.found, expect.gold, guides)
    cites_gold = _cites_gold(expect, answer, guides) if expect.cites_gold else None
    if cites_gold is not None:
        made.append(Check("cites_gold", cites_gold, "no citation holds the gold words"))
    critical = wrong_bill(expect, answer)
    billed = of_role(answer, "bill")
    told = {c.name: c for c in made if c.holds is not None}
    grade = _grade(expect, answer, made)
    found = Score(
        id=record.id,
        case=case.id,
        set=sample.set,
        grade=grade,
        checks=tuple(made),
        critical=critical,
        cost=WEIGHTS[case.severity] if critical else NEEDLESS * (grade == "N"),
        billed=None if billed is None else tuple(sorted(billed)),
        wanted=None if expect.bill is None else _nearest(expect, billed or set()),
        faithful=_all(made, FAITHFUL_CHECKS) if expect.guide_says else None,
        searched=searched,
        cited=citations.judge(answer, guides) if answer.get("text") else None,
        cites_gold=cites_gold,
        outcome=str(answer.get("outcome", "")),
        must_answer=expect.outcome == ("answered",),
        tags=case.tags,
        confidence=record.confidence,
        facts_read=_facts_read(case, record),
    )
    if grade in "CX" or not told:
        return found
    return replace(found, stage=stage(case, record, found))


def wrong_bill(expect: Expect, answer: Mapping[str, Any]) -> bool | None:
    """Whether a code is told to be billed that a right answer does not bill.

    None when the case does not say which codes are right, or the answer has no roles.
    """
    billed = of_role(dict(answer), "bill")
    if billed is None or (expect.bill is None and not expect.never):
        return None
    if billed & set(expect.never):
        return True
    if expect.bill is None:
        return False
    allowed = set(expect.bill).union(*map(set, expect.or_bill))
    return bool(billed - allowed)


def _nearest(expect: Expect, billed: set[str]) -> tuple[str, ...]:
    """Of the sets that are right, the one billed, else the first."""
    right = [set(expect.bill or ()), *map(set, expect.or_bill)]
    return tuple(sorted(next((r for r in right if r == billed), right[0])))


def _grade(expect: Expect, answer: Mapping[str, Any], made: Sequence[Check]) -> Grade:
    judged = [c for c in made if c.holds is not None and c.name not in FAITHFUL_CHECKS]
    if not judged:
        return _faithful([c for c in made if c.holds is not None])
    if all(c.holds for c in judged):
        return "C"
    outcome = answer.get("outcome")
    if expect.outcome and outcome in RETREATS and outcome not in expect.outcome:
        return "N"
    of_claim = (*CODE_CHECKS, "outcome", "verdict", "missing", "must_not")
    wrong = any(c.holds is False and c.name in of_claim for c in judged)
    return "I" if wrong else "P"


def _faithful(made: Sequence[Check]) -> Grade:
    """A case that asks only what the guide says is judged by that; else it has no score."""
    if not made:
        return "X"
    return "C" if all(c.holds for c in made) else "I"


def _all(made: Sequence[Check], names: Sequence[str]) -> bool:
    return all(c.holds for c in made if c.name in names)


def _cites_gold(expect: Expect, answer: Mapping[str, Any], guides: Mapping[str, str]) -> bool:
    """Whether a cited span shares words with a gold quote that answers alone or in part."""
    spans = [
        (c["document"], c["start"], c["end"]) for c in answer.get("citations") or ()
        if c["kind"] == "passage"
    ]  # fmt: skip
    for gold in expect.gold:
        at = retrieval.locate(gold, guides)
        if at and gold.grade >= 2:
            for document, start, end in spans:
                if document == gold.document and min(end, at[1]) > max(start, at[0]):
                    return True
    return False


def _facts_read(case: Question, record: Record) -> dict[str, bool]:
    if record.facts is None:
        return {}
    return {name: _same(record.facts.get(name, ""), value) for name, value in case.facts.items()}


def _same(read: str, stated: str) -> bool:
    """Whether a fact was read as stated; fluoroscopy or CT is either of them."""
    if read == "fluoroscopy or CT" and stated in ("fluoroscopy", "CT"):
        return True
    return read.lower() == stated.lower() or stated.lower() in read.lower().split(", ")


def stage(case: Question, record: Record, found: Score) -> Stage:
    """The first step at which the answer went wrong, as far as the record shows it.

    Only the citation is wrong: citation. The gold words were not among the first three, and
    nothing else could answer: retrieval. A fact that every wording states was not read, or
    no rule was called: reading. What was wanted stands in a decision but not in the text:
    writing. Else the rules, or the tables below them.
    """
    failed = {c.name for c in found.failed}
    if failed <= {"cites_gold", "guide_says"}:
        late = found.searched is not None and not found.searched.recall[3]
        return "retrieval" if late else "citation"
    decisions = (record.answer or {}).get("decisions") or ()
    if case.facts and not all(found.facts_read.values()):
        return "reading"
    if not decisions:
        late = found.searched is not None and not found.searched.recall[3]
        return "retrieval" if late else "reading"
    held = " ".join(str(d["result"]) for d in decisions)
    if failed <= {"must", "names", "amounts", "cites_gold", "guide_says"}:
        unsaid = [c for c in found.failed if c.name in ("must", "names", "amounts")]
        if unsaid and all(re.search(c.why, held, re.I | re.S) for c in unsaid):
            return "writing"
    if case.facts:
        return "rules"
    return "reading" if found.grade in "NI" and "verdict" not in failed else "rules"
