"""The change of each city over a comparison, on the log scale, with the weights that made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

# With this many usable years start and end are averaged over three; with fewer, averages would meet.
AVERAGED_FROM = 6
AVERAGED_YEARS = 3
# Fewer cities than this tell no common movement of a region.
LEAST_IN_REGION = 30
# Of three years to average, so many must be there.
AVERAGED_LEAST = 2


@dataclass(frozen=True)
class Window:
    """Which years stand for the start and which for the end."""

    start: tuple[int, ...]
    end: tuple[int, ...]

    @property
    def years_between(self) -> float:
        """Years from the middle of the start to the middle of the end."""
        return float(np.mean(self.end) - np.mean(self.start))

    @property
    def needed(self) -> int:
        """How many years of each must have a value."""
        return min(len(self.start), AVERAGED_LEAST)

    def text(self) -> tuple[str, str]:
        """Say both as text.

        Examples
        --------
        >>> Window((2013, 2014, 2015), (2020, 2021, 2022)).text()
        ('2013–2015', '2020–2022')
        """
        start, end = (
            str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
            for years in (self.start, self.end)
        )
        return start, end


def window_of(years: Sequence[int], *, averaged: bool = True) -> Window:
    """Choose the years of start and end; where not ``averaged``, the first and the last year alone.

    Examples
    --------
    >>> window_of([2013, 2014, 2015, 2016])
    Window(start=(2013,), end=(2016,))
    >>> window_of(range(2013, 2019))
    Window(start=(2013, 2014, 2015), end=(2016, 2017, 2018))
    """
    ordered = tuple(sorted(set(years)))
    size = AVERAGED_YEARS if averaged and len(ordered) >= AVERAGED_FROM else 1
    return Window(ordered[:size], ordered[-size:])


@dataclass(frozen=True)
class Change:
    """Start, end and what lies between.

    Parameters
    ----------
    before, after
        Geometric means over the window, in the panel's unit; zero where any year of it is zero.
    log_change
        ``ln(after / before)``; NaN where either is missing or zero.
    weights
        Shape ``(cities, years)``: ``log_change = Σ weights · logs``. Sums of their squares give its variance.
    """

    before: NDArray[np.float64]
    after: NDArray[np.float64]
    log_change: NDArray[np.float64]
    weights: NDArray[np.float64]


def change_of(
    values: NDArray[np.float64], logs: NDArray[np.float64], years: Sequence[int], window: Window
) -> Change:
    """Compare the start of every city with its end.

    Parameters
    ----------
    values, logs
        Shape ``(cities, years)``.
    years
        The years of the columns.
    window
        Where one of three years is missing, the other two stand for them.
    """
    weights = np.zeros_like(values)
    levels = []
    for chosen, sign in ((window.start, -1.0), (window.end, 1.0)):
        columns = [list(years).index(year) for year in chosen]
        there = ~np.isnan(values[:, columns])
        count = there.sum(axis=1)
        share = np.where(there, 1 / np.maximum(count, 1)[:, None], 0.0)
        level = np.exp((share * np.where(there, np.nan_to_num(logs[:, columns]), 0.0)).sum(axis=1))
        level[(values[:, columns] == 0).any(axis=1)] = 0.0
        level[count < window.needed] = np.nan
        weights[:, columns] += sign * share
        levels.append(level)
    before, after = levels
    usable = (before > 0) & (after > 0)
    ratio = np.divide(after, before, where=usable, out=np.full_like(before, np.nan))
    weights[~usable] = 0.0
    return Change(before, after, np.log(ratio), weights)


def without_each_year(
    change: Change, years: Sequence[int], window: Window
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield each year's column, and the weights that are left when this year of start or end is left out.

    The others of its end stand for it. Where a year is missing, or an end has but one, nothing changes.

    Parameters
    ----------
    change
        Of all years.
    years, window
        As for :func:`change_of`.

    Examples
    --------
    >>> window = window_of(range(6))
    >>> logs = np.zeros((1, 6))
    >>> left = without_each_year(change_of(np.exp(logs), logs, range(6), window), range(6), window)
    >>> column, weights = next(left)
    >>> column, weights.round(2).tolist()
    (0, [[0.0, -0.5, -0.5, 0.33, 0.33, 0.33]])
    """
    for chosen in (window.start, window.end):
        columns = [list(years).index(year) for year in chosen]
        used = (change.weights[:, columns] != 0).sum(axis=1)
        for column in columns:
            leaves = (change.weights[:, column] != 0) & (used > 1)
            weights = change.weights.copy()
            weights[np.ix_(leaves, columns)] *= (used[leaves] / (used[leaves] - 1))[:, None]
            weights[leaves, column] = 0.0
            yield column, weights


def relative_to_region(
    change: NDArray[np.float64], regions: NDArray[np.object_] | None
) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    r"""Return each change relative to the median city of its region, and which region that was.

    Parameters
    ----------
    change
        One a city, NaN where there is none.
    regions
        One a city; missing where none is known.

    Returns
    -------
    relative
        ``(1 + change) / (1 + median of the region) − 1``.
    to
        The region; empty for all cities, which stand for a region of fewer than :data:`LEAST_IN_REGION`
        cities with a change, and for none.

    Notes
    -----
    Own formula. The median change is that of the log, since the logarithm keeps the order; one city, one
    vote. The total light of a region, as in shares of a nation, would follow its few metropolises, and gas
    flares, and one lamp campaign in a capital would make all other cities shrink. A median of thirty cities
    is known to some quarter of their spread (:math:`1.25 / \sqrt{30}`), beside which the common brightening
    of a region still shows; one of ten is not.

    Examples
    --------
    >>> change = np.array([0.0, 0.1, 0.2] * 10 + [-0.1])
    >>> relative, to = relative_to_region(change, np.array(["CN"] * 30 + ["LA"], dtype=object))
    >>> relative[:3].round(3).tolist(), to[0], to[-1]
    ([-0.091, 0.0, 0.091], 'CN', '')
    """
    import pandas as pd

    relative = relative_to_all(change)
    to = np.full(change.shape, "", dtype=object)
    if regions is None:
        return relative, to
    codes, names = pd.factorize(pd.Series(regions), use_na_sentinel=True)
    found = pd.Series(change).groupby(codes)
    count, middle = found.count(), found.median()
    known = (codes >= 0) & (count.reindex(codes).to_numpy() >= LEAST_IN_REGION)
    relative[known] = (1 + change[known]) / (1 + middle.reindex(codes[known]).to_numpy()) - 1
    to[known] = np.asarray(names, dtype=object)[codes[known]]
    return relative, to


def relative_to_all(change: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each change relative to the median city: ``(1 + change) / (1 + median) − 1``.

    Sensors and lamp campaigns brighten everything; this asks who lost against the others. The median, one
    city one vote, is taken rather than the total, which a few metropolises would decide.

    Examples
    --------
    >>> relative_to_all(np.array([-0.1, 0.2, 0.8])).round(3).tolist()
    [-0.25, 0.0, 0.5]
    """
    if np.isnan(change).all():
        return np.full_like(change, np.nan)
    relative: NDArray[np.float64] = (1 + change) / (1 + float(np.nanmedian(change))) - 1
    return relative
