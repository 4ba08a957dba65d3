"""Local clusters of change: parts that, with their neighbours, change otherwise than their city."""

from __future__ import annotations

import zlib
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.identify.inside._parts import ratio
from cityebb.identify.inside._permute import count_extremes
from cityebb.identify.inside._within import benjamini_hochberg_within
from cityebb.words import say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts
    from cityebb.identify.inside.neighbours import Edges

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

# Below this spread of the changes all of them are equal but for rounding.
_NO_SPREAD = 1e-9
# A second look where the first calls nothing: so many draws a part of the city let five parts be found,
_DRAWS_A_PART = 8
# but no more than this,
_MOST_DRAWS = 49_999
# and only at parts whose first p-value is at most this.
_CLOSE = 0.02


class Cluster(StrEnum):
    """How a part and its neighbours change, against their city as a whole."""

    LOW = "low"
    HIGH = "high"
    LOW_AMONG_HIGH = "low_among_high"
    HIGH_AMONG_LOW = "high_among_low"
    NONE = "none"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"identify.inside.cluster.{self.value}", language)


def relative_difference(before: Floats, after: Floats) -> Floats:
    """Return ``(after − before) / ((after + before) / 2)``, −2 to 2; NaN where both are zero.

    What appears and what vanishes are as far from nothing as each other, and neither is infinite.

    References
    ----------
    Davis, S. J., Haltiwanger, J. C. and Schuh, S. (1996), Job creation and destruction, MIT Press.

    Examples
    --------
    >>> relative_difference(np.array([1.0, 0.0, 1.0]), np.array([0.0, 1.0, 3.0])).tolist()
    [-2.0, 2.0, 1.0]
    """
    return 2 * ratio(after - before, after + before)


def local_clusters(
    parts: Parts, edges: Edges, *, permutations: int, seed: int, alpha: float
) -> dict[str, NDArray[Any]]:
    """Find local clusters of change by local Moran's I.

    Parameters
    ----------
    parts
        In order; those with a change (:func:`relative_difference`) count.
    edges
        Neighbours of each part; their mean is compared with it.
    permutations, seed
        How many draws, and where they begin. The draws of a city hang on its name and on ``seed`` alone.
    alpha
        Share of false calls tolerated among the clusters of one city.

    Returns
    -------
    dict
        One value a part: ``local_i``, ``cluster_p``, ``cluster_q`` and ``cluster``. NaN and ``"none"`` for a
        part without a change or without neighbours, with all others of its city for neighbours, and in a city
        where all change alike.

    Notes
    -----
    ``I_i = z_i Σ_j w_ij z_j``, z standardised within the city, w equal and summing to one. Conditional
    permutation: part i stays, its neighbours are drawn from all others; ``p`` is twice the smaller share of
    draws whose mean is at least as low, or as high, each with the observed one counted in. Adjusted within
    the city (Benjamini and Hochberg 1995). A city of many parts has many tests, of which the smallest p-value
    that few draws can give may never pass: in a city without any call, parts that come close are looked at
    again, with draws of their own, eight a part of the city.

    References
    ----------
    Anselin, L. (1995), Local indicators of spatial association, Geographical Analysis 27, 93–115,
    doi:10.1111/j.1538-4632.1995.tb00338.x.
    """
    value = np.where(parts.known, relative_difference(parts.before, parts.after), np.nan)
    there = ~np.isnan(value)
    z = _standardised(parts, value, there)
    there &= ~np.isnan(z)
    joined = there[edges.start] & there[edges.end]
    start, end = edges.start[joined], edges.end[joined]
    number = np.bincount(start, minlength=z.size)
    lag = ratio(np.bincount(start, z[end], minlength=z.size).astype(np.float64), number.astype(np.float64))
    wanted = there & (number > 0) & (number < parts.count(there)[parts.city] - 1)
    p = _chance(parts, there, wanted, (z, number, lag), permutations, seed, alpha)
    q = benjamini_hochberg_within(p, parts.city)
    return {
        "local_i": np.where(wanted, z * lag, np.nan),
        "cluster_p": p,
        "cluster_q": q,
        "cluster": _kind(z, lag, q <= alpha),
    }


def _standardised(parts: Parts, value: Floats, there: Flags) -> Floats:
    """Return values less the mean of their city, over its standard deviation; NaN where all are equal."""
    count = parts.count(there).astype(np.float64)
    away = value - ratio(parts.total(value), count)[parts.city]
    spread = np.sqrt(ratio(parts.total(away**2), count))
    spread[spread <= _NO_SPREAD] = np.nan
    return ratio(away, spread[parts.city])


def _kind(z: Floats, lag: Floats, called: Flags) -> NDArray[np.object_]:
    kind = np.full(z.shape, Cluster.NONE.value, dtype=object)
    for name, holds in (
        (Cluster.LOW, (z < 0) & (lag < 0)),
        (Cluster.HIGH, (z > 0) & (lag > 0)),
        (Cluster.LOW_AMONG_HIGH, (z < 0) & (lag > 0)),
        (Cluster.HIGH_AMONG_LOW, (z > 0) & (lag < 0)),
    ):
        kind[holds & called] = name.value
    return kind


def _chance(
    parts: Parts,
    there: Flags,
    wanted: Flags,
    observed: tuple[Floats, Integers, Floats],
    permutations: int,
    seed: int,
    alpha: float,
) -> Floats:
    """Return the p-value of each part wanted, from one round of draws or, where it cannot tell, two."""
    place = np.flatnonzero(there)
    city = parts.city[place]
    z, number, lag = (
        observed[0][place],
        observed[1][place].astype(np.int64),
        np.nan_to_num(observed[2][place]),
    )
    first, stop = (np.searchsorted(city, np.arange(parts.cities), side=side) for side in ("left", "right"))
    p = np.full(place.size, np.nan)

    def look(asked: Flags, draws: Integers, turn: int) -> None:
        seeds = np.array([zlib.crc32(f"{seed}:{turn}:{name}".encode()) for name in parts.names], np.uint64)
        low, high = count_extremes(first, stop, z, asked, number, lag, seeds, draws)
        rarer = 2 * (np.minimum(low, high) + 1) / (draws[city] + 1)
        p[asked] = np.minimum(rarer, 1.0)[asked]

    look(wanted[place], np.full(parts.cities, permutations, np.int64), 1)
    best = np.full(parts.cities, np.inf)
    np.fmin.at(best, city, benjamini_hochberg_within(p, city))
    more = np.minimum(_DRAWS_A_PART * (stop - first), _MOST_DRAWS).astype(np.int64)
    close = (p <= _CLOSE) & ((best > alpha) & (more > permutations))[city]
    if close.any():
        look(close, more, 2)
    whole = np.full(parts.city.size, np.nan)
    whole[place] = p
    return whole
