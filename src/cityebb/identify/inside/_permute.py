"""Compiled: how often chance makes the neighbours of a part as high, or as low, as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.grids.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

_ROUNDING = 1e-9


@compiled
def _next(state: NDArray[np.uint64]) -> Any:  # noqa: ANN401 - an unsigned integer once compiled
    """Return the next 64 random bits (splitmix64)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@compiled
def _draw(state: NDArray[np.uint64], below: int) -> Any:  # noqa: ANN401 - as above
    """Return a whole number from 0 to ``below`` − 1, from the upper 32 bits."""
    return np.int64(((_next(state) >> np.uint64(32)) * np.uint64(below)) >> np.uint64(32))


@compiled
def count_extremes(
    first: Integers,
    stop: Integers,
    z: Floats,
    wanted: NDArray[np.bool_],
    number: Integers,
    lag: Floats,
    seeds: NDArray[np.uint64],
    draws: Integers,
) -> tuple[Integers, Integers]:
    """Return for each part how many draws give its neighbours a mean at least as low, and as high.

    Parameters
    ----------
    first, stop
        The parts of each city.
    z
        The value of each part; all finite.
    wanted
        Which parts are tested.
    number, lag
        How many neighbours each has, and their mean.
    seeds, draws
        Of each city.

    Notes
    -----
    A draw takes ``k + 1`` different parts of the city, k the largest number of neighbours. The first ``k_i``
    of them, or the first ``k_i + 1`` without part i where it is among them, are ``k_i`` of the others of part
    i, each choice as probable as any other: one draw serves all parts of a city. Cost: a comparison a draw
    and part.
    """
    size = z.size
    low = np.zeros(size, np.int64)
    high = np.zeros(size, np.int64)
    # Sums are compared, not means; what ties may differ by a rounding error.
    at_most = (lag + _ROUNDING * (1.0 + np.abs(lag))) * number
    at_least = (lag - _ROUNDING * (1.0 + np.abs(lag))) * number
    state = np.zeros(1, np.uint64)
    for city in range(first.size):
        begin, n = first[city], stop[city] - first[city]
        most = 0
        for i in range(begin, begin + n):
            if wanted[i] and number[i] > most:
                most = number[i]
        if most == 0 or n < 2:  # noqa: PLR2004 - of one part there is no other
            continue
        prefix = min(most + 1, n)
        state[0] = seeds[city]
        order = np.arange(n)
        added = np.zeros(prefix + 1)
        tested = begin + np.flatnonzero(wanted[begin : begin + n])
        for _ in range(draws[city]):
            for place in range(prefix):
                other = place + _draw(state, n - place)
                order[place], order[other] = order[other], order[place]
                added[place + 1] = added[place] + z[begin + order[place]]
            for i in tested:
                total = added[number[i]]
                low[i] += total <= at_most[i]
                high[i] += total >= at_least[i]
            for place in range(prefix):
                i = begin + order[place]
                k = number[i]
                if wanted[i] and place < k:
                    low[i] -= added[k] <= at_most[i]
                    high[i] -= added[k] >= at_least[i]
                    total = added[k + 1] - z[i]
                    low[i] += total <= at_most[i]
                    high[i] += total >= at_least[i]
    return low, high
