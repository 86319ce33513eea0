"""The Chroma index of passages, both ways: how a passage is stored and how it is found.

The only file that knows the shape of a stored passage. A build is a folder that is
never written to again; each process searches a private copy of its Chroma files,
because merely opening them rewrites them.
"""

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ingest.embedding import Vectors, sha256
from ingest.errors import BrokenIndex
from knowledge.errors import UnknownPassage
from knowledge.passages import Passage

COLLECTION = "passages"
WIDTH = 60
"""Entries, passages and questions they answer, looked at for one query."""


@dataclass(frozen=True)
class Manifest:
    """What a build was made from; `id` is its fingerprint."""

    id: str
    model: str
    dimension: int
    passages: int
    asked: int
    examples: int
    sentences: int
    limits: int = 0


@dataclass(frozen=True)
class Example:
    """A labelled question: of a topic, of a passage, or of a limit (limits.toml)."""

    label: str
    """The topic or limit, or the key of the passage that answers the question."""
    question: str
    start: int = -1
    """Of a passage: where its sentence starts that answers; -1 = the passage as a whole."""


@dataclass(frozen=True)
class Part:
    """A sentence, list item or table row of a passage, by its offsets there."""

    passage: str
    start: int
    end: int


@dataclass(frozen=True)
class Classifier:
    """A linear model over embeddings, fitted to the labelled questions of each topic."""

    topics: tuple[str, ...]
    coef: Vectors
    intercept: Vectors

    def log_probabilities(self, vector: Vectors) -> dict[str, float]:
        """Natural logarithm of each topic's probability."""
        scores = self.coef @ vector + self.intercept
        shifted = scores - scores.max()
        logs = shifted - np.log(np.exp(shifted).sum())
        return dict(zip(self.topics, logs.tolist(), strict=True))


def hnsw(count: int) -> dict[str, Any]:
    """Chroma's search set wide enough that its top k is that of exact search."""
    width = max(100, count)
    return {"hnsw": {"space": "cosine", "ef_search": width, "ef_construction": width}}


