"""Does the draft say only what the evidence says? The last word. Pure.

A sentence of our own is a sentence of a decision, a row or a correction, to the letter, and the
rows that its marks stand for hold its figures. A chat model's may be in other words: what it
cites has to say it (see entailment.py). Each quote must be found verbatim. A sibling code
differs by one token, so no code or figure is matched fuzzily.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_

from app.ask import citing, phrases
from app.ask.atoms import CODES, NUMBER, AtomReader
from app.ask.entailment import Entailment
from app.ask.glossed import Glossed
from app.ask.headline import aside, headline, parts
from app.ask.headline import sentences as sentences_of
from app.ask.lexicon import Lexicon
from app.ask.turn import Cited, Draft, Sentence
from app.ask.wording import COMMON
from ingest.chunking import sentences

__all__ = ["CODES", "MARK", "NUMBER", "QUOTE", "Checker", "Problem", "plain"]

MARK = re.compile(r"\s*\[(\d+)\]")
QUOTE = re.compile("“([^”]+)”")
FRAMES = ("The rule beside it: ", "Not covered: ", "Note: ", "Correction: ", "- ")
"""Words of the writer's own that carry no claim."""
IMAGED = re.compile(r"fluoro|\bCT\b|imag|guid|blind", re.I)
"""Words without which "with it" is not about imaging."""
ANY_IMAGING = ("imaging", "fluoroscopy or CT")
MARKUP = re.compile(
    r"https?:|www\.|\]\(|!\[|<[^\s\d]|`|@\w|\\|&#?\w+;|\{|\}|\||\*\*|__|^\s*[=+@]"
    "|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
    "|[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19\u0400-\u04ff\u0370-\u03ff]"
)
"""What no sentence of a chat model needs: it could link, run, hide, or look like a digit."""
ANY_QUOTE = re.compile('[“"]([^”"]{2,})[”"]')
SPOKEN = re.compile(r"[A-Za-z][A-Za-z'-]*[A-Za-z]|[A-Za-z]+[-_]?\d[\w-]*")
TOKENS = re.compile(r"\w+")
SHOUTED = re.compile(r"[A-Z][A-Z_-]{3,}|\w*[A-Za-z_-]\d\w*")
"""A word in capitals, or with a digit in it."""


@dataclass(frozen=True)
class Problem:
    """Why a sentence may not stand."""

    sentence: int
    why: str
    kind: str = ""
    """What sort of problem, without words of the sentence."""


@dataclass(frozen=True)
class Checker:
    """Checks drafts against their own evidence."""

    lexicon: Lexicon = field(repr=False)
    modifiers: frozenset[str]
    own_words: tuple[str, ...] = ()
    """Sentences that are Lamina's own, such as a refusal."""
    gloss: Callable[[str], str] = str
    """A Spanish sentence in English, word for word."""
    known: tuple[str, ...] = ()
    """Words of the trade, which a chat model may use without being asked."""

    @cached_property
    def reader(self) -> AtomReader:
        return AtomReader(self.lexicon, self.modifiers)

    def problems(self, draft: Draft) -> tuple[Problem, ...]:
        """Everything in the draft that its evidence does not say."""
        found: list[Problem] = []
        decided = self._decided(draft)
        for number, sentence in enumerate(draft.sentences):
            wrong = self._wrong(sentence, draft, decided)
            found += [Problem(number, why, kind) for kind, why in wrong]
        return tuple(found)

    def _decided(self, draft: Draft) -> tuple[str, ...]:
        reading = draft.evidence.reading
        units = [u for call in draft.evidence.calls for u in phrases.units_of(call)]
        for call in draft.evidence.calls:
            told = sentences_of(reading, call)
            units += [" ".join(told), *told]
        units += [phrases.contradiction_line(reading), phrases.kept_line(reading)]
        units += [phrases.hint_line(hint) for hint in draft.evidence.hints]
        nearest = [getattr(c.result, "nearest", ()) for c in draft.evidence.calls]
        units += [f"Nearest that is held: {', '.join(n)}." for n in nearest]
        units += [phrases.assumed_line(draft.evidence.assumed)]
        for row in draft.evidence.errata:
            units += [row.better, phrases.erratum_answer(reading, row)]
        return tuple(filter(None, (*units, *self.own_words)))

    def _wrong(
        self, sentence: Sentence, draft: Draft, decided: Sequence[str]
    ) -> Iterable[tuple[str, str]]:
        marks = [int(m) for m in MARK.findall(sentence.text)]
        for mark in marks:
            if not 1 <= mark <= len(draft.cited):
                yield "mark", f"mark [{mark}] stands for nothing"
                return
        cited = [draft.cited[m - 1] for m in marks]
        if sentence.by_model:
            yield from self._wrong_of_model(sentence.text, cited, draft)
            return
        for quote in QUOTE.findall(MARK.sub("", sentence.text)):
            if not self._verbatim(quote, cited, draft, decided):
                yield "quote", f"quote not found verbatim: {quote[:60]}"
        told = plain(sentence.text)
        backing = [*decided, *_texts(cited, draft)]
        if sentence.language != "en" and told not in self.own_words:
            # it has few words, so only a verdict may back it: a flip names other codes too
            if not self.glossed.supported(self.gloss(told), _verdicts(draft)):
                yield "unbacked", f"not backed by what it cites: {told[:80]}"
            return
        if told and told not in {plain(unit) for unit in backing}:
            yield "unbacked", f"not backed by what it cites: {told[:80]}"
        elif told and marks and not _rest_on(told, cited, draft):
            yield "mark", f"its marks do not stand for what it says: {told[:80]}"

    def _wrong_of_model(
        self, text: str, cited: Sequence[Cited], draft: Draft
    ) -> Iterable[tuple[str, str]]:
        """A chat model's sentence: no markup, no echo, quotes letter by letter, and backed."""
        told = MARK.sub("", text).strip()
        if MARKUP.search(told):
            yield "markup", "markup, an address or hidden characters"
            return
        if told.endswith("?"):
            yield "question", "a question; what is missing is asked by the rules"
            return
        ours = self._ours(draft)
        quotes = [c.quote for c in cited]
        for quote in ANY_QUOTE.findall(told):
            if not any(quote.strip(".,;") in one for one in (*quotes, *ours)):
                yield "quote", "a quotation that is not found letter by letter"
                return
        if echo := self._echo(told, (*quotes, *ours), draft):
            yield "echo", f"{echo!r} is not in the evidence"
            return
        if wrong := self.entailment.wrong(told, quotes, ours):
            yield wrong.kind, wrong.why

    def _ours(self, draft: Draft) -> list[str]:
        """What our own decisions say, which a chat model may repeat without a mark."""
        reading, found = draft.evidence.reading, []
        for call in draft.evidence.calls:
            found += [*phrases.units_of(call), *phrases.flip_parts(call.result)]
            found += [headline(reading, call)]
        found += [phrases.assumed_line(draft.evidence.assumed)]
        return [text for text in dict.fromkeys(found) if text]

    def _echo(self, told: str, evidence: Sequence[str], draft: Draft) -> str:
        """A word that only the asker's orders have, or that shouts and stands nowhere."""
        reading = draft.evidence.reading
        held = set(SPOKEN.findall(" ".join((*evidence, *self.known)).lower()))
        read = set(SPOKEN.findall(reading.text.lower())) if reading.text else set()
        asked = set(SPOKEN.findall(reading.question.text.lower()))
        if not set(TOKENS.findall(told.lower())) - set(
            TOKENS.findall(reading.question.text.lower())
        ):
            return "the question"
        for word in SPOKEN.findall(told):
            plain = word.lower()
            if plain in held or plain in COMMON:
                continue
            if (plain in asked and plain not in read) or SHOUTED.fullmatch(word):
                return str(word)
        return ""

    @cached_property
    def glossed(self) -> Glossed:
        return Glossed(self.reader)

    @cached_property
    def entailment(self) -> Entailment:
        return Entailment(self._values)

    def _values(self, text: str) -> tuple[tuple[str, str], ...]:
        about = IMAGED.search(text) is not None
        return tuple(
            self._one_way(kind, value)
            for kind, value, _ in self.reader.find(text)
            # "imaging" by itself names no guidance; whether there was any is an atom of its own
            if (kind, value) != ANY_IMAGING and (about or kind != "guided")
        )

    def _one_way(self, kind: str, value: str) -> tuple[str, str]:
        """What is told in two ways: "59" for modifier 59, "blind" for without imaging."""
        if kind == "number" and value in self.modifiers:
            return "modifier", value
        return ("guided", "no") if (kind, value) == ("imaging", "none") else (kind, value)

    def _verbatim(
        self, quote: str, cited: Sequence[Cited], draft: Draft, decided: Sequence[str]
    ) -> bool:
        return any(quote == c.quote for c in cited) or any(quote in d for d in self.own_words)


