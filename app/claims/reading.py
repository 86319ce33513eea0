"""Claims out of a file of lines, CSV or JSON. Touches no disk; never decides anything.

A row that cannot be read is kept with its line number and the reason, and the other rows
are read. Only a file that holds no claim at all is an error.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from app.claims.columns import COLUMNS, column_of, listed, plain_date
from app.claims.errors import BadClaims
from app.interfaces.claim_wire import ClaimRequest
from app.interfaces.problems import wrong_value
from knowledge.rules.claim.values import MOST_LINES

OF_LINE = ("code", "units", "modifiers", "diagnoses", "service_date")
ATTACHED = re.compile(r"^(\w{5})((?:-\w{2})+)$")
"""Modifiers written behind the code, such as 64483-RT-KX."""


@dataclass(frozen=True)
class BadRow:
    """A row of the file that could not be read as a claim line."""

    number: int
    """Its line in the file, from 1; of JSON the number of the claim."""
    claim: str
    why: str


@dataclass
class Read:
    """One claim of the file, and the rows it was read from."""

    id: str
    rows: list[int]
    request: ClaimRequest


@dataclass
class Claims:
    """Everything a file held, in its order."""

    claims: list[Read] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    unread: tuple[str, ...] = ()
    """Columns that no claim line has."""

    @property
    def lines(self) -> int:
        return sum(len(read.rows) for read in self.claims)


def read(data: bytes, name: str, given: Mapping[str, Any]) -> Claims:
    """The claims of a file; `given` fills what a claim does not say. Raises BadClaims."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        raise BadClaims(f"{name} is not UTF-8 at byte {why.start}: save it as UTF-8.") from why
    if not text.strip():
        raise BadClaims(f"{name} is empty: give claim lines as CSV or JSON.")
    if "\x00" in text:
        raise BadClaims(f"{name} holds NUL characters: give claim lines as CSV or JSON text.")
    found = (_json if text.lstrip()[0] in "{[" else _csv)(text, name, given)
    if not found.claims and found.bad:
        first = found.bad[0]
        raise BadClaims(f"{name} holds no claim that can be read; row {first.number}: {first.why}.")
    return found


# --- JSON --------------------------------------------------------------------------------


def _json(text: str, name: str, given: Mapping[str, Any]) -> Claims:
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as why:
        where = f"line {why.lineno}" if isinstance(why, json.JSONDecodeError) else "its depth"
        raise BadClaims(f"{name} is not JSON at {where}: mend it or give CSV.") from why
    if isinstance(found, dict) and isinstance(found.get("claims"), list):
        found = found["claims"]
    several = found if isinstance(found, list) else [found]
    claims = Claims()
    for number, one in enumerate(several, 1):
        if not isinstance(one, dict):
            claims.bad.append(BadRow(number, str(number), "a claim is a JSON object with lines"))
            continue
        id = str(one.get("claim_id") or number)
        asked = {k: v for k, v in one.items() if k != "claim_id"}
        filled = {**given, **{k: v for k, v in asked.items() if v is not None}}
        try:
            request = ClaimRequest.model_validate(filled)
        except ValidationError as why:
            claims.bad.append(BadRow(number, id, wrong_value(why.errors()[0], ClaimRequest)))
            continue
        claims.claims.append(Read(id, [number] * len(request.lines), request))
    if not claims.claims and not claims.bad:
        raise BadClaims(f"{name} holds no claim: give an object with lines, or a list of them.")
    return claims


# --- CSV ---------------------------------------------------------------------------------


