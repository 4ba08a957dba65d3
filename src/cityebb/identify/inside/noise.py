"""How much the yearly value of a cell wobbles by itself, beside what its whole city does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.identify.noise import NOISE_FLOOR
from cityebb.measure import cells_of_cities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cityebb.delineate import Cities
    from cityebb.grids import Cells

    Floats = NDArray[np.float64]

# Cells of one city are taken together by thirds of their brightness.
_CLASSES = 3
# With fewer second differences than this a class has no noise of its own.
_LEAST = 30
_MAD_TO_SD = 1.482602218505602
# The variance of a second difference of values with variance one.
_SECOND_DIFFERENCE = 6.0


def cell_noise(
    cells: Cells, cities: Cities, source: str, years: Sequence[int], *, averaged: int = 1
) -> Floats:
    """Estimate the noise of each cell, for the column ``noise`` of its parts.

    Parameters
    ----------
    cells, cities, source
        As for :func:`cityebb.measure.parts_of_cells`.
    years
        Years that can be compared with each other; three that follow each other give one second difference.
    averaged
        How many years each date of the parts is the mean of: noise falls by its root.

    Returns
    -------
    ndarray
        Standard deviation of one date on the log scale, in the order of
        :func:`~cityebb.measure.parts_of_cells`; NaN where too little is known.

    Notes
    -----
    In each city and third of its cells by brightness: ``1.4826 · median |d − m_t| / √6``, with ``d`` the
    second difference of the logs of a cell over three years and ``m_t`` the median of its city in these
    years, so that neither a steady course nor what the whole city does together counts. A class with fewer
    than 30 differences takes those of its city, a city with fewer has none. The source's smallest step
    ``s`` adds ``s² / 12 v²``. Bends of a cell's own course count as noise: calls become rarer, never more.

    Examples
    --------
    ``parts["noise"] = cell_noise(cells, cities, "lights", range(2013, 2023))``
    """
    chosen = cells_of_cities(cities.labels)
    city = cities.labels[chosen] - 1
    ordered = sorted(set(years))
    logs = {year: _log(cells.values(source, year)[chosen]) for year in ordered}
    middle = [year for year in ordered if {year - 1, year + 1} <= set(ordered)]
    away = np.full((len(middle), chosen.size), np.nan, np.float32)
    for place, year in enumerate(middle):
        bend = logs[year - 1] - 2 * logs[year] + logs[year + 1]
        away[place] = np.abs(bend - pd.Series(bend).groupby(city).transform("median").to_numpy())
    level = _mean(list(logs.values()), chosen.size)
    third = pd.Series(level).groupby(city).rank(pct=True, method="average").fillna(0.0).to_numpy()
    group = city.astype(np.int64) * _CLASSES + np.clip((third * _CLASSES).astype(int), 0, _CLASSES - 1)
    spread = _spread(away, group)
    noise = np.where(np.isnan(spread), _spread(away, city.astype(np.int64)), spread)
    noise *= _MAD_TO_SD / np.sqrt(_SECOND_DIFFERENCE)
    step = cells.stacks[source].step or 0.0
    rounding = step / np.sqrt(12) * np.exp(-level)
    found: Floats = np.maximum(np.hypot(noise, rounding), NOISE_FLOOR) / np.sqrt(averaged)
    return found


def _log(values: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log(values), np.nan)


def _mean(logs: list[Floats], size: int) -> Floats:
    """Return the mean of each cell over the years in which it has a log."""
    added, there = np.zeros(size), np.zeros(size)
    for log in logs:
        added += np.nan_to_num(log)
        there += ~np.isnan(log)
    found: Floats = np.divide(added, there, out=np.full(size, np.nan), where=there > 0)
    return found


def _spread(away: NDArray[np.float32], group: NDArray[np.int64]) -> Floats:
    """Return for each cell the median of its group over cells and years; NaN where they are too few."""
    groups = np.broadcast_to(group, away.shape).ravel()
    told = pd.Series(away.ravel()).groupby(groups).agg(["median", "count"])
    median = told["median"].where(told["count"] >= _LEAST)
    found: Floats = median.reindex(group).to_numpy(np.float64)
    return found
