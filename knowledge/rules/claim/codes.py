"""Is each code one that the tables have, and in force on its date of service? Pure."""

import re
from collections.abc import Iterator

from knowledge.codebook import near
from knowledge.rows import CodeRow
from knowledge.rules.claim.day import Day, Line
from knowledge.rules.claim.values import Finding

FORM = re.compile(r"\d{5}|\d{4}[FMTU]|[A-Z]\d{4}")
"""How a CPT or HCPCS II code is written."""


def codes(day: Day) -> Iterator[Finding]:
    """Ended, unborn, unheld and misspelt codes."""
    for line in day.lines:
        every = day.tables.book.every_code.get(line.code)
        if line.row is not None:
            yield from _early(line, line.row, day)
        elif every:
            yield _gone(line, every, day)
        elif not day.tables.known(line.code):
            yield _unknown(line, day)


def _gone(line: Line, every: tuple[CodeRow, ...], day: Day) -> Finding:
    on = day.tables.book.on
    begun = [r for r in every if r.effective is None or r.effective <= on]
    row = begun[-1] if begun else every[0]
    if begun:
        now = " or ".join(row.replaced_by)
        text = f"{line.code} was deleted on {row.ended} and is not valid for {on}."
        fix = (
            f"Use {now}, by what the record shows."
            if now
            else f"Leave {line.code} off: nothing replaced it."
        )
        drop = () if now else (line.at,)
    else:
        before = [c for c, rows in day.tables.book.every_code.items() if _replaced(rows, line.code)]
        text = f"{line.code} did not exist before {row.effective}, so it is not valid for {on}."
        held = [c for c in before if c in day.tables.book.codes]
        fix = (
            f"Use the code of that time, {' or '.join(held)}, by what the record shows."
            if held
            else f"Check the date of service, or use the code of {on.year} for what was done."
        )
        drop = ()
    return day.found(
        "ended_code",
        "error",
        (line.at,),
        text,
        fix,
        row,
        f"codes/{line.code}",
        leans=day.setting.leans("service_date"),
        drop=drop,
    )


def _replaced(rows: tuple[CodeRow, ...], code: str) -> bool:
    return any(code in row.replaced_by for row in rows)


def _early(line: Line, row: CodeRow, day: Day) -> Iterator[Finding]:
    """A date before the first day the sources show the code: unknown, not wrong."""
    on = day.tables.book.on
    if row.effective is None and row.attested and on < row.attested:
        yield day.found(
            "unknown_code",
            "warning",
            (line.at,),
            f"The tables show {line.code} from {row.attested} on; for {on} they cannot tell.",
            f"Check {line.code} in the code book of {on.year}.",
            row,
            f"codes/{line.code}",
            undecided=True,
        )


def _unknown(line: Line, day: Day) -> Finding:
    """A code that no table has: misspelt, or outside what is held."""
    written = FORM.fullmatch(line.code) is not None
    row = day.tables.notes["unheld-code" if written else "misspelt-code"]
    nearest = near(line.code, day.tables.book.every_code)
    return day.found(
        "unknown_code",
        "warning" if written else "error",
        (line.at,),
        row.say.replace("{code}", line.code),
        f"{row.short} Nearest held: {', '.join(nearest)}." if nearest else row.short,
        row,
        f"claim/{row.id}",
        undecided=written,
    )
