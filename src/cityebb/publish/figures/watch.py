"""Each year's watch-list: who is on it, who came, and who went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.publish import _numbers as n
from cityebb.publish.figures._style import FAINT, GRID, HATCH, HATCH_COLOUR, INK, SOFT, new_figure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cityebb.publish.view import View

_WIDTH, _HEIGHT = 10.0, 3.9
ON = ("stays", "returned", "entered")
OFF = ("left", "left_open")
COLOURS = {
    "stays": "#8A5E14",
    "returned": "#C99A4A",
    "entered": "#E2C48D",
    "left": "#9CC7C2",
    "left_open": "#E3E3DF",
}
# Room for a number inside a bar, as a share of the axis.
_ROOM = 0.055


def draw_watch(view: View, table: pd.DataFrame) -> Figure:
    """Draw, year by year, the cities on the list above the line and those that left it below.

    Parameters
    ----------
    view
        For the words.
    table
        Total rows of ``model.WATCH_COUNTS`` with ``stays``: on this list and on the one before.

    Returns
    -------
    matplotlib.figure.Figure
        Ten inches wide.
    """
    from matplotlib.ticker import MaxNLocator

    figure = new_figure(_WIDTH, _HEIGHT)
    axes = figure.add_axes((0.07, 0.1, 0.92, 0.75))
    places = range(len(table))
    top = float(table[list(ON)].sum(axis=1).max())
    low = float(table[list(OFF)].sum(axis=1).max())
    span = max(top + low, 1.0)
    for sign, names in ((1, ON), (-1, OFF)):
        base = [0.0] * len(table)
        for name in names:
            heights = [sign * float(height) for height in table[name]]
            _bars(axes, name, heights, base)
            for place, height in zip(places, heights, strict=True):
                if abs(height) > _ROOM * span:
                    colour = "white" if name == "stays" else INK
                    middle = base[place] + height / 2
                    text = n.count(abs(height))
                    axes.text(
                        place, middle, text, ha="center", va="center_baseline", fontsize=8, color=colour
                    )
            base = [one + other for one, other in zip(base, heights, strict=True)]
    for place, total in zip(places, table["listed"], strict=True):
        axes.text(place, float(total) + 0.012 * span, n.count(total), ha="center", fontsize=9, weight="bold")
    axes.axhline(0, color=INK, linewidth=0.8, zorder=4)
    axes.set_xticks(list(places), [str(year) for year in table["year"]])
    axes.set_xlim(-0.6, max(len(table) - 0.4, 0.6))
    axes.set_ylim(-low - 0.04 * span, top + 0.09 * span)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.yaxis.set_major_formatter(lambda y, _: n.count(abs(y)))
    axes.grid(visible=True, axis="y", color=GRID, linewidth=0.7, zorder=0)
    axes.spines["left"].set_visible(False)
    axes.text(0, 1.03, view.t("watch.axis"), transform=axes.transAxes, fontsize=8.5, color=SOFT)
    _legend(figure, view)
    return figure


def _bars(axes: Axes, name: str, heights: list[float], base: list[float]) -> None:
    open_end = name == "left_open"
    axes.bar(
        range(len(heights)),
        heights,
        bottom=base,
        width=0.68,
        color=COLOURS[name],
        edgecolor=HATCH_COLOUR if open_end else "white",
        hatch=HATCH if open_end else None,
        linewidth=0.0 if open_end else 0.6,
        zorder=2,
    )


def _legend(figure: Figure, view: View) -> None:
    axes = figure.add_axes((0.07, 0.92, 0.92, 0.08))
    axes.set_xlim(0, 9.2)
    axes.set_ylim(0, 1)
    axes.set_axis_off()
    x = 0.02
    for name in (*ON, *OFF):
        axes.plot([x + 0.06], [0.5], "s", markersize=8, color=COLOURS[name], markeredgecolor=FAINT, mew=0.3)
        text = view.word("identify.watch.status", name)
        axes.text(x + 0.18, 0.5, text, va="center_baseline", fontsize=9)
        x += 0.45 + sum(0.14 if ord(letter) > 0x2E80 else 0.078 for letter in text)  # noqa: PLR2004 - Chinese
