"""`lamina claim`: files of claims, bad rows, cells that a spreadsheet would run, exit status."""

import csv
import io
import json

import pytest

from app.claims.columns import COLUMNS, column_of
from app.claims.writing import HEADER, safe

HEAD = "claim_id,service_date,code,modifiers,units,diagnoses,pos,payer\n"
CLEAN = "1,2026-03-02,62321,,1,M54.12,11,medicare\n"
FAULT = "2,2026-03-02,62321,,1,M54.12,11,medicare\n2,2026-03-02,77003,59,1,M54.12,11,medicare\n"
OPEN = "3,2026-03-02,27130,,1,M16.11,11,medicare\n"


@pytest.fixture
def claim(command, tmp_path):
    """claim(text, "--format", "csv") -> the finished process, the text on standard input."""

    def run(text, *words, file="-"):
        data = text if isinstance(text, bytes) else text.encode()
        env = {"LAMINA_HOME": str(tmp_path)}
        found = command("app", "claim", file, *words, input=data, env=env)
        assert b"Traceback" not in found.stderr, found.stderr.decode()
        return found

    return run


def rows(found):
    return list(csv.DictReader(io.StringIO(found.stdout.decode())))


def is_refused(found, says):
    assert found.returncode == 2
    assert found.stdout == b""
    assert found.stderr.decode().count("\n") == 1
    assert says in found.stderr.decode()


@pytest.mark.parametrize(
    ("text", "status"), [(CLEAN, 0), (CLEAN + OPEN, 0), (FAULT, 1), (CLEAN + FAULT + OPEN, 1)]
)
def test_the_status_says_whether_a_line_must_not_be_sent(claim, text, status):
    assert claim(HEAD + text).returncode == status


def test_many_claims_come_out_as_csv_in_their_order(claim):
    found = rows(claim(HEAD + FAULT + CLEAN, "--format", "csv"))

    assert list(found[0]) == list(HEADER)
    assert [(r["claim_id"], r["row"], r["code"], r["verdict"], r["rule"]) for r in found] == [
        ("2", "2", "62321", "clean", ""),
        ("2", "3", "77003", "fix", "imaging_included"),
        ("1", "4", "62321", "clean", ""),
    ]


def test_a_bad_row_is_told_and_the_others_are_checked(claim):
    found = claim(HEAD + CLEAN + "4,2026-02-30,62323,,1,M54.16,11,medicare\n" + FAULT)

    text = found.stdout.decode()
    assert found.returncode == 1
    assert "row 3 (claim 4): not read, service_date: '2026-02-30' is not a date" in text
    assert "imaging_included" in text
    assert "2 claims: 1 clean, 1 to fix, 0 open, 1 rows not read" in text


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("5,2026-03-02,,,1,M54.16,11,medicare", "has no code"),
        ("5,2026-03-02,62323,,two,M54.16,11,medicare", "units: 'two'"),
        ("5,2026-03-02,62323,,1,M54.16,office,medicare", "place_of_service"),
        ("5,2026-03-02,62323,bilateral,1,M54.16,11,medicare", "modifiers"),
        ("5,2026-03-02,62323,,1,M54.16,11,medicare,x,y", "has 10 cells, not 8"),
        ("1,2026-03-02,62323,,1,M54.16,22,medicare", "place_of_service differs"),
    ],
)
def test_what_is_wrong_with_a_row(claim, row, why):
    found = claim(HEAD + CLEAN + row + "\n", "--format", "csv")

    bad = [r for r in rows(found) if r["rule"] == "bad_row"]
    assert [(r["row"], why in r["text"]) for r in bad] == [("3", True)]


def test_a_claim_with_a_row_that_was_not_read_is_not_clean(claim):
    found = claim(HEAD + CLEAN + "1,2026-03-02,62323,,two,M54.16,11,medicare\n")

    assert "claim 1: cannot tell" in found.stdout.decode()


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", '=HYPERLINK("x")']
)
def test_a_cell_that_a_spreadsheet_would_run_is_text(claim, cell):
    quoted = '"' + cell.replace('"', '""') + '"'
    found = rows(claim(HEAD + CLEAN.replace("1,", f"{quoted},", 1), "--format", "csv"))

    assert safe(cell).startswith("'")
    for row in found:
        for value in row.values():
            assert value.lstrip(" ")[:1] not in set("=+-@\t\r") - {""}


def test_the_names_that_billing_systems_give_columns(claim):
    text = "Account Number;DOS;CPT Code;Mod 1;Mod2;Qty;DX1;DX2;POS;Patient\n" + (
        "A-1;3/2/2026;64483;RT;KX;1;M54.16;;2;Jane\n"
    )
    found = claim(text, "--json")

    line = json.loads(found.stdout)["lines"][0]
    assert line["modifiers"] == ["RT", "KX"]
    assert line["service_date"] == "2026-03-02"
    assert "columns not read: Patient" in found.stderr.decode()
    assert b"Jane" not in found.stdout


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_known_by_its_own_name(name):
    assert column_of(name) == name
    assert column_of(name.replace("_", " ").title()) == name


def test_json_in_and_out(claim):
    one = {"lines": [{"code": "62310"}], "service_date": "2026-03-02"}

    alone = json.loads(claim(json.dumps(one), "--json").stdout)
    many = json.loads(claim(json.dumps([one, {"claim_id": "b"} | one]), "--json").stdout)

    assert alone["verdict"] == "fix"
    assert [c["claim_id"] for c in many["claims"]] == ["1", "b"]


def test_a_bad_claim_in_json_is_told_by_its_number(claim):
    found = claim(
        '[{"lines": [{"code": "62321", "unit": 2}]}, {"lines": [{"code": "62321"}]}]', "--json"
    )

    told = json.loads(found.stdout)
    assert told["bad_rows"][0]["row"] == 1
    assert "unit" in told["bad_rows"][0]["why"]
    assert len(told["claims"]) == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"code\x00,units\n", "NUL"),
        (b"a,b\n1,2\n", "no column code"),
        (b"code,units\n", "no line below"),
        (b"{", "not JSON at line 1"),
        (b"[]", "holds no claim"),
        (b"code,units\n62321,two\n", "row 2: units: 'two' is not a whole number"),
        (b'{"lines": [{"cod": "62321"}]}', "row 1"),
        (b'code\n"' + b"x" * 200_000 + b'"\n', "not CSV at line 2"),
    ],
)  # fmt: skip
def test_a_file_without_a_claim_is_one_line(claim, data, says):
    is_refused(claim(data), says)


def test_options_fill_what_a_file_does_not_say(claim):
    found = claim("code,diagnoses\n62310,M54.12\n", "--on", "2016-11-10", "--payer", "medicare")

    assert found.returncode == 0
    is_refused(claim("code\n62321\n", "--on", "2026-13-01"), "--on")
    is_refused(claim("code\n62321\n", "--pos", "office"), "--pos")
    is_refused(claim("code\n62321\n", file="gone.csv"), "gone.csv")


def test_a_file_of_thousands_of_lines_is_checked_whole(claim, tmp_path):
    lines = [f"{n},2026-0{1 + n % 9}-15,62321,,1,M54.12,11,medicare\n" for n in range(3000)]
    file, out = tmp_path / "big.csv", tmp_path / "out.csv"
    file.write_text(HEAD + "".join(lines), "utf-8")

    found = claim("", "--format", "csv", "--out", str(out), file=str(file))

    assert found.returncode == 0
    assert found.stderr == b""
    assert len(out.read_text("utf-8").splitlines()) == 3001
