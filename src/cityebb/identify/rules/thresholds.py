"""Thresholds of the literature: so much less at the second of two dates, or so much less a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.rules.grounds import Answer, Ground, clean, take, years_or_missing
from cityebb.identify.rules.margin import error_of, margin, sure
from cityebb.identify.rules.protocol import Needs, several
from cityebb.identify.rules.two_dates import Dates, dates_of, long_enough, rate_of
from cityebb.model import State

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.identify.rules.protocol import Given, Yearly

# A rate equal to the threshold but for the machine's last digits is equal to it.
_HAIR = 1e-12


@dataclass(frozen=True)
class Companion:
    """What a source asks for besides fewer people.

    Parameters
    ----------
    indicator
        Its name.
    rises
        Whether it must rise from the first date to the second; else it must fall.
    """

    indicator: str
    rises: bool


@dataclass(frozen=True)
class Threshold:
    """Shrinking is having fallen by so much between two dates.

    Parameters
    ----------
    name, reference
        By which a study calls it, and where it comes from.
    total
        A share of the start, negative: at or below it a city is shrinking.
    per_year
        A share a year, negative or zero: below it a city is shrinking. One of the two is enough.
    band
        Whether what lies between the threshold and its opposite is stable. Most sources do not say: then it
        is undetermined.
    period
        Years looked at, the last of those given, a tenth more or less; ``None`` for all.
    whole_period
        Whether a city whose first and last value lie closer together is refused.
    least_people
        A city never as large in the period is refused; 0 for none.
    indicator
        What is compared.
    companion
        What the source asks for besides. Where it is not given the verdict says so; where it goes the other
        way, the city is undetermined.
    error
        Relative standard error of one figure; by default that of counts of the grade the series has.
    confidence
        Of the interval ``low`` to ``high``.

    Notes
    -----
    Growing is the mirror image, ``change ≥ −total`` or ``rate > −per_year``, and ours: the sources speak of
    shrinking. The rate is ``(after / before)^(1 / years) − 1``.

    The verdict is the source's, blind to errors. Beside it stand the interval and the chance that follow from
    the error of counting, where that is known, and ``sure``: whether both ends of the interval lie on the
    same side of the threshold as the change.

    Examples
    --------
    >>> from cityebb.identify.rules import RULES, Values
    >>> detroit = Values((1950, 1980, 2020), np.array([[1_849_568, 1_203_368, 639_111]]))
    >>> found = RULES["schilling_logan"].judge(detroit)
    >>> print(*found.loc[0, ["state", "start", "end"]], round(found.loc[0, "change"], 3))
    shrinking 1980 2020 -0.469
    """

    name: str
    reference: str
    total: float | None = None
    per_year: float | None = None
    band: bool = False
    period: int | None = None
    whole_period: bool = False
    least_people: float = 0
    indicator: str = "people"
    companion: Companion | None = None
    error: float | None = None
    confidence: float = 0.90

    @property
    def needs(self) -> Needs:
        """Two dates of one indicator."""
        besides = () if self.companion is None else (self.companion.indicator,)
        return Needs(least_values=2, yearly=False, indicators=(self.indicator,), optional=besides)

    def judge(self, given: Given) -> pd.DataFrame:
        """Judge every city.

        Returns
        -------
        DataFrame
            ``FIGURES``; ``start`` and ``end``, the two dates, ``before`` and ``after``, the figures at them,
            ``per_year``, the rate, and ``sure``, missing where no error is known.
        """
        found = several(given, self.needs)
        dates = dates_of(found[self.indicator], self.period)
        answer = Answer(dates.figures.fault)
        if self.whole_period and self.period is not None:
            answer.refuse(~long_enough(dates, self.period), Ground.TOO_SHORT)
        answer.refuse(dates.largest < self.least_people, Ground.TOO_SMALL)
        falls, rises = self._beyond(dates.change, dates.per_year)
        if self.companion is not None:
            holds = companion_holds(found.get(self.companion.indicator), dates, self.companion)
            answer.say(falls & (holds < 0), State.UNDETERMINED, Ground.COMPANION_AGAINST)
            answer.say(falls & (holds == 0), State.SHRINKING, Ground.PEOPLE_ONLY)
        answer.say(falls, State.SHRINKING, Ground.BEYOND_FALL)
        answer.say(rises, State.GROWING, Ground.BEYOND_RISE)
        if self.band:
            answer.say(~falls & ~rises, State.STABLE, Ground.WITHIN_BAND)
        numbers = margin(dates.change, error_of(found[self.indicator], self.error), self.confidence)
        ends = [self._beyond(numbers[name], rate_of(numbers[name], dates.span)) for name in ("low", "high")]
        same = np.all([(end[0] == falls) & (end[1] == rises) for end in ends], axis=0)
        known = np.isfinite(numbers["low"]) & ~answer.refused
        own = {**columns_of(dates, answer), "sure": sure(same, known)}
        return answer.table(numbers, own, dates.carried, Ground.BETWEEN)

    def _beyond(
        self, change: NDArray[np.float64], per_year: NDArray[np.float64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which changes lie beyond the threshold, and which beyond its opposite."""
        falls, rises = (np.zeros(change.shape, dtype=bool) for _ in range(2))
        if self.total is not None:
            falls |= change <= self.total
            rises |= change >= -self.total
        if self.per_year is not None:
            falls |= per_year < self.per_year - _HAIR
            rises |= per_year > -self.per_year + _HAIR
        return falls, rises


