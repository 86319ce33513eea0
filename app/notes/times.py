"""Which words of a note tell of the work done today? Pure.

Every sentence is of today, of another time (history, a plan, an order), or only talked about
(consent, teaching, a study). A sentence of another time or of talk takes its procedure with it:
what stands before the telling word is kept only where it shows work of its own. Silence is no
evidence: what no word puts into another time still has to name or show the work.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.ask import patterns
from app.notes.sections import NOT_DONE, Part, Sections, blanked, kept
from app.notes.words import NoteWords

REASON = re.compile(r"\s*(?:because|since|if|should|as)\b", re.I)
NOW = re.compile(
    r"\b(?:today(?:'s)?|now|this (?:morning|afternoon|time|visit|session)|same day)\b", re.I
)
NOT_NOW = re.compile(r"\b(?:not|no|nothing|none)\b[^.;,\n]{0,40}\b(?:today|now)\b", re.I)
PIECES = re.compile(r",\s+(?!(?:and |& )?[CTLS]-?\d)|\s+but\s+|\s+-\s+|\s\|\s|\s->\s")
CLAUSES = re.compile(
    rf"{PIECES.pattern}|\s(?=(?:and|then|so|with|was|failed|will|today|i|we"
    r"|(?:she|he|pt|patient) (?:was|is|did|had)|(?:a|an|the) (?:needle|tuohy|\d\d\s?-?g))\b)",
    re.I,
)
"""Where a new clause may begin in what is dictated without stops."""
RUN_ON_LENGTH = 260
"""Characters of a sentence from which on it is dictated without stops."""
TELEGRAPHIC = 5
"""Pieces of one sentence from which on it is a telegram, not a sentence."""
TALKING = ("history", "plan", "consent", "intended")
"""Sections that may speak of procedures of another time."""
OTHER_TIME = ("history", "planned", "consent", "explained")
ASIDE = re.compile(
    r"\s*(?:for|because|due to|given|see|per|as|(?:after|following)(?! which))\b", re.I
)
"""A piece that gives the reason or a reference: its other time is not that of the sentence."""
GIVEN = re.compile(r"\d(?:[\d.,]*)\s*(?:mg|mcg|ml|cc)\b", re.I)
GOES_ON = re.compile(r"\s*(?:including|such as|like|e\.?g|which|where|that|for|of|or|and)\b", re.I)
REFERENCE = re.compile(
    r"\b(?:same|identical|as|like|per|see|repeat of|at the|than|(?:compared|similar) (?:to|with))\b"
    r"[^,.;\n]{0,30}?\b(?:last|before|previous(?:ly)?|prior|planned|scheduled|ordered|discussed"
    r"|earlier|agreed|consented|described|noted)\b"
    r"(?:\s(?:visit|time|injections?|session|one|month|week|year|levels?|sites?|note|procedure))?",
    re.I,
)
OF_SYMPTOMS = re.compile(
    r"\s(?=for\s(?!\d|the (?:first|second|third|last)|two|three|four|six|several"
    r"|a (?:few|month|year)))",
    re.I,
)
"""Where the reason of a procedure begins, with a time of its own."""
AFTER = re.compile(
    r"\s(?=(?:after|following|since)\s(?!which|injection|the (?:injection|block)))", re.I
)
PARTIAL = re.compile(r"\b(?:on|since|dated)\s+\d{1,2}/\d{1,2}\b(?!/)", re.I)
"""A day without its year: nobody dates the work at hand so, within a sentence."""


@dataclass(frozen=True)
class Days:
    """The date of service, against which the other dates of a note are of another time."""

    service: date | None

    def other(self, text: str) -> bool:
        """Does the stretch name a day or a year that is not the one of the service?"""
        named = [day for day, _ in patterns.dates(text)]
        if self.service in named:
            return False
        years = {int(s.value) for s in patterns.years(text)}
        if self.service is not None:
            years.discard(self.service.year)
        return bool(named or years or PARTIAL.search(text))


@dataclass(frozen=True)
class Told:
    """What a note tells of the work at hand, everything else blanked out."""

    title: str
    done: str
    talked: bool = False
    """Does it speak of a procedure of another time, too?"""


def told(found: Sections, words: NoteWords, service: date | None = None) -> Told:
    """The words of the title, and those of the work done."""
    title: list[tuple[int, int]] = []
    done: list[tuple[int, int]] = []
    days = Days(service)
    for part in found.parts:
        announced = words.cue("announced", found.text, part.start, part.end)
        if part.kind in NOT_DONE:
            called = announced and part.kind in ("history", "indication")
            if called and not _of(("planned",), found.text, (part.start, part.end), words):
                title.append((part.start, part.end))
            continue
        spans = _of_today(found.text, part, words, days)
        (title if part.kind == "title" or announced else done).extend(spans)
    return Told(
        kept(found.text, title), kept(found.text, done), _talked(found, [*title, *done], words)
    )


def _talked(found: Sections, today: Sequence[tuple[int, int]], words: NoteWords) -> bool:
    """Is a procedure named in what is not of today?"""
    left = blanked(found.only("none", "done", *TALKING), today)
    return bool(words.named.search(left))


def _of_today(text: str, part: Part, words: NoteWords, days: Days) -> list[tuple[int, int]]:
    """The pieces of a sentence that tell of what was done today."""
    pieces = [q for p in _pieces(text, part, PIECES) for q in _before_its_reason(text, p, words)]
    telegram = len(pieces) >= TELEGRAPHIC
    if part.end - part.start > RUN_ON_LENGTH:
        # dictated without a stop: each clause speaks for itself
        pieces, telegram = list(_pieces(text, part, CLAUSES)), True
    if part.kind == "title":
        return [p for p in pieces if not _of(("study", "undone"), text, p, words)]
    if telegram and not _of_another(text, pieces[0], words, days):
        at = _begun(text, pieces, words)
        left = [p for p in pieces[at:] if not _elsewhen(text, p, words, days)]
    else:
        left = _before_and_now(text, part, pieces, words, days)
    return [p for p in left if not _of(("study", "undone"), text, p, words)]


def _before_its_reason(
    text: str, piece: tuple[int, int], words: NoteWords
) -> list[tuple[int, int]]:
    """ "Blood patch L4-5 after an epidural five days ago": the event behind is of another time."""
    cut = OF_SYMPTOMS.search(text, *piece) or AFTER.search(text, *piece)
    if cut is None or not words.named.search(text, piece[0], cut.start()):
        return [piece]
    if words.cue("history", text, piece[0], cut.start()):
        return [piece]
    return [(piece[0], cut.start()), (cut.start(), piece[1])]


def _before_and_now(
    text: str,
    part: Part,
    pieces: list[tuple[int, int]],
    words: NoteWords,
    days: Days,
) -> list[tuple[int, int]]:
    """What a sentence says of today before it turns to another time, and what it says is now."""
    if REASON.match(text, part.start) and _of(("planned",), text, (part.start, part.end), words):
        return []
    turns = [n for n, p in enumerate(pieces) if _elsewhen(text, p, words, days)]
    asides = {n for n in turns if n and ASIDE.match(text, pieces[n][0])}
    # "consent signed, L4-5 ILESI under fluoroscopy": talk that names no procedure ends there
    asides |= {n for n in turns if _talk_alone(text, pieces, n, words)}
    at = next((n for n in turns if n not in asides), len(pieces))
    before = [p for n, p in enumerate(pieces[:at]) if n not in asides]
    if at == len(pieces):
        return before
    if before and not _acted(text, (before[0][0], before[-1][1]), words):
        # "L4-5 TFESI under fluoro, last year": the name alone shows no work
        before = []
    back = next((n for n in range(at, len(pieces)) if _now(text, pieces[n], words)), len(pieces))
    after = [p for n, p in enumerate(pieces) if n > back and n not in turns]
    return [*before, *pieces[back : back + 1], *after]


def _talk_alone(text: str, pieces: list[tuple[int, int]], at: int, words: NoteWords) -> bool:
    """Is a piece talk of no procedure, which the next one does not go on with?"""
    here = pieces[at]
    if not _of(("consent", "explained"), text, here, words):
        return False
    if _of(("history", "planned"), text, here, words) or words.named.search(text, *here):
        return False
    return at + 1 == len(pieces) or not GOES_ON.match(text, pieces[at + 1][0])


def _acted(text: str, piece: tuple[int, int], words: NoteWords) -> bool:
    """Does the stretch show work, by its words or by what was given?"""
    return words.cue("acted", text, *piece) or bool(GIVEN.search(text, *piece))


def _now(text: str, piece: tuple[int, int], words: NoteWords) -> bool:
    """Does the piece turn to today, or to what was done in place of a plan?"""
    today = bool(NOW.search(text, *piece)) and not NOT_NOW.search(text, *piece)
    return today or words.cue("changed", text, *piece)


def _of_another(text: str, piece: tuple[int, int], words: NoteWords, days: Days) -> bool:
    """Does a telegram begin with a procedure of another time, which the rest describes?"""
    return _elsewhen(text, piece, words, days) and bool(words.named.search(text, *piece))


def _begun(text: str, pieces: list[tuple[int, int]], words: NoteWords) -> int:
    """From which piece on a telegram that begins with a plan may tell of work."""
    if not _of(("planned",), text, pieces[0], words):
        return 0
    for n, piece in enumerate(pieces):
        if words.cue("acted", text, *piece) or _now(text, piece, words):
            return n
    return len(pieces)


def _elsewhen(text: str, piece: tuple[int, int], words: NoteWords, days: Days) -> bool:
    """Is the piece of another time, or talk of what may be done?"""
    own = text[slice(*piece)]
    # "same level as last time", "at the planned levels": a reference is no other time
    own = REFERENCE.sub(lambda m: " " * len(m.group()), own)
    return any(words.cue(cue, own) for cue in OTHER_TIME) or days.other(own)


def _of(cues: Sequence[str], text: str, piece: tuple[int, int], words: NoteWords) -> bool:
    """Do words of one of these kinds stand in the piece?"""
    return any(words.cue(cue, text, *piece) for cue in cues)


def _pieces(text: str, part: Part, cut: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    at = part.start
    for match in cut.finditer(text[part.start : part.end]):
        yield at, part.start + match.end()
        at = part.start + match.end()
    yield at, part.end
