"""The codes of a session as claim lines: each with the modifiers that its side and events want.

Pure. "Bill 64483" and "append RT" are one verdict, 64483-RT; both sides on a surgery
center's claim are two lines.
"""

import re
from collections.abc import Callable, Sequence

from app.ask.turn import Call
from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, ModifierVerdict

HEAD = re.compile(r"Bill [^:]*?(?=, provided\b|:)")
"""The part of a verdict that names the codes."""
PLACES = ("pricing", "distinct", "information")
"""Which modifiers stand first on a line."""
SIDES = ("LT", "RT")


def as_lines(one: Call, modified: Sequence[Call], book: Codebook) -> Call:
    """The decision with each code's modifiers on its line, in the verdict too."""
    result = one.result
    if not isinstance(result, Decided):
        return one
    wanted = {line.code: _appended(line.code, modified, book) for line in result.codes}
    if not any(wanted.values()):
        return one
    lines = tuple(_line(line, wanted[line.code]) for line in result.codes)
    verdict = HEAD.sub(lambda m: _named(m[0], lines, wanted), result.verdict, count=1)
    return one.model_copy(
        update={"result": result.model_copy(update={"codes": lines, "verdict": verdict})}
    )


def _appended(code: str, modified: Sequence[Call], book: Codebook) -> tuple[ModifierVerdict, ...]:
    """What the rows say to append to the code, in the order of the line."""
    found: dict[str, ModifierVerdict] = {}
    refused: set[str] = set()
    for call in modified:
        if not isinstance(call.result, Decided):
            continue
        for line in call.result.codes:
            for m in line.modifiers if line.code == code else ():
                if m.verdict == "append":
                    found.setdefault(m.code, m)
                else:
                    refused.add(m.code)
    return tuple(sorted((m for m in found.values() if m.code not in refused), key=_order(book)))


def _order(book: Codebook) -> Callable[[ModifierVerdict], tuple[int, bool]]:
    def place(m: ModifierVerdict) -> tuple[int, bool]:
        row = book.modifier_names.get(m.code)
        rank = PLACES.index(row.place) if row and row.place in PLACES else len(PLACES)
        return rank, m.code not in SIDES

    return place


def _line(line: CodeLine, wanted: Sequence[ModifierVerdict]) -> CodeLine:
    if line.role != "bill" or not wanted:
        return line
    return line.model_copy(update={"modifiers": tuple(wanted)})


def _named(
    head: str, lines: Sequence[CodeLine], wanted: dict[str, tuple[ModifierVerdict, ...]]
) -> str:
    """The codes of a verdict, each with its modifiers."""
    billed = {line.code for line in lines if line.role == "bill"}
    found: list[str] = []
    for name in re.split(r", | and ", head.removeprefix("Bill ")):
        code, _, units = name.partition(" ")
        own = [m.code for m in wanted.get(code, ())] if code in billed else []
        found += [" ".join(filter(None, (line, units))) for line in _written(code, own)]
    return "Bill " + " and ".join(filter(None, (", ".join(found[:-1]), found[-1])))


def _written(code: str, modifiers: Sequence[str]) -> list[str]:
    """One line, or one for each side."""
    if set(SIDES) <= set(modifiers):
        rest = [m for m in modifiers if m not in SIDES]
        return ["-".join([code, side, *rest]) for side in reversed(SIDES)]
    return ["-".join([code, *modifiers])]
