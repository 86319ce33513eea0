"""Reading -> Evidence: passages, decisions, and the errata of what was found."""

from collections.abc import Callable
from dataclasses import dataclass

from app.ask.planning import plan
from app.ask.retrieval import Retriever
from app.ask.subject import presumed
from app.ask.turn import Call, Evidence, Reading
from ingest.embedding import Vectors
from knowledge.decisions import Decided
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
        calls = plan(reading, book)
        codes = _decided(calls)
        found = self.retriever.search(reading, vector, decided=codes)
        quotable = self.retriever.sentences(reading, vector, found, codes)
        shown = [f.passage for f in found] + [i.passage for q in quotable for i in q.items]
        return Evidence(
            reading=reading,
            calls=calls,
            found=found,
            quotable=quotable,
            errata=tuple(dict.fromkeys(e for p in shown for e in self.tables.errata_of(p))),
            assumed=presumed(reading, calls, book),
        )


def _decided(calls: tuple[Call, ...]) -> tuple[str, ...]:
    """Codes that a rule decided to bill, or not to: passages that name them may speak of it."""
    return tuple(
        line.code
        for call in calls
        if isinstance(call.result, Decided)
        for line in call.result.codes
        if line.role in ("bill", "do_not_bill")
    )
