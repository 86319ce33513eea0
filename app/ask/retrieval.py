"""Passages for a reading: exact codes and topic, then words, then meaning, joined by rank."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from app.ask.turn import Found, Quotable, Reading
from ingest.chunking import bare, items, readable
from ingest.embedding import Vectors
from ingest.index import PassageIndex

WEIGHTS = {"exact": 0.2, "words": 2.0, "meaning": 1.0}
"""Measured on the labelled questions; see ingest/README.md."""
RANK = 5
"""Reciprocal-rank constant."""
MOST = 6
QUOTABLE = 6
"""Sentences kept as likely answers."""
FROM_PASSAGE, FROM_WORDS = 1.3, 0.5
"""What the rank of its passage and its words in common add to a sentence's nearness;
measured on the labelled questions."""

MEANT = ("approach", "region", "imaging", "technique")
"""Facts whose words are searched for beside the asker's own."""
MEANING = {"none": "without imaging guidance", "ultrasound": "ultrasound without imaging guidance"}
"""What a value is called in a guide."""
REGIONS = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}
"""The region a level is named after, to search by; codes are never chosen by it."""

TOKEN = re.compile(r"[a-z]\d{1,2}\.[0-9a-z]+|[ctls]\d{1,2}-[ctls]?\d{1,2}|[a-z0-9]+(?:'[a-z]+)?")
EMPTY = {
    "the",
    "a",
    "an",
    "of",
    "is",
    "are",
    "it",
    "to",
    "in",
    "for",
    "and",
    "or",
    "do",
    "does",
    "i",
    "we",
    "my",
    "can",
    "what",
    "that",
    "this",
    "on",
    "at",
    "be",
    "as",
    "by",
    "if",
}
CODE = re.compile(r"\b(?:\d{5}|\d{4}T|[A-Z]\d{4}|[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]+)\b")

