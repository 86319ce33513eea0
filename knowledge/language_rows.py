"""Rows of spanish.toml: words of other languages, and what Lamina says in Spanish."""

from knowledge.rows import Row


class LanguageRow(Row):
    """Small words by which a language is known."""

    language: str
    """Two letters of ISO 639."""
    words: tuple[str, ...]
    """In lower case and without accents."""


class GlossRow(Row):
    """Words of a question in Spanish, and what they are in English."""

    en: str
    words: tuple[str, ...]
    """In lower case and without accents, the longest found first."""


class SayRow(Row):
    """A sentence, or a part of one, in Spanish."""

    id: str
    say: str
    """Slots such as {code} are filled from the decision."""
