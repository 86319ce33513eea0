"""Shares found and shares taken out wrongly, over synthetic notes and clean questions."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from app.ask.privacy import Redacted, redact
from eval.cases import Question
from eval.privacy.notes import Label, Note, notes
from eval.question_sets import ALL, load

READABLE = re.compile(r"mr|mrs|ms|dr|oh|ohio|ext|years?|old|yo", re.I)
"""Words of a labelled stretch that may stay: titles and states name nobody."""
WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True)
class Row:
    """One line of the table of figures."""

    name: str
    count: int
    found: int

    @property
    def share(self) -> float:
        return self.found / self.count if self.count else 1.0


def recall(count: int = 300) -> tuple[Row, ...]:
    """Of each kind of identifier, how many are gone; the structured ones together first."""
    seen: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for note, redacted in _redacted(count):
        for label in note.labels:
            if not label.kind.startswith("keep."):
                seen[label.kind] += 1
                gone[label.kind] += _is_gone(note.text, label, redacted)
    structured = [k for k in seen if k != "name"]
    rows = [Row("structured identifiers", *(sum(c[k] for k in structured) for c in (seen, gone)))]
    rows += [Row("names in context", seen["name"], gone["name"])]
    return (*rows, *(Row(k, seen[k], gone[k]) for k in sorted(structured)))


def kept(count: int = 300) -> Row:
    """Codes, levels, doses, dates of service and the like that are as they were."""
    labels = [
        _is_whole(label, redacted)
        for note, redacted in _redacted(count)
        for label in note.labels
        if label.kind.startswith("keep.")
    ]
    return Row("what must stay", len(labels), sum(labels))


def missed(count: int = 300) -> Iterator[tuple[str, str, str]]:
    """Kind, words and surroundings of each identifier that is still there."""
    for note, redacted in _redacted(count):
        for label in note.labels:
            wrong = (
                not _is_whole(label, redacted)
                if label.kind.startswith("keep.")
                else not _is_gone(note.text, label, redacted)
            )
            if wrong:
                around = note.text[max(0, label.start - 25) : label.end + 25]
                yield label.kind, note.text[label.start : label.end], around


def questions() -> tuple[str, ...]:
    """Every open question of the sets that carries no identifier of its own."""
    found: list[str] = []
    for name in ALL:
        for case in load(name).cases:
            if isinstance(case, Question) and not case.held_out and "phi" not in case.tags:
                found += case.questions
    return tuple(dict.fromkeys(found))


def disturbed(asked: Iterable[str]) -> tuple[tuple[str, Redacted], ...]:
    """The questions something was taken out of."""
    return tuple((q, r) for q in asked if (r := redact(q)).found)


def _redacted(count: int) -> Iterator[tuple[Note, Redacted]]:
    for note in notes(count):
        yield note, redact(note.text)


def _is_gone(text: str, label: Label, redacted: Redacted) -> bool:
    """Is no word of it left that could name somebody?"""
    for m in WORD.finditer(text, label.start, label.end):
        inside = any(f.start <= m.start() and m.end() <= f.end for f in redacted.found)
        if not inside and not READABLE.fullmatch(m.group()):
            return False
    return True


def _is_whole(label: Label, redacted: Redacted) -> bool:
    return not any(f.start < label.end and label.start < f.end for f in redacted.found)


def markdown(count: int = 300) -> Iterator[str]:
    """The table of the README."""
    rows, stays = recall(count)[:2], kept(count)
    yield f"| over {count} notes | of them | share |"
    yield "| --- | --- | --- |"
    for row in rows:
        yield f"| {row.name}, taken out | {row.count} | {100 * row.share:.1f} % |"
    yield (
        "| codes, levels, doses, dates of service, payers, lot numbers, left whole "
        f"| {stays.count} | {100 * stays.share:.1f} % |"
    )
    # rounded, so that a new question does not change the README
    asked = questions()
    most = ceil(1000 * len(disturbed(asked)) / len(asked)) / 10
    yield f"| open questions of the sets that lose a word | {len(asked) // 1000}000+ | < {most} % |"
