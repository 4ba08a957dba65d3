"""The kernel of the scan: a pure function of one block of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


_CHUNK = 64  # cells looked at together; most of a map is as dark as its neighbours


@numba.njit(cache=True, nogil=True)
def _are_equal(bits: NDArray[Any]) -> bool:
    differ = bits[0] ^ bits[0]
    for j in range(bits.size):  # no early exit: so it is done many at a time
        differ |= bits[j] ^ bits[0]
    return bool(differ == 0)


@numba.njit(cache=True, nogil=True)
def take_census(
    raw: NDArray[Any],
    bits: NDArray[Any],
    nodata: Any,  # noqa: ANN401 - of the array's own type
    has_nodata: bool,  # noqa: FBT001 - compiled code takes no keywords
    zero: float,
) -> tuple[int, int, float, float, float]:
    """Count one layer's rows: valid cells, cells above ``zero``, their sum, the lowest and the highest.

    ``bits`` is ``raw`` seen as integers of the same size: chunks of equal cells are told by them and
    counted at once. Chunks begin anew in each row and rows are added in order, so that the height of a
    block changes nothing.
    """
    valid = 0
    positive = 0
    total = 0.0
    lowest = np.inf
    highest = -np.inf
    width = raw.shape[1]
    for i in range(raw.shape[0]):
        row_total = 0.0
        for begin in range(0, width, _CHUNK):
            end = min(begin + _CHUNK, width)
            step = end - begin if _are_equal(bits[i, begin:end]) else 1
            for j in range(begin, end, step):
                stored = raw[i, j]
                if stored != stored or (has_nodata and stored == nodata):  # noqa: PLR0124 - NaN
                    continue
                value = np.float64(stored)
                valid += step
                row_total += value * step
                lowest = min(lowest, value)
                highest = max(highest, value)
                if value > zero:
                    positive += step
        total += row_total
    return valid, positive, total, lowest, highest


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
