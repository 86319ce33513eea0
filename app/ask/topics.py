"""What is a question about? Cue words of the lexicon, and a model of labelled questions.

Pure, but for the embedding it is given as a function.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from app.ask.lexicon import FACT_KINDS
from app.ask.limits import Limits, suspected
from app.ask.patterns import asks_for_code
from app.ask.turn import Mention
from ingest.build import OURS
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
LIKELY = 0.78
"""Least cosine at which the nearest labelled question lends its aspects."""
SAME = 0.8
"""Least cosine at which it lends its topic too."""
SURELY_OURS = 0.6
"""Least probability of being ours for words that name nothing of our field."""
WHOLE = {"coding", "epidural", "claim_words", "injection"}
"""Signs that count wherever they stand in a long text."""
REFUSALS = ("clinical", "gaming", "greeting", "out_of_scope")


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
    limits: Limits
    aspects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What labelled questions single out, by question."""

    def _near(self, topic: str, vector: Vectors) -> float:
        """How near the question is to a labelled one of this topic."""
        own = [n for n, e in enumerate(self.index.examples) if e.label == topic]
        return float((self.index.example_vectors[own] @ vector).max(initial=0.0))

    def read(self, text: str, mentions: Sequence[Mention], stated: Collection[str]) -> TopicReading:
        """The topics of one question; `stated`: what was read in it, such as "our_code"."""
        vector = self.embed(text)
        near = self.index.example_vectors[: self.index.manifest.examples] @ vector
        nearest = float(near.max(initial=0.0))
        likely, settled = self._aspects(near)
        scores = self.index.classifier.log_probabilities(vector)
        cues = _cues(mentions)
        refusal = self._refusal(text, vector, mentions, cues, stated)
        for topic in REFUSALS:
            scores.pop(topic, None)
            cues.pop(topic, None)
        if refusal:
            beside = tuple(t for t in cues if t in scores) if refusal == "gaming" else ()
            return TopicReading((refusal, *beside), nearest, scores=tuple(scores.items()))
        named = any(m.fact == "source" for m in mentions)
        if asks_for_code(text) or (not named and self._near("guide", vector) < ALIKE):
            scores = _without("guide", scores)
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
        told = tuple(t for t in topics if t in cues)
        topics = told or topics
        if topics[:1] == ("denial",):
            # what was denied is told by the other cues, however faint
            topics += tuple(n for n, _ in ranked if n in cues and n not in topics)[:1]
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

    def _refusal(
        self,
        text: str,
        vector: Vectors,
        mentions: Sequence[Mention],
        cues: Mapping[str, set[str]],
        stated: Collection[str],
    ) -> str:
        """The topic to decline or to leave alone, or nothing."""
        seen = self.limits.seen(text)
        signs = set(stated)
        facts = {m.fact for m in mentions if m.fact in FACT_KINDS}
        signs |= facts
        signs |= {"facts"} if facts & {"approach", "region"} else set()
        whole = signs.union(*seen)
        unless = signs | (whole & WHOLE)
        for some in seen:
            if shown := self.limits.shown(some | unless):
                return shown
        leaning = self.limits.leaning(whole) if len(seen) == 1 else set()
        signs = whole
        shares = self.index.gate.log_probabilities(vector)
        if found := suspected(shares, signs, leaning, cues):
            return found
        known = {"domain", "epidural", *stated} & signs
        sure = math.exp(shares.get(OURS, 0.0)) >= SURELY_OURS
        return "" if known or sure else "out_of_scope"


def _without(topic: str, scores: dict[str, float]) -> dict[str, float]:
    """The log-probabilities of the other topics, if it is not this one."""
    left = {t: s for t, s in scores.items() if t != topic}
    total = math.log(sum(map(math.exp, left.values()))) if left else 0.0
    return {t: s - total for t, s in left.items()}


def _cues(mentions: Sequence[Mention]) -> dict[str, set[str]]:
    """Distinct cue words by topic; a phrase inside another is not counted twice."""
    fees = [m for m in mentions if m.fact == "claim" and m.value == "professional"]
    spans = [
        m
        for m in mentions
        # "pro fee" names whose claim it is, and asks for no fee
        if m.fact == "topic" and not any(f.start < m.start and m.end <= f.end for f in fees)
    ]
    cues: dict[str, set[str]] = {}
    for m in spans:
        inside = any(
            o.value == m.value and o != m and o.start <= m.start and m.end <= o.end for o in spans
        )
        if not inside:
            cues.setdefault(m.value, set()).add(m.words.lower())
    return cues
