"""select_code against every combination of stated and unstated facts.

The decision spine of the reference rules stands here a second time, as a plain function that
reads no table: the rule and the tables must agree with it everywhere. 9000 combinations are
decided once and every property below is a look into that one list.
"""

import random
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product
from typing import NamedTuple

import pytest

from knowledge.decisions import Decided, Decision, NotCovered, Undecided
from knowledge.facts import SELECTING, Procedure
from knowledge.rows import CodeRow
from knowledge.rules.select_code import select_code
from knowledge.tables import load

DAYS = (
    date(2016, 12, 31),
    date(2017, 1, 1),
    date(2020, 12, 31),
    date(2021, 1, 1),
    date(2026, 11, 23),
)
"""The last and first days around each change of the code set, and today."""

VALUES = {
    "substance": ("non-neurolytic", "neurolytic", "blood patch"),
    "approach": ("interlaminar", "transforaminal", "caudal", "intrathecal"),
    "region": ("cervical", "thoracic", "lumbar", "sacral"),
    "imaging": ("fluoroscopy", "CT", "ultrasound", "none"),
    "technique": ("single injection", "indwelling catheter"),
}
SAYABLE = {**VALUES, "imaging": (*VALUES["imaging"], "fluoroscopy or CT")}
"""What a coder may state: the values, and the less exact "imaging was used"."""

Facts = dict[str, str]


# --- the decision spine, from the reference rules ------------------------------------


def impossible(facts: Facts) -> bool:
    """A caudal needle enters at the sacrum; no catheter code goes through the foramen."""
    high = facts["region"] in ("cervical", "thoracic")
    if facts["approach"] == "caudal" and high:
        return True
    return facts["approach"] == "transforaminal" and facts["technique"] == "indwelling catheter"


def spine(facts: Facts, day: date) -> str | None:
    """The code of one fully described injection; None = no code of these families."""
    high = facts["region"] in ("cervical", "thoracic")
    guided = facts["imaging"] in ("fluoroscopy", "CT")
    stays = facts["technique"] == "indwelling catheter"
    foramen = facts["approach"] == "transforaminal"

    if facts["substance"] == "blood patch":
        return "62273"
    if facts["substance"] == "neurolytic":
        if stays:
            return None
        if facts["approach"] == "intrathecal":
            return "62280"
        return "62281" if high else "62282"
    if foramen:
        if guided:
            return "64479" if high else "64483"
        if facts["imaging"] == "ultrasound" and day < date(2021, 1, 1):
            return "0228T" if high else "0230T"
        return "64999"
    if day < date(2017, 1, 1):
        if stays:
            return "62318" if high else "62319"
        return "62310" if high else "62311"
    if stays:
        if high:
            return "62325" if guided else "62324"
        return "62327" if guided else "62326"
    if high:
        return "62321" if guided else "62320"
    return "62323" if guided else "62322"


def presumed(fact: str, facts: Facts) -> tuple[str, ...]:
    """What silence about a fact means, given the others; all values = nothing is presumed."""
    if fact == "technique":
        return ("single injection",)
    if fact == "substance":
        return ("non-neurolytic",)
    if fact == "imaging" and facts["approach"] == "transforaminal":
        return ("fluoroscopy", "CT")
    return VALUES[fact]


PRESUMED = ("technique", "substance", "imaging")


# --- every way to state some facts and leave out the others -------------------


class Case(NamedTuple):
    day: date
    stated: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.day}: {dict(self.stated)}"


def meant(fact: str, value: str) -> tuple[str, ...]:
    return ("fluoroscopy", "CT") if value == "fluoroscopy or CT" else (value,)


@cache
def completions(case: Case, without: str = "") -> tuple[tuple[str, ...], ...]:
    """Every full description the statement allows, and the presumptions but one leave."""
    stated = dict(case.stated)
    choices = [meant(f, stated[f]) if f in stated else VALUES[f] for f in SELECTING]
    found = []
    for values in product(*choices):
        facts = dict(zip(SELECTING, values, strict=True))
        silent = [f for f in PRESUMED if f not in stated and f != without]
        if not impossible(facts) and all(facts[f] in presumed(f, facts) for f in silent):
            found.append(values)
    return tuple(found)


def facts_of(values: tuple[str, ...]) -> Facts:
    return dict(zip(SELECTING, values, strict=True))


@cache
def outcomes(case: Case, without: str = "") -> frozenset[str | None]:
    return frozenset(spine(facts_of(c), case.day) for c in completions(case, without))


def all_cases() -> Iterator[Case]:
    for day in DAYS:
        for values in product(*[(None, *SAYABLE[fact]) for fact in SELECTING]):
            stated = zip(SELECTING, values, strict=True)
            yield Case(day, tuple((f, v) for f, v in stated if v is not None))


