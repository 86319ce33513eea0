"""What does the text state, and what is it about? Pure; questions and notes alike.

Every fact keeps the words it came from; two that contradict each other are kept as a
contradiction, never chosen between.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.ask import patterns
from app.ask.heard import listen
from app.ask.lexicon import FACT_KINDS, Lexicon, is_negated
from app.ask.procedures import procedures
from app.ask.service_day import service_days
from app.ask.tidy import tidy
from app.ask.topics import TopicReader
from app.ask.turn import Mention, Question, Reading
from knowledge.codebook import Codebook
from knowledge.facts import Encounter
from knowledge.rows import PayerRow

US = re.compile(r"(?<!the )(?<!in )\bUS\b(?!\s*(?:Medicare|payers?|dollars?|law|rules?|coders?)\b)")
"""In capitals, ultrasound and not the pronoun."""
XRAY = re.compile(
    r"(?<!\w)(?:under|live|with|w/|using|by|via|no|without"
    r"|w/o)\s+(?:an?\s+)?x-?\s?rays?\b(?!\s*show)"
    r"|\bx-?\s?rays?\b(?=\s*(?:-?guid|used|was|were|not)\b)",
    re.I,
)
DAYS = re.compile(
    r"\b(?:x\s?)?(?:[2-9]|two|three|four|five|six|seven)[\s-]+(?:full\s+)?(?:days?|nights?"
    r"|d)\b(?! apart)"
    r"|\b(?:24|36|48|72|96)\s?h(?:rs?|ours?)?\b|\bovernight\b|\bpod\s?#?[1-9]\b"
    r"|\b(?:on )?(?:post-?op )?day [2-9]\b"
    r"|\b(?:a|one|1) day (?:later|after)\b|\b(?:past|crossed|after) midnight\b"
    r"|\bhospital day [2-9]\b"
    r"|\b(?:till|until|thru|through) (?:mon|tue|wed|thu|fri|sat|sun|discharge|tomorrow|the next)\w*"
    r"|\bnext (?:day|morning|afternoon)\b|\bfollowing (?:day|morning)\b"
    r"|\b(?:mon|tue|wed|thu|fri|sat|sun)\w*\b[^.;]{0,40}\b(?:pulled|removed|out|to)\b"
    r"\s+(?:on\s+)?(?:mon|tue|wed|thu|fri|sat|sun)\w*\b",
    re.I,
)
OTHERS = ("never_ours", "other_procedure")
NOT_KEPT = re.compile(r"(?:\bnot|n't|\bnever)\s+(?:stay|remain|left|kept|keep)[^,.;]*$", re.I)
CATHETER = re.compile(r"\bcath(?:eter)?s?\b|\bpcea\b", re.I)
CT = re.compile(
    r"\bCT\b(?!\s*(?:scans?\b|count|show|myelo|angio|findings|report|of the|lumbar"
    r"|abd|fluoro|guid|-guid))"
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
        text = self._without_instructions(tidy(question.text))
        if not text:
            return Reading(question=question, topics=("out_of_scope",))
        mentions = (*self.lexicon.find(text), *_scans(text), *_days(text))
        heard = listen(text, mentions, FACT_KINDS)
        read, contradictions = procedures(heard, book)
        codes = heard.codes
        encounter, differences, unknown = _encounter(question, text, mentions, book)
        topic = self.topics.read(text, mentions, codes)
        return Reading(
            question=question,
            text=text,
            topics=topic.topics,
            codes=codes,
            billed=_unique(m.value for m in mentions if m.fact == "billed"),
            diagnoses=_unique(s.value for s in patterns.diagnoses(text, set(book.diagnoses))),
            modifiers=_unique(s.value for s in patterns.modifiers(text, set(book.modifier_names))),
            aspects=_unique(m.value for m in mentions if m.fact == "aspect" and not m.negated),
            procedures=read,
            encounter=encounter,
            other_days=service_days(heard.text)[1:],
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


def _scans(text: str) -> list[Mention]:
    """CT as what guided the needle, not a scan that was read before."""
    return [
        Mention(
            fact="imaging",
            value="none" if is_negated(text, m.start(), m.end()) else value,
            words=m.group(),
            start=m.start(),
            end=m.end(),
        )
        for value, pattern in (("CT", CT), ("ultrasound", US), ("fluoroscopy", XRAY))
        for m in pattern.finditer(text)
        if not re.search(r"\bmri\b.{0,8}$", text[: m.start()], re.I)
    ]


def _days(text: str) -> list[Mention]:
    """A catheter and a number of days: it stayed."""
    found = DAYS.search(text) if CATHETER.search(text) else None
    if not found:
        return []
    start, end = found.span()
    stayed = not NOT_KEPT.search(text[:start])
    value = "indwelling catheter" if stayed else "single injection"
    return [Mention(fact="technique", value=value, words=found.group(), start=start, end=end)]


# --- facts of the encounter ------------------------------------------------------


def _encounter(
    question: Question, text: str, mentions: Sequence[Mention], book: Codebook
) -> tuple[Encounter, tuple[str, ...], str]:
    """The fields sent, overruled by what the question says; and a payer no row knows."""
    said: dict[str, Any] = {}
    days = service_days(text)
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
