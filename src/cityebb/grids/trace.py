"""Outlines: from runs of cells to valid polygons with holes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.grids.grid import Grid

    Int32s = NDArray[np.int32]


def trace(
    region: Int32s, row: Int32s, first: Int32s, last: Int32s, *, grid: Grid
) -> tuple[Int32s, NDArray[Any]]:
    """Return the outline of each region as a valid Polygon or MultiPolygon in the grid's CRS.

    Parameters
    ----------
    region, row, first, last
        Runs as :func:`cityebb.grids.runs` gives them: sorted by row, then column; ``last`` included.
    grid
        The grid they lie on.

    Returns
    -------
    labels, geometries
        Region numbers in rising order, and one geometry for each. Outlines follow cell edges exactly; cells
        that touch by a corner only become parts that touch in a point; a region across 180° has parts on
        both sides.

    Notes
    -----
    Linear in the number of runs but for one sort of the edges.

    Examples
    --------
    >>> from cityebb.grids import Grid
    >>> grid = Grid("EPSG:4326", (1, 0, 0, 0, -1, 2), (2, 2))
    >>> one = np.array([1, 1], np.int32)
    >>> labels, shapes = trace(one, np.array([0, 1], np.int32), np.zeros(2, np.int32), one * 0, grid=grid)
    >>> shapes[0].wkt
    'POLYGON ((0 0, 1 0, 1 2, 0 2, 0 0))'
    """
    import shapely

    from cityebb.grids import _label, _trace

    if not region.size:
        return np.zeros(0, np.int32), np.zeros(0, object)
    width = grid.shape[1] + 1
    x0, y0, x1, y1, direction, owner = _trace.edges(row, first, last)
    key = y0.astype(np.int64) * width + x0
    order = np.argsort(key, kind="stable")
    end_key = (y1.astype(np.int64) * width + x1)[order]
    x, y, start, edge = _trace.rings(key[order], end_key, direction[order], width)

    part_of_run = _label.join_runs(row, first, last, 0, 0)  # connected by edges: one polygon
    part = part_of_run[owner[order][edge]]
    is_hole = _trace.doubled_areas(x, y, start) < 0
    by_part = np.lexsort((is_hole, part))

    # Points were met with the inside on the right; turned round, outer rings run counter-clockwise.
    lengths = np.diff(start)[by_part]
    corner = _ranges(start[1:][by_part] - 1, lengths)
    points = np.column_stack(grid.xy(x[corner], y[corner]))
    linear: Any = shapely.linearrings(points, indices=np.repeat(np.arange(by_part.size), lengths))
    outer = np.flatnonzero(~is_hole[by_part])
    polygons: Any = shapely.polygons(linear, indices=np.cumsum(~is_hole[by_part]) - 1)

    region_of_part = region[part[by_part][outer]]
    by_region = np.argsort(region_of_part, kind="stable")
    labels, index, counts = np.unique(region_of_part[by_region], return_inverse=True, return_counts=True)
    shapes: Any = shapely.multipolygons(polygons[by_region], indices=index)
    single = counts == 1
    shapes[single] = polygons[by_region][np.cumsum(counts)[single] - 1]
    return labels.astype(np.int32), shapes


def _ranges(highest: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ``highest[i], highest[i] - 1, …`` of each length, one after the other."""
    offsets: NDArray[np.int64] = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.asarray(np.repeat(highest, lengths) - offsets, np.int64)
