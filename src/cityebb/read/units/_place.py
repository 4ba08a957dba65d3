"""Whether a layer's coordinate system fits its numbers, and which it may be where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyproj import CRS

from cityebb.model import CityebbError
from cityebb.words import say

if TYPE_CHECKING:
    import geopandas as gpd

_EAST, _NORTH = 180.0, 90.0
_LOOSE = 1e-6
# A layer that goes on past 180° rather than begin again at −180°.
_ROUND = 360.0
_MERCATOR = 20037508.35
_FAR_NORTH = 10_000_000.0
# China's Gauss-Krüger zones carry their number before the easting: of 6° and of 3°, CGCS2000.
_ZONES = ((13, 23, 4491), (25, 45, 4513))
_ZONE = 1_000_000.0


def check_crs(frame: gpd.GeoDataFrame, label: str) -> None:
    """Refuse a layer without a coordinate system, or with one that its numbers contradict.

    Raises
    ------
    CityebbError
        With a guess of what it is.
    """
    left, low, right, high = (float(bound) for bound in frame.total_bounds)
    numbers = {"x": f"{left:g} … {right:g}", "y": f"{low:g} … {high:g}"}
    told = {"path": label, "guess": guess_crs(left, low, right, high), **numbers}
    if frame.crs is None:
        raise CityebbError("read.units_no_crs", **told)
    crs = CRS.from_user_input(frame.crs)
    authority = crs.to_authority(min_confidence=60)
    told["crs"] = ":".join(authority) if authority else crs.name
    degrees = _degrees(left, low, right, high)
    if not np.isfinite([left, low, right, high]).all() or degrees != crs.is_geographic:
        raise CityebbError("read.units_wrong_crs", **told)


def guess_crs(left: float, low: float, right: float, high: float) -> str:
    """Return in words what the coordinates of a layer may be.

    Examples
    --------
    >>> from cityebb.words import using
    >>> with using("en"):
    ...     guess_crs(42_350_000, 4_000_000, 42_650_000, 5_000_000)
    'EPSG:4530'
    """
    if _degrees(left, low, right, high):
        return "EPSG:4326"
    if _degrees(low, left, high, right):
        return say("read.units_guess.swapped")
    found = []
    for first, last, code in _ZONES:
        zone = int(left // _ZONE)
        if first <= zone <= last and int(right // _ZONE) == zone and 0 < low < _FAR_NORTH:
            found.append(f"EPSG:{code + zone - first}")
    if left > 0 and right < _ZONE and low > -_FAR_NORTH and high < _FAR_NORTH:
        return say("read.units_guess.zone_unknown")
    widest = max(abs(left), abs(right), abs(low), abs(high))
    if widest <= _MERCATOR and right - left > 0:
        found.append("EPSG:3857")
    return " / ".join(found) or say("read.units_guess.unknown")


def _degrees(left: float, low: float, right: float, high: float) -> bool:
    """Whether numbers can be longitude and latitude."""
    return (
        left >= -_EAST - _LOOSE
        and right <= _ROUND + _LOOSE
        and low >= -_NORTH - _LOOSE
        and high <= _NORTH + _LOOSE
    )
