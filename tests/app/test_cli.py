"""The command line: bad input is one line and status 2; help is cheap; output is whole."""

import json
import subprocess
import sys

import pytest

from app.interfaces.wire import Answer

HEAVY = {"torch", "chromadb", "langchain_core", "fastapi", "sqlalchemy", "scipy", "numpy"}
QUESTION = "Does 62321 include fluoroscopy?"
BAD = {
    "an empty question": (["ask", ""], "question"),
    "a blank question": (["ask", "  \n "], "question"),
    "a long question": (["ask", "x" * 4001], "question"),
    "a question that is not text": (["ask", b"\xff"], "question"),
    "an impossible day": (["ask", QUESTION, "--on", "2026-02-30"], "--on"),
    "an unknown claim": (["ask", QUESTION, "--claim", "both"], "claim"),
    "a place in words": (["ask", QUESTION, "--pos", "office"], "--pos"),
    "an unknown command": (["aks", QUESTION], "aks"),
    "no command": ([], "lamina --help"),
    "a missing argument": (["ask"], "lamina ask --help"),
    "an argument too many": (["guides", "all"], "lamina guides --help"),
    "an unknown option": (["ask", QUESTION, "--jsn"], "--jsn"),
    "a port in words": (["serve", "--port", "http"], "--port"),
    "no file": (["ingest", "add"], "FILE"),
    "an authority nobody may claim": (["ingest", "add", "a.md", "--authority", "law"], "law"),
    "an impossible first day": (["ingest", "add", "a.md", "--effective", "May"], "--effective"),
    "one title for two files": (["ingest", "add", "a.md", "b.md", "--title", "T"], "--title"),
    "a file that is not there": (["ingest", "add", "gone.md"], "gone.md"),
}


@pytest.fixture
def lamina(command, home):
    """lamina("ask", "…") -> the finished process, on the session's home."""

    def run(*words, input="", **environment):
        env = {"LAMINA_HOME": str(home), **environment}
        found = command("app", *words, input=input.encode(), env=env)
        found.stdout, found.stderr = found.stdout.decode(), found.stderr.decode()
        return found

    return run


def is_one_line(found, says):
    assert found.returncode == 2, found.stderr
    assert found.stdout == ""
    assert found.stderr.startswith("lamina: ")
    assert found.stderr.count("\n") == 1
    assert says in found.stderr
    assert len(found.stderr) < 400
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line(name, lamina):
    words, says = BAD[name]

    is_one_line(lamina(*words), says)


def test_an_unknown_setting_is_one_line(lamina):
    is_one_line(lamina("ask", QUESTION, LAMINA_HOEM="x"), "did you mean LAMINA_HOME?")


def test_a_setting_that_cannot_be_is_one_line(lamina):
    is_one_line(lamina("guides", LAMINA_LOG_LEVEL="LOUD"), "LAMINA_LOG_LEVEL")


@pytest.mark.parametrize("words", [["--help"], ["ask", "--help"], ["ingest", "add", "--help"]])
def test_help_is_fine_and_cheap(words):
    code = (
        "import sys\n"
        f"sys.argv = ['lamina', *{words!r}]\n"
        "from app.interfaces.cli import main\n"
        "status = None\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    status = stop.code\n"
        "print('LOADED', status, *sorted({m.split('.')[0] for m in sys.modules}))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    shown, _, rest = found.stdout.partition("LOADED ")
    status, *loaded = rest.split()

    assert status == "0"
    assert "Usage: lamina" in shown
    assert found.stderr == ""
    assert set(loaded) & HEAVY == set()


def test_an_answer_as_json_has_the_fields_of_the_contract(lamina, assistant):
    found = lamina("ask", QUESTION, "--json", "--on", "2026-11-23", "--payer", "medicare")

    assert found.returncode == 0, found.stderr
    raw = json.loads(found.stdout)
    assert set(raw) == set(Answer.model_fields)
    assert Answer.model_validate(raw).citations
    assert raw["versions"]["index"] == assistant.index.manifest.id


def test_an_answer_in_words_names_its_sources(lamina, assistant):
    found = lamina("ask", QUESTION)

    assert found.returncode == 0, found.stderr
    assert "\nSources\n  [1] " in found.stdout
    assert "**" not in found.stdout


def test_rows_are_listed_with_their_sources(lamina):
    found = lamina("rows")

    assert found.returncode == 0, found.stderr
    lines = found.stdout.splitlines()
    assert any(line.startswith("codes/62321  ") for line in lines)
    assert all("  checked 20" in line for line in lines)


def test_guides_are_listed(lamina, assistant):
    found = lamina("guides")

    assert found.returncode == 0, found.stderr
    assert [line.split()[0] for line in found.stdout.splitlines()] == [
        guide.id for guide in assistant.guides()
    ]


def test_a_second_ingest_has_nothing_to_do(lamina, assistant):
    found = lamina("ingest")

    assert found.returncode == 0, found.stderr
    assert found.stdout == f"index {assistant.index.manifest.id}: nothing to do\n"


NOTE = (
    "PROCEDURE: L4-5 interlaminar ESI, fluoroscopy. Tuohy, LOR, contrast 1 mL, Depo 80 mg. M54.16."
)


def test_a_note_is_coded_from_a_file_and_from_the_input(lamina, tmp_path):
    file = tmp_path / "note.txt"
    file.write_text(NOTE, "utf-8")

    shown, as_json = lamina("note", str(file)), lamina("note", str(file), "--json")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "62323 x 1  M54.16" in shown.stdout
    assert json.loads(as_json.stdout)["lines"][0]["code"] == "62323"
    assert lamina("note", "-", input=NOTE).stdout == shown.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (b" \n", "blank"),
        (b"x" * 20001, "20000"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_note_that_cannot_be_read_is_one_line(tmp_path, lamina, words, said):
    file = tmp_path / "note.txt"
    file.write_bytes(words)

    done = lamina("note", str(file))

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1 and said in done.stderr


def test_a_note_that_is_not_there_is_named(lamina):
    done = lamina("note", "gone.txt")

    assert done.returncode == 2
    assert "gone.txt" in done.stderr and len(done.stderr.splitlines()) == 1
