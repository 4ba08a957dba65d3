"""How the units of one date fall onto those of another: one sparse table, used for every year."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.harmonise.interpolate._plane import on_plane, polygons_only
from cityebb.model import CROSSWALK, Note

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

# A unit that misses this share of itself, or has this much too much, does so by rounding.
ROUNDING = 1e-9
_OVERLAP_TOLD = 1e-6
_NAMED = 5
_CHUNK = 256


@dataclass(frozen=True)
class AreaTable:
    """Weights of the pieces into which two sets of units cut each other.

    Parameters
    ----------
    sources, targets
        Codes of the units.
    source_vintage, target_vintage
        Date of the boundaries, ``""`` where not told.
    source, target
        Of each piece: its place in ``sources`` and ``targets``.
    weight
        Of each piece: km², or light, people, … after :func:`weigh`.
    whole
        Of each source unit: its weight, what lies outside the targets included.
    area
        Of each piece, km².
    source_area, target_area
        Of each unit, km².
    share_of
        What the weights are: ``"area"``, ``"light"``, …
    pieces, shapes
        The polygons of the pieces and of the source units, on the equal-area plane.
    fallen_back
        Source units without any weight, whose shares are those of the area.
    unweighed
        Of each source unit: the share of its area on which nobody knows the weight, and which weighs what the
        rest does on average; 0 for units that fell back. ``None``: all is weighed.
    notes
        What a reader must know.
    """

    sources: pd.Index
    targets: pd.Index
    source_vintage: str
    target_vintage: str
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    weight: NDArray[np.float64]
    whole: NDArray[np.float64]
    area: NDArray[np.float64]
    source_area: NDArray[np.float64]
    target_area: NDArray[np.float64]
    share_of: str
    pieces: NDArray[Any] = field(repr=False)
    shapes: NDArray[Any] = field(repr=False)
    fallen_back: tuple[str, ...] = ()
    unweighed: NDArray[np.float64] | None = None
    notes: tuple[Note, ...] = ()

    @cached_property
    def share(self) -> NDArray[np.float64]:
        """Of each piece: its share of its source unit; they sum to 1 or, where a part is outside, to less."""
        share = self.weight / self.whole[self.source]
        total = np.bincount(self.source, share, len(self.sources))
        near = (total > 1) | (np.abs(total - 1) < ROUNDING)
        divided: NDArray[np.float64] = share / np.where(near, total, 1.0)[self.source]
        return divided

    @cached_property
    def outside(self) -> NDArray[np.float64]:
        """Of each source unit: the share of its weight that lies in no target unit."""
        inside = np.bincount(self.source, self.share, len(self.sources))
        return np.where(np.abs(1 - inside) < ROUNDING, 0.0, 1 - inside)

    def matrix(self, of_pieces: NDArray[np.float64]) -> csr_array:
        """Return what the pieces have as a sparse matrix, targets by sources."""
        from scipy.sparse import csr_array

        shape = (len(self.targets), len(self.sources))
        return csr_array((of_pieces, (self.target, self.source)), shape=shape)


def area_table(source_units: gpd.GeoDataFrame, target_units: gpd.GeoDataFrame) -> AreaTable:
    """Return how the source units fall onto the target units, by area.

    Parameters
    ----------
    source_units, target_units
        Polygons indexed by code, in any CRS; ``vintage``, if a column, tells the boundaries' date.

    Returns
    -------
    AreaTable
        One row for each pair that shares some area.

    Notes
    -----
    Polygons are cut and measured on Lambert's cylindrical equal-area plane of the WGS 84 ellipsoid, so that
    the pieces of a unit sum to it exactly and areas are those on the ellipsoid; an edge is straight on that
    plane between its vertices, which moves it from the straight line in degrees by about a metre in 10 km
    at mid latitudes. Polygons across 180° are cut there. Where target units overlap, the shares of a source
    unit are scaled to sum to 1, and a note says so. Cost: that of cutting the pairs that meet, nearly all
    of it in GEOS.

    References
    ----------
    Goodchild, M. F. and Lam, N. S.-N. (1980), Areal interpolation: a variant of the traditional spatial
    problem, Geo-Processing 1, 297-312.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> old = gpd.GeoDataFrame(index=["A"], geometry=[box(0, 0, 2, 1)], crs="EPSG:4326")
    >>> new = gpd.GeoDataFrame(index=["B", "C"], geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs="EPSG:4326")
    >>> area_table(old, new).share.round(9).tolist()
    [0.5, 0.5]
    """
    import shapely

    shapes, notes = on_plane(source_units, "source")
    onto, more = on_plane(target_units, "target")
    source, target = _pairs(shapes, onto)
    pieces = _cut(shapes[source], onto[target])
    area = shapely.area(pieces)
    kept = area > 0
    source, target, pieces, area = source[kept], target[kept], polygons_only(pieces[kept]), area[kept]
    whole = shapely.area(shapes)
    notes += more + _overlapping(source_units.index, source, area, whole)
    return AreaTable(
        sources=source_units.index.astype(str),
        targets=target_units.index.astype(str),
        source_vintage=_vintage(source_units),
        target_vintage=_vintage(target_units),
        source=source,
        target=target,
        weight=area,
        whole=whole,
        area=area,
        source_area=whole,
        target_area=shapely.area(onto),
        share_of="area",
        pieces=pieces,
        shapes=shapes,
        notes=tuple(notes),
    )


def to_crosswalk(table: AreaTable, *, least: float = 0.0) -> pd.DataFrame:
    """Return the table as ``model.CROSSWALK``: per source unit the shares of its parts inside sum to 1.

    Parameters
    ----------
    table
        By area, or weighed.
    least
        Shares below it are slivers between two drawings of one line; they are left out, the others scaled.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> old = gpd.GeoDataFrame(index=["A"], geometry=[box(0, 0, 4, 1)], crs="EPSG:4326")
    >>> new = gpd.GeoDataFrame(index=["B", "C"], geometry=[box(0, 0, 3, 1), box(3, 0, 4, 1)], crs="EPSG:4326")
    >>> to_crosswalk(area_table(old, new))["share"].round(9).tolist()
    [0.75, 0.25]
    """
    import pandas as pd

    inside = np.bincount(table.source, table.share, len(table.sources))
    share = table.share / inside[table.source].clip(min=np.finfo(float).tiny)
    kept = (share > 0) & (share >= least)
    source, target, share = table.source[kept], table.target[kept], share[kept]
    share = share / np.bincount(source, share, len(table.sources))[source]
    found = pd.DataFrame(
        {
            "from_unit": table.sources[source],
            "from_vintage": table.source_vintage,
            "to_unit": table.targets[target],
            "to_vintage": table.target_vintage,
            "share": share.clip(max=1.0),
            "share_of": table.share_of,
            "evidence": None,
        }
    )
    ordered: pd.DataFrame = found.sort_values(["from_unit", "to_unit"], kind="stable", ignore_index=True)
    return ordered[CROSSWALK.names]


def _pairs(one: NDArray[Any], other: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of the polygons that meet."""
    import shapely

    source, target = shapely.STRtree(other).query(one, predicate="intersects")
    order = np.lexsort((target, source))
    return source[order].astype(np.int64), target[order].astype(np.int64)


def _cut(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Return what pairs of polygons share; the library lets go of the interpreter while it cuts."""
    import shapely

    if not len(one):
        return one
    starts = range(0, len(one), _CHUNK)
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        parts = pool.map(
            lambda start: shapely.intersection(one[start : start + _CHUNK], other[start : start + _CHUNK]),
            starts,
        )
        return np.concatenate(list(parts))


def _overlapping(
    units: pd.Index, source: NDArray[np.int64], area: NDArray[np.float64], whole: NDArray[np.float64]
) -> list[Note]:
    total = np.bincount(source, area, len(units)) / whole
    over = total > 1 + _OVERLAP_TOLD
    if not over.any():
        return []
    named = ", ".join(map(str, units[over][np.argsort(-total[over])][:_NAMED]))
    values = {"count": int(over.sum()), "units": named, "most": float(total.max() - 1)}
    return [Note("harmonise.interpolate_overlap", values, "warning")]


def _vintage(units: gpd.GeoDataFrame) -> str:
    return "/".join(sorted(set(units["vintage"].astype(str)))) if "vintage" in units else ""
