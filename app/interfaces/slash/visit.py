"""One request of a chat platform, read and proved: who asks, where, for what. Pure."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from app.caller import Caller
from app.interfaces.slash.acts import Act


class Unproved(Exception):
    """A request that is not shown to come from the platform, or cannot be read: a 401."""


@dataclass(frozen=True)
class Visit:
    """What a platform's adapter made of a request."""

    platform: Literal["slack", "mattermost"]
    team: str
    channel: str
    user: str
    trigger: str
    """The platform's own id of the command or the tap."""
    reply_to: str
    """Where later messages go; checked against the hosts of the settings."""
    command: str
    text: str = ""
    """As typed: not yet redacted."""
    act: Act | None = None
    """What a button asks for, instead of the text."""
    proof: str = ""
    """The signature, where there is one that may come only once."""
    message: str = ""
    """The message whose button was pressed."""
    refusal: str = ""
    """Why this team, channel or command is not served, in words for the user."""

    @property
    def caller(self) -> Caller:
        return Caller(self.platform, f"{self.team}/{self.channel}/{self.user}")

    @property
    def place(self) -> str:
        """The channel, for messages that all of it may see."""
        return f"{self.platform}:{self.team}/{self.channel}"

    @property
    def key(self) -> str:
        """The same for the same command or tap, however often it comes."""
        return digest(self.platform, self.team, self.trigger)

    @property
    def seen(self) -> str:
        """The same for the same signed bytes."""
        return digest(self.platform, self.proof) if self.proof else ""

    @property
    def tap(self) -> str:
        """The same for the same button of the same message; empty for a typed command."""
        if self.act is None:
            return ""
        return digest(self.caller.owner, self.message, self.act.model_dump_json())


def digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
