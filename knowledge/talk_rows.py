"""Rows of conversation.toml: how one turn follows another. Pure values."""

from knowledge.rows import Row


class RestatedRow(Row):
    """How a fact that was said earlier is said again."""

    fact: str
    value: str
    """Empty: the words stand before whatever value it has."""
    words: str
    """As the reader of questions understands it."""
    told: str = ""
    """As it stands behind "Still:"; empty = the same words."""


class ReplyRow(Row):
    """What yes and no say to our question for a fact."""

    fact: str
    yes: str
    no: str = ""


class AskedAgainRow(Row):
    """How a topic is asked again, when only a fact of the question changed."""

    topic: str
    words: str


class ApartRow(Row):
    """What an event or purpose told now ends of those told before."""

    told: str
    ends: tuple[str, ...]


class OnlyRow(Row):
    """Facts that only procedures of some approaches have: another approach drops them."""

    approach: str
    drops: tuple[str, ...]


class BecomesRow(Row):
    """What a word told now makes of the procedure told before."""

    was: str
    said: str
    """The mark of conversation.toml that is told now."""
    other: str
    """The kind that is meant then."""
