"""Doses in numbers: conversion, billing units, and how a figure is written. Pure."""

from collections.abc import Sequence
from math import ceil

from knowledge.service_rows import DrugCodeRow

PER_MG = {"mg": 1.0, "mcg": 0.001}
"""Milligrams of one milligram and one microgram."""


def converted(amount: float, unit: str, to: str) -> float | None:
    """The amount in another unit; None where no factor leads from one to the other."""
    if unit == to:
        return amount
    if unit in PER_MG and to in PER_MG:
        return amount * PER_MG[unit] / PER_MG[to]
    return None


def whole_units(amount: float, per: float) -> int:
    """Units of a dose, the last one rounded up; free of the dust of binary fractions."""
    return max(1, ceil(round(amount / per, 6)))


def divides(amount: float, per: float) -> bool:
    return abs(round(amount / per, 6) - round(amount / per)) < 1e-6


def by_size(amount: float, codes: Sequence[DrugCodeRow]) -> tuple[tuple[DrugCodeRow, int], ...]:
    """A dose made up of codes of several sizes: the largest first, the rest rounded up."""
    left = amount
    found: list[tuple[DrugCodeRow, int]] = []
    ordered = sorted(codes, key=lambda row: -row.per)
    for row in ordered:
        last = row is ordered[-1]
        count = whole_units(left, row.per) if last and left > 1e-6 else int(left // row.per)
        if count:
            found.append((row, count))
            left -= count * row.per
    return tuple(found)


def shown(amount: float) -> str:
    """A figure without needless zeros: 80, 0.5, 2.25."""
    return f"{round(amount, 4):g}"
