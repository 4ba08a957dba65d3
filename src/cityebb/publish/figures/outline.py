"""One city's outline among its neighbours, in kilometres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.figures._style import COLOURS, FAINT, SOFT, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from shapely.geometry.base import BaseGeometry

    from cityebb.publish.view import View

_SIZE = 3.1
# Kilometres in one degree of latitude, on a sphere of the earth's mean radius (6,371 km).
_KM_PER_DEGREE = 111.195
_SMALLEST_KM = 4.0


def draw_outline(view: View, city: str) -> Figure:
    """Draw the polygon of one city, with those that lie beside it.

    Parameters
    ----------
    view
        Cities with polygons in degrees.
    city
        Its ``city_id``.

    Returns
    -------
    matplotlib.figure.Figure
        A square of a little over three inches with a bar of kilometres. Degrees of longitude are shortened by
        the cosine of the latitude, which over one city is exact to a fraction of a per cent.
    """
    figure = new_figure(_SIZE, _SIZE)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    shape = view.cities.geometry.loc[city]
    west, south, east, north = shape.bounds
    middle = ((west + east) / 2, (south + north) / 2)
    shrink = float(np.cos(np.radians(middle[1])))
    wide, high = (east - west) * shrink * _KM_PER_DEGREE, (north - south) * _KM_PER_DEGREE
    half = max(wide, high, _SMALLEST_KM) * 0.62
    axes.set_xlim(-half, half)
    axes.set_ylim(-half, half)
    frame = (
        middle[0] - half / shrink / _KM_PER_DEGREE,
        middle[1] - half / _KM_PER_DEGREE,
        middle[0] + half / shrink / _KM_PER_DEGREE,
        middle[1] + half / _KM_PER_DEGREE,
    )
    for place in view.cities.sindex.intersection(frame).tolist():
        if view.cities.index[place] != city:
            _fill(axes, view.cities.geometry.iloc[place], middle, shrink, half, ("#EEF0EE", FAINT))
    state = State(str(view.cities.loc[city, "state"]))
    face = COLOURS[state]
    edge = SOFT if state in (State.UNDETERMINED, State.STABLE) else face
    _fill(axes, shape, middle, shrink, half, (face, edge))
    _bar(axes, view, half)
    return figure


def _fill(
    axes: Axes,
    shape: BaseGeometry,
    middle: tuple[float, float],
    shrink: float,
    half: float,
    paint: tuple[str, str],
) -> None:
    import shapely
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Line

    # A third of a point: finer steps cannot be seen.
    detail = 2 * half / (_SIZE * 72) / 3 / _KM_PER_DEGREE
    points, codes = [], []
    for part in shapely.get_parts(shapely.simplify(shape, detail)):
        for ring in (part.exterior, *part.interiors):
            line = (shapely.get_coordinates(ring) - middle) * (shrink * _KM_PER_DEGREE, _KM_PER_DEGREE)
            points.append(line)
            codes.append(np.full(len(line), Line.LINETO))
            codes[-1][0], codes[-1][-1] = Line.MOVETO, Line.CLOSEPOLY
    if points:
        path = Line(np.concatenate(points), np.concatenate(codes))
        axes.add_artist(PathPatch(path, facecolor=paint[0], edgecolor=paint[1], linewidth=0.7))


def _bar(axes: Axes, view: View, half: float) -> None:
    longest = half * 0.7
    power = 10 ** np.floor(np.log10(longest))
    kilometres = float(max(m * power for m in (1, 2, 5) if m * power <= longest))
    right, y = half * 0.94, -half * 0.92
    left = right - kilometres
    axes.plot(
        [left, left, right, right],
        [y + half * 0.03, y, y, y + half * 0.03],
        color=SOFT,
        linewidth=1,
        zorder=9,
    )
    text = axes.text(
        (left + right) / 2,
        y + half * 0.05,
        view.t("map.kilometres", km=n.plain(kilometres)),
        ha="center",
        fontsize=8,
        color=SOFT,
        zorder=9,
    )
    text.set_gid("halo-bar")
