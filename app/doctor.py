"""What is wrong with this installation, and the command that mends it. Never raises."""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from app.settings import PREFIX, SECRET, Settings

PARTS = (
    "chromadb",
    "langchain",
    "langchain-chroma",
    "onnxruntime",
    "sentence-transformers",
    "torch",
    "fastapi",
    "httpx",
    "slack-sdk",
    "sqlalchemy",
)
WAL_FIXED = (3, 51, 3)
"""SQLite before this can damage a WAL database written by two connections at once."""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    fine: bool
    text: str


def findings(settings: Settings) -> Iterator[Finding]:
    """Everything worth knowing, wrong things among them."""
    yield from _versions()
    yield from _settings(settings)
    for check in (_home, _tables, _weights, _index, _journal):
        yield _told(check, settings)
    yield from _slash(settings)
    yield Finding(True, "chat model: none configured; answers quote rules and guides")


def _told(check: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(True, check(settings))
    except Exception as why:
        name = check.__name__.removeprefix("_")
        return Finding(False, f"{name}: {' '.join(str(why).split()) or type(why).__name__}")


def _versions() -> Iterator[Finding]:
    yield Finding(sys.version_info >= (3, 11), f"python {sys.version.split()[0]}")
    for name in ("lamina", *PARTS):
        try:
            yield Finding(True, f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Finding(False, f"{name} is not installed: run `make run`")
    note = "" if sqlite3.sqlite_version_info >= WAL_FIXED else ", before 3.51.3: one writer only"
    yield Finding(True, f"sqlite {sqlite3.sqlite_version}{note}")


def _settings(settings: Settings) -> Iterator[Finding]:
    for field in Settings.model_fields:
        name = PREFIX + field.upper()
        value = str(getattr(settings, field))
        if value and any(word in name for word in SECRET):
            value = "(set)"
        default = getattr(settings, field) == Settings.model_fields[field].default
        origin = "environment" if name in os.environ else "default" if default else ".env file"
        yield Finding(True, f"{name} = {value or '(empty)'} ({origin})")


def _slash(settings: Settings) -> Iterator[Finding]:
    """Which chat platforms may ask, and where their replies go."""
    from app.interfaces.slash.hosts import read_hosts

    platforms = (
        ("slack", "SIGNING_SECRET", settings.slack_signing_secret, settings.slack_hosts),
        ("mattermost", "TOKEN", settings.mattermost_token, settings.mattermost_hosts),
    )
    for name, key, on, hosts in platforms:
        if not on:
            told = f"its routes are 404 until {PREFIX}{name.upper()}_{key} is set"
            yield Finding(True, f"{name} command: off; {told}")
            continue
        yield Finding(True, f"{name} command: on; replies go to {hosts}")
        for host in read_hosts(hosts):
            where = f"{name} command: {PREFIX}{name.upper()}_HOSTS names {host.name}:{host.port}"
            if host.loopback:
                told = "replies there may go over plain http to this machine: only for a test"
                yield Finding(False, f"{where}; {told}, so remove it")
            elif host.address:
                yield Finding(True, f"{where}; replies go to {host.address}, whatever DNS says")
    if settings.slack_signing_secret or settings.mattermost_token:
        yield _told(_jobs, settings)


def _jobs(settings: Settings) -> str:
    """How the replies of the last week fared."""
    import time

    from app.interfaces.slash.jobs import Jobs
    from ingest.build import home_folder

    counts = Jobs(home_folder(settings.home), settings.database_url, time.time).counts()
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    return f"slash jobs kept: {told or 'none'}"


def _home(settings: Settings) -> str:
    from ingest.build import home_folder

    home = home_folder(settings.home)
    probe = home / ".probe"
    probe.write_text("", "ascii")
    probe.unlink()
    mode = home.stat().st_mode & 0o777
    if mode & 0o077:
        raise PermissionError(
            f"{home.name} can be read by others (mode {mode:o}): run `chmod 700` on it"
        )
    return f"home: writable, mode {mode:o}"


def _tables(settings: Settings) -> str:
    from knowledge.tables import load

    tables = load()
    return f"tables {tables.version}: {sum(1 for _ in tables.every_row())} rows"


def _weights(settings: Settings) -> str:
    from ingest.embedding import PINNED, weights_folder

    if settings.embedder != PINNED:
        return f"model {settings.embedder}: not pinned, so not checked"
    weights_folder()
    return f"model {PINNED}: weights as pinned"


def _index(settings: Settings) -> str:
    from app.wiring import library
    from ingest.build import open_current
    from ingest.embedding import open_embedder
    from knowledge.tables import load

    embedder = open_embedder(settings.embedder, settings.home)
    index = open_current(settings.home, library(settings, load()), embedder)
    found = f"index {index.manifest.id}: {len(index.passages)} passages"
    index.close()
    return found


def _journal(settings: Settings) -> str:
    from app.journal import Journal

    Journal(settings.home, settings.database_url).check()
    return "journal: opens"
