"""`lamina chat`: a conversation in the terminal, or one question a line from a pipe.

Commands begin with a slash. Knows the assistant's door and nothing of what is behind it.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from app.caller import LOCAL
from app.interfaces.problems import wrong_values
from app.interfaces.render import plain_text
from app.interfaces.wire import Answer, AskRequest
from app.threads import UnknownThread

HELLO = "Ask about coding spine injections; /help lists the commands, Ctrl-D ends."
HELP = """\
/new          open a new conversation; the one before is kept
/forget       delete this conversation, its answers too, and open a new one
/on DATE      date of service from now on, such as /on 2026-03-01; /on alone takes it back
/help         this list
Ctrl-D ends. A number answers a question by its choice."""


@dataclass
class Talk:
    """One conversation and what is sent with each question of it."""

    assistant: Any
    thread: str | None = None
    sent: dict[str, str] = field(default_factory=dict)

    def says(self, line: str) -> Iterator[str]:
        """What is written back to one line."""
        if line.startswith("/"):
            yield self._command(*line[1:].split(None, 1))
            return
        try:
            asked = AskRequest(question=line, thread_id=self.thread, **self.sent)
        except ValidationError as why:
            yield wrong_values(why.errors(), AskRequest).detail
            return
        answer = self._ask(asked)
        self.thread = answer.thread_id
        yield plain_text(answer)
        yield from choices(answer)

    def _ask(self, asked: AskRequest) -> Answer:
        try:
            answer: Answer = self.assistant.ask(asked)
        except UnknownThread:
            # it is over, or was deleted elsewhere: the question is answered all the same
            answer = self.assistant.ask(asked.model_copy(update={"thread_id": None}))
        return answer

    def _command(self, name: str = "", value: str = "") -> str:
        if name == "new":
            self.thread = None
            return "A new conversation."
        if name == "forget":
            return self._forget()
        if name == "on":
            return self._on(value.strip())
        if name == "help":
            return HELP
        return f"There is no /{name}; /help lists the commands."

    def _forget(self) -> str:
        thread, self.thread = self.thread, None
        if thread is None:
            return "Nothing was kept."
        try:
            self.assistant.threads.forget(thread, LOCAL.owner)
        except UnknownThread:
            return "It was not kept any more."
        except Exception:
            return "The journal could not be written, so the conversation is still kept."
        return "Deleted: the conversation and its answers."

    def _on(self, value: str) -> str:
        if not value:
            self.sent.pop("service_date", None)
            return "Date of service: as the question says."
        try:
            AskRequest(question="x", service_date=value)
        except ValidationError:
            return f"{value} is no date that exists; write it as 2026-03-01."
        self.sent["service_date"] = value
        return f"Date of service: {value}."


def choices(answer: Answer) -> Iterator[str]:
    """The choices of the first question asked back, by number."""
    for asked in answer.missing[:1]:
        yield ""
        yield asked.question
        for number, choice in enumerate(asked.choices, 1):
            yield f"  {number} {choice}"


def run(talk: Talk) -> None:
    """Talk until the input ends."""
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if terminal:
        import readline  # noqa: F401  (the arrow keys, and the lines before)

        print(HELLO)
    for line in _lines(terminal):
        for text in talk.says(line):
            print(text)
        print(flush=True)


def _lines(terminal: bool) -> Iterator[str]:
    """The lines typed or piped in, without the blank ones."""
    while True:
        try:
            line = input("> " if terminal else "")
        except EOFError:
            if terminal:
                print()
            return
        if line.strip():
            yield line.strip()
