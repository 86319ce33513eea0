"""What is a question about? Cue words of the lexicon, and a model of labelled questions.

Pure, but for the embedding it is given as a function.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.ask.lexicon import FACT_KINDS
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
SURE = ("clinical", "gaming", "greeting", "out_of_scope")
LIKELY = 0.78
"""Least cosine at which the nearest labelled question lends its aspects."""
SAME = 0.8
"""Least cosine at which it lends its topic too."""
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
    likely: tuple[str, ...] = ()
    """Aspects of the nearest labelled question, when it is near enough."""
    settled: tuple[str, ...] = ()
    """The topic of that question, when it is nearly the same."""


@dataclass(frozen=True)
class TopicReader:
    """Scores topics by the model fitted to the labelled questions, and by cue words."""

    embed: Callable[[str], Vectors]
    index: PassageIndex
    aspects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What labelled questions single out, by question."""

    def read(self, text: str, mentions: Sequence[Mention], codes: Sequence[str]) -> TopicReading:
        """The topics of one question."""
        vector = self.embed(text)
        near = self.index.example_vectors @ vector
        nearest = float(near.max(initial=0.0))
        likely, settled = self._aspects(near)
        scores = self.index.classifier.log_probabilities(vector)
        cues = _cues(mentions)
        # who states facts of a procedure is coding it, unless the question says otherwise
        coding = codes or any(m.fact in FACT_KINDS for m in mentions)
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
        refused = [t for t in SURE if t in cues and scores.get(t, -99.0) >= best - WIDE]
        topics = tuple(dict.fromkeys([*refused, *topics]))
        told = tuple(t for t in topics if t in cues)
        topics = told or topics
        if topics[:1] == ("denial",):
            # what was denied is told by the other cues, however faint
            topics += tuple(n for n, _ in ranked if n in cues and n not in (*topics, *SURE))[:1]
        guessed = bool(topics) and topics[0] not in cues
        return TopicReading(
            topics[: 3 if many else 2], nearest, guessed, tuple(ranked), likely, settled
        )

    def _aspects(self, near: Vectors) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The aspects of the nearest question, and its topic when it is nearly the same."""
        if not near.size:
            return (), ()
        best = int(near.argmax())
        example, how_near = self.index.examples[best], float(near[best])
        aspects = self.aspects.get(example.question, ())
        likely = aspects if how_near >= LIKELY else ()
        return likely, (example.label,) if aspects and how_near >= SAME else ()


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
