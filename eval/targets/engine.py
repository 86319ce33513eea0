"""The assistant in this process, asked step by step so that each step can be judged and timed.

Its journal is a database in memory and its clock stands still: a run leaves nothing behind
and does not depend on the day.
"""

import hashlib
import time
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from eval.cases import Claim, Dialogue, Feature, Note, Question
from eval.question_sets import Sample
from eval.records import Place, Record, Timing, stable
from eval.targets import request
from knowledge.passages import Passage

TODAY = date(2026, 11, 24)
"""The day on which every sample is asked."""
DEEP = 10
"""Passages of a search that are kept for judging."""
FEATURES: frozenset[Feature] = frozenset(get_args(Feature))
"""What the engine can do beyond a question about epidural injections."""


class Engine:
    """The project's own assistant."""

    features = FEATURES

    def __init__(self, home: Path, assistant: Any = None) -> None:
        self._home, self._given = home, assistant

    @cached_property
    def assistant(self) -> Any:
        """Opened at the first question; the index is built when there is none."""
        if self._given is not None:
            return self._given
        from app import wiring
        from app.settings import Settings

        settings = Settings(
            _env_file=None, home=self._home, database_url="sqlite://", log_level="ERROR"
        )
        return wiring.assistant(settings, today=lambda: TODAY)

    @cached_property
    def versions(self) -> Mapping[str, str]:
        return {**self.assistant.versions, "source": source_digest()}

    def ask(self, sample: Sample) -> tuple[Record, Timing]:
        base = Record(id=sample.id, case=sample.case.id, set=sample.set)
        asked = {
            Question: self._question,
            Dialogue: self._dialogue,
            Claim: self._claim,
            Note: self._note,
        }[type(sample.case)]
        try:
            return asked(base, sample)
        except Exception as why:  # a crash is a result, and the other samples still count
            told = f"{type(why).__name__}: {why}"
            return base.model_copy(update={"error": told}), Timing(id=sample.id, ms={})

    def _question(self, base: Record, sample: Sample) -> tuple[Record, Timing]:
        from app.interfaces.wire import AskRequest

        asked = AskRequest(**request(sample, sample.text))
        steps, clock, ms = self.assistant.steps, time.perf_counter, {}
        began = last = clock()

        def timed(name: str) -> None:
            nonlocal last
            ms[name] = round((clock() - last) * 1000, 3)
            last = clock()

        reading = steps.read(self.assistant.question(asked))
        timed("read")
        evidence = steps.gather(reading)
        timed("gather")
        draft = steps.write(evidence)
        timed("write")
        checked = steps.check(draft)
        timed("check")
        answer = self.assistant.finish(checked, asked, began)
        ms["total"] = round((clock() - began) * 1000, 3)
        record = base.model_copy(
            update={
                "answer": stable(answer.model_dump(mode="json", by_alias=True)),
                "found": self._searched(reading),
                "facts": stated(reading),
                "confidence": reading.confidence,
            }
        )
        return record, Timing(id=sample.id, ms=ms)

    def _searched(self, reading: Any) -> tuple[Place, ...]:
        gatherer = self.assistant.steps.gatherer
        found = gatherer.retriever.search(reading, gatherer.embed(reading.text), DEEP)
        passages = [f.passage for f in found]
        return tuple(
            Place(key=p.key, document=p.document, start=p.start, end=p.end) for p in passages
        )

    def _dialogue(self, base: Record, sample: Sample) -> tuple[Record, Timing]:
        from app.interfaces.wire import AskRequest

        assert isinstance(sample.case, Dialogue)
        turns, thread, began = [], None, time.perf_counter()
        for turn in sample.case.turns:
            answer = self.assistant.ask(AskRequest(**request(sample, turn.say, thread)))
            thread = answer.thread_id
            turns.append(stable(answer.model_dump(mode="json", by_alias=True)))
        ms = {"total": round((time.perf_counter() - began) * 1000, 3)}
        return base.model_copy(update={"turns": tuple(turns)}), Timing(id=sample.id, ms=ms)

    def _claim(self, base: Record, sample: Sample) -> tuple[Record, Timing]:
        from app.interfaces.claim_wire import ClaimRequest, result

        assert isinstance(sample.case, Claim)
        began = time.perf_counter()
        wanted = sample.case.model_dump(mode="json", include={"lines", "prior_sessions"})
        context = sample.case.context.model_dump(mode="json", exclude={"locality"})
        checked = self.assistant.claim(ClaimRequest(**wanted, **context).asked())
        answer = result(checked, {}).model_dump(mode="json")
        ms = {"total": round((time.perf_counter() - began) * 1000, 3)}
        return base.model_copy(update={"answer": answer}), Timing(id=sample.id, ms=ms)

    def _note(self, base: Record, sample: Sample) -> tuple[Record, Timing]:
        from app.interfaces.note_wire import NoteRequest

        assert isinstance(sample.case, Note)
        began = time.perf_counter()
        context = sample.case.context.model_dump(exclude_none=True, exclude={"locality"})
        coded = self.assistant.note(NoteRequest(note=sample.case.note_text, **context))
        ms = {"total": round((time.perf_counter() - began) * 1000, 3)}
        return base.model_copy(
            update={"answer": coded.model_dump(mode="json", by_alias=True)}
        ), Timing(id=sample.id, ms=ms)

    def close(self) -> None:
        if self._given is None and "assistant" in self.__dict__:
            self.assistant.close()


def place(passage: Passage) -> Place:
    """Where a passage stands in its guide."""
    return Place(key=passage.key, document=passage.document, start=passage.start, end=passage.end)


def stated(reading: Any) -> dict[str, str]:
    """The facts that were read, by name; several procedures are told apart by a number."""
    found: dict[str, str] = {}
    for n, procedure in enumerate(reading.procedures):
        for name, value in procedure.model_dump(exclude_none=True, exclude={"ruled_out"}).items():
            if value:
                shown = ", ".join(value) if isinstance(value, tuple | list) else str(value)
                found[name if n == 0 else f"{name} {n + 1}"] = shown
    encounter = reading.encounter.model_dump(mode="json", exclude_none=True)
    return found | {name: str(value) for name, value in encounter.items()}


def source_digest() -> str:
    """Twelve hexadecimal digits that change with any line of code, table or guide."""
    digest = hashlib.sha256()
    for package in ("knowledge", "ingest", "app"):
        root = Path(str(files(package)))
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            if path.suffix in (".py", ".toml", ".csv", ".md"):
                digest.update(f"{package}/{path.relative_to(root)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
