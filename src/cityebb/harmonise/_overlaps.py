"""Shares of cells between two grids in one CRS: rows and columns apart, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from cityebb.grids import Grid

_SLIVER_CELLS = 1e-6
"""A piece narrower than this, in target cells, is there by rounding and must not carry a value over."""

_ROUNDING_CELLS = 1e-12
"""Edges this close to an edge of the target are on it."""

_HALF = 0.5  # a piece that is half of its source line or more is no sliver, however fine the line


@dataclass(frozen=True)
class Pieces:
    """The pieces into which one axis is cut: each belongs to one source and one target line.

    ``share`` is the piece's part of its source line (by area), ``area`` its area, one column wide for rows
    and in target columns for columns.
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    share: NDArray[np.float64]
    area: NDArray[np.float64]
    sliver: NDArray[np.bool_]

    @cached_property
    def gathered(self) -> Pieces:
        """The same with slivers given to the next piece of their source line; one without a next is left out.

        No share is lost but that of a line of which nothing but a sliver is inside.
        """
        home = self.target.copy()
        lost = self.sliver.copy()
        for one, other in ((slice(None, -1), slice(1, None)), (slice(1, None), slice(None, -1))):
            near = lost[one] & ~self.sliver[other] & (self.source[one] == self.source[other])
            home[one][near] = self.target[other][near]
            lost[one][near] = False
        kept = ~lost
        return Pieces(self.source[kept], home[kept], self.share[kept], self.area[kept], self.sliver[kept])


@dataclass(frozen=True)
class Overlaps:
    """How the cells of ``source`` fall onto ``target``; both in one CRS."""

    source: Grid
    target: Grid
    rows: Pieces
    columns: Pieces

    @property
    def empty(self) -> bool:
        """Whether nothing overlaps."""
        return bool(self.rows.sliver.all() or self.columns.sliver.all())

    def source_rows(self, first: int, stop: int) -> tuple[int, int]:
        """Return the source rows that touch target rows ``first`` to ``stop`` (exclusive)."""
        rows = self.rows.source[_within(self.rows, first, stop)]
        return (int(rows.min()), int(rows.max()) + 1) if rows.size else (0, 0)

    def put(
        self, values: NDArray[np.float64], start: int, first: int, stop: int, *, count: bool
    ) -> NDArray[np.float64]:
        """Return target rows ``first`` to ``stop`` from source rows that begin with ``start``.

        Counts are split by area; densities and shares are the area-weighted mean of what is valid.
        """
        rows = self.rows.gathered if count else self.rows
        here = _within(rows, first, stop)
        weights = rows.share if count else rows.area
        down = _matrix(
            weights[here],
            rows.target[here] - first,
            rows.source[here] - start,
            (stop - first, values.shape[0]),
        )
        across = _across(self.source, self.target, count=count)
        valid = ~np.isnan(values)
        total = down @ (across @ np.where(valid, values, 0.0).T).T
        weight = down @ (across @ valid.T.astype(np.float64)).T
        with np.errstate(invalid="ignore", divide="ignore"):
            result: NDArray[np.float64] = total if count else total / weight
        least: NDArray[np.float64] | float = 0.0
        if not count:
            least = _SLIVER_CELLS * self.target.band_areas_km2(np.arange(first, stop + 1.0))[:, None]
        result[weight <= least] = np.nan
        return result

    def inside(self, *, count: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the share of each source row and of each source column that lies inside the target."""
        rows, columns = np.zeros(self.source.shape[0]), np.zeros(self.source.shape[1])
        for total, pieces in ((rows, self.rows), (columns, self.columns)):
            used = pieces.gathered if count else pieces
            np.add.at(total, used.source, used.share)
        return rows, columns


@lru_cache(maxsize=16)
def overlaps(source: Grid, target: Grid) -> Overlaps:
    """Work out the overlaps of two grids in one CRS."""
    dx, _, left, _, dy, top = target.transform
    x, y = source.xy(np.arange(source.shape[1] + 1), np.arange(source.shape[0] + 1))
    edges = _snap((y - top) / dy)
    turns = (-1, 0, 1) if source.is_geographic else (0,)
    columns = [_pieces(_snap((x + turn * 360 - left) / dx), target.shape[1]) for turn in turns]
    place = np.concatenate([piece[0] for piece in columns])
    onto = np.concatenate([piece[1] for piece in columns])
    width = np.concatenate([piece[3] - piece[2] for piece in columns])
    whole = source.transform[0] / dx
    across = Pieces(place, onto, width / whole, width, _is_sliver(width, whole))
    return Overlaps(source, target, _row_pieces(edges, target), across)


@lru_cache(maxsize=16)
def _across(source: Grid, target: Grid, *, count: bool) -> csr_array:
    """Return the matrix from source columns to target columns."""
    columns = overlaps(source, target).columns
    columns = columns.gathered if count else columns
    weights = columns.share if count else columns.area
    return _matrix(weights, columns.target, columns.source, (target.shape[1], source.shape[1]))


def _row_pieces(edges: NDArray[np.float64], target: Grid) -> Pieces:
    """Cut the rows and weigh the pieces by area; a source row's shares add up to its part inside."""
    place, onto, low, high = _pieces(edges, target.shape[0])
    if not place.size:
        nothing = np.zeros(0)
        return Pieces(place, onto, nothing, nothing, nothing.astype(bool))
    # Consecutive pieces touch, since a grid has no gaps.
    area = target.band_areas_km2(np.append(low, high[-1]))
    whole = target.band_areas_km2(edges)
    sliver = _is_sliver(high - low, np.diff(edges)[place])
    return Pieces(place, onto, area / whole[place], area, sliver)


def _is_sliver(width: NDArray[np.float64], whole: NDArray[np.float64] | float) -> NDArray[np.bool_]:
    """Whether pieces are slivers: ``width`` and the source lines' ``whole`` width in target cells."""
    sliver: NDArray[np.bool_] = (width < _SLIVER_CELLS) & (width < _HALF * np.asarray(whole))
    return sliver


def _within(rows: Pieces, first: int, stop: int) -> slice:
    """Return which row pieces lie in target rows ``first`` to ``stop`` (exclusive)."""
    return slice(*np.searchsorted(rows.target, (first, stop)).tolist())


def _pieces(
    edges: NDArray[np.float64], cells: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Cut ascending source ``edges``, given in target cells, at every target edge.

    Returns source cell, target cell, lower and upper end of each piece inside ``0 … cells``.
    """
    low, high = max(0.0, edges[0]), min(float(cells), edges[-1])
    if low >= high:
        none = np.zeros(0, np.int64)
        return none, none, np.zeros(0), np.zeros(0)
    lines = np.arange(np.ceil(low), np.floor(high) + 1)
    cuts = np.unique(np.concatenate([edges[(edges > low) & (edges < high)], lines, [low, high]]))
    middle = (cuts[:-1] + cuts[1:]) / 2
    source = np.searchsorted(edges, middle, side="right") - 1
    return source.astype(np.int64), np.floor(middle).astype(np.int64), cuts[:-1], cuts[1:]


def _snap(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    nearest = np.round(edges)
    return np.where(np.abs(edges - nearest) < _ROUNDING_CELLS, nearest, edges)


def _matrix(
    weights: NDArray[np.float64],
    row: NDArray[np.int64],
    column: NDArray[np.int64],
    shape: tuple[int, int],
) -> csr_array:
    from scipy.sparse import csr_array

    return csr_array((weights, (row, column)), shape=shape)
