"""Change against area: why small cities are so often undetermined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.figures._style import COLOURS, GRID, INK, RIM, SOFT, dots, new_figure, spaced, sunk

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Transform

    from cityebb.publish.view import View

_WIDTH, _HEIGHT = 10.0, 4.6
_DRAWN_FIRST = (State.UNDETERMINED, State.STABLE, State.GROWING, State.SHRINKING)


def draw_scatter(view: View) -> Figure:
    """Draw each city's change against its area, both on scales of ratios.

    Parameters
    ----------
    view
        Cities with ``area_km2``, ``change`` and ``state``; those without a change are not drawn.

    Returns
    -------
    matplotlib.figure.Figure
        Ten inches wide. The outermost one or two cities in a hundred are drawn at the edge.
    """
    frame = view.placed[view.placed["change"].notna() & (view.placed["change"] > -1)]
    figure = new_figure(_WIDTH, _HEIGHT)
    axes = figure.add_axes((0.085, 0.115, 0.9, 0.83))
    x, y = np.log10(frame["area_km2"].to_numpy(float)), np.log1p(frame["change"].to_numpy(float))
    line = view.threshold
    reach = float(max(np.quantile(np.abs(y), 0.985), -2 * np.log1p(-line))) if len(y) else 0.5
    axes.set_xlim((x.min() if len(x) else 0.7) - 0.05, (x.max() if len(x) else 3) + 0.1)
    axes.set_ylim(-reach * 1.05, reach * 1.05)
    base = 3 + sunk(axes, len(frame))
    for level, state in enumerate(_DRAWN_FIRST):
        chosen = (frame["state"] == state.value).to_numpy()
        edge = RIM if state is State.UNDETERMINED else "white"
        size = 3.6 if len(frame) < 1000 else 2.6  # noqa: PLR2004 - points
        dots(
            axes,
            x[chosen],
            np.clip(y[chosen], -reach, reach),
            size,
            COLOURS[state],
            order=base + level,
            edge=edge,
        )
    axes.axhline(0, color=SOFT, linewidth=0.8, zorder=2)
    for share in (-line, line):
        axes.axhline(np.log1p(share), color=SOFT, linewidth=0.8, linestyle=(0, (3, 3)), zorder=2)
    ticks = spaced(reach)
    axes.set_yticks(np.log1p(ticks), [n.line(share, signed=True) for share in ticks])
    powers = [
        area
        for area in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
        if axes.get_xlim()[0] <= np.log10(area) <= axes.get_xlim()[1]
    ]
    axes.set_xticks(np.log10(powers), [n.count(area) for area in powers])
    axes.grid(visible=True, color=GRID, linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(view.t("scatter.area"))
    axes.text(0, 1.025, view.t("scatter.change"), transform=axes.transAxes, fontsize=8.5, color=SOFT)
    axes.text(
        0.995,
        np.log1p(line),
        view.t("scatter.line", line=f"±{n.line(line)}"),
        transform=_across(axes),
        ha="right",
        va="bottom",
        fontsize=8,
        color=INK,
    ).set_gid("halo-line")
    return figure


def _across(axes: Axes) -> Transform:
    from matplotlib.transforms import blended_transform_factory

    return blended_transform_factory(axes.transAxes, axes.transData)
