"""`lamina-eval` from a shell: figures on standard output, one clear line for bad input."""

import json

import pytest


@pytest.fixture(scope="module")
def shell(command):
    """shell(folder, "run", "smoke") -> the finished process, run in that folder."""

    def run(folder, *arguments):
        found = command("eval", *map(str, arguments), cwd=folder)
        found.stdout, found.stderr = found.stdout.decode(), found.stderr.decode()
        return found

    return run


@pytest.fixture
def lamina_eval(shell, tmp_path):
    return lambda *arguments: shell(tmp_path, *arguments)


@pytest.fixture(scope="module")
def smoke_run(shell, home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "smoke"
    found = shell(folder.parent, "run", "smoke", "--home", home, "--out", folder)
    assert found.returncode == 0, found.stderr
    return folder, found.stdout


def test_a_run_shows_its_figures_and_keeps_them(smoke_run):
    folder, told = smoke_run
    kept = json.loads((folder / "figures.json").read_text("utf-8"))

    assert told.startswith("smoke: ")
    assert "held out: right" in told
    assert kept["figures"]["smoke"]["metrics"]["right"]["n"] >= 15
    assert kept["latency_ms"]["total"]["n"] == 25


def test_a_run_is_scored_again_and_compared_with_itself(smoke_run, lamina_eval):
    folder, told = smoke_run
    again = lamina_eval("score", folder)
    same = lamina_eval("compare", folder, folder)

    assert again.stdout.splitlines()[:5] == told.splitlines()[:5]
    assert same.returncode == 0
    assert "figures are the same" in same.stdout


def test_a_run_against_itself_passes_its_margins(smoke_run, lamina_eval, home):
    folder, _ = smoke_run
    asked = ("run", "smoke", "--home", home, "--out", "again", "--against", folder)
    found = lamina_eval(*asked)

    assert "figures are the same" in found.stdout


def test_one_sample_is_shown_and_a_held_out_one_is_not(smoke_run, lamina_eval):
    from eval.question_sets import load

    folder, _ = smoke_run
    cases = load("smoke").cases
    open_, held = (next(c for c in cases if c.held_out is h) for h in (False, True))
    shown, closed = lamina_eval("show", folder, open_.id), lamina_eval("show", folder, held.id)

    assert open_.questions[0] in shown.stdout
    assert "answer" in shown.stdout
    assert (closed.returncode, closed.stdout) == (2, "")
    assert "--release" in closed.stderr
    assert held.questions[0] in lamina_eval("show", folder, held.id, "--release").stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("run", "nothing"), "No set nothing"),
        (("run", "smoke", "-t", "nobody"), "No target nobody"),
        (("run", "smoke", "--writer", "poet"), "No writer poet"),
        (("run", "smoke", "--tag", "nobody-has-it"), "No sample is left"),
        (("run", "gone.jsonl"), "cannot be read"),
        (("score", "gone"), "holds no run"),
        (("compare", "gone", "gone"), "holds no run"),
        (("show", "gone", "x"), "holds no run"),
        (("report", "gone"), "holds no run"),
        (("export", "gone", "-f", "papyrus", "--out", "x"), "No format papyrus"),
        (("import", "gone.jsonl"), "cannot be read"),
        (("lint", "nothing"), "No set nothing"),
        (("frobnicate",), "No such command"),
        (("run",), "--help"),
    ],
)
def test_bad_input_is_one_line(arguments, why, lamina_eval):
    found = lamina_eval(*arguments)

    assert found.returncode == 2
    assert why in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1
    assert "Traceback" not in found.stderr


def test_the_sets_are_clean(lamina_eval):
    found = lamina_eval("lint", "smoke")

    assert (found.returncode, found.stdout) == (0, "25 cases in 1 sets, 0 problems\n")
