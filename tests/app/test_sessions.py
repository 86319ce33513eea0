"""Earlier sessions and the one asked about, read from the words of a question."""

from datetime import date

import pytest

from app.ask.sessions import sessions

TODAY = date(2026, 11, 24)


def days(*texts):
    return [date.fromisoformat(text) for text in texts]


TOLD = [
    (
        "ESIs on Jan 3, Apr 10, Jul 2 and Oct 1 2026, can we do another on Dec 15?",
        days("2026-01-03", "2026-04-10", "2026-07-02", "2026-10-01"),
        date(2026, 12, 15),
        None,
    ),
    (
        "Lumbar ESIs 1/3/26, 4/10/26 and 7/2/26. Is one on 1/4/27 ok?",
        days("2026-01-03", "2026-04-10", "2026-07-02"),
        date(2027, 1, 4),
        "lumbar",
    ),
    (
        "LESI on Nov 5, Feb 3 and Jun 9, could she have another Dec 1?",
        days("2026-02-03", "2026-06-09", "2026-11-05"),
        date(2026, 12, 1),
        "lumbar",
    ),
    (
        "epidurals Dec 5, 2025, Mar 3, Jun 9 and Sep 8 2026 - next one Dec 6?",
        days("2025-12-05", "2026-03-03", "2026-06-09", "2026-09-08"),
        date(2026, 12, 6),
        None,
    ),
    (
        "Is a cervical epidural allowed on Dec 1, 2026? Prior ones on Mar 3 and Jun 9 2026.",
        days("2026-03-03", "2026-06-09"),
        date(2026, 12, 1),
        "cervical",
    ),
    (
        "62323 on 2026-03-01 and 2026-07-01, when can the next one be?",
        days("2026-03-01", "2026-07-01"),
        None,
        "lumbar",
    ),
    ("last TFESI was 10/15/2026, how soon is the next?", days("2026-10-15"), None, None),
]


@pytest.mark.parametrize(("text", "earlier", "asked", "region"), TOLD)
def test_sessions_that_are_told(text, earlier, asked, region):
    found = sessions(text, TODAY)

    assert found is not None
    assert [one.day for one in found.earlier] == earlier
    assert (found.asked, found.region) == (asked, region)


def test_each_session_keeps_the_region_named_beside_it():
    text = "Cervical ESI Feb 2 and May 4, lumbar TFESI June 1. Can we do a cervical on Nov 30 2026?"
    found = sessions(text, TODAY)

    assert found is not None
    assert [(one.day.month, one.region) for one in found.earlier] == [
        (2, "cervical"), (5, None), (6, "lumbar"),
    ]  # fmt: skip
    assert found.region == "cervical"


@pytest.mark.parametrize(
    "text",
    [
        "Note says DOS 3/3/2026 but the claim says 3/4/2026 for 62321, which date do we use?",
        "Facet injections on Jan 3 and Apr 10 2026, another on Dec 15?",
        "62321 on 3/3/2026 at C7-T1",
        "62321 on 11/23/2026 and 12/1/2026",
        "what is the fee of 62323 on 1/5/2026 and on 7/6/2026?",
        "How many ESIs may a patient have in a year?",
    ],
)
def test_no_sessions_are_made_up(text):
    assert sessions(text, TODAY) is None


def test_another_approach_is_heard():
    text = "ESI 8/20/2026 gave no relief, another on 9/3/2026 with a different approach?"
    found = sessions(text, TODAY)

    assert found is not None and found.changed
