"""What every table row must carry, and the rows of codes, facts, levels and statements.

Pure values; tables.py builds them from the files in knowledge/tables. The rows of one subject
stand in a module of their own: modifier_rows, policy_rows, payment_rows, word_rows and so on.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from knowledge.facts import Frozen

Confidence = Literal["high", "medium", "low"]
ModifierSays = Literal["append", "do_not_append", "depends"]
Tier = Literal["law", "payer", "society", "vendor", "house"]


class Source(Frozen):
    """A publication a row rests on; its publisher's own page, not a copy's."""

    id: str
    title: str
    publisher: str
    url: str = ""
    tier: Tier
    release: str = ""


class Row(Frozen):
    """What every row must carry: from when, until when, by whose word."""

    effective: date | None = None
    """First day it holds; None = the start is not held, see `attested`."""
    attested: date | None = None
    """Earliest day our sources show the row in force, where its start is not held."""
    ended: date | None = None
    """First day it no longer holds."""
    source: tuple[str, ...] = Field(min_length=1)
    """Ids of sources.toml, the strongest first."""
    checked: date
    """When somebody last compared the row with its source."""
    confidence: Confidence

    def holds(self, on: date) -> bool:
        """Is the row in force on this day, as far as the table knows?"""
        begun = self.effective is None or self.effective <= on
        return begun and (self.ended is None or on < self.ended)


class CodeRow(Row):
    """One code: what it is, which facts select it, what became of it."""

    code: str
    system: Literal["cpt", "hcpcs"]
    family: str
    label: str
    """Our own words, never the AMA descriptor."""
    region: str = ""
    imaging: Literal["included", "separate", "without", "is imaging", "n/a"] = "n/a"
    role: Literal["primary", "add-on", "drug"] = "primary"
    add_on_to: tuple[str, ...] = ()
    add_on: str = ""
    """The code for each further level, where the family has one."""
    guidance: str = ""
    """An imaging code billed beside it when fluoroscopy was used."""
    selects: dict[str, tuple[str, ...]] = {}
    """Fact values that lead here; a fact not named may have any value. Empty: not
    selected by facts of an epidural injection."""
    replaced_by: tuple[str, ...] = ()
    note: str = ""
    """One or two complete sentences a coder should know."""


class FactRow(Row):
    """A fact that picks a code: its values, and how to ask for it."""

    fact: str
    question: str
    values: tuple[str, ...]
    aliases: dict[str, tuple[str, ...]] = {}
    """A less exact value, and the values it may stand for."""
    rare: tuple[str, ...] = ()
    """Values not offered as a choice when another leads to the same code."""
    because: dict[str, str] = {}
    """How to say that the fact has this value, as a clause."""


class PresumptionRow(Row):
    """What silence about one fact means by convention."""

    fact: str
    value: str
    when: dict[str, tuple[str, ...]] = {}
    because: str
    condition: str = ""
    """Said with the verdict when the presumption carries it."""


class ImpossibleRow(Row):
    """A combination of facts that anatomy or the code set rules out."""

    when: dict[str, tuple[str, ...]]
    because: str


class LevelRow(Row):
    """A spinal level and the region it counts for, by approach."""

    level: str
    region: str
    approaches: tuple[str, ...] = ()
    """Empty: any approach."""
    root_of: tuple[str, ...] = ()
    """Nerve roots that leave here."""
    caution: str = ""


class StatementRow(Row):
    """A sentence a rule may say, and when it applies."""

    id: str
    say: str
    """A complete sentence; {code} stands for the code asked about."""
    short: str = ""
    """The verdict sentence when this row alone is asked for."""
    answer: Literal["yes", "no", "depends", ""] = ""
    """What it answers to "is it covered, allowed, needed?"; "" = no yes-or-no question."""
    codes: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    """Codes or families it applies to; both empty: all."""
    aspects: tuple[str, ...] = ()
    """What a question may single out, such as "sedation" or "frequency"; "a+b" is both."""
    when: tuple[str, ...] = ()
    """What must have happened for it to be said, one of them; empty: it always may be."""
    turns: tuple[str, ...] = ()
    """Words of a question that turn the answer round, such as "optional" for "is required"."""
    least: dict[str, float] = {}
    most: dict[str, float] = {}
    """Limits of what a question may state, by the names of PolicyQuestion.measures: with one
    of them missed the answer is no; with all of them stated and kept it is yes."""
    rank: int = 50
    """Smaller is said first."""
    payer: str = ""
    """Empty: a coding rule; else the payer whose rule it is."""
    states: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    """States outside which it holds; with it the state must be named."""
    stateless: bool = False
    """Said only while no state is named."""
    places: tuple[str, ...] = ()
    placeless: bool = False
    """Said only while no place of service is named."""
    mentions: tuple[str, ...] = ()
    """Codes named in the sentence that the reader must not bill."""
