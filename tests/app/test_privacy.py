"""What could name a patient is taken out; codes, levels, doses and dates of service stay."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ask.privacy import redact
from tests.scenarios import cases

PIECES = [
    "Dr. ", "patient ", "pt ", "Name: ", "Mr. Smith ", "Jane Roe, ", "jane ", "de la ", "MD", "J. ",
    "DOB ", "3/14/1948", "born ", "SSN ", "123-45-6789", "MRN: ", "A123456 ", "acct # ", "62321 ",
    "614-555-0123", "a@b.co", "https://x.y/z ", "12 Elm ", "Street", ", Columbus, OH 43215 ",
    "92 yo ", "[NAME_1]", "[NAME_", "_2]", "(", ")", ", ", "\n", " ", "-", "/", "é", "\u200b", "１",
    "NPI 1234567893",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map("".join)
STRETCHED = [
    "1", "1-", "a", "Aa ", "A.", "Mr. Aa ", "Patient: ", "DOB: 1/", "1 A ", "12 Main N. ", "a@a.",
    "http://a", "1:", "a:", "Aa, ", "MRN: A-", "( ", "\t", "SSN 123-45-", "jan 1", "Dr. Aa de ",
    "[NAME_", "XXX-XX-", "+22(", "Columbus, OH ", "Aa Aa DOB ", "A'", "\u200b", "p o box ",
    "pt a b ",
]  # fmt: skip


@pytest.mark.parametrize("case", cases("scenarios/privacy"), ids=lambda c: c["name"])
def test_what_is_taken_out(case):
    assert redact(case["text"]).text == case["becomes"]


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_redacting_twice_changes_nothing(text):
    once = redact(text)

    assert redact(once.text).text == once.text


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_every_stretch_leads_back_to_where_it_stood(text):
    redacted = redact(text)

    at = 0
    for found in redacted.found:
        start = redacted.text.index(found.placeholder, at)
        end = start + len(found.placeholder)
        assert redacted.original(start, end) == (found.start, found.end)
        assert redacted.original(start + 1, end - 1) == (found.start, found.end)
        at = end
    kept = [n for n in range(len(text)) if not any(f.start <= n < f.end for f in redacted.found)]
    shown = redacted.text
    for found in redacted.found:
        shown = shown.replace(found.placeholder, "\0" * len(found.placeholder), 1)
    places = [n for n, c in enumerate(shown) if c != "\0" or redacted.text[n] == "\0"]
    assert [redacted.original(n, n + 1) for n in places] == [(n, n + 1) for n in kept]


def test_neither_a_finding_nor_the_whole_shows_the_words():
    redacted = redact("patient Jane Roe, SSN 123-45-6789")

    assert redacted.kinds == ("name", "Social Security number")
    assert not any(word in repr(redacted) for word in ("Jane", "Roe", "6789"))


@pytest.mark.parametrize("piece", STRETCHED)
def test_a_long_text_takes_no_more_than_its_length_says(piece):
    """Four times the text, about four times the work: counted in processor time of both."""
    short, long = ((piece * n)[:n] for n in (4000, 16000))
    best = {}
    for text in (short, long):
        spent = []
        for _ in range(2):
            begun = time.process_time()
            redact(text)
            spent.append(time.process_time() - begun)
        best[text] = min(spent)

    assert best[long] < 10 * max(best[short], 0.01)
