"""The project's own edition of the client's guide 62321.

The original guide is not in the repository. guide_shingles.txt holds hashes of
its runs of eight words, so this test can tell copied text from retold text.
"""

import hashlib
import re
from importlib.resources import files
from pathlib import Path

import pytest

RUN = 8
HEADINGS = [
    "What Is the 62321 CPT Code Description?",
    "62321 vs. 62320: Understanding the Key Difference",
    "Does CPT Code 62321 Require a Modifier?",
    "Modifier 50: Bilateral Procedures",
    "Modifier 59: Distinct Procedural Service",
    "Modifier LT/RT: Left or Right Side",
    "Modifier 76: Repeat Procedure by Same Physician",
    "Modifier 77: Repeat Procedure by Different Physician",
    "Understanding the Cervical ESI CPT Code Landscape",
    "The Four Core Epidural Codes",
    "What Is the 62323 CPT Code Description?",
    "What Is the 64479 CPT Code Description?",
    "CESI CPT Code: Its Meaning and Its Billing",
    "CPT Code 62321 Cost: What to Know",
    "Medicare Reimbursement (2024-2025 National Averages)",
    "Commercial Payer Rates",
    "Patient Out-of-Pocket Costs",
    "Documentation Requirements for CPT 62321",
    "Common Billing Mistakes and Ways to Avoid Them",
    "Prior Authorization Tips for 62321",
    "Final Thoughts: Precision Is Patient Care",
]
FRONT_KEYS = ["id", "title", "authority", "publisher", "effective", "checked", "source"]


def guide_text() -> str:
    return files("knowledge").joinpath("guides", "62321.md").read_text(encoding="utf-8")


def shingle_hashes() -> set[str]:
    lines = (Path(__file__).parent / "guide_shingles.txt").read_text(encoding="ascii").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def runs(text: str) -> list[str]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    found = (words[i : i + RUN] for i in range(len(words) - RUN + 1))
    return [" ".join(run) for run in found if not all(re.search(r"\d", word) for word in run)]


def digest(run: str) -> str:
    return hashlib.sha256(run.encode("ascii")).hexdigest()[:12]


def headings(text: str) -> list[str]:
    return [match.group(1) for match in re.finditer(r"^##+ (.+)$", text, re.MULTILINE)]


def test_the_hash_file_is_whole():
    lines = (Path(__file__).parent / "guide_shingles.txt").read_text(encoding="ascii").splitlines()
    hashes = [line for line in lines if not line.startswith("#")]
    assert len(hashes) > 1500
    assert hashes == sorted(set(hashes))
    assert all(re.fullmatch(r"[0-9a-f]{12}", line) for line in hashes)


def test_no_run_of_eight_words_is_copied():
    known = shingle_hashes()
    copied = [run for run in runs(guide_text()) if digest(run) in known]
    assert copied == []


def test_front_matter():
    text = guide_text()
    assert text.startswith("---\n")
    block = text.split("---\n")[1]
    front = dict(line.split(": ", 1) for line in block.splitlines())
    assert list(front) == FRONT_KEYS
    assert front["id"] == "62321"
    assert front["authority"] == "vendor"
    assert front["effective"] == "2025-01-01"
    assert front["checked"] == "2026-11-23"
    assert front["source"] == "guide"
    assert f"\n# {front['title']}\n" in text


def test_the_headings_are_there_in_order():
    found = headings(guide_text())
    assert found[0] not in HEADINGS, "the introduction has a heading of its own"
    assert found[1:] == HEADINGS


def test_no_advertisement():
    assert "appointment" not in guide_text().lower()


def test_plain_ascii_only():
    assert guide_text().isascii()


@pytest.mark.parametrize(
    "figure",
    [
        "62320", "62321", "62322", "62323", "64479", "76000", "77002",
        "M54.12", "M50.12", "L4-L5", "C6-7",
        "$280", "$360", "$150", "$210", "110%", "160%", "$600", "$2,000", "20%",
        "6 weeks", "2024-2025", "myelography", "one or more levels",
    ],
)  # fmt: skip
def test_the_main_figures_are_kept(figure):
    assert figure in guide_text()


def test_tables_and_lists_are_kept():
    lines = guide_text().splitlines()
    assert sum(line.startswith("|---") for line in lines) == 3
    assert [line[:2] for line in lines if re.match(r"\d\. ", line)] == [
        "1.", "2.", "3.", "4.", "5.", "6.",
    ]  # fmt: skip
    assert sum(line.startswith("- ") for line in lines) == 9


def test_figures_nobody_could_source_say_so():
    assert guide_text().count("The guide says, without a source, ") == 6
