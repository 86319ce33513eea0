"""An index is exact, made once, and made anew only where its guides changed."""

import hashlib
import shutil
import threading

import numpy as np
import pytest

from ingest.build import Library, build, current, fingerprint, open_current
from ingest.chunking import LONGEST_TABLE, cut
from ingest.embedding import (
    PINNED,
    SentenceTransformersEmbedder,
    check_parity,
    open_embedder,
    weights_folder,
)
from ingest.errors import BrokenIndex, StaleIndex
from knowledge.guide_rows import AskedRow
from knowledge.passages import Guide
from knowledge.tables import load
from tests.conftest import TODAY
from tests.scenarios import cases

WORDS = """\
# A Guide

Before any section.

## Imaging

One paragraph
over two lines.

Another paragraph.

- an item
  of two lines
- another item

### Views

| Site | Views |
|---|---|
| C7-T1 | 2 |
"""


CHANGED = ["Imaging\nOne paragraph\nover two changed lines.", "Imaging\nover two changed lines."]
"""What is embedded anew when the second line of a paragraph changes."""


class Counted:
    """An embedder that needs no model: a direction for each text, and a list of the texts."""

    name, dimension = "counted", 16

    def __init__(self):
        self.asked = []

    def embed(self, texts):
        self.asked += texts
        seeds = [int(hashlib.sha256(t.encode()).hexdigest()[:8], 16) for t in texts]
        rows = np.stack([np.random.default_rng(s).normal(size=self.dimension) for s in seeds])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def guide(text=WORDS, **fields):
    given = {"id": "g", "title": "A Guide", "authority": "house", "publisher": "us", "source": "x"}
    return Guide(**{**given, **fields}, text=text)


def tree(folder):
    """Every file with what changes when it is written."""
    return {
        p.relative_to(folder): (p.stat().st_ino, p.stat().st_mtime_ns, p.stat().st_size)
        for p in sorted(folder.rglob("*"))
    }


# --- passages ---------------------------------------------------------------------


@pytest.mark.parametrize("held", [guide(), *load().guides], ids=lambda g: g.id)
def test_a_passage_is_its_span_of_the_guide(held):
    passages = cut(held)

    assert passages
    for passage in passages:
        assert passage.text == held.text[passage.start : passage.end]
    assert all(a.end <= b.start for a, b in zip(passages, passages[1:], strict=False))
    assert len({p.key for p in passages}) == len(passages)


@pytest.mark.parametrize("held", [guide(), *load().guides], ids=lambda g: g.id)
def test_no_line_of_a_guide_is_lost(held):
    lines = [x.strip() for x in held.text.splitlines() if x.strip() and not x.startswith("#")]
    said = "\n".join(p.text for p in cut(held))

    assert [line for line in lines if line not in said] == []


def test_a_paragraph_a_list_and_a_table_are_one_passage_each():
    assert [(p.section, p.text.split("\n")[0]) for p in cut(guide())] == [
        (("A Guide",), "Before any section."),
        (("Imaging",), "One paragraph"),
        (("Imaging",), "Another paragraph."),
        (("Imaging",), "- an item"),
        (("Imaging", "Views"), "| Site | Views |"),
    ]


def test_words_repeated_in_a_section_are_one_passage_at_their_first_place():
    passages = cut(guide(WORDS + "\n## Imaging\n\nAnother paragraph.\n"))

    assert [p.key for p in passages] == [p.key for p in cut(guide())]
    assert [p.start for p in passages] == sorted(p.start for p in passages)


def test_a_long_table_is_cut_into_row_groups():
    rows = "\n".join(f"| {n} | words |" for n in range(LONGEST_TABLE * 2 + 1))
    passages = cut(guide(f"# T\n\n| n | is |\n|---|---|\n{rows}\n"))

    assert [p.text.count("words") for p in passages] == [LONGEST_TABLE, LONGEST_TABLE, 1]


# --- builds -----------------------------------------------------------------------


def test_a_second_build_writes_nothing(tmp_path):
    shelf, embedder = Library([guide()]), Counted()
    id, fresh = build(tmp_path, shelf, embedder)
    before = tree(tmp_path / "index" / "builds")
    pointer = (tmp_path / "index" / "CURRENT").stat()

    assert fresh == 11
    assert build(tmp_path, shelf, embedder) == (id, 0)
    assert tree(tmp_path / "index" / "builds") == before
    assert (tmp_path / "index" / "CURRENT").stat() == pointer
    assert len(embedder.asked) == 11


