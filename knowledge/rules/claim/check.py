"""Check a claim: every finding of its lines, and the verdict, the worst of its lines. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from knowledge.decisions import Caution
from knowledge.rules.claim.add_ons import add_ons
from knowledge.rules.claim.codes import codes
from knowledge.rules.claim.day import Day, Line
from knowledge.rules.claim.day_book import DayBook, DayBooks
from knowledge.rules.claim.diagnoses import diagnoses
from knowledge.rules.claim.imaging import imaging
from knowledge.rules.claim.lines import lines
from knowledge.rules.claim.modifiers import modifiers
from knowledge.rules.claim.pairs import pairs
from knowledge.rules.claim.sessions import sessions
from knowledge.rules.claim.setting import assumed, day_of, setting_of, units_of
from knowledge.rules.claim.units import units
from knowledge.rules.claim.values import (
    Checked,
    Claim,
    ClaimLine,
    Finding,
    LineResult,
    Severity,
    Verdict,
)
from knowledge.rules.claim.visits import visits
from knowledge.rules.reasons import horizon

CHECKS: tuple[Callable[[Day], Iterator[Finding]], ...] = (
    codes,
    add_ons,
    imaging,
    pairs,
    units,
    modifiers,
    visits,
    lines,
    diagnoses,
    sessions,
)
"""Every check, in the order in which a coder reads a claim."""

ORPHAN = "addon_without_primary"
ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
WORST: dict[Verdict, int] = {"fix": 0, "cannot_tell": 1, "clean": 2}


def check(claim: Claim, days: DayBooks, today: date) -> Checked:
    """Every finding of a claim, each with its fix and its row, and the verdict.

    Each line is judged by the tables of its own date of service; `today` is what a claim
    without any date is taken to be of.
    """
    by_day: dict[date, list[int]] = {}
    for n, line in enumerate(claim.lines):
        by_day.setdefault(day_of(line, claim, today), []).append(n)
    found: list[Finding] = []
    results: dict[int, LineResult] = {}
    for on, places in by_day.items():
        day = _day(claim, on, places, days)
        own = _findings(day)
        found += own
        for one in day.lines:
            results[one.at] = _result(one, own, on)
    found.sort(key=lambda f: (f.undecided, ORDER[f.severity], f.lines))
    book = days.on(min(by_day)).book
    presumed = setting_of(claim, book).presumed
    return Checked(
        verdict=min((r.verdict for r in results.values()), key=WORST.__getitem__),
        findings=tuple(found),
        lines=tuple(results[n] for n in range(len(claim.lines))),
        assumed=assumed(presumed, book),
        cautions=_cautions(days, max(by_day)),
    )


def _findings(day: Day) -> list[Finding]:
    """The findings of one day; a line to be left off is not asked for more."""
    found: list[Finding] = []
    for one in CHECKS:
        found += one(day)
        day = replace(
            day,
            dropped=frozenset(n for f in found for n in f.drop),
            orphans=frozenset(n for f in found if f.rule == ORPHAN for n in f.lines),
        )
    return found


def _day(claim: Claim, on: date, places: Sequence[int], days: DayBooks) -> Day:
    tables = days.on(on)
    lines = tuple(_line(n, claim.lines[n], tables) for n in places)
    return Day(
        lines=lines,
        live=tuple(x for x in lines if x.row or x.code not in tables.book.every_code),
        setting=setting_of(claim, tables.book),
        tables=tables,
        claim=claim,
    )


def _line(at: int, line: ClaimLine, tables: DayBook) -> Line:
    code = line.code.strip().upper()
    return Line(
        at=at,
        code=code,
        units=units_of(line, tables.book),
        modifiers=tuple(m.strip().upper() for m in line.modifiers if m.strip()),
        diagnoses=tuple(dotted(d) for d in line.diagnoses if d.strip()),
        row=tables.code(code),
    )


def dotted(diagnosis: str) -> str:
    """An ICD-10-CM code as the list writes it: M5412 is M54.12."""
    bare = diagnosis.strip().upper().replace(".", "")
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare


def _result(line: Line, found: Sequence[Finding], on: date) -> LineResult:
    own = [f for f in found if line.at in f.lines]
    verdict: Verdict = "clean"
    if any(f.severity != "info" and not f.undecided for f in own):
        verdict = "fix"
    elif any(f.undecided for f in own):
        verdict = "cannot_tell"
    return LineResult(
        code=line.code,
        verdict=verdict,
        units=line.units,
        modifiers=line.modifiers,
        diagnoses=line.diagnoses,
        service_date=on,
    )


def _cautions(days: DayBooks, on: date) -> tuple[Caution, ...]:
    """Of when the pair table and the unit limits are; what is not held for the date."""
    tables = days.on(on)
    rows = [tables.releases["pairs"], tables.releases["units"]]
    told = tuple(Caution(text=r.say, row=f"horizons/{r.id}", sources=r.source) for r in rows)
    return (*told, *horizon(tables.book))
