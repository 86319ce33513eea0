"""A Slack message as a reader sees it, in plain text, made from the payload that is sent.

`python -m app.interfaces.slash.preview DAY QUESTION...` shows the answers to questions; the
README is made by it.
"""

import html
import re
import sys
import textwrap
from collections.abc import Iterator
from datetime import date
from typing import Any

WIDTH = 96
STANDING = {"app": "(release)", "tables": "(version)", "index": "(version)"}


def plain(message: dict[str, Any]) -> str:
    """The blocks of a message from top to bottom."""
    return "\n".join(line for block in message["blocks"] for line in _lines(block))


def _lines(block: dict[str, Any]) -> Iterator[str]:
    if block["type"] == "divider":
        yield "-" * WIDTH
    elif block["type"] == "actions":
        yield "  ".join(map(_control, block["elements"]))
    elif block["type"] == "context":
        for element in block["elements"]:
            yield from _wrapped(element["text"], "   ")
    else:
        yield from _wrapped(block["text"]["text"], "")


def _wrapped(text: str, indent: str) -> Iterator[str]:
    text = html.unescape(re.sub(r"<[^|>]*\|([^>]*)>", r"\1", text))
    for line in text.split("\n"):
        hanging = indent + ("  " if line.startswith("•") else "")
        yield from textwrap.wrap(
            line, WIDTH, initial_indent=indent, subsequent_indent=hanging, break_long_words=False
        )


def _control(element: dict[str, Any]) -> str:
    if element["type"] == "button":
        return f"[ {element['text']['text']} ]"
    return f"[ {element['placeholder']['text']} v ]"


def main(day: str, *questions: str) -> None:
    """Print each question as it is typed, and the message that answers it."""
    from app.interfaces.slash.replies import Shown
    from app.interfaces.slash.slack_blocks import payload
    from app.interfaces.wire import AskRequest
    from app.settings import read
    from app.wiring import assistant

    settings = read()
    lamina = assistant(settings, today=lambda: date.fromisoformat(day))
    for question in questions:
        answer = lamina.ask(AskRequest(question=question))
        # not the versions of the day: they change with every row of a table
        answer = answer.model_copy(update={"versions": STANDING})
        print(f"{settings.slack_command} {question}")
        print(textwrap.indent(plain(payload(Shown(answer))), "  | "), end="\n\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
