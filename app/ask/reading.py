"""What does the text state, and what is it about? Pure; questions and notes alike.

Every fact keeps the words it came from; two that contradict each other are kept as a
contradiction, never chosen between.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.ask import modifiers_named, patterns
from app.ask.lexicon import FACT_KINDS, Lexicon
from app.ask.topics import TopicReader
from app.ask.turn import Contradiction, Mention, Question, Reading
from knowledge import facts
from knowledge.codebook import Codebook
from knowledge.facts import Encounter, Procedure
from knowledge.rows import LevelRow, PayerRow

DAYS = re.compile(
    r"\b(?:[2-9]|two|three|four|five|six|seven)\s+(?:full\s+)?days?\b(?! apart)", re.I
)
OTHERS = ("never_ours", "other_procedure")
COUNT_WORDS = {"two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4, "double": 2, "bi": 2}
COUNTED = re.compile(
    r"\b(two|three|four|double|2|3|4)[\s-]+(?:separate |different |adjacent )?levels?\b", re.I
)
STATE_NAMES = (
    "Alabama AL,Alaska AK,Arizona AZ,Arkansas AR,California CA,Colorado CO,Connecticut CT,"
    "Delaware DE,Florida FL,Georgia GA,Hawaii HI,Idaho ID,Illinois IL,Indiana IN,Iowa IA,"
    "Kansas KS,Kentucky KY,Louisiana LA,Maine ME,Maryland MD,Massachusetts MA,Michigan MI,"
    "Minnesota MN,Mississippi MS,Missouri MO,Montana MT,Nebraska NE,Nevada NV,"
    "New Hampshire NH,New Jersey NJ,New Mexico NM,New York NY,North Carolina NC,"
    "North Dakota ND,Ohio OH,Oklahoma OK,Oregon OR,Pennsylvania PA,Rhode Island RI,"
    "South Carolina SC,South Dakota SD,Tennessee TN,Texas TX,Utah UT,Vermont VT,"
    "Virginia VA,Washington WA,West Virginia WV,Wisconsin WI,Wyoming WY,"
    "Puerto Rico PR"
)
STATES = {entry[:-3].lower(): entry[-2:] for entry in STATE_NAMES.split(",")}
CLEAR_ABBREVIATIONS = {
    "AZ",
    "TX",
    "NJ",
    "OH",
    "WA",
    "FL",
    "NY",
    "CA",
    "GA",
    "IL",
    "MI",
    "TN",
    "NC",
    "SC",
    "KY",
    "WI",
    "MN",
    "NV",
    "UT",
    "KS",
    "IA",
    "AR",
    "NH",
    "CT",
}


@dataclass(frozen=True)
class Reader:
    """Reads questions with one day's lexicon and the labelled examples."""

    lexicon: Lexicon
    topics: TopicReader

    def read(self, question: Question, book: Codebook) -> Reading:
        """Topics, codes, facts, dates, payers and settings from the asker's words."""
        text = self._without_instructions(question.text)
        if not text:
            return Reading(question=question, topics=("out_of_scope",))
        mentions = (*self.lexicon.find(text), *_sides(text), *_days(text))
        level_spans = list(patterns.levels(text))
        facts_read, contradictions = _facts(mentions, level_spans, book)
        codes = _codes(text)
        encounter, differences, unknown = _encounter(question, text, mentions, book)
        topic = self.topics.read(text, mentions, codes)
        modifiers = list(modifiers_named.named(text, set(book.modifier_names)))
        billed = [m for m in mentions if m.fact == "billed" and _apart(m, text)]
        return Reading(
            question=question,
            text=text,
            topics=topic.topics,
            codes=codes,
            billed=_unique(m.value for m in billed),
            diagnoses=_unique(s.value for s in patterns.diagnoses(text, set(book.diagnoses))),
            modifiers=_unique(
                [s.value for s in modifiers]
                + [m.value for m in _outermost(mentions, "modifier")]
            ),
            attached=modifiers_named.attached(
                text, modifiers, [patterns.Span(m.value, m.start, m.end) for m in billed]
            ),
            chained=modifiers_named.chained(text, set(book.modifier_names)),
            asked=_unique(m.value for m in mentions if m.fact == "asked"),
            situations=_unique(m.value for m in _outermost(mentions, "situation")),
            aspects=_unique(m.value for m in mentions if m.fact == "aspect" and not m.negated),
            procedures=_procedures(facts_read, level_spans, mentions, text, book),
            encounter=encounter,
            year=_year(text, question.today),
            rate=next((m.value for m in mentions if m.fact == "rate"), ""),
            mentions=tuple(m for m in mentions if m.fact in FACT_KINDS),
            contradictions=contradictions,
            differences=differences,
            unknown_payer=unknown,
            other_procedure=next((m.value for m in mentions if m.fact in OTHERS), ""),
            never_ours=any(m.fact == "never_ours" for m in mentions),
            whether=patterns.asks_whether(text),
            inverse=patterns.asks_inversely(text),
            guessed=topic.guessed,
            confidence=topic.confidence,
        )

    def _without_instructions(self, text: str) -> str:
        """Drop sentences that try to give orders; empty when nothing else was said."""
        pieces = re.split(r"(?<=[.!?\n])\s+", text)
        kept = [p for p in pieces if not self._orders(p)]
        return " ".join(kept)

    def _orders(self, sentence: str) -> bool:
        return any(
            m.fact == "topic" and m.value == "instruction" for m in self.lexicon.find(sentence)
        )


