"""Losing people for more than two years: the definition of Wiechmann and his network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cityebb.identify.rules.grounds import Answer, Ground, take
from cityebb.identify.rules.margin import error_of, margin
from cityebb.identify.rules.protocol import Needs, several
from cityebb.identify.rules.thresholds import Companion, columns_of, companion_holds
from cityebb.identify.rules.two_dates import Dates, dates_of
from cityebb.model import State

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.identify.rules.protocol import Given

_ECONOMY = Companion("economy", rises=False)


@dataclass(frozen=True)
class Wiechmann:
    """Shrinking is losing people for more than two years, up to the last, in a town of some size.

    Parameters
    ----------
    least_people
        A city never as large in the years given is refused.
    years
        The losses must span more years than this.
    error
        Relative standard error of one figure; by default that of counts of the grade the series has.
    confidence
        Of the interval ``low`` to ``high``.

    Notes
    -----
    The definition asks for 10,000 residents or more, losses in large parts of the city for more than two
    years, and economic change with some symptoms of a structural crisis (from memory). Of this the rule sees
    the size, the losses of the whole city, and, where a series ``economy`` is given (jobs, product), whether
    it fell over the same years: without it the verdict says that this was not looked at. The parts of the
    city are not looked at.

    The losses are the unbroken row of falls from value to value that leads up to the last value; one fall
    between two censuses spans all years between. Growing is the mirror image, and ours.

    References
    ----------
    Wiechmann, T. (2008), Errors expected: aligning urban strategy with demographic uncertainty in shrinking
    cities, International Planning Studies 13, 431–446, doi:10.1080/13563470802519097.

    Examples
    --------
    >>> from cityebb.identify.rules import Values
    >>> values = np.array([[20e3, 21e3, 20.5e3, 20.1e3, 19.9e3], [20e3, 21e3, 22e3, 21.5e3, 21e3]])
    >>> Wiechmann().judge(Values((2015, 2016, 2017, 2018, 2019), values))["state"].tolist()
    ['shrinking', 'undetermined']
    """

    least_people: float = 10_000
    years: int = 2
    error: float | None = None
    confidence: float = 0.90

    name: ClassVar[str] = "wiechmann"
    needs: ClassVar[Needs] = Needs(
        least_values=2, yearly=False, indicators=("people",), optional=(_ECONOMY.indicator,)
    )
    reference: ClassVar[str] = "Wiechmann (2008), doi:10.1080/13563470802519097"

    def judge(self, given: Given) -> pd.DataFrame:
        """Judge every city.

        Returns
        -------
        DataFrame
            ``FIGURES`` and the columns of :class:`~cityebb.identify.rules.Threshold`, from the value before
            the losses (or gains) to the last one.
        """
        found = several(given, self.needs)
        all_dates = dates_of(found["people"], None)
        figures = all_dates.figures
        sign, begin = last_stretch(figures.values)
        before = take(figures.values, begin)
        span = (figures.years[all_dates.last] - figures.years[begin]).astype(np.float64)
        dates = Dates(figures, begin, all_dates.last, before, all_dates.after, span)
        answer = Answer(figures.fault)
        answer.refuse(dates.largest < self.least_people, Ground.TOO_SMALL)
        falls, rises = (sign < 0) & (span > self.years), (sign > 0) & (span > self.years)
        holds = companion_holds(found.get(_ECONOMY.indicator), dates, _ECONOMY)
        answer.say(falls & (holds < 0), State.UNDETERMINED, Ground.COMPANION_AGAINST)
        answer.say(falls & (holds == 0), State.SHRINKING, Ground.PEOPLE_ONLY)
        answer.say(falls, State.SHRINKING, Ground.BEYOND_FALL)
        answer.say(rises, State.GROWING, Ground.BEYOND_RISE)
        numbers = margin(dates.change, error_of(found["people"], self.error), self.confidence)
        carried = np.asarray((figures.carried & figures.present).any(axis=1))
        return answer.table(numbers, columns_of(dates, answer), carried, Ground.BETWEEN)


def last_stretch(values: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the unbroken row of falls, or of rises, that leads up to the last value.

    Parameters
    ----------
    values
        Shape ``(cities, years)``; NaN where missing, which breaks nothing.

    Returns
    -------
    sign
        −1 for falls, 1 for rises, 0 where the last two values are equal or there are fewer than two.
    begin
        The column of the value before the first of them.

    Examples
    --------
    >>> sign, begin = last_stretch(np.array([[5.0, 6, 5, np.nan, 4], [1, 2, 2, np.nan, 2]]))
    >>> sign.tolist(), begin.tolist()
    ([-1, 0], [1, 2])
    """
    cities = len(values)
    sign, begin, at = (np.zeros(cities, dtype=np.int64) for _ in range(3))
    value = np.full(cities, np.nan)
    for column in range(values.shape[1]):
        new = values[:, column]
        here = ~np.isnan(new)
        step = np.sign(np.nan_to_num(new - value)).astype(np.int64)
        turned = here & ((step != sign) | (step == 0))
        begin = np.where(turned, at, begin)
        sign = np.where(here, step, sign)
        at = np.where(here, column, at)
        value = np.where(here, new, value)
    return sign, begin
