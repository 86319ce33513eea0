"""Every row of every table is used by a test, or stands in scenarios/unused.toml with why."""

import re
from functools import cache
from pathlib import Path

import pytest

from app.ask.lexicon import FORM, form_of
from eval import question_sets
from knowledge.tables import CSV_TABLES, KINDS, load
from tests import scenarios
from tests.knowledge.row_use import unused

HERE = Path(__file__).parent
LISTED = scenarios.tables("scenarios/unused")
WHOLE = {entry["table"]: entry["by"] for entry in LISTED["whole"]}
WORDS = {
    ("lexicon", "word"): "words",
    ("notes", "word"): "words",
    ("payers", "payer"): "names",
    ("conversation", "mark"): "words",
}
"""Rows of words: used when some case says one of the words."""
TABLES = [(file, kind) for file, kinds in KINDS.items() for kind in kinds]


def listed(file, kind):
    """The rows of one kind that are listed as unused."""
    entries = [e for e in LISTED["unused"] if e["table"] == f"{file} {kind}"]
    return {row for entry in entries for row in entry["rows"]}


@cache
def said():
    """All that the cases of the tests and of the question sets say, in lower case."""
    texts = [f.read_text("utf-8") for end in ("toml", "txt") for f in HERE.rglob(f"*.{end}")
             if f.name != "unused.toml"]  # fmt: skip
    for name in question_sets.ALL:
        texts += [case.model_dump_json() for case in question_sets.load(name).cases]
    return re.sub(r"[\s-]+", " ", "\n".join(texts).replace("\\n", " ").lower())


def is_said(words):
    if FORM.search(words):
        return form_of(words).search(said()) is not None
    plain = re.sub(r"[\s-]+", " ", words.lower())
    if plain not in said():
        return False
    return re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", said()) is not None


def unsaid(file, kind):
    """The rows of which no case says a word, each by its first word; plain words tried first."""
    field, left = WORDS[file, kind], set()
    for row in load().of(file, kind):
        words = getattr(row, field)
        if not any(map(is_said, sorted(words, key=lambda w: FORM.search(w) is not None))):
            left.add(words[0])
    return left


@pytest.mark.parametrize(("file", "kind"), TABLES, ids=[" ".join(t) for t in TABLES])
def test_every_row_is_used_or_listed(file, kind):
    if f"{file} {kind}" in WHOLE:
        assert not listed(file, kind), "a table tested as a whole has no unused rows"
        return

    left = unsaid(file, kind) if (file, kind) in WORDS else unused(file, kind)

    assert left - listed(file, kind) == set(), "used by no test: give them a case, or list them"
    assert listed(file, kind) - left == set(), "used by now: take them off the list"


def test_every_csv_table_is_gone_through_by_a_test():
    assert {f"{name}.csv" for name in CSV_TABLES} <= set(WHOLE)


@pytest.mark.parametrize("table", WHOLE)
def test_what_goes_through_a_whole_table_is_there(table):
    file, _, test = WHOLE[table].partition("::")

    assert f"def {test}(" in (HERE.parent / file).read_text("utf-8")
    named = table.removesuffix(".csv")
    assert named in CSV_TABLES or tuple(table.split()) in TABLES


def test_each_unused_row_has_a_reason():
    for entry in LISTED["unused"]:
        assert tuple(entry["table"].split()) in TABLES, entry
        assert entry["rows"] and entry["why"].endswith("."), entry
