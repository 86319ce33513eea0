"""Rows about the guides: their errors, and the questions that their sentences answer."""

from typing import Literal

from knowledge.rows import Row


class ErratumRow(Row):
    """A place where a guide is out of date, incomplete or wrong."""

    id: str
    document: str
    section: str
    quote: str
    kind: Literal["wrong", "out_of_date", "imprecise", "unverifiable", "payer_dependent"]
    says: str
    better: str
    answer: Literal["no", ""] = ""
    """What it answers to whoever asks whether the statement holds; "" = by its kind."""


class AskedRow(Row):
    """Questions a passage of a guide answers, in askers' words."""

    document: str
    quote: str
    """Words of the passage, found once in the guide."""
    questions: tuple[str, ...]


class SentenceRow(AskedRow):
    """Questions that the one sentence holding the quote answers."""

    alone: bool = False
    """Only the guide, and what corrects it, knows: no rule answers these questions."""
