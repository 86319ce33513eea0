"""Does the draft say only what the evidence says? The last word. Pure.

Every code, modifier, diagnosis, number, date, region, approach, imaging word and
negation of a sentence must stand together in one thing that backs it: a sentence of a
decision, the row cited, or the passage cited in that very sentence. Each quote must be
found verbatim. A sibling code differs by one token, so nothing is matched fuzzily.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.ask import patterns, phrases
from app.ask.lexicon import Lexicon
from app.ask.retrieval import sentences
from app.ask.turn import Cited, Draft, Sentence

MARK = re.compile(r"\s*\[(\d+)\]")
QUOTE = re.compile("“([^”]+)”")
NEGATION = re.compile(
    r"\b(?:no|not|never|without|cannot|nor|neither|none|nothing|only|unless|except|outside)\b"
    r"|\w+n't\b",
    re.I,
)
NUMBER = re.compile(r"\$?\d[\d,]*(?:\.\d+)?%?")
COUNTS = "one two three four five six seven eight nine ten twelve".split()
KINDS = ("region", "approach", "imaging", "technique", "laterality")
CLAUSE = re.compile(r"[;:,]|\bbut\b|\bbecause\b|\bso\b|\band\b|\bwhile\b")
FRAMES = ("The rule beside it: ", "Not covered: ", "Note: ", "Correction: ", "- ")
"""Words of the writer's own that carry no claim."""


@dataclass(frozen=True)
class Problem:
    """Why a sentence may not stand."""

    sentence: int
    why: str


