"""Find the words of lexicon.toml in a text: typos, negations, longest phrase first. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.ask.turn import Mention
from knowledge.word_rows import LexiconRow

NEGATORS = {
    "not",
    "no",
    "without",
    "w/o",
    "never",
    "isn't",
    "isnt",
    "wasn't",
    "wasnt",
    "non",
    "didn't",
    "didnt",
    "doesn't",
    "doesnt",
    "nor",
    "neither",
    "rather",
    "instead",
    "nothing",
    "zero",
    "sans",
    "lacking",
    "w/out",
    "can't",
    "cannot",
}
AFTER = re.compile(
    r"^\W*(?:(?:was|were|is|wasn't|isn't)\s*(?:not|never)?\s*)?(not used|not available"
    r"|not given)\b|^\W*(?:was|were|is|wasn't|isn't)\s*(?:not|never)?\s*(not|never|n't)\b"
    r"(?! (?:\w+ )?without)"
    r"|^\W*(wasn't|isn't|weren't|not used)",
    re.I,
)
WITHOUT = {"without", "w/o"}
DECIDED_AGAINST = re.compile(r"^[^.;!?]*\b(?:decided|opted|chose) against\b", re.I)
BREAK = re.compile(r"[.;:!?]|,|\bbut\b|\band\b|\bwith\b")
WORD = re.compile(r"[A-Za-z0-9/&'’.-]*[A-Za-z0-9]")
TYPO_LEAST = 7
"""Shortest word in which a typo is forgiven."""
TYPO_RATIO = 87
FORM = re.compile(r"[*|~]")
"""Marks of a phrase that stands for many: see LexiconRow.words."""
GAP = r"[^.?!;\n]{1,60}?"
"""What "*" stands for: some words of the same sentence."""
REACH = 3
"""Words a negator reaches forward."""


@dataclass(frozen=True)
class Lexicon:
    """The words of one day, ready to be found in a text."""

    rows: Sequence[LexiconRow] = field(repr=False)

    @cached_property
    def _phrases(self) -> dict[str, list[LexiconRow]]:
        phrases: dict[str, list[LexiconRow]] = {}
        for row in self.rows:
            for words in row.words:
                if not FORM.search(words):
                    phrases.setdefault(words, []).append(row)
        return phrases

    @cached_property
    def _forms(self) -> tuple[tuple[re.Pattern[str], LexiconRow], ...]:
        """The phrases written as a form: with a gap, alternatives or open endings."""
        return tuple(
            (form_of(words), row) for row in self.rows for words in row.words if FORM.search(words)
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest = sorted(self._phrases, key=len, reverse=True)
        body = "|".join(re.escape(p).replace(r"\ ", r"[\s-]+") for p in longest)
        return re.compile(rf"(?<![\w])(?:{body})(?![\w])", re.I)

    @cached_property
    def _single_words(self) -> list[str]:
        return [p for p in self._phrases if len(p) >= TYPO_LEAST and p.isalpha()]

    def find(self, text: str) -> tuple[Mention, ...]:
        """Every phrase in the text with what it states, overlapping kinds included."""
        plain = text.replace("’", "'")
        found: list[Mention] = []
        for start, end in self._spans(plain):
            words = re.sub(r"[\s-]+", " ", plain[start:end].lower())
            rows = self._rows_of(plain[start:end].lower(), words)
            for row in rows:
                found += _mentions(row, plain, start, end)
        for form, row in self._forms:
            if match := form.search(plain):
                found += _mentions(row, plain, *match.span())
        return tuple(dict.fromkeys([*found, *self._typos(plain, found)]))

    def _rows_of(self, raw: str, spaced: str) -> list[LexiconRow]:
        for key in (raw, spaced, raw.replace(" ", "-")):
            if key in self._phrases:
                return self._phrases[key]
        return self._by_spaced.get(spaced, [])

    @cached_property
    def _by_spaced(self) -> dict[str, list[LexiconRow]]:
        """Phrases by their words alone, however they are joined."""
        return {re.sub(r"[\s-]+", " ", key): rows for key, rows in self._phrases.items()}

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Places of the longest phrases, and of the shorter ones inside them."""
        spans: set[tuple[int, int]] = set()
        for match in self._pattern.finditer(text):
            spans.add(match.span())
            words = list(re.finditer(r"[^\s-]+", match.group()))
            for i in range(len(words)):
                for j in range(i, len(words)):
                    start, end = words[i].start(), words[j].end()
                    inner = match.group()[start:end].lower()
                    if inner in self._phrases or re.sub(r"[\s-]+", " ", inner) in self._by_spaced:
                        spans.add((match.start() + start, match.start() + end))
        return sorted(spans)

    def _typos(self, text: str, found: Sequence[Mention]) -> list[Mention]:
        """Long words that are nearly a word of the lexicon and nothing else."""
        from rapidfuzz import fuzz, process

        known = {(m.start, m.end) for m in found}
        mentions: list[Mention] = []
        for match in re.finditer(rf"[A-Za-z]{{{TYPO_LEAST},}}", text):
            inside = any(s <= match.start() and match.end() <= e for s, e in known)
            word = match.group().lower()
            if inside or word in self._phrases:
                continue
            best = process.extractOne(
                word, self._single_words, scorer=fuzz.ratio, score_cutoff=TYPO_RATIO
            )
            if best and best[0][0] == word[0]:
                for row in self._phrases[best[0]]:
                    mentions += _mentions(row, text, *match.span())
        return mentions


