"""What does the text state, and what is it about? Pure; questions and notes alike.

Every fact keeps the words it came from; two that contradict each other are kept as a
contradiction, never chosen between.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.ask import (
    billed,
    claim_lines,
    measures,
    misspelt,
    modifiers_named,
    orders,
    patterns,
    served,
)
from app.ask.heard import listen
from app.ask.kinds import by_code, of_other_kinds, with_claim
from app.ask.lexicon import FACT_KINDS, Lexicon, is_negated
from app.ask.pair_asked import visits
from app.ask.procedures import procedures
from app.ask.service_day import service_days
from app.ask.sessions import Sessions, sessions
from app.ask.tidy import tidy
from app.ask.topics import TopicReader
from app.ask.turn import Mention, Question, Reading
from knowledge.codebook import Codebook
from knowledge.facts import Encounter
from knowledge.policy_rows import PayerRow

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
DRUG_LINE = re.compile(r"\b(?:units?|hcpcs|j-?codes?|lines?|qty|codes?|bill\w*)\b", re.I)
"""Words that make a dose a matter of the claim."""
OF_TREATMENT = re.compile(
    r"\b(?:should|could|can|may|ok|okay|safe\w*|giv\w+|inject\w*|use|using|mix\w*|recommend\w*|max\w*"
    r"|limit|ceiling|too much|enough|how much|how many (?:mg|ml|cc)|dose|dosing|titrat\w*|better"
    r"|best|patient|pt|he|she|allerg\w*|risk|side effects?|or)\b",
    re.I,
)
"""Words by which an amount is a matter of the treatment; without one it is that of a line."""
CT_AND_FLUORO = {"fluoroscopy", "CT", "fluoroscopy or CT"}
OTHERS = ("never_ours", "other_procedure")
OF_ANOTHER = ("other_blocks", "facet")
"""Aspects of a block that stands beside an epidural injection."""
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
}


OF_POLICY = re.compile(
    r"\bper (?:\w+ )?session\b|\blcds?\b|\bmedicare\b|\bpayers?\b|\bpolic(?:y|ies)\b"
    r"|\bcover(?:ed|age|s)?\b",
    re.I,
)
"""Words by which a ceiling of the dose is that of a payer and not of medicine."""


@dataclass(frozen=True)
class Reader:
    """Reads questions with one day's lexicon and the labelled examples."""

    lexicon: Lexicon
    topics: TopicReader

    def read(self, question: Question, book: Codebook) -> Reading:
        """Topics, codes, facts, dates, payers and settings from the asker's words."""
        text = tidy(misspelt.mended(orders.plain(question.text), book.every_code))
        text = orders.without(text, self._orders, self._says)
        if not text:
            return Reading(question=question, topics=("out_of_scope",))
        mentions = (*self.lexicon.find(text), *_scans(text), *_days(text))
        heard = listen(text, mentions, FACT_KINDS)
        others, epidural = of_other_kinds(heard, book)
        read, contradictions = procedures(epidural, book) if epidural else ((), ())
        codes = heard.codes
        told = sessions(text, question.today)
        encounter, differences, unknown = _encounter(question, text, mentions, book, told)
        if not others and all(p.approach is None and not p.levels for p in read):
            others = by_code(codes, encounter, book)
            read = () if others else read
        levels = list(patterns.levels(text))
        services = served.listen(text, mentions, codes)
        stated = _stated(text, codes, levels, book) | ({"our_code"} if others else set())
        if services.minutes is not None and "sedation" in services.all("service"):
            stated.add("timed_sedation")
        amounts = any(g.dose or g.volume for g in services.drugs)
        if amounts and (DRUG_LINE.search(text) or not OF_TREATMENT.search(text)):
            stated.add("drug_code")
        named = {m.value for m in mentions if m.fact == "aspect" and not m.negated}
        if "drug_waste" in named:
            stated |= {"drug_code", "waste"}
        if "contractor_asked" in named:
            stated.add("our_code")
        if "ceiling" in named and OF_POLICY.search(text):
            stated.add("policy_limit")
        topic = self.topics.read(text, mentions, stated)
        modifiers = list(modifiers_named.named(text, set(book.modifier_names)))
        apart = [m for m in mentions if m.fact == "billed" and billed.apart(m, text)]
        aspects = _unique(m.value for m in mentions if m.fact == "aspect" and not m.negated)
        if others and not epidural and len({p.kind for p in others}) == 1:
            # the block that is asked about is none beside another
            aspects = tuple(a for a in aspects if a not in OF_ANOTHER)
        diagnoses = _unique(
            [
                *(s.value for s in patterns.diagnoses(text, book.every_diagnosis)),
                *(m.value for m in mentions if m.fact == "diagnosis"),
            ]
        )
        agreed = topic.settled if topic.guessed or set(topic.settled) & set(topic.topics) else ()
        settles = _unique([*(m.value for m in mentions if m.fact == "settles"), *agreed])
        return Reading(
            question=question,
            text=text,
            topics=_of_claim(question.text, topic.topics, mentions, book),
            codes=codes,
            billed=_unique(m.value for m in apart),
            diagnoses=diagnoses,
            modifiers=_unique(
                [s.value for s in modifiers]
                + [m.value for m in billed.outermost(mentions, "modifier")]
            ),
            attached=modifiers_named.attached(
                text, modifiers, [patterns.Span(m.value, m.start, m.end) for m in apart]
            ),
            chained=modifiers_named.chained(text, set(book.modifier_names)),
            asked=_unique(m.value for m in mentions if m.fact == "asked"),
            situations=_unique(m.value for m in billed.outermost(mentions, "situation")),
            aspects=aspects,
            likely=topic.likely if topic.settled or not aspects else (),
            settled=settles,
            measures=measures.measures(text),
            procedures=(*read, *(with_claim(p, encounter, book) for p in others)),
            served=services,
            encounter=encounter,
            sessions=told,
            other_days=() if told else service_days(heard.text)[1:],
            year=_year(text, question.today),
            rate=next((m.value for m in mentions if m.fact == "rate"), ""),
            mentions=tuple(m for m in mentions if m.fact in FACT_KINDS),
            contradictions=contradictions,
            differences=differences,
            unknown_payer=unknown,
            other_procedure=next(
                (m.value for m in mentions if m.fact in OTHERS and not others), ""
            ),
            never_ours=any(m.fact == "never_ours" for m in mentions) and not others,
            notes=self.topics.limits.notes(self.topics.limits.found(text)),
            malformed=_unique(misspelt.malformed(text, book.every_code)),
            unknown_modifiers=_unique(patterns.unknown_modifiers(text, set(book.modifier_names))),
            unknown_places=_unique(p for p in patterns.places(text) if p not in _held_places(book)),
            whether=patterns.asks_whether(text),
            inverse=patterns.asks_inversely(text),
            searched=_searched(text, mentions),
            of_guide=any(m.fact == "source" for m in mentions),
            guessed=topic.guessed,
            confidence=topic.confidence,
        )

    def _orders(self, sentence: str) -> bool:
        return "order" in self.topics.limits.found(sentence)

    def _says(self, sentence: str) -> bool:
        """Does it speak of a procedure or a code?"""
        if any(patterns.codes(sentence)) or any(patterns.levels(sentence)):
            return True
        return bool({"epidural", "claim_words"} & self.topics.limits.found(sentence))


