"""Sets from outside come in without a line of code; runs go out in other tools' formats."""

import json
import tomllib
from xml.etree import ElementTree

import pytest

from eval import question_sets, runner
from eval.errors import BadSet
from eval.exporting import FORMATS
from eval.importing import questions, toml
from eval.judging import judge

OUTSIDE = [
    {
        "id": "HO-X-1",
        "category": "bundling",
        "question": "Is 77003 billable with 62321?",
        "expected_codes": ["62321"],
        "forbidden_codes": ["77003"],
        "expected_modifiers": [],
        "must_say": ["includ|inside"],
        "expert_answer": "No.",
        "answer_confidence": "high",
        "in_guide": True,
    },
    {
        "id": "HO-X-2",
        "question": "CESI code?",
        "expected_codes": ["62321", "64479"],
        "should_ask_or_refuse": "clarify",
    },
    {
        "id": "HO-X-3",
        "question": "what if no fluoro was used?",
        "history": [["Code for C7-T1 interlaminar ESI with fluoroscopy?", "62321."]],
        "expected_codes": ["62320"],
    },
    {"id": "HO-X-4", "question": "weather?", "should_ask_or_refuse": "refuse_out_of_scope"},
]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "outside.jsonl"
    path.write_text("".join(json.dumps(entry) + "\n" for entry in OUTSIDE), "utf-8")
    return path


def test_the_common_format_is_read(file):
    first, second, third, fourth = questions(file)

    assert (first.expect.names, first.expect.never) == (("62321",), ("77003",))
    assert (first.severity, first.tags) == ("critical", ("bundling",))
    assert second.expect.outcome == ("needs_facts",)
    assert second.expect.candidates == ("62321", "64479")
    assert [t.say for t in third.turns] == [OUTSIDE[2]["history"][0][0], OUTSIDE[2]["question"]]
    assert third.needs == ("conversation",)
    assert fourth.expect.outcome == ("not_covered", "declined")


def test_it_runs_as_it_is(file, home, tmp_path, assistant):
    samples = question_sets.load(str(file)).samples
    run = runner.run(runner.Plan("engine", samples, home, cached=False), tmp_path / "run")
    scores = judge(run, samples, {g.id: g.text for g in assistant.tables.guides}).scores

    assert {s.id: s.grade for s in scores} == {
        "ho-x-1#1": "C",
        "ho-x-2#1": "C",
        "ho-x-3#1": "C",
        "ho-x-4#1": "C",
    }


def test_it_becomes_a_file_of_ours(file, tmp_path):
    kept = [c for c in questions(file) if not c.needs]
    path = tmp_path / "own.toml"
    path.write_text(toml(iter(kept)), "utf-8")

    assert list(question_sets.read(path)) == kept
    with pytest.raises(BadSet, match="1 of 4 cases are dialogues"):
        toml(questions(file))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "line 1"),
        ('{"id": "a-1", "question": "q?"}', "expects nothing"),
        (
            '{"id": "a-1", "question": "q?", "should_ask_or_refuse": "maybe"}',
            "it takes answer, clarify",
        ),
        ('{"id": "a-1", "question": "q?", "must_say": ["("]}', "no regular expression"),
    ],
)
def test_a_bad_line_is_named(line, why, tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text(line + "\n", "utf-8")
    with pytest.raises(BadSet, match=why):
        list(questions(path))


@pytest.fixture(scope="module")
def judged(home, assistant, tmp_path_factory):
    samples = question_sets.load("guide").samples[:30]
    folder = tmp_path_factory.mktemp("run") / "run"
    run = runner.run(runner.Plan("engine", samples, home, ("guide",), cached=False), folder)
    return judge(run, samples, {g.id: g.text for g in assistant.tables.guides})


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_a_run_goes_out_without_its_held_out_samples(format, judged, assistant, tmp_path):
    out = tmp_path / "out"
    FORMATS[format](judged, out, {g.id: g.text for g in assistant.tables.guides})
    files = sorted(out.iterdir()) if out.is_dir() else [out]
    text = "".join(f.read_text("utf-8") for f in files)
    held = [s for s in judged.samples.values() if s.case.held_out]

    assert held
    assert not any(s.id in text or s.text in text for s in held)
    assert len(judged.open_scores) > 10
    if format == "junit":
        suite = ElementTree.fromstring(text)[0]
        assert int(suite.get("tests")) == len(list(suite)) == len(judged.open_scores)
    elif format == "trec":
        assert {len(line.split()) for line in files[1].read_text().splitlines()} == {6}
    else:
        assert [json.loads(line) for line in text.splitlines()]


def test_the_toml_of_a_case_is_toml():
    (case,) = question_sets.load("smoke").cases[:1]

    assert tomllib.loads(toml(iter([case])))["case"][0]["id"] == case.id
