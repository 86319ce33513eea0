"""The check of claims: planted faults are found, clean claims are left alone, rows are named."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.rules.claim import Claim, DayBooks, check
from knowledge.tables import KINDS, load
from tests.scenarios import cases

TODAY = date(2026, 11, 23)
LINE = re.compile(
    r"(?P<code>\w+)(?P<mods>(?:-\w+)*)(?: x(?P<units>\d+))?(?:: (?P<dx>[\w. ]*?))?"
    r"(?: ?@(?P<day>\S+))?$"
)
FIELDS = {
    "name", "on", "payer", "state", "pos", "claim", "prior", "authorization", "lines", "verdict",
    "finds", "says", "notes",
}  # fmt: skip
DAYS = DayBooks(load().on)


def line_of(text):
    found = LINE.match(text)
    assert found, f"not a claim line: {text}"
    return {
        "code": found["code"],
        "modifiers": [m for m in found["mods"].split("-") if m],
        "units": int(found["units"]) if found["units"] else None,
        "diagnoses": (found["dx"] or "").split(),
        "service_date": found["day"],
    }


def session_of(text):
    day, region, relief = (*text.split(), None, None)[:3]
    return {"date": day, "region": region, "relief_percent": relief}


def claim_of(case):
    return Claim(
        lines=[line_of(text) for text in case["lines"]],
        service_date=case.get("on"),
        payer=case.get("payer"),
        state=case.get("state"),
        place_of_service=case.get("pos"),
        claim=case.get("claim"),
        authorization=case.get("authorization"),
        prior_sessions=[session_of(text) for text in case.get("prior", ())],
    )


def told(finding):
    return f"{finding.rule}: {' '.join(map(str, finding.lines))}"


CASES = cases("scenarios/claims")


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_claim(case):
    assert set(case) <= FIELDS, f"fields not known: {set(case) - FIELDS}"

    checked = check(claim_of(case), DAYS, TODAY)

    found = [told(f) for f in checked.findings if f.severity != "info"]
    assert sorted(found) == sorted(case.get("finds", [])), checked.findings
    assert checked.verdict == case["verdict"]
    text = " ".join(f"{f.text} {f.fix}" for f in checked.findings)
    for words in case.get("says", ()):
        assert words in text, text
    notes = {f.rule for f in checked.findings if f.severity == "info"}
    assert set(case.get("notes", ())) <= notes


def test_enough_faults_and_clean_claims_are_held():
    planted = [c for c in CASES if c.get("finds")]
    clean = [c for c in CASES if c["verdict"] == "clean"]

    assert len(planted) >= 60
    assert len(clean) >= 30
    assert len({c["name"] for c in CASES}) == len(CASES)


def test_every_kind_of_finding_is_planted_somewhere():
    held = load().of("claim", "line") + load().of("claim", "limit") + load().of("claim", "fit")
    planted = {find.partition(":")[0] for c in CASES for find in c.get("finds", ())}

    assert {row.rule for row in held} - {"coverage"} <= planted


def test_every_row_of_the_table_is_met_by_a_case():
    """A note is met where its sentence is said, another row where a finding names it."""
    found = [f for c in CASES for f in check(claim_of(c), DAYS, TODAY).findings]
    named = {f.row for f in found} | {"claim/diagnosis-list"}
    said = "\n".join(f.text for f in found)

    unmet = []
    for kind in KINDS["claim"]:
        for row in load().of("claim", kind):
            name = getattr(row, "id", "") or (
                f"barred-{'-'.join(row.modifiers)}" if kind == "barred" else f"needs-all-{row.code}"
            )
            words = max(re.split(r"\{\w+\}", getattr(row, "say", "")), key=len)
            if f"claim/{name}" not in named and not (kind == "note" and words in said):
                unmet.append(name)
    assert not unmet


# --- what holds of every claim -----------------------------------------------------------

CODES = sorted({*load().on(TODAY).every_code, "99213", "99203", "G0463", "20605", "27130", "X1"})
DIAGNOSES = ["M54.12", "M54.16", "M50.12", "M51.16", "M54.2", "G89.18", "M47.816", "C79.51"]
lines = st.lists(
    st.fixed_dictionaries(
        {
            "code": st.sampled_from(CODES),
            "units": st.none() | st.integers(0, 5),
            "modifiers": st.lists(
                st.sampled_from(sorted(load().on(TODAY).modifier_names)), max_size=3
            ),
            "diagnoses": st.lists(st.sampled_from(DIAGNOSES), max_size=3),
        }
    ),
    min_size=1,
    max_size=5,
)
claims = st.builds(
    Claim,
    lines=lines,
    service_date=st.dates(date(2012, 1, 1), date(2027, 12, 31)),
    payer=st.none() | st.sampled_from(["medicare", "commercial", "Aetna", "medicare advantage"]),
    state=st.none() | st.sampled_from(["OH", "FL"]),
    place_of_service=st.none() | st.sampled_from(["02", "11", "22", "24"]),
    claim=st.none() | st.sampled_from(["professional", "facility"]),
)


@settings(max_examples=300, deadline=None)
@given(claims)
def test_every_finding_says_what_which_and_what_next(claim):
    checked = check(claim, DAYS, TODAY)

    for finding in checked.findings:
        assert finding.lines
        assert set(finding.lines) <= set(range(len(claim.lines)))
        assert finding.text.endswith(".")
        assert finding.fix.endswith(".")
        assert "{" not in finding.text + finding.fix
        assert finding.row.split("/")[0] in finding.source
        assert finding.dated
        assert set(finding.sources) <= set(load().sources)
        assert set(finding.assumed) <= {a.fact for a in checked.assumed}
        for fact in finding.assumed:
            assert fact.replace("_", " ") in finding.text


@settings(max_examples=300, deadline=None)
@given(claims)
def test_the_verdict_is_the_worst_of_the_lines(claim):
    checked = check(claim, DAYS, TODAY)

    worst = next(
        v for v in ("fix", "cannot_tell", "clean") if v in {x.verdict for x in checked.lines}
    )
    assert checked.verdict == worst
    assert (checked.verdict == "clean") == all(f.severity == "info" for f in checked.findings)


@settings(max_examples=200, deadline=None)
@given(claims)
def test_a_code_not_in_force_never_stands_clean(claim):
    held = load().on(claim.service_date)

    for line in check(claim, DAYS, TODAY).lines:
        if line.code in held.every_code and line.code not in held.codes:
            assert line.verdict == "fix"


@settings(max_examples=200, deadline=None)
@given(claims)
def test_a_fix_names_no_code_that_is_gone(claim):
    """What is to be used instead is in force on the day."""
    held = load().on(claim.service_date)

    for finding in check(claim, DAYS, TODAY).findings:
        sent = {line.code for line in claim.lines}
        for code in re.findall(r"\b\d{5}\b", finding.fix.split("Nearest held")[0]):
            known = code in held.codes or code not in held.every_code
            assert known or code in sent, finding


@settings(max_examples=200, deadline=None)
@given(claims)
def test_a_pair_is_told_only_where_the_table_has_it(claim):
    indexed = load().indexed("ncci_pairs", "column1", "column2")

    for finding in check(claim, DAYS, TODAY).findings:
        if (
            finding.rule == "pair"
            and finding.row.startswith("ncci_pairs/")
            and (not finding.undecided and finding.severity == "error")
        ):
            assert tuple(finding.row.split("/")[1:]) in indexed


@settings(max_examples=100, deadline=None)
@given(claims, st.randoms())
def test_the_order_of_the_lines_changes_no_verdict(claim, random):
    shuffled = list(claim.lines)
    random.shuffle(shuffled)

    one = check(claim, DAYS, TODAY)
    other = check(claim.model_copy(update={"lines": tuple(shuffled)}), DAYS, TODAY)

    assert one.verdict == other.verdict


def test_each_line_is_judged_by_its_own_date():
    claim = Claim(
        lines=[
            {"code": "62310", "service_date": date(2016, 12, 31)},
            {"code": "62310", "service_date": date(2017, 1, 1)},
        ]
    )

    assert [x.verdict for x in check(claim, DAYS, TODAY).lines] == ["clean", "fix"]


def test_a_finding_that_rests_on_a_presumption_says_so():
    claim = Claim(lines=[{"code": "62321"}, {"code": "62323"}], service_date=TODAY)

    (finding,) = check(claim, DAYS, TODAY).findings

    assert finding.rule == "region_limit"
    assert finding.assumed == ("payer",)
    assert "because no payer is named on the claim" in finding.text


def test_an_age_of_a_table_is_told():
    claim = Claim(lines=[{"code": "62321"}, {"code": "62320"}], service_date=TODAY)

    (finding,) = [f for f in check(claim, DAYS, TODAY).findings if f.rule == "pair"]

    assert finding.dated == "NCCI table of 2024-07-01"
