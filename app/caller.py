"""Who asks: what a thread, an answer and feedback belong to.

Doors make one for each request; the journal keeps its `owner`. Holds no name of a person.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Caller:
    """A caller as far as ownership goes."""

    kind: Literal["local", "site", "slack", "mattermost"] = "local"
    id: str = ""
    """Site key and session, or team, channel and user; empty = whoever holds the thread's id."""

    @property
    def owner(self) -> str:
        """As kept beside threads and answers."""
        return f"{self.kind}:{self.id}"


LOCAL = Caller()
"""The page's own origin, the command line, a script: it owns what it holds the id of."""