def write(
    folder: Path,
    manifest: Manifest,
    passages: Sequence[Passage],
    asked: Sequence[Example],
    vectors: Vectors,
    examples: Sequence[Example],
    example_vectors: Vectors,
    classifier: Classifier,
    gate: Classifier,
    parts: Sequence[Part],
    part_vectors: Vectors,
) -> None:
    """Write one build into an empty folder.

    `vectors` are of passages, then of asked; `examples` are of topics, then of limits.
    """
    folder.mkdir(parents=True)
    lines = [p.model_dump_json() for p in passages]
    (folder / "passages.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    np.save(folder / "vectors.npy", vectors)
    np.save(folder / "examples.npy", example_vectors)
    np.save(folder / "parts.npy", part_vectors)
    places = [[p.passage, p.start, p.end] for p in parts]
    (folder / "parts.json").write_text(json.dumps(places), "utf-8")
    for name, model in (("topics", classifier), ("limits", gate)):
        np.savez(folder / f"{name}.npz", coef=model.coef, intercept=model.intercept)
        (folder / f"{name}.json").write_text(json.dumps(model.topics), "utf-8")
    for name, labelled in (("asked", asked), ("examples", examples)):
        pairs = [[e.label, e.question, e.start] for e in labelled]
        (folder / f"{name}.json").write_text(json.dumps(pairs), "utf-8")
    store, client = _store(folder / "chroma", len(vectors))
    # the collection behind LangChain's store takes vectors already made
    store._collection.add(
        ids=[p.key for p in passages] + [f"asked-{n}" for n in range(len(asked))],
        embeddings=vectors,
        documents=[p.text for p in passages] + [e.question for e in asked],
        metadatas=[{"passage": p.key} for p in passages] + [{"passage": e.label} for e in asked],
    )
    client.close()
    sums = {str(p.relative_to(folder)): sha256(p) for p in _files(folder)}
    (folder / "sums.json").write_text(json.dumps(sums, indent=1) + "\n", "utf-8")
    (folder / "manifest.json").write_text(json.dumps(vars(manifest), indent=1) + "\n", "utf-8")


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _classifier(build: Path, name: str) -> Classifier:
    fitted = np.load(build / f"{name}.npz")
    topics = json.loads((build / f"{name}.json").read_text("utf-8"))
    return Classifier(tuple(topics), fitted["coef"], fitted["intercept"])


def check_sums(build: Path) -> None:
    """Raise BrokenIndex when a file of the build is not as it was written.

    Chroma has no checksums of its own: a damaged graph file can end the process.
    """
    try:
        sums = json.loads((build / "sums.json").read_text("utf-8"))
        for name, wanted in sums.items():
            if sha256(build / name) != wanted:
                raise BrokenIndex(f"{name} has changed")
    except (OSError, ValueError, AttributeError) as why:
        raise BrokenIndex(f"{type(why).__name__} in {build.name}") from why


def _store(folder: Path, count: int) -> tuple[Any, Any]:
    import chromadb
    from chromadb.config import Settings
    from langchain_chroma import Chroma

    settings = Settings(anonymized_telemetry=False, is_persistent=True)
    client = chromadb.PersistentClient(path=str(folder), settings=settings)
    store = Chroma(
        client=client,
        collection_name=COLLECTION,
        collection_configuration=hnsw(count),
    )
    return store, client


class PassageIndex:
    """A build opened for search. Close it to drop its private copy."""

    def __init__(self, build: Path) -> None:
        check_sums(build)
        try:
            self.manifest = Manifest(**json.loads((build / "manifest.json").read_text("utf-8")))
            lines = (build / "passages.jsonl").read_text("utf-8").rstrip("\n").split("\n")
            self.passages = tuple(Passage.model_validate_json(line) for line in lines)
            self.vectors: Vectors = np.load(build / "vectors.npy")
            self.example_vectors: Vectors = np.load(build / "examples.npy")
            self.classifier = _classifier(build, "topics")
            self.gate = _classifier(build, "limits")
            asked = json.loads((build / "asked.json").read_text("utf-8"))
            raw = json.loads((build / "examples.json").read_text("utf-8"))
            self.part_vectors: Vectors = np.load(build / "parts.npy")
            places = json.loads((build / "parts.json").read_text("utf-8"))
        except (OSError, ValueError, TypeError) as why:
            raise BrokenIndex(f"{type(why).__name__} in {build.name}") from why
        self.asked = tuple(Example(*pair) for pair in asked)
        self.examples = tuple(Example(*pair) for pair in raw)
        self.parts = tuple(Part(*place) for place in places)
        self._entries = [p.key for p in self.passages] + [e.label for e in self.asked]
        self._by_key = {p.key: p for p in self.passages}
        place = {(p.passage, p.start): n for n, p in enumerate(self.parts)}
        answered = [(n, place.get((e.label, e.start))) for n, e in enumerate(self.asked)]
        self._asked_of_part = [n for n, part in answered if part is not None]
        self._of_part = [part for _, part in answered if part is not None]
        self._copy = tempfile.TemporaryDirectory(prefix="lamina-index-")
        self._open(build)

    def _open(self, build: Path) -> None:
        folder = Path(self._copy.name) / "chroma"
        shutil.copytree(build / "chroma", folder)
        try:
            self._chroma, self._client = _store(folder, len(self._entries))
            count = self._chroma._collection.count()
        except BaseException as why:  # Chroma's Rust side panics outside Exception
            if isinstance(why, KeyboardInterrupt | SystemExit):
                raise
            raise BrokenIndex(f"Chroma cannot open {build.name}") from why
        found = self._nearest_entries(self.vectors[0], count) if count else []
        if count != len(self._entries) or len(found) != count:
            raise BrokenIndex(f"{len(found)} of {len(self._entries)} entries found")

    def nearest(self, vector: Vectors, most: int = WIDTH) -> list[tuple[str, float]]:
        """Passages nearest in meaning, best first, with cosine similarity.

        A passage is as near as its words or the nearest question it answers; `most`
        counts those entries.
        """
        best: dict[str, float] = {}
        for key, similarity in self._nearest_entries(vector, most):
            best.setdefault(key, similarity)
        return list(best.items())

    def _nearest_entries(self, vector: Vectors, most: int) -> list[tuple[str, float]]:
        found = self._chroma.similarity_search_by_vector_with_relevance_scores(
            vector.tolist(), k=min(most, len(self._entries))
        )
        return [(document.metadata["passage"], 1.0 - distance) for document, distance in found]

    def nearness(self, vector: Vectors) -> Vectors:
        """Cosine similarity of each part: of its own words, or of a question it answers."""
        near: Vectors = (self.part_vectors @ vector).astype(np.float32)
        if len(self._of_part):
            asked = self.vectors[len(self.passages) :][self._asked_of_part] @ vector
            np.maximum.at(near, self._of_part, asked)
        return near

    def exact(self, vector: Vectors, most: int = WIDTH) -> list[str]:
        """The same by comparing with every vector: the oracle of `nearest`."""
        scores = self.vectors @ vector
        order = np.argsort(-scores, kind="stable")[:most]
        return list(dict.fromkeys(self._entries[i] for i in order))

    def passage(self, key: str) -> Passage:
        """One passage by its key. Raises UnknownPassage."""
        try:
            return self._by_key[key]
        except KeyError:
            raise UnknownPassage(key) from None

    def close(self) -> None:
        self._client.close()
        self._copy.cleanup()
