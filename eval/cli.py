"""`lamina-eval`. Exit 0 fine, 1 a figure below its gate, 2 wrong usage or bad input."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from app.interfaces.cli import run as run_command
from eval import question_sets
from eval.errors import BadRun, BadSet, BadTarget, EvalError
from eval.question_sets import Sample

app = typer.Typer(
    name="lamina-eval",
    help="Judge answers over question sets, offline and without a judging model.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

Sets = Annotated[list[str], typer.Argument(metavar="SET...", help="Sets, or files of cases.")]
Folder = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")]
Workers = Annotated[int, typer.Option("-j", "--workers", min=1, max=64, help="Processes.")]
Home = Annotated[Path, typer.Option(help="Folder of the index, built when there is none.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Ask again what the cache holds.")]

HOME = Path(".lamina")
EVERY_SET = (*question_sets.ALL, "metamorphic")


def main() -> None:
    """Run one command of `lamina-eval`."""
    run_command(app, "lamina-eval", _expected)


def _expected(why: Exception) -> bool:
    from app.settings import WrongSetting
    from ingest.errors import IngestError
    from knowledge.errors import KnowledgeError

    return isinstance(why, EvalError | WrongSetting | IngestError | KnowledgeError | OSError)


def _bar(done: int, of: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done >= of else "\r"
        print(f"asked {done} of {of}", end=end, file=sys.stderr)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _samples(sets: Sequence[str]) -> list[Sample]:
    found = [s for name in sets for s in question_sets.load(name).samples]
    ids = {s.id for s in found}
    if len(ids) < len(found):
        raise BadSet(f"An id stands in two of {', '.join(sets)}.")
    return found


def _guides() -> dict[str, str]:
    from knowledge.tables import load

    return {g.id: g.text for g in load().guides}


def _judged(folder: Path) -> Any:
    """A run on disk, scored by the sets it names."""
    from eval import judging, runner

    run = runner.read(folder)
    return judging.judge(run, _samples(run.about["sets"]), _guides())


@app.command()
def run(
    sets: Sets,
    out: Annotated[Path | None, typer.Option(help="Folder of the run; resumed if begun.")] = None,
    target: Annotated[
        str,
        typer.Option(
            "-t", "--target", help="engine, http://..., slack:..., file:..., baseline:..."
        ),
    ] = "engine",
    against: Annotated[
        Path | None, typer.Option(help="A baseline file, or the folder of a run.")
    ] = None,
    writer: Annotated[str, typer.Option(help="quoting or model.")] = "quoting",
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Every yardstick beside it, side by side.")
    ] = False,
    workers: Workers = 1,
    id: Annotated[list[str] | None, typer.Option(help="Only this case or sample.")] = None,
    tag: Annotated[str, typer.Option(help="Only cases with this tag.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="Only the first so many.")] = 0,
    seed: Annotated[int, typer.Option(help="For the yardsticks that draw.")] = 0,
    fresh: Fresh = False,
    home: Home = HOME,
) -> None:
    """Ask a target every sample of some sets, and score the answers."""
    from eval import runner, scoreboard

    if writer != "quoting":
        raise BadTarget(
            f"No writer {writer}: only quoting is there, a chat model is not built yet."
        )
    names = list(EVERY_SET) if sets == ["all"] else sets
    samples = question_sets.select(_samples(names), id or (), tag, limit)
    if not samples:
        raise BadSet("No sample is left to ask: check --id, --tag and --limit.")
    folder = out or Path("runs") / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{'-'.join(names)[:40]}"
    plan = runner.Plan(target, samples, home, tuple(names), workers, seed, not fresh)
    runner.run(plan, folder, _bar)
    judged = _judged(folder)
    _save(judged, folder)
    _print(scoreboard.lines(judged))
    if baselines:
        _print(_beside(plan, folder))
    print(f"run: {folder}")
    if against is not None:
        raise SystemExit(_against(judged, against))


def _save(judged: Any, folder: Path) -> None:
    """The figures beside the records, for other programs."""
    from dataclasses import asdict

    content = {
        "figures": {name: asdict(f) for name, f in judged.figures.items()},
        "held_out": {name: asdict(f) for name, f in judged.held_out.items()},
        "latency_ms": judged.latency,
    }
    (folder / "figures.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def _beside(plan: Any, folder: Path) -> Iterable[str]:
    """Every yardstick over the same samples, each in a folder of its own below the run."""
    from eval import yardsticks

    found = yardsticks.measure(plan, folder / "baselines", _guides())
    (folder / "baselines.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return yardsticks.table(found, _judged(folder))


def _against(judged: Any, reference: Path) -> int:
    from eval import committed, gate, scoreboard

    before = committed.read(reference) if reference.is_file() else committed.of(_judged(reference))
    found = gate.gate(judged, before, gate.rules())
    _print(scoreboard.comparison(gate.compare(judged, before)))
    _print(scoreboard.findings(found))
    return 0 if all(f.passed for f in found) else 1


@app.command()
def score(folder: Folder) -> None:
    """Score a run again, without asking anybody."""
    from eval import scoreboard

    judged = _judged(folder)
    _save(judged, folder)
    _print(scoreboard.lines(judged))


@app.command()
def compare(a: Folder, b: Folder) -> None:
    """What changed from run A to run B over the same samples, and whether beyond chance."""
    from eval import committed, gate, scoreboard

    found = gate.compare(_judged(b), committed.of(_judged(a)))
    if not found:
        raise BadRun(f"{a} and {b} share no sample that can be compared.")
    _print(scoreboard.comparison(found))
    for one in found:
        if one.metric == "right":
            _print(f"  lost  {id}" for id in one.lost)
            _print(f"  won   {id}" for id in one.won)


@app.command()
def gate(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="A run; without one, all sets are asked.")
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Make these figures the committed baseline.")
    ] = False,
    baselines: Annotated[
        Path | None, typer.Option(help="Yardsticks to commit: baselines.json of a run.")
    ] = None,
    workers: Workers = 2,
    fresh: Fresh = False,
    home: Home = HOME,
) -> None:
    """Does it ship? Exit 1, with the samples that decide it, when it does not."""
    import tempfile

    from eval import committed, runner, scoreboard
    from eval import gate as gates

    with tempfile.TemporaryDirectory() as scratch:
        if folder is None:
            samples = _samples(EVERY_SET)
            plan = runner.Plan("engine", samples, home, EVERY_SET, workers, cached=not fresh)
            folder = Path(scratch) / "run"
            runner.run(plan, folder, _bar)
        judged = _judged(folder)
    rules = gates.rules()
    mutation = _mutation(home, judged, rules)
    before = committed.read() if committed.FILE.exists() else None
    found = gates.gate(judged, None if accept else before, rules, mutation)
    if before is not None:
        _print(scoreboard.comparison(gates.compare(judged, before)))
    _print(scoreboard.findings(found))
    failed = [f for f in found if not f.passed]
    if accept and not failed:
        held = before.baselines if before else {}
        beside = json.loads(baselines.read_text("utf-8")) if baselines else held
        committed.write(committed.of(judged, mutation, beside))
        print(f"accepted: {committed.FILE.name} holds these figures now")
    raise SystemExit(1 if failed else 0)


def _mutation(home: Path, judged: Any, rules: dict[str, Any]) -> Any:
    """The grounding check under mutation, over one wording of every question."""
    from eval.cases import Question
    from eval.mutation import mutate
    from eval.targets.engine import Engine

    asked = {s.case.id: s.text for s in judged.samples.values() if isinstance(s.case, Question)}
    engine = Engine(home)
    try:
        plain = [text for id, text in sorted(asked.items()) if not id.startswith("meta-")]
        return mutate(engine.assistant, plain, rules["mutants"]["most"])
    finally:
        engine.close()


@app.command()
def models(
    home: Home = HOME,
    limit: Annotated[int, typer.Option(min=0, help="Only so many questions.")] = 0,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the figures for the README.")] = False,
) -> None:
    """What the check before a chat model catches, and what it refuses wrongly, by kind."""
    from eval.cases import Question
    from eval.chat_models import family
    from eval.targets.engine import Engine

    asked = {s.case.id: s for s in _samples(question_sets.ALL) if isinstance(s.case, Question)}
    texts = [(s.text, s.case.held_out) for _, s in sorted(asked.items())][: limit or None]
    engine = Engine(home)
    try:
        found = family.run(engine.assistant, family.writer(engine.assistant), texts)
    finally:
        engine.close()
    for kind, made in sorted(found.made.items()):
        print(f"{kind:20} {found.caught[kind]:6} of {made:6} caught")
    print(f"good sentences refused {found.refused} of {found.sentences}")
    print(f"answers kept whole {found.kept} of {found.answers}")
    _print(f"  passed   {kind}: {line}" for kind, line in found.missed)
    _print(f"  refused  {why}: {line}" for why, line in found.alarms)
    if keep:
        family.keep(found)


@app.command()
def report(
    folder: Folder,
    out: Annotated[Path | None, typer.Option(help="File; report.html in the run.")] = None,
    against: Annotated[Path | None, typer.Option(help="Baseline file or run.")] = None,
) -> None:
    """One HTML file that opens offline: verdict, figures, plots, every open sample."""
    from eval import committed, reporting

    judged, before, earlier = _judged(folder), None, None
    if against is not None and against.is_dir():
        other = _judged(against)
        before, earlier = committed.of(other), other.run
    elif against is not None or committed.FILE.exists():
        before = committed.read(against or committed.FILE)
    beside = folder / "baselines.json"
    text = reporting.render(
        judged,
        before,
        beside=json.loads(beside.read_text("utf-8")) if beside.exists() else None,
        earlier=earlier,
        guides=_guides(),
    )
    file = out or folder / "report.html"
    file.write_text(text, "utf-8")
    print(f"report: {file}")


@app.command()
def show(
    folder: Folder,
    id: Annotated[str, typer.Argument(help="Sample, or case with all its wordings.")],
    release: Annotated[bool, typer.Option("--release", help="Open a held-out case.")] = False,
) -> None:
    """One sample: what was asked, expected, answered, and what fails."""
    judged = _judged(folder)
    chosen = [s for s in judged.samples.values() if id in (s.id, s.case.id)]
    if not chosen:
        raise BadSet(f"The run has no sample or case {id}.")
    if chosen[0].case.held_out and not release:
        raise BadSet(f"{id} is held out: its single result is opened only with --release.")
    by_id = {s.id: s for s in judged.scores}
    for sample in chosen:
        _show(sample, judged.run.records[sample.id], by_id[sample.id])


def _show(sample: Sample, record: Any, found: Any) -> None:
    from eval.scoreboard import GRADES

    print(f"{sample.id}  {GRADES[found.grade]}" + (f", by {found.stage}" if found.stage else ""))
    print(f"  case      {sample.case.name} ({sample.case.severity}, {sample.case.provenance})")
    print(f"  asked     {sample.text}")
    expect = getattr(sample.case, "expect", None)
    if expect is not None:
        told = expect.model_dump(exclude_defaults=True)
        print(f"  expected  {told}")
    for check in found.checks:
        state = {True: "ok    ", False: "FAILED", None: "-     "}[check.holds]
        print(f"  {state}    {check.name}: {check.why}")
    print(f"  read      {record.facts}")
    for answer in [record.answer, *record.turns]:
        if answer:
            print(
                "  answer    "
                + answer.get("text", json.dumps(answer)).replace("\n", "\n            ")
            )
    if record.error:
        print(f"  error     {record.error}")
    print()


@app.command()
def lint(
    sets: Annotated[list[str] | None, typer.Argument(metavar="[SET...]")] = None,
) -> None:
    """Look for cases that cannot be right: schema, quotes, codes, doubles, leaks."""
    from eval import linting

    names = sets or list(question_sets.ALL)
    found = linting.problems([question_sets.load(name) for name in names], _guides())
    _print(found)
    cases = sum(len(question_sets.load(name).cases) for name in names)
    print(f"{cases} cases in {len(names)} sets, {len(found)} problems")
    raise SystemExit(1 if found else 0)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSONL of questions.")],
    out: Annotated[Path | None, typer.Option(help="TOML to write; else it is printed.")] = None,
) -> None:
    """A question set from outside as TOML; any set can also be run as JSONL as it is."""
    from eval.importing import questions, toml

    text = toml(questions(file))
    if out is None:
        print(text, end="")
        return
    if out.exists():
        raise BadSet(f"{out} exists already: name another file.")
    out.write_text(text, "utf-8")
    print(f"{out}: {text.count('[[case]]')} cases")


@app.command()
def export(
    folder: Folder,
    format: Annotated[str, typer.Option("-f", "--format", help="jsonl, ragas, trec or junit.")],
    out: Annotated[Path, typer.Option(help="File to write; trec: folder.")],
) -> None:
    """A run in another tool's format."""
    from eval.exporting import FORMATS

    if format not in FORMATS:
        raise BadSet(f"No format {format}: it is one of {', '.join(FORMATS)}.")
    FORMATS[format](_judged(folder), out, _guides())
    print(f"{format}: {out}")
