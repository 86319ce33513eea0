"""Which condition does a question name, and does it ask for the code of one? Pure.

The words are those of the condition rows of diagnosis.toml; one that is denied is not meant.
"""

import re

from app.ask.lexicon import form_of, is_negated
from knowledge.codebook import Codebook
from knowledge.policy_rows import ConditionRow

ASKED = re.compile(
    r"\b(?:which|what|best|right|correct|proper)\s+(?:\w+\s+)?(?:dx|diagnos[ei]s|icd(?:-?\s?10)?)\b"
    r"|\b(?:dx|diagnos[ei]s|icd(?:-?\s?10)?(?:-cm)?)\b\s*(?:codes?\s*)?"
    r"(?:for|goes|to use|to pair|supports?)\b"
    r"|\b(?:dx|icd(?:-?\s?10)?(?:-cm)?|diagnosis) codes?\b|\b(?:dx|icd(?:-?\s?10)?)\s*\??$"
    r"|^\W*(?:dx|icd(?:-?\s?10)?)\b(?!\s*:)",
    re.I,
)
""" "What dx for ...", "icd-10 for ...": a diagnosis code is asked for, not one told."""


def condition(text: str, book: Codebook) -> str:
    """The id of the row whose words fit the most of the text, or nothing."""
    found: list[tuple[int, str]] = []
    for row in book.held("diagnosis", "condition", ConditionRow):
        for words in row.words:
            match = form_of(words).search(text)
            if match and not is_negated(text, match.start(), match.end()):
                found.append((match.end() - match.start(), row.id))
    return max(found, default=(0, ""))[1]


def asks_diagnosis(text: str) -> bool:
    """Is the code of a diagnosis asked for?"""
    return bool(ASKED.search(text))
