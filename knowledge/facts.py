"""The facts of one procedure and one encounter, as far as stated.

Pure values: None always means "nobody said". Names are those of the public
contract; what silence means by convention is a row of presumptions.toml, never
a default here.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Frozen(BaseModel):
    """A value: frozen, closed to unknown fields, documented by its docstrings."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


Approach = Literal["interlaminar", "caudal", "intrathecal", "transforaminal"]
Region = Literal["cervical", "thoracic", "lumbar", "sacral"]
ImagingKind = Literal["fluoroscopy", "CT", "fluoroscopy or CT", "ultrasound", "none"]
Technique = Literal["single injection", "indwelling catheter"]
Substance = Literal["non-neurolytic", "neurolytic", "blood patch"]
Laterality = Literal["left", "right", "bilateral"]
Claim = Literal["professional", "facility"]


def _imaging_word(value: object) -> object:
    """Accept a plain yes or no: yes is fluoroscopy or CT, as the codes mean it."""
    return {True: "fluoroscopy or CT", False: "none"}[value] if isinstance(value, bool) else value


Imaging = Annotated[ImagingKind, BeforeValidator(_imaging_word)]


class Procedure(Frozen):
    """One injection at one encounter, as a procedure note would describe it."""

    kind: str | None = None
    """A kind of kinds.toml, such as "facet injection"; None = an epidural injection."""

    details: dict[str, str] = {}
    """Facts that only such a kind has, such as how many muscles were injected."""

    approach: Approach | None = None
    """How the needle entered the epidural space. "CESI" alone does not tell."""

    region: Region | None = None
    """Where the needle entered; spread and catheter tip do not change it."""

    imaging: Imaging | None = None
    """Guidance used for this injection; true = fluoroscopy or CT, false = none."""

    technique: Technique | None = None
    """A needle or same-day catheter, or a catheter left in past the calendar day."""

    substance: Substance | None = None
    """Steroid, anesthetic, opioid and other drugs are non-neurolytic."""

    ruled_out: tuple[str, ...] = ()
    """Values somebody said it was not, such as "transforaminal"."""

    levels: tuple[str, ...] = ()
    """Interspaces, foramina or roots treated, such as "C7-T1", "L4-5", "S1"."""

    level_count: int | None = Field(None, ge=1, le=12)
    """How many levels, when only their number was said."""

    laterality: Laterality | None = None
    """Which side, for codes that have sides; None also when the levels differ in it."""

    sides: tuple[Laterality | Literal["unknown"], ...] = ()
    """The side of each of the levels, in their order, when they differ."""

    unclear: tuple[str, ...] = ()
    """Facts said not to be known, or said two ways: never presumed. "levels" = several
    levels, and not which."""


class Encounter(Frozen):
    """What is known about the claim around the procedure."""

    service_date: date | None = None
    """Date of service; picks the tables' rows."""

    payer: str | None = None
    """As the asker named it; only rows of the payers table are known."""

    state: str | None = Field(None, pattern=r"^[A-Z]{2}$")
    """Two-letter postal code of the state of service."""

    locality: str | None = None
    """Medicare payment locality, by name or number."""

    place_of_service: str | None = Field(None, pattern=r"^\d{2}$")
    """Two-digit CMS place-of-service code."""

    claim: Claim | None = None
    """Whose claim: the professional's, or the facility's."""


SELECTING = ("substance", "approach", "region", "imaging", "technique")
"""The facts of a procedure that pick its code, in the order a coder asks for them."""