def _of_claim(
    text: str, topics: tuple[str, ...], mentions: Sequence[Mention], book: Codebook
) -> tuple[str, ...]:
    """The topics; a claim that is to be checked is about nothing else, unless it is declined."""
    declined = topics[:1] and topics[0] in ("clinical", "gaming")
    asked = any(m.fact == "asks" and m.value == "claim_check" for m in mentions)
    return ("claim",) if not declined and claim_lines.asks(text, asked, book) else topics


def _stated(
    text: str, codes: Sequence[str], level_spans: Sequence[patterns.Span], book: Codebook
) -> set[str]:
    """What kinds of thing the text states that are ours to answer about."""
    kinds = {
        "codes": bool(codes),
        "our_code": any(c in book.every_code for c in codes),
        "drug_code": any(
            book.every_code[c][-1].role == "drug" for c in codes if c in book.every_code
        ),
        "facts": bool(level_spans),
        "diagnoses": any(patterns.diagnoses(text, book.every_diagnosis)),
        "modifiers": any(modifiers_named.named(text, set(book.modifier_names))),
    }
    # a denial that the table explains, and 25 on a visit, are matters of our claims
    denied = {r for row in book.statements("denials", "denial") for r in row.aspects}
    kinds["our_code"] |= any(c.split("-")[-1] in denied for c in patterns.denial_codes(text))
    kinds["our_code"] |= kinds["modifiers"] and bool(visits(book) & set(codes))
    # JZ and JW stand on the line of a drug
    kinds["drug_code"] |= any(modifiers_named.named(text, {"JZ", "JW"}))
    return {kind for kind, there in kinds.items() if there}


