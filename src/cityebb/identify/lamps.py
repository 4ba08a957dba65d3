"""Verdicts from light withheld where lamps are declared to have been replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.reasons import Reason
from cityebb.model import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.grids import Grid

_LIGHT = "light"
_WITHHELD = (State.SHRINKING.value, State.STABLE.value)


def locate_lamps(lamps: pd.DataFrame, cities: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give every declared replacement a place: its own, or that of the city whose id or name it states.

    Parameters
    ----------
    lamps
        ``model.LAMPS``.
    cities
        ``model.CITIES``, indexed by ``city_id``; names are those in ``name_zh`` and ``name_en``, or both with
        a blank between.

    Returns
    -------
    located, lost
        ``model.LAMPS``: the rows with ``lon`` and ``lat``, one for each city of a name that several bear; and
        the rows that state a city which is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> cities = pd.DataFrame({"lon": [130.0], "lat": [47.0], "name_zh": ["鹤岗"]}, index=["a"])
    >>> columns = ["row", "lon", "lat", "city_id", "name", "first", "last"]
    >>> rows = [[2, None, None, None, "鹤岗", 2015, 2015], [3, None, None, None, "铁力", 2016, 2016]]
    >>> located, lost = locate_lamps(pd.DataFrame(rows, columns=columns), cities)
    >>> located["lon"].tolist(), lost["name"].tolist()
    ([130.0], ['铁力'])
    """
    import pandas as pd

    here = lamps["lon"].notna() & lamps["lat"].notna()
    keys = [pd.Series(cities.index, index=cities.index)]
    names = [cities[name] for name in ("name_zh", "name_en") if name in cities]
    spoken = [*names, names[0] + " " + names[1]] if len(names) > 1 else names
    parts = [lamps[here]]
    rest = lamps[~here]
    for stated, told in ((rest["city_id"], keys), (rest["name"].where(rest["city_id"].isna()), spoken)):
        if not told or not stated.notna().any():
            continue
        listed = pd.concat([pd.DataFrame({"stated": key, "at": cities.index}) for key in told])
        listed = listed.dropna().drop_duplicates()
        pairs = rest.assign(stated=stated).dropna(subset="stated").merge(listed, on="stated")
        at = cities.loc[pairs["at"]]
        parts.append(pairs.assign(lon=at["lon"].to_numpy(), lat=at["lat"].to_numpy())[lamps.columns.tolist()])
    located = pd.concat([part for part in parts if len(part)] or [lamps.iloc[:0]], ignore_index=True)
    located = located[located["lon"].notna() & located["lat"].notna()]
    return located, lamps[~lamps["row"].isin(set(located["row"]))]


