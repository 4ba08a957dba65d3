"""Outlines of administrative units, thin, beneath what is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.publish.figures._style import FAINT

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    from matplotlib.axes import Axes

_FILL = "#FFFFFF"
# Corners nearer to a line than this many points are left out; more units, more of them.
_COARSE_POINTS = 0.5
_MANY = 500


def draw_borders(
    axes: Axes, shapes: gpd.GeoSeries, project: Callable[[Any, Any], tuple[Any, Any]], metres_per_point: float
) -> None:
    """Draw the outlines of units as one path.

    Parameters
    ----------
    axes
        Of a map.
    shapes
        Polygons in degrees.
    project
        From degrees to the map's metres.
    metres_per_point
        Of the map: what is finer is not drawn.
    """
    import shapely
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    there = shapes[shapes.notna()]
    if not len(there):
        return
    plane = shapely.transform(there.to_numpy(), lambda degrees: np.column_stack(project(*degrees.T)))
    coarse = _COARSE_POINTS * max(1.0, (len(there) / _MANY) ** 0.5) * metres_per_point
    rings = shapely.get_rings(shapely.get_parts(shapely.simplify(plane, coarse, preserve_topology=False)))
    rings = rings[shapely.length(rings) > 4 * coarse]
    if not len(rings):
        return
    path = Path.make_compound_path(*(Path(shapely.get_coordinates(ring), closed=True) for ring in rings))
    axes.add_collection(
        PathCollection([path], facecolor="none", edgecolor=FAINT, linewidth=0.45, zorder=1, alpha=0.8),
        autolim=False,
    )
