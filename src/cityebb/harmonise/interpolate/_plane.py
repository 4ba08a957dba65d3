"""Units on one equal-area plane, where polygons cut each other and areas are true."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.model import CityebbError, Note, gather

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import Transformer

# Lambert's cylindrical projection: equal areas all over the globe, meridians and parallels stay straight.
PLANE = "+proj=cea +ellps=WGS84 +units=km"

_HALF_TURN = 180.0
_NAMED = 5


@lru_cache(maxsize=32)
def _transformer(one: str, other: str) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(one, other, always_xy=True)


def moved(shapes: NDArray[Any], one: str, other: str) -> NDArray[Any]:
    """Return shapes with their vertices moved from one CRS to another."""
    import shapely

    mover = _transformer(one, other)

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(mover.transform(points[:, 0], points[:, 1]))

    found: NDArray[Any] = shapely.transform(shapes, move)
    return found


def on_plane(units: gpd.GeoDataFrame, which: str) -> tuple[NDArray[Any], list[Note]]:
    """Return the polygons on the plane, cut at 180° where they cross it, and what was mended."""
    import shapely

    _check(units, which)
    degrees = np.asarray(units.geometry.to_crs("EPSG:4326").array)
    notes: list[Note] = []
    broken = ~shapely.is_valid(degrees)
    if broken.any():
        degrees = degrees.copy()
        degrees[broken] = shapely.make_valid(degrees[broken])
        named = ", ".join(map(str, units.index[broken][:_NAMED]))
        values = {"which": which, "count": int(broken.sum()), "units": named}
        notes.append(Note("harmonise.interpolate_mended", values, "warning"))
    flat = moved(_cut_at_180(degrees), "EPSG:4326", PLANE)
    torn = ~shapely.is_valid(flat)
    if torn.any():
        flat[torn] = shapely.make_valid(flat[torn])
    return polygons_only(flat), notes


def polygons_only(shapes: NDArray[Any]) -> NDArray[Any]:
    """Return shapes without their points and lines."""
    import shapely

    kinds = shapely.get_type_id(shapes)
    mixed = np.flatnonzero(kinds == shapely.GeometryType.GEOMETRYCOLLECTION)
    if mixed.size:
        shapes = shapes.copy()
        for place in mixed:
            parts = shapely.get_parts(shapely.get_parts(shapes[place]))
            shapes[place] = shapely.multipolygons(
                parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
            )
    return shapes


def _check(units: gpd.GeoDataFrame, which: str) -> None:
    import shapely

    with gather() as fault:
        if units.crs is None:
            fault(CityebbError("harmonise.interpolate_no_crs", which=which))
        twice = units.index[units.index.duplicated()]
        if len(twice):
            named = ", ".join(map(str, twice[:_NAMED]))
            fault(CityebbError("harmonise.interpolate_twice", which=which, count=len(twice), units=named))
        shapes = np.asarray(units.geometry.array)
        empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
        empty |= ~np.isin(shapely.get_dimensions(shapes), [2])
        if empty.any():
            named = ", ".join(map(str, units.index[empty][:_NAMED]))
            fault(
                CityebbError(
                    "harmonise.interpolate_no_area", which=which, count=int(empty.sum()), units=named
                )
            )


def _cut_at_180(shapes: NDArray[Any]) -> NDArray[Any]:
    """Return polygons inside −180…180: what goes on past 180° begins again at −180°."""
    import shapely

    bounds = shapely.bounds(shapes)
    wide = (bounds[:, 2] - bounds[:, 0] > _HALF_TURN) | (bounds[:, 2] > _HALF_TURN)
    wide |= bounds[:, 0] < -_HALF_TURN
    if not wide.any():
        return shapes
    shapes = shapes.copy()
    for place in np.flatnonzero(wide):
        whole = shapely.union_all([_unwrapped(part) for part in shapely.get_parts(shapes[place])])
        pieces = []
        for turn in (-1, 0, 1):
            world = shapely.box(-_HALF_TURN + 360 * turn, -90, _HALF_TURN + 360 * turn, 90)
            piece = shapely.intersection(whole, world)
            if not piece.is_empty:
                pieces.append(shapely.transform(piece, partial(np.add, [-360.0 * turn, 0.0])))
        shapes[place] = shapely.union_all(pieces)
    return shapes


def _unwrapped(polygon: Any) -> Any:  # noqa: ANN401 - a shape
    """Return a polygon whose rings do not jump from one side of 180° to the other."""
    import shapely

    points, ring = shapely.get_coordinates(shapely.get_rings(polygon), return_index=True)
    jumps = np.abs(np.diff(points[:, 0]))[np.diff(ring) == 0]
    if not (jumps > _HALF_TURN).any():
        return polygon
    return shapely.transform(
        polygon, lambda at: np.column_stack([np.where(at[:, 0] < 0, at[:, 0] + 360, at[:, 0]), at[:, 1]])
    )
