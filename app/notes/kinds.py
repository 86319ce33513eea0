"""Procedures of a note that are no epidural injections: facets, nerves, joints, taps... Pure.

The words and the counting are those of questions (app/ask/kinds.py). A note differs: the
title says which procedure it was, a target in the account counts only beside words of
work, and an epidural injection beside it must be named as one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.ask.heard import Heard
from app.ask.kinds import EPIDURAL, SOME_NERVE, SPINAL_NERVES, of_other_kinds
from app.ask.patterns import Span
from app.ask.turn import Mention
from app.notes.guided import Told as Guidance
from app.notes.levels import levels_of
from app.notes.sections import blanked
from app.notes.sided import of_needle, sides_in
from app.notes.words import NoteWords
from knowledge.codebook import Codebook
from knowledge.facts import Procedure

WORK = re.compile(
    r"inject|\binjs?\b|cathet|infus|block|ablat|neurotom|rhizotom|denervat|radiofreq|\brfa?\b|lesion|puncture|patch"
    r"|arthrogra|\btap\b|lysis|infiltrat|myelogra|discogra|thermal|pulsed|decompress|\bmild\b|\bx\s?\d"
    r"|points?\b|\btrigger pts?\b|drain|csf|\blp\b|racz|hyaluronidase|hypertonic",
    re.I,
)
SHORT = re.compile(
    r"(?:tpis?|mbbs?|sgb|gonb?|lsb|t?pvbs?|ebp|mbs|trps?|bvna?|intracept|snrbs?)", re.I
)
"""Abbreviations that name the work with its target."""
ITEM = re.compile(
    r"(?:^|[\s.;])(?:#\s?\d|\d{1,2}[.)]|\(\d\)|[A-D][.)])[:\s]+"
    r"(?:(?:left|right|bilateral|lt|rt|l|r|b/l)\s+)?$",
    re.I,
)
"""What begins an item of a numbered list is named there as done."""
READ = re.compile(r"\b(?:interpret\w*|findings?|impression|shows?|showed|block at|reading)\b", re.I)
GAUGE = "opening pressure"
"""Measured at a tap of either purpose, so it tells none where another word does."""
RACZ = "racz"
OF_A_TOOL = re.compile(r"\s*(?:\w+ )?(?:cath\w*|needle|type)", re.I)
"""A catheter of that name serves for other injections as well as for the lysis of scars."""
DOSED = re.compile(
    r"[ \t]*(?:nerves?|joints?)?[ \t]*(?:[:=]|-{1,2}>?|\bwith\b)[^.;\n]{0,50}?"
    r"\d[\d.,]*\s*(?:mg|mcg|ml|cc)\b",
    re.I,
)
"""A dose behind a target, on the same line."""
THREE = re.compile(
    r"(?<=\b[CTLS]\d)/(?=[CTLS]\d/[CTLS]\d)|(?<=\b[CTLS]\d/[CTLS]\d)/(?=[CTLS]\d)", re.I
)
"""Strokes of "C4/C5/C6": two joints, whether its vertebrae or its nerves are meant."""
NEAR = 34
"""Characters around a target within which words of work make it one."""
FILLED = ("levels", "level_count", "laterality", "sides", "region", "imaging", "technique")


@dataclass(frozen=True)
class Others:
    """What other kinds a note tells of."""

    procedures: tuple[Procedure, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    """Where the target of each is said."""
    sides: tuple[tuple[int, int], ...] = ()
    """Where sides are said that contradict each other."""
    title: tuple[Span, ...] | None = None
    body: tuple[Span, ...] | None = None
    """Levels that are left for an epidural injection; None = none is told beside them."""


def others(
    title: str, done: str, guidance: Guidance, words: NoteWords, book: Codebook
) -> Others | None:
    """The procedures of other kinds; None when the note tells of none."""
    heads, left = _of(title, guidance, words, book, strict=False, title=True)
    acts, kept = _of(done, guidance, words, book, strict=not heads, title=False)
    if not heads and not acts:
        return None
    if not heads and left is not None and EPIDURAL.search(title):
        # the title names an epidural alone: another kind must be told with its own work
        acts = tuple(a for a in acts if a.levels or not a.laterality or a.details)
    if len(heads) == 1 and _general(heads[0], book):
        # "ablation" or "nerve block" alone: the account says of what
        both, _ = _of(_over(title, done), guidance, words, book, strict=False, title=False)
        heads = _specified(heads[0], both, book)
        if not heads and not acts:
            return None
    found, clash = [], False
    for head in heads or acts:
        same = _same(head, acts, book) if heads else None
        if same is None and len(heads) == 1 and left is None:
            # the account names no target: its levels and sides are those of the title's
            both, _ = _of(_over(title, done), guidance, words, book, strict=False, title=False)
            same = _same(head, both, book)
        clash = clash or (bool(heads) and _clash(head, done, words))
        found.append(_methodical(_filled(head, same), done, words, book))
    found = [_open(p) if clash or _uncounted(p, book) else p for p in found]
    rest_title = left.levels if left is not None and EPIDURAL.search(title) else None
    named = bool(NAMED.search(done)) and (not heads or rest_title is not None)
    rest_body = kept.levels if kept is not None and named else None
    return Others(
        procedures=tuple(found),
        places=tuple(_place(p, title, done, words, book) for p in found),
        sides=_told_sides(title, done, words) if clash else (),
        title=rest_title,
        body=rest_body,
    )


def _general(head: Procedure, book: Codebook) -> bool:
    """Is it named by the work alone, without what was treated?"""
    targets = set(book.kinds[head.kind or ""].targets)
    general = {SPINAL_NERVES} if not head.levels else set()
    return bool(targets & general) or (SOME_NERVE in targets and "nerve" not in head.details)


def _specified(head: Procedure, both: Sequence[Procedure], book: Codebook) -> tuple[Procedure, ...]:
    """What title and account together name; nothing when it is the root of an epidural."""
    named = [p for p in both if not _general(p, book)]
    if len(named) == 1:
        return (_filled(named[0], head),)
    return (head,) if both else ()


def _over(title: str, done: str) -> str:
    """The title laid over the account; both have the length of the note."""
    return "".join(a if a != " " else b for a, b in zip(title, done, strict=True))


def _methodical(procedure: Procedure, done: str, words: NoteWords, book: Codebook) -> Procedure:
    """With the method that the account tells, where the code turns on it."""
    asked = "method" in book.kinds[procedure.kind or ""].facts
    told = {m.value for m in words.kinds.find(done) if m.fact == "method" and not m.negated}
    if not asked or "method" in procedure.details or len(told) != 1:
        return procedure
    return procedure.model_copy(update={"details": {**procedure.details, "method": told.pop()}})


def _same(head: Procedure, acts: Sequence[Procedure], book: Codebook) -> Procedure | None:
    """What the account says of the title's procedure: of its kind, else of its target."""
    targets = set(book.kinds[head.kind or ""].targets)
    alike = [a for a in acts if targets & set(book.kinds[a.kind or ""].targets)]
    return next((a for a in acts if a.kind == head.kind), next(iter(alike), None))


