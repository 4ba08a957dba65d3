"""Verdicts by group: one bar of shares for each size class or country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.figures._style import COLOURS, HATCH, HATCH_COLOUR, INK, SOFT, new_figure
from cityebb.publish.view import STATES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from cityebb.publish.view import View

_WIDTH, _ROW, _EDGES = 10.0, 0.34, 0.62


def draw_groups(view: View, table: pd.DataFrame, names: list[str]) -> Figure:
    """Draw one bar of shares for each group.

    Parameters
    ----------
    view
        For the words.
    table
        Rows of ``model.SUMMARY``.
    names
        What each row's group is called.

    Returns
    -------
    matplotlib.figure.Figure
        Ten inches wide; its height follows the number of groups.
    """
    height = _EDGES + _ROW * len(table)
    figure = new_figure(_WIDTH, height)
    axes = figure.add_axes((0.16, 0.06 / height, 0.74, 1 - 0.56 / height))
    axes.set_xlim(0, 1)
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_axis_off()
    for y, (name, row) in enumerate(zip(names, table.to_dict("records"), strict=True)):
        cities = max(int(row["cities"]), 1)
        left = 0.0
        for state in STATES:
            share = int(row[state.value]) / cities
            _piece(axes, state, (left, y), share)
            if share >= 0.06:  # noqa: PLR2004 - room for the number
                bright = state in (State.SHRINKING, State.GROWING)
                colour = "white" if bright else INK
                text = axes.text(
                    left + share / 2,
                    y,
                    f"{100 * share:.0f}%",
                    ha="center",
                    va="center_baseline",
                    fontsize=8.5,
                    color=colour,
                )
                if state is State.UNDETERMINED:
                    text.set_gid(f"halo-{y}")
            left += share
        axes.text(-0.012, y, name, ha="right", va="center_baseline", fontsize=9, color=INK)
        axes.text(1.012, y, n.count(row["cities"]), ha="left", va="center_baseline", fontsize=9, color=SOFT)
    axes.text(1.012, -0.72, view.t("groups.cities"), ha="left", va="bottom", fontsize=8, color=SOFT)
    _legend(figure, view, height)
    return figure


def _piece(axes: object, state: State, at: tuple[float, float], share: float) -> None:
    from matplotlib.patches import Rectangle

    if share <= 0:
        return
    hatched = state is State.UNDETERMINED
    piece = Rectangle(
        (at[0], at[1] - 0.36),
        share,
        0.72,
        facecolor=COLOURS[state],
        zorder=2,
        linewidth=0,
        edgecolor=HATCH_COLOUR if hatched else "none",
        hatch=HATCH if hatched else None,
    )
    axes.add_artist(piece)  # type: ignore[attr-defined]
    axes.plot([at[0], at[0]], [at[1] - 0.36, at[1] + 0.36], color="white", linewidth=1, zorder=3)  # type: ignore[attr-defined]


def _legend(figure: Figure, view: View, height: float) -> None:
    axes = figure.add_axes((0.16, 1 - 0.3 / height, 0.74, 0.26 / height))
    axes.set_xlim(0, 7.4)
    axes.set_ylim(1, 0)
    axes.set_axis_off()
    x = 0.0
    for state in STATES:
        _piece_of_legend(axes, state, x)
        text = state.word(view.language)
        axes.text(x + 0.26, 0.5, text, va="center_baseline", fontsize=9)
        x += 0.6 + sum(0.14 if ord(letter) > 0x2E80 else 0.08 for letter in text)  # noqa: PLR2004 - Chinese


def _piece_of_legend(axes: object, state: State, x: float) -> None:
    from matplotlib.patches import Rectangle

    hatched = state is State.UNDETERMINED
    box = Rectangle(
        (x, 0.22),
        0.19,
        0.56,
        facecolor=COLOURS[state],
        linewidth=0,
        edgecolor=HATCH_COLOUR if hatched else "none",
        hatch=HATCH if hatched else None,
    )
    axes.add_artist(box)  # type: ignore[attr-defined]
