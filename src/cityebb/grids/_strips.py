"""The kernel of the scan: a pure function of one block of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "nsz"})
def take_census(
    raw: NDArray[Any],
    nodata: Any,  # noqa: ANN401 - of the array's own type
    has_nodata: bool,  # noqa: FBT001 - compiled code takes no keywords
    zero: float,
) -> tuple[int, int, float, float, float]:
    """Count one layer's rows: valid cells, cells above ``zero``, their sum, the lowest and the highest.

    Sums run along each row and then over the rows, so that the height of a block changes nothing.
    """
    valid = 0
    positive = 0
    total = 0.0
    lowest = np.inf
    highest = -np.inf
    for i in range(raw.shape[0]):
        row_valid: int = 0
        row_positive = 0
        row_total = 0.0
        row_lowest = np.inf
        row_highest = -np.inf
        for j in range(raw.shape[1]):
            stored = raw[i, j]
            value = np.float64(stored)
            good = (stored == stored) and not (has_nodata and stored == nodata)  # noqa: PLR0124 - NaN
            row_valid += int(good)
            row_positive += int(good and value > zero)
            row_total += value if good else 0.0
            low = value if good else np.inf
            high = value if good else -np.inf
            row_lowest = low if low < row_lowest else row_lowest  # noqa: FURB136 - vectorises
            row_highest = high if high > row_highest else row_highest  # noqa: FURB136 - as above
        valid += row_valid
        positive += row_positive
        total += row_total
        lowest = min(lowest, row_lowest)
        highest = max(highest, row_highest)
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
        in_row = 0
        for j in range(marked.shape[1]):
            in_row += marked[i, j]
        count += in_row
    rows = np.empty(count, np.int32)
    columns = np.empty(count, np.int32)
    at = 0
    for i in range(marked.shape[0]):
        j = 0
        while j < marked.shape[1]:
            if marked[i, j]:
                rows[at] = i
                columns[at] = j
                at += 1
            j += 1
    return rows, columns