def _of(
    text: str, guidance: Guidance, words: NoteWords, book: Codebook, strict: bool, title: bool
) -> tuple[tuple[Procedure, ...], Heard | None]:
    """What one voice tells; a Heard when an epidural injection may be told beside it."""
    heard = _heard(text, guidance, words, book, strict, title)
    if not any(m.fact in ("target", "action") for m in heard.mentions):
        return (), heard
    return of_other_kinds(heard, book)


def _heard(
    text: str, guidance: Guidance, words: NoteWords, book: Codebook, strict: bool, title: bool
) -> Heard:
    found = [
        m
        for m in words.kinds.find(text)
        if m.fact != "imaging" and (m.fact, m.value) != ("substance", "non-neurolytic")
    ]
    found = [m for m in found if not (m.words.lower() == RACZ and OF_A_TOOL.match(text, m.end))]
    if strict:
        told = [m for m in found if m.fact in ("target", "action") and _worked(m, text)]
        found = [
            m
            for m in found
            if m.fact not in ("target", "action") or any(_beside(m, other, text) for other in told)
        ]
    if any(m.fact == "approach" and m.value == "intrathecal" and not m.negated for m in found):
        # a puncture is the way in when a drug is given there
        found = [m for m in found if (m.fact, m.value) != ("target", "spinal fluid")]
    found = [m for m in found if m.fact != "region" or not _finding(m, text, words)]
    found += list(guidance.values.values())
    quiet = blanked(
        text, [(s.start, s.end) for s in sides_in(text) if not of_needle(s, text, words, title)]
    )
    found = _without_gauge(found)
    levels = tuple(levels_of(THREE.sub("-", text), words, book))
    if any((m.fact, m.value) == ("target", "myelogram") for m in found):
        # what the pictures show is no level of the needle
        read = READ.search(text)
        levels = tuple(s for s in levels if read is None or s.start < read.start())
    spaces = tuple(s for s in levels if "-" in s.value)
    # where the code turns on guidance, silence is asked about and never filled
    settled = len(guidance.values) == 1 and "guided" not in guidance.values
    unclear: set[str] = set() if settled else {"imaging"}
    found = [m for m in found if m.value != "guided"]
    return Heard(f"{quiet} ;", tuple(found), spaces or levels, frozenset(unclear))


