"""The held ICD-10-CM list against another maker's copy of the same release.

simple-icd-10-cm knows one release, that of April 2026, and takes seconds and 200 MB to load: it
is a judge in tests and nothing that an answer rests on.
"""

from datetime import date

import pytest

from knowledge.rules.icd import standing
from knowledge.tables import load

RELEASE = date(2026, 4, 1)
"""The day of the list that both hold."""
icd = pytest.importorskip("simple_icd_10_cm", reason="make test installs simple-icd-10-cm")


def held():
    """The held codes of the release, each with whether it is billable."""
    day, found = RELEASE.isoformat(), {}
    for line in load().large("icd10cm"):
        begun = (line["effective"] or "") <= day
        if begun and (not line["ended"] or day < line["ended"]):
            found[line["code"]] = line
    return found


def test_every_held_code_is_as_billable_as_the_other_list_has_it():
    lines = held()
    wrong = [
        code
        for code, line in lines.items()
        if not icd.is_valid_item(code) or icd.is_leaf(code) != (line["billable"] == "1")
    ]

    assert len(lines) > 6000
    assert wrong == []


def test_every_row_of_the_diagnosis_table_is_so_too():
    wrong = [
        code
        for code, row in load().on(RELEASE).diagnoses.items()
        if not icd.is_valid_item(code) or icd.is_leaf(code) != row.billable
    ]

    assert wrong == []


def test_a_category_held_whole_lacks_no_code():
    """So that "there is no such code" may be said of it."""
    lines = held()
    whole = [code for code, line in lines.items() if line["whole"] == "1" and len(code) == 3]

    assert whole
    assert {c for one in whole for c in icd.get_descendants(one)} - set(lines) == set()


def test_the_children_of_a_header_are_the_billable_codes_below_it():
    book = load().on(RELEASE)
    for code, line in held().items():
        if line["billable"] == "1":
            continue
        below = {c for c in icd.get_descendants(code) if icd.is_leaf(c)}
        assert set(standing(code, book).children) <= below, code


@pytest.mark.parametrize("code", ["M54.1Z", "M99.999", "Z99.99"])
def test_a_code_that_neither_has_is_not_taken_for_one(code):
    assert not icd.is_valid_item(code)
    assert standing(code, load().on(RELEASE)).status == "unknown"
