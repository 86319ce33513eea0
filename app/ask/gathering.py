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
        quotable = self.retriever.sentences(reading, vector, found)
        shown = [f.passage for f in found] + [i.passage for q in quotable for i in q.items]
        return Evidence(
            reading=reading,
            calls=calls,
            found=found,
            quotable=quotable,
            errata=tuple(dict.fromkeys(e for p in shown for e in self.tables.errata_of(p))),
            assumed=presumed(reading, calls, book),
        )
