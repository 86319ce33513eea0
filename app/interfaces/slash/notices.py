"""What is explained in a few words of our own, as Markdown. Pure."""

from importlib.metadata import version
from typing import Final

HELP = """**Ask about coding spine injections:** `{command} does 62321 need a modifier?`
- `{command} on 2026-03-01 <question>`: by the tables of that date of service
- `{command} public <question>`: the answer is for the whole channel; without it only you see it
- `{command} more`, `{command} sources`, `{command} publish`: of your last answer
- `{command} feedback helpful` or `{command} feedback wrong code, <why>`: judge your last answer
- `{command} new`: the next question has nothing to do with the last
- `{command} note`, `{command} version`, `{command} help`
A question goes on from your last one in this channel. Please leave patient details out."""

TOLD: Final[dict[str, str]] = {
    "help": HELP,
    "note": (
        "**A procedure note is not taken here,** since a chat keeps what is typed into it. Nothing "
        "of it was kept or read by Lamina. Code a note with `lamina note FILE` on your own machine "
        "or on Lamina's page; both keep nothing. What the note says may be asked here in your own "
        "words, without patient details."
    ),
    "version": "",
    "feedback": (
        "Say whether your last answer helped: `{command} feedback helpful`, or `{command} "
        "feedback` with `wrong code`, `bad citation`, `incomplete`, `off topic` or `other`."
    ),
    "public": "Type the question after it: `{command} public does 62321 need a modifier?`",
    "on": "Type a date and a question after it: `{command} on 2026-03-01 is 62330 a valid code?`",
    "no_day": "There is no such day; write it as 2026-03-01.",
    "long": "The question may have 4000 characters; shorten it.",
    "unreadable": "The question contains a NUL character; remove it.",
}

LOOKING = "Looking that up; the answer comes in a moment."
KEPT_NO_LONGER = "That answer is kept no longer; ask the question again."
NOTHING_YET = "You have no answer here yet; ask a question first."
THANKS = "Thank you: your word on this answer is kept."
UNKEPT = "Your word on this answer could not be kept."
NEW = "The next question starts anew."
CROWDED = "Too many of your questions are waiting; their answers come first."
BUSY = "Lamina is very busy; if no answer comes in a minute, ask again."
NO_JOURNAL = (
    "Lamina cannot keep your question just now, so it takes none here. Its keeper knows why."
)
FAILED = "Lamina failed on this question. Ask it again; if it stays, tell its keeper."
NO_START = "Lamina could not start; its keeper finds why in its log."
NOT_PUBLIC = (
    "The answer is shown to you alone, because the command held what looks like patient data."
)


def told(topic: str, command: str) -> str:
    """The explanation of a topic."""
    if topic == "version":
        return f"Lamina {version('lamina')}. An answer's last line names its tables and index."
    return TOLD[topic].replace("{command}", command)
