"""Parts of cities that have outlines: subdistricts of a city, counties of a prefecture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.grids import local_km
from cityebb.model import PARTS, CityebbError, gather

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

# An equal-area map of the world on the ellipsoid, in metres.
_EQUAL_AREA = "EPSG:6933"
_M2_PER_KM2 = 1e6
# Outlines that come so near touch: about a metre, which digitising leaves open.
_NEAR_DEGREES = 1e-5
_DETAIL = 500
_NEEDED = ("city_id", "part_id", "before", "after")


def parts_of_outlines(outlines: gpd.GeoDataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return units with outlines as parts of their cities, and which of them touch.

    Parameters
    ----------
    outlines
        Columns ``city_id``, ``part_id``, ``before``, ``after`` (missing is NaN) and, where known, ``noise``;
        polygons with a reference system.

    Returns
    -------
    parts
        ``model.PARTS``, in the order given: a point inside each outline, in kilometres around the middle of
        its city, and the outline's true area.
    pairs
        Columns ``city_id, part_id, neighbour_id``: units of one city that share a border or a corner, or come
        nearer than a metre, each pair once.

    Raises
    ------
    CityebbError, Faults
        If a column, the reference system or an outline is missing.

    Examples
    --------
    >>> import geopandas, shapely
    >>> squares = [shapely.box(100 + x, 30, 101 + x, 31) for x in range(3)]
    >>> told = {"city_id": "p", "part_id": ["a", "b", "c"], "before": 5.0, "after": [4.0, 5.0, 6.0]}
    >>> parts, pairs = parts_of_outlines(geopandas.GeoDataFrame(told, geometry=squares, crs="EPSG:4326"))
    >>> parts["area_km2"].round().tolist(), pairs[["part_id", "neighbour_id"]].to_numpy().tolist()
    ([10642.0, 10642.0, 10642.0], [['a', 'b'], ['b', 'c']])
    """
    _check(outlines)
    shapes = outlines.geometry.to_crs("EPSG:4326").reset_index(drop=True)
    inside = shapes.representative_point()
    city = pd.factorize(outlines["city_id"])[0]
    x, y = local_km(inside.x, inside.y, city)
    parts = pd.DataFrame(
        {
            "city_id": outlines["city_id"].to_numpy(),
            "part_id": outlines["part_id"].to_numpy(),
            "x_km": x,
            "y_km": y,
            "area_km2": outlines.geometry.to_crs(_EQUAL_AREA).area.to_numpy() / _M2_PER_KM2,
            "before": outlines["before"].to_numpy(np.float64),
            "after": outlines["after"].to_numpy(np.float64),
            "noise": outlines["noise"].to_numpy(np.float64) if "noise" in outlines else np.nan,
            "row": np.nan,
            "col": np.nan,
        }
    )
    one, other = shapes.sindex.query(shapes, predicate="dwithin", distance=_NEAR_DEGREES)
    mine = (one < other) & (city[one] == city[other])
    order = np.lexsort((other[mine], one[mine]))
    one, other = one[mine][order], other[mine][order]
    names = parts["part_id"].to_numpy()
    pairs = pd.DataFrame(
        {"city_id": parts["city_id"].to_numpy()[one], "part_id": names[one], "neighbour_id": names[other]}
    )
    return PARTS.check(parts), pairs


def outlines_on_map(outlines: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return outlines in kilometres on the map on which :func:`parts_of_outlines` places them, to be drawn.

    Parameters
    ----------
    outlines
        As for :func:`parts_of_outlines`.

    Returns
    -------
    ndarray
        Polygons, one a row, without detail finer than 1/500 of their city's extent.

    Examples
    --------
    >>> import geopandas, shapely
    >>> told = {"city_id": "p", "part_id": ["a", "b"], "before": 5.0, "after": 4.0}
    >>> squares = [shapely.box(100, 0, 101, 1), shapely.box(101, 0, 102, 1)]
    >>> found = outlines_on_map(geopandas.GeoDataFrame(told, geometry=squares, crs="EPSG:4326"))
    >>> [round(float(shape.area), -2) for shape in found]
    [12300.0, 12300.0]
    """
    import shapely

    _check(outlines)
    shapes = outlines.geometry.to_crs("EPSG:4326").to_numpy()
    city = pd.factorize(outlines["city_id"])[0]
    bounds = pd.DataFrame(shapely.bounds(shapes)).groupby(city).agg({0: "min", 1: "min", 2: "max", 3: "max"})
    extent = np.maximum(*((bounds[end] - bounds[start]).to_numpy() for start, end in ((0, 2), (1, 3))))[city]
    simple = shapely.simplify(shapes, extent / _DETAIL)
    points = shapely.get_coordinates(outlines.geometry.to_crs("EPSG:4326").representative_point())
    coordinates, place = shapely.get_coordinates(simple, return_index=True)
    about = (points[:, 0], points[:, 1], city)
    x, y = local_km(coordinates[:, 0], coordinates[:, 1], city[place], about=about)
    drawn: NDArray[np.object_] = shapely.set_coordinates(simple.copy(), np.stack([x, y], axis=1))
    return drawn


def _check(outlines: gpd.GeoDataFrame) -> None:
    with gather() as fault:
        for name in _NEEDED:
            if name not in outlines:
                fault(CityebbError("model.column_missing", table=PARTS.name, column=name))
        if outlines.crs is None:
            fault(CityebbError("measure.outlines_without_crs"))
        empty = outlines.geometry.isna() | outlines.geometry.is_empty
        if empty.any():
            place = int(np.flatnonzero(empty)[0])
            example = outlines["part_id"].iloc[place] if "part_id" in outlines else place
            fault(CityebbError("measure.outline_missing", count=int(empty.sum()), example=example))
