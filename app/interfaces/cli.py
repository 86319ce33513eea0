"""The command line. Exit 0 fine, 1 a finding, 2 wrong usage or bad input in one line."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

app = typer.Typer(
    name="lamina",
    help="Cited, checked answers about coding US spine injections.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")]


def main() -> None:
    """Run one command of `lamina`."""
    run(app, "lamina", _expected)


def run(commands: typer.Typer, name: str, expected: Callable[[Exception], bool]) -> NoReturn:
    """Run one command; an expected error is one line and exit status 2, never a traceback."""
    try:
        # not standalone, or typer draws a box of many lines around a usage error
        status = commands(prog_name=name, standalone_mode=False)
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except (KeyboardInterrupt, typer.Abort):
        raise SystemExit(130) from None
    except Exception as why:
        if usage := _usage(why, name):
            _fail(usage, name)
        if not expected(why):
            raise
        _fail(str(why), name)
    # --help and typer.Exit come back as their status, a command as None
    raise SystemExit(status if isinstance(status, int) else 0)


def _usage(why: Exception, name: str) -> str:
    """What is wrong with the command line, and where its help is; empty for other errors.

    Told by shape, since typer carries a click of its own whose classes have no public name.
    """
    message = getattr(why, "format_message", None)
    if message is None:
        return ""
    context = getattr(why, "ctx", None)
    path = getattr(context, "command_path", name)
    text = message().replace("Value error, ", "").rstrip(".")
    return f"{text}: see `{path} --help`."


def _expected(why: Exception) -> bool:
    from app.claims.errors import BadClaims
    from app.settings import WrongSetting
    from ingest.errors import IngestError
    from knowledge.errors import KnowledgeError

    return isinstance(why, WrongSetting | BadClaims | IngestError | KnowledgeError | OSError)


def _fail(line: str, name: str = "lamina") -> NoReturn:
    print(f"{name}: {' '.join(line.split())}", file=sys.stderr)
    raise SystemExit(2)


def _settings() -> Any:
    from app import settings
    from app.logs import configure

    found = settings.read()
    configure(found.log_level)
    return found


def _assistant() -> Any:
    from app.wiring import assistant

    return assistant(_settings(), progress=_bar)


def _bar(done: int, of: int) -> None:
    """A progress line while the index is built, on a terminal only."""
    if sys.stderr.isatty():
        end = "\n" if done >= of else "\r"
        print(f"building the index: {done} of {of} texts", end=end, file=sys.stderr)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in your own words.")],
    json: Json = False,
    on: Annotated[str | None, typer.Option(help="Date of service, YYYY-MM-DD.")] = None,
    payer: Annotated[str | None, typer.Option(help="Payer, such as medicare.")] = None,
    state: Annotated[str | None, typer.Option(help="State of service, such as OH.")] = None,
    pos: Annotated[str | None, typer.Option(help="Place of service, such as 11.")] = None,
    claim: Annotated[str | None, typer.Option(help="professional or facility.")] = None,
    brief: Annotated[bool, typer.Option("--brief", help="Verdict and one citation.")] = False,
) -> None:
    """One question, one answer."""
    request = _request(
        question=question,
        service_date=on,
        payer=payer,
        state=state,
        place_of_service=pos,
        claim=claim,
        style="brief" if brief else "full",
    )
    answer = _assistant().ask(request)
    _show(answer, json)


def _request(**fields: Any) -> Any:
    from app.interfaces.wire import AskRequest

    return _checked(AskRequest, **fields)


def _checked(takes: Any, **fields: Any) -> Any:
    """The request, or one line that says which field is wrong."""
    from pydantic import ValidationError

    try:
        return takes(**{k: v for k, v in fields.items() if v is not None})
    except ValidationError as why:
        error = why.errors()[0]
        names = {"service_date": "--on", "place_of_service": "--pos"}
        name = names.get(str(error["loc"][0]), str(error["loc"][0]))
        if error["type"] == "string_too_long" and name == "note":
            most = error["ctx"]["max_length"]
            _fail(f"note: takes at most {most} characters; give one note at a time.")
        _fail(f"{name}: {error['msg'].removeprefix('Value error, ')}")


def _show(answer: Any, json: bool) -> None:
    if json:
        print(answer.model_dump_json(by_alias=True, indent=2))
        return
    from app.interfaces.render import plain_text

    print(plain_text(answer))


@app.command()
def chat() -> None:
    """A conversation in the terminal; piped in, one question a line."""
    from app.interfaces.chat import Talk, run

    run(Talk(_assistant()))


@app.command()
def note(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A note as plain text; - = input.")],
    json: Json = False,
    on: Annotated[str | None, typer.Option(help="Date of service, YYYY-MM-DD.")] = None,
    payer: Annotated[str | None, typer.Option(help="Payer, such as medicare.")] = None,
    state: Annotated[str | None, typer.Option(help="State of service, such as OH.")] = None,
    pos: Annotated[str | None, typer.Option(help="Place of service, such as 11.")] = None,
    claim: Annotated[str | None, typer.Option(help="professional or facility.")] = None,
) -> None:
    """Code a procedure note: claim lines, what proves them, what is missing."""
    from app.interfaces.note_text import plain_text
    from app.interfaces.note_wire import NoteRequest, note_out
    from app.wiring import clock, notes
    from knowledge.facts import Encounter
    from knowledge.tables import load

    _settings()
    request = _checked(
        NoteRequest,
        note=_text_of(file),
        service_date=on,
        payer=payer,
        state=state,
        place_of_service=pos,
        claim=claim,
    )
    sent = Encounter(**request.model_dump(exclude={"note"}))
    coded = note_out(notes(load()).code(request.note, sent, clock()))
    print(coded.model_dump_json(by_alias=True, indent=2) if json else plain_text(coded))


def _text_of(file: str) -> str:
    """The words of a file, or of the input for "-"."""
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as why:
        _fail(f"{file}: {why.strerror}; name a text file, or - for the input.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        _fail(f"{file}: is not plain text in UTF-8; save the note as text and try again.")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Serve the chat page and the HTTP interface."""
    from app.interfaces.http import run

    run(_settings(), host, port, _bar)


