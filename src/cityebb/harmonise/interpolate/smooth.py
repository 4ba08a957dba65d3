"""A smooth surface that keeps every unit's total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.grids import ArrayLayer
from cityebb.harmonise.interpolate._fractions import fractions, within
from cityebb.harmonise.interpolate._plane import PLANE, moved, on_plane
from cityebb.model import CityebbError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.grids import Grid

_MOST_ROUNDS = 10_000


def pycnophylactic(
    values: pd.Series, units: gpd.GeoDataFrame, grid: Grid, *, tol: float = 1e-3
) -> ArrayLayer:
    """Return a smooth surface of which the cells of every unit sum to the unit's figure.

    Parameters
    ----------
    values
        Of an extensive variable, indexed by code. Units without a figure, or with a missing one, are left out
        of the surface (NaN), and their neighbours are smoothed without them.
    units
        Polygons indexed by code.
    grid
        On which the surface lies. A cell belongs to the unit that covers most of it.
    tol
        Stop once no cell changes by ``tol`` times the mean of all cells.

    Returns
    -------
    ArrayLayer
        Counts per cell: weights for :func:`weigh` with ``kind="count"``, which spreads every unit's own
        total, also of units too small to hold a cell (by area).

    Notes
    -----
    Seed: each unit's total spread evenly over its cells. Each round: the mean of the 3 × 3 cells about a
    cell, without those that are missing; the same amount added to all cells of a unit so that its total is
    right; negative cells set to 0 and the others scaled.

    References
    ----------
    Tobler, W. R. (1979), Smooth pycnophylactic interpolation for geographical regions, Journal of the
    American Statistical Association 74(367), 519-530, doi:10.1080/01621459.1979.10481647.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import pandas as pd
    >>> from shapely import box
    >>> from cityebb.grids import Grid
    >>> boxes = [box(0, 0, 2, 1), box(2, 0, 4, 1)]
    >>> units = gpd.GeoDataFrame(index=["A", "B"], geometry=boxes, crs="EPSG:4326")
    >>> grid = Grid("EPSG:4326", (1.0, 0.0, 0.0, 0.0, -1.0, 1.0), (1, 4))
    >>> surface = pycnophylactic(pd.Series({"A": 10.0, "B": 30.0}), units, grid).values[0]
    >>> bool(surface[0] < surface[1] < surface[2] < surface[3]), surface[:2].sum().round(9)
    (True, np.float64(10.0))
    """
    figures = values.set_axis(values.index.astype(str)).reindex(units.index.astype(str)).to_numpy(np.float64)
    if (figures < 0).any():
        least = float(np.nanmin(figures))
        raise CityebbError("harmonise.interpolate_negative", label=str(values.name), least=least)
    zone = _zones(units, grid)
    known = (zone >= 0) & ~np.isnan(figures)[zone]
    surface = np.full(grid.shape, np.nan)
    if known.any():
        surface[known] = _smoothed(zone, known, figures, tol)
    return ArrayLayer(0, grid, "float64", str(values.name), values=surface)


def _zones(units: gpd.GeoDataFrame, grid: Grid) -> NDArray[np.int64]:
    """Return the place of the unit that covers most of each cell, −1 where none does."""
    shapes, _ = on_plane(units, "source")
    most, zone = np.zeros(grid.shape), np.full(grid.shape, -1, np.int64)
    for piece in fractions(moved(shapes, PLANE, grid.crs), grid.transform):
        shape, row, column, covered = within(piece, grid)
        # Of several units in a cell the last written stays: the one that covers most.
        order = np.argsort(covered, kind="stable")
        order = order[covered[order] > most[row[order], column[order]]]
        place = row[order], column[order]
        most[place], zone[place] = covered[order], shape[order]
    return zone


def _smoothed(
    zone: NDArray[np.int64], known: NDArray[np.bool_], figures: NDArray[np.float64], tol: float
) -> NDArray[np.float64]:
    from scipy.ndimage import uniform_filter

    of, many = zone[known], len(figures)
    cells = np.bincount(of, minlength=many).astype(np.float64)
    total = np.where(cells > 0, np.nan_to_num(figures), 0.0)
    density = total / np.maximum(cells, 1)
    field = np.zeros(zone.shape)
    field[known] = density[of]
    near = uniform_filter(known.astype(np.float64), 3, mode="constant")[known]
    least = tol * total.sum() / len(of)
    for _ in range(_MOST_ROUNDS):
        before = field[known]
        now = uniform_filter(field, 3, mode="constant")[known] / near
        now += ((total - np.bincount(of, now, many)) / np.maximum(cells, 1))[of]
        now = np.maximum(now, 0.0)
        sums = np.bincount(of, now, many)
        now *= np.divide(total, sums, out=np.zeros(many), where=sums > 0)[of]
        field[known] = now
        if np.abs(now - before).max() <= least:
            break
    return field[known]
