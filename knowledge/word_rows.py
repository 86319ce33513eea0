"""Rows of words: what people say and what it states, in questions and in notes. Pure values."""

from pydantic import Field

from knowledge.rows import Row


class LexiconRow(Row):
    """Words people use, and what they state."""

    states: str
    """A fact, or "aspect", "topic", "code", "payer", "place_of_service"; "asks" = what is to be
    done with what the text names, such as checking a claim."""
    value: str
    words: tuple[str, ...]
    """Phrases in lower case; matched at word boundaries, longest first. "*" is a gap of some
    words in the same sentence, "a|two_words" either, "stem~" a word with any ending."""
    negated: str = ""
    """The value stated when the phrase is negated; empty: this value is ruled out."""
    also: dict[str, str] = {}
    """Other facts that the same words state."""


class TopicExampleRow(Row):
    """A labelled example question of one topic."""

    topic: str
    question: str


class AspectRow(Row):
    """Example questions that single out the same aspects of a topic."""

    topic: str
    aspects: tuple[str, ...] = Field(min_length=1)
    questions: tuple[str, ...]


class LimitRow(Row):
    """Labelled questions to decline or to leave alone, or that sound so and are ours."""

    topic: str
    """"clinical", "gaming", "out_of_scope", "greeting" or "ours"."""
    about: str
    questions: tuple[str, ...]


class SignRow(Row):
    """Words that are a sign of one kind of question."""

    sign: str
    words: tuple[str, ...]
    """Lower case; "..." stands for up to five words, "*" for the rest of a word."""


class SignsRow(Row):
    """Signs that together show a question to be one to decline."""

    topic: str
    signs: tuple[str, ...]
    """Values of the lexicon's signs; all must be there."""
    unless: tuple[str, ...] = ()
    """Signs that show the question to be ours all the same."""
    decides: bool = True
    """False: the signs only lower the bar of the model."""


class NoteElementRow(Row):
    """One element that a procedure note must show, and the words that show it."""

    id: str
    element: str
    query: str
    """Asks the clinician for it and proposes no answer."""
    rank: int
    fact: str = ""
    """The fact that proves it; empty: the words of `shows` do."""
    shows: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()
    """Words, in the forms of the lexicon, that show it, or that say it was not so."""
    figure: bool = False
    """A dose or a volume must stand in the same sentence."""
    scored: bool = False
    """A figure of a scale must stand in the same sentence."""
    coded: bool = False
    """A diagnosis code shows it too."""
    sided: bool = False
    """Asked only of codes that have sides."""
    of_work: bool = False
    """Told of the work done: words of consent or of a plan do not show it."""
    families: tuple[str, ...] = ()
    """Asked only of codes of these families; empty: of all."""
    when: tuple[str, ...] = ()
    """Asked only when one of these happened; empty: always."""
