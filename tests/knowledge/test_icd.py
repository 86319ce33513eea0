"""ICD-10-CM: what stands on the day, which pairs Excludes1 bars, and what the table must keep."""

import re
from datetime import date

import pytest

from knowledge.policy_rows import DiagnosisRow
from knowledge.rules.icd import dotted, excluded, held_lists, standing
from knowledge.tables import load
from tests import scenarios

TODAY = date(2026, 11, 24)
KNOWN = {"name", "on", "code", "status", "children", "since", "until", "attested", "absent"}
DAYS = (date(2024, 10, 1), date(2025, 9, 30), date(2025, 10, 1), date(2026, 9, 30), TODAY)
HEADERS_ALONE = {"G35", "G80", "G82"}
"""Held as headers by the dossier; the codes below them are not."""


def named(kind):
    return [pytest.param(c, id=c["name"]) for c in scenarios.tables("scenarios/icd")[kind]]


def lines():
    return load().large("icd10cm")


@pytest.mark.parametrize("case", named("case"))
def test_a_code_on_its_day(case):
    assert set(case) <= KNOWN
    found = standing(case["code"], load().on(case.get("on", TODAY)))

    assert found.status == case["status"]
    if "children" in case:
        assert list(found.children[: len(case["children"]) or None]) == case["children"]
    for field in {"since", "until", "attested", "absent"} & set(case):
        assert getattr(found, field) == case[field], field


@pytest.mark.parametrize("case", named("pair"))
def test_a_pair_on_one_claim(case):
    found = excluded(case["codes"], load().on(case.get("on", TODAY)))

    assert [c.off for c in found] == ([case["off"]] if "off" in case else [])


def test_the_lines_stand_in_the_order_of_their_codes_and_days():
    """The rule looks a code up by halving the table."""
    keys = [(line["code"], line["effective"]) for line in lines()]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys))


def test_every_line_is_well_formed():
    known = set(load().sources)
    for line in lines():
        assert re.fullmatch(r"[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?", line["code"]), line
        assert line["billable"] in ("0", "1"), line
        assert set(line["source"].split()) <= known and line["source"], line
        for entry in line["excludes1"].split():
            assert re.fullmatch(r"[A-Z]\d\w(\.\w+)?(:[A-Z]\d\w(\.\w+)?)?", entry), line


@pytest.mark.parametrize("day", DAYS)
def test_no_code_is_two_things_on_one_day(day):
    at = {}
    for line in lines():
        begin, end = line["effective"] or line["attested"], line["ended"]
        if begin <= day.isoformat() and not (end and end <= day.isoformat()):
            assert line["code"] not in at, line
            at[line["code"]] = line["billable"]
    book = load().on(day)
    for code, billable in at.items():
        found = standing(code, book)
        assert found.status == ("billable" if billable == "1" else "header")
        assert bool(found.children) == (found.status == "header" and code not in HEADERS_ALONE)
        assert all(at[child] == "1" for child in found.children)


@pytest.mark.parametrize("day", DAYS)
def test_the_diagnosis_table_agrees_with_the_official_list(day):
    book = load().on(day)
    for code, row in book.diagnoses.items():
        assert isinstance(row, DiagnosisRow)
        found = standing(code, book)
        assert found.status == ("billable" if row.billable else "header"), code
        assert set(row.children) <= set(found.children), code


def test_a_code_reads_the_same_with_and_without_its_dot():
    assert [dotted(c) for c in ("M5412", "m54.12", " G55 ", "S134XXA")] == [
        "M54.12", "M54.12", "G55", "S13.4XXA",
    ]  # fmt: skip


def test_an_answer_says_which_list_it_rests_on():
    assert "2026-10-01" in held_lists(load().on(TODAY))[0].text
    assert "not held" in held_lists(load().on(date(2027, 4, 1)))[0].text
