"""Kinds of procedure beside the epidural injections: the rows of kinds.toml.

A kind names the facts that pick its code; a choice says which codes some values of them
lead to, and how further levels are counted. Pure values.
"""

from pydantic import Field

from knowledge.rows import PresumptionRow, Row


class KindRow(Row):
    """One kind of procedure, and what must be known of it."""

    kind: str
    name: str
    """As it reads inside a sentence."""
    targets: tuple[str, ...]
    """What was treated, as the words of lexicon.toml state it."""
    action: str = ""
    """"ablation", or "" = an injection or a puncture."""
    facts: tuple[str, ...]
    """The facts that pick the code, in the order a coder asks for them."""
    counts: str = ""
    """What units follow, such as "joint"; "" = nothing is counted."""
    nerves: bool = False
    """Single names such as "L4" are nerves, and two of them make one joint."""
    bodies: bool = False
    """Vertebral bodies are counted: an interspace names the two beside it."""
    sided: bool = True
    spinal: bool = False
    """Its needle enters the epidural or intrathecal space, so that words such as "caudal"
    tell of no second injection."""


class ChoiceRow(Row):
    """The codes that some values of a kind's facts lead to."""

    kind: str
    when: dict[str, tuple[str, ...]] = {}
    """A fact not named may have any value."""
    first: str
    second: str = ""
    further: str = ""
    """The code of each further level; "" = the first code alone is billed."""
    once: bool = False
    """`further` is billed once, however many levels there are."""
    each: bool = False
    """The first code is billed once for each thing counted."""
    covers: int = Field(1, ge=1)
    """How many of the things counted the first code holds."""
    guidance: str = ""
    """An imaging code billed beside the first."""
    reading: str = ""
    """The code of the reading, billed as often as the first code."""
    other: str = ""
    """The code that somebody else bills."""
    because: str = ""
    """Why this code, as a clause."""

    @property
    def codes(self) -> tuple[str, ...]:
        """All that is billed for one level."""
        return tuple(filter(None, (self.first, self.guidance, self.reading)))

    @property
    def every(self) -> tuple[str, ...]:
        """All codes it names, those of further levels included."""
        return tuple(filter(None, (*self.codes, self.second, self.further, self.other)))


class KindPresumptionRow(PresumptionRow):
    """What silence about one fact means for some kinds."""

    kinds: tuple[str, ...]


class JointRow(Row):
    """A facet joint, the region it counts for, and the two nerves that serve it."""

    joint: str
    region: str
    nerves: tuple[str, ...]


class PartRow(Row):
    """A target that is only part of another procedure where that is told too."""

    target: str
    of: tuple[str, ...]
    because: str
