"""The watch-list of each year: who entered it, who stayed, who came back to it, and who left."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.identify.decide import GROWING, SHRINKING, STABLE, UNDETERMINED
from cityebb.model import PEOPLE_CLASSES, SIZE_CLASSES, UNKNOWN_SIZE, WATCH, WATCH_COUNTS
from cityebb.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cityebb.identify.watch.windows import Windows

    Flags = NDArray[np.bool_]

UNKNOWN = "unknown"


class Status(StrEnum):
    """What the watch-list of a year says of a city."""

    FIRST = "first"
    ENTERED = "entered"
    STAYS = "stays"
    RETURNED = "returned"
    LEFT = "left"
    LEFT_OPEN = "left_open"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"identify.watch.status.{self.value}", language)


def watch_list(windows: Windows) -> pd.DataFrame:
    """Return the list of each year with what became of those on the one before.

    Parameters
    ----------
    windows
        One a year, in order: each looks back from its last year.

    Returns
    -------
    DataFrame
        ``model.WATCH``: year by year, and in it city by city, those on the list and those that have just
        left it.

    Notes
    -----
    A city is on the list of a year if it shrinks over the window that ends in it. ``first``: on the first
    list there is. ``entered``: on it, and never before. ``stays``: on it, and on the list before.
    ``returned``: on it again. ``left``: no more on it, because it is stable or grows. ``left_open``: no more
    on it, but undetermined: nobody knows whether it has left.

    Examples
    --------
    >>> from cityebb.identify.watch import Windows
    >>> one = np.array([[1, 0], [3, 1], [1, 0]], np.int8)  # 1 shrinks, 3 is stable, 0 is undetermined
    >>> windows = Windows(pd.Index(["a", "b"]), (1, 2, 3), (4, 5, 6), ("1", "2", "3"), ("4", "5", "6"), one)
    >>> watch_list(windows)[["city_id", "year", "status"]].values.tolist()
    [['a', 4, 'first'], ['a', 5, 'left'], ['b', 5, 'entered'], ['a', 6, 'returned'], ['b', 6, 'left_open']]
    """
    count = len(windows.cities)
    before = ever = np.zeros(count, np.bool_)
    since, times = np.full(count, np.nan), np.zeros(count, np.int64)
    parts = []
    for place, year in enumerate(windows.last):
        state = windows.state[place]
        listed = state == SHRINKING
        status = np.full(count, "", dtype=object)
        for name, holds in (
            (Status.ENTERED, listed & ~ever),
            (Status.FIRST, listed if place == 0 else np.zeros(count, np.bool_)),
            (Status.RETURNED, listed & ever & ~before),
            (Status.STAYS, listed & before),
            (Status.LEFT, before & ~listed),
            (Status.LEFT_OPEN, before & (state == UNDETERMINED)),
        ):
            status[holds] = name.value
        since = np.where(listed & ~before, float(year), since)
        times = times + listed
        told = np.flatnonzero(status != "")
        parts.append(
            pd.DataFrame(
                {
                    "city_id": windows.cities.to_numpy()[told],
                    "year": np.full(told.size, year, np.int64),
                    "start": windows.start[place],
                    "end": windows.end[place],
                    "state": windows.names(place)[told],
                    "status": status[told],
                    "listed_since": since[told],
                    "times_listed": times[told],
                }
            )
        )
        before, ever = listed, ever | listed
    if not parts:
        return WATCH.empty()
    found = pd.concat(parts, ignore_index=True)
    return WATCH.check(found[WATCH.names])


def count_watch(windows: Windows, watch: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """Count each year's list in total, by size class and by country.

    Parameters
    ----------
    windows, watch
        As for and from :func:`watch_list`.
    cities
        ``model.CITIES``, in the order of the windows.

    Returns
    -------
    DataFrame
        ``model.WATCH_COUNTS``; ``entered`` holds those who never were on it, ``returned`` those who were (the
        first list has neither). ``listed``, ``growing``, ``stable`` and ``undetermined`` add up to
        ``cities``.
    """
    rows = []
    order = pd.Series(np.arange(len(windows.cities)), index=windows.cities)
    where = order.loc[watch["city_id"]].to_numpy()
    for by, group, chosen in _groups(cities):
        for place, year in enumerate(windows.last):
            state = windows.state[place][chosen]
            here = watch["status"][(watch["year"] == year).to_numpy() & chosen[where]].value_counts()
            rows.append(
                {
                    "by": by,
                    "group": group,
                    "year": year,
                    "start": windows.start[place],
                    "end": windows.end[place],
                    "cities": int(chosen.sum()),
                    "listed": int((state == SHRINKING).sum()),
                    **{
                        name.value: int(here.get(name.value, 0))
                        for name in (Status.ENTERED, Status.RETURNED, Status.LEFT, Status.LEFT_OPEN)
                    },
                    "growing": int((state == GROWING).sum()),
                    "stable": int((state == STABLE).sum()),
                    "undetermined": int((state == UNDETERMINED).sum()),
                }
            )
    return WATCH_COUNTS.check(pd.DataFrame(rows, columns=WATCH_COUNTS.names))


def _groups(cities: pd.DataFrame) -> Iterator[tuple[str, str, Flags]]:
    """Yield the total, the size classes in their order, and the countries by falling number of cities."""
    yield "total", "total", np.ones(len(cities), np.bool_)
    sizes = cities["size_class"].fillna(UNKNOWN_SIZE).to_numpy(dtype=object)
    for size in (*SIZE_CLASSES, *PEOPLE_CLASSES, UNKNOWN_SIZE):
        if (sizes == size).any():
            yield "size_class", size, sizes == size
    countries = cities["country"].astype(object).where(cities["country"].notna(), UNKNOWN)
    for country in countries.value_counts().sort_index().sort_values(ascending=False, kind="stable").index:
        yield "country", str(country), (countries == country).to_numpy()
