"""Which units are parts of which city: by their codes, or by where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.read.tables.codes import is_division_code, level_of

if TYPE_CHECKING:
    import geopandas as gpd

_DIGITS = {"province": 2, "prefecture": 4, "county": 6}


def stem(code: str) -> str:
    """Return with what the codes of a unit's parts begin: of division codes of China without empty levels.

    Examples
    --------
    >>> stem("230400"), stem("230000"), stem("230404"), stem("371000"), stem("DE21")
    ('2304', '23', '230404', '3710', 'DE21')
    """
    if len(code) == _DIGITS["county"] and is_division_code(code):
        return code[: _DIGITS[level_of(code)]]
    return code


def within_by_code(
    parts: pd.Index,
    cities: pd.Index,
    *,
    of_parts: pd.DataFrame | None = None,
    of_cities: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Say by codes in which city each part lies: in that with the longest beginning of its code.

    Parameters
    ----------
    parts, cities
        Their codes as text.
    of_parts, of_cities
        ``model.MEMBERS`` where either were put together of several units: then the codes of these count, at
        the latest date of each.

    Returns
    -------
    DataFrame
        ``part_id``, ``city_id`` (missing where there is none) and ``lies``: ``"inside"``, ``"outside"`` of
        all, or ``"across"`` several; one row a part.

    Examples
    --------
    >>> within_by_code(pd.Index(["230404", "230502", "11"]), pd.Index(["230400", "230500"]))["lies"].tolist()
    ['inside', 'inside', 'outside']
    """
    city_of = {stem(code): city for city, code in _codes(cities, of_cities).itertuples(index=False)}
    codes = _codes(parts, of_parts)
    found = pd.Series(None, index=codes.index, dtype=object)
    for length in sorted({len(key) for key in city_of}, reverse=True):
        begins = codes["code"].str[:length].map(city_of)
        # Shorter codes than a beginning are none.
        found = found.where(found.notna(), begins.where(codes["code"].str.len() >= length))
    known = pd.DataFrame({"part_id": codes["own"], "city_id": found.fillna("")})
    several = known.groupby("part_id", sort=False)["city_id"].agg(["first", "nunique"]).reindex(parts)
    return _told(parts, several["first"].to_numpy(dtype=object), several["nunique"].to_numpy() > 1)


def within_by_outline(parts: gpd.GeoDataFrame, cities: gpd.GeoDataFrame) -> pd.DataFrame:
    """Say by outlines in which city each part lies: in that which holds a point inside it.

    Parameters
    ----------
    parts, cities
        Polygons indexed by their codes, with a reference system; those without an outline lie nowhere.

    Returns
    -------
    DataFrame
        As :func:`within_by_code`; ``"across"`` where outlines of cities overlap at that point.

    Examples
    --------
    >>> import geopandas, shapely
    >>> city = geopandas.GeoDataFrame(index=["c"], geometry=[shapely.box(0, 0, 2, 2)], crs="EPSG:4326")
    >>> boxes = [shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)]
    >>> part = geopandas.GeoDataFrame(index=["p", "q"], geometry=boxes, crs="EPSG:4326")
    >>> within_by_outline(part, city)["lies"].tolist()
    ['inside', 'outside']
    """
    drawn = parts.geometry[parts.geometry.notna()]
    own = cities.geometry[cities.geometry.notna()].to_crs("EPSG:4326")
    points = drawn.to_crs("EPSG:4326").representative_point()
    part, city = own.sindex.query(points, predicate="intersects")
    pairs = pd.Series(own.index.to_numpy()[city], index=points.index.to_numpy()[part], dtype=object)
    first = pairs[~pairs.index.duplicated()].reindex(parts.index)
    return _told(
        parts.index, first.to_numpy(dtype=object), parts.index.isin(pairs.index[pairs.index.duplicated()])
    )


def _codes(units: pd.Index, members: pd.DataFrame | None) -> pd.DataFrame:
    """Return every unit with the codes that count for it: ``own``, ``code``."""
    alone = pd.DataFrame({"own": units.astype(str), "code": units.astype(str)})
    if members is None or members.empty:
        return alone
    mine = members[members["group_id"].isin(units)]
    last = mine.groupby("group_id")["vintage"].transform("max")
    codes = mine.loc[mine["vintage"] == last, ["group_id", "unit_id"]].astype(str)
    codes.columns = pd.Index(["own", "code"])
    return pd.concat([codes, alone[~alone["own"].isin(codes["own"])]], ignore_index=True)


def _told(parts: pd.Index, city: np.ndarray, across: np.ndarray) -> pd.DataFrame:
    none = pd.isna(city) | (city == "")
    lies = np.select([across, none], ["across", "outside"], "inside")
    own = pd.Series(city, dtype=object).where(~(across | none), None)
    return pd.DataFrame({"part_id": parts.to_numpy(), "city_id": own.to_numpy(), "lies": lies})
