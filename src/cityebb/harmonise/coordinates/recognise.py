"""Tell in which datum a layer really is, by units that a reference has too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from cityebb.harmonise.coordinates.geometry import check_degrees
from cityebb.harmonise.coordinates.shift import convert
from cityebb.model import CityebbError, Note

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

Verdict = Literal["wgs84", "gcj02", "bd09", "constant", "undetermined"]

_SEMI_MAJOR_M, _ECCENTRICITY_2 = 6378137.0, 0.00669437999014  # WGS 84
FEWEST = 5
"""Pairs of units below which nothing is told."""


@dataclass(frozen=True)
class Recognition:
    """What comparing a layer with a reference tells.

    Parameters
    ----------
    verdict
        The datum; ``"constant"`` where one shift for all explains it better than any datum;
        ``"undetermined"`` where the figures do not decide.
    units
        Pairs compared.
    matched_by
        ``"id"`` or ``"nearest"``.
    east_m, north_m
        Median offset of the layer from the reference, metres.
    residual_m
        By hypothesis: median distance left, metres, once the layer is put back from that datum.
    """

    verdict: Verdict
    units: int
    matched_by: Literal["id", "nearest"]
    east_m: float
    north_m: float
    residual_m: dict[str, float]

    @property
    def note(self) -> Note:
        """Say it."""
        values = {
            "units": self.units,
            "east": round(self.east_m, 1),
            "north": round(self.north_m, 1),
            **{name: round(value, 1) for name, value in self.residual_m.items()},
        }
        return Note(
            f"harmonise.coordinates_{self.verdict}", values, "info" if self.verdict == "wgs84" else "warning"
        )


def recognise(
    layer: gpd.GeoDataFrame,
    reference: gpd.GeoDataFrame,
    *,
    column: str | None = None,
    reference_column: str | None = None,
    crs: str | None = None,
    close_m: float = 300.0,
    clear: float = 2.0,
) -> Recognition:
    """Compare the layer's units with those of a reference, and say in which datum the layer is.

    Parameters
    ----------
    layer
        In degrees, datum doubtful.
    reference
        In WGS 84, with units that the layer has too.
    column, reference_column
        The units' codes in either; without, each unit is paired with the nearest one, both ways.
    crs
        A projected CRS in which to tell the median offset, along its own axes; default the true east and
        north of each place.
    close_m
        Largest median residual, metres, with which a hypothesis may be accepted.
    clear
        So many times smaller than any other datum's must its residual be.

    Returns
    -------
    Recognition
        With the figures of every hypothesis.

    Raises
    ------
    CityebbError
        If fewer than five units match, or a layer is not in degrees.

    Notes
    -----
    For each pair, the offset of centroids in metres on WGS 84. Hypothesis "the layer is in *d*": centroids
    are put back from *d* and the median distance to the reference is its residual; "constant": the median
    offset is taken away from all. Outside China all datums coincide, and nothing can be told of them. A
    constant shift wins only where it leaves ``clear`` times less than the best datum and is itself as many
    times larger than what it leaves. Makers who draw the same unit by different sources differ by 100 to
    200 m (OpenStreetMap and the official map of China, counties).

    Examples
    --------
    >>> import geopandas as gpd, numpy as np
    >>> from cityebb.harmonise.coordinates import transform_geometry
    >>> lon, lat = np.meshgrid(np.arange(125, 131.0), np.arange(45, 50.0))
    >>> true = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon.ravel(), lat.ravel()), crs="EPSG:4326")
    >>> recognise(transform_geometry(true, "wgs84", "gcj02"), true).verdict
    'gcj02'
    """
    check_degrees(layer)
    check_degrees(reference)
    own, other = _points(layer), _points(reference)
    if column is not None:
        pairs = _by_id(layer[column], reference[reference_column or column])
    else:
        pairs = _nearest(own, other)
    there = np.isfinite(own[pairs[0]]).all(axis=1) & np.isfinite(other[pairs[1]]).all(axis=1)
    rows, reference_rows = pairs[0][there], pairs[1][there]
    own, other = own[rows], other[reference_rows]
    if len(own) < FEWEST:
        raise CityebbError("harmonise.coordinates_few", count=len(own), least=FEWEST)
    offset = _metres(own, other)
    middle = np.median(offset, axis=0)
    told = middle
    if crs is not None:
        flat = _points(layer.iloc[rows].to_crs(crs)) - _points(reference.iloc[reference_rows].to_crs(crs))
        told = np.median(flat, axis=0)
    residual = {"wgs84": _typical(offset)}
    for datum in ("gcj02", "bd09"):
        back = np.column_stack(convert(own[:, 0], own[:, 1], datum, "wgs84"))
        residual[datum] = _typical(_metres(back, other))
    residual["constant"] = _typical(offset - middle)
    return Recognition(
        _decide(residual, float(np.hypot(*middle)), close_m, clear),
        len(own),
        "nearest" if column is None else "id",
        float(told[0]),
        float(told[1]),
        residual,
    )


def _decide(residual: dict[str, float], shift: float, close: float, clear: float) -> Verdict:
    datums = sorted((value, name) for name, value in residual.items() if name != "constant")
    (best, name), (second, _) = datums[:2]
    constant = residual["constant"]
    if shift > clear * constant and constant <= close and constant * clear < best:
        return "constant"
    if best <= close and best * clear <= second and second > 0:
        return name  # type: ignore[return-value]
    return "undetermined"


def _points(layer: gpd.GeoDataFrame) -> NDArray[np.float64]:
    import shapely

    centres = shapely.centroid(np.asarray(layer.geometry.array, dtype=object))
    return np.column_stack([shapely.get_x(centres), shapely.get_y(centres)])


def _by_id(own: object, other: object) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair rows by code; a code that comes twice in either is left out."""
    import pandas as pd

    frames = []
    for values in (own, other):
        codes = pd.Series(values).astype("string").str.strip().reset_index(drop=True)
        once = codes[codes.notna() & ~codes.duplicated(keep=False)]
        frames.append(pd.DataFrame({"code": once.to_numpy(), "row": once.index.to_numpy()}))
    both = frames[0].merge(frames[1], on="code")
    return both["row_x"].to_numpy(np.int64), both["row_y"].to_numpy(np.int64)