def _without_gauge(found: list[Mention]) -> list[Mention]:
    """Without the pressure as a sign of the purpose, where words name the purpose."""
    named = [m for m in found if m.fact == "purpose" and m.words.lower() != GAUGE]
    if not named:
        return found
    return [m for m in found if m.fact != "purpose" or m.words.lower() != GAUGE]


def _beside(mention: Mention, other: Mention, text: str) -> bool:
    """Is it that word, or one in the same sentence?"""
    start, end = sorted((mention.start, other.start))
    return not re.search(r"[.;\n]", text[start:end])


def _worked(mention: Mention, text: str) -> bool:
    """Does a word of work stand beside a target, in the same sentence?"""
    if SHORT.fullmatch(mention.words):
        return True
    if ITEM.search(text[max(0, mention.start - NEAR) : mention.start]):
        return True
    before = re.split(r"[.;\n]", text[max(0, mention.start - NEAR) : mention.start])[-1]
    after = re.split(r"[.;\n]", text[mention.end : mention.end + NEAR])[0]
    return bool(WORK.search(f"{before}{mention.words}{after}") or _dosed(mention, text))


def _dosed(mention: Mention, text: str) -> bool:
    """ "Left greater occipital nerve: triamcinolone 20 mg": what was given there is the work."""
    return bool(DOSED.match(text[mention.end : mention.end + 2 * NEAR]))


def _finding(mention: Mention, text: str, words: NoteWords) -> bool:
    return any(words.found("after_level", "finding", text[mention.end : mention.end + 20]))


NAMED = re.compile(
    r"\b(?:\w*esis?|epidural (?:steroid|injection)|snrbs?|interlaminar e\w+)\b", re.I
)
"""An epidural injection by name, not only the way of a needle."""


def _filled(head: Procedure, same: Procedure | None) -> Procedure:
    """The title's procedure with what only the account says of it."""
    if same is None:
        return head
    more = {
        name: getattr(same, name)
        for name in FILLED
        if not getattr(head, name) and getattr(same, name)
    }
    if head.laterality or head.sides:
        more.pop("sides", None)
        more.pop("laterality", None)
    if head.levels or head.level_count:
        more.pop("levels", None)
        more.pop("level_count", None)
    if more.get("levels") or more.get("level_count"):
        more["unclear"] = tuple(f for f in head.unclear if f != "levels")
    return head.model_copy(update={**more, "details": {**same.details, **head.details}})


ALIKE = re.compile(r"\b(?:both|each|bilateral|other side|in turn|repeated)\b", re.I)


def _clash(head: Procedure, done: str, words: NoteWords) -> bool:
    """Does the account treat another side than the title names?"""
    told = {s.value for s in sides_in(done) if of_needle(s, done, words, False)}
    if not head.laterality or not told:
        return False
    if head.laterality == "bilateral":
        return len(told) == 1 and "bilateral" not in told and not ALIKE.search(done)
    return bool(told - {head.laterality}) and not told & {head.laterality}


def _uncounted(procedure: Procedure, book: Codebook) -> bool:
    """Joints counted without a level or a side: two may be both sides of one level."""
    told = procedure.levels or procedure.laterality or procedure.sides
    sided = book.kinds[procedure.kind or ""].sided
    return sided and (procedure.level_count or 0) > 1 and not told


def _open(procedure: Procedure) -> Procedure:
    unclear = tuple(sorted({*procedure.unclear, "laterality"}))
    return procedure.model_copy(update={"laterality": None, "sides": (), "unclear": unclear})


def _told_sides(title: str, done: str, words: NoteWords) -> tuple[tuple[int, int], ...]:
    """The first side of each voice."""
    found = []
    for text, titled in ((title, True), (done, False)):
        found += [s for s in sides_in(text) if of_needle(s, text, words, titled)][:1]
    return tuple((s.start, s.end) for s in found)


def _place(
    procedure: Procedure, title: str, done: str, words: NoteWords, book: Codebook
) -> tuple[int, int]:
    """The first word for what was treated."""
    row = book.kinds[procedure.kind or ""]
    for text, titled in ((title, True), (done, False)):
        for m in sorted(words.kinds.find(text), key=lambda m: m.start):
            wanted = m.fact == "target" and m.value in row.targets
            if (wanted or m.fact == "action") and (titled or _worked(m, text)):
                return m.start, m.end
    return 0, 0


def spans_in(spans: Sequence[Span] | None) -> frozenset[tuple[int, int]]:
    """The places of levels, for comparing."""
    return frozenset((s.start, s.end) for s in spans or ())