def columns_of(dates: Dates, answer: Answer) -> dict[str, object]:
    """Write the two dates of each city that was judged."""
    told = ~answer.refused
    return {
        "start": years_or_missing(dates.figures.years, dates.first, told),
        "end": years_or_missing(dates.figures.years, dates.last, told),
        "before": np.where(told, dates.before, np.nan),
        "after": np.where(told, dates.after, np.nan),
        "per_year": np.where(told, dates.per_year, np.nan),
    }


def companion_holds(series: Yearly | None, dates: Dates, companion: Companion) -> NDArray[np.int64]:
    """Return 1 where the companion moves as asked, −1 where not, 0 where its figures are missing."""
    if series is None:
        return np.zeros(len(dates.before), dtype=np.int64)
    figures = clean(series)
    values = []
    for column in (dates.first, dates.last):
        asked = dates.figures.years[column]
        place = np.searchsorted(figures.years, asked).clip(0, figures.years.size - 1)
        values.append(np.where(figures.years[place] == asked, take(figures.values, place), np.nan))
    move = values[1] - values[0]
    wanted = move > 0 if companion.rises else move < 0
    return np.where(np.isnan(move), 0, np.where(wanted, 1, -1))


# Figures and years from memory where a comment says so; everything else as published.
TWO_CENSUSES = Threshold(
    # Any fall: 180 of some 654 cities of China from 2000 to 2010 by their townships.
    name="two_censuses",
    reference="Long and Wu (2016), shrinking cities by the townships of two censuses",
    per_year=0.0,
    band=True,
)
OSWALT_RIENIETS = Threshold(
    # From memory: a tenth in all, or more than 1 % a year. Known: 370 cities above 100,000 lost a tenth or
    # more in fifty years.
    name="oswalt_rieniets",
    reference="Oswalt and Rieniets (2006), Atlas of Shrinking Cities",
    total=-0.10,
    per_year=-0.01,
    period=50,
    least_people=100_000,
)
SCHILLING_LOGAN = Threshold(
    # From memory: a quarter in forty years, and more dwellings that stand empty.
    name="schilling_logan",
    reference="Schilling and Logan (2008), doi:10.1080/01944360802354956",
    total=-0.25,
    period=40,
    whole_period=True,
    companion=Companion("vacant_dwellings", rises=True),
)
WOLFF_WIECHMANN = Threshold(
    # From memory: ±0.15 % a year. Known: a fifth of the cities of Europe shrank from 1990 to 2010.
    name="wolff_wiechmann",
    reference="Wolff and Wiechmann (2018), doi:10.1177/0969776417694680",
    per_year=-0.0015,
    band=True,
)
LONG_LIGHT = Threshold(
    name="long_light",
    reference="Long Ying, cities by night lights 2013–2016",
    total=-0.10,
    indicator="light",
)
