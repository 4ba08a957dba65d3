"""Which city or unit of another definition stands for a city: by outlines, places, codes or names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.model import CITIES, LINKS, CityebbError

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

WAYS = ("stated", "id", "outline", "point", "name")
"""The ways in which a link can be found, in the order in which they are tried."""

# Of the smaller of two areas, so much must lie in both for one to stand for the other.
LEAST_OVERLAP = 0.5
# Two sets of codes are the same system if so many of the smaller are in both.
_LEAST_SAME = 0.5
_NOT_A_NAME = re.compile(r"(?:特别行政区|自治州|自治县|自治旗|地区|林区|矿区|新区|[市区县盟旗州])$")
_EQUAL_AREA = "EPSG:6933"
_DEGREES = "EPSG:4326"


def link_cities(
    cities: gpd.GeoDataFrame,
    others: gpd.GeoDataFrame,
    *,
    stated: pd.DataFrame | None = None,
    within_km: float = 10.0,
) -> pd.DataFrame:
    """Find for each city the city or unit of another definition that tells of the same place.

    Parameters
    ----------
    cities, others
        ``model.CITIES``; outlines and places may be missing.
    stated
        Columns ``city_id`` and ``other_id``: pairs that are known; they win.
    within_km
        How far a place may lie from a city that has no outline.

    Returns
    -------
    DataFrame
        ``model.LINKS``, at most one row a city. ``city_share`` and ``other_share``: how much of the area of
        each lies in the other, where both have outlines. ``candidates``: how many came into question.

    Raises
    ------
    CityebbError
        If a stated pair names a city that there is not, or two cities have one id.

    Notes
    -----
    The ways are tried one after the other, each for the cities that are still without:

    ======= ============================================================================================
    stated  the pair is stated
    id      the same id, where the two sets of ids are of one system (half of the smaller set is in both)
    outline the other with the largest common area, if that is half of the smaller of both areas
    point   the other's place lies in the city's outline or, without one, within ``within_km``; the nearest
    name    the same name in Chinese, or in English letters, borne by one on either side only, of the same
            country as far as that is known
    ======= ============================================================================================

    Outlines say more than names; where both sides have outlines names are not asked. Areas are measured in
    an equal-area projection (EPSG:6933).

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> def frame(**columns):
    ...     told = {"name_zh": None, "name_en": None, "country": None, "lon": None, "lat": None, **columns}
    ...     return gpd.GeoDataFrame(told, crs="EPSG:4326").set_index("city_id")
    >>> town = frame(city_id=["t"], geometry=[box(0, 0, 1, 1)])
    >>> county = frame(city_id=["c", "d"], geometry=[box(-1, -1, 3, 3), box(3, 0, 4, 1)])
    >>> link_cities(town, county)[["other_id", "linked_by", "city_share"]].values.tolist()
    [['c', 'outline', 1.0]]
    """
    import pandas as pd

    cities, others = _on_wgs84(cities), _on_wgs84(others)
    found = [_stated(cities, others, stated)] if stated is not None else []
    for way in (_by_id, _by_outline, _by_point, _by_name):
        left = cities[~cities.index.isin([city for part in found for city in part["city_id"]])]
        if len(left) and len(others):
            found.append(way(cities, left, others, within_km))
    parts = [part for part in found if len(part)]
    if not parts:
        return LINKS.empty()
    links = pd.concat(parts, ignore_index=True)
    order = pd.Series(np.arange(len(cities)), index=cities.index)
    links = links.sort_values("city_id", key=lambda ids: ids.map(order), kind="stable")
    return LINKS.check(links[LINKS.names].reset_index(drop=True))


def _on_wgs84(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return cities with their outlines in degrees, as their places are; refuse two of one id."""
    twice = frame.index[frame.index.duplicated()]
    if len(twice):
        example = f"city_id = {twice[0]}"
        raise CityebbError("model.rows_twice", table=CITIES.name, count=len(twice), example=example)
    return frame if frame.crs is None or frame.crs == _DEGREES else frame.to_crs(_DEGREES)


def _rows(city: Any, other: Any, way: str, **told: Any) -> pd.DataFrame:  # noqa: ANN401 - columns of any kind
    import pandas as pd

    rest = {"city_share": np.nan, "other_share": np.nan, "distance_km": np.nan, "candidates": 1}
    found = pd.DataFrame({"city_id": city, "other_id": other, **rest, **told})
    return found.assign(linked_by=way)[LINKS.names]


