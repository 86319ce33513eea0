"""What claim.toml says of single lines: places, payers, drugs, approval. Pure."""

from collections.abc import Iterator

from knowledge.claim_rows import LineRow
from knowledge.rules.claim.day import Day, Line, listed
from knowledge.rules.claim.setting import leaning, reaches
from knowledge.rules.claim.values import Finding

WRONG = "wrong_modifier"


def lines(day: Day) -> Iterator[Finding]:
    """The rows of claim.toml that each line meets; of one rule and modifier the first.

    What turns on the claim as a whole, such as its place, is one finding of all its lines.
    """
    whole: dict[str, tuple[LineRow, list[Line]]] = {}
    for line in day.live:
        told: set[tuple[str, str]] = set()
        for row in day.tables.line_rows(line.code):
            if row.rule != WRONG and line.at in day.dropped | day.orphans:
                continue  # a line that does not stand is not asked for more
            if not reaches(row, day.setting) or not meets(row, line, day):
                continue
            modifier = next((m for m in line.modifiers if m in row.modifiers), "")
            if (row.rule, modifier) in told:
                continue
            told.add((row.rule, modifier))
            if of_claim(row):
                whole.setdefault(row.id, (row, []))[1].append(line)
            else:
                yield _found(row, [line], modifier, day)
    for row, concerned in whole.values():
        yield _found(row, concerned, "", day)


def of_claim(row: LineRow) -> bool:
    """Does the row turn on nothing but the claim around the line?"""
    beside = row.beside_codes or row.beside_families
    return bool(row.places or row.claim or row.states) and not (
        row.modifiers or row.without or beside
    )


def meets(row: LineRow, line: Line, day: Day) -> bool:
    """Does the line, with what stands beside it, show what the row speaks of?"""
    if row.modifiers and not line.carries(row.modifiers):
        return False
    if row.without and line.carries(row.without):
        return False
    if row.unauthorized and day.setting.authorization:
        return False
    return not (row.beside_codes or row.beside_families) or _beside(row, line, day) is not None


def _beside(row: LineRow, line: Line, day: Day) -> Line | None:
    others = (x for x in day.live if x is not line)
    return next(
        (x for x in others if x.code in row.beside_codes or x.family in row.beside_families), None
    )


def _found(row: LineRow, concerned: list[Line], modifier: str, day: Day) -> Finding:
    beside = _beside(row, concerned[0], day)
    marks = {
        "{code}": listed(concerned),
        "{modifier}": modifier,
        "{beside}": beside.code if beside else "",
        "{place}": day.setting.place,
        "{state}": day.setting.state,
    }
    text, fix = row.say, row.fix
    for mark, value in marks.items():
        text, fix = text.replace(mark, value), fix.replace(mark, value)
    places = tuple(x.at for x in concerned)
    open_ = day.setting.place in row.evident and "claim" in day.setting.presumed
    if open_:
        note = day.tables.notes["whose-claim"]
        text = f"{text} {note.say.replace('{place}', day.setting.place)}"
        fix = note.short
    return day.found(
        row.rule,
        "warning" if open_ else row.severity,
        places,
        text,
        fix,
        row,
        f"claim/{row.id}",
        leans=() if open_ else leaning(row, day.setting),
        undecided=row.undecided or open_,
        drop=places if row.drop else (),
        modifier=modifier,
    )
