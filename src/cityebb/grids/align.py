"""When two grids are the same array although what is written about their origins differs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from pyproj import CRS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cityebb.grids.grid import Grid

Misfit = Literal["crs", "shape", "cell", "origin"]

LARGEST_SHIFT_CELLS = 0.5
"""From half a cell on, another cell's centre is nearer: not the same array."""

CELL_TOLERANCE = 1e-6
"""Relative difference of cell sizes that is rounding: 0.04 cell over the 43,200 columns of a world grid."""

ROUNDING_CELLS = 1e-3
"""Shifts below a thousandth of a cell come from rounding when the origin was written."""


@dataclass(frozen=True)
class Agreement:
    """How several grids relate to one of them.

    Parameters
    ----------
    base
        Index of the grid on which the others are put: the first of those that agree with most.
    shifts
        Shape ``(grids, 2)``: rows and columns by which each grid's written place differs from the base's,
        in cells, the larger of its two corners; NaN where they cannot be compared.
    misfits
        For each grid that is *not* the same array, what differs first: CRS, shape, cell size or origin.
    """

    base: int
    shifts: NDArray[np.float64]
    misfits: dict[int, Misfit]

    @property
    def largest(self) -> float:
        """Largest shift in cells among the grids that agree."""
        agree = [index for index in range(len(self.shifts)) if index not in self.misfits]
        return float(np.abs(self.shifts[agree]).max())

    @property
    def shifted(self) -> tuple[int, ...]:
        """Indices of the grids that agree but whose written place differs by more than rounding."""
        apart = np.nanmax(np.abs(np.nan_to_num(self.shifts)), axis=1) > ROUNDING_CELLS
        return tuple(int(index) for index in np.flatnonzero(apart) if int(index) not in self.misfits)


def same_array(grids: Sequence[Grid]) -> Agreement:
    """Tell which grids are the same array: equal CRS, shape and cell size, less than half a cell apart.

    Published yearly rasters are often cut from one array and written with slightly different origins.
    Resampling them would blur every edge for the sake of a rounding in a header; taking them cell by cell
    is right. The base is the first grid of the place that most of them share.

    Parameters
    ----------
    grids
        One or more.

    Returns
    -------
    Agreement
        The base, how far the others are from it, and which do not fit.

    Examples
    --------
    >>> from cityebb.grids import Grid
    >>> one = Grid("EPSG:4326", (1.0, 0.0, 10.0, 0.0, -1.0, 50.0), (2, 3))
    >>> two = Grid("EPSG:4326", (1.0, 0.0, 10.2, 0.0, -1.0, 50.0), (2, 3))
    >>> far = Grid("EPSG:4326", (1.0, 0.0, 10.5, 0.0, -1.0, 50.0), (2, 3))
    >>> agreement = same_array([one, two, one, far])
    >>> agreement.base, round(agreement.largest, 3), agreement.shifted, agreement.misfits
    (0, 0.2, (1,), {3: 'origin'})
    """
    base = _base(grids)
    shifts = np.full((len(grids), 2), np.nan)
    misfits: dict[int, Misfit] = {}
    for index, grid in enumerate(grids):
        misfit = _misfit(grids[base], grid)
        if misfit is None:
            shifts[index] = _shift(grids[base], grid)
            if np.abs(shifts[index]).max() >= LARGEST_SHIFT_CELLS:
                misfit = "origin"
        if misfit is not None:
            misfits[index] = misfit
    return Agreement(base, shifts, misfits)


def same_crs(one: str, other: str) -> bool:
    """Whether two CRS put a point at the same place: names and the order of axes do not count.

    A datum without a name counts as any datum on the same ellipsoid.

    Examples
    --------
    >>> same_crs("EPSG:4326", "OGC:CRS84"), same_crs("EPSG:4326", "EPSG:3035")
    (True, False)
    """
    return one == other or _equal_crs(*sorted((one, other)))


@lru_cache(maxsize=256)
def _equal_crs(one: str, other: str) -> bool:
    a, b = CRS.from_user_input(one), CRS.from_user_input(other)
    if a.equals(b, ignore_axis_order=True):
        return True
    if a.is_geographic != b.is_geographic or not _same_earth(a, b):
        return False
    if a.is_geographic:
        return True
    left, right = a.coordinate_operation, b.coordinate_operation
    if left is None or right is None or left.method_name != right.method_name:
        return False
    return {p.name: p.value for p in left.params} == {p.name: p.value for p in right.params}


def _same_earth(a: CRS, b: CRS) -> bool:
    """Tell whether ellipsoid and meridian agree and at least one datum is without a name."""
    if a.ellipsoid is None or b.ellipsoid is None or a.datum is None or b.datum is None:
        return False
    nameless = any(
        word in datum.name.lower() for datum in (a.datum, b.datum) for word in ("unknown", "unnamed")
    )
    meridians = [crs.prime_meridian.longitude if crs.prime_meridian else 0.0 for crs in (a, b)]
    return bool(
        nameless
        and meridians[0] == meridians[1]
        and np.isclose(a.ellipsoid.semi_major_metre, b.ellipsoid.semi_major_metre, rtol=1e-9)
        and np.isclose(a.ellipsoid.semi_minor_metre, b.ellipsoid.semi_minor_metre, rtol=1e-9)
    )


def _base(grids: Sequence[Grid]) -> int:
    """First grid of the place shared by most; a tie goes to the place met first."""
    firsts: list[int] = []
    counts: list[int] = []
    for index, grid in enumerate(grids):
        for place, first in enumerate(firsts):
            if _misfit(grids[first], grid) is None and (
                np.abs(_shift(grids[first], grid)).max() <= ROUNDING_CELLS
            ):
                counts[place] += 1
                break
        else:
            firsts.append(index)
            counts.append(1)
    return firsts[int(np.argmax(counts))]


def _misfit(base: Grid, grid: Grid) -> Misfit | None:
    """Name what differs, the origin left out."""
    if not same_crs(base.crs, grid.crs):
        return "crs"
    if base.shape != grid.shape:
        return "shape"
    for position in (0, 4):
        if abs(grid.transform[position] / base.transform[position] - 1) > CELL_TOLERANCE:
            return "cell"
    return None


def _shift(base: Grid, grid: Grid) -> tuple[float, float]:
    """Rows and columns from the base, of the corner that is farther from its like."""
    dx, _, _, _, dy, _ = base.transform
    rows, columns = grid.shape
    found = []
    for row, column in ((0, 0), (rows, columns)):
        x0, y0 = base.xy(column, row)
        x1, y1 = grid.xy(column, row)
        found.append((float((y1 - y0) / dy), float((x1 - x0) / dx)))
    return max((pair[0] for pair in found), key=abs), max((pair[1] for pair in found), key=abs)
