"""Every way the knowledge package can fail.

Each error says what, which, and what to do next. None knows of HTTP or of a
terminal: the doors map them.
"""

from collections.abc import Sequence
from datetime import date


class KnowledgeError(Exception):
    """Something asked of the tables or rules that they cannot give."""


class BrokenTable(KnowledgeError):
    """A table file that cannot be read as rows. The start stops here."""

    def __init__(self, file: str, row: str, why: str) -> None:
        self.file, self.row, self.why = file, row, why
        super().__init__(f"Table {file}, row {row}: {why}. Mend the file and start again.")


class UnknownCode(KnowledgeError):
    """A code that no table has on the date of service asked about."""

    def __init__(self, code: str, on: date, known: Sequence[str] = ()) -> None:
        self.code, self.on, self.known = code, on, tuple(known)
        near = f" Nearest known: {', '.join(known)}." if known else ""
        super().__init__(f"No table has code {code} for services on {on:%Y-%m-%d}.{near}")


class UnknownSource(KnowledgeError):
    """A row that names a source which sources.toml does not have."""

    def __init__(self, source: str, row: str) -> None:
        self.source, self.row = source, row
        super().__init__(f"Row {row} names source {source!r}, which sources.toml does not have.")


class UnknownPassage(KnowledgeError):
    """A passage key that no indexed guide has."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            f"No indexed guide has passage {key!r}. Keys change when a guide's words change: "
            "ask the question again for a fresh citation."
        )
