"""Compiled: runs of neighbouring cells and the union-find that joins them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.grids.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int32s = NDArray[np.int32]


@compiled
def find_runs(rows: Int32s, columns: Int32s, labels: Int32s) -> tuple[Int32s, Int32s, Int32s, Int32s]:
    """Return (label, row, first, last) of the runs of equal label; label 0 is left out."""
    n = rows.size
    count = 0
    for i in range(n):
        if labels[i] and (
            i == 0 or labels[i] != labels[i - 1] or rows[i] != rows[i - 1] or columns[i] != columns[i - 1] + 1
        ):
            count += 1
    label = np.empty(count, np.int32)
    row = np.empty(count, np.int32)
    first = np.empty(count, np.int32)
    last = np.empty(count, np.int32)
    at = -1
    for i in range(n):
        if not labels[i]:
            continue
        if i == 0 or labels[i] != labels[i - 1] or rows[i] != rows[i - 1] or columns[i] != columns[i - 1] + 1:
            at += 1
            label[at] = labels[i]
            row[at] = rows[i]
            first[at] = columns[i]
        last[at] = columns[i]
    return label, row, first, last


@compiled
def root_of(parent: Int32s, i: int) -> int:
    """Return the root of ``i``, halving the path on the way."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@compiled
def _join(parent: Int32s, i: int, j: int) -> None:
    i = root_of(parent, i)
    j = root_of(parent, j)
    if i < j:  # the earlier run stays the root, so that numbers follow the order of the cells
        parent[j] = i
    else:
        parent[i] = j


@compiled
def join_runs(row: Int32s, first: Int32s, last: Int32s, reach: int, width: int) -> Int32s:
    """Return each run's root: the earliest run it is connected with.

    ``reach`` is 1 if cells that share a corner are neighbours, else 0. ``width`` is the number of columns
    if the last column touches the first, else 0.
    """
    n = row.size
    parent = np.arange(n).astype(np.int32)
    above = 0
    above_stop = 0
    i = 0
    while i < n:
        stop = i
        while stop < n and row[stop] == row[i]:
            stop += 1
        if not (above_stop > above and row[above] == row[i] - 1):
            above = above_stop = i  # no row above touches this one
        k = above
        for j in range(i, stop):
            while k < above_stop and last[k] + reach < first[j]:
                k += 1
            m = k
            while m < above_stop and first[m] <= last[j] + reach:
                _join(parent, m, j)
                m += 1
        if width:
            _join_across_seam(parent, first, last, (i, stop, above, above_stop), reach, width)
        above, above_stop = i, stop
        i = stop
    for j in range(n):
        parent[j] = root_of(parent, j)
    return parent


@compiled
def _join_across_seam(
    parent: Int32s, first: Int32s, last: Int32s, spans: tuple[int, int, int, int], reach: int, width: int
) -> None:
    """Join what touches across the seam, within this row and (by corners) with the row above."""
    i, stop, above, above_stop = spans
    starts, ends = first[i] == 0, last[stop - 1] == width - 1
    if starts and ends:
        _join(parent, i, stop - 1)
    if reach and above_stop > above:
        if starts and last[above_stop - 1] == width - 1:
            _join(parent, above_stop - 1, i)
        if ends and first[above] == 0:
            _join(parent, above, stop - 1)


@compiled
def number_roots(parent: Int32s) -> Int32s:
    """Return labels 1, 2, … in the order in which the roots come."""
    labels = np.empty(parent.size, np.int32)
    count = 0
    for i in range(parent.size):
        if parent[i] == i:
            count += 1
            labels[i] = count
        else:
            labels[i] = labels[parent[i]]
    return labels


@compiled
def spread_over_cells(rows: Int32s, columns: Int32s, keep: NDArray[np.bool_], run_labels: Int32s) -> Int32s:
    """Give each kept cell its run's label; runs are met in the order of the cells."""
    labels = np.zeros(rows.size, np.int32)
    run = -1
    before = -1
    for i in range(rows.size):
        if not keep[i]:
            continue
        if before < 0 or before != i - 1 or rows[i] != rows[before] or columns[i] != columns[before] + 1:
            run += 1
        labels[i] = run_labels[run]
        before = i
    return labels


@compiled
def peak_cells(labels: Int32s, values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return for each label the cell with the highest value; among equals the first. NaN counts lowest."""
    best = np.full(count + 1, -1, np.int64)
    for i in range(labels.size):
        label = labels[i]
        if label and (best[label] < 0 or _higher(values[i], values[best[label]])):
            best[label] = i
    return best[1:]


@compiled
def _higher(a: float, b: float) -> bool:
    return a > b or (np.isnan(b) and not np.isnan(a))
