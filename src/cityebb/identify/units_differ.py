"""Series whose figures were told in different units: ten thousands beside ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Decades between two neighbouring figures from which no change explains them: a forgotten 万 is four, and
# what has really changed meanwhile may take a factor of three off it.
_DECADES = 3.5


def units_differ(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether neighbouring figures of a series lie so far apart that they were told in different units.

    Parameters
    ----------
    values
        Shape ``(cities, years)``; NaN where missing, which is passed over, as is zero.

    Returns
    -------
    ndarray
        One a city.

    Notes
    -----
    ``|log10(x_j / x_i)| ≥ 3.5`` for two figures that follow on each other: 万 among persons is four. No city
    has grown or shrunk three thousandfold from one figure to the next. Cost: 100,000 series of 40 years, a
    tenth of a second.

    Examples
    --------
    >>> told = np.array([[186_000.0, 18.5, 185_000], [186_000, np.nan, 18.4], [9, 8, 2_000]])
    >>> units_differ(told).tolist()
    [True, True, False]
    """
    positive = values > 0
    decades = np.log10(values, where=positive, out=np.full(values.shape, np.nan))
    before = np.full(len(values), np.nan)
    found = np.zeros(len(values), dtype=bool)
    for column in range(values.shape[1]):
        here = decades[:, column]
        found |= np.abs(here - before) >= _DECADES  # a comparison with NaN is false
        before = np.where(np.isnan(here), before, here)
    return found
