"""Two dates of each city: which they are, and what lies between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.rules.grounds import Clean, clean, share_of, take, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.rules.protocol import Yearly

# A period of forty years may be one of 36 to 44.
_SLACK = 0.1


@dataclass(frozen=True)
class Dates:
    """The first and the last value of each city within a period.

    Parameters
    ----------
    figures
        All of the period.
    first, last
        Columns.
    before, after
        Values at them.
    span
        Years between.
    """

    figures: Clean
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    span: NDArray[np.float64]

    @property
    def change(self) -> NDArray[np.float64]:
        """Return ``after / before − 1``, nine tenths of ten being exactly a tenth less."""
        usable = self.before > 0
        empty = np.full(usable.shape, np.nan)
        with np.errstate(over="ignore"):
            change = np.divide(self.after - self.before, self.before, where=usable, out=empty)
        return np.asarray(np.minimum(change, np.finfo(np.float64).max))

    @property
    def per_year(self) -> NDArray[np.float64]:
        """Return the rate which, year on year, comes to the change."""
        return rate_of(self.change, self.span)

    @property
    def largest(self) -> NDArray[np.float64]:
        """Return the largest value of each city in the period; 0 where it has none."""
        return np.asarray(np.max(self.figures.values, axis=1, where=self.figures.present, initial=0.0))

    @property
    def carried(self) -> NDArray[np.bool_]:
        """Whether either of the two figures was carried forward."""
        at = [
            np.take_along_axis(self.figures.carried, column[:, None], axis=1)[:, 0]
            for column in (self.first, self.last)
        ]
        return at[0] | at[1]


def rate_of(change: NDArray[np.float64], span: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rate which, year on year for so many years, comes to a change.

    Examples
    --------
    >>> rate_of(np.array([0.21]), np.array([2.0])).round(3).tolist()
    [0.1]
    """
    usable = (change > -1) & (span > 0)
    logs = np.log1p(change, where=usable, out=np.full(change.shape, np.nan))
    return share_of(logs / np.where(usable, span, 1))


def dates_of(series: Yearly, period: int | None) -> Dates:
    """Take the first and the last value of each city.

    Parameters
    ----------
    series
        What is given; only the last ``period`` years of it are looked at.
    period
        Years, and a tenth of them more or less; ``None`` for all years.

    Examples
    --------
    >>> from cityebb.identify.rules import Values
    >>> decades = Values((1970, 1980, 2000, 2020), np.array([[9.0, 8, 7, 4], [9, np.nan, 8, 6]]))
    >>> dates = dates_of(decades, 40)
    >>> dates.before.tolist(), dates.span.tolist()
    ([8.0, 8.0], [40.0, 20.0])
    """
    years = np.asarray(series.years)
    if period is not None and years.size:
        earliest = years[-1] - period
        near = years[np.abs(years - earliest) <= _SLACK * period]
        # The nearest year with figures stands for that in which the period begins.
        start = near[np.argmin(np.abs(near - earliest))] if near.size else earliest
        series = within(series, int(start), int(years[-1]))
    figures = clean(series)
    first, last = figures.ends
    before, after = take(figures.values, first), take(figures.values, last)
    return Dates(
        figures, first, last, before, after, (figures.years[last] - figures.years[first]).astype(float)
    )


def long_enough(dates: Dates, period: int) -> NDArray[np.bool_]:
    """Whether the two dates of a city lie a whole period apart, a tenth of it more or less."""
    return np.asarray(np.abs(dates.span - period) <= _SLACK * period)
