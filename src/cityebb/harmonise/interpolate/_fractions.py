"""How much of each cell a polygon covers: exact, all edges at once, no cell tested for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cityebb.grids import Grid

# Cells held at once; and fractions that are there by rounding of the running sum.
_CELLS = 2_000_000
_ROUNDING = 1e-11


Covered = tuple[
    NDArray[np.integer[Any]], NDArray[np.integer[Any]], NDArray[np.integer[Any]], NDArray[np.float64]
]
"""Shape, row, column and covered fraction of cells."""


def within(piece: Covered, grid: Grid) -> Covered:
    """Return only cells that are on the grid; one that goes round the world takes columns from both ends."""
    shape, row, column, covered = piece
    if grid.wraps:
        column = column % grid.shape[1]
    there = (row >= 0) & (row < grid.shape[0]) & (column >= 0) & (column < grid.shape[1])
    return shape[there], row[there], column[there], covered[there]


def fractions(
    shapes: NDArray[Any], transform: tuple[float, float, float, float, float, float]
) -> Iterator[Covered]:
    """Yield shape, row, column and covered fraction of every cell that a polygon touches.

    Rows and columns go on past the grid's edges: the caller says what is there.

    Notes
    -----
    The area of a polygon right of its edges, gathered cell by cell: an edge piece within a cell adds its
    height times what lies right of it to the cell, and its height to all cells further right; a running sum
    along the row gives the covered fractions. Exact but for rounding.

    Examples
    --------
    >>> from shapely import box
    >>> found = next(fractions(np.array([box(0.5, 0, 2, 1)]), (1, 0, 0, 0, -1, 1)))
    >>> [part.tolist() for part in found]
    [[0, 0], [0, 0], [0, 1], [0.5, 1.0]]
    """
    import shapely

    dx, _, left, _, dy, top = transform
    bounds = shapely.bounds(shapes)
    first_column = np.floor((bounds[:, 0] - left) / dx).astype(np.int64) - 1
    width = np.floor((bounds[:, 2] - left) / dx).astype(np.int64) + 3 - first_column
    first_row = np.floor((bounds[:, 3] - top) / dy).astype(np.int64) - 1
    height = np.floor((bounds[:, 1] - top) / dy).astype(np.int64) + 3 - first_row
    ends = np.cumsum(width * height)
    chunk = ends // _CELLS
    for number in np.unique(chunk):
        here = np.flatnonzero(chunk == number)
        offset = np.concatenate([[0], np.cumsum(width[here] * height[here])])
        edge, start, stop = _edges(shapes[here], transform)
        edge, start, stop = _split(edge, start, stop)
        column = np.floor((start[:, 0] + stop[:, 0]) / 2)
        row = np.floor((start[:, 1] + stop[:, 1]) / 2)
        across = (start[:, 0] + stop[:, 0]) / 2 - column
        rise = stop[:, 1] - start[:, 1]
        cell = offset[edge] + (row.astype(np.int64) - first_row[here][edge]) * width[here][edge]
        cell += column.astype(np.int64) - first_column[here][edge]
        gathered = np.bincount(cell, rise * (1 - across), offset[-1])
        gathered += np.bincount(cell + 1, rise * across, offset[-1] + 1)[: offset[-1]]
        covered = np.cumsum(gathered)
        at = np.flatnonzero(covered > _ROUNDING)
        shape = np.searchsorted(offset, at, side="right") - 1
        down, along = np.divmod(at - offset[shape], width[here][shape])
        yield (
            here[shape],
            first_row[here][shape] + down,
            first_column[here][shape] + along,
            covered[at].astype(np.float64),
        )


def _edges(
    shapes: NDArray[Any], transform: tuple[float, float, float, float, float, float]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the shape, start and end of all edges in cells; outer rings turn one way, holes the other."""
    import shapely

    dx, _, left, _, dy, top = transform
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, of_part = parts[areal], of_part[areal]
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    hole = np.concatenate([[False], of_ring[1:] == of_ring[:-1]]) if len(rings) else np.zeros(0, bool)
    turned = shapely.is_ccw(rings) == hole
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points = (points - [left, top]) / [dx, dy]
    same = ring[1:] == ring[:-1]
    start, stop, ring = points[:-1][same], points[1:][same], ring[:-1][same]
    back = turned[ring][:, None]
    return of_part[of_ring[ring]], np.where(back, stop, start), np.where(back, start, stop)


def _split(
    edge: NDArray[np.int64], start: NDArray[np.float64], stop: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Cut edges at every line between cells."""
    place, along = [np.arange(len(start))], [np.zeros(len(start))]
    for axis in (0, 1):
        low, high = np.minimum(start[:, axis], stop[:, axis]), np.maximum(start[:, axis], stop[:, axis])
        first = np.floor(low) + 1
        lines = np.maximum(np.ceil(high) - first, 0).astype(np.int64)
        which = np.repeat(np.arange(len(start)), lines)
        step = np.arange(len(which)) - np.repeat(np.cumsum(lines) - lines, lines)
        line = first[which] + step
        place.append(which)
        along.append((line - start[which, axis]) / (stop - start)[which, axis])
    which, part = np.concatenate(place), np.concatenate(along)
    order = np.lexsort((part, which))
    which, part = which[order], part[order]
    to = np.append(part[1:], 1.0)
    to[np.append(which[1:] != which[:-1], True)] = 1.0
    way = stop[which] - start[which]
    return edge[which], start[which] + part[:, None] * way, start[which] + to[:, None] * way
