"""The errata of the client's guide: 49 rows, each tied to words of our edition."""

import re
import tomllib
from collections import Counter
from datetime import date
from importlib.resources import files

import pytest

KNOWLEDGE = files("knowledge")
GUIDE = KNOWLEDGE.joinpath("guides", "62321.md").read_text(encoding="utf-8")
TABLE = tomllib.loads(KNOWLEDGE.joinpath("tables", "errata.toml").read_text(encoding="utf-8"))
SOURCES = tomllib.loads(KNOWLEDGE.joinpath("tables", "sources.toml").read_text(encoding="utf-8"))
ERRATA = [row for row in TABLE["erratum"] if row["document"] == "62321"]
KEYS = {
    "id", "document", "section", "quote", "kind", "says", "better",
    "source", "confidence", "checked",
}  # fmt: skip

each = pytest.mark.parametrize("row", ERRATA, ids=[row["id"] for row in ERRATA])


def sections() -> dict[str, list[str]]:
    """The lines of the guide below each heading, up to the next heading of any depth."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in GUIDE.splitlines():
        heading = re.match(r"##+ (.+)$", line)
        if heading:
            lines = found.setdefault(heading.group(1), [])
        else:
            lines.append(line)
    return found


def test_forty_nine_rows_with_ids_of_their_own():
    assert len(ERRATA) == 49
    assert len({row["id"] for row in ERRATA}) == 49


def test_counts_per_kind():
    assert Counter(row["kind"] for row in ERRATA) == {
        "wrong": 15,
        "out_of_date": 4,
        "imprecise": 20,
        "unverifiable": 6,
        "payer_dependent": 4,
    }


def test_claims_that_hold_have_no_row():
    correct = {
        6, 18, 24, 26, 27, 29, 34, 35, 36, 37, 41, 46, 48, 49, 52, 53, 54, 56, 57, 58, 60, 61, 65,
        66,
    }  # fmt: skip
    numbers = {int(row["id"].removeprefix("62321-")) for row in ERRATA}
    assert numbers == set(range(1, 74)) - correct


@each
def test_keys_and_values(row):
    assert set(row) - {"effective", "answer"} == KEYS
    assert row["confidence"] in {"high", "medium", "low"}
    assert row["checked"] == date(2026, 11, 23)
    assert isinstance(row.get("effective", date.min), date)
    assert row["source"]
    assert set(row["source"]) <= {source["id"] for source in SOURCES["source"]}


@each
def test_quote_occurs_once_and_in_its_section(row):
    assert GUIDE.count(row["quote"]) == 1
    assert any(row["quote"] in line for line in sections()[row["section"]])


@each
def test_what_it_says_is_a_short_clause(row):
    assert len(row["says"].split()) <= 15
    assert not row["says"].startswith("that ")
    assert not row["says"].endswith(".")


@each
def test_the_better_statement_is_one_or_two_sentences(row):
    sentences = re.split(r"(?<=\.) (?=[A-Z0-9])", row["better"])
    assert 1 <= len(sentences) <= 2
    assert all(sentence.endswith(".") for sentence in sentences)


def test_plain_ascii_only():
    assert KNOWLEDGE.joinpath("tables", "errata.toml").read_text(encoding="utf-8").isascii()
