"""What a rule of the literature is: a name, what it needs, and how it judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

import numpy as np

from cityebb.model import CityebbError
from cityebb.words import say

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


class Yearly(Protocol):
    """Figures of all cities by year: :class:`~cityebb.identify.series.Series`, or :class:`Values`.

    Where there are also arrays ``negative``, ``infinite`` and ``carried`` of the shape of ``values``, as in
    ``Series``, they are heeded.
    """

    @property
    def years(self) -> tuple[int, ...]:
        """Ascending, none twice."""

    @property
    def values(self) -> NDArray[np.float64]:
        """Shape ``(cities, years)``; NaN is missing."""


@dataclass(frozen=True)
class Values:
    """Figures of all cities by year, with nothing else known of them.

    Parameters
    ----------
    years
        Ascending, none twice; they need not follow on each other.
    values
        Shape ``(cities, years)``; NaN where missing. Zero is a value.
    """

    years: tuple[int, ...]
    values: NDArray[np.float64]


Given: TypeAlias = Yearly | Mapping[str, Yearly]


@dataclass(frozen=True)
class Needs:
    """What a rule must be given.

    Parameters
    ----------
    least_values
        Years with a value that a city needs; with fewer it is undetermined.
    yearly
        Whether the years must follow on each other; else two dates, or any dates, will do.
    indicators
        Names of the indicators that must all be given; with one name, a single series may be given by itself.
    optional
        Indicators that are looked at where they are given.
    relative
        Whether a city's verdict depends on which others are in the set.
    """

    least_values: int
    yearly: bool
    indicators: tuple[str, ...]
    optional: tuple[str, ...] = ()
    relative: bool = False


@runtime_checkable
class Rule(Protocol):
    """A rule of the literature, by its name.

    A rule is a frozen dataclass: its fields are its parameters, and ``dataclasses.replace`` alters them.
    """

    @property
    def name(self) -> str:
        """By which a study calls it."""

    @property
    def needs(self) -> Needs:
        """What it must be given."""

    @property
    def reference(self) -> str:
        """Where it comes from."""

    def judge(self, given: Given) -> pd.DataFrame:
        """Judge every city; the columns of ``FIGURES`` come first, the figures of the rule after them."""


def name_of(rule: str, language: str | None = None) -> str:
    """Say the name of a rule.

    Examples
    --------
    >>> name_of("wolff_wiechmann", "en")
    'Wolff and Wiechmann'
    """
    return say(f"identify.rules.name.{rule}", language)


def meaning_of(rule: str, language: str | None = None) -> str:
    """Say in a sentence what a rule asks for.

    Examples
    --------
    >>> meaning_of("wolff_wiechmann", "en")
    'Stable within ±0.15 % a year, shrinking or growing beyond.'
    """
    return say(f"identify.rules.means.{rule}", language)


def weakness_of(rule: str, language: str | None = None) -> str:
    """Say what a rule cannot see.

    Examples
    --------
    >>> weakness_of("bbsr", "en")[:40]
    'Relative: some city always lies in the l'
    """
    return say(f"identify.rules.weak.{rule}", language)


_DIMENSIONS = 2
# The indicator of rules that take any figure that is counted or measured by year.
ANY = "any"


def one(given: Given, needs: Needs) -> Yearly:
    """Return the series of a rule that looks at one indicator.

    Raises
    ------
    CityebbError
        If several indicators are given and none is the rule's.
    """
    if not isinstance(given, Mapping):
        return checked(given)
    wanted = needs.indicators[0]
    if wanted in given:
        return checked(given[wanted])
    if wanted == ANY and len(given) == 1:
        return checked(next(iter(given.values())))
    raise CityebbError("identify.rules.indicator_missing", missing=wanted, found=", ".join(sorted(given)))


def several(given: Given, needs: Needs) -> dict[str, Yearly]:
    """Return the series of a rule that looks at several indicators, the optional ones where given.

    Raises
    ------
    CityebbError
        If one that must be given is not, or if they do not hold the same number of cities.
    """
    if not isinstance(given, Mapping):
        given = {needs.indicators[0]: given}
    missing = [name for name in needs.indicators if name not in given]
    if missing:
        raise CityebbError(
            "identify.rules.indicator_missing", missing=", ".join(missing), found=", ".join(sorted(given))
        )
    found = {name: checked(given[name]) for name in (*needs.indicators, *needs.optional) if name in given}
    counts = {name: len(series.values) for name, series in found.items()}
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise CityebbError("identify.rules.cities_differ", counts=told)
    return found


def checked(series: Yearly) -> Yearly:
    """Return a series that is one.

    Raises
    ------
    CityebbError
        If the values are not cities by years, or the years not ascending.
    """
    years, shape = tuple(series.years), np.shape(series.values)
    if len(shape) != _DIMENSIONS or shape[1] != len(years) or not years:
        raise CityebbError("identify.rules.shape", shape=shape, years=len(years))
    if any(later <= earlier for earlier, later in pairwise(years)):
        raise CityebbError("identify.rules.years_order", years=", ".join(str(year) for year in years))
    return series
