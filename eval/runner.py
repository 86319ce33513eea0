"""Ask a target every sample, in parallel, into a folder that can be resumed.

    run.json       what was asked, of whom, by which versions
    samples.jsonl  one record a line, in the order of the samples: the same bytes each time
    timings.jsonl  how long each took; nothing for an answer that came from the cache

Appended to and flushed as answers come; a line torn by a kill is cut off at the next start.
"""

import hashlib
import json
import multiprocessing
import os
import platform
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from eval.errors import BadRun
from eval.question_sets import Sample
from eval.records import Record, Timing
from eval.targets import Target, open_target

SCHEMA = 1
FLUSH = 20
"""Samples after which what was written is forced to the disk."""
LIBRARIES = ("chromadb", "langchain-core", "numpy", "onnxruntime", "pydantic", "tokenizers")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Run:
    """A run on disk, read back."""

    folder: Path
    about: dict[str, Any]
    records: dict[str, Record]
    timings: dict[str, Timing]


@dataclass(frozen=True)
class Plan:
    """What to ask of whom."""

    target: str
    samples: Sequence[Sample]
    home: Path
    sets: tuple[str, ...] = ()
    workers: int = 1
    seed: int = 0
    cached: bool = True
    """Take answers from the cache of these very versions, and add to it."""


def run(plan: Plan, folder: Path, progress: Progress = lambda done, of: None) -> Run:
    """Ask what the folder does not hold yet. Raises BadRun when it is of other versions."""
    target = open_target(plan.target, plan.home, plan.seed)
    about = _about(plan, target)
    done = _resume(folder, about)
    left = [s for s in plan.samples if s.id not in done]
    try:
        _write_about(folder, about | {"status": "running"})
        _ask_all(plan, target, left, folder, lambda n: progress(len(done) + n, len(plan.samples)))
    finally:
        target.close()
    _write_about(folder, about | {"status": "done"})
    return read(folder)


def read(folder: Path) -> Run:
    """A run from its folder. Raises BadRun."""
    try:
        about = json.loads((folder / "run.json").read_text("utf-8"))
        if about["schema"] != SCHEMA:
            raise BadRun(f"{folder} was written by another version of the harness: run it anew.")
        records = [Record.model_validate_json(x) for x in _lines(folder / "samples.jsonl")]
        timings = [Timing.model_validate_json(x) for x in _lines(folder / "timings.jsonl")]
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise BadRun(f"{folder} holds no run that can be read: {why}.") from why
    return Run(folder, about, {r.id: r for r in records}, {t.id: t for t in timings})


def _about(plan: Plan, target: Target) -> dict[str, Any]:
    """All that could change an answer; the same for a run and its continuation."""
    asked = "\n".join(f"{s.id}\t{s.case.model_dump_json()}" for s in plan.samples)
    return {
        "schema": SCHEMA,
        "target": plan.target,
        "sets": list(plan.sets),
        "samples": len(plan.samples),
        "asked": hashlib.sha256(asked.encode()).hexdigest()[:16],
        "seed": plan.seed,
        "features": sorted(target.features),
        "versions": dict(target.versions) | {name: version(name) for name in LIBRARIES},
        "python": platform.python_version(),
    }


def _write_about(folder: Path, about: dict[str, Any]) -> None:
    new = folder / "run.json.new"
    new.write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    new.replace(folder / "run.json")


