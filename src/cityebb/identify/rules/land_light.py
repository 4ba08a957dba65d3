"""Land and light part ways: built-up land grows, light or people do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.parameters import BUILT_UP_THRESHOLD, LIGHT_THRESHOLD, PEOPLE_THRESHOLD_PER_YEAR
from cityebb.identify.rules.grounds import Answer, Ground, restricted
from cityebb.identify.rules.margin import error_of, margin
from cityebb.identify.rules.protocol import Needs, several
from cityebb.identify.rules.thresholds import columns_of
from cityebb.identify.rules.two_dates import dates_of
from cityebb.model import State

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.identify.rules.protocol import Given, Yearly

_LAND = "built_up"


@dataclass(frozen=True)
class LandAgainst:
    """Shrinking is building on more land while light, or people, fall.

    Parameters
    ----------
    other
        ``"light"`` or ``"people"``: what is laid beside built-up land.
    land_rise
        Share of the start by which built-up land must have grown. Ours.
    threshold
        Share of the start, negative, at or below which the other falls, and at or above the opposite of which
        it grows. By default that of the light rule (−10 %), for people −0.15 % a year.
    error
        Relative standard error of one figure of the other; by default that of counts of its grade.
    confidence
        Of the interval ``low`` to ``high``.

    Notes
    -----
    Both are compared over the same two dates, the first and the last at which a city has both. Where land did
    not grow, the rule has nothing to say. Where it did: the other fell, *shrinking*; neither fell nor grew,
    *stable*, though land and light have parted (``parted``); grew too, *growing*. The two are shown side by
    side: an elasticity of land by people has no meaning where people fall.

    References
    ----------
    The paradox of fewer people on more land: Long, Y. and Gao, S. (2019), Shrinking Cities in China,
    doi:10.1007/978-981-13-2646-2.

    Examples
    --------
    >>> from cityebb.identify.rules import Values
    >>> land = Values((2010, 2020), np.array([[10.0, 13], [10, 13], [10, 10.5]]))
    >>> light = Values((2010, 2020), np.array([[90.0, 70], [90, 91], [90, 70]]))
    >>> LandAgainst().judge({"built_up": land, "light": light})["state"].tolist()
    ['shrinking', 'stable', 'undetermined']
    """

    other: str = "light"
    land_rise: float = -BUILT_UP_THRESHOLD
    threshold: float | None = None
    error: float | None = None
    confidence: float = 0.90

    @property
    def name(self) -> str:
        """By which a study calls it."""
        return f"land_{self.other}"

    @property
    def needs(self) -> Needs:
        """Two dates of both."""
        return Needs(least_values=2, yearly=False, indicators=(_LAND, self.other))

    @property
    def reference(self) -> str:
        """Where it comes from."""
        return "Long and Gao (2019), doi:10.1007/978-981-13-2646-2"

    def judge(self, given: Given) -> pd.DataFrame:
        """Judge every city.

        Returns
        -------
        DataFrame
            ``FIGURES`` and the columns of :class:`~cityebb.identify.rules.Threshold`, of light or people;
            ``land_change``; ``per_land_change``, that of light or people on each piece of built-up land;
            ``parted``, whether land grew and the other did not.
        """
        found = several(given, self.needs)
        land_series, other_series = _paired(found[_LAND], found[self.other])
        land, other = dates_of(land_series, None), dates_of(other_series, None)
        fault = np.where(other.figures.fault != "", other.figures.fault, land.figures.fault)
        answer = Answer(fault.astype(object))
        line = self._line(other.span)
        grown = land.change >= self.land_rise
        falls, rises = other.change <= line, other.change >= -line
        answer.say(grown & falls, State.SHRINKING, Ground.PARTED_FALL)
        answer.say(grown & rises, State.GROWING, Ground.TOGETHER_UP)
        answer.say(grown, State.STABLE, Ground.PARTED_FLAT)
        told = ~answer.refused
        own = {
            **columns_of(other, answer),
            "land_change": np.where(told, land.change, np.nan),
            "per_land_change": _on_each_piece(other.change, land.change, told),
            "parted": told & grown & ~rises,
        }
        numbers = margin(other.change, error_of(found[self.other], self.error), self.confidence)
        return answer.table(numbers, own, land.carried | other.carried, Ground.LAND_STILL)

    def _line(self, span: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.threshold is not None:
            return np.full(span.shape, self.threshold)
        if self.other == "people":
            return PEOPLE_THRESHOLD_PER_YEAR * span
        return np.full(span.shape, LIGHT_THRESHOLD)


def _on_each_piece(
    other: NDArray[np.float64], land: NDArray[np.float64], told: NDArray[np.bool_]
) -> NDArray[np.float64]:
    ratio = np.divide(1 + other, 1 + land, where=told & (land > -1), out=np.full(other.shape, np.nan))
    return np.asarray(ratio - 1)


def _paired(land: Yearly, other: Yearly) -> tuple[Yearly, Yearly]:
    """Keep of both the years that both have, and in these the values where both have one."""
    years = sorted(set(land.years) & set(other.years)) or [max(*land.years, *other.years)]
    first, second = restricted(land, years), restricted(other, years)
    gap = np.isnan(first.values) | np.isnan(second.values)
    return restricted(first, years, gap=gap), restricted(second, years, gap=gap)
