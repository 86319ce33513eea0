"""The rows of claim.toml: what a check of a claim looks for on a line and in a session.

Pure values; tables.py builds them. A limit says how much a policy allows; a line row says
which lines it concerns and what is wrong with them.
"""

from typing import Literal

from knowledge.rows import Row


class CheckRow(Row):
    """What every row of claim.toml carries beside its source: whom it concerns, what it says."""

    id: str
    rule: str
    """The name of the finding, such as "wrong_modifier"."""
    severity: Literal["error", "warning", "info"] = "error"
    say: str
    """A complete sentence; {code}, {modifier} and {beside} stand for what stands on the claim."""
    fix: str
    """What to do, a complete sentence."""
    codes: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    """Codes, families and roles it concerns; all empty: every code."""
    except_codes: tuple[str, ...] = ()
    except_families: tuple[str, ...] = ()
    claim: Literal["professional", "facility", ""] = ""
    stated: bool = False
    """`claim` must be said: silence is not taken for it, since the row excuses something."""
    places: tuple[str, ...] = ()
    """Places of service; empty: any, said or not."""
    states: tuple[str, ...] = ()
    payer: str = ""
    """Empty: a coding rule of everybody; else the payer whose rule it is."""
    original: bool = False
    """It reaches Original Medicare only; else a Medicare Advantage plan hears Medicare's rows."""
    other_than: str = ""
    """It holds for every payer that is named and is not this one."""
    except_places: tuple[str, ...] = ()
    placeless: bool = False
    """Only while no place of service is said."""
    undecided: bool = False
    """It does not show a fault: it says what cannot be told from the claim."""


class LineRow(CheckRow):
    """A fault of one line, by what stands on it and beside it."""

    modifiers: tuple[str, ...] = ()
    """The line carries one of these."""
    without: tuple[str, ...] = ()
    """The line carries none of these."""
    beside_codes: tuple[str, ...] = ()
    beside_families: tuple[str, ...] = ()
    """Another line of the day is one of these."""
    unauthorized: bool = False
    """Only while no authorization number stands on the claim."""
    evident: tuple[str, ...] = ()
    """Places at which what stands on the line is a facility's own way: while nobody says whose
    claim it is, it cannot be told there whether it is wrong."""
    drop: bool = False
    """No change makes the line right: it is left off."""


class LimitRow(CheckRow):
    """How much of something one session, or one period, may hold."""

    measure: Literal["regions", "levels", "sessions", "days_apart", "relief"]
    most: int = 0
    least: int = 0
    months: int = 0
    """The period: sessions of so many months; relief that lasted so many."""
    unless: tuple[str, ...] = ()
    """Modifiers that tell the payer of an expected denial, so that the line may be sent."""


class FitRow(CheckRow):
    """Which diagnoses a service asks for, or which do not support it by themselves."""

    diagnoses: tuple[str, ...] = ()
    """Beginnings of codes one of which must be on the line; empty: see `weak`."""
    same_region: bool = False
    """A diagnosis of the line must be of the region of its code."""
    weak: tuple[str, ...] = ()
    """Fits of diagnosis.toml that do not carry the line when all its diagnoses have them."""
    weak_codes: tuple[str, ...] = ()
    """Beginnings of codes that do not carry it either."""
    apart: tuple[str, ...] = ()
    """Beginnings of codes of another path, such as a pump trial, that are left alone."""
    apart_beside: tuple[str, ...] = ()
    """Codes of the same day that put the line on another path."""
    unless: tuple[str, ...] = ()
    """Modifiers that tell the payer of an expected denial."""


class VisitRow(Row):
    """Evaluation and management codes, and the modifiers that part them from a procedure."""

    id: str
    codes: tuple[str, ...]
    modifiers: tuple[str, ...]
    say: str
    fix: str


class NeedsAllRow(Row):
    """An add-on that needs each of several other codes on the day."""

    code: str
    all_of: tuple[str, ...]


class BarredRow(Row):
    """Two modifiers that never stand on one line of any code."""

    modifiers: tuple[str, str]
    say: str
    fix: str


class TwoLinesRow(CheckRow):
    """A claim on which both sides of one level are two lines, so that each side is counted.

    `say` is what is said where the place allows it and nobody says whose claim it is.
    """
