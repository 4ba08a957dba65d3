"""Whether a coordinate reference system is one in which areas and places on earth can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import CityebbError

if TYPE_CHECKING:
    from cityebb.grids import Grid

# No ellipsoid of the earth differs from another by more than a ten-thousandth; a sphere by a thousandth.
_EARTH_M, _LEEWAY = 6_378_137.0, 0.01
_TOLERANCE = 1e-9
_PROBES = 9


def check_crs(grid: Grid, label: str) -> None:
    """Refuse what is no map of the earth.

    Raises
    ------
    CityebbError
        If the CRS is neither geographic in degrees from Greenwich nor projected from an ellipsoid of the
        earth, or if no cell lies on earth.
    """
    from pyproj import CRS

    crs = CRS.from_user_input(grid.crs)
    ellipsoid, meridian = crs.ellipsoid, crs.prime_meridian
    wrong = None
    if ellipsoid is None or not (crs.is_geographic or crs.is_projected):
        wrong = "read.crs_no_map"
    elif abs(ellipsoid.semi_major_metre / _EARTH_M - 1) > _LEEWAY:
        wrong = "read.crs_not_earth"
    elif crs.is_geographic and (
        abs(np.rad2deg(crs.axis_info[0].unit_conversion_factor) - 1) > _TOLERANCE
        or (meridian is not None and abs(meridian.longitude) > _TOLERANCE)
    ):
        wrong = "read.crs_not_degrees"
    if wrong is not None:
        raise CityebbError(wrong, path=label, crs=grid.name)
    if crs.is_projected:
        row, column = (np.linspace(0, size - 1, _PROBES) for size in grid.shape)
        longitude, latitude = grid.lonlat(*(axis.ravel() for axis in np.meshgrid(row, column)))
        if not (np.isfinite(longitude) & np.isfinite(latitude)).any():
            raise CityebbError("read.off_earth", path=label, crs=grid.name)