def form_of(words: str) -> re.Pattern[str]:
    """A phrase with gaps ("*"), choices ("a|two_words") and open ends ("stem~"), as a pattern."""
    pattern = ""
    for word in words.split():
        if word == "*":
            pattern += GAP
            continue
        parts = [
            re.escape(p.rstrip("~")).replace("_", r"[\s-]+") + r"\w*" * p.endswith("~")
            for p in word.split("|")
        ]
        apart = r"[\s,:-]+" if pattern and not pattern.endswith(GAP) else ""
        pattern += rf"{apart}(?<!\w)(?:{'|'.join(parts)})(?!\w)"
    return re.compile(pattern, re.I)


def _mentions(row: LexiconRow, text: str, start: int, end: int) -> list[Mention]:
    negated = bool(row.states in DENIABLE or row.negated) and is_negated(text, start, end)
    words = text[start:end]
    value, kept = row.value, negated
    if negated and row.negated:
        value, kept = row.negated, False
    first = Mention(fact=row.states, value=value, words=words, start=start, end=end, negated=kept)
    others = [
        Mention(fact=fact, value=also, words=words, start=start, end=end)
        for fact, also in row.also.items()
    ]
    return [first, *others]


FACT_KINDS = {
    "approach",
    "approach_hint",
    "region",
    "imaging",
    "technique",
    "substance",
    "laterality",
}
"""Facts of a procedure; a hint, such as the needle used, tells it where no word does."""
DENIABLE = FACT_KINDS | {"target", "action"}
"""Words of which a denial is heard."""


def is_negated(text: str, start: int, end: int) -> bool:
    """Does a negator stand within reach before the words, or right after them?"""
    before = text[:start]
    stops = [m.end() for m in BREAK.finditer(before)]
    clause = before[stops[-1] :] if stops else before
    near = [w.lower() for w in WORD.findall(clause)][-REACH:]
    told = NEGATORS & set(near)
    if told and text[start:end].lower().split()[0] in WITHOUT:
        return True
    if told & WITHOUT and told - WITHOUT:
        # "not done without it": two negations, so it was used
        return False
    if told:
        return True
    after = text[end : end + 90]
    return bool(AFTER.match(after[:24]) or DECIDED_AGAINST.match(after))
