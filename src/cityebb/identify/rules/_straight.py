"""The inner loop that finds straight stretches."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cityebb.grids.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Below this share of the largest figure, differences are the machine's and not the maker's.
_TOLERANCE = 4e-7
# A stretch has so many second differences, or more.
_LEAST = 3
# Scatter of a second difference over the yearly change, where changes scatter by a quarter of themselves.
_SCATTER = math.sqrt(2) / 4
# Chance with which a stretch that was counted may pass for straight.
_CHANCE = 1e-3


@compiled
def _unit(row: NDArray[np.float64]) -> float:
    """Return the step of which all changes are multiples."""
    largest = 0.0
    for value in row:
        if not math.isnan(value):
            largest = max(largest, value)
    tolerance = _TOLERANCE * largest
    unit = 0.0
    before = math.nan
    for value in row:
        if math.isnan(value):
            continue
        change = 0.0 if math.isnan(before) else abs(value - before)
        rest = change
        before = value
        while rest > tolerance:
            if unit <= tolerance:
                unit, rest = rest, 0.0
            else:
                left = abs(unit - rest * np.round(unit / rest))
                unit, rest = rest, left
        if change > tolerance and unit > tolerance:
            # Euclid's divisions magnify the last digits' errors; the change itself does not have them.
            unit = change / np.round(change / unit)
    return max(unit, tolerance)


@compiled
def _mark_row(  # noqa: C901 - compiled code is one loop
    row: NDArray[np.float64],
    years: NDArray[np.int64],
    slack: NDArray[np.float64],
    same: float,
    steps: NDArray[np.bool_],
    knots: NDArray[np.bool_],
    perhaps: NDArray[np.bool_],
) -> None:
    """Mark the stretches of one row with second differences within the slack; ``same`` is no difference."""
    count = row.size
    begin = -1
    largest_bend = 0.0
    for middle in range(1, count):
        straight = False
        if middle < count - 1:
            bend = row[middle - 1] - 2 * row[middle] + row[middle + 1]
            yearly = years[middle + 1] - years[middle - 1] == 2  # noqa: PLR2004 - one year before, one after
            # A comparison with NaN is false.
            straight = yearly and abs(bend) <= 1.05 * slack[middle]
            if straight and begin < 0:
                begin = middle
                largest_bend = 0.0
            if straight:
                largest_bend = max(largest_bend, abs(bend))
        if not straight and begin >= 0:
            long = middle - begin
            change = abs(row[middle] - row[begin - 1]) / (long + 1)
            widest = 0.0
            for inside in range(begin, middle):
                widest = max(widest, slack[inside])
            enough = long >= _LEAST and change > same
            if long >= _LEAST:
                for step in range(begin - 1, middle):
                    perhaps[step] = True
            if enough and largest_bend > same:
                # How often a normal variable lies as close to zero as the slack, so many times running.
                enough = math.erf(widest / (_SCATTER * change * math.sqrt(2))) ** long <= _CHANCE
            if enough:
                knots[begin - 1] = True
                knots[middle] = True
                for step in range(begin - 1, middle):
                    steps[step] = True
            begin = -1


@compiled
def mark(
    values: NDArray[np.float64],
    years: NDArray[np.int64],
    steps: NDArray[np.bool_],
    knots: NDArray[np.bool_],
    perhaps: NDArray[np.bool_],
) -> None:
    """Mark the straight stretches of all rows, as they are and in logarithms; ``perhaps``: also by chance."""
    count = values.shape[1]
    logs = np.empty(count)
    slack = np.empty(count)
    for city in range(values.shape[0]):
        row = values[city]
        unit = _unit(row)
        largest = 0.0
        for year in range(count):
            slack[year] = unit
            if not math.isnan(row[year]):
                largest = max(largest, row[year])
        _mark_row(row, years, slack, _TOLERANCE * largest, steps[city], knots[city], perhaps[city])
        for year in range(count):
            logs[year] = math.log(row[year]) if row[year] > 0 else math.nan
            slack[year] = math.nan
            if 0 < year < count - 1:
                least = min(row[year - 1], row[year], row[year + 1])
                slack[year] = 2 * unit / least if least > 0 else math.nan
        _mark_row(logs, years, slack, _TOLERANCE, steps[city], knots[city], perhaps[city])
