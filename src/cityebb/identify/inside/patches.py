"""Patches of shrinking parts, and those of them that are holes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cityebb.model import State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts
    from cityebb.identify.inside.neighbours import Edges

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_AROUND = 8
# Ours: a part to which no neighbour lies within so wide an angle stands at the rim of its city.
_OPEN_DEGREES = 150.0


class Patches(NamedTuple):
    """``number``: of each part's patch in its city, from 1 on, else 0; ``hole``: whether that is a hole."""

    number: Integers
    hole: Flags


def blocks(parts: Parts, edges: Edges, which: Flags) -> Integers:
    """Give connected blocks of some parts a number, in each city from 1 on by first part; 0 elsewhere."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = parts.city.size
    joined = which[edges.start] & which[edges.end]
    graph = coo_array(
        (np.ones(int(joined.sum()), np.int8), (edges.start[joined], edges.end[joined])), shape=(size, size)
    )
    _, label = connected_components(graph.tocsr(), directed=False)
    chosen = np.flatnonzero(which)
    _, first, number = np.unique(label[chosen], return_index=True, return_inverse=True)
    rank = np.empty(first.size, np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    cities = parts.city[chosen[np.sort(first)]]
    within = np.arange(cities.size) - np.searchsorted(cities, cities) + 1
    found = np.zeros(size, np.int64)
    found[chosen] = within[rank[number]]
    return found


def find_patches(parts: Parts, edges: Edges, state: NDArray[np.object_]) -> Patches:
    """Join shrinking parts that touch, and tell which patches are holes.

    Parameters
    ----------
    parts
        In order.
    edges
        Who touches whom.
    state
        Of each part.

    Returns
    -------
    Patches
        A patch is a hole if none of its parts stands at the rim and every part that touches it is known not
        to shrink. Next to a part without a value it is none: nobody knows whether it is closed.

    Notes
    -----
    At the rim stands a cell with fewer than eight neighbours (next to a lake or a park that is no part of the
    city too), or another part to which no neighbour lies within 150°.
    """
    shrinking = state == State.SHRINKING.value
    number = blocks(parts, edges, shrinking)
    closed = (state == State.STABLE.value) | (state == State.GROWING.value)
    leaks = rim(parts, edges)
    np.logical_or.at(leaks, edges.start, ~(closed | shrinking)[edges.end])
    patch = parts.city * (int(number.max(initial=0)) + 1) + number
    _, place = np.unique(patch, return_inverse=True)
    open_patch = np.bincount(place, leaks) > 0
    return Patches(number, shrinking & ~open_patch[place])


def rim(parts: Parts, edges: Edges) -> Flags:
    """Return which parts stand at the rim of their city."""
    if parts.row is not None:
        return np.bincount(edges.start, minlength=parts.city.size) < _AROUND
    gap = widest_opening(
        edges.start,
        parts.x[edges.end] - parts.x[edges.start],
        parts.y[edges.end] - parts.y[edges.start],
        parts.city.size,
    )
    return gap >= _OPEN_DEGREES


def widest_opening(group: Integers, x: Floats, y: Floats, groups: int) -> Floats:
    """Return the widest angle, in degrees, in which nothing lies: 360 with nothing or one thing to see.

    Parameters
    ----------
    group
        To which viewpoint each thing belongs, from 0 to ``groups`` − 1.
    x, y
        Where it lies from there.

    Examples
    --------
    >>> at = np.array([0, 0, 0])
    >>> widest_opening(at, np.array([1.0, 0.0, -1.0]), np.array([0.0, 1.0, 0.0]), 2).tolist()
    [180.0, 360.0]
    """
    angle = np.degrees(np.arctan2(y, x))
    order = np.lexsort((angle, group))
    group, angle = group[order], angle[order]
    widest = np.full(groups, 360.0)
    if not group.size:
        return widest
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    last = np.r_[first[1:] - 1, group.size - 1]
    step = np.empty(group.size)
    step[1:] = angle[1:] - angle[:-1]
    step[first] = angle[first] + 360.0 - angle[last]
    widest[group[first]] = np.maximum.reduceat(step, first)
    return np.round(widest, 6)
