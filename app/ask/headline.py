"""The first sentence of an answer: the verdict, with the yes or no that was asked for. Pure.

A rule's verdict says yes or no to what its row is about; the question may ask the opposite
("is it bundled?"), or propose what the decision does not bear out. What is said beside the
verdict answers no question, so it opens with neither yes nor no.
"""

import re

from app.ask.patterns import asks_barely
from app.ask.turn import Call, Reading
from knowledge.decisions import Decided

SAYS_SO = re.compile(r"(?:yes|no|not|never|only|it depends|rarely)\b", re.I)
"""A verdict that says yes or no itself."""
LED = re.compile(r"(Yes|No): (?=\S)")
POLICIES = ("coverage", "prior_authorization", "documentation")
"""Rules whose every question can be asked by naming the thing and a question mark."""
SHORT = {"yes": "Yes: ", "no": "No: ", "depends": "It depends: "}
OTHER = {"Yes": "No", "No": "Yes"}
LOWERED = {
    "A", "An", "All", "Any", "Append", "Bill", "Both", "Cervical", "Each", "Every", "For", "If",
    "In", "It", "Its", "Joints", "Neither", "One", "Since", "Some", "The", "There", "These",
    "This", "Three", "Two", "When", "With", "Without", "Four",
}  # fmt: skip
"""First words of a sentence that are no names."""


def headline(reading: Reading, call: Call) -> str:
    """The leading verdict as it is shown."""
    return " ".join(sentences(reading, call))


def sentences(reading: Reading, call: Call) -> list[str]:
    """The sentences of the leading verdict; what stands before it belongs to the first."""
    verdict = call.result.verdict
    led = LED.match(verdict)
    if led and call.opposed:
        verdict = f"{OTHER[led[1]]}: {verdict[led.end() :]}"
    first, *rest = parts(inner(verdict) if _joins(reading, call) and not led else verdict)
    return [before(reading, call) + first, *rest]


def parts(verdict: str) -> list[str]:
    """The sentences of a verdict that joins several."""
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", verdict)


def before(reading: Reading, call: Call) -> str:
    """Everything that stands before a leading verdict."""
    payer, answer = payer_line(reading, call), answer_line(reading, call)
    refused = " or ".join((*call.against, *call.denied))
    if not refused:
        return answer + payer
    if answer == SHORT["no"] and not payer:
        return f"No, not {refused}: "
    return f"{answer}{payer}{'not' if answer else 'Not'} {refused}. "


def _joins(reading: Reading, call: Call) -> bool:
    """Does the verdict follow a colon, in the same sentence?"""
    return before(reading, call).endswith(": ") and not payer_line(reading, call)


def inner(verdict: str) -> str:
    """A verdict as it reads inside a sentence."""
    first = verdict.split(" ", 1)[0]
    return verdict[0].lower() + verdict[1:] if first in LOWERED else verdict


def aside(call: Call) -> str:
    """A verdict that stands beside the one asked for: without its yes or no."""
    verdict = call.result.verdict
    led = LED.match(verdict)
    if not led:
        return verdict
    rest = verdict[led.end() :]
    return rest[0].upper() + rest[1:]


def answer_line(reading: Reading, call: Call) -> str:
    """The yes or no before a verdict, when one was asked for and it does not say it itself."""
    answer = call.result.answer if isinstance(call.result, Decided) else ""
    asked = reading.whether or (call.tool in POLICIES and asks_barely(reading.text))
    if not answer or not asked or SAYS_SO.match(call.result.verdict):
        return ""
    turned = {"yes": "no", "no": "yes"} if reading.inverse or _turned(reading, call) else {}
    return SHORT[turned.get(answer, answer)]


def _turned(reading: Reading, call: Call) -> bool:
    """Does the question ask for the opposite of what the row's answer is given to?"""
    turns = call.result.turns if isinstance(call.result, Decided) else ()
    words = "|".join(re.escape(t) for t in turns)
    return bool(turns) and re.search(rf"(?<!\w)(?:{words})", reading.text, re.I) is not None


def unheld(reading: Reading, call: Call) -> bool:
    """Is a payer's own rule or fee asked for, of whom no row knows anything?"""
    asked = call.tool in ("coverage", "prior_authorization", "payment")
    return asked and bool(reading.unknown_payer) and isinstance(call.result, Decided)


def payer_line(reading: Reading, call: Call) -> str:
    """A payer no row knows, named as unknown; Medicare's rule called Medicare's."""
    if not reading.unknown_payer or call.tool == "claim":
        return ""
    if call.tool == "prior_authorization":
        return f"Nothing is held for {reading.unknown_payer}, so ask the plan. Commercial plans: "
    if reading.encounter.payer == "commercial":
        return f"Nothing is held for {reading.unknown_payer}; commercial plans in general: "
    return f"Nothing is held for {reading.unknown_payer}; Medicare's rule is: "