def _held_places(book: Codebook) -> set[str]:
    return {row.id for row in book.statements("places", "place")}


def _searched(text: str, mentions: Sequence[Mention]) -> str:
    """The text without the words that name the guide, which stand in every passage."""
    for m in sorted(mentions, key=lambda m: -m.start):
        if m.fact == "source":
            text = f"{text[: m.start]} {text[m.end :]}"
    return " ".join(text.split())


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
    question: Question,
    text: str,
    mentions: Sequence[Mention],
    book: Codebook,
    told: Sessions | None = None,
) -> tuple[Encounter, tuple[str, ...], str]:
    """The fields sent, overruled by what the question says; and a payer no row knows."""
    said: dict[str, Any] = {}
    days = service_days(text)
    if told:
        # the dates of earlier sessions are none of the service asked about
        said |= {"service_date": told.asked} if told.asked else {}
    elif days:
        said["service_date"] = days[0]
    elif year := _past_year(text, question.today):
        said["service_date"] = date(year, 12, 31)
    for fact in ("place_of_service", "claim"):
        values = _unique(m.value for m in mentions if m.fact == fact)
        if fact == "place_of_service":
            # a number that is called a place of service beats a word such as "office"
            numbers = _unique(p for p in patterns.places(text) if p in _held_places(book))
            values = numbers or values
        if len(values) == 1:
            said[fact] = values[0]
    payer, unknown = _payer(question, text, mentions, book)
    if payer:
        said["payer"] = payer
    if state := _state(text) or next((m.value for m in mentions if m.fact == "state"), ""):
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
    named = [m.value for m in mentions if m.fact == "payer"]
    if known == "commercial" and any(n != "commercial" for n in named):
        # "UHC commercial" names a payer, and the kind says nothing of its rules
        return "", next(n for n in named if n != "commercial")
    if known:
        return known, ""
    if not named and question.encounter.payer:
        named = [question.encounter.payer]
    return "", named[0] if named and named[0] != "commercial" else ""


def _known_payer(text: str, payers: Sequence[PayerRow]) -> str:
    best = ""
    found = ""
    for row in payers:
        for name in row.names:
            if not re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", text):
                continue
            # "eviCore, or is it as Medicare has it?" asks of eviCore
            beats = found in ("medicare", "commercial") and row.payer not in (found, "medicare")
            if beats or (len(name) > len(best) and (row.payer != "medicare" or not found)):
                best, found = name, row.payer
    return found


def _state(text: str) -> str:
    """The state of the service: one said with "in" before it first, else the first named."""
    found = [
        (m.start(), STATES[m[1].lower()])
        for m in re.finditer(
            rf"\b({'|'.join(sorted(STATES, key=len, reverse=True))})\b", text, re.I
        )
    ]
    found += [
        (m.start(), m[0]) for m in re.finditer(r"\b[A-Z]{2}\b", text) if m[0] in CLEAR_ABBREVIATIONS
    ]
    found += [(m.start(1), m[1]) for m in AFTER_PLACE.finditer(text)]
    placed = [(at, state) for at, state in found if text[:at].lower().endswith((" in ", "of "))]
    return min(placed or found, default=(0, ""))[1]


AFTER_PLACE = re.compile(
    r"(?:\b(?:in|state of)|[A-Z][a-z]+,?)\s+"
    r"(OK|PA|MA|IN|OR|ME|CO|AL|ID|MS|VA|DE|LA|MT|NE|CT)(?! (?:guid|scan))\b"
)
"""Abbreviations that are words or modifiers too, after "in" or the name of a town."""
