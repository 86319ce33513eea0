"""The claim check at its doors: HTTP, and the chat, which answers with the verdict first."""

import pytest

from app.ask.claim_lines import claim_lines
from knowledge.tables import load
from tests.app.client import send
from tests.conftest import TODAY

GOOD = {"lines": [{"code": "62321"}, {"code": "77003", "modifiers": ["59"]}]}
FIELDS = {"verdict", "findings", "lines", "assumed", "cautions", "versions"}
OF_FINDING = {"severity", "lines", "rule", "text", "fix", "source"}
BAD = {
    "no lines": ({"lines": []}, "lines"),
    "no field lines": ({}, "lines"),
    "a line without a code": ({"lines": [{"units": 1}]}, "code"),
    "a misspelt field": ({"lines": [{"code": "62321", "modifers": []}]}, "modifers"),
    "units in words": ({"lines": [{"code": "62321", "units": "two"}]}, "units"),
    "units below nothing": ({"lines": [{"code": "62321", "units": -1}]}, "units"),
    "a modifier in words": (
        {"lines": [{"code": "62321", "modifiers": ["bilateral"]}]},
        "modifiers",
    ),
    "a code that is none": ({"lines": [{"code": "the epidural"}]}, "code"),
    "an impossible date": (GOOD | {"service_date": "2026-02-30"}, "service_date"),
    "an impossible session": (GOOD | {"prior_sessions": ["yesterday"]}, "prior_sessions"),
    "relief above all": (
        GOOD | {"prior_sessions": [{"date": "2026-01-01", "relief_percent": 120}]},
        "relief_percent",
    ),
    "a place in words": (GOOD | {"place_of_service": "office"}, "place_of_service"),
    "a claim of nobody": (GOOD | {"claim": "both"}, "claim"),
    "too many lines": ({"lines": [{"code": "62321"}] * 101}, "lines"),
}


def post(address, body):
    return send(f"{address}/v1/claims/check", body)


def test_a_claim_is_checked_over_http(address):
    reply = post(address, GOOD | {"service_date": "2026-03-02", "payer": "medicare"})

    assert reply.status == 200
    assert set(reply.json) == FIELDS
    assert reply.json["verdict"] == "fix"
    (finding,) = reply.json["findings"]
    assert set(finding) >= OF_FINDING
    assert (finding["rule"], finding["lines"]) == ("imaging_included", [1])
    assert [line["verdict"] for line in reply.json["lines"]] == ["clean", "fix"]


def test_nothing_said_is_null_or_left_out(address):
    fields = ("units", "modifiers", "diagnoses", "service_date")
    line = {"code": "62323"} | dict.fromkeys(fields)
    body = {"lines": [line], "service_date": None, "payer": None, "prior_sessions": []}

    assert (
        post(address, body).json["findings"]
        == post(address, {"lines": [{"code": "62323"}]}).json["findings"]
    )


def test_a_session_is_a_date_or_more(address):
    sessions = ["2026-01-05", {"date": "2026-03-01", "region": "lumbar", "relief_percent": 10}]
    body = {
        "lines": [{"code": "62323", "diagnoses": ["M54.16"]}],
        "service_date": "2026-03-08",
        "payer": "medicare",
        "prior_sessions": sessions,
    }

    assert [f["rule"] for f in post(address, body).json["findings"]] == ["frequency"]


def test_lower_case_and_spaces_are_read(address):
    body = {"lines": [{"code": " j1100 ", "modifiers": ["jz"], "diagnoses": ["m5416"]}]}

    (line,) = post(address, body).json["lines"]

    assert (line["code"], line["modifiers"], line["diagnoses"]) == ("J1100", ["JZ"], ["M54.16"])


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_problem(name, address):
    body, field = BAD[name]

    reply = post(address, body)

    assert reply.status == 422
    assert reply.kind == "application/problem+json"
    assert field in reply.json["detail"]


def test_a_large_claim_is_refused(address):
    assert post(address, GOOD | {"payer": "x" * 70_000}).status == 413


def test_the_check_is_a_tool_too(address):
    body = {
        "lines": [{"code": "62310", "units": 1}],
        "service_date": "2016-11-10",
        "payer": "medicare",
    }

    reply = send(f"{address}/v1/tools/claim", body)

    result = reply.json["result"]
    assert result["kind"] == "decided"
    assert result["verdict"].startswith("This claim may be sent as it is")
    assert [a["fact"] for a in result["assumed"]] == ["claim"]


# --- in the chat -------------------------------------------------------------------------


def roles(answer):
    return {code.code: code.role for code in answer.codes}


def test_the_verdict_stands_in_the_first_sentence(ask):
    answer = ask("is this claim right: 62321, 77003-59, M50.12?")

    assert answer.outcome == "answered"
    assert answer.text.startswith("**No: this claim must not be sent as it is")
    assert roles(answer)["62321"] == "bill"
    assert roles(answer)["77003"] == "do_not_bill"
    assert roles(answer)["M50.12"] == "do_not_bill"
    assert "M50.121" in answer.text
    assert [d.tool for d in answer.decisions] == ["claim"]
    assert not any("withheld" in c.text for c in answer.cautions)


def test_every_finding_cites_its_row(ask):
    answer = ask("check this claim: 62323 and 62322, M54.16")

    sections = [c.section for c in answer.citations]
    assert ["ncci_pairs", "62323/62322"] in sections
    assert "indicator 0" in answer.text


def test_a_pasted_claim_is_checked(ask):
    answer = ask("64483-RT x1 M54.16\n64484-RT x2 M54.17\nMedicare, POS 11, DOS 2026-03-04")

    assert [d.tool for d in answer.decisions] == ["claim"]
    assert "3 levels" in answer.text
    assert answer.decisions[0].arguments["service_date"] == "2026-03-04"
    assert answer.decisions[0].arguments["place_of_service"] == "11"


def test_a_clean_claim_is_said_to_be_clean(ask):
    answer = ask("Is this claim ok? 64483-50, M54.16, Medicare, office")

    assert answer.text.startswith("**Yes: this claim may be sent as it is")
    assert roles(answer) == {"64483": "bill"}
    assert answer.citations


@pytest.mark.parametrize(
    "question",
    [
        "can I bill 77003 with 62321?",
        "does 62321 need a modifier?",
        "what does CO-97 on 77003 mean?",
        "is M54.12 right for 62321?",
        "how many units of 64484 for three levels?",
    ],
)
def test_a_question_of_a_rule_is_no_claim(ask, question):
    assert "claim" not in [d.tool for d in ask(question).decisions]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("62321, 77003-59, M50.12", [("62321", (), None, 1), ("77003", ("59",), None, 1)]),
        ("64483-RT-KX x1; 64484 RT x2", [("64483", ("RT", "KX"), 1, 0), ("64484", ("RT",), 2, 0)]),
        (
            "1) 62323 M54.16\n2) J1100 JZ 10 units M54.16",
            [("62323", (), None, 1), ("J1100", ("JZ",), 10, 1)],
        ),
        (
            "99213-25 and 62321 on 2026-03-04 for $312.50",
            [("99213", ("25",), None, 0), ("62321", (), None, 0)],
        ),
        ("62321/77003", [("62321", (), None, 0), ("77003", (), None, 0)]),
        ("G89.18 with 62324", [("62324", (), None, 1)]),
        ("M54.16 is lumbar", []),
    ],
)  # fmt: skip
def test_lines_of_a_text(text, lines):
    found = claim_lines(text, load().on(TODAY))

    assert [(x.code, x.modifiers, x.units, len(x.diagnoses)) for x in found] == lines
