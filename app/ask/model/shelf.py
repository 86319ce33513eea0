"""What a chat model is shown: each row, correction and guide sentence under its own mark. Pure.

A mark of the shelf is a number the model may cite. Nothing that is not on the shelf can be
cited, and a guide's sentence that is wrong or out of date is not put there: its correction is.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from app.ask import citing, guide, phrases
from app.ask.atoms import CODES
from app.ask.turn import Call, Cited, Evidence, Quotable

STEPS = 10
"""Rows shown of one decision."""
WRONG = ("wrong", "out_of_date")
"""Kinds of errata whose statement is not shown as one to rest on."""


@dataclass(frozen=True)
class Item:
    """One thing that may be cited."""

    kind: str
    """ "rule", "correction" or "guide"."""
    text: str
    cited: Cited
    of: str = ""
    """The tool whose decision the row belongs to, or the section of the guide."""


@dataclass
class Shelf:
    """Items by mark; tool calls add to it, nothing is ever taken away."""

    items: list[Item] = field(default_factory=list)

    def add(self, item: Item) -> int:
        """The mark of an item, the same one when it is there already."""
        for mark, held in enumerate(self.items, 1):
            if held.cited == item.cited:
                return mark
        self.items.append(item)
        return len(self.items)

    def of(self, mark: int) -> Item | None:
        return self.items[mark - 1] if 1 <= mark <= len(self.items) else None

    def decide(self, call: Call) -> list[int]:
        """The marks of the rows a decision rests on."""
        return [self.add(item) for item in _rows(call)]


def stock(
    evidence: Evidence,
    ours: Collection[str] = (),
    orders: Callable[[str], bool] = lambda words: False,
) -> Shelf:
    """The shelf of one question: rows of the decisions, then the guide and its corrections.

    `ours` are our own guides; `orders` tells a sentence that gives orders to a bot.
    """
    shelf = Shelf()
    for call in evidence.calls:
        shelf.decide(call)
    for quotable in _sentences(evidence.quotable):
        trusted = quotable.passage.document in ours or _tame(quotable, evidence)
        if orders(quotable.words) or not trusted:
            continue
        for item in _guide(evidence, quotable):
            shelf.add(item)
    return shelf


def _tame(quotable: Quotable, evidence: Evidence) -> bool:
    """Does a sentence of an added guide name no code but those asked about or decided?"""
    known = set(evidence.reading.codes)
    for call in evidence.calls:
        known |= set(CODES.findall(" ".join(phrases.units_of(call))))
    return set(CODES.findall(quotable.words)) <= known


def _rows(call: Call) -> Iterator[Item]:
    for step in call.result.steps[:STEPS]:
        quote = citing.quote_of(step)
        cited = Cited(kind="table", quote=quote, row=step.row, sources=step.sources)
        yield Item("rule", quote, cited, call.tool)


def _sentences(quotable: Sequence[Quotable]) -> Iterator[Quotable]:
    for one in quotable:
        yield one
        yield from one.items


def _guide(evidence: Evidence, quotable: Quotable) -> Iterator[Item]:
    errata = guide.errata_of(evidence, quotable)
    for row in errata[:2]:
        yield Item("correction", row.better, guide.erratum(row), row.says)
    if not any(row.kind in WRONG for row in errata):
        section = " > ".join(quotable.passage.section)
        yield Item("guide", quotable.words, guide.passage(quotable), section)
