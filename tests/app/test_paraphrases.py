"""True prose that somebody wrote without seeing the check: how much of it is kept.

tests/app/paraphrases/*.toml has the wording, marks.jsonl what its marks stood for when it was
written. A mark is found again by its text; a case whose rows have changed since is counted, not
judged. Over HTTP a few, by the check alone all.
"""

import json
import tomllib
from pathlib import Path

from app.interfaces.wire import AskRequest
from eval.chat_models import family, scripts
from tests.app.chat import NAME, written_by

FOLDER = Path(__file__).parent / "paraphrases"
MARKS = {
    row["question"]: row["marks"]
    for row in map(json.loads, (FOLDER / "marks.jsonl").read_text("utf-8").splitlines())
}
CASES = [
    case
    for file in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(file.read_text("utf-8"))["case"]
]
KEPT = 0.66
"""Least share of answers whose prose stands as it was written; the aim is 0.95.

plain.toml and terse.toml were worked on and reach 0.92; second.toml never was, and reaches 0.49.
"""
ALARMS = 0.14
"""Most true sentences that may be refused; the aim is 0.02."""


def now_marked(case, shelf):
    """The sentences with today's marks; None when a row they cite is not there any more."""
    texts = {item["text"]: item["mark"] for item in shelf}
    lines = []
    for line in case["sentences"]:
        for mark, text in MARKS[case["question"]].items():
            if f"[{mark}]" in line:
                if text not in texts:
                    return None
                line = line.replace(f"[{mark}]", f"<{texts[text]}>")
        lines.append(line.replace("<", "[").replace(">", "]"))
    return lines


def test_every_case_is_of_a_question_whose_marks_are_known():
    assert [c["question"] for c in CASES if c["question"] not in MARKS] == []


def test_true_prose_is_mostly_kept(assistant):
    writer, steps = family.writer(assistant), assistant.steps
    judged, refused, sentences = [], [], 0
    for case in CASES:
        reading = steps.read(assistant.question(AskRequest(question=case["question"])))
        asked = writer.judged(steps.gather(reading), assistant.tables.on(reading.on))
        lines = asked and now_marked(case, family.asked_of(asked).evidence)
        if lines:
            wrong = [(line, why) for line in lines if (why := asked.wrong(line))]
            judged.append(not wrong)
            sentences += len(lines)
            refused += wrong

    assert len(judged) >= 0.8 * len(CASES)
    assert sum(judged) / len(judged) >= KEPT, refused
    assert len(refused) / sentences <= ALARMS, refused


def test_a_model_with_that_wording_writes_the_answer(assistant):
    wording = {case["question"]: case for case in reversed(CASES)}

    def script(asked):
        lines = now_marked(wording[asked.told["question"]], asked.evidence)
        return scripts.said(lines or scripts.good_lines(asked))

    with written_by(script, assistant) as (written, _):
        by = [written.ask(AskRequest(question=c["question"])).writer for c in CASES[:8]]

    assert by.count(NAME) >= KEPT * len(by) - 2
