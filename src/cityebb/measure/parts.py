"""The parts of cities: their cells, with what was there at two dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.grids import local_km, sums
from cityebb.measure.coverage import once_dense
from cityebb.model import PARTS, CityebbError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cityebb.delineate import Cities
    from cityebb.grids import Cells

    Floats = NDArray[np.float64]

# Of the years of a date, at least this share must have a value in a cell.
_LEAST_YEARS = 0.5


def parts_of_cells(
    cells: Cells,
    cities: Cities,
    source: str,
    before: int | Sequence[int],
    after: int | Sequence[int],
) -> pd.DataFrame:
    """Return the cells of every city as its parts, at two dates.

    Parameters
    ----------
    cells
        Candidate cells with all years' values.
    cities
        Cities delineated on these cells.
    source
        Name of the stack.
    before, after
        A year, or several of which the mean is taken: of those with a value, if they are at least half.

    Returns
    -------
    DataFrame
        ``model.PARTS``, city by city, row by row. ``before`` and ``after`` are sums (``stack.sum_unit``): a
        density times the cell's area, a count as it is; missing is NaN. ``x_km`` and ``y_km`` lie around the
        middle of each city. ``noise`` is not known here.

    Raises
    ------
    CityebbError
        If the source has no such year.
    """
    stack = cells.stacks[source]
    labels, areas_km2 = cities.labels, cells.areas_km2()
    dates = [(date,) if isinstance(date, int) else tuple(date) for date in (before, after)]
    weights = np.ones(len(cells)) if stack.kind == "count" else areas_km2
    values = [found * weights for found in values_at(cells, labels, source, dates)]
    chosen = cells_of_cities(labels)
    city = labels[chosen] - 1
    row, column = cells.rows[chosen].astype(np.int64), cells.columns[chosen].astype(np.int64)
    x, y = local_km(*cells.grid.lonlat(row, column), city)
    found = pd.DataFrame(
        {
            "city_id": cities.frame.index.to_numpy()[city],
            "part_id": _names(row, column, cells.grid.shape),
            "x_km": x,
            "y_km": y,
            "area_km2": areas_km2[chosen],
            "before": values[0][chosen],
            "after": values[1][chosen],
            "noise": np.nan,
            "row": row,
            "col": _unwrapped(column, city, cells.grid.shape[1]) if cells.grid.wraps else column,
        }
    )
    return PARTS.check(found)


def values_at(
    cells: Cells, labels: NDArray[np.int32], source: str, dates: Sequence[tuple[int, ...]]
) -> list[Floats]:
    """Return what is in each cell at some dates, in the stack's unit of one cell; missing is NaN.

    Parameters
    ----------
    cells
        Candidate cells with all years' values.
    labels
        City of each cell, 0 outside.
    source
        Name of the stack.
    dates
        Years of which the mean is taken: of those with a value, if they are at least half.

    Raises
    ------
    CityebbError
        If the source has no such year.
    """
    stack = cells.stacks[source]
    strange = sorted({year for years in dates for year in years} - set(stack.years))
    if strange or not all(dates):
        raise CityebbError(
            "measure.no_year",
            source=source,
            years=", ".join(str(year) for year in strange) or "–",
            known=", ".join(str(year) for year in stack.years),
        )
    dense = None
    if stack.zero == "missing_where_region_is_all_zero":
        dense = once_dense(cells, labels, source, areas_km2=cells.areas_km2())
    return [_mean(cells, labels, source, years, dense) for years in dates]


def cells_of_cities(labels: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the places of the cells of cities, city by city, in the order of :func:`parts_of_cells`.

    Examples
    --------
    >>> cells_of_cities(np.array([2, 0, 1, 2], np.int32)).tolist()
    [2, 0, 3]
    """
    chosen = np.flatnonzero(labels)
    return chosen[np.argsort(labels[chosen], kind="stable")].astype(np.int64)


def _mean(
    cells: Cells,
    labels: NDArray[np.int32],
    source: str,
    years: tuple[int, ...],
    dense: NDArray[np.bool_] | None,
) -> Floats:
    """Return the mean of some years in each cell."""
    added, there = np.zeros(len(cells)), np.zeros(len(cells))
    for year in years:
        values = cells.values(source, year)
        if dense is not None:
            lit = np.concatenate([[0.0], sums(labels, (values > 0).astype(np.float64))])
            values[(values == 0) & (dense | (lit[labels] == 0))] = np.nan
        valid = ~np.isnan(values)
        added += np.where(valid, values, 0.0)
        there += valid
    mean = np.full(len(cells), np.nan)
    enough = there >= max(_LEAST_YEARS * len(years), 1)
    mean[enough] = added[enough] / there[enough]
    return mean


def _names(row: NDArray[np.int64], column: NDArray[np.int64], shape: tuple[int, int]) -> pd.Series[str]:
    """Name cells by row and column, so that the order of names is that of cells."""
    told = [
        pd.Series(at).astype(str).str.zfill(len(str(size - 1)))
        for at, size in zip((row, column), shape, strict=True)
    ]
    joined: pd.Series[str] = told[0] + "-" + told[1]
    return joined


def _unwrapped(column: NDArray[np.int64], city: NDArray[np.int32], width: int) -> NDArray[np.int64]:
    """Let the columns of a city across 180° go on beyond the last."""
    count = int(city.max(initial=-1)) + 1
    first, last = np.full(count, width), np.zeros(count, np.int64)
    np.minimum.at(first, city, column)
    np.maximum.at(last, city, column)
    across = (last - first)[city] > width // 2
    return np.where(across & (column < width // 2), column + width, column)
