"""What holds for every rule: unknown and deleted codes, order, determinism, rows behind steps."""

import re
from datetime import date
from itertools import combinations_with_replacement, product
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.decisions import Decided, Decision, NotCovered, Undecided
from knowledge.errors import UnknownCode
from knowledge.facts import (
    SELECTING,
    Approach,
    Claim,
    ImagingKind,
    Laterality,
    Procedure,
    Region,
    Substance,
    Technique,
)
from knowledge.modifier_rows import ModifierRow
from knowledge.rows import CodeRow, StatementRow
from knowledge.rules.anesthesia import AnesthesiaQuestion
from knowledge.rules.bundling import PairQuestion, bundling
from knowledge.rules.claim import Claim as ClaimOfLines
from knowledge.rules.claim import ClaimLine
from knowledge.rules.compare import CompareQuestion
from knowledge.rules.denials import DenialQuestion
from knowledge.rules.diagnosis import DiagnosisQuestion
from knowledge.rules.documentation import DocumentationQuestion
from knowledge.rules.drugs import DrugQuestion
from knowledge.rules.imaging import ImagingQuestion
from knowledge.rules.modifiers import ModifierQuestion, modifiers
from knowledge.rules.payment import PaymentQuestion
from knowledge.rules.pumps import PumpQuestion
from knowledge.rules.sedation import SedationQuestion
from knowledge.rules.statements import PolicyQuestion
from knowledge.rules.units import UnitsQuestion
from knowledge.rules.utilisation import PriorSession, SessionsQuestion
from knowledge.service_rows import DoseUnit
from knowledge.tables import KINDS, load
from knowledge.topics import RULES
from knowledge.word_rows import LexiconRow

TODAY = date(2026, 11, 23)
DAYS = (date(2016, 11, 10), date(2019, 6, 1), date(2021, 12, 31), TODAY, date(2027, 2, 1))

CODES = tuple(dict.fromkeys(r.code for r in load().of("codes", "code") if isinstance(r, CodeRow)))
DELETED = tuple(code for code in CODES if code not in load().on(TODAY).codes)
EPIDURALS = tuple(str(code) for code in range(62320, 62328))
ASPECTS = tuple(
    sorted(
        {a for _, r in load().every_row() if isinstance(r, StatementRow) for a in r.aspects}
        | {
            r.value
            for r in load().of("lexicon", "word")
            if isinstance(r, LexiconRow) and r.states == "aspect"
        }
    )
)
MODIFIERS = tuple(sorted(load().on(TODAY).modifier_names))
SITUATIONS = tuple(
    sorted(
        {
            word
            for row in load().of("modifiers", "verdict")
            if isinstance(row, ModifierRow)
            for word in (*row.aspects, *row.when, *row.needs)
        }
        | {"a word of no row"}
    )
)
"""Every situation that some row of the modifiers hears, and one that none hears: to the rule,
all the words of other tables are that one."""
WITH_CODE = {
    "modifiers": lambda code: ModifierQuestion(code=code, modifier="50"),
    "bundling": lambda code: PairQuestion(code=code, beside="62321"),
    "units": lambda code: UnitsQuestion(code=code),
    "documentation": lambda code: DocumentationQuestion(code=code),
    "diagnosis": lambda code: DiagnosisQuestion(code=code),
    "prior_authorization": lambda code: PolicyQuestion(code=code),
    "payment": lambda code: PaymentQuestion(code=code),
    "coverage": lambda code: PolicyQuestion(code=code),
    "utilisation": lambda code: SessionsQuestion(code=code),
    "compare": lambda code: CompareQuestion(codes=(code,)),
}


SERVICES = ("drugs", "sedation", "anesthesia", "pumps", "imaging")
"""Rules that take a dose, a time or an act, and answer for the codes of their own table alone."""


def text_of(decision: Decision) -> str:
    steps = (step.because for step in decision.steps)
    return "\n".join((decision.verdict, *steps, *(c.text for c in decision.cautions)))


# --- unknown and deleted codes --------------------------------------------------


