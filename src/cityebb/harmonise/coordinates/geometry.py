"""Whole layers from one datum to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.harmonise.coordinates.shift import Datum, convert
from cityebb.model import CityebbError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

_TURN, _POLE = 180.0, 90.0
_MERCATOR_EDGE = 20037508.4


def transform_geometry(layer: gpd.GeoDataFrame, source: Datum, target: Datum) -> gpd.GeoDataFrame:
    """Return the layer with its geometry shifted from one datum to another.

    Parameters
    ----------
    layer
        In degrees; the CRS it declares stays, as files in GCJ-02 declare EPSG:4326 too.
    source, target
        ``"wgs84"``, ``"gcj02"`` or ``"bd09"``.

    Returns
    -------
    GeoDataFrame
        Same rows and columns; heights are dropped, as the shift knows none.

    Raises
    ------
    CityebbError
        If the layer names no CRS, or its numbers are no degrees; a guess is told.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely.geometry import Point
    >>> town = gpd.GeoDataFrame(geometry=[Point(130.3, 47.35)], crs="EPSG:4326")
    >>> shifted = transform_geometry(town, "wgs84", "gcj02")
    >>> round(float(transform_geometry(shifted, "gcj02", "wgs84").geometry.x.iloc[0]), 9)
    130.3
    """
    import shapely

    check_degrees(layer)

    def shift(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(convert(points[:, 0], points[:, 1], source, target))

    moved = shapely.transform(np.asarray(layer.geometry.array, dtype=object), shift)
    return layer.set_geometry(type(layer.geometry)(moved, index=layer.index, crs=layer.crs))


def check_degrees(layer: Any) -> None:  # noqa: ANN401 - a GeoDataFrame, whose library has no types
    """Refuse a layer without a CRS, or whose CRS contradicts its numbers, with a guess.

    Raises
    ------
    CityebbError
        As said.
    """
    bounds = layer.total_bounds
    guess = _guess(bounds)
    if layer.crs is None:
        raise CityebbError("harmonise.layer_no_crs", guess=guess, bounds=_told(bounds))
    if not layer.crs.is_geographic:
        key = "harmonise.layer_not_degrees" if guess != "EPSG:4326" else "harmonise.layer_crs_contradicts"
        raise CityebbError(key, crs=layer.crs.name, guess=guess, bounds=_told(bounds))
    if guess != "EPSG:4326":
        raise CityebbError(
            "harmonise.layer_crs_contradicts", crs=layer.crs.name, guess=guess, bounds=_told(bounds)
        )


def _guess(bounds: NDArray[np.float64]) -> str:
    """Guess a CRS from the size of the numbers alone."""
    left, bottom, right, top = bounds
    if not np.isfinite(bounds).all() or (
        left >= -_TURN and right <= _TURN and bottom >= -_POLE and top <= _POLE
    ):
        return "EPSG:4326"
    if max(abs(left), abs(right)) <= _POLE and max(abs(bottom), abs(top)) <= _TURN:
        return "EPSG:4326 (lat, lon)"
    zone_m = 1_000_000.0
    if left >= 0 and right <= zone_m and bottom >= 0 and top <= 10 * zone_m:
        return "UTM"
    return "EPSG:3857" if np.abs(bounds).max() <= _MERCATOR_EDGE else "?"


def _told(bounds: NDArray[np.float64]) -> str:
    return ", ".join(f"{value:.6g}" for value in bounds)