def _nearest(
    own: NDArray[np.float64], other: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair points that are each other's nearest."""
    from scipy.spatial import cKDTree

    first = np.flatnonzero(np.isfinite(own).all(axis=1))
    second = np.flatnonzero(np.isfinite(other).all(axis=1))
    if not len(first) or not len(second):
        return first[:0], second[:0]
    there = cKDTree(_sphere(other[second])).query(_sphere(own[first]))[1]
    back = cKDTree(_sphere(own[first])).query(_sphere(other[second]))[1]
    mutual = back[there] == np.arange(len(first))
    return first[mutual], second[there[mutual]]


def _sphere(points: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = np.deg2rad(points).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _metres(own: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Offsets east and north in metres, by the ellipsoid's radii half way."""
    lat = np.deg2rad((own[:, 1] + other[:, 1]) / 2)
    squeeze = 1 - _ECCENTRICITY_2 * np.sin(lat) ** 2
    east = np.deg2rad(own[:, 0] - other[:, 0]) * _SEMI_MAJOR_M / np.sqrt(squeeze) * np.cos(lat)
    north = np.deg2rad(own[:, 1] - other[:, 1]) * _SEMI_MAJOR_M * (1 - _ECCENTRICITY_2) / squeeze**1.5
    return np.column_stack([east, north])


def _typical(offset: NDArray[np.float64]) -> float:
    return float(np.median(np.hypot(offset[:, 0], offset[:, 1])))
