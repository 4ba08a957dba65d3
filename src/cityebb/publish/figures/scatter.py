"""Change against size: why small cities are so often undetermined."""

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
# Over more powers of ten than this only the powers themselves are written.
_DECADES = 4.5
_DRAWN_FIRST = (State.UNDETERMINED, State.STABLE, State.GROWING, State.SHRINKING)


def draw_scatter(view: View) -> Figure:
    """Draw each city's change against its size, both on scales of ratios.

    Parameters
    ----------
    view
        Cities with a size, ``change`` and ``state``; those without a change are not drawn.

    Returns
    -------
    matplotlib.figure.Figure
        Ten inches wide. The outermost one or two cities in a hundred are drawn at the edge.
    """
    sizes = view.sizes
    frame = view.cities[(view.cities["change"] > -1) & (sizes > 0)]
    figure = new_figure(_WIDTH, _HEIGHT)
    axes = figure.add_axes((0.085, 0.115, 0.9, 0.83))
    x, y = np.log10(sizes.loc[frame.index].to_numpy(float)), np.log1p(frame["change"].to_numpy(float))
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
    powers = _ticks(*axes.get_xlim())
    axes.set_xticks(np.log10(powers), [n.large(size, view.language) for size in powers])
    axes.grid(visible=True, color=GRID, linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(
        view.t("scatter.area", indicator=view.word("indicator", view.indicator), unit=view.size_unit)
    )
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


def _ticks(low: float, high: float) -> list[float]:
    """Return round sizes between two powers of ten, about a dozen at most."""
    steps: tuple[int, ...] = (1, 2, 5) if high - low < _DECADES else (1,)
    powers = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    sizes = [step * 10.0**power for power in powers for step in steps]
    return [size for size in sizes if low <= np.log10(size) <= high]


def _across(axes: Axes) -> Transform:
    from matplotlib.transforms import blended_transform_factory

    return blended_transform_factory(axes.transAxes, axes.transData)
