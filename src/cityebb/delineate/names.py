"""Names for cities: the most populous place inside, else the nearest one, said to be near."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.delineate._labels import country_name, display_name, label_cities
from cityebb.delineate._places import FINER, Places, embedded, from_frame
from cityebb.model import CityebbError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["COLUMNS", "country_name", "display_name", "label_cities", "name_cities"]

#: What :func:`name_cities` returns.
COLUMNS = ("name_zh", "name_en", "near", "district_zh", "district_en", "country", *FINER)
#: A place may tell the country of a city within this many kilometres.
COUNTRY_KM = 100.0
#: A city too remote at one reach is looked for at the next, so that crowded regions are never searched wide.
REACH_STEP = 3.0
#: Kilometres a degree of latitude has at least (at the equator), and of longitude there (WGS 84).
LATITUDE_KM, LONGITUDE_KM = 110.57, 111.32
#: Places this near 180° also stand on its other side, in degrees; enough for 100 km up to 84° of latitude.
SEAM = 10.0
#: Poleward of this latitude a degree of longitude is not taken to be any shorter.
POLEWARD = 84.0


def name_cities(
    polygons: gpd.GeoSeries,
    *,
    within_km: float = 10.0,
    tolerance_km: float = 1.0,
    places: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Name cities by the most populous place inside, else by the nearest within reach.

    A place is a point, told to a kilometre or so, which may fall into a river that parts the city or just
    beyond its edge: one outside all polygons counts as inside the nearest, up to ``tolerance_km``.
    A place whose population is not known comes after all whose is; equal ones go by their names.
    (In the package's own table the seat of a Chinese county of unknown population ranks as the median seat.)

    Parameters
    ----------
    polygons
        Valid polygons or multipolygons in EPSG:4326, indexed by city; they may touch ±180°.
    within_km
        How far the nearest place may lie from the polygon's edge, kilometres along the ellipsoid; 0 or more.
    tolerance_km
        How far outside a place may lie and still count as inside, kilometres; 0 or more.
    places
        Places instead of those in the package, with the columns ``name_en``, ``name_zh``, ``country``
        (ISO 3166-1 alpha-2), ``district_en``, ``district_zh``, ``lat``, ``lon`` (degrees) and
        ``population`` (empty where unknown), perhaps ``subdistrict_en`` and ``subdistrict_zh``.

    Returns
    -------
    pandas.DataFrame
        On the index of ``polygons``: ``name_zh``, ``name_en``, ``near`` (the place lies outside),
        ``district_zh``, ``district_en``, ``country``, ``subdistrict_en``, ``subdistrict_zh``; None where
        nothing is known. A city without a name has the country of the nearest place within 100 km.

    Raises
    ------
    CityebbError
        For another coordinate system, a distance below 0, or places without a column.

    Notes
    -----
    Time and memory follow the number of cities and of places in their box: the world's 170,000 places and
    20,000 cities take about a second. The place table is GeoNames, CC BY 4.0.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> name_cities(gpd.GeoSeries([box(130.2, 47.3, 130.4, 47.4)], crs=4326))["name_zh"].tolist()
    ['鹤岗']
    """
    if polygons.crs is None or polygons.crs.to_epsg() != 4326:  # noqa: PLR2004 - the code of WGS 84
        raise CityebbError("delineate.name.crs", crs=polygons.crs)
    for name, distance in (("within_km", within_km), ("tolerance_km", tolerance_km)):
        if not 0 <= distance < np.inf:
            raise CityebbError("delineate.name.distance", name=name, value=distance)
    shapes = polygons.to_numpy()
    known = embedded() if places is None else from_frame(places)
    search = _Search(known, shapes, max(within_km, tolerance_km, COUNTRY_KM))
    row = search.inside(shapes, tolerance_km)
    near = np.zeros(len(shapes), bool)
    left = np.flatnonzero(row < 0)
    row[left] = search.nearest(shapes[left], within_km)
    near[left] = row[left] >= 0
    frame = known.take(row)
    for column in FINER:
        if column not in frame:
            frame[column] = None
    frame["near"] = near
    reach = within_km
    left = np.flatnonzero(row < 0)
    while left.size and reach < COUNTRY_KM:
        reach = min(max(reach, 1.0) * REACH_STEP, COUNTRY_KM)
        found = search.nearest(shapes[left], reach)
        frame.loc[left, "country"] = known.take(found)["country"].to_numpy()
        left = left[found < 0]
    return frame[list(COLUMNS)].set_index(polygons.index)