def decide(case: Case) -> Decision:
    return select_code(Procedure(**dict(case.stated)), load().on(case.day))


@pytest.fixture(scope="module")
def decided() -> dict[Case, Decision]:
    """The decision of every combination on every day."""
    return {case: decide(case) for case in all_cases()}


def codes_of(decision: Decision) -> set[str]:
    """The codes still possible."""
    if isinstance(decision, Decided):
        return {decision.codes[0].code}
    return set(decision.candidates) if isinstance(decision, Undecided) else set()


def more(case: Case, fact: str, value: str) -> Case:
    """The same statement with one fact added or changed."""
    facts = {**dict(case.stated), fact: value}
    return Case(case.day, tuple((f, facts[f]) for f in SELECTING if f in facts))


def report(wrong: list[str]) -> None:
    assert not wrong, f"{len(wrong)} combinations, such as:\n" + "\n".join(wrong[:5])


# --- the properties -----------------------------------------------------------


def test_there_are_nine_thousand_combinations(decided):
    assert len(decided) == 5 * 5 * 6 * 3 * 4 * len(DAYS)


def test_full_descriptions_agree_with_the_spine(decided):
    wrong = []
    for case, decision in decided.items():
        stated = dict(case.stated)
        if len(stated) < len(SELECTING) or stated["imaging"] == "fluoroscopy or CT":
            continue
        code = None if impossible(stated) else spine(stated, case.day)
        if codes_of(decision) != ({code} if code else set()):
            wrong.append(f"{case}: {decision.verdict}, but the spine says {code}")
    report(wrong)


def test_partial_descriptions_leave_exactly_the_codes_the_spine_leaves(decided):
    wrong = []
    for case, decision in decided.items():
        if codes_of(decision) != outcomes(case) - {None}:
            wrong.append(f"{case}: {decision.verdict}, but the spine leaves {set(outcomes(case))}")
    report(wrong)


def test_no_code_is_decided_while_an_unpresumed_fact_would_change_it(decided):
    wrong = []
    for case, decision in decided.items():
        if isinstance(decision, Decided) and len(outcomes(case)) != 1:
            wrong.append(f"{case}: {decision.verdict}")
        if isinstance(decision, Undecided) and len(outcomes(case)) < 2:
            wrong.append(f"{case}: asks although one code is left")
    report(wrong)


def test_a_full_description_is_never_undecided(decided):
    report(
        [
            str(case)
            for case, decision in decided.items()
            if len(case.stated) == len(SELECTING) and isinstance(decision, Undecided)
        ]
    )


def test_every_presumption_used_is_shown_and_no_other(decided):
    wrong = []
    for case, decision in decided.items():
        if isinstance(decision, NotCovered):
            continue
        stated = dict(case.stated)
        used = {
            fact
            for fact in PRESUMED
            if fact not in stated and outcomes(case, fact) != outcomes(case)
        }
        shown = {a.fact for a in decision.assumed}
        if used != shown:
            wrong.append(f"{case}: used {used}, shown {shown}")
    report(wrong)


def test_every_presumption_used_is_among_the_flips(decided):
    wrong = []
    for case, decision in decided.items():
        if not isinstance(decision, Decided):
            continue
        flipped = {f.fact for f in decision.flips}
        for assumed in decision.assumed:
            if assumed.fact not in flipped:
                wrong.append(f"{case}: {assumed.fact} is assumed, flips are {decision.flips}")
    report(wrong)


def test_every_flip_is_true_and_none_is_missing(decided):
    wrong = []
    for case, decision in decided.items():
        if not isinstance(decision, Decided):
            continue
        kept = [facts_of(c) for c in completions(case)]
        code = decision.codes[0].code
        wanted = set()
        for fact, values in VALUES.items():
            for value in set(values) - {c[fact] for c in kept}:
                changed = [c for c in ({**c, fact: value} for c in kept) if not impossible(c)]
                leads = {spine(c, case.day) for c in changed}
                if len(leads) == 1 and leads != {code}:
                    wanted.add((fact, *leads))
                for flip in decision.flips:
                    if (flip.fact, flip.to) == (fact, value) and leads != {flip.code}:
                        wrong.append(f"{case}: {flip} but the spine says {leads}")
        if wanted != {(f.fact, f.code) for f in decision.flips}:
            wrong.append(f"{case}: flips {decision.flips}, wanted {wanted}")
    report(wrong)


def test_every_sibling_code_named_is_the_end_of_a_flip(decided):
    for decision in decided.values():
        if isinstance(decision, Decided):
            assert {w.code for w in decision.why_not} == {
                f.code for f in decision.flips if f.code is not None
            }
            assert all(w.because for w in decision.why_not)


