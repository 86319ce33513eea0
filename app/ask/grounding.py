"""Does the draft say only what the evidence says? The last word. Pure.

Every code, modifier, diagnosis, number, date, region, approach, imaging word and
negation of a sentence must stand together in one thing that backs it: a sentence of a
decision, the row cited, or the passage cited in that very sentence. Each quote must be
found verbatim. A sibling code differs by one token, so nothing is matched fuzzily.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.ask import modifiers_named, patterns, phrases
from app.ask.headline import headline, parts
from app.ask.headline import sentences as sentences_of
from app.ask.lexicon import Lexicon
from app.ask.turn import Cited, Draft, Sentence
from ingest.chunking import sentences

MARK = re.compile(r"\s*\[(\d+)\]")
QUOTE = re.compile("“([^”]+)”")
DENIAL = re.compile(
    r"\b(?:no|not|never|cannot|nor|neither|none|nothing|bars?|barred|excludes?|excluded|outside)\b"
    r"|\w+n't\b",
    re.I,
)
"""Words that say no."""
TURNING = re.compile(rf"{DENIAL.pattern}|\b(?:without|only|unless|except)\b", re.I)
"""Words that turn a sentence's meaning."""
NUMBER = re.compile(r"\$?\d[\d,]*(?:\.\d+)?%?")
COUNTS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
}
KINDS = ("region", "approach", "imaging", "technique", "laterality")
CLAUSE = re.compile(r"[;:,]|\bbut\b|\bbecause\b|\bso\b|\band\b|\bwhile\b")
JOINT = re.compile(r"[;:]|\bbut\b|\bbecause\b|\bso\b|, and\b|\bwhile\b|\band (?=\w+ \w+ \w+)")
"""Where a sentence may join two claims."""
COPY = 0.7
FRAMES = ("The rule beside it: ", "Not covered: ", "Note: ", "Correction: ", "- ")
"""Words of the writer's own that carry no claim."""


SLACK = 0.12
"""How much less like the sentence the unit that says it may be than the likest unit."""
NEAR = 0.6
"""Likeness from which a sentence without codes or figures counts as a unit's."""

Atoms = tuple[tuple[str, str, int], ...]
"""Kind, value and place of everything a claim could turn on."""


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
    gloss: Callable[[str], str] = str
    """A Spanish sentence in English, word for word."""

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
        for call in draft.evidence.calls:
            told = sentences_of(reading, call)
            units += [" ".join(told), *told]
        units += [phrases.contradiction_line(reading), phrases.kept_line(reading)]
        nearest = [getattr(c.result, "nearest", ()) for c in draft.evidence.calls]
        units += [f"Nearest that is held: {', '.join(n)}." for n in nearest]
        units += [phrases.assumed_line(draft.evidence.assumed)]
        for row in draft.evidence.errata:
            units += [row.better, phrases.erratum_answer(reading, row)]
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
        if sentence.language != "en" and told not in self.own_words:
            # it has few words, so only a verdict may back it: a flip names other codes too
            told, backing = self.gloss(told), _verdicts(draft)
        if told and not self.supported(told, backing):
            yield f"not backed by what it cites: {told[:80]}"

    def _verbatim(
        self, quote: str, cited: Sequence[Cited], draft: Draft, decided: Sequence[str]
    ) -> bool:
        return any(quote == c.quote for c in cited) or any(quote in d for d in self.own_words)

    def supported(self, told: str, backing: Sequence[str]) -> bool:
        """Is the sentence one of the backing sentences, or does one of them say it?

        A joined sentence may rest on several, clause by clause.
        """
        units = [plain(unit) for unit in backing]
        if told in units:
            return True
        if self._one_says(told, units):
            return True
        # a near copy of one unit has to be that unit; only a sentence of the model's own
        # making may rest on several
        if max((_likeness(told, unit) for unit in units), default=0.0) >= COPY:
            return False
        clauses = self._claims(told)
        return len(clauses) > 1 and all(self._one_says(c, units) for c in clauses)

    def _one_says(self, told: str, units: Sequence[str]) -> bool:
        """Does the unit nearest in words say every atom of it, with the same polarity?"""
        if not units:
            return not self.atoms(told)
        atoms = self.atoms(told)
        likeness = [_likeness(told, unit) for unit in units]
        if not atoms:
            near = max(likeness)
            return near < NEAR or any(
                like >= near - SLACK and _turns_alike(told, unit)
                for like, unit in zip(likeness, units, strict=True)
            )
        ranked = sorted(zip(likeness, units, strict=True), reverse=True)[:12]
        saying = [like for like, unit in ranked if self._says(unit, told, atoms, like >= COPY)]
        # a unit that says it must be about as near in words as any unit that does not:
        # a swapped code leaves the sentence nearest to the unit it was taken from
        if not saying or saying[0] < ranked[0][0] - SLACK:
            return False
        copies = [like for like, _ in ranked if like >= COPY]
        return len(copies) <= sum(like >= COPY for like in saying)

    def _says(self, unit: str, told: str, atoms: Atoms, copy: bool) -> bool:
        """Does the unit hold the atoms with the same polarity?

        A near copy must have every turning word of the unit; a sentence in other words
        only has to say yes where the unit says yes.
        """
        have = self.atoms(unit)
        if not _within(atoms, have):
            return False
        if copy:
            return _turns_alike(told, unit)
        return _denies(told) in (_denies(unit), _denies(self._clauses(unit, atoms)))

    def _clauses(self, unit: str, atoms: Atoms) -> str:
        """The shortest run of clauses of the unit that holds all the atoms."""
        cuts = [0, *[m.start() for m in CLAUSE.finditer(unit)], len(unit)]
        best = unit
        for i in range(len(cuts) - 1):
            for j in range(i + 1, len(cuts)):
                run = unit[cuts[i] : cuts[j]]
                if len(run) < len(best) and _within(atoms, self.atoms(run)):
                    best = run
        return best

    def _claims(self, told: str) -> list[str]:
        """The clauses of a sentence, each with the sentence's first code when it has none."""
        cuts = [0, *[m.start() for m in JOINT.finditer(told)], len(told)]
        code = CODES.search(told)
        clauses = []
        for start, end in zip(cuts, cuts[1:], strict=False):
            clause = told[start:end].strip(" ;:,")
            if clause and self.atoms(clause):
                has = CODES.search(clause)
                clauses.append(clause if has or not code else f"{code.group()} {clause}")
        return clauses

    def atoms(self, text: str) -> Atoms:
        """Everything in a text that a claim could turn on, in the order of the text."""
        found: list[tuple[int, str, str]] = []
        spans: list[tuple[int, int]] = []

        def take(kind: str, items: Iterable[patterns.Span]) -> None:
            for span in items:
                found.append((span.start, kind, span.value))
                spans.append((span.start, span.end))

        take("code", (patterns.Span(m.group().upper(), *m.span()) for m in CODES.finditer(text)))
        take("level", _whole(patterns.levels(text)))
        take("modifier", modifiers_named.named(text, set(self.modifiers)))
        for day, span in patterns.dates(text):
            found.append((span.start, "date", day.isoformat()))
            spans.append((span.start, span.end))
        for match in NUMBER.finditer(text):
            if not any(s <= match.start() < e for s, e in spans):
                number = match.group().strip("$,.").replace(",", "")
                found.append((match.start(), "number", number))
        for match in re.finditer(rf"(?<!which )\b(?:{'|'.join(COUNTS)})\b(?! of)", text.lower()):
            found.append((match.start(), "number", str(COUNTS[match.group()])))
        for match in GUIDED.finditer(text.lower()):
            guided = "yes" if match[1] == "with" else "no"
            found.append((match.start(), "guided", guided))
        for match in self._fact_pattern.finditer(text.lower()):
            found += [(match.start(), k, v) for k, v in self._fact_words[match.group()]]
        return tuple(sorted(dict.fromkeys((k, v, at) for at, k, v in found), key=_place))

    @cached_property
    def _fact_words(self) -> dict[str, list[tuple[str, str]]]:
        words: dict[str, list[tuple[str, str]]] = {}
        for row in self.lexicon.rows:
            # a catheter told of says nothing yet on whether it stayed
            if row.states in KINDS and row.value != "catheter":
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
GUIDED = re.compile(r"\b(with(?:out)?|no) (?:the )?(?:fluoroscopy|ct|imaging|guidance|it)\b")
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


