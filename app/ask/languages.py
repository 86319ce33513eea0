"""In which language is it asked, and what is that in English? Pure.

A Spanish question is read as its English gloss, word for word, so that one set of rules
reads both. Of any other language only codes and words that English shares are read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.ask.privacy.folding import fold
from app.ask.turn import Question
from knowledge.language_rows import GlossRow, LanguageRow

WORD = re.compile(r"[a-z]+")
OWN = {"en", "es"}
"""Languages that are read."""
LEAST = 2
"""Small words that show a language which is not read."""
ASKS = re.compile(
    r"^\W*(?:(?:y|a|con|de|en|para|por)\s+)?"
    r"(?:que|cual|cuales|cuant[oa]s?|como|cuando|donde|quien(?:es)?|cada cuanto)\b"
    r"|^\W*\w+ y \w+\W*$|^\W*y\b"
)
"""What makes a question one that yes or no does not answer: "y para lumbar?" asks again."""
ASKED = re.compile(r"\u00bf[^?\u00bf]{1,400}\?")
YES = re.compile("\\bs\u00ed\\b", re.I)
"""With its accent; without it the word is "if"."""
WHAT = re.compile("\u00bf\\s*que\\b(?!\\s+(?:codigos?|cpt|clave|modificador(?:es)?)\\b)", re.I)
"""The word that opens a question; elsewhere it joins two clauses."""
YES_OR_NO = "\ue000"
"""Marks a question to be called one of yes or no once it is in English."""
FOREIGN = re.compile(r"[^\x00-\u024f]+")
"""Letters of other scripts; what is written between them in ours can be read."""


@dataclass(frozen=True)
class Languages:
    """The words of spanish.toml, ready to be found."""

    known: Sequence[LanguageRow] = field(repr=False)
    glosses: Sequence[GlossRow] = field(repr=False)

    def understood(self, question: Question) -> Question:
        """The question in English as far as it can be, with its own words beside it."""
        language = self.of(question.text)
        if language == "en" and question.earlier and not self._english_words(question.text):
            # "interlaminar" answers in the language of the question it answers
            language = question.earlier.language
        if language == "en":
            return question
        if language == "es":
            english = self.gloss(ASKED.sub(_marked, question.text))
            return question.model_copy(
                update={"language": "es", "text": english, "said": question.text}
            )
        plain = FOREIGN.sub(" ", question.text).strip() or question.text
        return question.model_copy(
            update={"language": language, "text": plain, "said": question.text}
        )

    def _english_words(self, text: str) -> bool:
        return any(w in self._cues["en"] for w in WORD.findall(fold(text).text.lower()))

    def of(self, text: str) -> str:
        """Two letters of the language; "other" for a script that is none of ours."""
        folded = fold(text).text
        letters = [c for c in folded if c.isalpha()]
        if sum(not c.isascii() for c in letters) * 2 > len(letters):
            return "other"
        words = WORD.findall(folded.lower())
        counts = {
            row.language: len({w for w in words if w in self._cues[row.language]})
            for row in self.known
        }
        spanish = counts["es"] + (("\u00bf" in text or "\u00f1" in text) and counts["es"] > 0)
        other = max((n, name) for name, n in counts.items() if name not in OWN)
        if spanish > counts["en"] and spanish >= other[0]:
            return "es"
        return other[1] if other[0] >= LEAST and other[0] > counts["en"] else "en"

    def gloss(self, text: str) -> str:
        """Spanish words as English ones; codes, numbers and other words as they are."""
        folded = WHAT.sub("what", fold(YES.sub("yes", text)).text)
        english = self._pattern.sub(self._english, folded)
        return english.replace("\u00bf", "").replace(YES_OR_NO, "yes or no: ").strip()

    def _english(self, match: re.Match[str]) -> str:
        word = match.group()
        if len(word) == 1 and word.isupper():
            # "E" may be a name or a modifier, "e" is the conjunction
            return word
        return self._english_of[re.sub(r"\s+", " ", word.lower())]

    @cached_property
    def _cues(self) -> dict[str, frozenset[str]]:
        return {row.language: frozenset(row.words) for row in self.known}

    @cached_property
    def _english_of(self) -> dict[str, str]:
        return {words: row.en for row in self.glosses for words in row.words}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest = sorted(self._english_of, key=len, reverse=True)
        body = "|".join(re.escape(words).replace(r"\ ", r"\s+") for words in longest)
        return re.compile(rf"(?<![\w\[_-])(?:{body})(?![\w\]_-])", re.I)


def _marked(match: re.Match[str]) -> str:
    """A question that asks for yes or no, said to be one: Spanish has no word order for it."""
    asked = match.group()
    return asked if ASKS.search(fold(asked).text.lower()) else f"{YES_OR_NO}{asked[1:]}"
