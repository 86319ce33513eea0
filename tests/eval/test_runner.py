"""Runs: the same bytes from any number of workers, resumed after a kill, never mixed."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from eval import question_sets, runner
from eval.errors import BadRun, BadSet, BadTarget

FEW = 12


@pytest.fixture(scope="module")
def samples():
    return question_sets.load("smoke").samples


def plan(samples, home, **fields):
    return runner.Plan("engine", samples, home, ("smoke",), **{"cached": False, **fields})


def content(run):
    return (run.folder / "samples.jsonl").read_bytes()


@pytest.fixture(scope="module")
def alone(samples, home, tmp_path_factory):
    """The whole set asked by one worker without a stop."""
    return runner.run(plan(samples, home), tmp_path_factory.mktemp("runs") / "one")


def test_one_and_four_workers_write_the_same_bytes(alone, samples, home, tmp_path):
    many = runner.run(plan(samples, home, workers=4), tmp_path / "four")

    assert len(alone.records) == len(samples)
    assert content(alone) == content(many)
    assert alone.about == many.about


def test_a_killed_run_is_resumed_to_the_same_bytes(alone, samples, home, tmp_path):
    folder = tmp_path / "killed"
    command = [sys.executable, "-m", "eval", "run", "smoke", "--fresh", "--home", str(home)]
    asking = subprocess.Popen(
        [*command, "--out", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    written = folder / "samples.jsonl"
    deadline = time.monotonic() + 60
    while not (written.exists() and written.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(asking.pid, signal.SIGKILL)
    asking.wait()
    with written.open("ab") as file:
        file.write(b'{"id":"smoke-0')  # torn in the middle of a line

    resumed = runner.run(plan(samples, home), folder)

    assert content(resumed) == content(alone)
    assert resumed.about["status"] == "done"


def test_what_is_held_is_not_asked_again(samples, home, tmp_path):
    first = runner.run(plan(samples[:FEW], home), tmp_path / "run")
    before = (first.folder / "timings.jsonl").read_bytes()
    runner.run(plan(samples[:FEW], home), tmp_path / "run")

    assert (first.folder / "timings.jsonl").read_bytes() == before


def test_a_folder_of_another_run_is_left_alone(samples, home, tmp_path):
    held = runner.run(plan(samples[:3], home), tmp_path / "run")
    before = content(held)

    with pytest.raises(BadRun, match="other samples, asked"):
        runner.run(plan(samples[:4], home), tmp_path / "run")
    assert content(held) == before


def test_a_folder_with_other_things_in_it_is_left_alone(samples, home, tmp_path):
    (tmp_path / "letter.txt").write_text("mine")

    with pytest.raises(BadRun, match="not empty"):
        runner.run(plan(samples[:3], home), tmp_path)


def test_answers_come_from_the_cache_of_the_same_versions_alone(samples, home, tmp_path):
    asked = runner.run(plan(samples[:FEW], home, cached=True, seed=41), tmp_path / "asked")
    again = runner.run(plan(samples[:FEW], home, cached=True, seed=41), tmp_path / "again")
    other = runner.run(plan(samples[:FEW], home, cached=True, seed=42), tmp_path / "other")

    assert content(asked) == content(again)
    assert len(asked.timings) == len(other.timings) == FEW
    assert again.timings == {}


def test_a_run_that_cannot_be_read_says_so(tmp_path):
    with pytest.raises(BadRun, match="holds no run"):
        runner.read(tmp_path)
    (tmp_path / "run.json").write_text(json.dumps({"schema": -1}))
    with pytest.raises(BadRun, match="another version"):
        runner.read(tmp_path)


@pytest.mark.parametrize(
    ("target", "why"),
    [("nobody", "No target nobody"), ("baseline:best", "No baseline"), ("file:gone", "cannot be")],
)
def test_a_target_that_cannot_be_asked_says_so(target, why, samples, home, tmp_path):
    with pytest.raises(BadTarget, match=why):
        runner.run(runner.Plan(target, samples[:1], home), tmp_path / "run")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "must begin with kind"),
        ('kind = "riddle"\n[[case]]\nid = "a-1"', "must begin with kind"),
        ('kind = "question"\n[[case]]\nid = "a-1"', "a-1: name"),
        ('kind = "question"\n[[case]]\nname = "no id given"', "a case without an id"),
        ("kind = ", "cannot be read"),
    ],
)
def test_a_set_that_cannot_be_read_says_which_case(text, why, tmp_path):
    file = tmp_path / "set.toml"
    file.write_text(text)
    with pytest.raises(BadSet, match=why):
        question_sets.load(str(file))
