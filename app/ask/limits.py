"""Is a question one to decline, or outside what is known? Pure.

Signs are words of limits.toml; which of them decide together is a row there too. Where no
sign decides, a model fitted to the labelled questions does, and only when it is sure: the
more a question says of a claim, the surer it must be.
"""

import math
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from knowledge.word_rows import SignRow, SignsRow

GAP = r"(?:[\s-]+[^\s.;?!]+){0,5}?[\s-]+"
"""What "..." stands for: up to five words of the same sentence."""
LONG = 80
"""Words beyond which signs far apart are not read together."""
SENTENCE = re.compile(r"(?<=[.!?\n])\s+")
ORDER = ("gaming", "clinical", "out_of_scope")
"""Which comes first when the signs of two are there."""
SURE = {"gaming": 0.85, "clinical": 0.85, "out_of_scope": 0.82, "greeting": 0.90}
"""Least probability at which the model alone refuses, when the words speak of a claim."""
LIKELY = {"gaming": 0.60, "clinical": 0.45, "out_of_scope": 0.45, "greeting": 0.60}
"""The same for words that say nothing of a claim."""


@dataclass(frozen=True)
class Limits:
    """The signs of one day, and what they decide together."""

    signs: Sequence[SignRow] = field(repr=False)
    rules: Sequence[SignsRow] = field(repr=False)

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        words: dict[str, list[str]] = {}
        for row in self.signs:
            words.setdefault(row.sign, []).extend(row.words)
        return {sign: _compiled(found) for sign, found in words.items()}

    def found(self, text: str) -> set[str]:
        """Every sign whose words stand in the text."""
        plain = folded(text)
        return {sign for sign, pattern in self._patterns.items() if pattern.search(plain)}

    def seen(self, text: str) -> list[set[str]]:
        """The signs of a text; of a long one, those of every three sentences in a row."""
        if len(text.split()) <= LONG:
            return [self.found(text)]
        pieces = SENTENCE.split(text)
        return [self.found(" ".join(pieces[n : n + 3])) for n in range(max(1, len(pieces) - 2))]

    def shown(self, signs: Collection[str]) -> str:
        """The refusal that these signs decide, or nothing."""
        topics = {
            row.topic
            for row in self.rules
            if row.decides
            and all(s in signs for s in row.signs)
            and not any(s in signs for s in row.unless)
        }
        return next((t for t in ORDER if t in topics), "")

    def notes(self, signs: Collection[str]) -> tuple[str, ...]:
        """What is not held and has to be said: ids of scope.toml."""
        found = [
            row.topic
            for row in self.rules
            if row.topic not in ORDER and all(s in signs for s in row.signs)
        ]
        return tuple(dict.fromkeys(found))

    def leaning(self, signs: Collection[str]) -> set[str]:
        """The refusals of which at least one sign is there."""
        return {row.topic for row in self.rules if set(row.signs) & set(signs)}


def _compiled(words: Sequence[str]) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_pattern, longest))})(?!\w)")


def _pattern(words: str) -> str:
    gaps = [re.escape(part.strip()) for part in words.split("...")]
    body = GAP.join(re.sub(r"\\[ -]", r"[\\s-]+", part) for part in gaps)
    return body.replace(r"\*", r"\w*")


LEANING = {True: 0.5, False: 0.25}
"""The same where a sign of the refusal is there; True: the words speak of a claim."""
CLAIM = {"coding", "our_code", "facts", "technique", "imaging", "diagnoses", "modifiers"}
OURS = {"our_code", "approach", "epidural", "diagnoses"}
CUE = 1.5
"""What one cue word of the lexicon adds, as a log-probability."""


def folded(text: str) -> str:
    """Lower case without accents, the apostrophe plain."""
    letters = unicodedata.normalize("NFKD", text.replace("’", "'").lower())
    return "".join(c for c in letters if not unicodedata.combining(c))


def suspected(
    probabilities: Mapping[str, float],
    signs: Collection[str],
    leaning: Collection[str],
    cues: Mapping[str, Collection[str]],
) -> str:
    """The refusal the model is sure enough of, or nothing."""
    strict = bool(CLAIM & set(signs))
    least = dict(SURE if strict else LIKELY)
    for topic in leaning:
        least[topic] = LEANING[strict]
    if not OURS & set(signs) and "domain" not in signs:
        least["out_of_scope"] = LIKELY["out_of_scope"]
    if OURS & set(signs):
        # a question that names our procedure is never about another field by its tone alone
        del least["out_of_scope"]
    if {"drug_code", "timed_sedation", "policy_limit"} & set(signs):
        # the code of a drug, the minutes of sedation and a payer's ceiling are matters of a claim
        del least["clinical"]
    if "waste" in signs:
        # what was thrown away has a modifier, and telling of it hides nothing
        del least["gaming"]
    shares = {
        topic: math.exp(p + CUE * min(len(cues.get(topic, ())), 2))
        for topic, p in probabilities.items()
        if topic in least
    }
    best = max(shares, key=lambda topic: shares[topic], default="")
    return best if best and shares[best] >= least[best] else ""