class _Search:
    """A search tree over the places in and around some polygons.

    Parameters
    ----------
    places
        In order of rank: a smaller row gives the name.
    shapes
        The polygons that will be asked about.
    reach_km
        The farthest that will be asked.
    """

    def __init__(self, places: Places, shapes: NDArray[Any], reach_km: float) -> None:
        import shapely

        row, lon, lat = np.arange(len(places.lat)), places.lon, places.lat
        # Across 180° a place is its neighbour's neighbour: it stands on both sides.
        east, west = lon > 180 - SEAM, lon < SEAM - 180
        row = np.concatenate((row, row[east], row[west]))
        lon = np.concatenate((lon, lon[east] - 360, lon[west] + 360))
        lat = np.concatenate((lat, lat[east], lat[west]))
        left, bottom, right, top = _whole(_around(shapes, reach_km))
        keep = (lon >= left) & (lon <= right) & (lat >= bottom) & (lat <= top)
        self.row, self.lon, self.lat = row[keep], lon[keep], lat[keep]
        points: Any = shapely.points(self.lon, self.lat)
        self._tree = shapely.STRtree(points)

    def inside(self, shapes: NDArray[Any], tolerance_km: float) -> NDArray[np.int64]:
        """Return the row of the first place inside each polygon; -1 where there is none.

        A place inside none belongs to the nearest within the tolerance.
        """
        shape, place = self._tree.query(shapes, predicate="intersects")
        free = np.ones(len(self.row), bool)
        free[place] = False
        edge_shape, edge_place, distance = self._pairs(shapes, tolerance_km, free)
        order = np.lexsort((edge_shape, distance, edge_place))
        edge_place, once = np.unique(edge_place[order], return_index=True)
        shape = np.concatenate((shape, edge_shape[order[once]]))
        place = np.concatenate((place, edge_place))
        none = np.iinfo(np.int64).max
        first = np.full(len(shapes), none)
        np.minimum.at(first, shape, self.row[place])
        return np.where(first == none, -1, first)

    def nearest(self, shapes: NDArray[Any], reach_km: float) -> NDArray[np.int64]:
        """Return the row of the place nearest to each polygon, within reach; -1 where there is none."""
        result = np.full(len(shapes), -1)
        shape, place, distance = self._pairs(shapes, reach_km)
        order = np.lexsort((self.row[place], distance, shape))
        shape, first = np.unique(shape[order], return_index=True)
        result[shape] = self.row[place[order[first]]]
        return result

    def _pairs(
        self, shapes: NDArray[Any], reach_km: float, free: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return polygons and places within reach of each other, and the kilometres between."""
        import shapely

        shape, place = self._tree.query(shapely.box(*_around(shapes, reach_km).T))
        if free is not None:
            shape, place = shape[free[place]], place[free[place]]
        distance = self._distance_km(shapes, shape, place)
        close = distance <= reach_km
        return shape[close], place[close], distance[close]

    def _distance_km(
        self, shapes: NDArray[Any], shape: NDArray[np.int64], place: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the length of the geodesic from each place to its polygon.

        The point of the edge that is nearest is sought on a plane on which degrees of longitude are as much
        shorter as they are in the middle of the polygon; an error in it counts only in the second order.
        """
        import shapely
        from pyproj import Geod

        if not shape.size:
            return np.empty(0)
        used, which = np.unique(shape, return_inverse=True)
        bounds = shapely.bounds(shapes[used])
        shrink = np.cos(np.deg2rad((bounds[:, 1] + bounds[:, 3]) / 2))
        factor = np.repeat(shrink, shapely.get_num_coordinates(shapes[used]))
        flat = shapely.transform(shapes[used], lambda xy: np.column_stack((xy[:, 0] * factor, xy[:, 1])))
        points = shapely.points(self.lon[place] * shrink[which], self.lat[place])
        ends = shapely.get_coordinates(shapely.shortest_line(flat[which], points)).reshape(-1, 2, 2)
        _, _, metres = Geod(ellps="WGS84").inv(
            ends[:, 0, 0] / shrink[which], ends[:, 0, 1], self.lon[place], self.lat[place]
        )
        return np.asarray(metres) / 1000


def _around(shapes: NDArray[Any], reach_km: float) -> NDArray[np.float64]:
    """Return the boxes of polygons, wider by the reach: west, south, east, north."""
    import shapely

    box = shapely.bounds(shapes)
    up = reach_km / LATITUDE_KM
    latitude = np.minimum(np.fmax(np.abs(box[:, 1]), np.abs(box[:, 3])) + up, POLEWARD)
    across = reach_km / (LONGITUDE_KM * np.cos(np.deg2rad(latitude)))
    return box + np.column_stack((-across, np.full_like(across, -up), across, np.full_like(across, up)))


def _whole(boxes: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Return the box of boxes; one that holds nothing where there are none."""
    if not np.isfinite(boxes).any():
        return np.inf, np.inf, -np.inf, -np.inf
    (left, bottom), (right, top) = np.nanmin(boxes[:, :2], axis=0), np.nanmax(boxes[:, 2:], axis=0)
    return float(left), float(bottom), float(right), float(top)
