"""GCJ-02 and BD-09 from and to WGS 84, for whole arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from cityebb.model import CityebbError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Pair = tuple[NDArray[np.float64], NDArray[np.float64]]

Datum = Literal["wgs84", "gcj02", "bd09"]

SEMI_MAJOR_M = 6378245.0
"""Semi-major axis of the Krasovsky ellipsoid of 1940, on which GCJ-02 is defined, metres."""
ECCENTRICITY_2 = 0.00669342162296594323
"""Its first eccentricity squared."""
CENTRE = (105.0, 35.0)
"""Longitude and latitude, degrees, from which the polynomials count."""
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""The rectangle, degrees, within which the services shift; outside nothing is changed."""
BD_SHIFT = (0.0065, 0.006)
"""What BD-09 adds to longitude and latitude, degrees."""
BD_RADIUS, BD_ANGLE = 2e-5, 3e-6
"""Amplitudes of what BD-09 adds to radius (degrees) and angle (radians)."""
BD_TURN = np.pi * 3000.0 / 180.0
"""Radians a degree of its two waves."""

_CLOSE_DEGREES = 1e-11  # a micrometre
_MOST_STEPS = 60


def wgs84_to_gcj02(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """Shift WGS 84 to GCJ-02.

    Parameters
    ----------
    longitude, latitude
        Degrees, of equal shape; NaN stays NaN.

    Returns
    -------
    longitude, latitude
        Degrees, ``float64``; outside the rectangle of China as they were.

    Notes
    -----
    With *x*, *y* in degrees from (105°, 35°), polynomials with waves give metres east and north, which the
    Krasovsky ellipsoid's radii at that latitude turn into degrees. The algorithm was never published by its
    makers; this is the form that has been in public use since 2013 and that map services agree with.

    References
    ----------
    Restrictions on geographic data in China, section "GCJ-02", in Wikipedia (the formulas as circulated).

    Examples
    --------
    >>> lon, lat = wgs84_to_gcj02(116.397, 39.909)  # Tian'anmen
    >>> float(lon.round(5)), float(lat.round(5))
    (116.40324, 39.9104)
    >>> wgs84_to_gcj02(2.35, 48.86)[0].item()  # Paris
    2.35
    """
    lon, lat = _arrays(longitude, latitude)
    inside = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    x, y = lon - CENTRE[0], lat - CENTRE[1]
    root = np.sqrt(np.abs(x))
    waves = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (waves + 20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (waves + 20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    angle = np.deg2rad(lat)
    squeeze = 1 - ECCENTRICITY_2 * np.sin(angle) ** 2
    meridian = SEMI_MAJOR_M * (1 - ECCENTRICITY_2) / squeeze**1.5
    parallel = SEMI_MAJOR_M / np.sqrt(squeeze) * np.cos(angle)
    with np.errstate(divide="ignore", invalid="ignore"):  # at the poles, which lie outside
        return (
            np.where(inside, lon + np.rad2deg(east / parallel), lon),
            np.where(inside, lat + np.rad2deg(north / meridian), lat),
        )


def gcj02_to_wgs84(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """Shift GCJ-02 back to WGS 84.

    Parameters
    ----------
    longitude, latitude
        Degrees, of equal shape; NaN stays NaN.

    Notes
    -----
    The formula has no closed inverse: the guess is corrected by what its own shift misses until it misses
    less than a micrometre. Within one shift's length of the rectangle's rim two points may have one image;
    no land of China lies there.

    Examples
    --------
    >>> lon, lat = gcj02_to_wgs84(*wgs84_to_gcj02(130.3, 47.35))  # Hegang
    >>> float(lon.round(9)), float(lat.round(9))
    (130.3, 47.35)
    """
    return _inverse(wgs84_to_gcj02, longitude, latitude)


def wgs84_to_bd09(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """Shift WGS 84 to BD-09: to GCJ-02, then by Baidu's own turn.

    Examples
    --------
    >>> lon, lat = wgs84_to_bd09(116.397, 39.909)
    >>> float(lon.round(4)), float(lat.round(4))
    (116.4096, 39.9167)
    """
    lon, lat = _arrays(longitude, latitude)
    gcj_lon, gcj_lat = wgs84_to_gcj02(lon, lat)
    inside = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    radius = np.hypot(gcj_lon, gcj_lat) + BD_RADIUS * np.sin(gcj_lat * BD_TURN)
    angle = np.arctan2(gcj_lat, gcj_lon) + BD_ANGLE * np.cos(gcj_lon * BD_TURN)
    return (
        np.where(inside, radius * np.cos(angle) + BD_SHIFT[0], lon),
        np.where(inside, radius * np.sin(angle) + BD_SHIFT[1], lat),
    )


def bd09_to_wgs84(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """Shift BD-09 back to WGS 84; see :func:`gcj02_to_wgs84`.

    Examples
    --------
    >>> lon, lat = bd09_to_wgs84(*wgs84_to_bd09(130.3, 47.35))
    >>> float(lon.round(9)), float(lat.round(9))
    (130.3, 47.35)
    """
    return _inverse(wgs84_to_bd09, longitude, latitude)


def convert(longitude: ArrayLike, latitude: ArrayLike, source: Datum, target: Datum) -> Pair:
    """Shift points from one of the three datums to another.

    Raises
    ------
    CityebbError
        For a datum that is none of the three.

    Examples
    --------
    >>> lon, _ = convert([116.397], [39.909], "wgs84", "gcj02")
    >>> lon.round(5).tolist()
    [116.40324]
    """
    for datum in (source, target):
        if datum not in get_args(Datum):
            raise CityebbError("harmonise.datum_unknown", found=datum, known=", ".join(get_args(Datum)))
    lon, lat = _arrays(longitude, latitude)
    if source == target:
        return lon.copy(), lat.copy()
    if source != "wgs84":
        lon, lat = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}[source](lon, lat)
    if target != "wgs84":
        lon, lat = {"gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}[target](lon, lat)
    return lon, lat


def _arrays(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    return np.asarray(longitude, np.float64), np.asarray(latitude, np.float64)


def _inverse(
    forward: Callable[[ArrayLike, ArrayLike], Pair], longitude: ArrayLike, latitude: ArrayLike
) -> Pair:
    lon, lat = _arrays(longitude, latitude)
    guess_lon, guess_lat = lon.copy(), lat.copy()
    for _ in range(_MOST_STEPS):
        found_lon, found_lat = forward(guess_lon, guess_lat)
        miss_lon, miss_lat = lon - found_lon, lat - found_lat
        guess_lon, guess_lat = guess_lon + miss_lon, guess_lat + miss_lat
        miss = np.hypot(miss_lon, miss_lat)
        if not (miss[np.isfinite(miss)] > _CLOSE_DEGREES).any():
            break
    return guess_lon, guess_lat
