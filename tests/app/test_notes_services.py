"""Drugs and sedation of a note: told beside the claim lines, never among them."""

from datetime import date

import pytest

from app.interfaces.note_text import plain_text
from app.interfaces.note_wire import note_out
from app.wiring import notes
from knowledge.facts import Encounter
from knowledge.tables import load
from tests.app.test_notes import shown
from tests.scenarios import cases

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def reader():
    return notes(load())


def told(service):
    """A service as the expectations write it: name, outcome, codes with units, what is missing."""
    codes = [f"{c.code} x{c.units or '?'}" for c in service.codes]
    return " ".join(
        [f"{service.name}: {service.outcome}", *codes, *(m.fact for m in service.missing)]
    )


@pytest.mark.parametrize("case", cases("app/notes/services"), ids=lambda case: case["id"])
def test_drugs_and_sedation_stand_beside_the_lines(reader, case):
    found = note_out(reader.code(case["note"], Encounter(**case.get("sent", {})), TODAY))

    assert [shown(line) for line in found.lines] == case["lines"]
    assert [told(s) for s in found.services] == case["services"]
    for service in found.services:
        assert case["note"][service.start : service.end] == service.quote != ""
        assert service.verdict in plain_text(found)
