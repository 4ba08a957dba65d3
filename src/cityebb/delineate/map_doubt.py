"""What is odd in a map of units: outlines that are not there, lie elsewhere, or belong to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.delineate._places import embedded
from cityebb.model import Note
from cityebb.read.tables.codes import is_division_code

if TYPE_CHECKING:
    import geopandas as gpd

_SHOWN = 5
# Places stand within their country; its border lies this much beyond them, at most.
_BEYOND_DEGREES = 3.0
_FEWEST_NAMES = 4


def tell_map(
    cities: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame | None, layer: str | None
) -> tuple[Note, ...]:
    """Return notes on what is odd in the codes of units and in the layer that shows them.

    Parameters
    ----------
    cities
        ``model.CITIES``, as :func:`~cityebb.delineate.administrative_cities` returns.
    outlines, layer
        The layer that shows them, with its ``name``, and what it is called; ``None`` where there is none.

    Returns
    -------
    tuple of Note
        Codes that are none of China's where most are; units without an outline; a layer that lies outside
        the country of the units, by the places of the world in the package; a layer most of whose names are
        others under the same codes.
    """
    found = [*_odd_codes(cities)]
    if outlines is not None and layer is not None:
        found += [*_unmapped(cities, layer), *_elsewhere(cities, layer), *_misnamed(cities, outlines, layer)]
    return tuple(found)


def _odd_codes(cities: gpd.GeoDataFrame) -> list[Note]:
    # Groups of a code used twice are called code#2.
    codes = [str(code).partition("#")[0] for code in cities.index]
    odd = list(dict.fromkeys(code for code in codes if not is_division_code(code)))
    if not odd or not (cities["country"] == "CN").any() or 2 * len(odd) >= len(codes):
        return []
    told = {"count": len(odd), "codes": ", ".join(odd[:_SHOWN])}
    return [Note("delineate.odd_codes", told, "warning")]


def _unmapped(cities: gpd.GeoDataFrame, layer: str) -> list[Note]:
    without = cities.index[cities["area_km2"].isna()]
    if not len(without):
        return []
    none = len(without) == len(cities)
    told = {"layer": layer, "count": len(without), "units": ", ".join(map(str, without[:_SHOWN]))}
    key = "delineate.unmapped_all" if none else "delineate.unmapped"
    return [Note(key, told, "warning" if none else "info", layer)]


def _elsewhere(cities: gpd.GeoDataFrame, layer: str) -> list[Note]:
    """Return a note where the middle of the units lies outside the country they are said to be of."""
    there = cities[cities["lon"].notna() & cities["country"].notna()]
    if there.empty or there["country"].nunique() > 1:
        return []
    country = str(there["country"].iloc[0])
    places = embedded()
    own = np.asarray(places.texts["country"].to_numpy(zero_copy_only=False)) == country
    if not own.any():
        return []
    lon, lat = float(there["lon"].median()), float(there["lat"].median())
    east, north = places.lon[own], places.lat[own]
    near = np.hypot((east - lon) * np.cos(np.radians(lat)), north - lat).min() <= _BEYOND_DEGREES
    if near:
        return []
    told = {"layer": layer, "lon": lon, "lat": lat, "country": country}
    return [Note("delineate.elsewhere", told, "warning", layer)]


def _misnamed(cities: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame, layer: str) -> list[Note]:
    """Return a note where most names under the same codes have nothing in common."""
    if "name" not in outlines:
        return []
    names = outlines["name"].reindex(cities.index)
    pairs = [
        (str(code), str(one).casefold(), str(other).casefold())
        for code, one, other in zip(cities.index, cities["name_zh"], names, strict=True)
        if isinstance(one, str) and isinstance(other, str) and one.strip() and other.strip()
    ]
    # Names in two scripts cannot be compared.
    pairs = [pair for pair in pairs if pair[1].isascii() == pair[2].isascii()]
    odd = [pair for pair in pairs if pair[1][:2] != pair[2][:2] and not {*pair[1]} <= {*pair[2]}]
    known = {one for _, one, _ in pairs}
    crossed = [pair for pair in odd if pair[2] in known]
    if len(pairs) < _FEWEST_NAMES or 2 * len(crossed) <= len(pairs):
        return []
    told = ", ".join(f"{code}: {one} / {other}" for code, one, other in crossed[:_SHOWN])
    return [
        Note("delineate.misnamed", {"layer": layer, "count": len(crossed), "units": told}, "warning", layer)
    ]
