"""Passages for a reading: exact codes and topic, then words, then meaning, joined by rank."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from app.ask.turn import Found, Reading
from ingest.embedding import Vectors
from ingest.index import PassageIndex
from knowledge.passages import Passage

WEIGHTS = {"exact": 0.2, "words": 2.0, "meaning": 1.0}
"""Measured on the labelled questions; see ingest/README.md."""
RANK = 10
"""Reciprocal-rank constant."""
MOST = 6

MEANT = ("approach", "region", "imaging", "technique")
"""Facts whose words are searched for beside the asker's own."""

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
        _ = self._words

    def search(self, reading: Reading, vector: Vectors, most: int = MOST) -> tuple[Found, ...]:
        """The best passages for a reading, best first."""
        meaning = self.index.nearest(vector)
        similarity = dict(meaning)
        ranked = self.ranked(reading, [key for key, _ in meaning])
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

    def ranked(self, reading: Reading, meaning: list[str]) -> dict[str, list[str]]:
        """Passage keys in three orders: by exact code and topic, by words, by meaning."""
        return {
            "exact": self._exact(reading),
            "words": self._by_words(self._expanded(reading)),
            "meaning": meaning,
        }

    def _exact(self, reading: Reading) -> list[str]:
        """Passages that name the codes asked about, those of the topic's sections first."""
        asked = {*reading.codes, *reading.diagnoses}
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

    def _expanded(self, reading: Reading) -> str:
        """The question with what its abbreviations mean."""
        meant = [m.value for m in reading.mentions if m.fact in MEANT]
        return f"{reading.text} {' '.join(dict.fromkeys(meant))}"

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


def best_sentence(passage: Passage, wanted: Sequence[str]) -> tuple[int, int]:
    """Offsets in the passage of the sentence, item or row that shares most with the words."""
    want = set(wanted)
    spans = sentences(passage.text)
    return max(spans, key=lambda s: (_shared(passage.text[s[0] : s[1]], want), -s[0]))


def _shared(text: str, want: set[str]) -> float:
    have = set(tokens(text))
    return len(want & have) + 0.5 * len(want & have & set(CODE.findall(text)))


def sentences(text: str) -> list[tuple[int, int]]:
    """Sentences of a paragraph, items of a list, rows of a table, as offsets."""
    spans = []
    for line in re.finditer(r"[^\n]+", text):
        if set(line.group()) <= set("|-: "):
            continue
        if line.group().lstrip().startswith("|"):
            heads = text[line.end() + 1 : line.end() + 4] in ("|--", "| -", "|:-")
            if not heads:
                spans.append(line.span())
            continue
        start = line.start() + len(re.match(r"\s*(?:(?:[-*+]|\d+[.)])\s+)?", line.group())[0])  # type: ignore[index]
        for piece in re.finditer(r"\S.*?(?:[.!?](?=\s)|$)", text[start : line.end()]):
            spans.append((start + piece.start(), start + piece.end()))
    return spans or [(0, len(text))]
