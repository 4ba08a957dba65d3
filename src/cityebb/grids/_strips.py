"""The kernel of the scan: a pure function of one block of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


_CHUNK = 256  # cells looked at together: most of a map is as dark as its neighbours
_LANES = 8  # partial sums side by side, so that the order of adding is ours and not the processor's


@numba.njit(cache=True, nogil=True)
def take_census(
    raw: NDArray[Any],
    rank: NDArray[Any],
    nodata: Any,  # noqa: ANN401 - of the array's own type
    has_nodata: bool,  # noqa: FBT001 - compiled code takes no keywords
    zero: float,
    row_totals: NDArray[np.float64],
) -> tuple[int, int, float, float]:
    """Count one layer's rows: valid cells, cells above ``zero``, the lowest and the highest; write row sums.

    ``rank`` is ``raw`` itself if it holds integers, else its bits seen as signed integers of the same size:
    positive floating numbers rank like their bits, negative ones below zero, infinite and missing ones
    above all others. Chunks without surprises are counted by them, many cells at a time; the others cell by
    cell. Chunks begin anew in each row, so that the height of a block changes nothing.
    """
    valid = 0
    positive = 0
    lowest = np.inf
    highest = -np.inf
    width = raw.shape[1]
    for i in range(raw.shape[0]):
        row_total = 0.0
        for begin in range(0, width, _CHUNK):
            chunk = raw[i, begin : begin + _CHUNK]
            low, high = _extremes(rank[i, begin : begin + _CHUNK])
            low_value, high_value = np.float64(chunk[low]), np.float64(chunk[high])
            equal = rank[i, begin + low] == rank[i, begin + high]
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


@numba.njit(cache=True, nogil=True)
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


@numba.njit(cache=True, nogil=True)
def _count_above(chunk: NDArray[Any], zero: float) -> int:
    count = 0
    for j in range(chunk.size):
        count += chunk[j] > zero
    return count


@numba.njit(cache=True, nogil=True)
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


@numba.njit(cache=True, nogil=True)
def mark(raw: NDArray[Any], floor: NDArray[Any], marked: NDArray[np.uint8]) -> None:
    """Mark the cells that reach their row's ``floor`` (stored numbers; NaN never does)."""
    for i in range(raw.shape[0]):
        least = floor[i]
        for j in range(raw.shape[1]):
            marked[i, j] |= raw[i, j] >= least


@numba.njit(cache=True, nogil=True)
def places(marked: NDArray[np.uint8]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return rows and columns of the marked cells, row by row."""
    count = 0
    for i in range(marked.shape[0]):
        count += _count(marked[i])
    rows = np.empty(count, np.int32)
    columns = np.empty(count, np.int32)
    at = 0
    width = marked.shape[1]
    for i in range(marked.shape[0]):
        for begin in range(0, width, _CHUNK):
            end = min(begin + _CHUNK, width)
            if not _count(marked[i, begin:end]):
                continue
            for j in range(begin, end):
                if marked[i, j]:
                    rows[at] = i
                    columns[at] = j
                    at += 1
    return rows, columns


@numba.njit(cache=True, nogil=True)
def _count(marked: NDArray[np.uint8]) -> int:
    count = 0
    for j in range(marked.size):
        count += marked[j]
    return count
