"""The grounding check under mutation: how many wrong drafts it catches, by kind.

The drafts are the engine's own answers to the questions of the sets; a mutant changes one
token of one sentence. A draft of ours that is refused is a false alarm.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from eval.mutants import mutants
from eval.statistics import clopper_pearson, wilson


@dataclass(frozen=True)
class Caught:
    """One kind of mutants and how many were caught."""

    kind: str
    made: int
    caught: int

    @property
    def interval(self) -> tuple[float, float]:
        """95 %: Wilson's, or the exact one when all or none were caught."""
        return share_interval(self.caught, self.made)


@dataclass(frozen=True)
class Mutation:
    """The catch rates by kind, and the false alarms on sentences as they were written."""

    kinds: tuple[Caught, ...]
    sentences: int
    false_alarms: int

    @property
    def made(self) -> int:
        return sum(k.made for k in self.kinds)

    @property
    def missed(self) -> int:
        return sum(k.made - k.caught for k in self.kinds)


def share_interval(k: int, n: int) -> tuple[float, float]:
    return clopper_pearson(k, n) if k in (0, n) else wilson(k, n)


def mutate(assistant: Any, questions: Iterable[str], most: int = 4000) -> Mutation:
    """Draft every question, change the drafts, and check them; at most so many mutants.

    Which mutants are left out depends on their words alone, so the same are judged again.
    """
    from app.interfaces.wire import AskRequest

    steps = assistant.steps
    made, caught = Counter[str](), Counter[str]()
    sentences = alarms = 0
    chosen: list[tuple[str, str, Any]] = []
    for text in questions:
        reading = steps.read(assistant.question(AskRequest(question=text)))
        draft = steps.write(steps.gather(reading))
        sentences += len(draft.sentences)
        alarms += len({p.sentence for p in steps.checker.problems(draft)})
        for kind, mutant in mutants(draft):
            key = hashlib.sha256(f"{kind}\0{mutant.text}".encode()).hexdigest()
            chosen.append((key, kind, mutant))
    for _, kind, mutant in sorted(chosen, key=lambda entry: entry[0])[:most]:
        made[kind] += 1
        caught[kind] += bool(steps.checker.problems(mutant))
    kinds = tuple(Caught(kind, made[kind], caught[kind]) for kind in sorted(made))
    return Mutation(kinds, sentences, alarms)
