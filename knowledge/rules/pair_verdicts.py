"""The sentence that answers what was asked of two codes. Pure words over an edit.

A pair is asked about in several ways, and each has its own yes and no: that there is no edit
is "no" to "is there an edit?" and "yes" to "may both be billed?".
"""

from typing import Literal

from knowledge.facts import Frozen
from knowledge.rows import ModifierSays

Asked = Literal["both", "edit", "column", "tables", "separable", "line", "needed", "family"]
"""May both be billed? is there an edit? which column, which indicator? do the two tables
differ? are they of one family? can a modifier part them? which line takes it? is it needed,
does it help?"""


class Standing(Frozen):
    """How two codes stand to each other on the claim asked about."""

    column1: str
    column2: str
    indicator: str = ""
    """"" = no edit."""
    refused: bool = False
    """Column 2 is not billed in the case asked about."""
    never: bool = False
    """No modifier makes it payable."""
    same_site: bool | None = None
    table: str = "practitioner"
    tables: tuple[str, str] = ("", "")
    differs: str = ""
    """The sentence that the two tables have different indicators."""
    one_family: bool | None = None
    """None = the tables do not hold both codes."""

    @property
    def name(self) -> str:
        return f"{self.column1}/{self.column2}"


def edit_sentence(pair: Standing) -> str:
    """What the table holds, as a reason."""
    if not pair.indicator:
        return (
            f"The NCCI table has no edit between {pair.column1} and {pair.column2}, "
            "so 59 would change nothing between them."
        )
    indicator = {
        "0": "indicator 0: no modifier separates them",
        "1": "indicator 1: a modifier only for a truly separate service",
    }[pair.indicator]
    return (
        f"NCCI lists {pair.column1} as column 1 and {pair.column2} as column 2, "
        f"{indicator}; without one the {pair.column2} line denies."
    )


def verdict(asked: Asked, pair: Standing, modifiers: tuple[str, ...] = ()) -> str:
    """The leading sentence for what was asked."""
    if asked == "tables":
        return _tables(pair)
    if asked == "family" and pair.one_family is not None:
        one, two = pair.column1, pair.column2
        if pair.one_family:
            return f"Yes: {one} and {two} belong to one code family of one region."
        return (
            f"No: {one} and {two} belong to different code families, each with its own first code."
        )
    if not pair.indicator:
        return _without_edit(asked, pair, modifiers)
    if asked == "edit":
        return (
            f"Yes: NCCI has {pair.column1} as column 1 and {pair.column2} as column 2, "
            f"modifier indicator {pair.indicator}."
        )
    if asked == "column":
        return (
            f"{pair.column1} is column 1 and {pair.column2} is column 2, "
            f"modifier indicator {pair.indicator}."
        )
    if pair.never:
        return _never(asked, pair, modifiers)
    if pair.same_site:
        return _same_site(asked, pair, modifiers)
    return _conditional(asked, pair, modifiers)


def modifier_word(pair: Standing, modifier: str, asked: Asked) -> tuple[ModifierSays, str]:
    """Whether a distinct-service modifier goes on column 2, and why."""
    one, two = pair.column1, pair.column2
    if not pair.indicator:
        return "do_not_append", f"No edit stands between {one} and {two}, so it does nothing."
    if pair.never:
        return "do_not_append", f"No modifier makes {two} payable beside {one}."
    if pair.same_site:
        return "do_not_append", f"{two} at the same site is no separate service."
    if pair.same_site is False and asked in ("line", "needed"):
        return "append", f"{two} is column 2 to {one} and was a separate service."
    return "depends", f"{two} is column 2 to {one}: only a truly separate service carries it."


def _tables(pair: Standing) -> str:
    ours, theirs = pair.tables
    if not ours:
        return f"No: neither table has an edit between {pair.column1} and {pair.column2}."
    if not theirs:
        return (
            f"Unknown: the hospital copy does not hold {pair.name}; "
            f"the practitioner table has indicator {ours}."
        )
    if ours == theirs:
        return f"No: both tables have {pair.name} with indicator {ours}."
    return f"Yes: {pair.name} has indicator {ours} for practitioners and {theirs} for hospitals."


def _without_edit(asked: Asked, pair: Standing, modifiers: tuple[str, ...]) -> str:
    one, two = pair.column1, pair.column2
    if asked in ("separable", "line", "needed"):
        name = " or ".join(modifiers) or "59"
        return f"No: no NCCI edit stands between {one} and {two}, so {name} does nothing there."
    if asked == "edit":
        return f"No: NCCI has no edit between {one} and {two}; coverage policy still applies."
    if asked == "column":
        return f"Neither: NCCI has no edit between {one} and {two}."
    if pair.never:
        return f"No: {two} is not billed beside {one}."
    return f"Yes by NCCI: no edit stands between {one} and {two}; coverage policy still applies."


def _never(asked: Asked, pair: Standing, modifiers: tuple[str, ...]) -> str:
    one, two = pair.column1, pair.column2
    if asked == "both":
        return f"No: {two} is not paid beside {one}, and no modifier helps."
    name = f"modifier {' or '.join(modifiers)}" if modifiers else "a modifier"
    if pair.indicator == "0":
        return f"No: {name} cannot part {two} from {one}; their NCCI edit has indicator 0."
    return f"No: {name} does not make {two} payable beside {one} for the same injection."


def _same_site(asked: Asked, pair: Standing, modifiers: tuple[str, ...]) -> str:
    one, two = pair.column1, pair.column2
    if asked == "both":
        return f"No: at the same site {two} is not paid beside {one}."
    name = " or ".join(modifiers) or "59"
    return f"No: modifier {name} does not part {two} from {one} at the same site."


def _conditional(asked: Asked, pair: Standing, modifiers: tuple[str, ...]) -> str:
    one, two = pair.column1, pair.column2
    name = " or ".join(modifiers) or "59 or XS"
    if asked == "both":
        if pair.refused:
            return f"No: {two} is column 2 to {one} and is part of it."
        return (
            f"Only if separate: {two} is column 2 to {one}, "
            "payable only for a truly separate service."
        )
    if asked == "separable":
        return (
            f"Yes, but only for a truly separate service: indicator 1 lets {name} stand on "
            f"{two}, the column 2 code."
        )
    if asked == "line":
        return f"On {two}, the column 2 code, and only when it was truly separate from {one}."
    return f"Only if {two} was truly separate: then {name} goes on {two}, column 2 to {one}."
