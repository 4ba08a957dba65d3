"""Before and after the date of a policy."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import POLICY
from cityebb.words import say

if TYPE_CHECKING:
    import pandas as pd


class Side(StrEnum):
    """On which side of a date a window lies."""

    BEFORE = "before"
    ACROSS = "across"
    AFTER = "after"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"identify.watch.side.{self.value}", language)


def before_and_after(counts: pd.DataFrame, date: float) -> pd.DataFrame:
    """Set the lists before a date beside those after it.

    Parameters
    ----------
    counts
        ``model.WATCH_COUNTS``.
    date
        Year and part of the year, 2014.5 for the middle of 2014. A figure of a year stands for its end.

    Returns
    -------
    DataFrame
        ``model.POLICY``: means over the windows of each side, as shares of the group's cities. Windows that
        begin before the date and end after it are told apart, since they hold both.

    Notes
    -----
    It describes, and does not show that the policy did it: whatever else changed then changed too.

    Examples
    --------
    >>> import pandas as pd
    >>> told = {"by": "total", "group": "total", "cities": 10, "returned": 0, "left_open": 0, "growing": 0,
    ...     "stable": 0, "undetermined": 5}
    >>> counts = pd.DataFrame([{**told, "year": year, "start": str(year - 2), "end": str(year), "entered": 1,
    ...     "listed": listed, "left": 0} for year, listed in ((2013, 2), (2014, 3), (2015, 4), (2017, 1))])
    >>> before_and_after(counts, 2014.5)[["side", "windows", "listed_share"]].values.tolist()
    [['before', 1, 0.2], ['across', 2, 0.35], ['after', 1, 0.1]]
    """
    import pandas as pd

    first = counts["start"].str.split("–").str[0].astype("int64") + 1  # the end of the year
    last = counts["end"].str.split("–").str[-1].astype("int64") + 1
    side = np.select([last <= date, first >= date], [Side.BEFORE.value, Side.AFTER.value], Side.ACROSS.value)
    cities = counts["cities"].where(counts["cities"] > 0)
    shares = pd.DataFrame(
        {
            "by": counts["by"],
            "group": counts["group"],
            "side": side,
            "listed_share": counts["listed"] / cities,
            "entered_share": (counts["entered"] + counts["returned"]) / cities,
            "left_share": counts["left"] / cities,
            "undetermined_share": counts["undetermined"] / cities,
        }
    )
    grouped = shares.groupby(["by", "group", "side"], sort=False)
    found = grouped.mean().assign(windows=grouped.size()).reset_index()
    order = {name.value: place for place, name in enumerate(Side)}
    places = {key: place for place, key in enumerate(zip(shares["by"], shares["group"], strict=True))}
    found["place"] = [
        (places[by, group], order[name])
        for by, group, name in zip(found["by"], found["group"], found["side"], strict=True)
    ]
    return POLICY.check(found.sort_values("place")[POLICY.names].reset_index(drop=True))
