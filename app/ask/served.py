"""What a text tells of drugs, sedation, anesthesia, pumps and leads. Pure.

Words of the lexicon and figures by their form; which rule they call for is the planner's matter.
"""

import re
from collections.abc import Sequence

from app.ask import doses
from app.ask.billed import without_inner
from app.ask.measures import NUMBERS
from app.ask.turn import Mention, Served

FACTS = (
    "service", "sedation_by", "anesthesia_by", "anesthesia_for", "pump_act", "pump_fact",
)  # fmt: skip
"""What words of the lexicon state of these services."""
DRUG_CODE = re.compile(r"[JQSA]\d{4}$")
SMALL = "|".join(NUMBERS)
TENS = r"(?:twenty|thirty|forty|fifty)[\s-](?:one|two|three|four|five|six|seven|eight|nine)"
MINUTES = re.compile(
    rf"(?<![\w.])(\d{{1,3}}|fifteen|{TENS}|{SMALL}|sixteen|seventeen|eighteen|nineteen|thirteen"
    r"|fourteen)[\s-]*(?:min|mins|minutes?)\b",
    re.I,
)
HOURS = re.compile(r"\b(one|an|1|half an|a half|1\.5|two|2)[\s-]*(?:hr|hour)s?\b", re.I)
CLOCK = re.compile(
    r"(?<![\d/.-])(\d{1,2}):?([0-5]\d)\s*(?:a\.?m\.?|p\.?m\.?|h)?\s*"
    r"(?:-|\u2013|to|until|till|thru|through|/|,?\s*(?:and\s+)?(?:stop|end|off|finish)\w*\s*(?:at|time)?:?)\s*"
    r"(\d{1,2}):?([0-5]\d)(?![\d/])",
    re.I,
)
AGE = re.compile(
    r"\b(\d{1,3})[\s-]*(?:yo|y/?o|y\.o\.?|yrs?[\s-]*old|years?[\s-]*(?:old|of age)|year-old)\b"
    r"|\b(?:patient|pt|aged?|age of|age is)[\s:,]+(?:is\s+|was\s+)?(\d{1,3})\b"
    r"(?!\s*(?:min|mg|ml|%|x))",
    re.I,
)
UNDER_FIVE = re.compile(r"\b(?:under|below|younger than)\s+(?:the age of\s+)?(?:5|five)\b", re.I)
MONTHS_OLD = re.compile(r"\b\d{1,2}[\s-]*(?:mo|months?)[\s-]*old\b|\binfant\b|\btoddler\b", re.I)
ADULT = re.compile(r"\badults?\b|\belderly\b|\bgrown[\s-]up\b", re.I)
ADULT_AGE = 18
LEADS = re.compile(
    r"\b(\d|one|two|three|four|both|bilateral|a pair of|dual|single)\s+(?:\w+\s+){0,3}?"
    r"(?:leads?|arrays?|electrodes?|octrodes?)\b"
    r"|\b(?:leads?|arrays?|electrodes?|octrodes?)\s*[x\u00d7]\s*(\d)\b",
    re.I,
)
PAIR = {"both": 2, "bilateral": 2, "a pair of": 2, "dual": 2, "single": 1}


def listen(text: str, mentions: Sequence[Mention], codes: Sequence[str]) -> Served:
    """The services a text tells of."""
    told: dict[str, tuple[str, ...]] = {}
    for fact in FACTS:
        own = [m for m in mentions if m.fact == fact]
        # one act may be told inside the words of another, as in "implant catheter and pump"
        kept = own if fact == "pump_act" else without_inner(own)
        values = tuple(dict.fromkeys(m.value for m in kept if not m.negated))
        if values:
            told[fact] = values
    return Served(
        drugs=doses.given(text, mentions, [c for c in codes if DRUG_CODE.match(c)]),
        minutes=_minutes(text),
        age=_age(text),
        leads=_leads(text),
        told=told,
    )


def _minutes(text: str) -> int | None:
    """The time of sedation: said in minutes or hours, or from one time of day to another."""
    found = MINUTES.search(text)
    if found:
        return _count(found[1])
    if clock := CLOCK.search(text):
        begin, end = (int(clock[n]) * 60 + int(clock[n + 1]) for n in (1, 3))
        span = (end - begin) % (12 * 60)
        return span if 0 < span < 8 * 60 and int(clock[1]) < 24 and int(clock[3]) < 24 else None
    if hours := HOURS.search(text):
        word = hours[1].lower()
        return 30 if "half" in word else {"1.5": 90, "two": 120, "2": 120}.get(word, 60)
    return None


def _count(word: str) -> int:
    if word.isdigit():
        return int(word)
    teens = {"thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
             "eighteen": 18, "nineteen": 19}  # fmt: skip
    parts = re.split(r"[\s-]", word.lower())
    known = NUMBERS | teens | {"half": 30}
    return sum(known[p] for p in parts)


def _age(text: str) -> int | None:
    if MONTHS_OLD.search(text):
        return 0
    if UNDER_FIVE.search(text):
        return 4
    if found := AGE.search(text):
        return int(found[1] or found[2])
    return ADULT_AGE if ADULT.search(text) else None


def _leads(text: str) -> int | None:
    found = LEADS.search(text)
    if not found:
        return None
    word = (found[1] or found[2]).lower()
    count = PAIR.get(word) or (int(word) if word.isdigit() else NUMBERS.get(word))
    return int(count) if count else None
