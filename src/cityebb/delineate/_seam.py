"""Outlines between 180° W and 180° E, parted there where a city lies on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HALF_TURN, _TURN, _POLE = 180.0, 360.0, 90.0
# Degrees, a tenth of a millimetre: what rounding adds to a world's last column.
_ROUNDING = 1e-9


def between_half_turns(shapes: NDArray[Any]) -> NDArray[Any]:
    """Return outlines in degrees with every longitude between −180 and 180.

    Parameters
    ----------
    shapes
        Valid polygons or multipolygons; longitudes may lie in another turn (0 to 360, for example), or run
        from one side of 180° to the other, as what was projected does.

    Examples
    --------
    >>> from shapely import box
    >>> between_half_turns(np.array([box(179, 0, 181, 1)]))[0].bounds
    (-180.0, 0.0, 180.0, 1.0)
    """
    import shapely

    turned = shapes.copy()
    west, _, east, _ = shapely.bounds(shapes).T
    for place in np.flatnonzero((west < -_HALF_TURN - _ROUNDING) | (east > _HALF_TURN + _ROUNDING)):
        turned[place] = _parted(shapes[place], west[place], east[place])
    west, _, east, _ = shapely.bounds(turned).T
    rounded = (west < -_HALF_TURN) | (east > _HALF_TURN)
    if rounded.any():
        turned[rounded] = shapely.transform(turned[rounded], _clipped)
    return turned


def unwrapped(shapes: NDArray[Any]) -> NDArray[Any]:
    """Put together what a projection has torn: longitudes east of 180° go on counting."""
    import shapely

    west, _, east, _ = shapely.bounds(shapes).T
    torn = east - west > _HALF_TURN
    if not torn.any():
        return shapes
    whole = shapes.copy()
    whole[torn] = shapely.transform(shapes[torn], _counted_on)
    return whole


def _parted(shape: Any, west: float, east: float) -> Any:  # noqa: ANN401 - shapely's geometries
    import shapely

    polygons = []
    first, last = (int(np.floor((x + _HALF_TURN) / _TURN)) for x in (west, east))
    for turn in range(first, last + 1):
        left = turn * _TURN - _HALF_TURN
        within = shapely.intersection(shape, shapely.box(left, -_POLE, left + _TURN, _POLE))
        parts: Any = shapely.get_parts(within)
        flat = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
        by = np.array([turn * _TURN, 0.0])
        corners = shapely.get_coordinates(flat)
        polygons += list(shapely.set_coordinates(flat, corners - by))
    return shapely.union_all(polygons)  # parts may meet again along the seam of the grid


def _clipped(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.clip(points[:, 0], -_HALF_TURN, _HALF_TURN), points[:, 1]])


def _counted_on(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.where(points[:, 0] < 0, points[:, 0] + _TURN, points[:, 0]), points[:, 1]])
