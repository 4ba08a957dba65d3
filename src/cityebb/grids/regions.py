"""Regions: cells that touch each other, as labels and as runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.grids.cells import Cells

    Int32s = NDArray[np.int32]

EIGHT = 8


def label(cells: Cells, keep: NDArray[np.bool_], *, connectivity: int = EIGHT) -> Int32s:
    """Give each region of connected cells among those to keep a number.

    Parameters
    ----------
    cells
        Candidate cells.
    keep
        Which of them count.
    connectivity
        8 if cells that share only a corner are neighbours, else 4.

    Returns
    -------
    ndarray of int32
        0 for a cell that is not kept, else its region's number; regions are numbered from 1 in the order of
        their first cell, row by row. Cells touch across 180° where the grid goes round the earth.

    Notes
    -----
    Union-find over runs, linear in the number of cells.
    """
    from cityebb.grids import _label

    keep = np.ascontiguousarray(keep)
    _, row, first, last = _label.find_runs(cells.rows, cells.columns, keep.astype(np.int32))
    width = cells.grid.shape[1] if cells.grid.wraps else 0
    roots = _label.join_runs(row, first, last, int(connectivity == EIGHT), width)
    spread: Int32s = _label.spread_over_cells(cells.rows, cells.columns, keep, _label.number_roots(roots))
    return spread


def runs(cells: Cells, labels: Int32s) -> tuple[Int32s, Int32s, Int32s, Int32s]:
    """Return the runs of labelled cells as ``(region, row, first, last)``, last column included."""
    from cityebb.grids import _label

    found: tuple[Int32s, Int32s, Int32s, Int32s] = _label.find_runs(cells.rows, cells.columns, labels)
    return found


def peaks(labels: Int32s, values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each region the place of its highest-valued cell; among equals the north-western one."""
    from cityebb.grids import _label

    found: NDArray[np.int64] = _label.peak_cells(labels, values, int(labels.max(initial=0)))
    return found


def sums(labels: Int32s, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add values up by region, cell by cell in row order; NaN adds nothing."""
    weights = np.nan_to_num(values, nan=0.0)
    added = np.bincount(labels, weights, minlength=int(labels.max(initial=0)) + 1)
    return np.asarray(added[1:], np.float64)
