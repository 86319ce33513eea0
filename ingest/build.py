"""Build the index from the guides at hand, and keep the build that is current.

LAMINA_HOME/index holds `CURRENT` (a build id) and `builds/<id>/`. A build is made in
a folder of its own and switched to by renaming; the same input has the same id, so a
second run writes nothing, and vectors of unchanged passages are taken over.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from ingest import chunking
from ingest.embedding import Embedder, Vectors
from ingest.errors import BrokenIndex, StaleIndex
from ingest.index import Classifier, Example, Manifest, Part, PassageIndex, write
from knowledge.guide_rows import AskedRow, ErratumRow, SentenceRow
from knowledge.passages import Guide, Passage

KEPT = 2
"""Builds that stay on disk: the current one and the one before."""

OURS = "ours"
"""The label of a question that is for us to answer."""

ASKED_WEIGHT = 0.3
"""What a question of a passage weighs beside a labelled one: there are many, and alike."""

SCHEMA = "6"
Progress = Callable[[int, int], None]


def home_folder(home: Path) -> Path:
    """LAMINA_HOME, made when missing: for its owner alone, ignored by git."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    ignore = home / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", "ascii")
    return home


@dataclass(frozen=True)
class Library:
    """What an index is made from, beside the model."""

    guides: Sequence[Guide]
    asked: Sequence[AskedRow] = ()
    """Questions the guides' passages answer."""
    examples: Sequence[Example] = ()
    """Labelled questions of each topic."""
    errata: Sequence[ErratumRow] = ()
    """A question that a correction answers finds the sentence that it corrects."""
    limits: Sequence[Example] = ()
    """Questions to decline or to leave alone, and those that sound like them and are ours."""

    @cached_property
    def passages(self) -> list[Passage]:
        return [passage for guide in self.guides for passage in chunking.cut(guide)]

    @cached_property
    def parts(self) -> list[Part]:
        """The sentences, items and rows of each passage."""
        return [
            Part(passage.key, start, end)
            for passage in self.passages
            for start, end in chunking.sentences(passage.text)
        ]

    @cached_property
    def questions(self) -> list[Example]:
        """Each question asked of a passage or of a sentence of it, with that passage's key."""
        return [
            Example(passage.key, question, _start(row, passage))
            for row in self.asked
            for passage in self.passages
            if passage.document == row.document and row.quote in passage.text
            for question in row.questions
        ] + [
            Example(passage.key, row.better, _sentence_of(row.quote, passage))
            for row in self.errata
            for passage in self.passages
            if passage.document == row.document and row.quote in passage.text
        ]

    @cached_property
    def labelled(self) -> list[Example]:
        """Examples of every topic; what only a guide knows is the topic "guide"."""
        alone = [r.questions for r in self.asked if isinstance(r, SentenceRow) and r.alone]
        known = [Example("guide", question) for questions in alone for question in questions]
        return [*self.examples, *sorted(known, key=lambda e: e.question)]


def _start(row: AskedRow, passage: Passage) -> int:
    if not isinstance(row, SentenceRow):
        return -1
    return _sentence_of(row.quote, passage)


def _sentence_of(quote: str, passage: Passage) -> int:
    at = passage.text.find(quote)
    return next((s for s, e in chunking.sentences(passage.text) if s <= at < e), -1)


def part_text(part: Part, passage: Passage) -> str:
    """What is embedded of a part: the heading it stands under, then its words."""
    return f"{passage.section[-1]}\n{chunking.readable(passage.text[part.start : part.end])}"


def fingerprint(library: Library, model: str, dimension: int) -> str:
    """Sixteen hexadecimal digits that change with anything an index is made from."""
    from importlib.metadata import version

    chroma = ".".join(version("chromadb").split(".")[:2])
    digest = hashlib.sha256()
    for part in (SCHEMA, chunking.VERSION, model, str(dimension), chroma):
        digest.update(part.encode() + b"\x1f")
    for passage in library.passages:
        digest.update(
            f"{passage.key} {passage.start} {passage.title} {passage.authority}".encode() + b"\x1f"
        )
    for example in (*library.questions, *library.labelled, *library.limits):
        digest.update(f"{example.label} {example.start} {example.question}".encode() + b"\x1f")
    return digest.hexdigest()[:16]


def current(home: Path) -> Path | None:
    """The build that CURRENT names, if it is there."""
    try:
        name = (home / "index" / "CURRENT").read_text("ascii").strip()
    except FileNotFoundError:
        return None
    build = home / "index" / "builds" / name
    return build if name and build.is_dir() else None


def open_current(home: Path, library: Library, embedder: Embedder) -> PassageIndex:
    """The current build, if it is that of the library at hand.

    Raises StaleIndex or BrokenIndex, each with the command that mends it.
    """
    build, want = current(home), fingerprint(library, embedder.name, embedder.dimension)
    if build is None or build.name != want:
        raise StaleIndex(build.name if build else "", want)
    return PassageIndex(build)