def _unique(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _codes(text: str) -> tuple[str, ...]:
    return _unique(span.value for span in patterns.codes(text))


def _sides(text: str) -> list[Mention]:
    return [
        Mention(
            fact="laterality", value=s.value, words=text[s.start : s.end], start=s.start, end=s.end
        )
        for s in patterns.sides(text)
    ]


def _days(text: str) -> list[Mention]:
    """A catheter and a number of days: it stayed."""
    found = DAYS.search(text) if "catheter" in text.lower() else None
    if not found:
        return []
    start, end = found.span()
    value = "indwelling catheter"
    return [Mention(fact="technique", value=value, words=found.group(), start=start, end=end)]


IMAGING = {"77003", "76942", "77012"}
GUIDED_BY = re.compile(
    r"\b(?:under|with|w|w/|using|by|via|and no|no|without|w/o|live|had|got|used)\s*(?:live\s+|no\s+)?$", re.I
)
GUIDED = re.compile(r"[\s-]*(?:guided|guidance was used|was used|used|for both|both)\b", re.I)
SEPARATE = re.compile(
    r"\b(?:bill\w*|charg\w+|separate\w*|extra|inclu\w+|bundl\w+|unbundl\w+|add\w*|append|also|too|pay|"
    r"paid|payable|pays|report\w*|code for|cpt for|7[67]\d{3}|denied|modifier|count\w*)\b",
    re.I,
)


def _apart(mention: Mention, text: str) -> bool:
    """Is the word meant as a service of its own? Imaging mostly tells how a needle was guided."""
    if mention.value not in IMAGING:
        return True
    listed = re.search(r",\s*$", text[: mention.start]) and re.match(r"\s*[,.:;?]", text[mention.end :])
    if GUIDED_BY.search(text[: mention.start]) or GUIDED.match(text[mention.end :]) or listed:
        return False
    before = re.split(r"[.?!;]\s", text[max(0, mention.start - 50) : mention.start])[-1]
    after = re.split(r"[.?!;](?:\s|$)", text[mention.end : mention.end + 40])[0]
    return bool(SEPARATE.search(before) or SEPARATE.search(after))


def _outermost(mentions: Sequence[Mention], fact: str) -> list[Mention]:
    """Mentions of a kind that no longer phrase of the same kind contains."""
    own = [m for m in mentions if m.fact == fact]
    return [
        m
        for m in own
        if not any(
            o.start <= m.start and m.end <= o.end and o.end - o.start > m.end - m.start for o in own
        )
    ]


# --- facts of the procedure ----------------------------------------------------


def _facts(
    mentions: Sequence[Mention], level_spans: Sequence[patterns.Span], book: Codebook
) -> tuple[dict[str, Any], tuple[Contradiction, ...]]:
    """One value for each fact stated, the ruled-out values, and what contradicts itself."""
    stated: dict[str, dict[str, str]] = {}
    ruled_out: list[str] = []
    for mention in mentions:
        if mention.fact not in FACT_KINDS:
            continue
        if mention.negated:
            ruled_out.append(mention.value)
        else:
            stated.setdefault(mention.fact, {}).setdefault(mention.value, mention.words)
    found: dict[str, Any] = {}
    contradictions: list[Contradiction] = []
    for fact, values in stated.items():
        kept = _narrowed(fact, values, book)
        if len(kept) == 1:
            found[fact] = next(iter(kept))
        elif fact not in ("region", "approach", "laterality"):
            contradictions.append(
                Contradiction(fact=fact, values=tuple(kept), words=tuple(kept.values()))
            )
        else:
            found[f"several {fact}"] = tuple(kept)
    gone = [v for v in ruled_out if v not in {x for vs in stated.values() for x in vs}]
    if gone:
        found["ruled_out"] = tuple(dict.fromkeys(gone))
    return found, tuple(contradictions)


def _narrowed(fact: str, values: dict[str, str], book: Codebook) -> dict[str, str]:
    """Drop a vague value beside an exact one, and the region a longer word contains."""
    kept = dict(values)
    if fact == "imaging" and len(kept) > 1:
        kept.pop("fluoroscopy or CT", None)
        # "fluoro" inside "without fluoro" states none, and the longer phrase wins
        words = {v: w.lower() for v, w in kept.items()}
        for value, phrase in words.items():
            inside = any(phrase in other and phrase != other for other in words.values())
            if inside and len(kept) > 1:
                kept.pop(value)
    if fact == "region" and "sacral" in kept and "lumbar" in kept:
        kept.pop("sacral")
    if fact == "substance" and "non-neurolytic" in kept and len(kept) > 1:
        kept.pop("non-neurolytic")
    return kept


def _procedures(
    read: dict[str, Any],
    level_spans: Sequence[patterns.Span],
    mentions: Sequence[Mention],
    text: str,
    book: Codebook,
) -> tuple[Procedure, ...]:
    """One procedure for each region or approach named; shared facts go to all of them."""
    shared = {f: read[f] for f in facts.SELECTING if f in read}
    if "ruled_out" in read:
        shared["ruled_out"] = read["ruled_out"]
    if "laterality" in read:
        shared["laterality"] = read["laterality"]
    elif "several laterality" in read:
        shared["laterality"] = "bilateral" if "bilateral" in read["several laterality"] else None
    if shared.get("approach") == "caudal":
        shared.pop("region", None)
    if count := COUNTED.search(text):
        shared["level_count"] = COUNT_WORDS[count[1].lower()]
    names = _unique(span.value for span in level_spans)
    groups = _by_region(names, shared.get("approach"), book)
    approaches = read.get("several approach") or (shared.pop("approach", None),)
    regions = read.get("several region", ())
    found = []
    for approach in approaches:
        own = groups
        if len(approaches) > 1:
            near = _nearest_levels(approach, approaches, level_spans, mentions)
            own = _by_region(near or names, approach, book)
        for region, level_names in _regions(own, regions, shared.get("region"), book):
            one = {**shared, "approach": approach, "levels": level_names}
            if region:
                one["region"] = region
            found.append(Procedure(**one))
    return tuple(found) or (Procedure(),)


def _nearest_levels(
    approach: str | None,
    approaches: Sequence[str | None],
    level_spans: Sequence[patterns.Span],
    mentions: Sequence[Mention],
) -> tuple[str, ...]:
    """The levels said nearer to this approach than to the others."""

    def distance(span: patterns.Span, other: str | None) -> int:
        places = [m.start for m in mentions if m.fact == "approach" and m.value == other]
        return min((abs(place - span.start) for place in places), default=10_000)

    return _unique(
        span.value
        for span in level_spans
        if min(approaches, key=lambda other: distance(span, other)) == approach
    )


def _by_region(
    names: Sequence[str], approach: str | None, book: Codebook
) -> list[tuple[str, tuple[str, ...]]]:
    """Level names in groups of regions that share their codes."""
    groups: dict[str, list[str]] = {}
    for name in names:
        row = _level(name, approach, book)
        if row:
            groups.setdefault(_side(row.region, book), []).append(name)
    return [(side, tuple(found)) for side, found in groups.items()]


def _regions(
    groups: list[tuple[str, tuple[str, ...]]],
    regions: tuple[str, ...],
    region: str | None,
    book: Codebook,
) -> list[tuple[str | None, tuple[str, ...]]]:
    """Regions to code, each with its levels; a region that its levels show is not said twice."""
    if groups:
        sides = {side for side, _ in groups}
        extra = [r for r in regions if _side(r, book) not in sides]
        first: list[tuple[str | None, tuple[str, ...]]] = [
            (region if region and len(groups) == 1 else None, names) for _, names in groups
        ]
        return first + [(r, ()) for r in extra]
    sides_said: dict[str, str] = {}
    for one in regions:
        sides_said.setdefault(_side(one, book), one)
    if sides_said:
        return [(one, ()) for one in sides_said.values()]
    return [(region, ())]


def _side(region: str, book: Codebook) -> str:
    """The group of regions that share their codes, such as "cervical or thoracic"."""
    for name, group in book.facts["region"].aliases.items():
        if region in group:
            return name
    return region


def _level(name: str, approach: str | None, book: Codebook) -> LevelRow | None:
    for row in book.levels:
        fits = not row.approaches or approach is None or approach in row.approaches
        if fits and (row.level == name or name in row.root_of):
            return row
    return _vertebra(name, book)


def _vertebra(name: str, book: Codebook) -> LevelRow | None:
    """A vertebra no root is named after, by the first interspace it stands in."""
    for row in book.levels:
        if row.level.split("-")[0] == name:
            return row
    return None


# --- facts of the encounter ------------------------------------------------------


def _encounter(
    question: Question, text: str, mentions: Sequence[Mention], book: Codebook
) -> tuple[Encounter, tuple[str, ...], str]:
    """The fields sent, overruled by what the question says; and a payer no row knows."""
    said: dict[str, Any] = {}
    days = [day for day, _ in patterns.dates(text)]
    if days:
        said["service_date"] = days[0]
    elif year := _past_year(text, question.today):
        said["service_date"] = date(year, 12, 31)
    for fact in ("place_of_service", "claim"):
        values = _unique(m.value for m in mentions if m.fact == fact)
        if len(values) == 1:
            said[fact] = values[0]
    payer, unknown = _payer(question, text, mentions, book)
    if payer:
        said["payer"] = payer
    if state := _state(text):
        said["state"] = state
    sent = question.encounter
    differences = tuple(
        f"The question says {value}, the {name.replace('_', ' ')} field says "
        f"{getattr(sent, name)}: the question's word was used."
        for name, value in said.items()
        if name != "payer" and getattr(sent, name) not in (None, value)
    )
    return sent.model_copy(update=said), differences, unknown


def _past_year(text: str, today: date) -> int | None:
    found = [int(s.value) for s in patterns.years(text)]
    return found[0] if len(found) == 1 and found[0] < today.year else None


def _year(text: str, today: date) -> int | None:
    found = [int(s.value) for s in patterns.years(text)]
    return found[0] if len(found) == 1 else None


def _payer(
    question: Question, text: str, mentions: Sequence[Mention], book: Codebook
) -> tuple[str, str]:
    """A payer the tables know, and one they do not."""
    asked = f"{text} {question.encounter.payer or ''}".lower()
    asked = re.sub(r"\bnot\s+(?:\w+\s+)?medicare\b", "", asked)
    known = _known_payer(asked, book.payers)
    if known:
        return known, ""
    named = [m.value for m in mentions if m.fact == "payer"]
    if not named and question.encounter.payer:
        named = [question.encounter.payer]
    return "", named[0] if named and named[0] != "commercial" else ""


def _known_payer(text: str, payers: Sequence[PayerRow]) -> str:
    best = ""
    found = ""
    for row in payers:
        for name in row.names:
            if len(name) > len(best) and re.search(
                rf"(?<!\w){re.escape(name.lower())}(?!\w)", text
            ):
                best, found = name, row.payer
    return found


def _state(text: str) -> str:
    lowered = text.lower()
    for name in sorted(STATES, key=len, reverse=True):
        if re.search(rf"\b{name}\b", lowered):
            return STATES[name]
    for word in re.findall(r"\b[A-Z]{2}\b", text):
        if word in CLEAR_ABBREVIATIONS:
            return str(word)
    found = re.search(r"\b(?:in|state of)\s+(OK|PA|MA|IN|OR|ME|CO|AL|ID|MS|VA|DE|LA|MT|NE)\b", text)
    return found[1] if found else ""
