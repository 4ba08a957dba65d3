"""Straight stretches: figures that were drawn with a ruler between two counts, not counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Straight:
    """Which yearly changes lie on a straight stretch, and where such stretches begin and end.

    Parameters
    ----------
    steps
        ``bool``, shape ``(cities, years − 1)``: the change from this year to the next lies on one.
    knots
        ``bool``, shape ``(cities, years)``: a stretch begins or ends here. A count, as likely as not.
    perhaps
        Shape of ``steps``: lies on a stretch that is straight to within the rounding, be it by chance: where
        figures are rounded coarsely beside their yearly changes, nobody can tell.
    """

    steps: NDArray[np.bool_]
    knots: NDArray[np.bool_]
    perhaps: NDArray[np.bool_]

    def mostly(self, values: NDArray[np.float64], *, perhaps: bool = False) -> NDArray[np.bool_]:
        """Whether at least half of the changes of a series from value to value lie on such stretches.

        Parameters
        ----------
        values
            Of which the stretches are.
        perhaps
            Whether those count that are straight to within the rounding, be it by chance.

        Examples
        --------
        >>> values = np.array([[100.0, 98, 96, 94, 92, 95, 91]])
        >>> straight_stretches(values, range(2010, 2017)).mostly(values).tolist()
        [True]
        """
        known = np.isfinite(values).sum(axis=1) - 1
        steps = self.perhaps if perhaps else self.steps
        return np.asarray(steps.sum(axis=1) >= np.maximum(known, 1) / 2)

    def knot_years(self, years: Sequence[int]) -> list[str]:
        """Write the knots as text.

        Examples
        --------
        >>> values = np.array([[100.0, 98, 96, 94, 92, 95, 91]])
        >>> straight_stretches(values, range(2010, 2017)).knot_years(range(2010, 2017))
        ['2010,2014']
        """
        found = [""] * len(self.knots)
        names = [str(year) for year in years]
        for row in np.flatnonzero(self.knots.any(axis=1)).tolist():
            found[row] = ",".join(names[column] for column in np.flatnonzero(self.knots[row]).tolist())
        return found


def straight_stretches(values: NDArray[np.float64], years: Sequence[int] | NDArray[np.int64]) -> Straight:
    """Find where a series is a straight line, or one in logarithms, to within its rounding.

    Parameters
    ----------
    values
        Shape ``(cities, years)``, not negative; NaN where missing.
    years
        Ascending; only years that follow on each other make a stretch.

    Returns
    -------
    Straight
        By city and year.

    Notes
    -----
    A city's changes are multiples of some step u (a person, a hundred): their greatest common divisor, found
    by Euclid's algorithm with a tolerance of 4·10⁻⁷ of the largest. On a line that was rounded to u, second
    differences ``x(t−1) − 2·x(t) + x(t+1)`` are at most u; in logarithms, at most 2u/x. Three or more such in
    a row are a stretch if chance would not make them. If yearly changes c of a series that was counted
    scatter by a quarter of themselves, one second difference lies within ±s with probability
    ``erf(2 s/c)``, and m of them with its m-th power, which must be 0.001 or less. The quarter is our
    assumption. Figures rounded too coarsely for that are called straight only if their changes do not differ
    at all.

    A stretch without any change is none. Cost: 100,000 series by 40 years, half a second.

    Examples
    --------
    >>> counted = [100.0, 98.3, 97.1, 94.2, 92.9, 90.1]
    >>> drawn = [100.0, 98, 96, 94, 92, 90]
    >>> straight_stretches(np.array([counted, drawn]), range(2010, 2016)).steps.sum(axis=1).tolist()
    [0, 5]
    """
    from cityebb.identify.rules import _straight

    table = np.ascontiguousarray(values, dtype=np.float64)
    moments = np.asarray(years, dtype=np.int64)
    steps = np.zeros((len(table), max(moments.size - 1, 0)), dtype=np.bool_)
    knots = np.zeros(table.shape, dtype=np.bool_)
    perhaps = np.zeros_like(steps)
    _straight.mark(table, moments, steps, knots, perhaps)
    return Straight(steps, knots, perhaps)