def lamps_in_outlines(located: pd.DataFrame, cities: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return which replacements lie in which city: ``city_id``, ``row``, ``first``, ``last``.

    Parameters
    ----------
    located
        From :func:`locate_lamps`.
    cities
        ``model.CITIES`` with outlines, in degrees.
    """
    import shapely

    points = shapely.points(located[["lon", "lat"]].to_numpy(dtype=np.float64))
    outlines = cities.geometry.to_numpy()
    point, city = shapely.STRtree(outlines).query(points, predicate="intersects")
    return _declared(located, point, cities.index[city])


def lamps_in_cells(
    located: pd.DataFrame,
    grid: Grid,
    rows: NDArray[np.integer],
    columns: NDArray[np.integer],
    labels: NDArray[np.integer],
    city_ids: Sequence[str],
) -> pd.DataFrame:
    """Return which replacements lie in which city, where cities are known by their cells alone.

    Parameters
    ----------
    located
        From :func:`locate_lamps`.
    grid
        Of the cells.
    rows, columns, labels
        One a cell: where it lies, and 0 or the place of its city in ``city_ids``, from 1 on.
    city_ids
        Of the cities.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from cityebb.grids import Grid
    >>> grid = Grid("EPSG:4326", (1.0, 0.0, 0.0, 0.0, -1.0, 10.0), (10, 10))
    >>> lamps = pd.DataFrame({"row": [2], "lon": [3.5], "lat": [7.5], "first": [2015], "last": [2016]})
    >>> lamps_in_cells(lamps, grid, np.array([2]), np.array([3]), np.array([1]), ["a"]).values.tolist()
    [['a', 2, 2015, 2016]]
    """
    width = grid.shape[1]
    inside = np.flatnonzero(labels)
    places = rows[inside].astype(np.int64) * width + columns[inside]
    order = np.argsort(places, kind="stable")
    wanted = np.full(len(located), -1, np.int64)
    for place, (lon, lat) in enumerate(located[["lon", "lat"]].to_numpy(dtype=np.float64).tolist()):
        row, column = grid.cell(lon, lat)
        if 0 <= row < grid.shape[0] and 0 <= column < width:
            wanted[place] = row * width + column
    found = np.searchsorted(places[order], wanted)
    there = found < places.size
    there[there] = places[order][found[there]] == wanted[there]
    city = labels[inside][order][found[there]] - 1
    return _declared(located, np.flatnonzero(there), np.asarray(city_ids, dtype=object)[city])


def withhold_lamps(verdicts: pd.DataFrame, declared: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts, undetermined where light fell or stood while lamps were declared to be replaced.

    Parameters
    ----------
    verdicts
        ``model.VERDICTS``, of any comparison; only those by light are touched.
    declared
        ``city_id``, ``first``, ``last``: where lamps were replaced, and in which years, both ends included.
        From :func:`lamps_in_outlines` or :func:`lamps_in_cells`.

    Notes
    -----
    *Which verdicts.* The instruments of the yearly lights see 500 to 900 nm. White LED lamps shine partly in
    the blue below, where these are blind, and lamps with shields shine less upwards; so new lamps make the
    same street look darker (Kyba et al. 2017). What the light shows is then the least that the city can have
    done. A fall says nothing: **never shrinking**. Light that stood may hide growth: **not stable** either.
    A rise came about in spite of the lamps and stands: **growing** stays growing. Whoever knows that the new
    lamps were stronger than the old should not rely on that rise.

    *Which years.* Lamps are replaced during a year and light is its mean: that year is neither old nor new. A
    replacement touches a comparison unless it was over before the first year of the start, or began after
    the last year of the end: ``first <= last year of the end`` and ``last >= first year of the start``. Both
    ends count, also where start and end are means of several years.

    One band cannot tell new lamps from people who left, so that nothing is withheld which is not declared.

    References
    ----------
    Kyba, C. C. M. et al. 2017. Artificially lit surface of Earth at night increasing in radiance and extent.
    Science Advances 3, e1701528. doi:10.1126/sciadv.1701528

    Examples
    --------
    >>> import pandas as pd
    >>> verdicts = pd.DataFrame(
    ...     {
    ...         "city_id": ["a", "b", "c"],
    ...         "indicator": "light",
    ...         "start": "2013–2015",
    ...         "end": "2020–2022",
    ...         "state": ["shrinking", "growing", "shrinking"],
    ...         "reason": "",
    ...     }
    ... )
    >>> declared = pd.DataFrame({"city_id": ["a", "b", "c"], "first": [2017, 2017, 2010], "last": 2012})
    >>> declared.loc[:1, "last"] = 2018
    >>> withhold_lamps(verdicts, declared)["state"].tolist()
    ['undetermined', 'growing', 'shrinking']
    """
    doubted = _touched(verdicts, declared) & verdicts["state"].isin(_WITHHELD)
    if not doubted.any():
        return verdicts
    return verdicts.assign(
        state=verdicts["state"].mask(doubted, State.UNDETERMINED.value),
        reason=verdicts["reason"].mask(doubted, Reason.LAMPS.value),
    )


def _touched(verdicts: pd.DataFrame, declared: pd.DataFrame) -> pd.Series:
    """Whether lamps were replaced in a city while its light was compared."""
    import pandas as pd

    ends = pd.DataFrame(
        {
            "city_id": verdicts["city_id"].to_numpy(),
            "verdict": verdicts.index,
            "begins": pd.to_numeric(verdicts["start"].astype(str).str[:4]).to_numpy(),
            "ends": pd.to_numeric(verdicts["end"].astype(str).str[-4:]).to_numpy(),
        }
    )
    pairs = ends[(verdicts["indicator"] == _LIGHT).to_numpy()].merge(declared, on="city_id")
    meet = (pairs["first"] <= pairs["ends"]) & (pairs["last"] >= pairs["begins"])
    return pd.Series(verdicts.index.isin(set(pairs.loc[meet, "verdict"])), index=verdicts.index)


def _declared(located: pd.DataFrame, places: NDArray[np.integer], city_ids: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    rows = located.iloc[places]
    found = {"city_id": np.asarray(city_ids, dtype=object)}
    return pd.DataFrame(found | {name: rows[name].to_numpy() for name in ("row", "first", "last")})
