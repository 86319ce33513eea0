"""Rows of what Medicare pays: factors, percents, hospital rates. Pure values."""

from typing import Literal

from pydantic import Field

from knowledge.rows import Row


class FactorRow(Row):
    """A conversion factor in US dollars per RVU."""

    id: str
    dollars: float
    participation: Literal["all", "non-QP", "QP"] = "all"


class PercentRow(Row):
    """The percents by which an amount of the fee schedule is changed."""

    id: str
    kind: Literal["multiple", "bilateral", "share", "sequestration", "npp"]
    indicator: str = ""
    """The value of the fee schedule's column; "" where no column decides."""
    percents: tuple[int, ...] = Field(min_length=1)
    """Several: of the first, second and following procedures of a session."""
    say: str


class HospitalRateRow(Row):
    """What Medicare pays a hospital outpatient department for one code."""

    code: str
    status: str
    """OPPS status indicator: T = paid and reduced beside others, N = packaged."""
    dollars: float | None = None
    """None: no rate of its own."""
