"""The six indicators of the BBSR: growing or shrinking against the others of the same set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cityebb.identify.rules.grounds import Answer, Ground, take
from cityebb.identify.rules.protocol import Needs, several
from cityebb.identify.rules.thresholds import columns_of
from cityebb.identify.rules.two_dates import Dates, dates_of, long_enough
from cityebb.model import State

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.identify.rules.protocol import Given, Yearly

# How each is compared: as a share of the start, as a difference, or as the mean of the years; and whether
# more of it is growth.
INDICATORS = {
    "people": ("share", 1),
    "net_migration": ("mean", 1),
    "working_age": ("share", 1),
    "jobs": ("share", 1),
    "unemployment": ("difference", -1),
    "business_tax": ("share", 1),
}
_FIFTHS = 5
# Mean points, −2 to 2, are cut into five classes of equal width: beyond ±0.4, and beyond ±1.2 strongly.
_SIDE = 0.4
_STRONG = 1.2


@dataclass(frozen=True)
class Bbsr:
    """Shrinking is lying in the lower fifths of several indicators: relative to the others, not a loss.

    Parameters
    ----------
    period
        Years looked at, the last of those given.
    least_cities
        With fewer cities that have all six indicators, none is ranked.

    Notes
    -----
    **Relative.** In every set some cities are "shrinking", though all may grow, and a city's verdict changes
    with those it is compared with. Say the set with the number.

    ``people``, ``working_age``, ``jobs`` and ``business_tax`` (a head) are compared as shares of the start,
    ``unemployment`` (a rate) as a difference, ``net_migration`` (per 1,000 people) as the mean of the years.
    Every indicator gives a city points by the fifth of the set it lies in, −2 for the lowest to 2 for the
    highest, the other way round for unemployment. *Shrinking* is a mean of the six below −0.4, *growing*
    above 0.4 (strongly: beyond 1.2); between, there is no clear direction, and the city is *undetermined*.
    The six and the window of five years are the institute's, points by fifths are from memory, the cuts ours.

    References
    ----------
    Bundesinstitut für Bau-, Stadt- und Raumforschung, Wachsen und Schrumpfen von Städten und Gemeinden.

    Examples
    --------
    >>> from cityebb.identify.rules import Values
    >>> rise = np.linspace(-0.1, 0.1, 10)
    >>> series = Values((2013, 2018), 1000 * np.column_stack([np.ones(10), 1 + rise]))
    >>> jobless = Values((2013, 2018), 10 * np.column_stack([np.ones(10), 1 - rise]))
    >>> given = {name: jobless if name == "unemployment" else series for name in INDICATORS}
    >>> Bbsr().judge(given)["state"].value_counts().to_dict()
    {'shrinking': 4, 'growing': 4, 'undetermined': 2}
    """

    period: int = 5
    least_cities: int = 10

    name: ClassVar[str] = "bbsr"
    needs: ClassVar[Needs] = Needs(least_values=2, yearly=False, indicators=tuple(INDICATORS), relative=True)
    reference: ClassVar[str] = "BBSR, Wachsen und Schrumpfen von Städten und Gemeinden"

    def judge(self, given: Given) -> pd.DataFrame:
        """Judge every city against the others.

        Returns
        -------
        DataFrame
            ``FIGURES``, with the change of people, and the columns of
            :class:`~cityebb.identify.rules.Threshold`; ``index``, the mean points, ``strongly``, and
            ``points_`` with the name of each indicator.
        """
        found = several(given, self.needs)
        dates = dates_of(found["people"], self.period)
        answer = Answer(dates.figures.fault)
        answer.refuse(~long_enough(dates, self.period), Ground.TOO_SHORT)
        moves = {
            name: sign * _move(found[name], dates, kind, self.period)
            for name, (kind, sign) in INDICATORS.items()
        }
        whole = np.all([np.isfinite(move) for move in moves.values()], axis=0)
        answer.refuse(~whole, Ground.INDICATOR_MISSING)
        ranked = whole & ~answer.refused
        if ranked.sum() < self.least_cities:
            answer.refuse(ranked, Ground.RELATIVE_FEW)
            ranked = np.zeros_like(ranked)
        points = {name: _points(move, ranked) for name, move in moves.items()}
        index = np.mean(list(points.values()), axis=0)
        # Sixths of whole numbers: a hair keeps 0.4 from being more than itself.
        answer.say(index < -_SIDE - 1e-9, State.SHRINKING, Ground.RELATIVE_FALL)
        answer.say(index > _SIDE + 1e-9, State.GROWING, Ground.RELATIVE_RISE)
        own = {
            **columns_of(dates, answer),
            "index": index,
            "strongly": np.abs(np.nan_to_num(index)) > _STRONG + 1e-9,
            **{f"points_{name}": value for name, value in points.items()},
        }
        return answer.table({"change": dates.change}, own, dates.carried, Ground.RELATIVE_MIDDLE)


def _move(series: Yearly, dates: Dates, kind: str, period: int) -> NDArray[np.float64]:
    """Return how one indicator moved between the dates of the people; NaN where that cannot be said."""
    years = np.asarray(series.years)
    values = np.asarray(series.values, dtype=np.float64)
    values = np.where(np.isfinite(values), values, np.nan)
    end = dates.figures.years[dates.last]
    if kind == "mean":
        inside = (years > (end - period)[:, None]) & (years <= end[:, None]) & np.isfinite(values)
        total = np.where(inside, values, 0.0).sum(axis=1)
        count = inside.sum(axis=1)
        return np.asarray(np.divide(total, count, where=count > 0, out=np.full(total.shape, np.nan)))
    at = []
    for asked in (dates.figures.years[dates.first], end):
        place = np.searchsorted(years, asked).clip(0, years.size - 1)
        at.append(np.where(years[place] == asked, take(values, place), np.nan))
    before, after = at
    if kind == "difference":
        return np.asarray(after - before)
    usable = (before > 0) & (after >= 0)
    with np.errstate(over="ignore"):  # beyond all numbers is no number, and not ranked
        return np.asarray(np.divide(after - before, before, where=usable, out=np.full(before.shape, np.nan)))


def _points(move: NDArray[np.float64], ranked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return −2 to 2 by the fifth of the ranked cities that each lies in; ties share their mean rank."""
    points = np.full(move.shape, np.nan)
    own = move[ranked]
    ordered = np.sort(own)
    rank = (np.searchsorted(ordered, own, "left") + np.searchsorted(ordered, own, "right")) / 2
    points[ranked] = np.minimum(np.floor(_FIFTHS * rank / max(own.size, 1)), _FIFTHS - 1) - _FIFTHS // 2
    return points
