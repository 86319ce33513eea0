"""The grounding check before a chat model: what it catches and what it refuses wrongly, by kind.

Each bad model's words over every question, and the good one's, as the writer would judge them;
no server is between, so that all of them take minutes. `tests/app/test_model_writer.py` speaks
the same scripts over HTTP.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.ask.model.writer import Judged, ModelWriter
from eval.chat_models import scripts
from eval.chat_models.server import Asked
from eval.mutation import share_interval

FILE = Path(__file__).parent / "family.json"


@dataclass
class Family:
    """Counts by kind, over so many questions."""

    questions: int = 0
    answers: int = 0
    """Answers that a model may explain."""
    kept: int = 0
    """Of those, answers whose every good sentence passed."""
    sentences: int = 0
    refused: int = 0
    """Good sentences that were refused."""
    made: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str]] = field(default_factory=list)
    """Kind and wrong sentence that passed."""
    alarms: list[tuple[str, str]] = field(default_factory=list)
    """Reason and good sentence that was refused."""


def run(assistant: Any, writer: ModelWriter, questions: Iterable[tuple[str, bool]]) -> Family:
    """Every script over every question; of those marked as held out only the counts are kept."""
    from app.interfaces.wire import AskRequest

    found, steps = Family(), assistant.steps
    for text, held_out in questions:
        found.questions += 1
        evidence = steps.gather(steps.read(assistant.question(AskRequest(question=text))))
        judged = writer.judged(evidence, assistant.tables.on(evidence.reading.on))
        if judged is not None:
            told = len(found.missed), len(found.alarms)
            _judge(judged, found)
            if held_out:
                del found.missed[told[0] :], found.alarms[told[1] :]
    return found


def writer(assistant: Any) -> ModelWriter:
    """The writer as an assistant has it, with a model that is never asked."""
    from app import wiring
    from app.ask.chat_model import ChatModel
    from app.ask.writing import QuotingWriter

    signs = wiring.limits(assistant.tables)
    return ModelWriter(
        chat=ChatModel("none", None, 1.0),
        quoting=QuotingWriter(),
        checker=assistant.steps.checker,
        tables=assistant.tables,
        seconds=1.0,
        orders=lambda words: "order" in signs.found(words),
    )


def asked_of(judged: Judged) -> Asked:
    """The request that the writer would send."""
    sent = [{"role": m.type.replace("human", "user"), "content": m.content} for m in judged.said]
    return Asked(tuple(sent))


def _judge(judged: Judged, found: Family) -> None:
    asked = asked_of(judged)
    found.answers += 1
    wrong = 0
    for line in scripts.good_lines(asked):
        found.sentences += 1
        if why := judged.wrong(line):
            wrong += 1
            found.alarms.append((why, line))
    found.refused += wrong
    found.kept += not wrong
    for kind in scripts.CONTENT:
        for line in scripts.wrong_lines(kind, asked):
            found.made[kind] += 1
            if judged.wrong(line):
                found.caught[kind] += 1
            else:
                found.missed.append((kind, line))


def keep(found: Family, file: Path = FILE) -> None:
    """Write the figures for the README."""
    told = {
        "questions": found.questions,
        "answers": [found.kept, found.answers],
        "sentences": [found.refused, found.sentences],
        "kinds": {kind: [found.caught[kind], found.made[kind]] for kind in found.made},
    }
    file.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def markdown(file: Path = FILE) -> Iterator[str]:
    """The figures as a table."""
    told = json.loads(file.read_text("utf-8"))
    yield "| a model that writes | sentences | caught (95 % interval) |"
    yield "| --- | --- | --- |"
    for kind, (caught, made) in sorted(told["kinds"].items()):
        yield f"| {kind} | {made} | {_share(caught, made)} |"
    refused, sentences = told["sentences"]
    kept, answers = told["answers"]
    yield f"| what is so, refused all the same | {sentences} | {_share(refused, sentences)} |"
    yield ""
    yield (
        f"Over {told['questions']} questions; the good model's prose is kept whole in "
        f"{_share(kept, answers)} of {answers} answers."
    )


def _share(k: int, n: int) -> str:
    low, high = share_interval(k, n)
    return f"{100 * k / n:.1f} % ({100 * low:.1f}-{100 * high:.1f})"
