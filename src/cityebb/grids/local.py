"""Kilometres around the middle of each group of points: one small map a city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

# WGS 84: semi-major axis in km, and the square of the first eccentricity.
_A_KM, _E2 = 6378.137, 0.00669437999014


def local_km(
    lon: ArrayLike,
    lat: ArrayLike,
    group: ArrayLike,
    *,
    about: tuple[ArrayLike, ArrayLike, ArrayLike] | None = None,
) -> tuple[Floats, Floats]:
    """Return kilometres east and north of the middle of each point's own group.

    Parameters
    ----------
    lon, lat
        Degrees, WGS 84.
    group
        Which points belong together: whole numbers from 0 on. The middle of a group is the mean direction
        from the earth's middle to its points, so that a group across 180° is no exception.
    about
        ``lon, lat, group`` of the points whose middle is meant; by default the points themselves.

    Returns
    -------
    x_km, y_km
        On Lambert's azimuthal equal-area map about the middle, stretched east and north to the ellipsoid's
        own curvature there: within 100 km of the middle, distances are right to 0.1 %.

    References
    ----------
    Snyder, J. P. (1987), Map projections: a working manual, USGS Professional Paper 1395, eq. 24-2 to 24-4,
    doi:10.3133/pp1395.

    Examples
    --------
    >>> x, y = local_km([179.99, -179.99], [0.0, 0.0], [0, 0])
    >>> x.round(3).tolist()
    [-1.113, 1.113]
    """
    longitude, latitude = np.deg2rad(np.asarray(lon, float)), np.deg2rad(np.asarray(lat, float))
    groups = np.asarray(group, np.int64)
    count = int(groups.max(initial=-1)) + 1
    flat = np.cos(latitude)
    around = (longitude, latitude, groups)
    if about is not None:
        around = (*(np.deg2rad(np.asarray(at, float)) for at in about[:2]), np.asarray(about[2], np.int64))
    axes = [
        np.bincount(around[2], part, minlength=count)
        for part in (
            np.cos(around[1]) * np.cos(around[0]),
            np.cos(around[1]) * np.sin(around[0]),
            np.sin(around[1]),
        )
    ]
    middle_longitude = np.arctan2(axes[1], axes[0])
    middle_latitude = np.arctan2(axes[2], np.hypot(axes[0], axes[1]))
    sine0, cosine0 = np.sin(middle_latitude), np.cos(middle_latitude)
    curve = 1 - _E2 * sine0**2
    east_km = _A_KM / np.sqrt(curve)
    north_km = _A_KM * (1 - _E2) / curve**1.5
    turn = longitude - middle_longitude[groups]
    sine, cosine = np.sin(latitude), flat * np.cos(turn)
    scale = np.sqrt(2 / (1 + sine0[groups] * sine + cosine0[groups] * cosine))
    x = scale * flat * np.sin(turn) * east_km[groups]
    y = scale * (cosine0[groups] * sine - sine0[groups] * cosine) * north_km[groups]
    return x, y
