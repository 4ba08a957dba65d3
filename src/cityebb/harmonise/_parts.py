"""Where the parts of source cells fall on a target grid in another CRS."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Transformer

from cityebb.harmonise._scatter import EXACT, NOWHERE, SMOOTH, scatter_band

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cityebb.grids import Grid

PARTS_A_CELL = 8
"""Parts of a cell along each side where both grids have cells of one size; no target cell has fewer."""

_LEAST_PARTS = 2
_EARTH_RADIUS_KM = 6371.0
_BEND_CELLS = 0.01
"""How far, in source cells, a patch may bend away from the map of its four corners, by its size."""
_LARGEST_PATCH = 32
_OFF_CELLS = 0.05
"""From this error at a patch's middle on, in target cells, each part is placed exactly."""


@dataclass(frozen=True)
class Parts:
    """How the parts of ``source``'s cells fall onto ``target``, patch by patch.

    ``kind`` tells how each patch is placed, ``reach`` (shape ``(2, …)``) between which target rows it can
    fall. A patch is a few source cells square. Its corners are transformed exactly and what lies between is
    interpolated; where that would be off at the patch's middle, every part is transformed.
    """

    source: Grid
    target: Grid
    patch: int
    parts: int
    rows: NDArray[np.float64]
    columns: NDArray[np.float64]
    kind: NDArray[np.uint8]
    reach: NDArray[np.float64]

    @property
    def empty(self) -> bool:
        """Whether nothing overlaps."""
        return bool((self.kind == NOWHERE).all())

    @cached_property
    def period(self) -> float:
        """Target columns in 360°, or 0."""
        return 360 / self.target.transform[0] if self.target.is_geographic else 0.0

    def bands(self, first: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """Yield (band, first source row, last exclusive) of the bands that can touch target rows."""
        touching = (self.reach[1] >= first) & (self.reach[0] < stop) & (self.kind != NOWHERE)
        for band in np.flatnonzero(touching.any(axis=1)).tolist():
            yield band, band * self.patch, min((band + 1) * self.patch, self.source.shape[0])

    def add(
        self,
        band: int,
        values: NDArray[np.float64],
        weights: NDArray[np.float64],
        window: tuple[int, int],
        total: NDArray[np.float64],
        weight: NDArray[np.float64],
    ) -> None:
        """Let a band's cells fall onto target rows ``window``; onto one cell if ``total`` has but one."""
        kind = self.kind[band]
        corners = np.stack([self.rows[band : band + 2], self.columns[band : band + 2]])
        frame = (*window, self.target.shape[1])
        cut = (self.patch, self.parts, self.period)
        scatter_band(values, weights, corners, kind, cut, frame, total, weight)
        touching = (self.reach[1, band] >= window[0]) & (self.reach[0, band] < window[1])
        for place in np.flatnonzero((kind == EXACT) & touching).tolist():
            self._add_exactly(band, place, values, weights, window, total, weight)

    def _add_exactly(
        self,
        band: int,
        place: int,
        values: NDArray[np.float64],
        weights: NDArray[np.float64],
        window: tuple[int, int],
        total: NDArray[np.float64],
        weight: NDArray[np.float64],
    ) -> None:
        """Transform every part of one patch."""
        left = place * self.patch
        right = min(left + self.patch, self.source.shape[1])
        cells = values[:, left:right]
        share = np.broadcast_to(weights, values.shape)[:, left:right] / self.parts**2
        offset = (np.arange(self.parts) + 0.5) / self.parts
        y = (band * self.patch + np.arange(cells.shape[0])[:, None] + offset).ravel()
        x = (left + np.arange(cells.shape[1])[:, None] + offset).ravel()
        row, column = _onto(self.source, self.target, *np.meshgrid(y, x, indexing="ij"))
        if self.period:
            with np.errstate(invalid="ignore"):  # where a point has no place
                column = column % self.period
        wide = np.repeat(np.repeat(cells, self.parts, axis=0), self.parts, axis=1)
        heavy = np.repeat(np.repeat(share, self.parts, axis=0), self.parts, axis=1)
        good = (row >= window[0]) & (row < window[1]) & (column >= 0) & (column < self.target.shape[1])
        good &= ~np.isnan(wide)
        at = (np.floor(row[good]).astype(int) - window[0], np.floor(column[good]).astype(int))
        if total.size == 1:
            at = (np.zeros_like(at[0]), np.zeros_like(at[1]))
        np.add.at(total, at, (wide * heavy)[good])
        np.add.at(weight, at, heavy[good])


@lru_cache(maxsize=8)
def parts_of(source: Grid, target: Grid) -> Parts:
    """Work out the patches between two grids in different CRS."""
    size, aim = _cell_km(source), _cell_km(target)
    # An arc over a chord of length L rises by L² / 8R.
    chord = np.sqrt(8 * _EARTH_RADIUS_KM * _BEND_CELLS * min(size, aim))
    patch = int(np.clip(chord / size, 1, _LARGEST_PATCH))
    parts = max(_LEAST_PARTS, int(np.ceil(PARTS_A_CELL * size / aim)))
    y = np.unique(np.append(np.arange(0, source.shape[0], patch), source.shape[0])).astype(float)
    x = np.unique(np.append(np.arange(0, source.shape[1], patch), source.shape[1])).astype(float)
    rows, columns = _onto(source, target, *np.meshgrid(y, x, indexing="ij"))
    middle = np.meshgrid((y[:-1] + y[1:]) / 2, (x[:-1] + x[1:]) / 2, indexing="ij")
    kind, reach = _judge(target, rows, columns, _onto(source, target, *middle))
    return Parts(source, target, patch, parts, rows, columns, kind, reach)


def _judge(
    target: Grid,
    rows: NDArray[np.float64],
    columns: NDArray[np.float64],
    middle: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Tell how each patch is to be placed, and the target rows that it can reach."""
    period = 360 / target.transform[0] if target.is_geographic else 0.0
    with np.errstate(invalid="ignore"):
        places = [_five(rows, middle[0], 0.0), _five(columns, middle[1], period)]
        off = np.max([np.abs(five[:4].mean(axis=0) - five[4]) for five in places], axis=0)
    kind = np.where(off < _OFF_CELLS, SMOOTH, EXACT).astype(np.uint8)
    finite = np.isfinite(places[0]) & np.isfinite(places[1])
    broken = finite.any(axis=0) & ~finite.all(axis=0)
    spans = []
    for five in places:
        low = np.where(finite, five, np.inf).min(axis=0)
        high = np.where(finite, five, -np.inf).max(axis=0)
        # A patch that bends reaches further than its corners: by its own size, to be safe.
        margin = np.where((kind == EXACT) & finite.any(axis=0), 1 + high - low, 0)
        spans.append((np.where(broken, -np.inf, low - margin), np.where(broken, np.inf, high + margin)))
    (low, high), (west, east) = spans
    away = (high < 0) | (low >= target.shape[0]) | ~finite.any(axis=0)
    if not period:
        away |= (east < 0) | (west >= target.shape[1])
    kind[away] = NOWHERE
    return kind, np.stack([low, high])


def _five(corners: NDArray[np.float64], middle: NDArray[np.float64], period: float) -> NDArray[np.float64]:
    """Return four corners and the middle of every patch, the shorter way round where there is one."""
    four = [corners[:-1, :-1], corners[:-1, 1:], corners[1:, :-1], corners[1:, 1:], middle]
    five = np.stack(four)
    if period:
        five = five - period * np.round((five - five[0]) / period)
    return five


def _onto(
    source: Grid, target: Grid, row: NDArray[np.float64], column: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where lattice points of the source lie on the target, in rows and columns."""
    x, y = _transformer(source.crs, target.crs).transform(*source.xy(column, row))
    dx, _, left, _, dy, top = target.transform
    return (np.asarray(y) - top) / dy, (np.asarray(x) - left) / dx


@lru_cache(maxsize=16)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _cell_km(grid: Grid) -> float:
    """Return the side of a square as large as the grid's middle cell."""
    row = grid.shape[0] // 2
    areas = grid.areas_km2(row, row + 1)
    return float(np.sqrt(areas[0, areas.shape[1] // 2]))
