"""What is a question about? Cue words of the lexicon, and the nearest labelled example.

Pure, but for the embedding it is given as a function.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.ask.turn import Mention
from ingest.embedding import Vectors
from ingest.index import Example

CUE = 0.16
"""What one cue word adds to its topic, in units of cosine."""
MOST_CUES = 2
NEAREST = 3
"""Examples whose mean similarity is a topic's score."""
SURE = ("clinical", "gaming", "greeting", "out_of_scope")
PLAIN = 0.62
"""Least similarity at which an example alone may make the answer a refusal."""
SECOND = 0.06
"""How far a second topic may stand behind the first and still be answered."""


@dataclass(frozen=True)
class TopicReading:
    """Topics, the strongest first, and how near the question is to any example."""

    topics: tuple[str, ...]
    confidence: float
    guessed: bool = False
    scores: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class TopicReader:
    """Scores topics by labelled examples and cue words."""

    embed: Callable[[str], Vectors]
    examples: Sequence[Example]
    vectors: Vectors

    def read(
        self, text: str, mentions: Sequence[Mention], codes: Sequence[str]
    ) -> TopicReading:
        """The topics of one question."""
        similar = self.vectors @ self.embed(text)
        names = np.array([e.label for e in self.examples])
        scores = {
            topic: float(np.sort(similar[names == topic])[-NEAREST:].mean())
            for topic in dict.fromkeys(names.tolist())
        }
        nearest = max(scores.values(), default=0.0)
        cues: dict[str, set[str]] = {}
        for m in mentions:
            if m.fact == "topic":
                cues.setdefault(m.value, set()).add(m.words.lower())
        for topic, words in cues.items():
            scores[topic] = scores.get(topic, 0.0) + CUE * min(len(words), MOST_CUES)
        for topic in SURE:
            # declining is for what is plainly asked: a cue, or a very near example
            if topic not in cues and scores.get(topic, 0.0) < PLAIN:
                scores.pop(topic, None)
        ranked = sorted(scores.items(), key=lambda item: -item[1])
        best = ranked[0][1] if ranked else 0.0
        topics = tuple(
            name
            for name, score in ranked
            if score >= best - SECOND and (name in cues or score == best)
        )
        guessed = bool(topics) and topics[0] not in cues
        return TopicReading(topics[:2], nearest, guessed, tuple(ranked))
