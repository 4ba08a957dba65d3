"""The kernel that lets the parts of source cells fall onto target cells in another CRS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMOOTH, EXACT, NOWHERE = 0, 1, 2
"""How a patch of source cells is placed: by interpolating between its corners, point by point, not at all."""


@numba.njit(cache=True, nogil=True)
def scatter_band(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    corners: NDArray[np.float64],
    kind: NDArray[np.uint8],
    cut: tuple[int, int, float],
    window: tuple[int, int, int],
    total: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> None:
    """Add one band of patches to ``total`` and ``weight``.

    Parameters
    ----------
    values
        Shape ``(rows, columns)``: the band's source cells; NaN is missing.
    weights
        Weight of a whole source cell, shape ``(rows, columns)`` or ``(rows, 1)``.
    corners
        Shape ``(2, 2, patches + 1)``: row and column on the target of the band's upper and lower corners.
    kind
        One a patch; only smooth ones are placed here.
    cut
        Columns in a patch; parts along a cell's side; target columns in 360°, or 0.
    window
        First and last (exclusive) target row, and target columns.
    total, weight
        Added to: shape of the window, or ``(1, 1)`` to add up everything inside it.
    """
    rows, columns = values.shape
    patch, parts, period = cut
    for q in range(kind.size):
        four = _four(corners, q, period)
        if kind[q] != SMOOTH or four[0].max() < window[0] or four[0].min() >= window[1]:
            continue
        left = q * patch
        right = min(left + patch, columns)
        for i in range(rows):
            for j in range(left, right):
                value = values[i, j]
                if np.isnan(value):
                    continue
                share = weights[i, j if weights.shape[1] > 1 else 0] / (parts * parts)
                for part in range(parts * parts):
                    v = (i + (part // parts + 0.5) / parts) / rows
                    u = (j - left + (part % parts + 0.5) / parts) / (right - left)
                    y, x = _between(four, v, u, period)
                    if window[0] <= y < window[1] and 0 <= x < window[2]:
                        row = 0 if total.size == 1 else int(y) - window[0]
                        column = 0 if total.size == 1 else int(x)
                        total[row, column] += value * share
                        weight[row, column] += share


@numba.njit(cache=True, nogil=True)
def _four(corners: NDArray[np.float64], q: int, period: float) -> NDArray[np.float64]:
    """Return rows and columns of a patch's corners, the shorter way round."""
    four = np.empty((2, 4))
    for axis in range(2):
        for corner in range(4):
            four[axis, corner] = corners[axis, corner // 2, q + corner % 2]
    if period > 0:
        for corner in range(1, 4):
            four[1, corner] -= period * np.round((four[1, corner] - four[1, 0]) / period)
    return four


@numba.njit(cache=True, nogil=True)
def _between(four: NDArray[np.float64], v: float, u: float, period: float) -> tuple[float, float]:
    """Interpolate row and column between the corners of a patch."""
    a, b, c, d = (1 - v) * (1 - u), (1 - v) * u, v * (1 - u), v * u
    row = a * four[0, 0] + b * four[0, 1] + c * four[0, 2] + d * four[0, 3]
    column = a * four[1, 0] + b * four[1, 1] + c * four[1, 2] + d * four[1, 3]
    if period > 0:
        column -= period * np.floor(column / period)
    return row, column
