"""The plain rule of the literature: one year against another, blind to noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import PlainState

if TYPE_CHECKING:
    from numpy.typing import NDArray


def plain_rule(
    first: NDArray[np.float64], last: NDArray[np.float64], threshold: float
) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Compare the last year with the first.

    Parameters
    ----------
    first, last
        Values of the first and the last single year, one a city.
    threshold
        Negative share; ``down`` at or below it, ``up`` at or above its opposite. Zero: ``down`` is any fall,
        ``up`` any rise.

    Returns
    -------
    change
        ``last / first − 1``; NaN where there is no baseline or no data.
    state
        :class:`~cityebb.model.PlainState` values as text: a city dark in the first year has no baseline.

    Examples
    --------
    >>> change, state = plain_rule(np.array([10.0, 10, 0, 10]), np.array([9.0, 11, 5, np.nan]), -0.1)
    >>> state.tolist()
    ['down', 'up', 'no_baseline', 'no_data']
    """
    dark = first == 0
    missing = np.isnan(first) | (np.isnan(last) & ~dark)
    # A difference over the first, not a ratio less one: nine tenths of ten is then exactly a tenth less.
    change = np.divide(last - first, first, where=first > 0, out=np.full(first.shape, np.nan))
    state = np.full(first.shape, PlainState.BETWEEN.value, dtype=object)
    state[(change <= threshold) & (change < 0)] = PlainState.DOWN.value
    state[(change >= -threshold) & (change > 0)] = PlainState.UP.value
    state[missing] = PlainState.NO_DATA.value
    state[dark] = PlainState.NO_BASELINE.value
    return change, state