def test_opening_and_searching_a_build_leaves_it_alone(tmp_path):
    shelf, embedder = Library([guide()]), Counted()
    build(tmp_path, shelf, embedder)
    before = tree(tmp_path / "index" / "builds")

    index = open_current(tmp_path, shelf, embedder)
    index.nearest(embedder.embed(["anything"])[0])
    index.close()

    assert tree(tmp_path / "index" / "builds") == before


def test_a_changed_paragraph_embeds_only_itself(tmp_path):
    embedder = Counted()
    build(tmp_path, Library([guide()]), embedder)
    embedder.asked.clear()

    edited = guide(WORDS.replace("over two lines.", "over two changed lines."))
    id, fresh = build(tmp_path, Library([edited]), embedder)

    assert fresh == len(CHANGED)
    assert embedder.asked == CHANGED
    index = open_current(tmp_path, Library([edited]), embedder)
    assert index.manifest.id == id
    for passage, vector in zip(index.passages, index.vectors, strict=True):
        text = f"{' > '.join(passage.section)}\n{passage.text}"
        assert np.array_equal(vector, Counted().embed([text])[0])
    index.close()


@pytest.mark.parametrize(
    "other",
    [
        guide(WORDS + "\nOne more.\n"),
        guide(title="Another Title"),
        guide(id="h"),
        guide("\n" + WORDS),
    ],
    ids=["a paragraph more", "another title", "another id", "other offsets"],
)
def test_another_guide_makes_the_index_stale_until_it_is_built(tmp_path, other):
    embedder = Counted()
    build(tmp_path, Library([guide()]), embedder)

    with pytest.raises(StaleIndex, match="run `lamina ingest`"):
        open_current(tmp_path, Library([other]), embedder)

    build(tmp_path, Library([other]), embedder)
    open_current(tmp_path, Library([other]), embedder).close()


def test_another_model_makes_the_index_stale(tmp_path):
    build(tmp_path, Library([guide()]), Counted())
    other = Counted()
    other.name = "another"

    with pytest.raises(StaleIndex):
        open_current(tmp_path, Library([guide()]), other)


def test_no_index_is_told_with_the_command(tmp_path):
    with pytest.raises(StaleIndex, match="not built yet"):
        open_current(tmp_path, Library([guide()]), Counted())


@pytest.mark.parametrize("name", ["passages.jsonl", "vectors.npy", "manifest.json"])
@pytest.mark.parametrize("harm", ["gone", "cut short"])
def test_a_damaged_build_is_told_and_made_anew(tmp_path, name, harm):
    shelf, embedder = Library([guide()]), Counted()
    id, _ = build(tmp_path, shelf, embedder)
    file = current(tmp_path) / name
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-20])

    with pytest.raises(BrokenIndex, match="run `lamina ingest`"):
        open_current(tmp_path, shelf, embedder)

    assert build(tmp_path, shelf, embedder) == (id, 11)
    open_current(tmp_path, shelf, embedder).close()


def test_a_build_without_its_chroma_files_is_told(tmp_path):

    shelf, embedder = Library([guide()]), Counted()
    build(tmp_path, shelf, embedder)
    shutil.rmtree(current(tmp_path) / "chroma")
    (current(tmp_path) / "chroma").mkdir()

    with pytest.raises(BrokenIndex):
        open_current(tmp_path, shelf, embedder)


def test_two_builders_at_once_make_one_build(tmp_path):
    shelf, made = Library([guide()]), []
    threads = [
        threading.Thread(target=lambda: made.append(build(tmp_path, shelf, Counted())))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    id = fingerprint(shelf, "counted", 16)
    assert sorted(made) == [(id, 0), (id, 0), (id, 11)]


def test_a_build_cut_off_half_way_leaves_the_one_before(tmp_path):
    class Stopped(Counted):
        def embed(self, texts):
            raise KeyboardInterrupt

    before, _ = build(tmp_path, Library([guide()]), Counted())
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, Library([guide(WORDS + "\nOne more.\n")]), Stopped())

    assert open_current(tmp_path, Library([guide()]), Counted()).manifest.id == before


def asked(*questions):
    fields = {"source": ("a58993",), "checked": TODAY, "confidence": "high"}
    return AskedRow(**fields, document="g", quote="One paragraph", questions=questions)