def _csv(text: str, name: str, given: Mapping[str, Any]) -> Claims:
    head = next(line for line in text.splitlines() if line.strip())
    comma = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=comma)
    try:
        header = next(row for row in rows if any(cell.strip() for cell in row))
    except csv.Error as why:
        raise BadClaims(f"{name} is not CSV at line {rows.line_num}: {why}.") from why
    columns = [column_of(cell) for cell in header]
    if "code" not in columns:
        raise BadClaims(
            f"{name} has no column code: its first line names the columns, "
            f"such as {', '.join(COLUMNS)}."
        )
    claims = Claims(unread=tuple(h.strip() for h, c in zip(header, columns, strict=True) if not c))
    grouped: dict[str, list[tuple[int, dict[str, Any], dict[str, Any]]]] = {}
    for number, row in _rows(rows, name):
        if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns) :]):
            claims.bad.append(BadRow(number, "", f"has {len(row)} cells, not {len(columns)}"))
            continue
        cells = _cells(row, columns)
        id = cells.pop("claim_id", "")
        try:
            line, around = _line(cells)
        except ValueError as why:
            claims.bad.append(BadRow(number, id, str(why)))
            continue
        grouped.setdefault(id, []).append((number, line, around))
    for id, found in grouped.items():
        _claim(id, found, given, claims)
    if not claims.claims and not claims.bad:
        raise BadClaims(f"{name} names its columns and holds no line below them.")
    return claims


def _rows(rows: Any, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with its line in the file."""
    while True:
        number = rows.line_num + 1
        try:
            row = next(rows, None)
        except csv.Error as why:
            raise BadClaims(f"{name} is not CSV at line {number}: {why}.") from why
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield number, row


def _cells(row: list[str], columns: list[str]) -> dict[str, str]:
    """The cells by column; several columns of one name are joined."""
    found: dict[str, str] = {}
    for column, cell in zip(columns, row, strict=False):
        if column and cell.strip():
            found[column] = f"{found[column]} {cell.strip()}" if column in found else cell.strip()
    return found


def _line(cells: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The line, and what the row says of its claim. Raises ValueError."""
    code = cells.get("code", "")
    if not code:
        raise ValueError("has no code")
    attached = ATTACHED.match(code)
    modifiers = listed(cells.get("modifiers", ""))
    line: dict[str, Any] = {
        "code": attached[1] if attached else code,
        "modifiers": [*(attached[2].strip("-").split("-") if attached else ()), *modifiers],
        "diagnoses": listed(cells.get("diagnoses", "")),
    }
    if units := cells.get("units"):
        if not re.fullmatch(r"\d+(?:\.0+)?", units):
            raise ValueError(f"units: {units!r} is not a whole number")
        line["units"] = int(float(units))
    if day := cells.get("service_date"):
        line["service_date"] = plain_date(day, "service_date")
    around: dict[str, Any] = {k: v for k, v in cells.items() if k not in OF_LINE}
    if "prior_sessions" in around:
        around["prior_sessions"] = [
            plain_date(day, "prior_sessions") for day in listed(around["prior_sessions"])
        ]
    if place := around.get("place_of_service"):
        # a spreadsheet drops the zero of 02
        around["place_of_service"] = place.zfill(2)
    if "claim" in around:
        around["claim"] = around["claim"].lower()
    if "state" in around:
        around["state"] = around["state"].upper()
    return line, around


def _claim(
    id: str,
    found: list[tuple[int, dict[str, Any], dict[str, Any]]],
    given: Mapping[str, Any],
    claims: Claims,
) -> None:
    """One claim of its rows; a row that does not fit it is taken out and told."""
    around: dict[str, Any] = dict(given)
    kept: list[tuple[int, dict[str, Any]]] = []
    said: dict[str, Any] = {}
    for number, line, own in found:
        differing = [k for k, v in own.items() if k in said and said[k] != v]
        wrong = _wrong({**around, **said, **own, "lines": [line]})
        if wrong or differing or len(kept) == MOST_LINES:
            why = wrong or (
                f"{differing[0]} differs from the rows before it of the same claim"
                if differing
                else f"a claim has at most {MOST_LINES} lines; a column claim_id tells claims apart"
            )
            claims.bad.append(BadRow(number, id, why))
            continue
        said |= own
        kept.append((number, line))
    if kept:
        request = ClaimRequest(**{**around, **said, "lines": [line for _, line in kept]})
        claims.claims.append(Read(id, [number for number, _ in kept], request))


def _wrong(fields: Mapping[str, Any]) -> str:
    """What is wrong with a line in its claim; empty when nothing is."""
    try:
        ClaimRequest.model_validate(fields)
    except ValidationError as why:
        return wrong_value(why.errors()[0], ClaimRequest).removeprefix("lines.0.")
    return ""
