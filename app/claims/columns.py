"""The columns of a file of claim lines, and the names that billing systems give them. Pure."""

import re
from datetime import date, datetime

COLUMNS = (
    "claim_id",
    "code",
    "units",
    "modifiers",
    "diagnoses",
    "service_date",
    "payer",
    "state",
    "place_of_service",
    "claim",
    "prior_sessions",
    "authorization",
)
NAMES = {
    "claim_id": "claimid claimno claimnumber account accountnumber encounter encounterid",
    "code": "cpt cptcode hcpcs hcpcscode procedure procedurecode proccode",
    "units": "unit qty quantity",
    "modifiers": "modifier mod mods",
    "diagnoses": "diagnosis dx dxs icd icd10 icd10cm diagnosiscode diagnosiscodes dxcode",
    "service_date": "dos date dateofservice servicedate",
    "payer": "payor insurance plan",
    "state": "stateofservice",
    "place_of_service": "pos place placeofservice",
    "claim": "claimtype claimkind",
    "prior_sessions": "priorsessions prior earlier earliersessions",
    "authorization": "auth authorizationnumber utn priorauth",
}
BY_NAME = {
    name: column
    for column, names in NAMES.items()
    for name in (column.replace("_", ""), *names.split())
}
NUMBERED = ("modifiers", "diagnoses")
"""Columns that may come several times, with a number: mod1, mod2."""
FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%Y%m%d")


def column_of(head: str) -> str:
    """The column that a heading means; "" = none."""
    bare = re.sub(r"[^a-z0-9]", "", head.lower())
    found = BY_NAME.get(bare)
    if found is None:
        counted = BY_NAME.get(re.sub(r"\d+$", "", bare), "")
        found = counted if counted in NUMBERED else ""
    return found


def listed(cell: str) -> list[str]:
    """The entries of one cell, however they are parted."""
    return [entry for entry in re.split(r"[\s,;|/]+", cell) if entry]


def plain_date(text: str, column: str) -> date:
    """A date as files write it. Raises ValueError."""
    for form in FORMATS:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise ValueError(f"{column}: {text!r} is not a date like 2026-03-01")
