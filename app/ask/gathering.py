"""Reading -> Evidence: passages, decisions, and the errata of what was found."""

from collections.abc import Callable
from dataclasses import dataclass

from app.ask.planning import plan
from app.ask.retrieval import Retriever
from app.ask.subject import presumed
from app.ask.turn import Call, Evidence, Reading
from app.notes import chat
from app.notes.reader import Coded, NoteReader
from ingest.embedding import Vectors
from knowledge.codebook import Codebook
from knowledge.decisions import Decided
from knowledge.facts import Procedure
from knowledge.tables import Tables


@dataclass(frozen=True)
class Gatherer:
    """Consults the rules and the index for one reading."""

    tables: Tables
    retriever: Retriever
    embed: Callable[[str], Vectors]
    notes: NoteReader | None = None
    """Codes a note that is pasted as a question; None = nobody does."""

    def gather(self, reading: Reading) -> Evidence:
        """Every decision the reading calls for, and the passages nearest to it."""
        coded = self._coded(reading)
        if coded is not None:
            reading = chat.as_asked(reading, coded)
        book = self.tables.on(reading.on)
        vector = self.embed(reading.text)
        calls = plan(reading, book) if coded is None else chat.calls(coded, book)
        codes = _decided(calls)
        found = self.retriever.search(reading, vector, decided=codes)
        quotable = self.retriever.sentences(reading, vector, found, codes)
        if not reading.of_guide and _of_others(reading, book):
            # the guide is of epidurals: beside another procedure only what names its code
            named = {*codes, *reading.codes}
            quotable = tuple(q for q in quotable if any(c in q.words for c in named))
        shown = [f.passage for f in found] + [i.passage for q in quotable for i in q.items]
        return Evidence(
            reading=reading,
            calls=calls,
            found=found,
            quotable=quotable,
            errata=tuple(dict.fromkeys(e for p in shown for e in self.tables.errata_of(p))),
            assumed=presumed(reading, calls, book),
        )

    def _coded(self, reading: Reading) -> Coded | None:
        """What the note reader makes of a message that is a note; None = it is a question."""
        note = chat.note_in(reading.question.text, self.notes.words) if self.notes else ""
        if not note or self.notes is None:
            return None
        return self.notes.code(note, reading.question.encounter, reading.question.today)


def _of_others(reading: Reading, book: Codebook) -> bool:
    """Is every procedure and code that is told none of an epidural injection?"""
    rows = [book.every_code[c][-1] for c in reading.codes if c in book.every_code]
    told = [p for p in reading.procedures if p != Procedure()]
    # an imaging code alone is asked about beside epidurals
    ours = book.epidural_families | (set() if told else {"imaging"})
    if any(row.selects or row.family in ours for row in rows):
        return False
    return all(p.kind for p in told) and bool(told or rows)


def _decided(calls: tuple[Call, ...]) -> tuple[str, ...]:
    """Codes that a rule decided to bill, or not to: passages that name them may speak of it."""
    return tuple(
        line.code
        for call in calls
        if isinstance(call.result, Decided)
        for line in call.result.codes
        if line.role in ("bill", "do_not_bill")
    )
