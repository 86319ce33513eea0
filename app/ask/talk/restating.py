"""What was said, said again: for the reader of questions, and in the line "Still: ...". Pure.

The words are rows of conversation.toml; a detail without one is said by its first word of the
lexicon. What they say is read back as the same facts; a test holds that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.ask.earlier import Dose
from app.ask.lexicon import FORM
from knowledge.facts import Procedure
from knowledge.talk_rows import AskedAgainRow, RestatedRow
from knowledge.word_rows import LexiconRow

NAMED = ("nerve", "ganglion")
"""Details that say what was treated."""
COUNTS = {2: "two", 3: "three", 4: "four"}


@dataclass(frozen=True)
class Restater:
    """Words for facts."""

    rows: Sequence[RestatedRow] = field(repr=False)
    topics: Sequence[AskedAgainRow] = field(repr=False)
    lexicon: Sequence[LexiconRow] = field(repr=False)

    @cached_property
    def _words(self) -> dict[tuple[str, str], RestatedRow]:
        return {(row.fact, row.value): row for row in self.rows}

    def words(self, fact: str, value: str) -> str:
        """The words for one fact; the value itself where no row has any."""
        if row := self._words.get((fact, value)):
            return row.words
        for word in self.lexicon:
            if (word.states, word.value) == (fact, value) or word.also.get(fact) == value:
                plain = [w for w in word.words if not FORM.search(w)]
                if plain:
                    return plain[0]
        return value

    def told(self, fact: str, value: str) -> str:
        """The words for one fact in the line that says what was kept."""
        if row := self._words.get((fact, value)):
            return row.told or row.words
        before = self._words.get((fact, ""))
        return f"{before.words} {value}" if before else value

    def procedure(self, p: Procedure) -> str:
        """One procedure in one clause."""
        parts = [p.laterality or "", *self._where(p), *self._what(p)]
        if p.imaging:
            parts.append(self.words("imaging", p.imaging))
        if p.technique == "indwelling catheter":
            parts.append(self.words("technique", p.technique))
        elif "technique" in p.unclear:
            parts.append("by catheter")
        if p.substance and p.substance != "non-neurolytic":
            parts.append(self.words("substance", p.substance))
        return " ".join(filter(None, parts))

    def _where(self, p: Procedure) -> Iterable[str]:
        if p.region and not p.levels:
            yield self.words("region", p.region)
        if p.level_count and p.level_count > 1 and not p.levels:
            yield f"{COUNTS.get(p.level_count, p.level_count)} levels"
        if p.sides and len(p.sides) == len(p.levels):
            sided = zip(p.sides, p.levels, strict=True)
            yield " and ".join(f"{'' if s == 'unknown' else s} {n}".strip() for s, n in sided)
        elif p.levels:
            yield " and ".join(p.levels)

    def _what(self, p: Procedure) -> Iterable[str]:
        if p.approach:
            yield self.words("approach", p.approach)
        if p.kind:
            # what was treated tells the kind; other details are kept as values
            named = [self.words(f, p.details[f]) for f in NAMED if f in p.details]
            yield f"{named[0]} {self._act(p.kind)}" if named else self.words("kind", p.kind)
        else:
            yield "epidural injection"

    def _act(self, kind: str) -> str:
        return "ablation" if "ablation" in self.words("kind", kind) else "block"

    def question(
        self,
        procedures: Sequence[Procedure],
        codes: Sequence[str],
        others: Sequence[str],
        drugs: Sequence[Dose],
        topics: Sequence[str],
    ) -> str:
        """What was said, and what was asked of it, as sentences."""
        parts = [" and ".join(codes), "; ".join(self.procedure(p) for p in procedures)]
        parts += [", ".join(others), ", ".join(_dose(d) for d in drugs)]
        said = [f"{part}." for part in parts if part]
        rows = {row.topic: row.words for row in self.topics}
        asked = [rows[t] for t in topics[:1] if t in rows]
        return " ".join([*said, *asked])


def _dose(dose: Dose) -> str:
    amount = f" {dose.dose:g} {dose.unit or 'mg'}" if dose.dose else ""
    return f"{dose.drug}{amount}"
