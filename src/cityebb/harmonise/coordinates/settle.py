"""Settle in which datum each of several layers is: as stated, or as another layer tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from cityebb.harmonise.coordinates.recognise import FEWEST, Recognition, recognise
from cityebb.harmonise.coordinates.shift import EAST, NORTH, SOUTH, WEST, Datum, convert
from cityebb.model import CityebbError, Note, gather

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

Stated = Literal["wgs84", "gcj02", "bd09", "auto"]

_NAMES: dict[str, str] = {"wgs84": "WGS 84", "gcj02": "GCJ-02", "bd09": "BD-09"}
_CODE = "unit_id"
# A UTM zone is 6° wide; wider than this its axes turn too far from east and north.
_WIDEST = 15.0


@dataclass(frozen=True)
class Settled:
    """The datum of every layer.

    Parameters
    ----------
    datums
        By layer: the one stated, or the one recognised.
    recognised
        By layer that was compared with its reference: what that told.
    notes
        What was recognised, and which layers lie to another as if map services had shifted them.
    """

    datums: dict[str, Datum]
    recognised: dict[str, Recognition]
    notes: tuple[Note, ...]


def settle_datums(
    layers: Mapping[str, gpd.GeoDataFrame],
    stated: Mapping[str, Stated],
    references: Mapping[str, str] | None = None,
) -> Settled:
    """Tell the datum of each layer, and warn of those that nobody doubted but the other layers do.

    Parameters
    ----------
    layers
        By name, in degrees, indexed by the units' codes.
    stated
        By layer: ``"wgs84"``, ``"gcj02"``, ``"bd09"``, or ``"auto"``: to be recognised.
    references
        By layer that is ``"auto"``: the layer to compare it with, whose own datum is stated.

    Returns
    -------
    Settled
        Nothing is moved; :func:`transform_geometry` does it.

    Raises
    ------
    CityebbError, Faults
        For every layer whose reference does not decide, is missing or is itself to be recognised.

    Notes
    -----
    Units are paired by code where at least five codes are shared, else each with the nearest one; then
    :func:`recognise` decides. Offsets are told along the axes of the layer's UTM zone, or, for a layer wider
    than 15°, in true east and north (said as EPSG:4326). A layer stated to be on WGS 84, or not spoken of,
    whose centre lies within the rectangle of China is compared with every other layer; two layers with the
    same shift agree, and nothing is told of them.

    Examples
    --------
    >>> import geopandas as gpd, numpy as np
    >>> from cityebb.harmonise.coordinates import transform_geometry
    >>> lon, lat = np.meshgrid(np.arange(125, 131.0), np.arange(45, 50.0))
    >>> true = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon.ravel(), lat.ravel()), crs="EPSG:4326")
    >>> layers = {"ours": transform_geometry(true, "wgs84", "bd09"), "official": true}
    >>> settle_datums(layers, {"ours": "auto", "official": "wgs84"}, {"ours": "official"}).datums["ours"]
    'bd09'
    """
    references = references or {}
    datums: dict[str, Datum] = {name: told for name, told in stated.items() if told != "auto"}
    points = {name: _centres(layer, datums.get(name, "wgs84")) for name, layer in layers.items()}
    recognised: dict[str, Recognition] = {}
    notes: list[Note] = []
    with gather() as fault:
        for name, told in stated.items():
            if told in ("gcj02", "bd09") and not _in_china(layers[name]):
                fault(CityebbError("harmonise.datum_outside", layer=name, datum=_NAMES[told]))
            if told != "auto":
                continue
            try:
                found = _asked(name, references.get(name), points, stated)
            except CityebbError as error:
                fault(error)
                continue
            recognised[name] = found
            datums[name] = found.verdict  # type: ignore[assignment]
            key = "harmonise.datum_confirmed" if found.verdict == "wgs84" else "harmonise.datum_recognised"
            values = _told(found, name, references[name], points[name])
            notes.append(Note(key, values, "info", name))
    for name in recognised:
        points[name] = _centres(layers[name], datums[name])
    doubted = [name for name in layers if datums[name] == "wgs84" and name not in recognised]
    notes.extend(note for name in doubted if (note := _suspicion(name, points)) is not None)
    return Settled(datums, recognised, tuple(notes))


def _asked(
    name: str, reference: str | None, points: Mapping[str, gpd.GeoDataFrame], stated: Mapping[str, Stated]
) -> Recognition:
    """Compare a layer with the reference named for it, and refuse what is not decisive."""
    others = ", ".join(other for other in points if other != name and stated[other] != "auto") or "–"
    if reference is None:
        raise CityebbError("harmonise.datum_no_reference", layer=name, others=others)
    if reference == name or stated.get(reference, "auto") == "auto" or reference not in points:
        raise CityebbError("harmonise.datum_reference_unfit", layer=name, reference=reference, others=others)
    try:
        found = _compare(points[name], points[reference])
    except CityebbError as error:
        if error.key != "harmonise.coordinates_few":
            raise
        raise CityebbError("harmonise.datum_few", layer=name, reference=reference, **error.values) from error
    if found.verdict not in _NAMES:
        values = _told(found, name, reference, points[name])
        raise CityebbError("harmonise.datum_undecided", **values)
    return found


def _in_china(layer: gpd.GeoDataFrame) -> bool:
    """Whether the centre of a layer in degrees lies within the rectangle of China."""
    left, low, right, high = layer.total_bounds
    return bool(WEST <= (left + right) / 2 <= EAST and SOUTH <= (low + high) / 2 <= NORTH)


def _suspicion(name: str, points: Mapping[str, gpd.GeoDataFrame]) -> Note | None:
    """Return a warning if another layer tells that this one is shifted, by the layer with most units."""
    if not _in_china(points[name]):
        return None
    found = []
    for other in points:
        if other == name:
            continue
        try:
            told = _compare(points[name], points[other])
        except CityebbError:  # too few units in common: nothing to tell
            continue
        if told.verdict in {"gcj02", "bd09"}:
            found.append((told.units, other, told))
    if not found:
        return None
    _, other, told = max(found, key=lambda one: one[0])
    values = {**_told(told, name, other, points[name]), "key": told.verdict}
    return Note("harmonise.datum_suspected", values, "warning", name)


def _centres(layer: gpd.GeoDataFrame, datum: Datum) -> gpd.GeoDataFrame:
    """Return the centres of a layer's units on WGS 84."""
    import geopandas as gpd
    import shapely

    centres = shapely.centroid(np.asarray(layer.geometry.array, dtype=object))
    lon, lat = convert(shapely.get_x(centres), shapely.get_y(centres), datum, "wgs84")
    codes = layer.index.astype(str)
    return gpd.GeoDataFrame({_CODE: codes}, geometry=gpd.points_from_xy(lon, lat), crs=layer.crs)


def _compare(layer: gpd.GeoDataFrame, reference: gpd.GeoDataFrame) -> Recognition:
    shared = int(layer[_CODE].isin(reference[_CODE]).sum())
    return recognise(layer, reference, column=_CODE if shared >= FEWEST else None, crs=_axes(layer))


def _axes(points: gpd.GeoDataFrame) -> str | None:
    """Return the UTM zone along whose axes an offset is told, or ``None`` for a layer too wide for one."""
    left, _, right, _ = points.total_bounds
    if not right - left <= _WIDEST:
        return None
    return f"EPSG:{points.estimate_utm_crs().to_epsg()}"


def _told(
    found: Recognition, name: str, reference: str, points: gpd.GeoDataFrame
) -> dict[str, str | int | float]:
    """Return what a sentence says of a comparison, as plain values."""
    datum = min(_NAMES, key=lambda each: found.residual_m[each])
    return {
        "layer": name,
        "reference": reference,
        "datum": _NAMES[datum],
        "units": found.units,
        "east": round(found.east_m),
        "north": round(found.north_m),
        "axes": _axes(points) or "EPSG:4326",
        "before": round(found.residual_m["wgs84"]),
        "after": round(found.residual_m[datum]),
    }
