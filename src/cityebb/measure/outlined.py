"""Parts of cities that have outlines: subdistricts of a city, counties of a prefecture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.grids import local_km
from cityebb.model import PARTS, CityebbError, gather

if TYPE_CHECKING:
    import geopandas as gpd

# An equal-area map of the world on the ellipsoid, in metres.
_EQUAL_AREA = "EPSG:6933"
_M2_PER_KM2 = 1e6
# Outlines that come so near touch: about a metre, which digitising leaves open.
_NEAR_DEGREES = 1e-5
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
