"""Everything that watching finds of one comparison, by the tables that hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.watch.gainers import balance_of, gainers_of
from cityebb.identify.watch.lists import count_watch, watch_list
from cityebb.identify.watch.policy import before_and_after
from cityebb.identify.watch.windows import rolling
from cityebb.identify.withheld import WITHHELD
from cityebb.model import POLICY

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.identify.watch.windows import Windows
    from cityebb.identify.watching import WatchParameters


def watch_cities(
    windows: Windows,
    verdicts: pd.DataFrame,
    cities: pd.DataFrame,
    parameters: WatchParameters,
) -> dict[str, pd.DataFrame]:
    """Watch the cities of one comparison.

    Parameters
    ----------
    windows
        From every year to every later one, in the order of ``cities``.
    verdicts
        ``model.VERDICTS`` of the comparison. A city whose verdict is withheld, since nobody can say what its
        figures are of, is undetermined in every window.
    cities
        ``model.CITIES`` in the size classes by which they are told, with ``region`` where regions are named;
        else countries are the regions.
    parameters
        How far each list looks back, a policy's date, how many gainers.

    Returns
    -------
    dict
        ``windows``, ``watch``, ``watch_counts``, ``policy`` (empty without a date), ``gainers`` and
        ``balance``: the ``model`` tables of these names.
    """
    held = verdicts.loc[verdicts["reason"].isin(WITHHELD), "city_id"]
    known = windows.without(np.asarray(windows.cities.isin(held), np.bool_))
    lists = known.only(rolling(sorted({*known.first, *known.last}), parameters.years))
    watch = watch_list(lists)
    counts = count_watch(lists, watch, cities)
    date = parameters.policy_year
    regions = cities["region"] if "region" in cities else cities["country"]
    return {
        "windows": known.frame(),
        "watch": watch,
        "watch_counts": counts,
        "policy": POLICY.empty() if date is None else before_and_after(counts, date),
        "gainers": gainers_of(verdicts, regions, top=parameters.top),
        "balance": balance_of(verdicts, regions),
    }
