"""The parts of a note: what stands under which heading, and what each sentence tells of. Pure.

A heading may stand on its own line, before a colon, or run on in dictation. A sentence is
of the title, of the work done, or of something else: history, plan, consent, studies.
What is not of the work done is blanked out, so that every place stays that of the note.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.ask import patterns
from app.notes.words import NoteWords

BULLET = r"[ \t>*#•·\-–]*(?:\d{1,2}[.)]\s+)?(?:\*\*)?"
MARK = (
    r"(?:(?:\*\*)?\s*(?::|\s-{1,2}\s|\s–\s)(?:\*\*)?"
    r"|(?:\*\*)?[ \t]*(?=\n|$)|\s+(?=[A-Z]\d[\dA-Z]\.))"
)
OTHER = re.compile(rf"^{BULLET}(?P<name>[A-Za-z][\w/&()' -]{{1,40}}?)(?:\*\*)?\s*:(?=\s|$)", re.M)
"""A heading that no row names."""
RUN_ON = re.compile(r"(?:[.;!?)]|\s{2}|\|)\s*$")
STOP = re.compile(
    r"(?<!\bDr)(?<!\bpt)(?<!\bvs)(?<!\bapprox)(?<!\bNo)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\sn)"
    r"(?<!\s[A-Z])[.!?](?=\s|$)|\n+|;|(?<=\d)\.(?=\s[A-Z])"
)
VERB = re.compile(r"\b(?:was|were|is|are|had|has|been|then|we|I|after|placed|advanced|performed)\b")
TITLED = re.compile(
    r"\b(?:injections?|epidurals?|blocks?|\w*esis?|procedure|ablation|neurotomy|patch|snrb"
    r"|puncture|tap|myelogra\w+|discogra\w+|aborted|discontinued)\b",
    re.I,
)
SHORT_KINDS = {"diagnosis", "indication", "encounter", "who", "outcome", "anesthesia", "meds",
               "drugs", "title", "intended"}  # fmt: skip
LONG_KINDS = {"history", "exam", "study", "consent"}
NOT_DONE = {"history", "exam", "study", "consent", "plan", "meds", "diagnosis", "indication",
            "encounter", "who", "outcome", "anesthesia", "intended"}  # fmt: skip
"""Sections whose words state nothing of how and where the needle went."""
LOOSE = {"history", "meds", "diagnosis", "plan"}
"""Headings in capitals that begin wherever they stand: "VAS 7 to 2 PMH: ..."."""
SHOUTED = re.compile(r"[A-Z][A-Z/ -]*[A-Z]")
ENDING = {"diagnosis", "encounter", "who", "meds", "indication", "intended"}
"""Headings whose reach ends where a sentence behind them begins the work."""
LISTED_AT_MOST = 3
"""Commas of a line from which on it is a telegram, not a title."""
WRAPPED = 55
"""Characters of a line from which on it may go on in the next."""


OF_PAPER = re.compile(
    r"^\W*[\w /&,'()-]{3,70}\b(?:form|template|checklist|worksheet|questionnaire|flow ?sheet|log)"
    r"\W*$",
    re.I,
)
"""A first line that is the name of the paper, whatever kinds of work the paper is for."""


@dataclass(frozen=True)
class Part:
    """A sentence or a line, and what it tells of."""

    kind: str
    """The kind of its heading, or "title", "done", "none"."""
    start: int
    end: int


@dataclass(frozen=True)
class Sections:
    """A note in parts."""

    text: str
    parts: tuple[Part, ...]

    def only(self, *kinds: str) -> str:
        """The text with everything but parts of these kinds blanked out."""
        return kept(self.text, [(p.start, p.end) for p in self.parts if p.kind in kinds])


def kept(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with everything outside the spans blanked out, line ends kept."""
    chars = [c if c == "\n" else " " for c in text]
    for start, end in spans:
        chars[start:end] = text[start:end]
    return "".join(chars)


def blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with the spans blanked out."""
    chars = list(text)
    for start, end in spans:
        chars[start:end] = [c if c == "\n" else " " for c in text[start:end]]
    return "".join(chars)


# --- headings ------------------------------------------------------------------------------


def sections(text: str, words: NoteWords) -> Sections:
    """The note cut at headings and sentences."""
    heads = list(_heads(text, words))
    bounds = [*heads, ("", len(text), len(text))]
    parts: list[Part] = list(_sentences(text, "none", 0, bounds[0][1]))
    for (kind, at, start), (_, end, _) in zip(heads, bounds[1:], strict=True):
        parts += _body(text, kind, at, start, end, words)
    parts = [p for p in parts if text[p.start : p.end].strip()]
    return Sections(text, tuple(_titled(text, parts, words)))


def _heads(text: str, words: NoteWords) -> Iterator[tuple[str, int, int]]:
    """Kind, start and end of each heading."""
    found: dict[int, tuple[str, int, int]] = {}
    whole = re.compile(
        rf"(?P<name>{words.headings.pattern})(?:\s*\((?:s|es)\))?{MARK}", re.I | re.M
    )
    lines = [0, *[m.end() for m in re.finditer(r"\n", text)]]
    lead = re.compile(BULLET)
    for at in lines:
        begun = lead.match(text, at)
        start = begun.end() if begun else at
        match = whole.match(text, start)
        if match:
            found[start] = (_of_line(text, match, words), at, match.end())
        elif other := OTHER.match(text, at):
            found[other.start("name")] = (words.heading_like(other["name"]), at, other.end())
    for match in re.finditer(rf"(?<!\w)(?P<name>{words.headings.pattern})\s?:(?=\s|$)", text, re.I):
        before = text[: match.start()]
        loose = (
            _kind(match["name"], words) in LOOSE
            and bool(SHOUTED.fullmatch(match["name"]))
            and not re.search(r"\b(?:the|his|her|on|of|in)\s$", before[-5:], re.I)
        )
        if match.start() not in found and (loose or RUN_ON.search(before[-4:])):
            found[match.start()] = (_kind(match["name"], words), match.start(), match.end())
    last = 0
    for start in sorted(found):
        kind, at, end = found[start]
        if at >= last:
            yield kind, at, end
            last = end


def _of_line(text: str, head: re.Match[str], words: NoteWords) -> str:
    """The kind of a heading; a radiologist's "exam" or "study" heads the name of what was done."""
    kind = _kind(head["name"], words)
    if kind not in ("exam", "study"):
        return kind
    line = text[head.end() :].partition("\n")[0].strip()
    named = TITLED.search(line) and _bare_title(line, words) and not re.search(r"[.;]\s", line)
    return "title" if named else kind