def build(
    home: Path,
    library: Library,
    embedder: Embedder,
    progress: Progress = lambda done, of: None,
) -> tuple[str, int]:
    """Make the index of this library current; returns its id and the texts embedded.

    Zero texts and an unchanged id mean that nothing was written.
    """
    want = fingerprint(library, embedder.name, embedder.dimension)
    with _locked(home_folder(home)):
        now = current(home)
        if now and now.name == want and _opens(now):
            return want, 0
        known = _known_vectors(now, embedder)
        texts = [embedded_text(p) for p in library.passages]
        labelled = (*library.questions, *library.labelled, *library.limits)
        texts += [e.question for e in labelled]
        texts += _part_texts(library.parts, library.passages)
        vectors, fresh = _embed(texts, known, embedder, progress)
        _write(home, want, library, vectors, embedder)
        return want, fresh


def embedded_text(passage: Passage) -> str:
    """What is embedded of a passage: its headings, then its words."""
    return f"{' > '.join(passage.section)}\n{passage.text}"


def _opens(build: Path) -> bool:
    try:
        PassageIndex(build).close()
    except BrokenIndex:
        return False
    return True


def _known_vectors(build: Path | None, embedder: Embedder) -> dict[str, Vectors]:
    """Vectors of the build before, by the text they stand for."""
    if build is None:
        return {}
    try:
        index = PassageIndex(build)
    except BrokenIndex:
        return {}
    index.close()
    if (index.manifest.model, index.manifest.dimension) != (embedder.name, embedder.dimension):
        return {}
    texts = [embedded_text(p) for p in index.passages] + [e.question for e in index.asked]
    known = dict(zip(texts, index.vectors, strict=True))
    questions = [e.question for e in index.examples]
    known |= dict(zip(questions, index.example_vectors, strict=True))
    return known | dict(
        zip(_part_texts(index.parts, index.passages), index.part_vectors, strict=True)
    )


def _part_texts(parts: Sequence[Part], passages: Sequence[Passage]) -> list[str]:
    by_key = {p.key: p for p in passages}
    return [part_text(part, by_key[part.passage]) for part in parts]


def _embed(
    texts: list[str], known: dict[str, Vectors], embedder: Embedder, progress: Progress
) -> tuple[Vectors, int]:
    fresh = [text for text in dict.fromkeys(texts) if text not in known]
    found = dict(known)
    for first in range(0, len(fresh), 16):
        batch = fresh[first : first + 16]
        found.update(zip(batch, embedder.embed(batch), strict=True))
        progress(first + len(batch), len(fresh))
    rows = [found[text] for text in texts]
    return np.stack(rows) if rows else np.zeros((0, embedder.dimension), np.float32), len(fresh)


def _write(home: Path, want: str, library: Library, vectors: Vectors, embedder: Embedder) -> None:
    builds = home / "index" / "builds"
    partial = builds / f".part-{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    passages, asked = library.passages, library.questions
    examples, limits = library.labelled, library.limits
    entries = len(passages) + len(asked)
    known = entries + len(examples)
    ends = known + len(limits)
    manifest = Manifest(
        want,
        embedder.name,
        embedder.dimension,
        len(passages),
        len(asked),
        len(examples),
        len(library.parts),
        len(limits),
    )
    classifier = fit([e.label for e in examples], vectors[entries:known])
    write(
        partial,
        manifest,
        passages,
        asked,
        vectors[:entries],
        [*examples, *limits],
        vectors[entries:ends],
        classifier,
        _gate(library, vectors[len(passages) : ends]),
        library.parts,
        vectors[ends:],
    )
    target = builds / want
    shutil.rmtree(target, ignore_errors=True)
    partial.replace(target)
    pointer = home / "index" / "CURRENT"
    pointer.with_suffix(".part").write_text(want + "\n", "ascii")
    pointer.with_suffix(".part").replace(pointer)
    _forget_old(builds, want)


def _gate(library: Library, vectors: Vectors) -> Classifier:
    """Ours or to be declined, fitted to every question at hand; `vectors` in their order."""
    if not library.limits:
        return fit((), vectors)
    refused = {e.label for e in library.limits}
    topics = [e.label if e.label in refused else OURS for e in library.labelled]
    labels = [OURS] * len(library.questions) + topics + [e.label for e in library.limits]
    weights = np.ones(len(labels), np.float32)
    weights[: len(library.questions)] = ASKED_WEIGHT
    return fit(labels, vectors, weights)


def fit(labels: Sequence[str], vectors: Vectors, weights: Vectors | None = None) -> Classifier:
    """A logistic regression over the labelled questions: the same input, the same model."""
    if len(set(labels)) < 2:
        return Classifier((), np.zeros((0, vectors.shape[1]), np.float32), np.zeros(0, np.float32))
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10, max_iter=2000).fit(vectors, list(labels), weights)
    return Classifier(
        tuple(model.classes_.tolist()),
        model.coef_.astype(np.float32),
        model.intercept_.astype(np.float32),
    )


def _forget_old(builds: Path, keep: str) -> None:
    found = sorted(builds.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
    others = [p for p in found if p.name != keep]
    for old in others[KEPT - 1 :]:
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """One builder at a time."""
    (home / "index" / "builds").mkdir(parents=True, exist_ok=True)
    with (home / "index" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
