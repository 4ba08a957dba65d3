"""Whether a layer's coordinate system fits its numbers, and which it may be where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyproj import CRS, Transformer

from cityebb.model import CityebbError
from cityebb.words import say

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_EAST, _NORTH = 180.0, 90.0
_LOOSE = 1e-6
# A layer that goes on past 180° rather than begin again at −180°.
_ROUND = 360.0
_MERCATOR = 20037508.35
_FAR_NORTH = 10_000_000.0
# China's Gauss-Krüger zones carry their number before the easting: of 6° and of 3°, CGCS2000.
_ZONES = ((13, 23, 4491), (25, 45, 4513))
_ZONE = 1_000_000.0
# A projected system is used outside the area it is made for, but not this far.
_STRETCH = 30.0
_MISS_M = 1.0
_CHINA = (73.0, 18.0, 135.5, 54.0)


def check_crs(frame: gpd.GeoDataFrame, label: str, *, chinese: bool = False) -> None:
    """Refuse a layer without a coordinate system, or with one that its numbers contradict.

    Parameters
    ----------
    frame
        The layer.
    label
        What to call it.
    chinese
        Whether its units have codes of China: then latitude first is seen even where both may be latitudes.

    Raises
    ------
    CityebbError
        With a guess of what it is.
    """
    left, low, right, high = (float(bound) for bound in frame.total_bounds)
    numbers = {"x": f"{left:g} … {right:g}", "y": f"{low:g} … {high:g}"}
    swapped = chinese and _degrees(left, low, right, high) and _turned_china(left, low, right, high)
    guess = say("read.units_guess.swapped") if swapped else guess_crs(left, low, right, high)
    told = {"path": label, "guess": guess, **numbers}
    if frame.crs is None:
        raise CityebbError("read.units_no_crs", **told)
    crs = CRS.from_user_input(frame.crs)
    authority = crs.to_authority(min_confidence=60)
    told["crs"] = ":".join(authority) if authority else crs.name
    fits = _degrees(left, low, right, high) == crs.is_geographic and not swapped
    if not np.isfinite([left, low, right, high]).all() or not fits:
        raise CityebbError("read.units_wrong_crs", **told)
    if crs.is_projected and not _on_earth(crs, (left + right) / 2, (low + high) / 2):
        raise CityebbError("read.units_wrong_crs", **told)


def has_chinese_codes(codes: pd.Series) -> bool:
    """Whether all codes are of six digits or more and begin with a province of China.

    Examples
    --------
    >>> import pandas as pd
    >>> has_chinese_codes(pd.Series(["653101", "653121"])), has_chinese_codes(pd.Series(["211100"]))
    (True, True)
    >>> has_chinese_codes(pd.Series(["01001", "01002"]))
    False
    """
    from cityebb.read.units._headings import PROVINCES

    told = codes.dropna()
    return bool(told.str.fullmatch(r"\d{6,12}").all()) and set(told.str[:2]) <= PROVINCES


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
    found = _zones(left, low, right, high)
    if not found and (turned := _zones(low, left, high, right)):
        return say("read.units_guess.north_first", guess=" / ".join(turned))
    if left > 0 and right < _ZONE and low > -_FAR_NORTH and high < _FAR_NORTH:
        return say("read.units_guess.zone_unknown")
    widest = max(abs(left), abs(right), abs(low), abs(high))
    if widest <= _MERCATOR and right - left > 0:
        found.append("EPSG:3857")
    return " / ".join(found) or say("read.units_guess.unknown")


def _zones(left: float, low: float, right: float, high: float) -> list[str]:
    """Return the Gauss-Krüger zones whose number stands before the easting."""
    if not (np.isfinite([left, right]).all() and low > 0 and high < _FAR_NORTH):
        return []
    zone = int(left // _ZONE)
    return [
        f"EPSG:{code + zone - first}"
        for first, last, code in _ZONES
        if first <= zone <= last and int(right // _ZONE) == zone
    ]


def _on_earth(crs: CRS, x: float, y: float) -> bool:
    """Whether a point in a projected system is one of the earth, near the area the system is made for."""
    if crs.geodetic_crs is None:
        return True
    there = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    lon, lat = there.transform(x, y)
    if not np.isfinite([lon, lat]).all():
        return False
    back = there.transform(lon, lat, direction="INVERSE")
    if not np.hypot(back[0] - x, back[1] - y) <= _MISS_M:
        return False
    area = crs.area_of_use
    if area is None:
        return True
    wide = (area.east - area.west) % 360.0 or 360.0
    east = (lon - area.west + _STRETCH) % 360.0
    return bool(east <= wide + 2 * _STRETCH and area.south - _STRETCH <= lat <= area.north + _STRETCH)


def _turned_china(left: float, low: float, right: float, high: float) -> bool:
    """Whether the centre lies in China only once the axes are swapped."""
    x, y = (left + right) / 2, (low + high) / 2
    west, south, east, north = _CHINA
    inside = west <= x <= east and south <= y <= north
    return not inside and west <= y <= east and south <= x <= north


def _degrees(left: float, low: float, right: float, high: float) -> bool:
    """Whether numbers can be longitude and latitude."""
    return (
        left >= -_EAST - _LOOSE
        and right <= _ROUND + _LOOSE
        and low >= -_NORTH - _LOOSE
        and high <= _NORTH + _LOOSE
    )
