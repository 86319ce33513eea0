"""Rows of payers and their policies, and of the diagnoses these ask for. Pure values."""

from typing import Literal

from knowledge.rows import Row, StatementRow


class PayerRow(Row):
    """A payer that rows know, and the names people give it."""

    payer: str
    names: tuple[str, ...]


class AreaRow(Row):
    """A Medicare contractor, the states it serves and its coverage documents."""

    mac: str
    jurisdiction: str
    states: tuple[str, ...]
    lcd: str
    article: str


class SessionLimitRow(Row):
    """What a payer limits of epidural sessions: their count, relief before, or distance."""

    id: str
    kind: Literal["count", "relief", "interval"]
    payer: str
    families: tuple[str, ...]
    most: int | None = None
    """Sessions of one region within `months`."""
    months: int | None = None
    days: int | None = None
    percent: int | None = None
    """Relief that the session before must have given."""
    after: Literal["failed", ""] = ""
    """The interval holds after a failed session alone; "" = between any two."""
    say: str


class DocumentationRow(StatementRow):
    """One element a procedure note must show."""

    element: str


class DiagnosisRow(Row):
    """An ICD-10-CM code and how its meaning fits an epidural injection."""

    code: str
    meaning: str
    fit: Literal["core", "supporting", "insufficient", "special", "exempt", "header"]
    regions: tuple[str, ...]
    billable: bool
    children: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()
    """Beginnings of codes beside which Excludes1 takes this one off the claim."""
    note: str = ""


class ConditionRow(StatementRow):
    """A condition as people name it, and the diagnosis codes that say it."""

    words: tuple[str, ...]
    """Forms of lexicon.toml; the longest that stands in the question is meant."""
    diagnoses: tuple[str, ...]
    """The codes it is told by, the usual one first."""
