"""The inner loop that cuts series into straight pieces, exactly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cityebb.grids.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Squared residual of a logarithm below which it is rounding: a hundred-thousandth of the figure.
_ROUNDING = 1e-10


@compiled
def _costs(
    times: NDArray[np.float64],
    values: NDArray[np.float64],
    blocks: NDArray[np.int64],
    least: int,
    sloped: bool,  # noqa: FBT001 - compiled code knows no keywords
    cost: NDArray[np.float64],
) -> None:
    """Fill in the squared residuals of every piece, from point i to point j; infinite where too short."""
    count = times.size
    for begin in range(count):
        done_xx, done_xy, done_yy = 0.0, 0.0, 0.0
        xx, xy, yy, mean_x, mean_y, here = 0.0, 0.0, 0.0, 0.0, 0.0, 0
        pieces = 1
        for end in range(begin, count):
            if end > begin and blocks[end] != blocks[end - 1]:
                done_xx, done_xy, done_yy = done_xx + xx, done_xy + xy, done_yy + yy
                xx, xy, yy, mean_x, mean_y, here = 0.0, 0.0, 0.0, 0.0, 0.0, 0
                pieces += 1
            # Welford's updates: sums around the mean, of the points so far.
            here += 1
            off_x, off_y = times[end] - mean_x, values[end] - mean_y
            mean_x += off_x / here
            mean_y += off_y / here
            xx += off_x * (times[end] - mean_x)
            xy += off_x * (values[end] - mean_y)
            yy += off_y * (values[end] - mean_y)
            cost[begin, end] = math.inf
            if end - begin + 1 - (pieces - 1) >= least:
                left = done_yy + yy
                if sloped and done_xx + xx > 0:
                    left -= (done_xy + xy) ** 2 / (done_xx + xx)
                cost[begin, end] = max(left, 0.0)


@compiled
def _cut(cost: NDArray[np.float64], most: int, best: NDArray[np.float64], origin: NDArray[np.int64]) -> None:
    """Fill in the least cost of the points up to j in k + 1 pieces, and where the last of them begins."""
    count = cost.shape[0]
    for end in range(count):
        best[0, end] = cost[0, end]
        origin[0, end] = 0
    for piece in range(1, most):
        for end in range(count):
            best[piece, end] = math.inf
            origin[piece, end] = 0
            for begin in range(1, end + 1):
                whole = best[piece - 1, begin - 1] + cost[begin, end]
                if whole < best[piece, end]:
                    best[piece, end] = whole
                    origin[piece, end] = begin


@compiled
def _line(
    times: NDArray[np.float64],
    values: NDArray[np.float64],
    blocks: NDArray[np.int64],
    begin: int,
    end: int,
    out: NDArray[np.float64],
) -> None:
    """Fit one piece: its slope, the fitted first and last value, and the spread of its times."""
    xx, xy = 0.0, 0.0
    first_x, first_y, last_x, last_y = 0.0, 0.0, 0.0, 0.0
    start = begin
    while start <= end:
        stop = start
        while stop < end and blocks[stop + 1] == blocks[start]:
            stop += 1
        mean_x, mean_y = times[start : stop + 1].mean(), values[start : stop + 1].mean()
        for point in range(start, stop + 1):
            xx += (times[point] - mean_x) ** 2
            xy += (times[point] - mean_x) * (values[point] - mean_y)
        if start == begin:
            first_x, first_y = mean_x, mean_y
        last_x, last_y = mean_x, mean_y
        start = stop + 1
    slope = xy / xx if xx > 0 else math.nan
    out[0] = slope
    out[1] = first_y + slope * (times[begin] - first_x)
    out[2] = last_y + slope * (times[end] - last_x)
    out[3] = xx


@compiled
def cut_all(  # noqa: PLR0913, PLR0917 - compiled code fills what it is given
    logs: NDArray[np.float64],
    years: NDArray[np.float64],
    blocks: NDArray[np.int64],
    least: int,
    most: int,
    penalty: float,
    short: float,
    sloped: bool,  # noqa: FBT001 - compiled code knows no keywords
    pieces: NDArray[np.int64],
    begins: NDArray[np.int64],
    lines: NDArray[np.float64],
    left: NDArray[np.float64],
    freedom: NDArray[np.float64],
) -> None:
    """Cut every series: how many pieces, the columns where they begin, their lines, what is left over."""
    width = logs.shape[1]
    cost = np.empty((width, width))
    best = np.empty((most, width))
    origin = np.empty((most, width), np.int64)
    each = 2 if sloped else 1
    for city in range(logs.shape[0]):
        column = np.flatnonzero(~np.isnan(logs[city]))
        count = column.size
        pieces[city] = 0
        if count < least:
            continue
        times, values, block = years[column], logs[city][column], blocks[column]
        _costs(times, values, block, least, sloped, cost[:count, :count])
        _cut(cost[:count, :count], most, best[:, :count], origin[:, :count])
        steps = 0
        for point in range(1, count):
            steps += block[point] != block[point - 1]
        known = count - steps
        chosen, lowest = 0, math.inf
        for piece in range(most):
            rest = best[piece, count - 1]
            free = known - each * (piece + 1)
            if rest < math.inf and free >= 1:
                price = penalty * (1 + short / known) * (each + 1) * math.log(known)
                worth = known * math.log(rest / known + _ROUNDING) + price * piece
                if worth < lowest:
                    chosen, lowest = piece + 1, worth
        pieces[city] = chosen
        if not chosen:
            continue
        left[city] = best[chosen - 1, count - 1]
        freedom[city] = known - each * chosen
        end = count - 1
        for piece in range(chosen - 1, -1, -1):
            begin = origin[piece, end]
            begins[city, piece] = column[begin]
            _line(times, values, block, begin, end, lines[city, piece])
            end = begin - 1
