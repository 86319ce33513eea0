"""No identifier that is sent stays anywhere: not on disk, not in a log, not in an answer."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.app.client import send

NOTE = """PATIENT NAME: ZEBROWSKI, OLA    DOB: 03/14/1948   MRN: 7741093
Date of service: 2026-05-02. SSN 219-09-9914, phone (614) 555-0147.
Mrs. Zebrowski lives at 418 Quail Hollow Road, Columbus, OH 43299.
Member ID QXW778812345, MBI 1EG4-TE5-MK73, email ola.zeb@mail.example.
PROCEDURE: Interlaminar epidural steroid injection L4-5 under fluoroscopy.
Tuohy needle advanced to the epidural space, contrast confirmed spread, 80 mg Depo-Medrol.
"""
CANARIES = (
    "zebrowski", "7741093", "219-09-9914", "555-0147", "quail", "43299", "qxw778812345",
    "1eg4-te5-mk73", "ola.zeb", "03/14/1948",
)  # fmt: skip
CLAIM = {
    "lines": [{"code": "62323", "units": 1, "diagnoses": ["M54.16"]}],
    "service_date": "2026-05-02",
    "payer": "plan of Mrs. Zebrowski, SSN 219-09-9914",
    "authorization": "7741093",
}


@pytest.fixture(scope="module")
def server(home, assistant, tmp_path_factory):
    """A server process of its own at the loudest level: address, its folder, its output.

    The folder is its own too: a journal that this process holds open must not be read here,
    because SQLite's locks on a file end when any handle on it is closed.
    """
    folder = tmp_path_factory.mktemp("canary")
    log = folder / "stderr"
    home = shutil.copytree(home, folder / "home", ignore=shutil.ignore_patterns("journal*"))
    names = os.environ | {"LAMINA_HOME": str(home), "LAMINA_LOG_LEVEL": "DEBUG"}
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--port", "0"],
            stdout=subprocess.PIPE, stderr=sink, env=names, text=True,
        )  # fmt: skip
        told = process.stdout.readline()
        base = re.search(r"http://\S+", told)[0]
        yield base, home, log
        process.terminate()
        process.wait(20)
        process.stdout.close()


@pytest.fixture(scope="module")
def replies(server):
    """What every door answers to a text full of identifiers, the note route apart."""
    base, _, _ = server
    asked = {"question": f"Does 62323 need a modifier here?\n{NOTE}"}
    found = {
        "ask": send(f"{base}/v1/ask", asked),
        "pasted": send(f"{base}/v1/ask", {"question": f"Code this note:\n{NOTE}"}),
        "stream": send(f"{base}/v1/ask/stream", asked | {"payer": "Ola Zebrowski 219-09-9914"}),
        "wrong": send(f"{base}/v1/ask", asked | {"state": "SSN 219-09-9914"}),
        "claim": send(f"{base}/v1/claims/check", CLAIM),
    }
    found["note"] = send(f"{base}/v1/notes", {"note": NOTE})
    id = found["ask"].json["id"]
    found["again"] = send(f"{base}/v1/answers/{id}")
    return found


def left(text):
    """The canaries that a text still shows."""
    return [c for c in CANARIES if c in text.lower()]


def test_answers_show_no_identifier(replies):
    shown = {name: left(r.body.decode()) for name, r in replies.items() if name != "note"}

    assert {name: r.status for name, r in replies.items()} == {
        "ask": 200, "pasted": 200, "stream": 200, "wrong": 422, "claim": 200, "note": 200,
        "again": 200,
    }  # fmt: skip
    assert {name: found for name, found in shown.items() if found} == {}


def test_an_answer_says_once_what_was_taken_out(replies):
    cautions = [c["text"] for c in replies["ask"].json["cautions"]]

    told = [c for c in cautions if "Taken out" in c]
    assert len(told) == 1
    assert all(k in told[0] for k in ("name", "date of birth", "record number", "phone number"))


def test_a_note_quotes_itself_letter_by_letter(replies):
    note = replies["note"].json

    assert [line["code"] for line in note["lines"]] == ["62323"]
    assert note["service_date"] == "2026-05-02"
    for fact in note["facts"].values():
        assert NOTE[fact["start"] : fact["end"]] == fact["quote"]
    assert any("Taken out" in c["text"] for c in note["cautions"])


def test_nothing_is_left_on_disk_or_in_the_log(server, replies):
    _, home, log = server

    files = [p for p in home.rglob("*") if p.is_file()]
    kept = {p.name: left(p.read_bytes().decode("latin-1")) for p in (*files, log)}
    assert any(p.name.startswith("journal.sqlite3") for p in files)
    assert {name: found for name, found in kept.items() if found} == {}


def test_a_log_line_is_redacted_whatever_is_in_it(capsys):
    import structlog

    from app.logs import configure

    configure("DEBUG")
    structlog.get_logger("test").debug(
        "asked by Mrs. Zebrowski", why={"ssn": "SSN 219-09-9914"}, sent=["DOB 03/14/1948", 62323]
    )
    structlog.reset_defaults()

    line = json.loads(capsys.readouterr().err)
    assert left(json.dumps(line)) == []
    assert line["sent"] == ["DOB [DOB_1]", 62323]
