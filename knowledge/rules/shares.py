"""Who pays which part of an allowed amount: patient, Medicare, sequestration, NPP. Pure."""

from collections.abc import Mapping
from decimal import Decimal

from knowledge.codebook import Codebook
from knowledge.rules.fees import percent_of, where
from knowledge.rules.session_payment import percents

ASPECTS = {"patient_share": "share", "npp_share": "npp", "sequestration": "sequestration"}
"""The kind of percent that an aspect asks for."""


def share_of(
    aspects: tuple[str, ...], name: str, year: str, known: Mapping[str, Decimal], book: Codebook
) -> str:
    """One sentence with the part of each amount that is asked about; "" = none is asked."""
    kind = next((ASPECTS[a] for a in ASPECTS if a in aspects), "")
    rows = percents(kind, book)
    if not rows or not known:
        return ""
    percent = rows[0].percents[0]
    told = [f"{_part(kind, percent, dollars, book)} {where(r)}" for r, dollars in known.items()]
    what = {
        "share": "the patient owes",
        "npp": "a non-physician practitioner is paid",
        "sequestration": "Medicare pays after the patient's share and sequestration",
    }[kind]
    return f"For {name} in {year} {what} {' and '.join(told)}."


def _part(kind: str, percent: int, dollars: Decimal, book: Codebook) -> str:
    if kind == "sequestration":
        patient = percents("share", book)
        rest = dollars - percent_of(dollars, patient[0].percents[0]) if patient else dollars
        return f"${rest - percent_of(rest, percent)} of ${dollars}"
    return f"${percent_of(dollars, percent)} of ${dollars}"
