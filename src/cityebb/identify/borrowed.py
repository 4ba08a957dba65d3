"""Noise borrowed from series measured elsewhere, for panels too short to tell their own."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.noise import Noise
from cityebb.model import SIZE_CLASSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_THREE_QUARTERS = 0.75


@dataclass(frozen=True)
class BorrowedNoise:
    """One row of the embedded table.

    Parameters
    ----------
    indicator, size_class
        What it holds for.
    noise
        Robust standard deviation of one year's value on the log scale, the movement shared by all cities
        included.
    freedom
        How alike the cities of the class are (degrees of freedom of their variances).
    source, period, n
        Data, years and number of cities it was measured on.
    """

    indicator: str
    size_class: str
    noise: float
    freedom: float
    source: str
    period: str
    n: int


@cache
def borrowed_table() -> tuple[BorrowedNoise, ...]:
    """Return the embedded table, made by ``tools/build_noise.py``."""
    text = resources.files("cityebb.identify").joinpath("data/noise.csv").read_text(encoding="utf-8")
    return tuple(
        BorrowedNoise(
            row["indicator"],
            row["size_class"],
            float(row["noise"]),
            float(row["freedom"]),
            row["source"],
            row["period"],
            int(row["n"]),
        )
        for row in csv.DictReader(text.splitlines())
    )


def borrow_noise(indicator: str, classes: NDArray[np.str_]) -> Noise:
    """Return the noise of the embedded table for an indicator, one a city.

    A class that the table lacks takes the nearest class that it has, the noisier of two. An indicator
    that it lacks has no noise: NaN, and ``origin`` ``"none"``.

    Examples
    --------
    >>> borrow_noise("traffic", np.array(["5-10"])).origin
    'none'
    """
    from scipy.stats import t

    rows = {row.size_class: row for row in borrowed_table() if row.indicator == indicator}
    total, freedom = np.full(classes.shape, np.nan), np.full(classes.shape, np.nan)
    nothing = np.zeros(classes.shape)
    if not rows:
        return Noise(total, freedom, nothing, 0.0, 1.0, "none")
    for name in np.unique(classes).tolist():
        if name not in SIZE_CLASSES:  # a unit whose area is not known has no class to borrow from
            continue
        row = rows[_nearest(name, rows)]
        own = classes == name
        # The robust figure speaks of the middle half; Student's distribution of that freedom has the same.
        total[own] = row.noise * t.ppf(_THREE_QUARTERS, 1e9) / t.ppf(_THREE_QUARTERS, row.freedom)
        freedom[own] = row.freedom
    return Noise(total, freedom, nothing, 0.0, 1.0, "borrowed")


def _nearest(name: str, rows: dict[str, BorrowedNoise]) -> str:
    place = SIZE_CLASSES.index(name)
    return min(rows, key=lambda other: (abs(SIZE_CLASSES.index(other) - place), SIZE_CLASSES.index(other)))