def test_the_questions_asked_of_a_changed_paragraph_are_not_embedded_again(tmp_path):
    embedder, rows = Counted(), [asked("what of one?", "which one?")]
    _, fresh = build(tmp_path, Library([guide()], rows), embedder)
    embedder.asked.clear()

    edited = Library([guide(WORDS.replace("over two lines.", "over two changed lines."))], rows)

    assert fresh == 13
    assert build(tmp_path, edited, embedder)[1] == 2
    assert embedder.asked == CHANGED
    index = open_current(tmp_path, edited, embedder)
    (key, nearest), *_ = index.nearest(embedder.embed(["which one?"])[0])
    assert index.passage(key).text.startswith("One paragraph")
    assert nearest == pytest.approx(1.0, abs=1e-5)
    index.close()


@pytest.mark.parametrize("state", ["missing", "stale", "broken"])
def test_wiring_builds_what_is_missing_stale_or_broken(tmp_path, state):
    from app.wiring import ready_index

    shelf, embedder = Library([guide()]), Counted()
    if state != "missing":
        build(
            tmp_path, Library([guide(WORDS + "\nMore.\n")]) if state == "stale" else shelf, embedder
        )
    if state == "broken":
        (current(tmp_path) / "passages.jsonl").unlink()

    index = ready_index(tmp_path, shelf, embedder, lambda done, of: None)

    assert index.manifest.id == fingerprint(shelf, embedder.name, embedder.dimension)
    index.close()


HARM = {
    "Chroma's folder": lambda build: shutil.rmtree(build / "chroma"),
    "Chroma's file gone": lambda build: (build / "chroma" / "chroma.sqlite3").unlink(),
    "Chroma's file cut short": lambda build: cut_short(build / "chroma" / "chroma.sqlite3"),
    "empty vectors": lambda build: (build / "vectors.npy").write_bytes(b""),
    "empty examples": lambda build: (build / "examples.npy").write_bytes(b""),
    "empty passages": lambda build: (build / "passages.jsonl").write_bytes(b""),
    "topics cut short": lambda build: cut_short(build / "topics.npz"),
    "empty topics": lambda build: (build / "topics.npz").write_bytes(b""),
}


def cut_short(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize(
    "harm",
    list(HARM),
)
def test_any_harm_to_a_build_is_told_and_mended(tmp_path, harm):
    shelf, embedder = Library([guide()]), Counted()
    id, _ = build(tmp_path, shelf, embedder)
    HARM[harm](current(tmp_path))

    with pytest.raises(BrokenIndex, match="run `lamina ingest`"):
        open_current(tmp_path, shelf, embedder)

    assert build(tmp_path, shelf, embedder) == (id, 11)
    open_current(tmp_path, shelf, embedder).close()


def test_search_is_exact_in_a_library_that_chroma_writes_to_its_graph(tmp_path):
    """Over a thousand entries Chroma keeps a graph on disk; under that it compares them all."""
    words = "\n\n".join(f"Paragraph {n}." for n in range(1300))
    shelf, embedder = Library([guide(f"# T\n\n{words}\n")]), Counted()
    build(tmp_path, shelf, embedder)

    index = open_current(tmp_path, shelf, embedder)

    for vector in embedder.embed([f"question {n}" for n in range(20)]):
        assert [key for key, _ in index.nearest(vector, 50)] == index.exact(vector, 50)
    index.close()


# --- the real index ---------------------------------------------------------------


def test_chroma_finds_what_exact_search_finds(assistant):
    index = assistant.index
    for case in cases("ingest/questions"):
        vector = assistant.steps.gatherer.embed(case["question"])

        for most in (10, 50):
            found = [key for key, _ in index.nearest(vector, most)]
            assert found == index.exact(vector, most), case["question"]


def test_similarity_is_the_cosine(assistant):
    index = assistant.index
    vector = assistant.steps.gatherer.embed("does 62321 need a modifier?")

    (_, nearest), *_ = index.nearest(vector, 5)

    assert nearest == pytest.approx(float((index.vectors @ vector).max()), abs=1e-5)


def test_the_export_agrees_with_sentence_transformers(assistant, home):
    ours = open_embedder(PINNED, home)
    theirs = SentenceTransformersEmbedder(PINNED, weights_folder())
    long = "epidural injection with fluoroscopy at C7-T1 " * 60
    odd = ["62321", "M54.12?", "ünïcode €", long]
    texts = [*odd, *(p.text for p in assistant.index.passages)]

    for first in range(0, len(texts), 16):
        assert check_parity(ours, theirs, texts[first : first + 16]) >= 0.9999
    assert np.allclose(np.linalg.norm(ours.embed(odd), axis=1), 1.0, atol=1e-5)