@pytest.mark.parametrize("rule", WITH_CODE)
def test_every_rule_but_select_code_takes_a_code(rule):
    assert set(WITH_CODE) == set(RULES) - {"select_code", "denials", "claim", *SERVICES}
    assert isinstance(WITH_CODE[rule]("62321"), RULES[rule].takes)


@pytest.mark.parametrize("rule", WITH_CODE)
def test_an_unknown_code_is_an_error_that_names_the_nearest(rule):
    with pytest.raises(UnknownCode) as error:
        RULES[rule].decide(WITH_CODE[rule]("62329X"), load().on(TODAY))

    assert error.value.code == "62329X"
    assert set(error.value.known) <= set(CODES) and error.value.known
    assert all(code.startswith("6232") for code in error.value.known)
    assert "2026-11-23" in str(error.value) and error.value.known[0] in str(error.value)


@pytest.mark.parametrize("rule", WITH_CODE)
def test_a_code_like_nothing_known_has_no_nearest(rule):
    with pytest.raises(UnknownCode) as error:
        RULES[rule].decide(WITH_CODE[rule]("ABCDE"), load().on(TODAY))

    assert error.value.known == ()


def test_the_deleted_codes_are_those_that_ended():
    assert set(DELETED) == {
        "62310", "62311", "62318", "62319", "0228T", "0229T", "0230T", "0231T", "72275",
        "01935", "01936", "J1020", "J1030", "J1040", "S0020",
    }  # fmt: skip


@pytest.mark.parametrize(("rule", "code"), [*product(WITH_CODE, DELETED)])
def test_every_rule_says_that_a_code_is_deleted_and_what_came_after(rule, code):
    decision = RULES[rule].decide(WITH_CODE[rule](code), load().on(TODAY))

    row = load().on(TODAY).code(code)
    assert f"{code} was deleted on {row.ended}" in text_of(decision)
    for now in row.replaced_by:
        assert now in text_of(decision)


@pytest.mark.parametrize("rule", sorted(set(WITH_CODE) - {"bundling"}))
def test_no_rule_calls_a_code_deleted_while_it_was_in_force(rule):
    decision = RULES[rule].decide(WITH_CODE[rule]("62310"), load().on(date(2016, 11, 10)))

    assert "was deleted" not in text_of(decision)


# --- pairs ----------------------------------------------------------------------

CORE = (*EPIDURALS, "64479", "64480", "64483", "64484", "62273", "62281", "77003", "76942")
SWAPPED = tuple(dict.fromkeys(tuple(sorted(pair)) for pair in product(CORE, CODES)))
"""Each code of an epidural session beside every code that the tables hold, each two once."""


