"""Compiled: from runs of cells to the rings that bound them.

Every edge runs with the inside on its right (rows count downwards). Where four edges meet, because two
cells touch only by a corner, the ring turns right and stays with its own cell; a ring that comes back to
such a point is cut there. So each part is connected by edges, its rings are simple, and rings touch each
other in points only: what a valid polygon asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.grids.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int32s = NDArray[np.int32]
    Int64s = NDArray[np.int64]

EAST, SOUTH, WEST, NORTH = 0, 1, 2, 3


@compiled
def _row_starts(row: Int32s) -> tuple[int, Int64s]:
    base = row[0]
    starts = np.zeros(row[-1] - base + 2, np.int64)
    for r in row:
        starts[r - base + 1] += 1
    for i in range(1, starts.size):
        starts[i] += starts[i - 1]
    return base, starts


@compiled
def _uncovered(first: Int32s, last: Int32s, run: int, span: tuple[int, int], out: Int32s) -> int:
    """Write the parts of a run's side that no run of the neighbouring row covers; return how many."""
    left, right = first[run], last[run] + 1
    a, b = span
    # the first neighbour that ends at or after the left end, by halving
    low, high = a, b
    while low < high:
        middle = (low + high) // 2
        if last[middle] + 1 <= left:
            low = middle + 1
        else:
            high = middle
    count = 0
    at = left
    for k in range(low, b):
        if first[k] >= right:
            break
        if first[k] > at:
            out[2 * count] = at
            out[2 * count + 1] = first[k]
            count += 1
        at = max(at, last[k] + 1)
    if at < right:
        out[2 * count] = at
        out[2 * count + 1] = right
        count += 1
    return count


@compiled
def edges(
    row: Int32s, first: Int32s, last: Int32s
) -> tuple[Int32s, Int32s, Int32s, Int32s, NDArray[np.int8], Int32s]:
    """Return the directed edges of all runs: start x, start y, end x, end y, direction, run.

    Runs are sorted by row and first column. A side is an edge where the cell beyond it is in no run.
    """
    base, starts = _row_starts(row)
    n = row.size
    size = 4 * n + 8
    x0 = np.empty(size, np.int32)
    y0 = np.empty(size, np.int32)
    x1 = np.empty(size, np.int32)
    y1 = np.empty(size, np.int32)
    direction = np.empty(size, np.int8)
    owner = np.empty(size, np.int32)
    parts = np.empty(2 * (int(np.max(last - first)) + 3), np.int32)
    at = 0
    for run in range(n):
        r = row[run]
        place = r - base
        if at + 2 * (last[run] - first[run] + 2) + 2 > size:
            grown = 2 * size + 2 * (last[run] - first[run] + 4)
            x0, y0, x1, y1, owner = (
                _grow(x0, grown),
                _grow(y0, grown),
                _grow(x1, grown),
                _grow(y1, grown),
                _grow(owner, grown),
            )
            wider = np.empty(grown, np.int8)
            wider[:size] = direction
            direction = wider
            size = grown
        x0[at], y0[at], x1[at], y1[at], direction[at] = last[run] + 1, r, last[run] + 1, r + 1, SOUTH
        owner[at] = run
        at += 1
        x0[at], y0[at], x1[at], y1[at], direction[at] = first[run], r + 1, first[run], r, NORTH
        owner[at] = run
        at += 1
        above = (starts[place - 1], starts[place]) if place > 0 else (0, 0)
        for k in range(_uncovered(first, last, run, above, parts)):
            x0[at], y0[at], x1[at], y1[at], direction[at] = parts[2 * k], r, parts[2 * k + 1], r, EAST
            owner[at] = run
            at += 1
        below = (starts[place + 1], starts[place + 2]) if place + 2 < starts.size else (0, 0)
        for k in range(_uncovered(first, last, run, below, parts)):
            x0[at], y0[at], x1[at], y1[at] = parts[2 * k + 1], r + 1, parts[2 * k], r + 1
            direction[at] = WEST
            owner[at] = run
            at += 1
    return x0[:at], y0[:at], x1[:at], y1[:at], direction[:at], owner[:at]


@compiled
def _grow(values: Int32s, size: int) -> Int32s:
    wider = np.empty(size, np.int32)
    wider[: values.size] = values
    return wider


@compiled
def rings(
    key: Int64s, end_key: Int64s, direction: NDArray[np.int8], width: int
) -> tuple[Int32s, Int32s, Int64s, Int64s]:
    """Chain edges, sorted by start point ``key``, to simple rings without needless points.

    Returns
    -------
    x, y
        Corners of all rings, one after the other, not closed.
    start
        Where each ring begins in ``x``; one more than there are rings.
    edge
        One edge of each ring, to tell whose ring it is.
    """
    n = key.size
    next_edge = np.empty(n, np.int64)
    for i in range(n):
        j = np.searchsorted(key, end_key[i])
        if j + 1 < n and key[j + 1] == end_key[i] and direction[j] != (direction[i] + 1) % 4:
            j += 1  # four edges meet: turn right
        next_edge[i] = j
    done = np.zeros(n, np.bool_)
    seen_at = np.full(n, -1, np.int64)
    path = np.empty(n, np.int64)
    x = np.empty(n, np.int32)
    y = np.empty(n, np.int32)
    start = np.zeros(n // 4 + 2, np.int64)
    edge = np.empty(n // 4 + 1, np.int64)
    count = 0
    for begin in range(n):
        if done[begin]:
            continue
        length = 0
        i = begin
        while not done[i]:
            done[i] = True
            point = np.searchsorted(key, key[i])
            if seen_at[point] >= 0:  # back at a corner shared by two cells: cut this loop off
                count = _emit(
                    path, seen_at[point], length, (key, direction, width), (x, y, start, edge), count
                )
                for k in range(seen_at[point] + 1, length):
                    seen_at[np.searchsorted(key, key[path[k]])] = -1
                length = seen_at[point]
            seen_at[point] = length
            path[length] = i
            length += 1
            i = next_edge[i]
        count = _emit(path, 0, length, (key, direction, width), (x, y, start, edge), count)
        for k in range(length):
            seen_at[np.searchsorted(key, key[path[k]])] = -1
    return x[: start[count]], y[: start[count]], start[: count + 1], edge[:count]


@compiled
def _emit(
    path: Int64s,
    low: int,
    high: int,
    edges: tuple[Int64s, NDArray[np.int8], int],
    out: tuple[Int32s, Int32s, Int64s, Int64s],
    count: int,
) -> int:
    """Write the corners of one ring: the points where the direction changes."""
    key, direction, width = edges
    x, y, start, edge = out
    at = start[count]
    for k in range(low, high):
        before = path[k - 1] if k > low else path[high - 1]
        if direction[before] != direction[path[k]]:
            x[at] = key[path[k]] % width
            y[at] = key[path[k]] // width
            at += 1
    start[count + 1] = at
    edge[count] = path[low]
    return count + 1


@compiled
def doubled_areas(x: Int32s, y: Int32s, start: Int64s) -> Int64s:
    """Return twice each ring's area in cells: positive for an outer ring, negative for a hole."""
    areas = np.zeros(start.size - 1, np.int64)
    for ring in range(areas.size):
        a, b = start[ring], start[ring + 1]
        previous = b - 1
        for i in range(a, b):
            areas[ring] += np.int64(x[previous]) * y[i] - np.int64(x[i]) * y[previous]
            previous = i
    return areas
