"""One answer against what a right one holds: a list of checks, each with its reason. Pure.

Knows the public answer object only, never the engine, so that an answer from a server or
from another system is judged the same way. A check that the answer cannot be held to (a
bare text has no roles) is None and is counted apart.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from eval.cases import Expect

CODE_CHECKS = ("bill", "units", "candidates", "do_not_bill", "never", "append", "do_not_append")
"""Checks of what goes on the claim, by their names."""
TEXT_CHECKS = ("verdict", "names", "amounts", "must", "must_not", "missing")
FAITHFUL_CHECKS = ("guide_says",)

OPENS = {
    "no": r"^(?:no\b|not? |never\b|don.t\b|do not\b|neither\b|none\b)",
    "yes": r"^(?:yes\b|correct\b|right\b|both (?:may|can)\b)",
    "depends": r"^(?:it depends\b|depends\b|only\b|sometimes\b|that depends\b|not always\b)",
}
LATER = {
    "no": r"\b(?:no|not|never|neither|cannot|none|was deleted|were deleted)\b|n't\b",
    "yes": r"\b(?:yes|may be billed|can be billed|is billable|is needed|is required|is covered"
    r"|are paid|payable|must|wants?|requires?|needs?|document)\b",
    "depends": r"\b(?:depends?|only (?:if|when|where|for|with|in|on|after)|unless|provided|except"
    r"|if |not (?:all|every|always|necessarily))\b",
}
BEFORE_MODIFIER = r"(?:(?<=\d{5}-)|(?<=-[A-Z0-9]{2}-)|(?<![\w.$-]))"
"""A modifier stands alone or behind its code: "62321-53", "64479-LT-KX"."""
REFUSING = re.compile(r"\b(?:not|no|never|neither|without|nor|cannot|wrong)\b|n't\b", re.I)


@dataclass(frozen=True)
class Check:
    """One expectation and whether it holds; None = this answer cannot be held to it."""

    name: str
    holds: bool | None
    why: str = ""


def plain(text: str) -> str:
    """The text without emphasis and marks."""
    return re.sub(r"\s*\[\d+\]", "", text.replace("**", "")).strip()


def first_sentence(text: str) -> str:
    """Up to the first end of a sentence or line, marks and emphasis taken out."""
    return re.split(r"(?<=[.!?])\s|\n", plain(text), maxsplit=1)[0]


def verdicts(text: str) -> set[str]:
    """How the first sentence can be read: by its opening word; else by the words in it."""
    first = first_sentence(text).lower()
    opening = {name for name, pattern in OPENS.items() if re.search(pattern, first)}
    if opening:
        conditional = re.search(LATER["depends"], first)
        return opening | ({"depends"} if conditional else set())
    found = {name for name, pattern in LATER.items() if re.search(pattern, first)}
    return found - {"yes"} if "no" in found else found


def of_role(answer: dict[str, Any], role: str) -> set[str] | None:
    """Codes of a role; None when the answer has no codes with roles."""
    codes = answer.get("codes")
    return None if codes is None else {c["code"] for c in codes if c.get("role") == role}


def checks(expect: Expect, answer: dict[str, Any]) -> list[Check]:
    """Every expectation that was stated, in the order of the fields."""
    text = answer.get("text", "")
    found = list(_structured(expect, answer))
    if expect.verdict:
        said = verdicts(text)
        ok = bool(said & set(expect.verdict))
        found.append(Check("verdict", ok, f"says {'/'.join(sorted(said)) or 'neither'}"))
    for code in expect.names:
        found.append(Check("names", code in text, code))
    for amount in expect.amounts:
        found.append(Check("amounts", _figure(amount, text), f"{amount:g}"))
    for name in ("must", "must_not", "guide_says"):
        for pattern in getattr(expect, name):
            matches = re.search(pattern, plain(text), re.I | re.S) is not None
            found.append(Check(name, matches == (name != "must_not"), pattern))
    return found


def _structured(expect: Expect, answer: dict[str, Any]) -> Iterator[Check]:
    if expect.outcome:
        outcome = answer.get("outcome")
        yield Check("outcome", None if outcome is None else outcome in expect.outcome, str(outcome))
    billed = of_role(answer, "bill")
    if expect.bill is not None:
        right = [set(expect.bill), *map(set, expect.or_bill)]
        yield Check("bill", None if billed is None else billed in right, _list(billed))
    for code, units in expect.units.items():
        given = {c["code"]: c.get("units") for c in answer.get("codes") or () if _bills(c)}
        known = None if billed is None else given.get(code) == units
        yield Check("units", known, f"{code} x{given.get(code)}")
    for name, role in (("candidates", "candidate"), ("do_not_bill", "do_not_bill")):
        for code in getattr(expect, name):
            having = of_role(answer, role)
            yield Check(name, None if having is None else code in having, code)
    if expect.never:
        wrong = None if billed is None else billed & set(expect.never)
        yield Check("never", None if wrong is None else not wrong, _list(wrong))
    asked = None if "missing" not in answer else {m["fact"] for m in answer["missing"]}
    for fact in expect.missing:
        yield Check("missing", None if asked is None else fact in asked, fact)
    for modifier in expect.append:
        yield Check("append", _told(answer, modifier, "append"), modifier)
    for modifier in expect.do_not_append:
        yield Check("do_not_append", _told(answer, modifier, "do_not_append"), modifier)


def _bills(code: dict[str, Any]) -> bool:
    return code.get("role") == "bill"


def _list(codes: set[str] | None) -> str:
    return ", ".join(sorted(codes or ())) or "none"


def _told(answer: dict[str, Any], modifier: str, verdict: str) -> bool:
    """Whether a modifier is told to go on, or not to: by the codes, else by a sentence."""
    said = [
        m["verdict"] for c in answer.get("codes") or () for m in c.get("modifiers") or ()
        if m["code"] == modifier
    ]  # fmt: skip
    if said:
        return verdict in said
    for sentence in re.split(r"(?<=[.!?;])\s|\n", plain(answer.get("text", ""))):
        if re.search(rf"{BEFORE_MODIFIER}{modifier}(?![\w.%])", sentence):
            refused = REFUSING.search(sentence) is not None
            if refused == (verdict == "do_not_append"):
                return True
    return False


def _figure(amount: float, text: str) -> bool:
    """Whether a figure stands in the text, written with or without thousands commas."""
    written = {float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}
    return any(abs(amount - n) < 1e-9 for n in written)