ingest = typer.Typer(
    help="(Re)build the index from the guides; a second run writes nothing.",
    invoke_without_command=True,
)
app.add_typer(ingest, name="ingest")


@ingest.callback()
def ingest_all(context: typer.Context) -> None:
    """(Re)build the index from the guides; a second run writes nothing."""
    if context.invoked_subcommand is None:
        _build(_settings())


@ingest.command("add")
def ingest_add(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="md, txt, html, pdf or docx.")
    ],
    title: Annotated[str | None, typer.Option(help="Title of the guide, for one file.")] = None,
    authority: Annotated[
        Literal["house", "payer", "vendor"], typer.Option(help="Whose word it is.")
    ] = "house",
    effective: Annotated[str | None, typer.Option(help="First day it holds, YYYY-MM-DD.")] = None,
) -> None:
    """Add guides of your own; the same words a second time write nothing."""
    from ingest.documents import keep, read

    if title and len(files) > 1:
        _fail("--title names one guide: add these files one by one.")
    try:
        day = date.fromisoformat(effective) if effective else None
    except ValueError:
        _fail(f"--effective: {effective!r} is not a date like 2026-03-01.")
    settings = _settings()
    # all are read before the first is kept: a bad file adds none
    read_all = [read(f, title=title, authority=authority, effective=day) for f in files]
    for guide in read_all:
        print(f"{guide.id}  {'added' if keep(settings.home, guide) else 'held already'}")
    _build(settings)


def _build(settings: Any) -> None:
    from app.wiring import library
    from ingest.build import build, home_folder
    from ingest.embedding import open_embedder
    from knowledge.tables import load

    embedder = open_embedder(settings.embedder, home_folder(settings.home))
    id, fresh = build(settings.home, library(settings, load()), embedder, _bar)
    print(f"index {id}: {fresh} texts embedded" if fresh else f"index {id}: nothing to do")


@app.command()
def guides() -> None:
    """What is indexed: title, authority, passages, last checked."""
    assistant = _assistant()
    for guide in assistant.guides():
        print(
            f"{guide.id}  {guide.title}  ({guide.authority}, {guide.passages} passages, "
            f"checked {guide.checked or 'never'})"
        )


@app.command()
def claim(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="Claim lines, CSV or JSON.")],
    json: Annotated[bool, typer.Option("--json", help="Findings as JSON.")] = False,
    format: Annotated[
        Literal["text", "csv", "json"], typer.Option(help="How to write the findings.")
    ] = "text",
    out: Annotated[Path | None, typer.Option(help="File to write instead of the terminal.")] = None,
    on: Annotated[str | None, typer.Option(help="Date of service, YYYY-MM-DD.")] = None,
    payer: Annotated[str | None, typer.Option(help="Payer, such as medicare.")] = None,
    state: Annotated[str | None, typer.Option(help="State of service, such as OH.")] = None,
    pos: Annotated[str | None, typer.Option(help="Place of service, such as 11.")] = None,
    claim: Annotated[str | None, typer.Option(help="professional or facility.")] = None,
) -> None:
    """Check claim lines; exit 1 when a line must not be sent as it is."""
    from app.interfaces import claim_command

    given = {
        "service_date": on,
        "payer": payer,
        "state": state,
        "place_of_service": pos,
        "claim": claim,
    }
    said = {k: v for k, v in given.items() if v is not None}
    _claim_fields(said)
    raise typer.Exit(claim_command.run(file, "json" if json else format, out, said))


def _claim_fields(fields: dict[str, Any]) -> None:
    """Refuse a wrong option before the file is read."""
    from pydantic import ValidationError

    from app.interfaces.claim_wire import ClaimRequest
    from app.interfaces.problems import wrong_value

    try:
        ClaimRequest(lines=[{"code": "62321"}], **fields)
    except ValidationError as why:
        told = wrong_value(why.errors()[0], ClaimRequest)
        for field, option in (("service_date", "--on"), ("place_of_service", "--pos")):
            told = told.replace(field, option)
        _fail(told)


@app.command()
def rows(
    stale: Annotated[
        bool, typer.Option("--stale", help="Only rows not checked for a year.")
    ] = False,
) -> None:
    """Table rows with source and last-checked date."""
    from app.wiring import clock
    from knowledge.tables import load

    day = clock()
    for file, row in load().every_row():
        old = (day - row.checked).days > 365
        if not stale or old:
            name = (
                getattr(row, "id", "")
                or getattr(row, "code", "")
                or next((str(v) for v in row.model_dump().values() if isinstance(v, str) and v), "")
            )
            print(f"{file}/{name}  {', '.join(row.source)}  checked {row.checked}")


@app.command()
def doctor() -> None:
    """Versions, index, database, model, settings: what is wrong, and what mends it."""
    from app.doctor import findings

    bad = False
    for finding in findings(_settings()):
        bad = bad or not finding.fine
        print(f"{'ok   ' if finding.fine else 'WRONG'}  {finding.text}")
    raise SystemExit(1 if bad else 0)
