"""Which codes are to be set beside each other? Pure."""

import re
from collections.abc import Iterator

from app.ask.patterns import asks_alike
from app.ask.subject import call, has_facts, one_each, select, subject
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Decided, Undecided

CLAIMS = ("region", "approach", "technique", "imaging", "substance")
"""Facts that somebody may say of a code."""
STILL = re.compile(r"\bstill (?:valid|active|in force|good)\b", re.I)
""" "Is it still valid?" asks for the opposite of "was it deleted?"."""
ASPECTS = ("changes", "changes_next", "steroid_needed", "since")


def compare(reading: Reading, book: Codebook) -> Iterator[Call]:
    aspects = tuple(a for a in reading.aspects if a in ASPECTS)
    alike = asks_alike(reading.text)
    if alike and has_facts(reading) and (groups := _groups(reading, book)):
        codes = tuple(dict.fromkeys(code for group in groups for code in group))[:4]
        yield call("compare", book, codes=codes, asked=alike, groups=groups)
        return
    codes = reading.codes
    if len(reading.procedures) > 1 and not codes:
        codes = tuple(dict.fromkeys([*codes, *one_each(reading, book)]))
    if not codes:
        codes, chosen_call = subject(reading, book)
        if chosen_call is not None and not isinstance(chosen_call.result, Decided) and not aspects:
            yield chosen_call
            return
    if not codes and aspects:
        codes = tuple(r.value for r in book.presumptions if r.fact == "code")
    if codes:
        claimed = _claimed(reading) if len(codes) == 1 and reading.whether else {}
        deleted = "code_deleted" in reading.situations and not STILL.search(reading.text)
        yield call(
            "compare", book, codes=codes[:4], claimed=claimed, aspects=aspects, deleted=deleted
        )


def _groups(reading: Reading, book: Codebook) -> tuple[tuple[str, ...], ...]:
    """The codes each procedure may have; a code that is named stands for those it fits."""
    named = [c for c in reading.codes if c in book.codes]
    groups = []
    for procedure in reading.procedures[:3]:
        result = select(procedure, book).result
        found = (
            tuple(line.code for line in result.codes)
            if isinstance(result, Decided)
            else result.candidates
            if isinstance(result, Undecided)
            else ()
        )
        fitting = tuple(c for c in named if c in found)
        if found:
            groups.append(fitting or found)
    return tuple(groups)


def _claimed(reading: Reading) -> dict[str, str]:
    """What the question says of the code that it names."""
    one = reading.procedures[0]
    return {f: str(v) for f in CLAIMS if (v := getattr(one, f))}
