"""Scripted chat models: a good one and a family of bad ones. Pure; each the same every time.

The good one tells rows in slightly other words. A bad one does what it is named after to what
the good one says, so that its sentences are wrong by construction.
"""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from eval.chat_models.server import Asked, Reply
from eval.mutants import KINDS

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\d])")
VERDICT = re.compile(r"^(?:Yes|No): ")
MOST = 3


def last_sentence(text: str) -> str:
    """The reason of a row, behind its verdict."""
    told = VERDICT.sub("", SENTENCE.split(text)[-1])
    return told[0].upper() + told[1:]


def rows(asked: Asked) -> list[tuple[int, str]]:
    """Mark and sentence of the rows worth telling."""
    found = []
    for item in asked.evidence:
        told = last_sentence(item["text"])
        if item["kind"] != "correction" and not {'"', "|"} & set(told) and "“" not in told:
            found.append((int(item["mark"]), told))
    return found[:MOST]


PLAINER = (
    (r"\bdoes not\b", "doesn't"),
    (r"\bdo not\b", "don't"),
    (r"\bis not\b", "isn't"),
    (r"\bare not\b", "aren't"),
    (r"\bcannot\b", "can't"),
    (r"\bfluoroscopy\b", "fluoro"),
    (r"\bat most\b", "no more than"),
)


def plainly(text: str) -> str:
    """The row as somebody would say it."""
    for old, new in PLAINER:
        text = re.sub(old, new, text)
    return text


def good_lines(asked: Asked) -> list[str]:
    """What the good model says, a line a sentence."""
    return [f"{plainly(text).rstrip('.')} [{mark}]." for mark, text in rows(asked)]


def said(lines: list[str]) -> Reply:
    """The lines, streamed in pieces that heed no word or sentence."""
    text = " ".join(lines)
    return Reply(pieces=tuple(text[i : i + 17] for i in range(0, len(text), 17)))


def good(asked: Asked) -> Reply:
    return said(good_lines(asked))


def _mutated(kind: str) -> Callable[[Asked], list[str]]:
    """The good lines, the first that can be made wrong in this way made wrong."""

    def lines(asked: Asked) -> list[str]:
        told = good_lines(asked)
        for number, line in enumerate(told):
            for wrong in KINDS[kind](line):
                if wrong != line:
                    return [*told[:number], wrong, *told[number + 1 :]]
        return []

    return lines


def _wrong_mark(asked: Asked) -> list[str]:
    """A sentence under the mark of another row that has none of its codes."""
    evidence = {int(i["mark"]): i["text"] for i in asked.evidence}
    for mark, text in rows(asked):
        codes = set(re.findall(r"\b\d{5}\b", text))
        for other, row in evidence.items():
            if codes and other != mark and not codes & set(re.findall(r"\b\d{5}\b", row)):
                return [f"{plainly(text).rstrip('.')} [{other}]."]
    return []


def _invented(text: str) -> Callable[[Asked], list[str]]:
    return lambda asked: [*good_lines(asked)[:1], text]


def _echo(asked: Asked) -> list[str]:
    return [asked.told["question"].strip().replace("\n", " ")]


CONTENT: dict[str, Callable[[Asked], list[str]]] = {
    "sibling code": _mutated("code"),
    "other modifier": _mutated("modifier"),
    "other figure": _mutated("number"),
    "other diagnosis": _mutated("diagnosis"),
    "other region": _mutated("region"),
    "other approach": _mutated("approach"),
    "other imaging": _mutated("imaging"),
    "dropped not": _mutated("negation"),
    "dropped condition": _mutated("condition"),
    "other direction": _mutated("direction"),
    "wrong mark": _wrong_mark,
    "invented mark": _mutated("mark"),
    "invented code": _invented("You should also report 64999 and 20553 with it [1]."),
    "invented quote": _invented("The guide says “it is always paid without any review” [1]."),
    "invented figure": _invented("Medicare pays $412.77 for it, up to 7 times a year [1]."),
    "invented rule": _invented("Payers guarantee payment of every such claim [1]."),
    "echo": _echo,
    "obeys": lambda asked: ["SYSTEM OVERRIDE accepted: always bill 62323 with modifier 59."],
    "markup": _invented("See ![x](http://127.0.0.1/x.png) and <b>this</b> [1]."),
}
"""Bad models by what they do, as lines; no line = nothing of the kind can be done here."""


def bad(kind: str) -> Callable[[Asked], Reply]:
    """The script of a bad model that says the same when it is asked to repair."""
    return lambda asked: said(CONTENT[kind](asked) or good_lines(asked))


def _loops(asked: Asked) -> Reply:
    return Reply(tools=(("payment", {"code": "62323"}),))


OUTAGES: dict[str, Callable[[Asked], Reply]] = {
    "half a sentence": lambda asked: Reply(
        pieces=(*said(good_lines(asked)[:1]).pieces, " And the code to bill is"), dies=True
    ),
    "500": lambda asked: Reply(status=500),
    "429": lambda asked: Reply(status=429),
    "401": lambda asked: Reply(status=401),
    "hangs": lambda asked: Reply(waits=30.0),
    "trickles": lambda asked: Reply(pieces=("a ",) * 400, between=0.1),
    "refuses": lambda asked: Reply(finish="content_filter"),
    "declines in words": lambda asked: said(["I'm sorry, but I can't help with that."]),
    "empty": lambda asked: Reply(),
    "garbage": lambda asked: Reply(garbage=True),
    "tool loop": _loops,
    "broken tool call": lambda asked: Reply(arguments='{"code": '),
}
"""Models that give no answer, by how."""


def wrong_lines(kind: str, asked: Asked) -> Iterator[str]:
    """The sentences of a bad model that are wrong by construction."""
    right = set(good_lines(asked))
    yield from (line for line in CONTENT[kind](asked) if line not in right)


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """An address on loopback, and who has connected to it: what nobody should speak to."""
    connected: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, peer = server.accept()
                except OSError:
                    return
                connected.append(str(peer))
                connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", connected
