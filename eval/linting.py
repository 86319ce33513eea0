"""What is wrong with the question sets before anybody is asked. Pure but for the guides.

Each problem is one line: which case, what is wrong.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from eval.cases import Case, Claim, Note, Question
from eval.question_sets import QuestionSet
from eval.scoring.retrieval import locate

CODE = re.compile(r"^(?:\d{5}|\d{4}T|[A-Z]\d{4})$")
DIAGNOSIS = re.compile(r"^[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?$")
MODIFIER = re.compile(r"^[0-9A-Z]{2}$")
FACTS = frozenset(
    [
        "approach",
        "region",
        "imaging",
        "substance",
        "technique",
        "levels",
        "level_count",
        "laterality",
        "service_date",
        "payer",
        "state",
        "place_of_service",
        "claim",
        "diagnosis",
        "supervision",
    ]
)
"""Facts that may be asked for."""
SHINGLE = 8
"""Words in a row that an open and a held-out case may not share."""


def problems(sets: Sequence[QuestionSet], guides: Mapping[str, str]) -> list[str]:
    """Every problem of some sets, in the order of the cases."""
    cases = [case for s in sets for case in s.cases]
    found = [f"{case.id}: {why}" for case in cases for why in _case(case, guides)]
    found += _same_ids(cases)
    found += _same_questions(cases)
    return found


def _case(case: Case, guides: Mapping[str, str]) -> Iterator[str]:
    if isinstance(case, Question):
        expect = case.expect
        for gold in expect.gold:
            if locate(gold, guides) is None:
                yield f"no guide says {gold.quote!r}"
        if expect.cites_gold and not expect.gold:
            yield "cites_gold without gold"
        billed = set(expect.bill or ()).union(*map(set, expect.or_bill))
        if both := billed & set(expect.never):
            yield f"{', '.join(sorted(both))} must be billed and never be billed"
        if expect.or_bill and expect.bill is None:
            yield "or_bill without bill"
        if set(expect.units) - billed and expect.bill is not None:
            yield "units of a code that is not billed"
        if both := set(expect.append) & set(expect.do_not_append):
            yield f"modifier {', '.join(sorted(both))} must go on and must not"
        if expect.missing and expect.outcome and "needs_facts" not in expect.outcome:
            yield "asks for facts but the outcome is not needs_facts"
        yield from _odd(CODE, (*billed, *expect.units), "code")
        yield from _odd(
            CODE, (*expect.candidates, *expect.do_not_bill, *expect.never), "code", DIAGNOSIS
        )
        yield from _odd(CODE, expect.names, "code", DIAGNOSIS)
        yield from _odd(MODIFIER, (*expect.append, *expect.do_not_append), "modifier")
        for fact in (*expect.missing, *case.facts):
            if fact not in FACTS:
                yield f"{fact!r} is no fact"
    if isinstance(case, Note):
        for fact, words in case.facts.items():
            if words not in case.note_text:
                yield f"the note does not say {words!r} ({fact})"
    if isinstance(case, Claim):
        for finding in case.findings:
            if any(n >= len(case.lines) for n in finding.lines):
                yield f"{finding.rule} names a line that the claim does not have"
        if case.verdict != "cannot_tell" and (case.verdict == "clean") != (not case.findings):
            yield f"the verdict {case.verdict} does not go with its findings"


def _odd(
    shape: re.Pattern[str], values: Sequence[str], name: str, other: re.Pattern[str] | None = None
) -> Iterator[str]:
    for value in values:
        if not shape.match(value) and not (other and other.match(value)):
            yield f"{value!r} is no {name}"


def _same_ids(cases: Sequence[Case]) -> Iterator[str]:
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            yield f"{case.id}: the id stands twice"
        seen.add(case.id)


def _same_questions(cases: Sequence[Case]) -> Iterator[str]:
    """Questions of two cases that are the same but for small words: one of them is padding.

    Smoke repeats questions on purpose. An open case may not give away a held-out one: eight
    words in a row of one are reported too.
    """
    asked = [
        (" ".join(re.findall(r"\w+", q.lower())), case)
        for case in cases
        if isinstance(case, Question) and not case.id.startswith("smoke-")
        for q in case.questions
        if len(q) > 25
    ]
    by_text: dict[str, str] = {}
    for text, case in asked:
        other = by_text.setdefault(text, case.id)
        if other != case.id:
            yield f"{case.id}: asks the same words as {other}"
    held = defaultdict(set)
    for text, case in asked:
        if case.held_out:
            for shingle in _shingles(text):
                held[shingle].add(case.id)
    for text, case in asked:
        if not case.held_out:
            for shingle in _shingles(text):
                if shingle in held:
                    yield f"{case.id}: shares {shingle!r} with the held-out {min(held[shingle])}"
                    break


def _shingles(text: str) -> Iterator[str]:
    words = text.split()
    for n in range(len(words) - SHINGLE + 1):
        yield " ".join(words[n : n + SHINGLE])
