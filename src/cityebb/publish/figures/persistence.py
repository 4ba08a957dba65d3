"""How many cities are below the line in each year, and what became of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from cityebb.publish import _numbers as n
from cityebb.publish.figures._style import FAINT, GRID, INK, PERSISTENCE_COLOURS, SOFT, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cityebb.publish.view import View

_WIDTH, _HEIGHT = 10.0, 3.9


def draw_persistence(view: View) -> Figure:
    """Draw, for each end year, how many cities are below the line, by whether they stay there.

    Parameters
    ----------
    view
        Verdicts with ``years_below`` and ``persistence``.

    Returns
    -------
    matplotlib.figure.Figure
        Ten inches wide.
    """
    table = below_by_year(view)
    figure = new_figure(_WIDTH, _HEIGHT)
    axes = figure.add_axes((0.07, 0.11, 0.92, 0.72))
    years = [int(year) for year in table.index]
    top = table.sum(axis=1)
    base = pd.Series(0.0, index=table.index)
    places = list(range(len(years)))
    for name in PERSISTENCE_COLOURS:
        heights = table[name].astype(float)
        axes.bar(
            places,
            heights,
            bottom=base,
            width=0.68,
            color=PERSISTENCE_COLOURS[name],
            edgecolor="white",
            linewidth=0.6,
            zorder=2,
        )
        for place, (low, high) in enumerate(zip(base, heights, strict=True)):
            if high > 0.07 * max(float(top.max()), 1):
                colour = "white" if name == "persistent" else INK
                axes.text(
                    place,
                    low + high / 2,
                    n.count(high),
                    ha="center",
                    va="center_baseline",
                    fontsize=8,
                    color=colour,
                )
        base = base + heights
    for place, total in enumerate(top):
        axes.text(
            place,
            float(total),
            n.count(total),
            ha="center",
            va="bottom",
            fontsize=9,
            color=INK,
            weight="bold",
        )
    axes.set_xticks(places, [str(year) for year in years])
    axes.set_xlim(-0.6, max(len(years) - 0.4, 0.6))
    axes.set_ylim(0, max(float(top.max()), 1) * 1.1)
    axes.yaxis.set_major_formatter(lambda y, _: n.count(y))
    axes.grid(visible=True, axis="y", color=GRID, linewidth=0.7, zorder=0)
    axes.spines["left"].set_visible(False)
    axes.text(0, 1.04, view.t("persistence.axis"), transform=axes.transAxes, fontsize=8.5, color=SOFT)
    _legend(figure, view)
    return figure


def below_by_year(view: View) -> pd.DataFrame:
    """Count cities below the line: rows are end years, columns what became of the cities.

    Read from ``years_below``; every usable year after the start has a row, also when it counts none.
    """
    first = min(view.start) if view.start else 0
    usable = [int(year) for year in view.results.comparison.get("years") or [] if int(year) > first]
    counts: dict[int, dict[str, int]] = {year: dict.fromkeys(PERSISTENCE_COLOURS, 0) for year in usable}
    for text, fate in zip(view.verdicts["years_below"], view.verdicts["persistence"], strict=True):
        name = str(fate) if str(fate) in PERSISTENCE_COLOURS else "relapsed"
        for year in {int(found) for found in re.findall(r"\d{4}", str(text))}:
            counts.setdefault(year, dict.fromkeys(PERSISTENCE_COLOURS, 0))[name] += 1
    return pd.DataFrame.from_dict(counts, orient="index", columns=list(PERSISTENCE_COLOURS)).sort_index()


def _legend(figure: Figure, view: View) -> None:
    axes = figure.add_axes((0.07, 0.91, 0.92, 0.08))
    axes.set_xlim(0, 9.2)
    axes.set_ylim(0, 1)
    axes.set_axis_off()
    x = 0.02
    for name, colour in PERSISTENCE_COLOURS.items():
        axes.plot(
            [x + 0.06], [0.5], "s", markersize=8, color=colour, markeredgecolor=FAINT, markeredgewidth=0.3
        )
        text = view.t(f"persistence.legend.{name}")
        axes.text(x + 0.18, 0.5, text, va="center_baseline", fontsize=9)
        x += 0.45 + sum(0.14 if ord(letter) > 0x2E80 else 0.078 for letter in text)  # noqa: PLR2004 - Chinese