def _stated(cities: gpd.GeoDataFrame, others: gpd.GeoDataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    for column, frame in (("city_id", cities), ("other_id", others)):
        strange = stated.loc[~stated[column].isin(frame.index), column]
        if len(strange):
            raise CityebbError(
                "delineate.link_unknown", column=column, count=len(strange), example=strange.iloc[0]
            )
    return _rows(stated["city_id"].to_numpy(), stated["other_id"].to_numpy(), "stated")


def _by_id(
    cities: gpd.GeoDataFrame, left: gpd.GeoDataFrame, others: gpd.GeoDataFrame, _: float
) -> pd.DataFrame:
    same = left.index[left.index.isin(others.index)]
    common = cities.index.isin(others.index).sum()
    if common < _LEAST_SAME * min(len(cities), len(others)):
        return LINKS.empty()
    return _rows(same, same, "id")


def _has_outline(frame: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    import shapely

    shapes = frame.geometry.to_numpy()
    return np.asarray(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes), np.bool_)


def _by_outline(
    _: gpd.GeoDataFrame, left: gpd.GeoDataFrame, others: gpd.GeoDataFrame, __: float
) -> pd.DataFrame:
    import pandas as pd
    import shapely

    mine, theirs = left[_has_outline(left)], others[_has_outline(others)]
    if not len(mine) or not len(theirs):
        return LINKS.empty()
    one, two = (frame.geometry.to_crs(_EQUAL_AREA).to_numpy() for frame in (mine, theirs))
    # Outlines as people have them cross themselves here and there.
    one, two = (np.where(shapely.is_valid(each), each, shapely.make_valid(each)) for each in (one, two))
    tree = shapely.STRtree(two)
    city, other = tree.query(one, predicate="intersects")
    if not city.size:
        return LINKS.empty()
    shapely.prepare(two)
    inside = shapely.contains(two[other], one[city])
    common = np.where(inside, shapely.area(one[city]), 0.0)
    rest = np.flatnonzero(~inside)
    common[rest] = shapely.area(shapely.intersection(one[city[rest]], two[other[rest]]))
    pairs = pd.DataFrame({"city": city, "other": other, "common": common})
    pairs["city_share"] = np.minimum(common / shapely.area(one)[city], 1.0)
    pairs["other_share"] = np.minimum(common / shapely.area(two)[other], 1.0)
    pairs = pairs[pairs[["city_share", "other_share"]].max(axis=1) >= LEAST_OVERLAP]
    pairs["candidates"] = pairs.groupby("city")["other"].transform("size")
    pairs = pairs.sort_values(["city", "common", "other"], ascending=[True, False, True], kind="stable")
    best = pairs.drop_duplicates("city")
    told = {name: best[name].to_numpy() for name in ("city_share", "other_share", "candidates")}
    return _rows(mine.index[best["city"]], theirs.index[best["other"]], "outline", **told)


def _by_point(
    _: gpd.GeoDataFrame, left: gpd.GeoDataFrame, others: gpd.GeoDataFrame, within_km: float
) -> pd.DataFrame:
    """Link where one side has places only; where both have outlines, these have spoken."""
    import pandas as pd
    import shapely

    own, theirs = _has_outline(left), _has_outline(others)
    placed = (others["lon"].notna() & others["lat"].notna()).to_numpy()
    mine = left[(left["lon"].notna() & left["lat"].notna()).to_numpy() | own]
    other = others[placed & ~theirs]
    parts = []
    if len(mine) and len(other):
        parts.append(_places_in(mine, other, within_km))
    small = left[~own & (left["lon"].notna() & left["lat"].notna()).to_numpy()]
    wide = others[theirs]
    if len(small) and len(wide):
        points = shapely.points(small["lon"], small["lat"])
        city, unit = shapely.STRtree(wide.geometry.to_numpy()).query(points, predicate="within")
        first = pd.Series(city).drop_duplicates().index
        parts.append(_rows(small.index[city[first]], wide.index[unit[first]], "point"))
    found = [part for part in parts if len(part)]
    return pd.concat(found).drop_duplicates("city_id") if found else LINKS.empty()


def _places_in(mine: gpd.GeoDataFrame, other: gpd.GeoDataFrame, within_km: float) -> pd.DataFrame:
    """Return for each city the nearest place in its outline or, without one, within reach."""
    import pandas as pd
    import shapely

    outlined = _has_outline(mine)
    points = shapely.points(other["lon"], other["lat"])
    wide = np.flatnonzero(outlined)
    city, place = shapely.STRtree(points).query(mine.geometry.to_numpy()[wide], predicate="contains")
    city = wide[city]
    bare = np.flatnonzero(~outlined)
    near_city, near_place = _near(mine.iloc[bare], other, within_km)
    city, place = np.concatenate([city, bare[near_city]]), np.concatenate([place, near_place])
    distance = _kilometres(mine, other, city, place)
    pairs = pd.DataFrame({"city": city, "place": place, "distance_km": distance})
    pairs["candidates"] = pairs.groupby("city")["place"].transform("size")
    best = pairs.sort_values(["city", "distance_km", "place"], kind="stable").drop_duplicates("city")
    told = {name: best[name].to_numpy() for name in ("distance_km", "candidates")}
    return _rows(mine.index[best["city"]], other.index[best["place"]], "point", **told)


def _near(
    mine: gpd.GeoDataFrame, other: gpd.GeoDataFrame, within_km: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of cities and places within reach, on the sphere."""
    from scipy.spatial import cKDTree

    if not len(mine):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    reach = within_km / _EARTH_KM
    found = cKDTree(_on_sphere(other)).query_ball_point(_on_sphere(mine), reach)
    city = np.repeat(np.arange(len(mine)), [len(each) for each in found])
    place = np.array([one for each in found for one in sorted(each)], np.int64)
    return city.astype(np.int64), place


_EARTH_KM = 6371.0088  # mean radius (IUGG)


def _on_sphere(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    lon, lat = (np.radians(frame[name].to_numpy(np.float64)) for name in ("lon", "lat"))
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _kilometres(
    mine: gpd.GeoDataFrame, other: gpd.GeoDataFrame, city: NDArray[np.int64], place: NDArray[np.int64]
) -> NDArray[np.float64]:
    from pyproj import Geod

    here, there = (
        frame[["lon", "lat"]].to_numpy(np.float64)[rows] for frame, rows in ((mine, city), (other, place))
    )
    metres = Geod(ellps="WGS84").inv(here[:, 0], here[:, 1], there[:, 0], there[:, 1])[2]
    return np.asarray(metres, np.float64) / 1000


def _by_name(
    _: gpd.GeoDataFrame, left: gpd.GeoDataFrame, others: gpd.GeoDataFrame, __: float
) -> pd.DataFrame:
    import pandas as pd

    if _has_outline(left).all() and _has_outline(others).all():
        return LINKS.empty()
    parts = []
    for column in ("name_zh", "name_en"):
        # 朝阳市 is not 朝阳区: the word for what it is may be missing on one side, not differ.
        for mine, theirs in ((_whole, _whole), (plain_name, _whole), (_whole, plain_name)):
            both = _bearers(left, column, mine).merge(
                _bearers(others, column, theirs), on="key", suffixes=("", "_other")
            )
            one, two = both["country"], both["country_other"]
            same = both[one.isna() | two.isna() | one.eq(two)]
            parts.append(_rows(same["id"].to_numpy(), same["id_other"].to_numpy(), "name"))
    return pd.concat(parts).drop_duplicates("city_id")


def _bearers(frame: gpd.GeoDataFrame, column: str, short: Callable[[str], str]) -> pd.DataFrame:
    """Return the names that one city only bears."""
    import pandas as pd

    key = frame[column].map(short, na_action="ignore")
    found = pd.DataFrame({"id": frame.index, "key": key.to_numpy(), "country": frame["country"].to_numpy()})
    found = found[found["key"].notna() & (found["key"] != "")]
    return found[~found["key"].duplicated(keep=False)]


def _whole(name: str) -> str:
    return " ".join(str(name).split()).casefold()


def plain_name(name: str) -> str:
    """Return a name without the word for what it names, in small letters.

    Examples
    --------
    >>> plain_name("鹤岗市"), plain_name("Hegang"), plain_name("市"), plain_name("伊春")
    ('鹤岗', 'hegang', '市', '伊春')
    """
    text = _whole(name)
    short = _NOT_A_NAME.sub("", text)
    return short if len(short) > 1 else text
