"""Does an ICD-10-CM code stand on a claim of this day, alone and beside others? Pure.

Rows of icd10cm.csv decide: the spine and pain categories, and what a fiscal year changed. A code
outside them is unknown, never invalid; whether a diagnosis fits an injection is diagnosis.py's.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Literal

from knowledge.codebook import Codebook, Lines
from knowledge.decisions import Caution
from knowledge.facts import Frozen
from knowledge.policy_rows import DiagnosisRow
from knowledge.rows import StatementRow

TABLE = "icd10cm"

Status = Literal["billable", "header", "ended", "not_yet", "unknown"]


class DiagnosisStanding(Frozen):
    """What became of one ICD-10-CM code on the day of the codebook."""

    code: str
    """As the list writes it, with the dot: M5412 is M54.12."""
    status: Status
    """"unknown" is no verdict on the code: see `absent` and `attested`."""
    children: tuple[str, ...] = ()
    """The billable codes below a header on the day; below an ended code, those that came with
    its end."""
    since: date | None = None
    """First day of this status; of a code that is not yet in force, its first day. None = the
    start is not held."""
    until: date | None = None
    """First day the status no longer holds; of an ended code, the day it ended."""
    attested: date | None = None
    """Earliest day our lists show the code so, where its start is not held. A day before it
    is unknown."""
    absent: bool = False
    """Its category is held whole, and has no such code."""
    sources: tuple[str, ...] = ()
    row: str = ""
    """Table and row, such as "icd10cm/M54.12"; of an absent code, its category's row."""


class Conflict(Frozen):
    """Two codes that an Excludes1 note keeps off one claim."""

    codes: tuple[str, str]
    noted: str
    """The code of the two that carries the note, by itself or through a code above it."""
    off: str
    """The one to leave off; "" = the record decides which of the two it documents."""
    sources: tuple[str, ...]
    row: str


def dotted(code: str) -> str:
    """A code as the list writes it."""
    bare = code.strip().upper().replace(".", "")
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare


def standing(code: str, book: Codebook) -> DiagnosisStanding:
    """Billable, a header, ended, not yet in force, or unknown on the day of the book."""
    icd = dotted(code)
    lines = _lines(icd, book)
    if not lines:
        category = _lines(icd[:3], book)
        return DiagnosisStanding(
            code=icd,
            status="unknown",
            absent=_whole(icd, book),
            sources=_sources(category[-1]) if category else (),
            row=f"{TABLE}/{icd[:3]}" if category else "",
        )
    return _of(icd, lines, book)


def excluded(codes: Sequence[str], book: Codebook) -> tuple[Conflict, ...]:
    """Each pair of the codes that Excludes1 bars from one claim, by the notes in force."""
    icds = tuple(dict.fromkeys(dotted(code) for code in codes))
    found = (_conflict(one, other, book) for one, other in combinations(icds, 2))
    return tuple(conflict for conflict in found if conflict)


def held_lists(book: Codebook) -> tuple[Caution, ...]:
    """Which lists are held, for an answer that rests on them."""
    return tuple(
        Caution(text=row.say, row=f"horizons/{row.id}", sources=row.source)
        for row in book.held("horizons", "icd10cm", StatementRow)
    )


def _of(icd: str, lines: Lines, book: Codebook) -> DiagnosisStanding:
    """The line in force on the day; else the nearest, which tells how it stands."""
    on = book.on
    now = [line for line in lines if _from(line) <= on and not _ended(line, on)]
    line = now[-1] if now else (lines[-1] if _ended(lines[-1], on) else lines[0])
    status: Status
    if not now:
        begun = _day(line["effective"])
        status = "ended" if _ended(line, on) else "not_yet" if begun and begun > on else "unknown"
    else:
        status = "billable" if line["billable"] == "1" else "header"
    return DiagnosisStanding(
        code=icd,
        status=status,
        children=_children(icd, book) if status in ("header", "ended") else (),
        since=_day(line["effective"]),
        until=_day(line["ended"]),
        attested=_day(line["attested"]),
        sources=_sources(line),
        row=f"{TABLE}/{icd}",
    )


def _from(line: Mapping[str, str]) -> date:
    """First day the line is known to hold; with no day at all, as far back as is asked."""
    return _day(line["effective"]) or _day(line["attested"]) or date.min


def _ended(line: Mapping[str, str], on: date) -> bool:
    end = _day(line["ended"])
    return end is not None and end <= on


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _sources(line: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(line["source"].split())


def _key(line: Mapping[str, str]) -> str:
    return line["code"]


def _lines(icd: str, book: Codebook) -> Lines:
    """The lines of one code, oldest first; the table is in the order of the codes."""
    table = book.large(TABLE)
    return table[bisect_left(table, icd, key=_key) : bisect_right(table, icd, key=_key)]


def _below(icd: str, book: Codebook) -> Iterator[Mapping[str, str]]:
    """The lines of the codes under a header, of every day."""
    table = book.large(TABLE)
    for line in table[bisect_right(table, icd, key=_key) :]:
        if not line["code"].startswith(icd):
            return
        yield line


def _children(icd: str, book: Codebook) -> tuple[str, ...]:
    return tuple(
        line["code"]
        for line in _below(icd, book)
        if line["billable"] == "1" and _from(line) <= book.on and not _ended(line, book.on)
    )


def _whole(icd: str, book: Codebook) -> bool:
    """Is the code's category held whole on the day, so that a code it lacks does not exist?"""
    return any(
        line["whole"] == "1" and _from(line) <= book.on and not _ended(line, book.on)
        for line in _lines(icd[:3], book)
    )


def _conflict(one: str, other: str, book: Codebook) -> Conflict | None:
    off, known = _off(one, other, book)
    for noted, named in ((one, other), (other, one)):
        for header in above(noted):
            for line in _lines(header, book):
                if _ended(line, book.on) or _from(line) > book.on:
                    continue
                if any(_covers(entry, named) for entry in line["excludes1"].split()):
                    return Conflict(
                        codes=(one, other),
                        noted=noted,
                        off=off,
                        sources=_sources(line),
                        row=f"{TABLE}/{header}",
                    )
    if known is None:
        return None
    return Conflict(
        codes=(one, other),
        noted=off,
        off=off,
        sources=known.source,
        row=f"diagnosis/{known.code}",
    )


def above(icd: str) -> Iterator[str]:
    """The code and every header it may hang under, the nearest first."""
    for length in range(len(icd), 2, -1):
        if length != 4:
            yield icd[:length]


def _covers(entry: str, icd: str) -> bool:
    """Does an entry of a note, a beginning or a range "M50:M51", take in the code?"""
    first, _, last = entry.partition(":")
    if not last:
        return icd.startswith(first)
    return icd[: len(first)] >= first and icd[: len(last)] <= last


def _off(one: str, other: str, book: Codebook) -> tuple[str, DiagnosisRow | None]:
    """Which of the two diagnosis.toml takes off the claim, and its row; "" where none does."""
    for icd, beside in ((one, other), (other, one)):
        rows = (book.diagnoses.get(header) for header in above(icd))
        row = next((r for r in rows if r and r.yields_to), None)
        if row and beside.startswith(row.yields_to):
            return icd, row
    return "", None
