"""Trajectories: the order of growth and decline over decades, as Turok and Mykhnenko sort it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cityebb.identify.rules.grounds import Answer, Ground, share_of
from cityebb.identify.rules.margin import error_of, margin
from cityebb.identify.rules.protocol import Needs, one
from cityebb.identify.rules.thresholds import columns_of
from cityebb.identify.rules.two_dates import dates_of
from cityebb.model import State
from cityebb.words import say

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.identify.rules.protocol import Given

# Years since the turn, up to which it is recent, and up to which it is of medium standing. Ours.
RECENT_YEARS = 10
MEDIUM_YEARS = 20
_LEAST_PARTS = 2


class Trajectory(StrEnum):
    """The nine."""

    CONTINUOUS_GROWTH = "continuous_growth"
    CONTINUOUS_DECLINE = "continuous_decline"
    RECENT_DECLINE = "recent_decline"
    MEDIUM_DECLINE = "medium_decline"
    LONG_DECLINE = "long_decline"
    RECENT_RESURGENCE = "recent_resurgence"
    MEDIUM_RESURGENCE = "medium_resurgence"
    LONG_RESURGENCE = "long_resurgence"
    ALTERNATING = "alternating"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"identify.rules.trajectory.{self.value}", language)


@dataclass(frozen=True)
class Parts:
    """What the parts of a period show, one a city.

    Parameters
    ----------
    count
        Parts with a value at both ends.
    turns
        Changes of direction from part to part.
    first, last
        Sign of the first and of the last part; 0 where all are within the band.
    turned
        Year of the last turn; 0 where there was none.
    last_rate, lowest_rate, highest_rate
        Log changes a year of the last part, and of those that fell and rose fastest.
    """

    count: NDArray[np.int64]
    turns: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    turned: NDArray[np.int64]
    last_rate: NDArray[np.float64]
    lowest_rate: NDArray[np.float64]
    highest_rate: NDArray[np.float64]


@dataclass(frozen=True)
class TurokMykhnenko:
    """Shrinking is a trajectory of decline.

    Parameters
    ----------
    least_people
        A city never as large in the period is refused.
    period
        Years looked at, the last of those given; ``None`` for all.
    every
        Least length of a part in years: a part ends with the first value that is so much later than its
        beginning; a remainder shorter than that is left out.
    band
        A share a year, 0 or more: a part that changes by no more has no direction of its own.
    error
        Relative standard error of one figure; by default that of counts of the grade the series has.
    confidence
        Of the interval ``low`` to ``high`` of the change over the period.

    Notes
    -----
    The signs of the parts' changes make the trajectory: all of one sign, *continuous growth* or *decline*;
    one turn from growth to decline, *recent* (ten years ago or less), *medium* (twenty), *long decline*; one
    turn the other way, *recent*, *medium* or *long resurgence*; more turns, *alternating*. The paper knows
    nine trajectories of 310 cities of 200,000 people or more in Europe, 1960–2005 (from memory); how it draws
    the lines between them we do not know, and the years are ours.

    *Shrinking* are the four of decline, *growing* the four of growth and resurgence; alternating ones are
    undetermined. ``last_per_year`` beside ``lowest_per_year`` shows whether a decline slows.

    References
    ----------
    Turok, I. and Mykhnenko, V. (2007), The trajectories of European cities, 1960–2005, Cities 24, 165–182,
    doi:10.1016/j.cities.2007.01.007.

    Examples
    --------
    >>> from cityebb.identify.rules import Values
    >>> decades = Values((1980, 1990, 2000, 2010, 2020), np.array([[430e3, 380e3, 350e3, 320e3, 319e3]]))
    >>> found = TurokMykhnenko().judge(decades)
    >>> print(*found.loc[0, ["state", "trajectory"]], round(found.loc[0, "last_per_year"], 4))
    shrinking continuous_decline -0.0003
    """

    least_people: float = 200_000
    period: int | None = 45
    every: int = 5
    band: float = 0.0
    error: float | None = None
    confidence: float = 0.90

    name: ClassVar[str] = "turok_mykhnenko"
    needs: ClassVar[Needs] = Needs(least_values=_LEAST_PARTS + 1, yearly=False, indicators=("people",))
    reference: ClassVar[str] = "Turok and Mykhnenko (2007), doi:10.1016/j.cities.2007.01.007"

    def judge(self, given: Given) -> pd.DataFrame:
        """Judge every city.

        Returns
        -------
        DataFrame
            ``FIGURES`` and the columns of :class:`~cityebb.identify.rules.Threshold`; ``trajectory``, a value
            of :class:`Trajectory`, empty where there is none; ``parts``, how many; ``last_per_year``,
            ``lowest_per_year`` and ``highest_per_year``, rates of parts.
        """
        series = one(given, self.needs)
        dates = dates_of(series, self.period)
        figures = dates.figures
        answer = Answer(figures.fault)
        answer.refuse(dates.largest < self.least_people, Ground.TOO_SMALL)
        parts = parts_of(figures.logs, figures.years, every=self.every, band=self.band)
        answer.refuse(parts.count < _LEAST_PARTS, Ground.TOO_FEW)
        kind = sort_out(parts, int(figures.years[-1]))
        decline, growth, resurgence = (
            np.char.endswith(kind.astype(str), ending) for ending in ("_decline", "_growth", "_resurgence")
        )
        answer.say(decline, State.SHRINKING, Ground.TRAJECTORY_FALL)
        answer.say(growth | resurgence, State.GROWING, Ground.TRAJECTORY_RISE)
        answer.say(kind == Trajectory.ALTERNATING.value, State.UNDETERMINED, Ground.TRAJECTORY_MIXED)
        answer.say(kind == "", State.STABLE, Ground.WITHIN_BAND)
        told = ~answer.refused
        own = {
            **columns_of(dates, answer),
            "trajectory": np.where(told, kind, "").astype(str),
            "parts": np.where(told, parts.count, 0),
            "last_per_year": np.where(told, share_of(parts.last_rate), np.nan),
            "lowest_per_year": np.where(told, share_of(parts.lowest_rate), np.nan),
            "highest_per_year": np.where(told, share_of(parts.highest_rate), np.nan),
        }
        carried = np.asarray((figures.carried & figures.present).any(axis=1))
        numbers = margin(dates.change, error_of(series, self.error), self.confidence)
        return answer.table(numbers, own, carried)


def parts_of(logs: NDArray[np.float64], years: NDArray[np.int64], *, every: int, band: float = 0.0) -> Parts:
    """Cut the years into parts and follow their signs.

    Parameters
    ----------
    logs
        Shape ``(cities, years)``; NaN where missing: that part reaches to the next value.
    years
        Ascending.
    every
        Least length of a part.
    band
        A share a year within which a part has no direction.
    """
    cities = len(logs)
    count, turns, first, last, turned = (np.zeros(cities, dtype=np.int64) for _ in range(5))
    last_rate, lowest, highest = (np.full(cities, np.nan) for _ in range(3))
    value, at = np.full(cities, np.nan), np.zeros(cities, dtype=np.int64)
    line = np.log1p(band)
    for column in range(years.size):
        new, year = logs[:, column], years[column]
        starts = np.isnan(value) & ~np.isnan(new)
        ends = ~np.isnan(new) & ~np.isnan(value) & (year - at >= every)
        rate = (new - value) / np.maximum(year - at, 1)
        sign = np.where(ends & (np.abs(rate) > line), np.sign(np.nan_to_num(rate)), 0).astype(np.int64)
        turns_here = ends & (sign * last < 0)
        turned = np.where(turns_here, at, turned)
        turns += turns_here
        count += ends
        first = np.where((first == 0) & ends, sign, first)
        last = np.where(ends & (sign != 0), sign, last)
        last_rate = np.where(ends, rate, last_rate)
        lowest, highest = (
            np.fmin(lowest, np.where(ends, rate, np.nan)),
            np.fmax(highest, np.where(ends, rate, np.nan)),
        )
        moved = starts | ends
        value, at = np.where(moved, new, value), np.where(moved, year, at)
    return Parts(count, turns, first, last, turned, last_rate, lowest, highest)


def sort_out(parts: Parts, end: int) -> NDArray[np.object_]:
    """Name the trajectory of each city; empty where no part has a direction.

    Parameters
    ----------
    parts
        From :func:`parts_of`.
    end
        Last year, from which it is counted how long ago a turn was.
    """
    ago = end - parts.turned
    kind = np.full(len(ago), "", dtype=object)
    straight, once = parts.turns == 0, parts.turns == 1
    for sign, whole, names in (
        (1, Trajectory.CONTINUOUS_GROWTH, ("RECENT_RESURGENCE", "MEDIUM_RESURGENCE", "LONG_RESURGENCE")),
        (-1, Trajectory.CONTINUOUS_DECLINE, ("RECENT_DECLINE", "MEDIUM_DECLINE", "LONG_DECLINE")),
    ):
        here = parts.last == sign
        kind[here & straight] = whole.value
        kind[here & once] = Trajectory[names[2]].value
        kind[here & once & (ago <= MEDIUM_YEARS)] = Trajectory[names[1]].value
        kind[here & once & (ago <= RECENT_YEARS)] = Trajectory[names[0]].value
    kind[parts.turns > 1] = Trajectory.ALTERNATING.value
    return kind