def _kind(name: str, words: NoteWords) -> str:
    return words.heading_kinds[re.sub(r"\s+", " ", name.lower())]


def _body(text: str, kind: str, at: int, start: int, end: int, words: NoteWords) -> Iterator[Part]:
    """The parts under one heading; what the heading no longer covers is of no kind.

    The heading itself is a part of what it heads: "Fluoro time: 12 s" tells of fluoroscopy.
    """
    stop = end
    if kind in SHORT_KINDS | LONG_KINDS:
        stop = _covers(text, kind, start, end, words)
    under = {"other": "done", "drugs": "done"}.get(kind, kind)
    begun = False
    for n, part in enumerate(_sentences(text, under, at, stop, start)):
        own = text[part.start : part.end]
        begun = begun or (n > 0 and _begins(own, kind, words))
        yield Part("none", part.start, part.end) if begun else part
    yield from _sentences(text, "none", stop, end)


def _begins(sentence: str, kind: str, words: NoteWords) -> bool:
    """Does a sentence that runs on behind a heading begin the work?"""
    if kind in LONG_KINDS:
        return kind != "consent" and words.cue("begins", sentence)
    if kind == "anesthesia":
        # "Sedation: none. 18g Tuohy ...": what follows on the line is the work
        return any(words.found("shown", "entry", sentence))
    if kind not in ENDING:
        return False
    named = words.approaches.search(sentence)
    if named and kind == "indication":
        # "here for an interlaminar" is no work; with needle, contrast or drug it is
        named = named if len(list(words.found("cue", "worked", sentence))) > 1 else None
    return bool(named) or words.cue("starts", sentence)


def _covers(text: str, kind: str, start: int, end: int, words: NoteWords) -> int:
    """Where the reach of a heading ends: a blank line, or a line that begins the work."""
    at = start
    first = True
    while at < end:
        stop = text.find("\n", at)
        stop = end if stop < 0 or stop > end else stop
        line = text[at:stop]
        if not first:
            if not line.strip():
                return at
            before = text[:at].rstrip("\n").rpartition("\n")[2]
            long = len(before) > WRAPPED and not re.search(r"[.:;!?]\s*$", before)
            wrapped = line.lstrip()[:1].islower() or long
            listed = re.match(r"\s*(?:[-*•]|\d{1,2}[.)]|\W?[A-Z]\d\d)", line)
            if words.cue("starts", line) and not listed:
                return at
            if kind in SHORT_KINDS and not listed and not wrapped:
                return at
        if line.strip():
            first = False
        at = stop + 1
    return end


def _sentences(text: str, kind: str, start: int, end: int, headed: int = 0) -> Iterator[Part]:
    at = start
    for match in STOP.finditer(text, max(start, headed), end):
        yield Part(kind, at, match.end())
        at = match.end()
    if at < end:
        yield Part(kind, at, end)


def _titled(text: str, parts: Sequence[Part], words: NoteWords) -> Iterator[Part]:
    """A narrative under the heading of the title is of the work; a bare first line is a title."""
    first = True
    for part in parts:
        own = text[part.start : part.end]
        if part.kind == "title" and VERB.search(own):
            yield Part("done", part.start, part.end)
        elif part.kind == "none" and first and OF_PAPER.match(own):
            yield Part("encounter", part.start, part.end)
        elif part.kind == "none" and first and _bare_title(own, words) and _line(text, part):
            yield Part("title", part.start, part.end)
        else:
            yield part
        first = first and part.kind in ("encounter", "who")


def _line(text: str, part: Part) -> bool:
    """Is it a line of its own, and no item of a list?"""
    alone = text[part.end - 1 : part.end] == "\n" or text[part.end : part.end + 1] in ("\n", "")
    return alone and not re.match(r"\s*(?:#|\d{1,2}[.)])\s?\d?", text[part.start : part.end])


OF_ANOTHER = ("history", "planned", "consent", "explained")
"""What a first line tells when it is no title: "Status post L4-5 ESI", "Order for ..."."""


def _bare_title(line: str, words: NoteWords) -> bool:
    if any(words.cue(cue, line) for cue in OF_ANOTHER):
        return False
    short = len(line) < 140 and not VERB.search(line) and line.count(",") < LISTED_AT_MOST
    return short and bool(TITLED.search(line) or any(patterns.levels(line)))