def plain(text: str) -> str:
    """A sentence without its marks, emphasis, frame words and quotes."""
    told = MARK.sub("", text).replace("**", "").strip()
    for frame in FRAMES:
        told = told.removeprefix(frame)
    if QUOTED.fullmatch(told):
        return ""
    return told.strip()


LEADS = "|".join(map(re.escape, phrases.GUIDE_LEADS.values()))
QUOTED = re.compile(rf"(?:(?:{LEADS}) )?“[^”]+”")
"""Words of a guide and nothing else, which are checked letter by letter."""


def _verdicts(draft: Draft) -> list[str]:
    """What the decisions say first, as it is told and by itself."""
    reading = draft.evidence.reading
    told = [headline(reading, c) for c in draft.evidence.calls]
    told += [call.result.verdict for call in draft.evidence.calls]
    told += [m.question for c in draft.evidence.calls for m in getattr(c.result, "missing", ())]
    return [*told, *(part for verdict in told for part in parts(verdict))]


def _texts(cited: Sequence[Cited], draft: Draft) -> list[str]:
    """What the cited things say: a row's words, or each sentence of a passage."""
    texts = [c.quote for c in cited]
    texts += [c.quote[s:e] for c in cited if c.kind == "table" for s, e in sentences(c.quote)]
    keys = {c.passage_key for c in cited if c.passage_key}
    for passage in draft.evidence.passages:
        if passage.key in keys:
            text = passage.text
            texts += [text[s:e] for s, e in sentences(text)]
    return texts


def _rest_on(told: str, cited: Sequence[Cited], draft: Draft) -> bool:
    """Do the things cited hold a sentence of our own, or the rows that its verdict rests on?"""
    bare = VERDICT.sub("", told).lower()
    if any(bare in one.quote.lower() for one in cited):
        return True
    if reduce(or_, (citing.matter(c.quote) for c in cited)).backs(citing.matter(told)):
        return True
    rows, calls = {one.row for one in cited}, draft.evidence.calls
    # the modifiers decided beside a line are told with it
    beside = {s.row for c in calls if c.tool == "modifiers" for s in c.result.steps[:1]}
    for call in calls:
        told_first = sentences_of(draft.evidence.reading, call)
        said = (" ".join(told_first), *told_first, *parts(call.result.verdict), *parts(aside(call)))
        if told in said and rows <= {step.row for step in call.result.steps} | beside:
            return True
    return False


VERDICT = re.compile(r"^(?:[A-Z][a-z ]{1,20}): ")
