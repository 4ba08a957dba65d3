"""Falling and not coming back: in which years a city lies below the line, and what that amounts to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.model import Persistence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# A fall that lasts is one of three years or more (Wu Kang's rule for yearly populations).
LASTING_YEARS = 3


def below_line(
    values: NDArray[np.float64], years: Sequence[int], *, start: int, threshold: float
) -> tuple[tuple[int, ...], NDArray[np.float64]]:
    """Tell for every year after ``start`` whether a city lies below the line.

    The line is ``(1 + threshold)`` times the value of the single year ``start``: the line of the plain rule,
    so that a city is ``down`` in a comparison exactly when the end year is among its years below. Single
    years are taken because means of three cannot say anything of the years inside them; what they lack in
    certainty the verdict's own state has.

    Parameters
    ----------
    values
        Shape ``(cities, years)``.
    years
        All usable years of the era, ascending.
    start
        First year of the comparison.
    threshold
        Negative share.

    Returns
    -------
    later
        The years after ``start``.
    below
        Shape ``(cities, later)``: 1 below, 0 not, NaN without a value or without a positive one in ``start``.
    """
    later = tuple(year for year in years if year > start)
    base = values[:, list(years).index(start)][:, None]
    rest = values[:, [list(years).index(year) for year in later]]
    known = (base > 0) & ~np.isnan(rest)
    share = np.divide(rest - base, base, where=known, out=np.full(rest.shape, np.nan))
    return later, np.where(known, (share <= threshold).astype(np.float64), np.nan)


def persistence_of(below: NDArray[np.float64], later: Sequence[int], *, end: int) -> NDArray[np.object_]:
    """Name the course of each city over all usable years after the start, also those after the end.

    A *spell* is an unbroken run of years below the line; years without a value neither break nor lengthen it.

    ``never``
        In no year below.
    ``persistent``
        One spell, which lasts to the last year, began in the comparison's end year or before, and has at
        least three years or reaches back to the first year after the start.
    ``late``
        One spell, which lasts to the last year, but began after the comparison's end or has fewer than
        three years.
    ``came_back``
        Below in some year, not in the last.
    ``relapsed``
        Below, above, and below again to the last year.
    ``unknown``
        No baseline; no value in the last year; or below in the only year there is, of which nothing lasting
        can be said.

    Parameters
    ----------
    below
        From :func:`below_line`.
    later
        Its years.
    end
        Last year of the comparison.

    Examples
    --------
    >>> below = np.array([[0, 0, 0, 0], [1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 0, 1], [1, 0, 1, 1.0]])
    >>> persistence_of(below, [2014, 2015, 2016, 2017], end=2016).tolist()
    ['never', 'persistent', 'came_back', 'late', 'relapsed']
    """
    cities = below.shape[0]
    if below.shape[1] == 0:
        return np.full(cities, Persistence.UNKNOWN.value, dtype=object)
    known = ~np.isnan(below)
    down = below == 1
    seen = known.sum(axis=1)
    # The state carried over gaps: that of the latest year with a value.
    carried = np.zeros(cities, dtype=bool)
    spells = np.zeros(cities, dtype=np.int64)
    length = np.zeros(cities, dtype=np.int64)
    began = np.full(cities, np.iinfo(np.int64).max)
    for column, year in enumerate(later):
        here, has = down[:, column], known[:, column]
        starts = here & ~carried
        spells += starts
        length = np.where(starts, 0, length) + here
        began = np.where(starts, year, began)
        carried = np.where(has, here, carried)
    whole = spells_cover_all = length == seen
    lasting = (began <= end) & ((length >= LASTING_YEARS) | spells_cover_all)
    state = np.full(cities, Persistence.NEVER.value, dtype=object)
    ongoing = down[:, -1]
    state[(spells > 0) & ~ongoing] = Persistence.CAME_BACK.value
    state[ongoing & (spells == 1)] = Persistence.LATE.value
    state[ongoing & (spells == 1) & lasting] = Persistence.PERSISTENT.value
    state[ongoing & (spells > 1)] = Persistence.RELAPSED.value
    state[~known[:, -1] | (ongoing & (seen == 1) & whole)] = Persistence.UNKNOWN.value
    return state


def years_below(below: NDArray[np.float64], later: Sequence[int]) -> list[str]:
    """Write the years below as text.

    Examples
    --------
    >>> years_below(np.array([[1.0, 0.0, 1.0]]), [2014, 2015, 2016])
    ['2014,2016']
    """
    names = [str(year) for year in later]
    return [
        ",".join(name for name, flag in zip(names, row, strict=True) if flag) for row in (below == 1).tolist()
    ]


def below_by_year(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Count the cities below the line year by year, from their ``years_below``.

    Parameters
    ----------
    verdicts
        ``model.VERDICTS``.

    Returns
    -------
    DataFrame
        Columns ``year`` and ``below`` (cities), every year in which any city lies below.

    Examples
    --------
    >>> below_by_year(pd.DataFrame({"years_below": ["2014,2016", "2016", ""]})).to_dict("list")
    {'year': [2014, 2016], 'below': [1, 2]}
    """
    years = verdicts["years_below"].str.split(",").explode()
    counts = years[years.notna() & (years != "")].astype("int64").value_counts().sort_index()
    return pd.DataFrame({"year": counts.index.to_numpy(np.int64), "below": counts.to_numpy(np.int64)})
