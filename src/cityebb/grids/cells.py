"""The lit part of the world: the cells that can belong to a city, with every year's value."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.grids.layers import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.grids.grid import Grid
    from cityebb.grids.layers import Stack


@dataclass(frozen=True)
class Criterion:
    """A floor for one source: at least ``at_least`` of the stack's ``mean_unit``."""

    source: str
    at_least: float


@dataclass(frozen=True)
class Cells:
    """Candidate cells in row-major order, with what every source says of them in every year.

    Made by :func:`cityebb.grids.scan` in one pass over the files; everything later works on these.

    Parameters
    ----------
    grid
        The grid they lie on.
    rows, columns
        ``int32``, sorted by row, then column.
    raw
        Stored numbers by ``(source, year)``, one a cell, in the stored type.
    stacks
        The sources by name: they say what the numbers mean.
    floors
        The criteria of which each cell meets at least one in at least one year; a definition may ask for
        more, never for less.
    census
        One row per source and year over the *whole* grid (``model.CENSUS``).
    """

    grid: Grid
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    raw: Mapping[tuple[str, int], NDArray[Any]]
    stacks: Mapping[str, Stack]
    floors: tuple[Criterion, ...]
    census: pd.DataFrame

    def __len__(self) -> int:
        return int(self.rows.size)

    def values(self, source: str, year: int) -> NDArray[np.float64]:
        """Return values in the source's unit, ``float64``; missing is NaN."""
        stack = self.stacks[source]
        layer = stack.layers[stack.years.index(year)]
        return decode(self.raw[source, year], layer, zero=stack.zero, negative=stack.negative)

    def areas_km2(self) -> NDArray[np.float64]:
        """Return each cell's area in km²."""
        if not len(self):
            return np.zeros(0)
        first, stop = int(self.rows[0]), int(self.rows[-1]) + 1
        if self.grid.is_geographic or self.grid.is_equal_area:
            by_row = self.grid.areas_km2(first, stop)[:, 0]
            return by_row[self.rows - first]
        areas = np.empty(len(self))
        starts = np.searchsorted(self.rows, np.arange(first, stop + 1))
        for row, (a, b) in enumerate(pairwise(starts), start=first):
            if b > a:
                areas[a:b] = self.grid.areas_km2(row, row + 1)[0, self.columns[a:b]]
        return areas
