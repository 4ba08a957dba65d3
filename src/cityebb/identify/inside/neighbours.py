"""Which parts of a city are neighbours: on a grid, between points, or as told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from cityebb.model import CityebbError, gather

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts

    Integers = NDArray[np.int64]

# Half of the eight directions; the other half is each neighbour's own.
_FORWARD = ((0, 1), (1, -1), (1, 0), (1, 1))
# Between so many nearest points Gabriel's graph is sought.
_CANDIDATES = 12
# A point on the circle, to this share of its radius, lies outside; as near as the last of the nearest counts.
_TOLERANCE = 1e-9
# So many points as near as the last of the nearest are neighbours too.
_TIES = 4


class Edges(NamedTuple):
    """Pairs of parts by their place, sorted by ``start``; each pair stands in both directions."""

    start: Integers
    end: Integers


def contiguous(parts: Parts, pairs: pd.DataFrame | None = None) -> Edges:
    """Return which parts of a city touch each other.

    Parameters
    ----------
    parts
        In order.
    pairs
        Columns ``city_id, part_id, neighbour_id``: who touches whom, from outlines; each pair once or twice.
        By default cells that share a side or a corner; where parts are not cells, Gabriel's graph: two points
        are neighbours if no third lies inside the circle that has them as diameter (on a regular grid these
        are the same eight).

    Raises
    ------
    CityebbError
        If two parts are the same cell, or a pair names a part that is not there.

    References
    ----------
    Gabriel, K. R. and Sokal, R. R. (1969), A new statistical approach to geographic variation analysis,
    Systematic Zoology 18, 259–278, doi:10.2307/2412323.
    """
    if pairs is not None:
        return _both_ways(*_told(parts, pairs))
    if parts.row is not None and parts.col is not None:
        return _both_ways(*_on_grid(parts, parts.row, parts.col))
    return _both_ways(*_gabriel(parts))


def nearest(parts: Parts, number: int) -> Edges:
    """Return the nearest parts of each part, those as near as the last of them too, in one direction only."""
    if not parts.city.size:
        return Edges(np.zeros(0, np.int64), np.zeros(0, np.int64))
    start, end, apart = _near(parts, number + _TIES)
    order = np.lexsort((apart, start))
    start, end, apart = start[order], end[order], apart[order]
    rank = np.arange(start.size) - np.searchsorted(start, start)
    last = np.full(parts.city.size, np.inf)
    at_last = rank == number - 1
    last[start[at_last]] = apart[at_last]
    near = apart <= last[start] * (1 + _TOLERANCE)
    return Edges(start[near], end[near])


def _on_grid(parts: Parts, row: Integers, col: Integers) -> tuple[Integers, Integers]:
    """Return pairs of touching cells, each once."""
    wide = int(np.ptp(col)) + 3 if col.size else 3
    high = int(np.ptp(row)) + 3 if row.size else 3
    place = (parts.city * high + row - row.min(initial=0)) * wide + col - col.min(initial=0) + 1
    order = np.argsort(place, kind="stable")
    sorted_place = place[order]
    twice = np.flatnonzero(sorted_place[1:] == sorted_place[:-1])
    if twice.size:
        first = order[twice[0]]
        raise CityebbError(
            "identify.inside.cell_twice",
            count=int(twice.size),
            city=parts.names[parts.city[first]],
            row=int(row[first]),
            col=int(col[first]),
        )
    starts, ends = [], []
    for down, right in _FORWARD:
        wanted = sorted_place + (down * wide + right)
        at = np.minimum(np.searchsorted(sorted_place, wanted), max(place.size - 1, 0))
        there = sorted_place[at] == wanted
        starts.append(order[there])
        ends.append(order[at[there]])
    return np.concatenate(starts), np.concatenate(ends)


def _tree_points(parts: Parts) -> NDArray[np.float64]:
    """Return points of which those of one city lie in a plane of their own, far above the others."""
    far = 4 * max(float(np.ptp(parts.x)), float(np.ptp(parts.y)), 1.0)
    return np.column_stack([parts.x, parts.y, parts.city * far])


def _near(parts: Parts, number: int) -> tuple[Integers, Integers, NDArray[np.float64]]:
    """Return the nearest of each part within its city, and how far they are."""
    from scipy.spatial import cKDTree

    points = _tree_points(parts)
    number = min(number + 1, len(points))
    apart, found = cKDTree(points).query(points, k=np.arange(1, number + 1))
    start = np.repeat(np.arange(len(points)), number)
    end, distance = found.ravel(), apart.ravel()
    mine = (end != start) & (parts.city[end] == parts.city[start])
    return start[mine], end[mine].astype(np.int64), distance[mine]


def _gabriel(parts: Parts) -> tuple[Integers, Integers]:
    from scipy.spatial import cKDTree

    if not parts.city.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    start, end, apart = _near(parts, _CANDIDATES)
    low, high = np.minimum(start, end), np.maximum(start, end)
    _, once = np.unique(low * len(parts.city) + high, return_index=True)
    low, high, apart = low[once], high[once], apart[once]
    points = _tree_points(parts)
    between, _ = cKDTree(points).query((points[low] + points[high]) / 2)
    free = between >= apart / 2 * (1 - _TOLERANCE)
    return low[free], high[free]


def _told(parts: Parts, pairs: pd.DataFrame) -> tuple[Integers, Integers]:
    """Return the places of pairs given by name."""
    with gather() as fault:
        for name in ("city_id", "part_id", "neighbour_id"):
            if name not in pairs:
                fault(CityebbError("model.column_missing", table="pairs", column=name))
    with_place = pd.DataFrame(
        {
            "city_id": parts.names.to_numpy()[parts.city],
            "part_id": parts.part_id.to_numpy(),
            "place": np.arange(parts.city.size),
        }
    )
    places = []
    for name in ("part_id", "neighbour_id"):
        wanted = pairs[["city_id", name]].rename(columns={name: "part_id"})
        place = wanted.merge(with_place, on=["city_id", "part_id"], how="left")["place"]
        if place.isna().any():
            lost = wanted[place.isna().to_numpy()].iloc[0]
            raise CityebbError(
                "identify.inside.neighbour_unknown",
                count=int(place.isna().sum()),
                part=lost["part_id"],
                city=lost["city_id"],
            )
        places.append(place.to_numpy(np.int64))
    low, high = np.minimum(*places), np.maximum(*places)
    once = np.unique(np.stack([low, high], axis=1)[low != high], axis=0)
    return once[:, 0], once[:, 1]


def _both_ways(low: Integers, high: Integers) -> Edges:
    start, end = np.concatenate([low, high]), np.concatenate([high, low])
    order = np.lexsort((end, start))
    return Edges(start[order], end[order])
