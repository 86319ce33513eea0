"""What exactly is asked of two codes, and which two? Pure.

"Is there an edit?", "may both be billed?", "which is column 1?", "can a modifier part them?",
"which line takes it?" and "is 59 needed?" have six answers.
"""

import re

from app.ask.polarity import predicate
from app.ask.turn import Reading
from knowledge.codebook import Codebook
from knowledge.modifier_rows import PairModifierRow
from knowledge.rules.pair_verdicts import Asked
from knowledge.rules.pairs import find_pair

SECOND = {"same_foramen", "other_side"}
"""What an add-on is mistaken for."""
LEFT_OUT = re.compile(r"\b(no|without)\s+(\d{5}|\d{4}T)\b", re.I)
""" "no 64479": a code that is said not to be there."""
FIRST: tuple[Asked, ...] = ("family", "tables", "column", "line", "separable")
"""Asked in so many words: whatever else is read."""


def asked_of(reading: Reading, book: Codebook) -> Asked:
    """What the question asks of the pair."""
    asked = reading.asked
    distinct = [m for m in reading.modifiers if m in book.distinct]
    if distinct and "line" in asked:
        return "line"
    for one in FIRST:
        if one in asked:
            return one
    if distinct:
        return "needed"
    if "needed" in asked and "both" not in asked and not set(reading.modifiers) - book.distinct:
        return "needed"
    if {"edit", "both"} <= set(asked) and predicate(reading.text) == "allow":
        return "both"
    two = len(reading.codes) > 1
    if two and "modifier" in asked and "both" not in asked and not reading.modifiers:
        return "needed"
    return "edit" if "edit" in asked and asked.index("edit") <= _place("both", asked) else "both"


def _place(name: str, asked: tuple[str, ...]) -> int:
    return asked.index(name) if name in asked else len(asked)