def test_stating_a_presumed_value_changes_nothing_but_assumed(decided):
    wrong = []
    for case, decision in decided.items():
        if isinstance(decision, NotCovered):
            continue
        for assumed in decision.assumed:
            if isinstance(decision, Undecided) and assumed.fact == "imaging":
                continue  # presumed of one approach only, and the approach is still open
            stated = decided[more(case, assumed.fact, assumed.value)]
            same = (
                type(stated) is type(decision)
                and codes_of(stated) == codes_of(decision)
                and getattr(stated, "flips", ()) == getattr(decision, "flips", ())
                and [w.code for w in stated.why_not] == [w.code for w in decision.why_not]
                and {a.fact for a in stated.assumed}
                == {a.fact for a in decision.assumed} - {assumed.fact}
            )
            if not same:
                wrong.append(f"{case} + {assumed.fact}: {decision.verdict} / {stated.verdict}")
    report(wrong)


def test_one_more_unpresumed_fact_never_adds_a_candidate(decided):
    wrong = []
    for case, decision in decided.items():
        stated, assumed = dict(case.stated), {a.fact for a in getattr(decision, "assumed", ())}
        for fact in SELECTING:
            if fact in stated or fact in assumed:
                continue
            for value in SAYABLE[fact]:
                added = codes_of(decided[more(case, fact, value)]) - codes_of(decision)
                if added:
                    wrong.append(f"{case} + {value}: adds {added}")
    report(wrong)


def test_every_code_offered_is_in_force_on_the_day(decided):
    wrong = []
    for case, decision in decided.items():
        book = load().on(case.day)
        named = codes_of(decision) | {c.code for c in getattr(decision, "codes", ())}
        named |= {f.code for f in getattr(decision, "flips", ()) if f.code}
        named |= set(getattr(decision, "nearest", ()))
        if not named <= set(book.codes):
            wrong.append(f"{case}: {named - set(book.codes)}")
    report(wrong)


def test_what_is_asked_is_open_and_would_change_the_code(decided):
    wrong = []
    for case, decision in decided.items():
        if not isinstance(decision, Undecided):
            continue
        stated = dict(case.stated)
        asked = [m.fact for m in decision.missing]
        if not asked or set(asked) & set(stated):
            wrong.append(f"{case}: asks {asked}")
        for missing in decision.missing:
            leads = {
                frozenset(codes_of(decided[more(case, missing.fact, choice)]))
                for choice in missing.choices
            }
            if len(missing.choices) < 2 or len(leads) < 2:
                wrong.append(f"{case}: asks {missing.fact}, and {missing.choices} lead to {leads}")
    report(wrong)


def test_options_agree_with_the_rule_and_cover_every_candidate(decided):
    wrong = []
    for case, decision in decided.items():
        if not isinstance(decision, Undecided):
            continue
        offered = {code for option in decision.options for code in option.codes}
        if offered != set(decision.candidates):
            wrong.append(f"{case}: options {offered}, candidates {decision.candidates}")
        for option in decision.options:
            then = case
            for fact, value in option.given.items():
                then = more(then, fact, value)
            if len(option.codes) > 1 or codes_of(decided[then]) != set(option.codes):
                wrong.append(f"{case}: option {option} but the rule {decided[then].verdict}")
    report(wrong)


def test_a_contradiction_names_the_row_that_forbids_it(decided):
    """The reason given must be about the facts stated, not about another contradiction."""
    words = {"caudal": "caudal needle", "transforaminal": "not one through the foramen"}
    for case, decision in decided.items():
        if completions(case):
            continue
        stated = dict(case.stated)
        assert isinstance(decision, NotCovered), case
        assert words[stated["approach"]] in decision.verdict, (case, decision.verdict)
        assert decision.steps, case


def test_rows_of_the_code_table_never_overlap():
    rows = [r for r in load().of("codes", "code") if isinstance(r, CodeRow) and r.selects]
    for day in DAYS:
        held = [r for r in rows if r.holds(day)]
        for values in product(*VALUES.values()):
            facts = dict(zip(VALUES, values, strict=True))
            fit = [r.code for r in held if all(facts[f] in v for f, v in r.selects.items())]
            assert len(fit) <= 1, (day, facts, fit)


# --- ruling out, levels and units ---------------------------------------------


