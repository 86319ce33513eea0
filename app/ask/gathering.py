"""Reading -> Evidence: passages, decisions, and the errata of what was found."""

from collections.abc import Callable
from dataclasses import dataclass

from app.ask.planning import plan
from app.ask.retrieval import Retriever
from app.ask.subject import presumed
from app.ask.turn import Evidence, Reading
from ingest.embedding import Vectors
from knowledge.tables import Tables


@dataclass(frozen=True)
class Gatherer:
    """Consults the rules and the index for one reading."""

    tables: Tables
    retriever: Retriever
    embed: Callable[[str], Vectors]

    def gather(self, reading: Reading) -> Evidence:
        """Every decision the reading calls for, and the passages nearest to it."""
        book = self.tables.on(reading.on)
        vector = self.embed(reading.text)
        found = self.retriever.search(reading, vector)
        calls = plan(reading, book)
        return Evidence(
            reading=reading,
            calls=calls,
            found=found,
            errata=tuple(e for f in found for e in self.tables.errata_of(f.passage)),
            assumed=presumed(reading, calls, book),
        )
