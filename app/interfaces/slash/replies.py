"""What is said back, before any platform's form. Pure."""

from dataclasses import dataclass

from app.interfaces.wire import Answer


@dataclass(frozen=True)
class Notice:
    """A few words of our own."""

    text: str
    """Markdown."""
    kinds: tuple[str, ...] = ()
    """Kinds of patient data that were taken out of the message."""


@dataclass(frozen=True)
class Shown:
    """A page of an answer."""

    answer: Answer
    page: int = 1
    question: str = ""
    """Redacted; shown above a public answer."""
    public: bool = False
    replace: bool = False
    kinds: tuple[str, ...] = ()
    because: str = ""
    """Why it is not public although that was asked."""
    job: str = ""
    """The job whose answer this is, where all of a channel gets to see it."""


@dataclass(frozen=True)
class Cited:
    """The sources of an answer, each with its whole quote."""

    answer: Answer
    page: int = 1


Reply = Notice | Shown | Cited
