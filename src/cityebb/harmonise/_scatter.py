"""The kernel that lets the parts of source cells fall onto target cells in another CRS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.grids.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMOOTH, EXACT, NOWHERE = 0, 1, 2
"""How a patch of source cells is placed: by interpolating between its corners, point by point, not at all."""


@compiled
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
    patch, _, period = cut
    for q in range(kind.size):
        four = _four(corners, q, period)
        if kind[q] != SMOOTH or four[0].max() < window[0] or four[0].min() >= window[1]:
            continue
        left = q * patch
        right = min(left + patch, columns)
        for i in range(rows):
            for j in range(left, right):
                if not np.isnan(values[i, j]):
                    share = weights[i, j if weights.shape[1] > 1 else 0]
                    box = (
                        i / rows,
                        (i + 1) / rows,
                        (j - left) / (right - left),
                        (j - left + 1) / (right - left),
                    )
                    _drop(values[i, j], share, _cell(four, box), cut, window, total, weight)


@compiled
def _drop(
    value: float,
    share: float,
    cell: tuple[float, float, float, float, float, float, float, float],
    cut: tuple[int, int, float],
    window: tuple[int, int, int],
    total: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> None:
    """Let one cell fall: whole where it lies in one target cell, else part by part."""
    y0, y01, y10, y11, x0, x01, x10, x11 = cell
    _, parts, period = cut
    one = total.size == 1
    top, bottom = min(y0, y01, y10, y11), max(y0, y01, y10, y11)
    west, east = min(x0, x01, x10, x11), max(x0, x01, x10, x11)
    if bottom < window[0] or top >= window[1]:
        return
    if period > 0:
        turn = period * np.floor(west / period)
        west, east, x0, x01, x10, x11 = (
            west - turn,
            east - turn,
            x0 - turn,
            x01 - turn,
            x10 - turn,
            x11 - turn,
        )
    if one:
        whole = top >= window[0] and bottom < window[1] and west >= 0 and east < window[2]
    else:
        whole = np.floor(top) == np.floor(bottom) and np.floor(west) == np.floor(east)
    if whole:
        if window[0] <= top < window[1] and 0 <= west < window[2]:
            row, column = (0, 0) if one else (int(top) - window[0], int(west))
            total[row, column] += value * share
            weight[row, column] += share
        return
    share /= parts * parts
    for a in range(parts):
        v = (a + 0.5) / parts
        y, dy = y0 + v * (y10 - y0), (y01 - y0 + v * (y11 - y01 - y10 + y0)) / parts
        x, dx = x0 + v * (x10 - x0), (x01 - x0 + v * (x11 - x01 - x10 + x0)) / parts
        for b in range(parts):
            at_y = y + (b + 0.5) * dy
            at_x = x + (b + 0.5) * dx
            if period > 0 and at_x >= period:
                at_x -= period
            if window[0] <= at_y < window[1] and 0 <= at_x < window[2]:
                row, column = (0, 0) if one else (int(at_y) - window[0], int(at_x))
                total[row, column] += value * share
                weight[row, column] += share


@compiled
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


@compiled
def _cell(
    four: NDArray[np.float64], box: tuple[float, float, float, float]
) -> tuple[float, float, float, float, float, float, float, float]:
    """Interpolate rows, then columns, of a cell's corners inside a patch: upper two, lower two."""
    v0, v1, u0, u1 = box
    return (
        _between(four[0], v0, u0),
        _between(four[0], v0, u1),
        _between(four[0], v1, u0),
        _between(four[0], v1, u1),
        _between(four[1], v0, u0),
        _between(four[1], v0, u1),
        _between(four[1], v1, u0),
        _between(four[1], v1, u1),
    )


@compiled
def _between(four: NDArray[np.float64], v: float, u: float) -> float:
    """Interpolate between four corners."""
    high = four[0] + u * (four[1] - four[0])
    low = four[2] + u * (four[3] - four[2])
    between: float = high + v * (low - high)
    return between
