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

# So many of the cities in one country: its districts are the regions.
_ONE_COUNTRY = 0.9


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
        see :func:`regions_told`.
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
    regions = regions_told(cities)
    return {
        "windows": known.frame(),
        "watch": watch,
        "watch_counts": counts,
        "policy": POLICY.empty() if date is None else before_and_after(counts, date),
        "gainers": gainers_of(verdicts, regions, top=parameters.top, by=parameters.gainers_by),
        "balance": balance_of(verdicts, regions),
    }


def regions_told(cities: pd.DataFrame) -> pd.Series:
    """Return in which region each city lies: the study's own, the districts of one country, or countries.

    Parameters
    ----------
    cities
        ``model.CITIES``; where nearly all of them lie in one country, the districts of that country are told
        by their English names, and the cities of others by their country.

    Examples
    --------
    >>> import pandas as pd
    >>> cities = pd.DataFrame({"country": ["CN"] * 9 + ["RU"], "district_en": ["Jilin"] * 9 + ["Amur"]})
    >>> regions_told(cities).value_counts().to_dict()
    {'Jilin': 9, 'RU': 1}
    >>> regions_told(cities.assign(country=["CN"] * 5 + ["RU"] * 5))[0]
    'CN'
    """
    if "region" in cities:
        return cities["region"]
    country = cities["country"]
    shares = country.value_counts(normalize=True)
    if "district_en" not in cities or not len(shares) or shares.iloc[0] < _ONE_COUNTRY:
        return country
    own = country == shares.index[0]
    districts: pd.Series = cities["district_en"].where(own, country)
    return districts