def partners(reading: Reading, book: Codebook, by_facts: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The codes of the pair: those named, and those that words name beside one.

    `by_facts`: the code of each procedure told, for injections that no code names.
    """
    left_out = {code for _, code in LEFT_OUT.findall(reading.text)}
    codes = tuple(c for c in reading.codes if c not in left_out)
    if not codes:
        return by_facts if len(by_facts) > 1 else ()
    if len(codes) > 1:
        return codes
    if set(codes) <= visits(book) and by_facts:
        return (by_facts[0], *codes)
    own = book.every_code.get(codes[0])
    if own and own[-1].family == "imaging":
        return ()
    own_row = book.codes.get(codes[0])
    if own_row and own_row.add_on_to and (SECOND & set(reading.situations) or _both_sides(reading)):
        return (own_row.add_on_to[0], *codes)
    # "facet" beside 64495 names what that code is of
    parents = own[-1].add_on_to if own else ()
    return (*codes, *[c for c in reading.billed if c not in (*codes, *parents)])


def visits(book: Codebook) -> frozenset[str]:
    """The visit codes that rows on modifier 25 speak of."""
    rows = book.held("bundling", "line", PairModifierRow)
    return frozenset(c for row in rows if "25" in row.modifiers for c in row.beside_codes)


def wants_pair(reading: Reading, book: Codebook, by_facts: tuple[str, ...] = ()) -> bool:
    """Is the question about two codes, whatever topic its words suggest?"""
    codes = partners(reading, book, by_facts)
    if len(codes) < 2:
        return False
    named, asked = set(reading.modifiers), set(reading.asked)
    if _with_visit(codes, reading, book):
        return True
    if _imaging_beside(codes, book) and named <= {"26", "TC", *book.distinct}:
        return bool(named or reading.whether or asked)
    second = bool(SECOND & set(reading.situations)) or _both_sides(reading)
    if _own_add_on(codes, book) and second and not named - {"LT", "RT"}:
        return True
    if named - book.distinct or reading.chained:
        return False
    if _strangers(codes, book) and reading.topics[:1] == ("compare",):
        return True
    if at_other_time(reading, book):
        return False
    asks = asked - {"needed", "both", "modifier"}
    both = set(codes) <= set(reading.codes)
    if both and {"needed", "modifier"} & asked and not named and _apart(codes, book):
        # "20553 with 64483, modifier?"
        return True
    if "needed" in asked and reading.whether and not _own_add_on(codes, book):
        return True
    if reading.whether and "same_site" in reading.situations and "compare" not in reading.topics:
        return True
    money = "payment" in reading.topics and "bundling" not in reading.topics
    return bool(named or asks or ("both" in asked and reading.whether and not money))


DAY = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}\b"
    r"|(?<![\d/])\d{1,2}/\d{1,2}(?![\d/])",
    re.I,
)
LASTING = ("010", "090")
"""Global days that leave a period behind."""


def at_other_time(reading: Reading, book: Codebook) -> bool:
    """Was one of the codes done on an earlier day, so that its global period may be running?"""
    told = {"earlier_date", "staged", "complication_return"} & set(reading.situations)
    after = {"in_global", "global_period"} & {*reading.aspects, *reading.situations}
    days = "days_apart" in reading.measures or bool(told or reading.other_days)
    days = days or len({m.group().lower() for m in DAY.finditer(reading.text)}) > 1
    return len(reading.codes) > 1 and bool(days or after) and bool(with_global(reading, book))


def with_global(reading: Reading, book: Codebook) -> tuple[str, ...]:
    """The codes named that leave a global period of 10 or 90 days."""
    lasting = {x["code"] for x in book.large("mpfs") if x["global_days"] in LASTING}
    return tuple(c for c in reading.codes if c in lasting)


def _apart(codes: tuple[str, ...], book: Codebook) -> bool:
    """Are they injections of two families, or one whose partner only the pair table knows?"""
    rows = [book.every_code.get(c) for c in codes]
    families = {r[-1].family for r in rows if r} - {"imaging"}
    return len(codes) == 2 and (len(families) > 1 or not all(rows))


def asks_at_large(reading: Reading, book: Codebook) -> bool:
    """A rule of NCCI itself is asked for, with no code named."""
    if reading.codes:
        return False
    distinct = bool(set(reading.modifiers) & book.distinct) or "column" in reading.text.lower()
    return "column" in reading.asked or ("line" in reading.asked and distinct)


def _with_visit(codes: tuple[str, ...], reading: Reading, book: Codebook) -> bool:
    """A visit beside an injection, and a modifier or a reason for it."""
    seen = visits(book)
    if not seen & set(codes) or seen >= set(codes):
        return False
    if "59" in reading.modifiers and "25" in reading.modifiers:
        return True
    on = {code for modifier, code in reading.attached}
    if on and not on & seen:
        return False
    told = {"new_problem", "routine_visit", "new_patient"} & set(reading.situations)
    return bool(reading.modifiers or told or {"needed", "both", "modifier"} & set(reading.asked))


def told_of_imaging(reading: Reading, book: Codebook) -> bool:
    """Are an imaging code and an injection named together?"""
    return _imaging_beside(reading.codes, book)


def _both_sides(reading: Reading) -> bool:
    """Both sides of one level, as a question asks whether the add-on is the second of them."""
    sides = {m.value for m in reading.mentions if m.fact == "laterality"}
    levels = {level for p in reading.procedures for level in p.levels}
    both = "bilateral" in sides or {"left", "right"} <= sides
    return both and len(levels) == 1


def _imaging_beside(codes: tuple[str, ...], book: Codebook) -> bool:
    families = {book.every_code[c][-1].family for c in codes if c in book.every_code}
    return "imaging" in families and len(families) > 1


def _own_add_on(codes: tuple[str, ...], book: Codebook) -> bool:
    rows = [book.codes[c] for c in codes if c in book.codes]
    return any(set(row.add_on_to) & set(codes) for row in rows)


def _strangers(codes: tuple[str, ...], book: Codebook) -> bool:
    """Two codes of which the pair table alone knows one: only a pair can be meant."""
    two = len(codes) == 2 and any(c not in book.every_code for c in codes)
    return two and find_pair(codes[0], codes[1], book) is not None
