"""A model's running text, cut into whole sentences as they are complete. Pure."""

import re
from collections.abc import Iterator

MARKS = r"(?:\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\])"
END = re.compile(rf"(?:[.!?]{MARKS}*|{MARKS}+[.!?]){MARKS}*(?=\s+[^\s\[])|\n+")
"""Where a sentence ends: a stop with its marks before or after, and more text behind it."""
SHORT = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|etc|no|dr|mr|mrs|ms|st|fig|sec|approx|incl|dept|u\.s|inc)|\b[A-Z])\.$",
    re.I,
)
"""Ends of abbreviations, which end no sentence."""
BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+(?=\S)|^\s*#{1,6}\s+")


class Pieces:
    """Feed it text; it gives back the sentences that are complete."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> Iterator[str]:
        self._held += text
        while (cut := self._end()) is not None:
            sentence, self._held = self._held[:cut], self._held[cut:].lstrip(" \t")
            if told := tidy(sentence):
                yield told

    def _end(self) -> int | None:
        for match in END.finditer(self._held):
            before = self._held[: match.end()].rstrip()
            if match.group().startswith("\n") or not SHORT.search(before):
                return match.end()
        return None

    def rest(self) -> str:
        """What is left at the end of the reply."""
        left, self._held = tidy(self._held), ""
        return left


def tidy(sentence: str) -> str:
    """The sentence without the signs of a list, a heading or emphasis."""
    return BULLET.sub("", sentence).replace("**", "").strip()
