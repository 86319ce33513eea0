"""What is a question about? Cue words of the lexicon, and a model of labelled questions.

Pure, but for the embedding it is given as a function.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.ask.lexicon import FACT_KINDS
from app.ask.patterns import asks_for_code
from app.ask.turn import Mention
from ingest.embedding import Vectors
from ingest.index import PassageIndex

CUE = 1.5
"""What one cue word adds to its topic, as a log-probability."""
MOST_CUES = 2
SECOND = 1.0
"""How far behind the first a second topic with a cue may stand and still be answered."""
WIDE = 3.0
"""The same for a question of several parts."""
PARTS = re.compile(r"\?|\band\b|,| - ")
"""Where a question may have another part."""
ALIKE = 0.5
"""Least cosine to a question that only the guide answers, where the guide is not named."""
SURE = ("clinical", "gaming", "greeting", "out_of_scope")
PLAIN = math.log(0.35)
PLAINER = math.log(0.65)
"""Least log-probability at which a refusal is chosen without a cue word; the second,
when codes or facts of a procedure are stated."""


@dataclass(frozen=True)
class TopicReading:
    """Topics, the strongest first, and how near the question is to any example."""

    topics: tuple[str, ...]
    confidence: float
    guessed: bool = False
    scores: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class TopicReader:
    """Scores topics by the model fitted to the labelled questions, and by cue words."""

    embed: Callable[[str], Vectors]
    index: PassageIndex

    def _near(self, topic: str, vector: Vectors) -> float:
        """How near the question is to a labelled one of this topic."""
        own = [n for n, e in enumerate(self.index.examples) if e.label == topic]
        return float((self.index.example_vectors[own] @ vector).max(initial=0.0))

    def read(self, text: str, mentions: Sequence[Mention], codes: Sequence[str]) -> TopicReading:
        """The topics of one question."""
        vector = self.embed(text)
        nearest = float((self.index.example_vectors @ vector).max(initial=0.0))
        scores = self.index.classifier.log_probabilities(vector)
        cues = _cues(mentions)
        # who states facts of a procedure is coding it, unless the question says otherwise
        coding = codes or any(m.fact in FACT_KINDS for m in mentions)
        named = any(m.fact == "source" for m in mentions)
        if asks_for_code(text) or (not named and self._near("guide", vector) < ALIKE):
            scores = _without("guide", scores)
        for topic in SURE:
            if topic not in cues and scores.get(topic, 0.0) < (PLAINER if coding else PLAIN):
                scores.pop(topic, None)
        for topic, words in cues.items():
            if topic in scores:
                scores[topic] += CUE * min(len(words), MOST_CUES)
        many = len(PARTS.findall(text)) > 1
        ranked = sorted(scores.items(), key=lambda item: -item[1])
        best = ranked[0][1] if ranked else 0.0
        topics = tuple(
            name
            for name, score in ranked
            if score == best or (name in cues and score >= best - (WIDE if many else SECOND))
        )
        # who asks what the guide says is refused only where a refusal is nearly as likely
        reach = SECOND if ranked and ranked[0][0] == "guide" else WIDE
        refused = [t for t in SURE if t in cues and scores.get(t, -99.0) >= best - reach]
        topics = tuple(dict.fromkeys([*refused, *topics]))
        told = tuple(t for t in topics if t in cues)
        topics = told or topics
        if topics[:1] == ("denial",):
            # what was denied is told by the other cues, however faint
            topics += tuple(n for n, _ in ranked if n in cues and n not in (*topics, *SURE))[:1]
        guessed = bool(topics) and topics[0] not in cues
        return TopicReading(topics[: 3 if many else 2], nearest, guessed, tuple(ranked))


def _without(topic: str, scores: dict[str, float]) -> dict[str, float]:
    """The log-probabilities of the other topics, if it is not this one."""
    left = {t: s for t, s in scores.items() if t != topic}
    total = math.log(sum(map(math.exp, left.values()))) if left else 0.0
    return {t: s - total for t, s in left.items()}


def _cues(mentions: Sequence[Mention]) -> dict[str, set[str]]:
    """Distinct cue words by topic; a phrase inside another is not counted twice."""
    spans = [m for m in mentions if m.fact == "topic"]
    cues: dict[str, set[str]] = {}
    for m in spans:
        inside = any(
            o.value == m.value and o != m and o.start <= m.start and m.end <= o.end for o in spans
        )
        if not inside:
            cues.setdefault(m.value, set()).add(m.words.lower())
    return cues