def test_ruling_values_out_leaves_what_the_spine_leaves():
    """Two thousand statements with a fixed seed: some facts said, some values ruled out."""
    dice = random.Random(62321)
    wrong = []
    for _ in range(2000):
        day = dice.choice(DAYS)
        stated, out = {}, []
        for fact, values in VALUES.items():
            what = dice.random()
            if what < 0.35:
                stated[fact] = dice.choice(SAYABLE[fact])
            elif what < 0.6:
                out += dice.sample(values, dice.randint(1, len(values) - 1))
        left = {f: tuple(v for v in VALUES[f] if v not in out) for f in VALUES}
        left.update({f: meant(f, v) for f, v in stated.items()})
        found = set()
        for values in product(*left.values()):
            facts = dict(zip(VALUES, values, strict=True))
            silent = [
                f for f in PRESUMED if f not in stated and set(presumed(f, facts)) <= set(left[f])
            ]
            if not impossible(facts) and all(facts[f] in presumed(f, facts) for f in silent):
                found.add(spine(facts, day))
        decision = select_code(Procedure(**stated, ruled_out=tuple(out)), load().on(day))
        if codes_of(decision) != found - {None}:
            wrong.append(f"{day} {stated} not {out}: {decision.verdict}, spine {found}")
    report(wrong)


CERVICAL = ["C1-2", "C2-3", "C3-4", "C4-5", "C5-6", "C6-7", "C7-T1"]
THORACIC = [*(f"T{n}-{n + 1}" for n in range(1, 12)), "T12-L1"]
LUMBAR = ["L1-2", "L2-3", "L3-4", "L4-5", "L5-S1"]
HIGH = {
    "interlaminar": "62321",
    "intrathecal": "62321",
    "transforaminal": "64479",
}
LOW = {
    "interlaminar": "62323",
    "intrathecal": "62323",
    "transforaminal": "64483",
}


@pytest.mark.parametrize("approach", ["interlaminar", "intrathecal", "transforaminal"])
@pytest.mark.parametrize("level", [*CERVICAL, *THORACIC, *LUMBAR])
def test_each_interspace_picks_its_region(level, approach):
    facts = Procedure(approach=approach, imaging="fluoroscopy", levels=(level,))

    decision = select_code(facts, load().on(DAYS[-1]))

    assert codes_of(decision) == {(LOW if level in LUMBAR else HIGH)[approach]}


ROOTS = {
    **{f"C{n}": f"C{n - 1}-{n}" for n in range(2, 8)},
    "C8": "C7-T1",
    **{f"T{n}": f"T{n}-{n + 1}" for n in range(1, 12)},
    "T12": "T12-L1",
    **{f"L{n}": f"L{n}-{n + 1}" for n in range(1, 5)},
    "L5": "L5-S1",
    **{f"S{n}": f"S{n}" for n in range(1, 5)},
}


@pytest.mark.parametrize(("root", "foramen"), ROOTS.items())
def test_each_root_leaves_through_its_foramen(root, foramen):
    """The root and its foramen are one level, whichever of them the note names."""
    one = Procedure(approach="transforaminal", imaging="CT", levels=(root,))
    both = Procedure(approach="transforaminal", imaging="CT", levels=(root, foramen))
    book = load().on(DAYS[-1])

    decision = select_code(one, book)

    low = root[0] in "LS"
    assert codes_of(decision) == {"64483" if low else "64479"}
    assert f"levels/{foramen}" in {s.row for s in decision.steps}
    assert len(select_code(both, book).codes) == 1


@pytest.mark.parametrize("count", range(1, 7))
@pytest.mark.parametrize(
    ("region", "first", "add_on"), [("cervical", "64479", "64480"), ("lumbar", "64483", "64484")]
)
def test_each_further_foramen_is_one_unit_of_the_add_on(region, first, add_on, count):
    facts = Procedure(approach="transforaminal", imaging=True, region=region, level_count=count)

    lines = [(x.code, x.units) for x in select_code(facts, load().on(DAYS[-1])).codes]

    assert lines == [(first, 1), (add_on, count - 1)][: 1 + (count > 1)]


@pytest.mark.parametrize("approach", ["interlaminar", "caudal", "intrathecal"])
@pytest.mark.parametrize("count", range(1, 5))
def test_levels_never_multiply_an_interlaminar_code(approach, count):
    facts = Procedure(approach=approach, imaging=True, region="lumbar", level_count=count)

    lines = [(x.code, x.units) for x in select_code(facts, load().on(DAYS[-1])).codes]

    assert lines == [("62323", 1)]


def test_a_level_written_in_full_is_the_same_level():
    """Notes say "L4-L5" and "L4-5"; both are one interspace."""
    book = load().on(DAYS[-1])
    full = Procedure(approach="transforaminal", imaging=True, levels=("L4-L5", "L3-4", "L4-5"))

    assert [(x.code, x.units) for x in select_code(full, book).codes] == [
        ("64483", 1),
        ("64484", 1),
    ]
