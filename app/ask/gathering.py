"""Reading -> Evidence: passages, decisions, and the errata of what was found."""

from collections.abc import Callable
from dataclasses import dataclass

from app.ask.lexicon import Lexicon
from app.ask.planning import billed_by_words, plan
from app.ask.retrieval import Retriever
from app.ask.subject import presumed
from app.ask.turn import Evidence, Found, Reading
from ingest.embedding import Vectors
from knowledge.rows import ErratumRow
from knowledge.tables import Tables


@dataclass(frozen=True)
class Gatherer:
    """Consults the rules and the index for one reading."""

    tables: Tables
    retriever: Retriever
    lexicon: Lexicon
    embed: Callable[[str], Vectors]

    def gather(self, reading: Reading) -> Evidence:
        """Every decision the reading calls for, and the passages nearest to it."""
        book = self.tables.on(reading.on)
        billed = billed_by_words(self.lexicon.find(reading.question.text))
        vector = self.embed(reading.question.text)
        found = self.retriever.search(reading, vector)
        calls = plan(reading, billed, book)
        return Evidence(
            reading=reading,
            calls=calls,
            found=found,
            errata=tuple(e for f in found for e in self.errata_of(f)),
            assumed=presumed(reading, calls, book),
        )

    def errata_of(self, found: Found) -> tuple[ErratumRow, ...]:
        """The errata whose quoted words stand in this passage."""
        rows = self.tables.of("errata", "erratum")
        return tuple(
            row
            for row in rows
            if isinstance(row, ErratumRow)
            and row.document == found.passage.document
            and row.quote in found.passage.text
        )