def _turns_alike(told: str, unit: str) -> bool:
    """The same verdict word before the colon, if any is told, and as many turning words."""
    lead, body = _lead(told)
    other_lead, other_body = _lead(unit)
    if lead and lead != other_lead:
        return False
    return len(TURNING.findall(body)) == len(TURNING.findall(other_body))


def _lead(text: str) -> tuple[str, str]:
    """ "No: never ..." as "No" and the rest; no verdict word, an empty lead."""
    found = re.match(r"(Yes|No|Only|Rarely|Not by itself)\b[^:]{0,40}: ", text)
    return (found[1], text[found.end() :]) if found else ("", text)


def _denies(text: str) -> bool:
    return bool(DENIAL.search(text))


def _whole(spans: Iterable[patterns.Span]) -> list[patterns.Span]:
    """Levels read from the same words as one: "C2-C4" is not "C3-C4"."""
    by_place: dict[tuple[int, int], list[str]] = {}
    for span in spans:
        by_place.setdefault((span.start, span.end), []).append(span.value)
    return [patterns.Span(" ".join(values), *place) for place, values in by_place.items()]


def _place(atom: tuple[str, str, int]) -> tuple[int, str, str]:
    return atom[2], atom[0], atom[1]


def _within(atoms: Atoms, have: Atoms) -> bool:
    """Does one text hold the other's atoms as often as they are told?

    With several codes told, in the same order too, so that what is said of one is not
    taken for another.
    """
    told = [a[:2] for a in atoms]
    held = [a[:2] for a in have]
    if Counter(told) - Counter(held):
        return False
    codes = [a for a in told if a[0] == "code"]
    return len(set(codes)) < 2 or _in_order(codes, [a for a in held if a[0] == "code"])


def _in_order(told: Sequence[object], held: Sequence[object]) -> bool:
    rest = iter(held)
    return all(any(one == other for other in rest) for one in told)


def _likeness(told: str, unit: str) -> float:
    """Share of words in common, codes and figures among them."""
    one, other = set(_words(told)), set(_words(unit))
    return len(one & other) / (len(one | other) or 1)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9.$%]+", text.lower().replace("n't", " not"))