def _resume(folder: Path, about: dict[str, Any]) -> set[str]:
    """The samples the folder holds already; it is made when there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "run.json").exists():
        if any(folder.iterdir()):
            raise BadRun(f"{folder} is not empty and holds no run: name another folder.")
        return set()
    before = read(_mended(folder)).about
    before.pop("status", None)
    differing = [k for k in about if about[k] != before.get(k)]
    if differing:
        raise BadRun(
            f"{folder} holds a run with other {', '.join(differing)}: name another folder."
        )
    return set(read(folder).records)


def _mended(folder: Path) -> Path:
    """Cut off a line that a kill left without its end."""
    for name in ("samples.jsonl", "timings.jsonl"):
        path = folder / name
        if not path.exists():
            path.touch()
        content = path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            path.write_bytes(whole)
    return folder


def _lines(path: Path) -> Iterator[str]:
    if path.exists():
        yield from (line for line in path.read_text("utf-8").split("\n") if line)


def _ask_all(
    plan: Plan, target: Target, left: Sequence[Sample], folder: Path, told: Callable[[int], None]
) -> None:
    cache = Cache(plan, target) if plan.cached else None
    with (
        (folder / "samples.jsonl").open("a", encoding="utf-8") as samples,
        (folder / "timings.jsonl").open("a", encoding="utf-8") as timings,
    ):
        for n, (record, timing) in enumerate(_answers(plan, target, left, cache), 1):
            samples.write(record.model_dump_json(exclude_defaults=True) + "\n")
            if timing.ms:
                timings.write(timing.model_dump_json() + "\n")
            if n % FLUSH == 0 or n == len(left):
                for file in (timings, samples):
                    file.flush()
                    os.fsync(file.fileno())
                told(n)


def _answers(
    plan: Plan, target: Target, left: Sequence[Sample], cache: "Cache | None"
) -> Iterator[tuple[Record, Timing]]:
    """Records in the order of the samples, whoever asked them."""
    fresh = [s for s in left if cache is None or s not in cache]
    asked = _fresh(plan, target, fresh)
    for sample in left:
        if cache is not None and sample in cache:
            yield cache.record(sample), Timing(id=sample.id, ms={})
            continue
        record, timing = next(asked)
        if cache is not None:
            cache.keep(sample, record)
        yield record, timing


def _fresh(
    plan: Plan, target: Target, samples: Sequence[Sample]
) -> Iterator[tuple[Record, Timing]]:
    if plan.workers <= 1 or len(samples) < 2 * plan.workers:
        yield from map(target.ask, samples)
        return
    context = multiprocessing.get_context("spawn")
    starting = (plan.target, plan.home, plan.seed)
    with ProcessPoolExecutor(plan.workers, context, _start, starting) as pool:
        # handed out in slices, so that a kill loses little and memory stays small
        left = iter(samples)
        while slice := list(islice(left, 200)):
            yield from pool.map(_ask, slice, chunksize=10)


_worker: list[Target] = []


def _start(target: str, home: Path, seed: int) -> None:
    _keep_to_one_processor()
    _worker.append(open_target(target, home, seed))


def _keep_to_one_processor() -> None:
    """Workers that share all processors wait for each other's threads: twice as slow."""
    if hasattr(os, "sched_setaffinity"):
        own = sorted(os.sched_getaffinity(0))
        number = multiprocessing.current_process()._identity[0]
        os.sched_setaffinity(0, {own[number % len(own)]})


def _ask(sample: Sample) -> tuple[Record, Timing]:
    return _worker[0].ask(sample)


class Cache:
    """Answers of one state of everything, by what was asked; never read by another."""

    def __init__(self, plan: Plan, target: Target) -> None:
        about = _about(plan, target)
        own = {k: about[k] for k in ("schema", "target", "seed", "versions", "python")}
        key = hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:16]
        self._file = plan.home / "evaluation" / f"{key}.jsonl"
        self._held: dict[str, dict[str, Any]] = {}
        for line in _lines(self._file):
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # torn by a kill: asked again
            self._held[entry["key"]] = entry["record"]

    @staticmethod
    def key(sample: Sample) -> str:
        """From all that the target is sent; the id of a case may change without it."""
        sent = sample.case.model_dump_json(
            include={"questions", "context", "turns", "note_text", "lines", "prior_sessions"}
        )
        return hashlib.sha256(f"{sample.text}\0{sent}".encode()).hexdigest()[:20]

    def __contains__(self, sample: Sample) -> bool:
        return self.key(sample) in self._held

    def record(self, sample: Sample) -> Record:
        held = self._held[self.key(sample)]
        return Record(**held | {"id": sample.id, "case": sample.case.id, "set": sample.set})

    def keep(self, sample: Sample, record: Record) -> None:
        if record.error:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        entry = {
            "key": self.key(sample),
            "record": record.model_dump(mode="json", exclude_defaults=True),
        }
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
