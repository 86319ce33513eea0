"""The lines of one claim that share a date of service, as the checks see them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.rows import CodeRow, Row
from knowledge.rules.claim.day_book import DayBook
from knowledge.rules.claim.setting import Setting, assumed
from knowledge.rules.claim.values import Claim, Finding, Severity


@dataclass(frozen=True)
class Line:
    """One line in its place."""

    at: int
    """Its number on the claim, from 0."""
    code: str
    units: int
    modifiers: tuple[str, ...]
    diagnoses: tuple[str, ...]
    row: CodeRow | None
    """None: not in force on the day, or not in the tables."""

    @property
    def family(self) -> str:
        return self.row.family if self.row else ""

    def carries(self, modifiers: tuple[str, ...] | frozenset[str]) -> bool:
        return any(m in modifiers for m in self.modifiers)


@dataclass(frozen=True)
class Day:
    """All lines of one day, the setting of their claim, and the tables of that day."""

    lines: tuple[Line, ...]
    setting: Setting
    tables: DayBook
    claim: Claim
    live: tuple[Line, ...]
    """Lines whose code is not known to be gone or unborn: only those stand beside others."""
    dropped: frozenset[int] = frozenset()
    """Lines that earlier checks take off the claim: what else they lack no longer counts."""
    orphans: frozenset[int] = frozenset()
    """Add-ons without their first code: no session or region is made of them."""

    @property
    def payer(self) -> str:
        """The payer as it is named in a sentence."""
        name = self.setting.unknown_payer or self.setting.payer
        return name if self.setting.unknown_payer else name.title()

    def pairs(self) -> Iterator[tuple[Line, Line]]:
        """Each two live lines with different codes."""
        for n, one in enumerate(self.live):
            for other in self.live[n + 1 :]:
                if one.code != other.code:
                    yield one, other

    def found(
        self,
        rule: str,
        severity: Severity,
        lines: tuple[int, ...],
        text: str,
        fix: str,
        row: Row,
        name: str,
        *,
        dated: str = "",
        leans: tuple[str, ...] = (),
        undecided: bool = False,
        drop: tuple[int, ...] = (),
        modifier: str = "",
    ) -> Finding:
        """A finding with its source; what was presumed is said in its text."""
        book = self.tables.book
        said = [
            f"This takes the {a.fact.replace('_', ' ')} to be "
            f"{a.value.title() if a.fact == 'payer' else a.value}, because {a.because}."
            for a in assumed(leans, book)
        ]
        return Finding(
            severity=severity,
            lines=tuple(sorted(set(lines))),
            rule=rule,
            text=" ".join([text, *said]),
            fix=fix,
            source=f"{titles(row, self.tables)}: {name.replace('/', ' > ', 1)}",
            row=name,
            sources=row.source,
            confidence=row.confidence,
            dated=dated or f"row checked {row.checked}",
            assumed=leans,
            undecided=undecided,
            drop=drop,
            modifier=modifier,
        )


def listed(lines: Sequence[Line]) -> str:
    """The codes of some lines as a sentence names them: "62321, 77003 and 99213"."""
    *rest, last = dict.fromkeys(line.code for line in lines)
    return f"{', '.join(rest)} and {last}" if rest else last


def titles(row: Row, tables: DayBook) -> str:
    """The sources of a row by publisher, title and release."""
    shown = []
    for id in row.source[:2]:
        source = tables.book.sources[id]
        publisher = "" if source.title.startswith(source.publisher) else f"{source.publisher}: "
        release = f" ({source.release})" if source.release else ""
        shown.append(f"{publisher}{source.title}{release}")
    return "; ".join(shown)