def words(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", text))


def parts(decision: Decision) -> Any:
    """What of a pair's decision must not depend on which code was asked first."""
    return (
        decision.kind,
        {(x.code, x.role) for x in getattr(decision, "codes", ())},
        sorted("/".join(sorted(s.row.split("/"))) for s in decision.steps),
        words(decision.verdict),
    )


@pytest.mark.parametrize("day", [TODAY, date(2021, 12, 31), date(2016, 11, 10)])
def test_the_order_of_two_codes_does_not_matter(day):
    """And no verdict of an indicator 0 pair offers a modifier or a separate site."""
    book, wrong = load().on(day), []
    for one, other in SWAPPED:
        here = bundling(PairQuestion(code=one, beside=other), book)
        there = bundling(PairQuestion(code=other, beside=one), book)
        zero = any("indicator 0:" in step.because for step in here.steps)
        if parts(here) != parts(there) or (zero and not here.verdict.startswith("No")):
            wrong.append(f"{one} {other}: {here.verdict} / {there.verdict}")
    assert not wrong, f"{len(wrong)} pairs:\n" + "\n".join(wrong[:8])


@pytest.mark.parametrize("same_site", [True, False, None])
def test_the_order_does_not_matter_for_the_core_codes_at_one_site(same_site):
    book = load().on(TODAY)
    for one, other in combinations_with_replacement(CORE, 2):
        here = bundling(PairQuestion(code=one, beside=other, same_site=same_site), book)
        there = bundling(PairQuestion(code=other, beside=one, same_site=same_site), book)
        assert parts(here) == parts(there), (one, other)


# --- modifiers --------------------------------------------------------------------


@pytest.mark.parametrize("code", EPIDURALS)
def test_fifty_is_never_appended_to_an_interlaminar_code(code):
    """In no situation, on no claim, for no side, whether 50 is asked about or not."""
    sides, claims = (None, *get_args(Laterality)), (None, *get_args(Claim))
    for day in (date(2019, 6, 1), date(2021, 12, 31), TODAY):
        for modifier, side, claim, told in product((None, "50"), sides, claims, SITUATIONS):
            question = ModifierQuestion(
                code=code, modifier=modifier, laterality=side, claim=claim, situations=(told,)
            )
            decision = modifiers(question, load().on(day))
            for line in getattr(decision, "codes", ()):
                fifty = {m.verdict for m in line.modifiers if m.code == "50"}
                assert fifty <= {"do_not_append"}, (question, decision.verdict)
            if modifier == "50":
                assert decision.verdict.startswith("No"), (question, decision.verdict)


def test_no_day_after_today_changes_what_the_modifiers_may_say():
    """So that the days of the test above are all the days there are."""
    assert load().on(TODAY).modifier_verdicts == load().on(DAYS[-1]).modifier_verdicts


@pytest.mark.parametrize("code", CODES)
def test_the_verdict_on_a_modifier_agrees_with_its_first_word(code):
    """The sentence and the value beside it must not say two things."""
    agrees = {
        "append": {"Yes"},
        "do_not_append": {"No", "Rarely"},
        "depends": {"Only", "Rarely", "Modifier"},
    }
    for modifier in MODIFIERS:
        decision = modifiers(ModifierQuestion(code=code, modifier=modifier), load().on(TODAY))

        assert isinstance(decision, Decided), modifier
        verdict = decision.codes[0].modifiers[0].verdict
        first = decision.verdict.split()[0].rstrip(":")
        assert first in agrees[verdict], (modifier, verdict, decision.verdict)


@pytest.mark.parametrize("code", EPIDURALS)
def test_a_modifier_not_asked_about_is_named(code):
    """Without "50" in the question, "Only when ..." alone would not say what."""
    for situation in SITUATIONS:
        question = ModifierQuestion(code=code, situations=(situation,))

        decision = modifiers(question, load().on(TODAY))

        if isinstance(decision, Decided) and decision.codes[0].modifiers:
            told = decision.verdict
            first = decision.codes[0].modifiers[0].code
            assert first in told or told.startswith("No: "), (situation, told)


# --- every rule, many questions -----------------------------------------------------

codes = st.sampled_from((*CODES, "99213", "99203", "20553", "64490", "62399", "ZZZZZ", ""))
aspects = st.lists(st.sampled_from(ASPECTS), max_size=3).map(tuple)
payers = st.sampled_from(
    ("", *(row.payer for row in load().on(TODAY).payers), "a payer nobody knows")
)
states = st.sampled_from(("", "TX", "FL", "OH", "ZZ"))
levels = st.sampled_from(
    ("C7-T1", "C5-6", "T12-L1", "L4-5", "L4-L5", "L5-S1", "L5", "S1", "C8", "sacral hiatus", "X9")
)
maybe_code = st.none() | st.sampled_from(CODES)


def one_of(kind: Any) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(get_args(kind))


def named(file: str, kind: str, field: str) -> tuple[str, ...]:
    """What the rows of a table name in one field, each once."""
    return tuple(dict.fromkeys(getattr(row, field) for row in load().of(file, kind)))


DRUGS, DRUG_CODES = named("drugs", "drug", "drug"), named("drugs", "code", "code")
SEDATION = (*named("sedation", "sedation", "code"), *named("sedation", "sedation", "add_on"))
ANESTHESIA = (*named("anesthesia", "anesthesia", "code"), "01967", "01996")
KINDS_OF_ANESTHESIA = named("anesthesia", "anesthesia", "procedure")
DEVICES, ACTS = named("pumps", "device", "code"), named("pumps", "device", "act")
amounts = st.none() | st.sampled_from((0.5, 1.0, 3.3, 10.0, 40.0, 80.0, 2000.0))
places = st.sampled_from((None, "11", "19", "22", "24", "99"))
values = tuple(v for fact in SELECTING for v in load().on(TODAY).facts[fact].values)
QUESTIONS: dict[str, st.SearchStrategy[Any]] = {
    "denials": st.builds(
        DenialQuestion,
        reasons=st.lists(st.sampled_from(("CO-45", "PR-97", "N115", "CO-999")), max_size=3).map(
            tuple
        ),
    ),
    "select_code": st.builds(
        Procedure,
        approach=one_of(Approach),
        region=one_of(Region),
        imaging=one_of(ImagingKind) | st.booleans(),
        technique=one_of(Technique),
        substance=one_of(Substance),
        ruled_out=st.lists(st.sampled_from(values), max_size=4).map(tuple),
        levels=st.lists(levels, max_size=3).map(tuple),
        level_count=st.none() | st.integers(1, 12),
        laterality=one_of(Laterality),
    ),
    "modifiers": st.builds(
        ModifierQuestion,
        code=codes,
        modifier=st.none() | st.sampled_from((*MODIFIERS, "ZZ")),
        situations=aspects,
        laterality=one_of(Laterality),
        claim=one_of(Claim),
    ),
    "bundling": st.builds(
        PairQuestion, code=codes, beside=codes, same_site=st.none() | st.booleans()
    ),
    "units": st.builds(
        UnitsQuestion,
        code=codes,
        level_count=st.none() | st.integers(1, 12),
        laterality=one_of(Laterality),
        claim=one_of(Claim),
        aspects=aspects,
        payer=payers,
    ),
    "documentation": st.builds(
        DocumentationQuestion, code=maybe_code | codes, aspects=aspects, payer=payers
    ),
    "diagnosis": st.builds(
        DiagnosisQuestion,
        code=maybe_code | codes,
        diagnoses=st.lists(
            st.sampled_from((*sorted(load().on(TODAY).diagnoses), "E11.9", "M", "")), max_size=4
        ).map(tuple),
        region=one_of(Region),
        aspects=aspects,
    ),
    "prior_authorization": st.builds(
        PolicyQuestion, code=maybe_code | codes, payer=payers, state=states, aspects=aspects
    ),
    "payment": st.builds(
        PaymentQuestion,
        code=codes,
        place_of_service=st.sampled_from((None, "11", "19", "22", "24", "99")),
        year=st.none() | st.integers(2000, 2100),
        quarter=st.none() | st.integers(1, 4),
        beside=st.lists(codes, max_size=2).map(tuple),
        both_sides=st.lists(codes, max_size=2).map(tuple),
        state=st.none() | st.sampled_from(("CA", "OH", "XX")),
        participation=st.sampled_from(("non-QP", "QP")),
    ),
    "coverage": st.builds(
        PolicyQuestion, code=maybe_code | codes, payer=payers, state=states, aspects=aspects
    ),
    "utilisation": st.builds(
        SessionsQuestion,
        earlier=st.lists(
            st.builds(
                PriorSession,
                day=st.dates(date(2020, 1, 1), date(2028, 1, 1)),
                region=st.none() | st.sampled_from(get_args(Region)),
                relief_percent=st.none() | st.sampled_from((0.0, 50.0, 80.0)),
                relief_weeks=st.none() | st.sampled_from((1.0, 13.0)),
            ),
            max_size=7,
        ).map(tuple),
        code=maybe_code,
        region=st.none() | st.sampled_from(get_args(Region)),
        payer=payers,
        changed=st.booleans(),
        asks=st.sampled_from(("this", "next")),
    ),
    "drugs": st.builds(
        DrugQuestion,
        drug=st.sampled_from(("", *DRUGS, "a drug nobody knows")),
        codes=st.lists(st.sampled_from((*DRUG_CODES, "J9999")), max_size=2).map(tuple),
        dose=amounts,
        unit=one_of(DoseUnit),
        volume=amounts,
        strength=st.none() | st.sampled_from((2.5, 6.0, 40.0, 180.0, 240.0, 300.0, 400.0)),
        use=st.sampled_from(("", "trial", "refill")),
        container=st.sampled_from(("", "single-dose", "multi-dose")),
        held=amounts,
        discarded=st.none() | st.sampled_from((0.0, 0.5, 5.0, 20.0)),
        proposed=st.none() | st.integers(0, 200),
        asked=st.lists(
            st.sampled_from(("units", "waste", "modifier", "ndc", "apart")), max_size=3
        ).map(tuple),
        claim=one_of(Claim),
        place_of_service=places,
    ),
    "sedation": st.builds(
        SedationQuestion,
        codes=st.lists(st.sampled_from(SEDATION), max_size=2).map(tuple),
        minutes=st.none() | st.integers(0, 200),
        age=st.none() | st.integers(0, 90),
        by=st.sampled_from(("", "proceduralist", "another clinician")),
        asked=st.sampled_from(((), ("documentation",), ("observer",))),
        epidural=st.booleans(),
        claim=one_of(Claim),
        place_of_service=places,
        payer=payers,
    ),
    "anesthesia": st.builds(
        AnesthesiaQuestion,
        codes=st.lists(st.sampled_from(ANESTHESIA), max_size=2).map(tuple),
        others=st.sampled_from(((), ("62326",))),
        procedure=st.sampled_from(("", *KINDS_OF_ANESTHESIA, "labor", "daily management")),
        diagnostic=st.none() | st.booleans(),
        region=st.sampled_from(("", "cervical", "thoracic", "lumbar", "sacral")),
        position=st.sampled_from(("", "prone", "not prone")),
        by=st.sampled_from(("", "CRNA alone", "one CRNA directed", "somebody")),
        mac=st.booleans(),
        own=st.booleans(),
        cesarean=st.booleans(),
        placement_day=st.none() | st.booleans(),
        epidural=st.booleans(),
    ),
    "pumps": st.builds(
        PumpQuestion,
        codes=st.lists(st.sampled_from(DEVICES), max_size=2).map(tuple),
        acts=st.lists(st.sampled_from((*ACTS, "something else")), max_size=3, unique=True).map(
            tuple
        ),
        facts=st.dictionaries(
            st.sampled_from(("laminectomy", "reprogrammed", "skill")),
            st.sampled_from(("yes", "no")),
            max_size=3,
        ),
        leads=st.none() | st.integers(1, 16),
        place_of_service=places,
        asked=st.sampled_from(((), ("fifty",), ("fluoroscopy",), ("authorization",), ("global",))),
    ),
    "imaging": st.builds(
        ImagingQuestion,
        code=codes,
        asked=st.sampled_from(("count", "split", "parents")),
        beside=st.lists(st.sampled_from(CODES), max_size=2).map(tuple),
        claim=one_of(Claim),
        place_of_service=places,
    ),
    "claim": st.builds(
        ClaimOfLines,
        lines=st.lists(
            st.builds(
                ClaimLine,
                code=codes,
                units=st.none() | st.integers(0, 9),
                modifiers=st.lists(st.sampled_from(("50", "LT", "59", "26", "ZZ")), max_size=2).map(
                    tuple
                ),
                diagnoses=st.lists(
                    st.sampled_from(("M54.12", "M50.12", "M54.16", "Z99.99X")), max_size=2
                ).map(tuple),
                service_date=st.none(),
            ),
            min_size=1,
            max_size=4,
        ).map(tuple),
        service_date=st.none(),
        payer=st.sampled_from((None, "medicare", "Humana")),
        state=st.none() | st.sampled_from(("TX", "FL")),
        place_of_service=places,
        claim=one_of(Claim),
        prior_sessions=st.just(()),
        authorization=st.none(),
    ),
    "compare": st.builds(CompareQuestion, codes=st.lists(codes, min_size=1, max_size=6).map(tuple)),
}
days = st.sampled_from(DAYS) | st.dates(date(2010, 1, 1), date(2030, 1, 1))


def row_names() -> set[str]:
    """Every name by which a step may point at a row: table/id, table/code and so on."""
    found = set()
    for file, kinds in KINDS.items():
        for kind in kinds:
            for number, row in enumerate(load().of(file, kind), 1):
                for field in ("id", "code", "modifier", "level", "fact", "drug", "by"):
                    found.add(f"{file}/{getattr(row, field, '')}")
                found.add(f"{file}/{number}")
    for needs in load().of("claim", "needs_all"):
        found.add(f"claim/needs-all-{getattr(needs, 'code', '')}")
    for barred in load().of("claim", "barred"):
        found.add(f"claim/barred-{'-'.join(getattr(barred, 'modifiers', ()))}")
    for line in load().large("ncci_pairs"):
        found.add(f"ncci_pairs/{line['column1']}/{line['column2']}")
    for line in load().large("unit_limits"):
        found.add(f"unit_limits/{line['code']}")
    for line in load().large("mpfs"):
        found.add(f"mpfs/{line['code']}/{line['release']}")
    for line in load().large("gpci"):
        found.add(f"gpci/{line['release']}/{line['mac']}-{line['locality']}")
    for line in load().large("icd10cm"):
        found.add(f"icd10cm/{line['code']}")
    return found


ROWS = row_names()


@pytest.mark.parametrize("rule", RULES)
@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_rules_answer_or_name_the_unknown_code(rule, data):
    """Nothing but UnknownCode comes out; twice the same; steps and cautions rest on rows."""
    question, day = data.draw(QUESTIONS[rule]), data.draw(days)
    book = load().on(day)
    try:
        decision = RULES[rule].decide(question, book)
    except UnknownCode as error:
        named = [getattr(question, "code", None), getattr(question, "beside", None)]
        assert error.code in (*named, *getattr(question, "codes", ()))
        assert error.code not in CODES
        return

    assert isinstance(decision, (Decided, Undecided, NotCovered))
    assert RULES[rule].decide(question, book) == decision
    assert type(decision).model_validate_json(decision.model_dump_json()) == decision
    for step in decision.steps:
        said = "has no edit between" in step.because or "are not held" in step.because
        absent = step.row.startswith("ncci_pairs/") and said
        assert absent or step.row in ROWS, step
        assert set(step.sources) <= set(load().sources) and step.sources
    for caution in decision.cautions:
        assert caution.row in ROWS, caution
    told = text_of(decision)
    assert "{code}" not in told and "{beside}" not in told
    assert "None" not in told and "()" not in told and "  " not in told, told
    assert decision.verdict[-1] in '.!?"', decision.verdict


@pytest.mark.parametrize("rule", sorted(WITH_CODE))
def test_every_code_has_an_answer_from_every_rule(rule):
    """A code of the table is never an error, on any of the days."""
    for code, day in product(CODES, DAYS):
        decision = RULES[rule].decide(WITH_CODE[rule](code), load().on(day))
        assert decision.verdict, (rule, code, day)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(data=st.data(), rule=st.sampled_from(SERVICES))
def test_no_service_rule_bills_a_code_that_is_not_in_force(data, rule):
    """Whatever is asked, on whatever day; and units are never nought."""
    question, day = data.draw(QUESTIONS[rule]), data.draw(days)
    book = load().on(day)
    try:
        decision = RULES[rule].decide(question, book)
    except UnknownCode:
        return
    for line in getattr(decision, "codes", ()):
        if line.role in ("bill", "candidate"):
            assert line.code in book.codes, (line.code, day, decision.verdict)
            assert line.units is None or line.units > 0


def test_every_rule_says_what_it_is_for():
    for rule in RULES.values():
        assert rule.summary.endswith((".", ";")) or rule.summary, rule.name
        assert len(rule.summary) > 30, rule.name


def test_two_readings_of_the_tables_decide_alike():
    """The codebook is a value: a fresh one of the same day gives the same answers."""
    load.cache_clear()
    fresh = load()
    for rule, ask in WITH_CODE.items():
        for code in ("62321", "64483", "62310"):
            here = RULES[rule].decide(ask(code), fresh.on(TODAY))
            assert here == RULES[rule].decide(ask(code), load().on(TODAY))


def test_an_edit_cites_its_own_table():
    """The pair table and the unit limits are two releases with two sources."""
    book = load().on(TODAY)
    limit = RULES["units"].decide(UnitsQuestion(code="62321"), book).steps[-1]
    pair = bundling(PairQuestion(code="62321", beside="77003"), book).steps[0]

    assert (limit.row, limit.sources) == ("unit_limits/62321", ("mue24",))
    assert (pair.row, pair.sources) == ("ncci_pairs/62321/77003", ("ptp24p",))
