"""Modifiers of a line: two that contradict, one that does not belong, one that lacks. Pure.

What an indicator of the fee schedule says of a modifier is a row of modifiers.toml; what a
payer, a place or a kind of line asks for is a row of claim.toml, read by lines.py.
"""

from collections.abc import Iterator

from knowledge.codebook import applies
from knowledge.modifier_rows import IndicatorRow
from knowledge.rules.claim.day import Day, Line
from knowledge.rules.claim.fit_rows import exempt
from knowledge.rules.claim.imaging import holding, is_imaging
from knowledge.rules.claim.pairs import either_line
from knowledge.rules.claim.setting import hears
from knowledge.rules.claim.values import Finding

COLUMNS = ("bilateral", "multiple", "pctc", "assistant")
"""Indicators that decide by the code alone; the global period turns on another service."""
PRICED = frozenset("ACRTN")
"""Status letters of codes that the fee schedule rules; of others its indicators say nothing."""
BY_CARRIER = "YYY"
"""The global period of codes whose every indicator the contractor sets."""


def modifiers(day: Day) -> Iterator[Finding]:
    """Faults of the modifiers of each line."""
    for line in day.live:
        yield from _contradictory(line, day)
        for modifier in dict.fromkeys(line.modifiers):
            if modifier in day.tables.book.modifier_names:
                yield from _by_indicator(line, modifier, day)
            elif modifier not in day.tables.named_modifiers:
                yield _unheld(line, modifier, day)
        yield from _idle_distinct(line, day)
        yield from _repeated(line, day)


def _contradictory(line: Line, day: Day) -> Iterator[Finding]:
    carried = set(line.modifiers)
    for row in day.tables.barred:
        if set(row.modifiers) <= carried:
            one, other = row.modifiers
            yield day.found(
                "contradictory_modifiers",
                "error",
                (line.at,),
                row.say.replace("{code}", line.code),
                row.fix.replace("{code}", line.code),
                row,
                f"claim/barred-{one}-{other}",
            )
            return
    for together in day.tables.together:
        said_of_all = not (together.aspects or together.when or together.places)
        if together.verdict != "never" or not said_of_all or not set(together.modifiers) <= carried:
            continue
        if (together.codes or together.families) and (
            line.row is None or not applies(together, line.row)
        ):
            continue
        one, other = together.modifiers
        yield day.found(
            "contradictory_modifiers",
            "error",
            (line.at,),
            f"{one} and {other} stand on one line of {line.code}. "
            + together.say.replace("{code}", line.code),
            f"Keep the one of {one} and {other} that the record supports.",
            together,
            f"modifiers/{together.id}",
        )
        return


def _by_indicator(line: Line, modifier: str, day: Day) -> Iterator[Finding]:
    row = refusing(line.code, modifier, day)
    if row is None:
        return
    filled = {"{modifier}": modifier, "{code}": line.code}
    text = row.say
    for mark, value in filled.items():
        text = text.replace(mark, value)
    yield day.found(
        "wrong_modifier",
        "error",
        (line.at,),
        f"Modifier {modifier} does not go on {line.code}. {text}",
        f"Take {modifier} off {line.code}.",
        row,
        f"modifiers/{row.id}",
        modifier=modifier,
    )


def refusing(code: str, modifier: str, day: Day) -> IndicatorRow | None:
    """The row by which the code's indicators refuse the modifier."""
    line = day.tables.indicators(code)
    if not line or line["status"] not in PRICED or line["global_days"] == BY_CARRIER:
        return None
    for row in day.tables.indicator_rows:
        if (
            row.column in COLUMNS
            and row.verdict == "do_not_append"
            and modifier in row.modifiers
            and line[row.column] in row.values
            and (not row.aspects or day.setting.kind in row.aspects)
        ):
            return row
    return None


def _unheld(line: Line, modifier: str, day: Day) -> Finding:
    written = len(modifier) == 2
    row = day.tables.notes["unheld-modifier" if written else "misspelt-modifier"]
    return day.found(
        "wrong_modifier",
        "warning" if written else "error",
        (line.at,),
        row.say.replace("{modifier}", modifier).replace("{code}", line.code),
        row.short.replace("{modifier}", modifier).replace("{code}", line.code),
        row,
        f"claim/{row.id}",
        undecided=written,
        modifier=modifier,
    )


def _idle_distinct(line: Line, day: Day) -> Iterator[Finding]:
    """59 or an X modifier on a line that no edit holds, or on the line that is not denied."""
    carried = [m for m in line.modifiers if m in day.tables.book.distinct]
    if not carried or line.code in day.tables.visits:
        return
    if is_imaging(line) and holding(line, day):
        return
    others = [x for x in day.live if x.code != line.code]
    found = [(x, day.tables.pair(line.code, x.code, day.setting.kind)) for x in others]
    edits = [pair for _, pair in found if pair is not None]
    if any(p.column2 == line.code or p.indicator != "1" for p in edits):
        return
    name = carried[0]
    if edits:
        if either_line(day):
            return
        row = day.tables.notes["distinct-column-1"]
    elif any(not day.tables.pairs_held(line.code, x.code) for x in others):
        row = day.tables.notes["distinct-unknown"]
    elif any(x.code == line.code for x in day.live if x is not line):
        row = day.tables.notes["distinct-repeated"]
    else:
        row = day.tables.notes["distinct-idle"]
    # pain after an operation: the service it is distinct from is the anesthetist's other claim
    elsewhere = not others and exempt(line, day)
    # a second line told apart: units.py leaves open what a payer other than Medicare takes
    told = row.id == "distinct-repeated" and not hears(day.setting.payer, "medicare")
    yield day.found(
        "wrong_modifier",
        "info" if elsewhere or told else "warning",
        (line.at,),
        row.say.replace("{modifier}", name).replace("{code}", line.code),
        row.short.replace("{modifier}", name).replace("{code}", line.code),
        row,
        f"claim/{row.id}",
        leans=day.setting.leans("payer") if edits else (),
        modifier=name,
    )


REPEATED = ("76", "77")


def _repeated(line: Line, day: Day) -> Iterator[Finding]:
    """76 or 77 on a code that stands on the claim of the day once."""
    name = next((m for m in line.modifiers if m in REPEATED), "")
    alone = not any(x.code == line.code for x in day.live if x is not line)
    if name and alone and line.row is not None and line.row.role != "add-on":
        row = day.tables.notes["repeat-alone"]
        yield day.found(
            "wrong_modifier",
            "info" if name == REPEATED[1] else "warning",
            (line.at,),
            row.say.replace("{modifier}", name).replace("{code}", line.code),
            row.short.replace("{modifier}", name).replace("{code}", line.code),
            row,
            f"claim/{row.id}",
            modifier=name,
        )
