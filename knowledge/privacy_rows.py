"""Rows of privacy.toml: the kinds of identifier, and the words that announce one."""

from pydantic import Field

from knowledge.rows import Row


class IdentifierRow(Row):
    """A kind of identifier, and what it is called."""

    kind: str
    placeholder: str = Field(pattern=r"^[A-Z]+$")
    """Stands in the text with a number, such as [NAME_1]."""
    name: str
    """In a warning, as in "a name, a date of birth were taken out"."""
    labels: tuple[str, ...] = ()
    """Words that announce one, in lower case: the value follows them."""
    loose: tuple[str, ...] = ()
    """The same, where only a long number or "number" after the word makes it an identifier."""


class WordListRow(Row):
    """Words of one use in finding identifiers."""

    id: str
    words: tuple[str, ...]
    """In lower case."""
