"""Rows of modifiers, and of two codes on one claim. Pure values; tables.py builds them."""

from typing import Literal

from pydantic import Field

from knowledge.rows import ModifierSays, Row, StatementRow


class ModifierRow(StatementRow):
    """One verdict on one modifier for some codes in some situation."""

    modifier: str
    verdict: ModifierSays
    needs: tuple[str, ...] = ()
    """Aspects of which one must be told before the row says anything."""


class ModifierName(Row):
    """A modifier, what it means and where it goes."""

    modifier: str
    means: str
    right_when: str
    wrong_when: str
    place: Literal["pricing", "distinct", "information", ""] = ""
    """Where it stands among several on one line: in this order; "" = not held."""


class TogetherRow(StatementRow):
    """Two modifiers on one line of a code: whether they may stand there together."""

    modifiers: tuple[str, str]
    verdict: Literal["never", "may"]
    each: ModifierSays = "depends"
    """The verdict on each of them alone."""
    instead: str = ""
    """The modifier that takes their place."""


class IndicatorRow(StatementRow):
    """What one indicator of the Medicare fee schedule says of some modifiers."""

    column: Literal["bilateral", "multiple", "pctc", "global_days", "assistant"]
    values: tuple[str, ...] = Field(min_length=1)
    modifiers: tuple[str, ...] = Field(min_length=1)
    verdict: ModifierSays
    """{code} and {modifier} stand for what was asked about."""


class BundlingRow(StatementRow):
    """What to say of two codes side by side, whatever their NCCI pair says."""

    beside_codes: tuple[str, ...] = ()
    beside_families: tuple[str, ...] = ()
    verdict: Literal["never", "part of it", "only if separate", "may stand"]
    """"part of it": refused as asked, though a truly separate service could stand."""
    claim: str = ""
    """"professional" or "facility" where it holds on that claim alone."""
    instead: str = ""
    """The modifier that the line of {code} takes instead of {beside}."""


class PairModifierRow(StatementRow):
    """One verdict on modifiers of the line of {beside}, which stands with {code}."""

    beside_codes: tuple[str, ...] = ()
    beside_families: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = Field(min_length=1)
    verdict: ModifierSays
    instead: str = ""
    """The modifier that belongs there."""
    refuses: bool = False
    """The line of {beside} is then not billed at all."""
