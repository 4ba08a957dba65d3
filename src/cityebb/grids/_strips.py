"""The kernel of the scan: a pure function of one block of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.grids.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


_CHUNK = 256  # cells looked at together: most of a map is as dark as its neighbours
_LANES = 8  # partial sums side by side, so that the order of adding is ours and not the processor's


def chunks(columns: int) -> int:
    """Return in how many chunks a row is looked at."""
    return -(-columns // _CHUNK)


@compiled
def take_census(
    raw: NDArray[Any],
    rank: NDArray[Any],
    missing: tuple[bool, Any],
    zero: float,
    row_totals: NDArray[np.float64],
    floor: NDArray[Any],
    marks: tuple[NDArray[np.uint8], NDArray[np.uint8]],
) -> tuple[int, int, float, float]:
    """Count one layer's rows and mark the cells that reach their row's floor.

    Parameters
    ----------
    raw
        Stored numbers.
    rank
        ``raw`` itself if it holds integers, else its bits seen as signed integers of the same size: positive
        floating numbers rank like their bits, negative ones below zero, infinite and missing ones above all
        others.
    missing
        Whether there is a number for missing cells, and which.
    zero
        Cells above it are positive.
    row_totals
        Takes the sum of each row.
    floor
        In stored numbers, one a row; empty if nothing is to be marked.
    marks
        Takes the marks: one a cell, and one a chunk that holds a marked cell.

    Returns
    -------
    valid, positive, lowest, highest
        Counts, and the range of the valid cells.

    Notes
    -----
    Chunks without surprises are counted by their ranks, many cells at a time; the others cell by cell. Chunks
    begin anew in each row, so that the height of a block changes nothing.
    """
    has_nodata, nodata = missing
    marked, marked_chunks = marks
    valid = 0
    positive = 0
    lowest = np.inf
    highest = -np.inf
    for i in range(raw.shape[0]):
        row_total = 0.0
        for begin in range(0, raw.shape[1], _CHUNK):
            chunk = raw[i, begin : begin + _CHUNK]
            low, high = _extremes(rank[i, begin : begin + _CHUNK])
            equal = rank[i, begin + low] == rank[i, begin + high]
            if equal and has_nodata and chunk[0] == nodata:
                continue
            if floor.size and not chunk[high] < floor[i]:  # a missing cell ranks highest: look closer
                _mark(chunk, floor[i], missing, marked[i, begin : begin + _CHUNK])
                marked_chunks[i, begin // _CHUNK] = 1
            low_value, high_value = np.float64(chunk[low]), np.float64(chunk[high])
            ordinary = rank[i, begin + low] >= 0 and high_value < np.inf  # NaN is not
            if has_nodata and not (nodata < low_value or nodata > high_value):
                ordinary = False
            if ordinary and not equal:
                valid += chunk.size
                positive += _count_above(chunk, zero)
                row_total += _add(chunk)
                lowest = min(lowest, low_value)
                highest = max(highest, high_value)
                continue
            step = chunk.size if equal else 1
            for j in range(0, chunk.size, step):
                stored = chunk[j]
                if stored != stored or (has_nodata and stored == nodata):  # noqa: PLR0124 - NaN
                    continue
                value = np.float64(stored)
                valid += step
                row_total += value * step
                lowest = min(lowest, value)
                highest = max(highest, value)
                if value > zero:
                    positive += step
        row_totals[i] = row_total
    return valid, positive, lowest, highest


@compiled
def _mark(
    chunk: NDArray[Any],
    least: Any,  # noqa: ANN401 - of the array's own type
    missing: tuple[bool, Any],
    marked: NDArray[np.uint8],
) -> None:
    has_nodata, nodata = missing
    if has_nodata:
        for j in range(chunk.size):
            marked[j] |= (chunk[j] >= least) & (chunk[j] != nodata)
    else:
        for j in range(chunk.size):
            marked[j] |= chunk[j] >= least  # NaN never is


@compiled
def _extremes(rank: NDArray[Any]) -> tuple[int, int]:
    """Return where the lowest and the highest rank stand."""
    low = rank[0]
    high = rank[0]
    for j in range(rank.size):  # no places are kept here: so it is done many at a time
        low = min(low, rank[j])
        high = max(high, rank[j])
    low_at = 0
    while rank[low_at] != low:
        low_at += 1
    high_at = 0
    while rank[high_at] != high:
        high_at += 1
    return low_at, high_at


@compiled
def _count_above(chunk: NDArray[Any], zero: float) -> int:
    count = 0
    for j in range(chunk.size):
        count += chunk[j] > zero
    return count


@compiled
def _add(chunk: NDArray[Any]) -> float:
    a = b = c = d = e = f = g = h = 0.0
    whole = chunk.size - chunk.size % _LANES
    for j in range(0, whole, _LANES):
        a += chunk[j]
        b += chunk[j + 1]
        c += chunk[j + 2]
        d += chunk[j + 3]
        e += chunk[j + 4]
        f += chunk[j + 5]
        g += chunk[j + 6]
        h += chunk[j + 7]
    total = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for j in range(whole, chunk.size):
        total += chunk[j]
    return total


@compiled
def places(
    marked: NDArray[np.uint8], marked_chunks: NDArray[np.uint8]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return rows and columns of the marked cells, row by row."""
    count = 0
    for i in range(marked.shape[0]):
        for k in range(marked_chunks.shape[1]):
            if marked_chunks[i, k]:
                chunk = marked[i, k * _CHUNK : (k + 1) * _CHUNK]
                for j in range(chunk.size):
                    count += chunk[j]
    rows = np.empty(count, np.int32)
    columns = np.empty(count, np.int32)
    at = 0
    for i in range(marked.shape[0]):
        for k in range(marked_chunks.shape[1]):
            if not marked_chunks[i, k]:
                continue
            chunk = marked[i, k * _CHUNK : (k + 1) * _CHUNK]
            for j in range(chunk.size):
                if chunk[j]:
                    rows[at] = i
                    columns[at] = k * _CHUNK + j
                    at += 1
    return rows, columns
