"""`lamina claim`: claim lines in, findings out. Exit 1 when a line must not be sent as it is."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from app.claims.errors import BadClaims

Format = Literal["text", "csv", "json"]
STEP = 200
"""Lines between two marks of the progress bar."""


def run(file: str, format: Format, out: Path | None, given: Mapping[str, Any]) -> int:
    """Check the claims of a file or of standard input; the exit status. Raises BadClaims."""
    from importlib.metadata import version

    from app.claims import batch, reading, writing
    from app.wiring import clock
    from knowledge.rules.claim import DayBooks
    from knowledge.tables import load

    tables = load()
    name = "standard input" if file == "-" else file
    data = _bytes(file)
    claims = reading.read(data, name, given)
    if claims.unread:
        print(f"lamina: columns not read: {', '.join(claims.unread)}", file=sys.stderr)
    versions = {"app": version("lamina"), "tables": tables.version}
    done = batch.check_all(claims, DayBooks(tables.on), clock(), versions, _bar)
    text = {
        "csv": lambda: writing.as_csv(done, claims.bad),
        "json": lambda: writing.as_json(done, claims.bad, alone=len(done) == 1),
        "text": lambda: writing.as_text(done, claims.bad),
    }[format]()
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, "utf-8")
    stopped = claims.bad or any(one.result.verdict == "fix" for one in done)
    return 1 if stopped else 0


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as why:
        raise BadClaims(f"Cannot read {file} ({why.strerror}): name a CSV or JSON file.") from why


def _bar(done: int, of: int) -> None:
    """A progress line for a long file, on a terminal only."""
    if of > STEP and sys.stderr.isatty() and (done >= of or done % STEP < 10):
        end = "\n" if done >= of else "\r"
        print(f"checking claims: {done} of {of} lines", end=end, file=sys.stderr)
