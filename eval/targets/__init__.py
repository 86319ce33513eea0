"""Who is asked: the engine in this process, a server, the slash command, a file of answers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from eval.cases import Feature
from eval.errors import BadTarget
from eval.question_sets import Sample
from eval.records import Record, Timing


class Target(Protocol):
    """Something that answers samples; it lives in one process and is closed at the end."""

    @property
    def features(self) -> frozenset[Feature]:
        """What it claims to be able to do, beyond answering a question."""

    @property
    def versions(self) -> Mapping[str, str]:
        """Of everything that could change an answer."""

    def ask(self, sample: Sample) -> tuple[Record, Timing]:
        """One sample, one record; an answer that does not come is an error in the record."""

    def close(self) -> None: ...


def open_target(name: str, home: Path, seed: int = 0) -> Target:
    """`engine`, `http://...`, `slack:http://...`, `file:PATH` or `baseline:NAME`."""
    from eval.targets import engine, remote

    kind, _, rest = name.partition(":")
    if name == "engine":
        return engine.Engine(home)
    if kind in ("http", "https"):
        return remote.Server(name)
    if kind == "slack":
        return remote.SlashCommand(rest)
    if kind == "file":
        return remote.Answers(Path(rest))
    if kind == "baseline":
        from eval import baselines

        return baselines.open_baseline(rest, home, seed)
    raise BadTarget(
        f"No target {name}: it is engine, http://HOST:PORT, slack:http://HOST:PORT, "
        f"file:ANSWERS.jsonl or baseline:NAME."
    )


def request(sample: Sample, text: str, thread_id: str | None = None) -> dict[str, Any]:
    """The body of POST /v1/ask for a wording, with the fields of its case."""
    context = getattr(sample.case, "context", None)
    fields = context.model_dump(mode="json", exclude_none=True) if context else {}
    return {"question": text} | fields | ({"thread_id": thread_id} if thread_id else {})
