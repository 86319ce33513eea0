"""The only place where things are constructed: settings in, Assistant out."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from app.ask.chain import Steps
from app.ask.gathering import Gatherer
from app.ask.grounding import Checker
from app.ask.languages import Languages
from app.ask.lexicon import Lexicon
from app.ask.limits import Limits
from app.ask.reading import Reader
from app.ask.retrieval import Retriever
from app.ask.spanish import Spanish
from app.ask.talk.following import Follower
from app.ask.talk.marks import Hearer
from app.ask.talk.restating import Restater
from app.ask.topics import TopicReader
from app.ask.writing import QuotingWriter
from app.assistant import Assistant
from app.journal import Journal
from app.notes.reader import NoteReader
from app.notes.words import NoteWords
from app.settings import Settings
from app.threads import Threads
from ingest.build import Library, Progress, build, home_folder, open_current
from ingest.documents import added
from ingest.embedding import Embedder, Vectors, open_embedder
from ingest.errors import BrokenIndex, StaleIndex
from ingest.index import Example, PassageIndex
from knowledge.guide_rows import AskedRow, ErratumRow
from knowledge.language_rows import GlossRow, LanguageRow, SayRow
from knowledge.rows import StatementRow
from knowledge.tables import Tables, load
from knowledge.talk_rows import AskedAgainRow, RestatedRow
from knowledge.word_rows import (
    AspectRow,
    LexiconRow,
    LimitRow,
    NoteElementRow,
    SignRow,
    SignsRow,
    TopicExampleRow,
)

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")


def clock() -> date:
    """Today. The one clock of the project."""
    return date.today()


def time() -> datetime:
    """Now, as conversations are dated. Beside `clock`, which tests stop."""
    return datetime.now(UTC)


def assistant(
    settings: Settings,
    *,
    today: Callable[[], date] = clock,
    progress: Progress = lambda done, of: None,
    tables: Tables | None = None,
) -> Assistant:
    """Everything a door needs; a stale or missing index is built first."""
    tables = tables or load()
    home = home_folder(settings.home)
    embedder = open_embedder(settings.embedder, home)
    shelf = library(settings, tables)
    index = ready_index(settings.home, shelf, embedder, progress)
    rows = [r for r in tables.of("lexicon", "word") if isinstance(r, LexiconRow)]
    lexicon = Lexicon(rows)
    retriever = Retriever(index)
    retriever.warm()

    @lru_cache(maxsize=64)
    def embed(text: str) -> Vectors:
        """One question's vector; topics and retrieval ask for the same one."""
        vector: Vectors = embedder.embed([text])[0]
        return vector

    aspects = {q: r.aspects for r in aspect_rows(tables) for q in r.questions}
    topics = TopicReader(embed, index, limits(tables), aspects)
    reader = Reader(lexicon, topics)
    steps = Steps(
        tables=tables,
        reader=reader,
        gatherer=Gatherer(tables, retriever, embed, notes(tables)),
        writer=QuotingWriter(),
        checker=checker(tables, lexicon),
        languages=languages(tables),
        spanish=Spanish(said_in_spanish(tables)),
        follower=follower(tables, reader, rows),
    )
    journal = Journal(home, settings.database_url)
    return Assistant(
        tables=tables,
        held=tuple(shelf.guides),
        index=index,
        steps=steps,
        chain=steps.runnable(),
        journal=journal,
        threads=Threads(journal, settings.thread_days, settings.thread_turns, time),
        notes=notes(tables),
        today=today,
        versions={
            "app": version("lamina"),
            "tables": tables.version,
            "index": index.manifest.id,
        },
    )


def notes(tables: Tables) -> NoteReader:
    """The reader of procedure notes."""
    rows = [r for r in tables.of("notes", "word") if isinstance(r, LexiconRow)]
    shared = [r for r in tables.of("lexicon", "word") if isinstance(r, LexiconRow)]
    shown = [r for r in tables.of("notes", "element") if isinstance(r, NoteElementRow)]
    return NoteReader(NoteWords(rows, shared, tuple(shown)), tables.on)


def follower(tables: Tables, reader: Reader, words: list[LexiconRow]) -> Follower:
    """The reader of follow-ups."""
    marks = [r for r in tables.of("conversation", "mark") if isinstance(r, LexiconRow)]
    say = [r for r in tables.of("conversation", "say") if isinstance(r, RestatedRow)]
    again = [r for r in tables.of("conversation", "again") if isinstance(r, AskedAgainRow)]
    return Follower(reader, Hearer(marks), Restater(say, again, words), tables.on)


def limits(tables: Tables) -> Limits:
    """The signs of questions to decline."""
    signs = [r for r in tables.of("limits", "sign") if isinstance(r, SignRow)]
    rules = [r for r in tables.of("limits", "signs") if isinstance(r, SignsRow)]
    return Limits(signs, rules)


def checker(tables: Tables, lexicon: Lexicon) -> Checker:
    """The grounding check over the modifiers and own words the tables hold."""
    scope = [r.say for r in tables.of("scope", "scope") if isinstance(r, StatementRow)]
    names = tables.of("modifiers", "name")
    spanish = said_in_spanish(tables)
    own = [say for id, say in spanish.items() if id.startswith("scope.") or id == "languages"]
    return Checker(
        lexicon,
        frozenset(getattr(r, "modifier", "") for r in names),
        (*scope, *own),
        languages(tables).gloss,
    )


def languages(tables: Tables) -> Languages:
    """Which languages are known by which words, and Spanish word for word."""
    known = [r for r in tables.of("spanish", "language") if isinstance(r, LanguageRow)]
    glosses = [r for r in tables.of("spanish", "gloss") if isinstance(r, GlossRow)]
    return Languages(known, glosses)


def said_in_spanish(tables: Tables) -> dict[str, str]:
    """The sentences of spanish.toml by their ids."""
    return {r.id: r.say for r in tables.of("spanish", "say") if isinstance(r, SayRow)}


def aspect_rows(tables: Tables) -> list[AspectRow]:
    """The labelled questions that single out aspects of a topic."""
    return [r for r in tables.of("aspects", "aspect") if isinstance(r, AspectRow)]


def library(settings: Settings, tables: Tables) -> Library:
    """What the index is made from: our guides, the site's, and the labelled questions."""
    labelled = [r for r in tables.of("topics", "example") if isinstance(r, TopicExampleRow)]
    limits = [r for r in tables.of("limits", "limit") if isinstance(r, LimitRow)]
    return Library(
        guides=(*tables.guides, *added(settings.home)),
        asked=[
            r
            for table in ("asked", "sentences")
            for r in tables.of(table, "asked")
            if isinstance(r, AskedRow)
        ],
        examples=[
            *(Example(r.topic, r.question) for r in labelled),
            *(Example(r.topic, q) for r in aspect_rows(tables) for q in r.questions),
        ],
        errata=[r for r in tables.of("errata", "erratum") if isinstance(r, ErratumRow)],
        limits=[Example(r.topic, q) for r in limits for q in r.questions],
    )


def ready_index(home: Path, shelf: Library, embedder: Embedder, progress: Progress) -> PassageIndex:
    """The current index, built first when it is stale, missing or broken."""
    try:
        return open_current(home, shelf, embedder)
    except (StaleIndex, BrokenIndex):
        build(home, shelf, embedder, progress)
        return open_current(home, shelf, embedder)
