"""What a command or a button asks for, as it is read and as a job keeps it. Pure.

Every text in here has gone through redaction before.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from knowledge.facts import Frozen

Reason = Literal["wrong_code", "bad_citation", "incomplete", "off_topic", "other"]
AnswerId = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
Page = Annotated[int, Field(ge=1, le=99)]


class Ask(Frozen):
    """A question in words."""

    kind: Literal["ask"] = "ask"
    question: str
    service_date: date | None = None
    public: bool = False
    """The answer is for the whole channel."""


class Choose(Frozen):
    """One missing fact of an answer, stated by a button."""

    kind: Literal["choose"] = "choose"
    answer: AnswerId
    thread: str = Field("", max_length=64)
    fact: str = Field(max_length=80)
    value: str = Field(max_length=200)


class Show(Frozen):
    """A page of an answer given before."""

    kind: Literal["show"] = "show"
    answer: AnswerId | None = None
    """None = the caller's last one; so in the acts below."""
    page: Page = 1
    replace: bool = False
    """The page takes the place of the message whose button was pressed."""


class Sources(Frozen):
    """Every source of an answer, each with its whole quote."""

    kind: Literal["sources"] = "sources"
    answer: AnswerId | None = None
    page: Page = 1


class Publish(Frozen):
    """An answer is shown to the whole channel."""

    kind: Literal["publish"] = "publish"
    answer: AnswerId | None = None


class Rate(Frozen):
    """Whether an answer helped."""

    kind: Literal["rate"] = "rate"
    answer: AnswerId | None = None
    verdict: Literal["up", "down"]
    reasons: tuple[Reason, ...] = ()
    comment: str = Field("", max_length=2000)


class New(Frozen):
    """The next question starts anew."""

    kind: Literal["new"] = "new"


class Tell(Frozen):
    """Something is explained; nothing is asked."""

    kind: Literal["tell"] = "tell"
    topic: Literal[
        "help", "note", "version", "feedback", "public", "on", "no_day", "long", "unreadable"
    ]


Act = Annotated[
    Ask | Choose | Show | Sources | Publish | Rate | New | Tell, Field(discriminator="kind")
]
ACT: TypeAdapter[Act] = TypeAdapter(Act)
