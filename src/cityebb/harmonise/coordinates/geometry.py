"""Whole layers from one datum to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.harmonise.coordinates.shift import Datum, convert
from cityebb.model import CityebbError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray


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
    from cityebb.read.units import guess_crs

    bounds = layer.total_bounds
    guess = guess_crs(*bounds.tolist()) if np.isfinite(bounds).all() else "EPSG:4326"
    if layer.crs is None:
        raise CityebbError("harmonise.layer_no_crs", guess=guess, bounds=_told(bounds))
    if not layer.crs.is_geographic:
        key = "harmonise.layer_not_degrees" if guess != "EPSG:4326" else "harmonise.layer_crs_contradicts"
        raise CityebbError(key, crs=layer.crs.name, guess=guess, bounds=_told(bounds))
    if guess != "EPSG:4326":
        raise CityebbError(
            "harmonise.layer_crs_contradicts", crs=layer.crs.name, guess=guess, bounds=_told(bounds)
        )


def _told(bounds: NDArray[np.float64]) -> str:
    return ", ".join(f"{value:.6g}" for value in bounds)