COUNTS = {"three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
COUNTED = re.compile(rf"\b({'|'.join(COUNTS)})\b [a-z ]*(?:s\b|\.$)")
"""A sentence that counts what follows it."""
SECTION_WORDS = {
    "modifiers": "modifier",
    "documentation": "documentation",
    "payment": "cost medicare reimbursement commercial payer patient out-of-pocket",
    "prior_authorization": "prior authorization",
    "code_selection": "description landscape cesi core",
    "compare": "description difference core",
    "bundling": "mistakes",
    "denial": "mistakes",
}
"""Words of a topic's own sections of a guide."""


def tokens(text: str) -> list[str]:
    """Words for BM25: codes and levels whole, plural s dropped, empty words left out."""
    found = TOKEN.findall(text.lower().replace("’", "'"))
    return [_stem(t) for t in found if t not in EMPTY]


def _stem(token: str) -> str:
    for ending in ("ations", "ation", "ing", "ed", "es", "s"):
        if token.isalpha() and token.endswith(ending) and len(token) - len(ending) >= 4:
            return token[: -len(ending)]
    return token


@dataclass(frozen=True)
class Retriever:
    """Searches one index three ways."""

    index: PassageIndex

    @cached_property
    def _words(self) -> Any:
        import bm25s

        model = bm25s.BM25()
        asked: dict[str, list[str]] = {}
        for question in self.index.asked:
            asked.setdefault(question.label, []).append(question.question)
        corpus = [
            tokens(" ".join([*p.section, p.text, *asked.get(p.key, ())]))
            for p in self.index.passages
        ]
        model.index(corpus, show_progress=False)
        return model

    def warm(self) -> None:
        """Build the word index now rather than in the first question."""
        _ = self._words, self._sentence_words

    def search(
        self, reading: Reading, vector: Vectors, most: int = MOST, *, decided: Sequence[str] = ()
    ) -> tuple[Found, ...]:
        """The best passages for a reading and the codes decided for it, best first."""
        meaning = self.index.nearest(vector)
        similarity = dict(meaning)
        ranked = self.ranked(reading, [key for key, _ in meaning], decided)
        scores = join(ranked, WEIGHTS)
        best = sorted(scores, key=lambda key: (-scores[key], key))[:most]
        return tuple(
            Found(
                passage=self.index.passage(key),
                score=round(scores[key], 6),
                similarity=round(similarity.get(key, 0.0), 6),
            )
            for key in best
        )

    @cached_property
    def _sentence_words(self) -> Any:
        """The word index of single sentences, with the questions that each answers."""
        import bm25s

        model = bm25s.BM25()
        asked: dict[tuple[str, int], list[str]] = {}
        for e in self.index.asked:
            asked.setdefault((e.label, e.start), []).append(e.question)
        corpus = []
        for part in self.index.parts:
            passage = self.index.passage(part.passage)
            words = readable(passage.text[part.start : part.end])
            also = asked.get((part.passage, part.start), ())
            corpus.append(tokens(" ".join([passage.section[-1], words, *also])))
        model.index(corpus, show_progress=False)
        return model

    @cached_property
    def _bare(self) -> list[tuple[int, int]]:
        return [bare(self.index.passage(p.passage).text, p.start, p.end) for p in self.index.parts]

    def sentences(
        self,
        reading: Reading,
        vector: Vectors,
        found: tuple[Found, ...],
        decided: Sequence[str] = (),
    ) -> tuple[Quotable, ...]:
        """The sentences of the passages found that best answer, the likeliest first."""
        near = self.index.nearness(vector)
        known = self._sentence_words.vocab_dict
        asked = [t for t in tokens(self._expanded(reading, decided)) if t in known]
        words = self._sentence_words.get_scores(asked) if asked else np.zeros(len(near))
        words = words / (words.max() or 1.0)
        rank = {f.passage.key: f.score / found[0].score for f in found} if found else {}
        spans = self._bare
        likely = [
            Quotable(
                passage=self.index.passage(part.passage),
                start=spans[n][0],
                end=spans[n][1],
                score=round(
                    float(near[n] + FROM_WORDS * words[n] + FROM_PASSAGE * rank[part.passage]), 6
                ),
                near=round(float(near[n]), 6),
            )
            for n, part in enumerate(self.index.parts)
            if part.passage in rank
        ]
        best = sorted(likely, key=lambda q: -q.score)[:QUOTABLE]
        return tuple(q.model_copy(update={"items": tuple(self._counted(q))}) for q in best)

    def _counted(self, sentence: Quotable) -> Iterator[Quotable]:
        """The items after a sentence that counts them: the bold heads, or the sentences."""
        found = COUNTED.search(sentence.words.lower())
        count = COUNTS[found[1]] if found else 0
        passages = self.index.passages
        at = passages.index(sentence.passage) + 1
        for passage in passages[at : at + count]:
            if passage.section != sentence.passage.section:
                return
            for start, end in items(passage.text):
                if count:
                    count -= 1
                    yield Quotable(passage=passage, start=start, end=end, score=0.0, near=0.0)

    def ranked(
        self, reading: Reading, meaning: list[str], decided: Sequence[str] = ()
    ) -> dict[str, list[str]]:
        """Passage keys in three orders: by exact code and topic, by words, by meaning."""
        return {
            "exact": self._exact(reading, decided),
            "words": self._by_words(self._expanded(reading, decided)),
            "meaning": meaning,
        }

    def _exact(self, reading: Reading, decided: Sequence[str]) -> list[str]:
        """Passages that name the codes asked about, those of the topic's sections first."""
        asked = {*reading.codes, *reading.diagnoses, *decided}
        words = " ".join(SECTION_WORDS.get(t, "") for t in reading.topics).split()
        scored = []
        for p in self.index.passages:
            named = len(asked & set(CODE.findall(p.text)))
            title = " ".join(p.section).lower()
            fits = sum(word in title for word in words)
            fits += 2 * sum(
                f"modifier {m.lower()}" in title or f"/{m.lower()}" in title
                for m in reading.modifiers
            )
            if named or fits:
                scored.append((-(named + 1.5 * fits), p.start, p.key))
        return [key for _, _, key in sorted(scored)]

    def _expanded(self, reading: Reading, decided: Sequence[str]) -> str:
        """The question with what its abbreviations and levels mean, and the codes decided."""
        meant = [MEANING.get(m.value, m.value) for m in reading.mentions if m.fact in MEANT]
        levels = [level for p in reading.procedures for level in p.levels]
        meant += [REGIONS[level[0]] for level in levels if level[0] in REGIONS]
        words = dict.fromkeys([*meant, *decided])
        return f"{reading.searched or reading.text} {' '.join(words)}"

    def _by_words(self, text: str) -> list[str]:
        asked = [t for t in tokens(text) if t in self._words.vocab_dict]
        if not asked:
            return []
        scores = self._words.get_scores(asked)
        order = np.argsort(-scores, kind="stable")
        return [self.index.passages[i].key for i in order if scores[i] > 0]


def join(ranked: dict[str, list[str]], weights: dict[str, float]) -> dict[str, float]:
    """Weighted reciprocal-rank fusion: each list adds weight / (RANK + place)."""
    scores: dict[str, float] = {}
    for name, keys in ranked.items():
        for place, key in enumerate(keys, 1):
            scores[key] = scores.get(key, 0.0) + weights[name] / (RANK + place)
    return scores