@dataclass(frozen=True)
class Checker:
    """Checks drafts against their own evidence."""

    lexicon: Lexicon = field(repr=False)
    modifiers: frozenset[str]
    own_words: tuple[str, ...] = ()
    """Sentences that are Lamina's own, such as a refusal."""

    def problems(self, draft: Draft) -> tuple[Problem, ...]:
        """Everything in the draft that its evidence does not say."""
        found: list[Problem] = []
        decided = self._decided(draft)
        for number, sentence in enumerate(draft.sentences):
            found += [Problem(number, why) for why in self._wrong(sentence, draft, decided)]
        return tuple(found)

    def _decided(self, draft: Draft) -> tuple[str, ...]:
        reading = draft.evidence.reading
        units = [u for call in draft.evidence.calls for u in phrases.units_of(call)]
        units += [phrases.payer_line(reading), phrases.contradiction_line(reading)]
        nearest = [getattr(c.result, "nearest", ()) for c in draft.evidence.calls]
        units += [f"Nearest that is held: {', '.join(n)}." for n in nearest]
        units += [phrases.assumed_line(draft.evidence.assumed)]
        units += [phrases.erratum_line(row) for row in draft.evidence.errata]
        return tuple(filter(None, (*units, *self.own_words)))

    def _wrong(self, sentence: Sentence, draft: Draft, decided: Sequence[str]) -> Iterable[str]:
        marks = [int(m) for m in MARK.findall(sentence.text)]
        for mark in marks:
            if not 1 <= mark <= len(draft.cited):
                yield f"mark [{mark}] stands for nothing"
                return
        cited = [draft.cited[m - 1] for m in marks]
        for quote in QUOTE.findall(MARK.sub("", sentence.text)):
            if not self._verbatim(quote, cited, draft, decided):
                yield f"quote not found verbatim: {quote[:60]}"
        told = plain(sentence.text)
        backing = [*decided, *_texts(cited, draft)]
        if told and not self.supported(told, backing):
            yield f"not backed by what it cites: {told[:80]}"

    def _verbatim(
        self, quote: str, cited: Sequence[Cited], draft: Draft, decided: Sequence[str]
    ) -> bool:
        return any(quote == c.quote for c in cited) or any(quote in d for d in self.own_words)

    def supported(self, told: str, backing: Sequence[str]) -> bool:
        """Is the sentence one of the backing sentences, or does one of them say it?"""
        if any(told == plain(unit) for unit in backing):
            return True
        atoms = self.atoms(told)
        if not atoms:
            return not NEGATION.search(told) or any(told in unit for unit in backing)
        return any(self._says(unit, told, atoms) for unit in backing)

    def _says(self, unit: str, told: str, atoms: frozenset[tuple[str, str]]) -> bool:
        unit = plain(unit)
        have = self.atoms(unit)
        if not atoms <= have:
            return False
        if atoms == have:
            return _negations(told) == _negations(unit)
        covering = self._clauses(unit, atoms)
        return bool(covering) and bool(_negations(told)) == bool(_negations(covering))

    def _clauses(self, unit: str, atoms: frozenset[tuple[str, str]]) -> str:
        """The shortest run of clauses of the unit that holds all the atoms."""
        cuts = [0, *[m.start() for m in CLAUSE.finditer(unit)], len(unit)]
        best = unit
        for i in range(len(cuts) - 1):
            for j in range(i + 1, len(cuts)):
                run = unit[cuts[i] : cuts[j]]
                if len(run) < len(best) and atoms <= self.atoms(run):
                    best = run
        return best

    def atoms(self, text: str) -> frozenset[tuple[str, str]]:
        """Everything in a text that a claim could turn on."""
        found: set[tuple[str, str]] = set()
        spans: list[tuple[int, int]] = []

        def take(kind: str, items: Iterable[patterns.Span]) -> None:
            for span in items:
                found.add((kind, span.value))
                spans.append((span.start, span.end))

        take("code", (patterns.Span(m.group().upper(), *m.span()) for m in CODES.finditer(text)))
        take("level", patterns.levels(text))
        take("modifier", patterns.modifiers(text, set(self.modifiers)))
        for day, span in patterns.dates(text):
            found.add(("date", day.isoformat()))
            spans.append((span.start, span.end))
        for match in NUMBER.finditer(text):
            if not any(s <= match.start() < e for s, e in spans):
                found.add(("number", match.group().strip("$,.").replace(",", "")))
        for word in re.findall(r"[a-z]+", text.lower()):
            if word in COUNTS:
                found.add(("count", word))
        found |= {(kind, value) for kind, value in self._facts(text)}
        return frozenset(found)

    def _facts(self, text: str) -> Iterable[tuple[str, str]]:
        for match in self._fact_pattern.finditer(text.lower()):
            yield from self._fact_words[match.group()]

    @cached_property
    def _fact_words(self) -> dict[str, list[tuple[str, str]]]:
        words: dict[str, list[tuple[str, str]]] = {}
        for row in self.lexicon.rows:
            if row.states in KINDS:
                for phrase in row.words:
                    if " " not in phrase or row.states == "technique":
                        words.setdefault(phrase, []).append((row.states, row.value))
        for phrase, pair in EXTRA.items():
            words.setdefault(phrase, []).append(pair)
        return words

    @cached_property
    def _fact_pattern(self) -> re.Pattern[str]:
        longest = sorted(self._fact_words, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")


CODES = re.compile(r"\b(?:\d{5}|\d{4}T|[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|[ACEGJKLPQSV]\d{4})\b")
EXTRA = {
    "ct": ("imaging", "CT"),
    "left": ("laterality", "left"),
    "right": ("laterality", "right"),
    "office": ("place", "office"),
    "facility": ("place", "facility"),
    "hospital": ("place", "hospital"),
    "asc": ("place", "asc"),
    "medicare": ("payer", "medicare"),
    "commercial": ("payer", "commercial"),
    "column 1": ("column", "1"),
    "column 2": ("column", "2"),
}


def plain(text: str) -> str:
    """A sentence without its marks, emphasis, frame words and quotes."""
    told = MARK.sub("", text).replace("**", "").strip()
    for frame in FRAMES:
        told = told.removeprefix(frame)
    for lead in LEADS:
        if told.startswith(lead) and "“" in told:
            return ""
    return told.strip()


LEADS = (
    "The guide:", "The guide says otherwise:", "The guide is out of date here:",
    "The guide says, without a source:", "The guide, where payers differ:",
    "The guide, imprecisely:",
)


def _texts(cited: Sequence[Cited], draft: Draft) -> list[str]:
    """What the cited things say: a row's words, or each sentence of a passage."""
    texts = [c.quote for c in cited]
    keys = {c.passage_key for c in cited if c.passage_key}
    for found in draft.evidence.found:
        if found.passage.key in keys:
            text = found.passage.text
            texts += [text[s:e] for s, e in sentences(text)]
    return texts


def _negations(text: str) -> int:
    return len(NEGATION.findall(text))
