"""One class for each kind of row whose code follows a dose, a time, a setting or a device.

Pure values; tables.py builds them from the files in knowledge/tables.
"""

from typing import Literal

from knowledge.rows import Row, StatementRow

DoseUnit = Literal["mg", "mcg", "mL"]


class DrugRow(Row):
    """A drug or contrast of the desk, by the name our rows give it."""

    drug: str
    kind: Literal["steroid", "local anesthetic", "pump drug", "contrast"]
    unit: DoseUnit
    """In what its dose is told."""
    strengths: tuple[float, ...] = ()
    """What one mL holds, in `unit`, as it is sold; with one only, a volume tells the dose."""
    containers: str = ""
    """A sentence on single-dose and multi-dose containers."""
    caution: str = ""


class DrugCodeRow(Row):
    """An HCPCS code of a drug, and how much one unit of it stands for."""

    code: str
    drug: str
    per: float
    unit: DoseUnit
    use: Literal["", "trial", "refill"] = ""
    """What the drug was given for, where that tells two of its codes apart."""
    least: float | None = None
    most: float | None = None
    """Contrast: milligrams of iodine in one mL, from and up to."""


class SedationRow(Row):
    """The code of the first stretch of sedation, and of each further one."""

    code: str
    by: Literal["proceduralist", "another clinician"]
    age: Literal["under 5", "5 or over"]
    add_on: str


class MinutesRow(StatementRow):
    """From how many minutes a stretch counts, and how long one is."""

    minutes: int
    span: int


class AnesthesiaRow(Row):
    """An anesthesia code by the kind of procedure, its region, or how the patient lies."""

    code: str
    procedure: str
    regions: tuple[str, ...] = ()
    """Empty: any."""
    position: Literal["", "prone", "not prone"] = ""


class ProviderRow(Row):
    """Who gave the anesthesia, and the modifiers that tell it, the physician's line first."""

    by: str
    modifiers: tuple[str, ...]
    say: str


class DeviceRow(Row):
    """A code by what was done to a pump, a catheter or a lead."""

    code: str
    act: str
    facts: dict[str, str] = {}
    """Facts that must have these values; a fact not named may have any."""
    clause: str
    """What was done, as a clause."""
