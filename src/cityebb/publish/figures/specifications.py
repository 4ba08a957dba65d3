"""The specification curve: every specification from the fewest to the most, and what each of them chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cityebb.model import DIMENSIONS, State
from cityebb.publish import _numbers as n
from cityebb.publish.figures._style import COLOURS, FAINT, GRID, INK, SOFT, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from cityebb.publish.view import View

_WIDTH, _LEFT, _RIGHT = 10.0, 0.25, 0.07
_CURVE, _ROW, _GAP, _TOP, _BOTTOM = 2.5, 0.19, 0.36, 0.1, 0.5
_PALE = "#E4D3B2"
_EPOCHS = ("baseline", "final", "union", "intersection")
_BINS = 160
"""With more specifications than this, one place holds several."""
_TENTHS_BELOW = 10
_FEW = 20
"""With fewer specifications than this, quartiles are not marked."""
_QUARTERS = {"lower": 0.25, "median": 0.5, "upper": 0.75}


@dataclass(frozen=True)
class Choice:
    """One dimension of the grid: its name, its levels with their labels, and which is the study's own."""

    name: str
    levels: tuple[Any, ...]
    labels: tuple[str, ...]
    own: int


def choices_of(view: View) -> list[Choice]:
    """Return the dimensions in which the specifications differ, with their levels in a natural order."""
    table = view.results.sensitivity
    own = table[table["is_default"].astype(bool)]
    found = []
    for name, column in DIMENSIONS.items():
        levels = sorted(pd.unique(table[column]), key=lambda level: _order(name, level))
        if len(levels) > 1:
            labels = tuple(label_of(view, name, level) for level in levels)
            found.append(Choice(name, tuple(levels), labels, levels.index(own[column].iloc[0])))
    return found


def label_of(view: View, name: str, level: Any) -> str:  # noqa: ANN401, PLR0911 - one a dimension
    """Say in a few words what a specification chose."""
    if name == "epoch":
        return view.epoch(level)
    if name == "floor":
        return _floor_label(view, float(level))
    if name == "connectivity":
        return view.t("connectivity", count=int(level))
    if name == "min_area":
        return view.t("specifications.area", area=n.plain(float(level)))
    if name == "threshold":
        if level == "own":
            return view.t("specifications.line_own")
        line = abs(float(level))
        return view.t("specifications.line", line=n.line(line)) if line else view.t("specifications.line_any")
    if name == "calibration":
        return view.t("specifications.agree") if level == "agree" else str(level)
    return view.word("boundaries_choice", level) if name == "boundaries" else str(level)


def draw_specifications(view: View) -> Figure:
    """Draw how many cities each specification finds to shrink, in order, above what each chose.

    Parameters
    ----------
    view
        ``results.sensitivity``, not empty.

    Returns
    -------
    matplotlib.figure.Figure
        Ten inches wide; its height follows the number of levels.
    """
    table = view.results.sensitivity
    order = np.lexsort((table["plain_down"], table["shrinking"]))
    table = table.iloc[order].reset_index(drop=True)
    choices = choices_of(view)
    rows = sum(len(choice.levels) for choice in choices)
    below = rows * _ROW + len(choices) * _GAP
    height = _TOP + _CURVE + below + _BOTTOM
    figure = new_figure(_WIDTH, height)
    width = 1 - _LEFT - _RIGHT
    upper = figure.add_axes((_LEFT, 1 - (_TOP + _CURVE) / height, width, _CURVE / height))
    lower = figure.add_axes((_LEFT, _BOTTOM / height, width, below / height))
    own = int(np.flatnonzero(table["is_default"].to_numpy(bool))[0])
    _draw_curve(upper, view, table, own)
    _draw_choices(lower, view, table, choices, own)
    return figure


def _draw_curve(axes: Axes, view: View, table: pd.DataFrame, own: int) -> None:
    from matplotlib.ticker import MaxNLocator

    sure = table["shrinking"].to_numpy(float)
    size, most = len(table), max(float(sure.max()), 1.0)
    colour = COLOURS[State.SHRINKING]
    moved = np.flatnonzero(np.diff(sure, prepend=-1.0))  # a step is drawn where there is one
    edges, steps = np.append(moved, size), np.append(sure[moved], sure[-1])
    axes.fill_between(edges, steps, step="post", color=_PALE, alpha=0.45, linewidth=0)
    axes.step(edges, steps, where="post", color=colour, linewidth=2.0)
    axes.set_xlim(0, size)
    axes.set_ylim(0, most * 1.18)
    axes.axvline(own + 0.5, color=INK, linewidth=0.8, linestyle=(0, (2, 2)))
    axes.plot([own + 0.5], [sure[own]], "o", markersize=6.5, color=INK, markeredgecolor="white", zorder=5)
    right = own < size * 0.7
    told = view.t("specifications.own", count=n.count(sure[own]))
    side, offset = ("left", (5.0, 0.0)) if right else ("right", (-5.0, 0.0))
    _write(axes, (own + 0.5, most * 1.15), told, ha=side, offset=offset, colour=INK, weight="bold")
    for name, quarter in _QUARTERS.items() if size >= _FEW else ():
        at = min(int(quarter * size), size - 1)
        axes.plot(
            [at + 0.5],
            [sure[at]],
            "o",
            markersize=4.5,
            markerfacecolor="white",
            markeredgecolor=colour,
            zorder=4,
        )
        told = view.t(f"specifications.{name}", count=n.count(round(float(np.quantile(sure, quarter)))))
        _write(axes, (at + 0.5, sure[at]), told, ha="center", offset=(0, 8), colour=SOFT)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_formatter(lambda y, _: n.count(y))
    axes.set_ylabel(view.t("specifications.count"))
    axes.grid(visible=True, axis="y", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xticks([])
    axes.spines["left"].set_visible(False)


def _write(
    axes: Axes,
    at: tuple[float, float],
    text: str,
    *,
    ha: str,
    offset: tuple[float, float],
    colour: str,
    weight: str = "normal",
) -> None:
    axes.annotate(
        text,
        at,
        xytext=offset,
        textcoords="offset points",
        ha=ha,
        va="top" if not offset[1] else "bottom",
        fontsize=8.5,
        color=colour,
        weight=weight,
        gid=f"halo-{text}",
        zorder=6,
    )


def _draw_choices(axes: Axes, view: View, table: pd.DataFrame, choices: list[Choice], own: int) -> None:
    from matplotlib.transforms import blended_transform_factory

    size = len(table)
    axes.set_xlim(0, size)
    total = sum(len(choice.levels) * _ROW + _GAP for choice in choices)
    axes.set_ylim(-total, 0)
    beside = blended_transform_factory(axes.transAxes, axes.transData)
    explained = _explained(view)
    y = 0.0
    for choice in choices:
        y -= _GAP
        name, share = view.word("choice", choice.name), explained.get(choice.name)
        if share is not None:
            name = view.t("specifications.group", choice=name, share=n.percent(share))
        axes.text(
            -0.01,
            y + 0.11,
            name,
            transform=beside,
            ha="right",
            va="bottom",
            fontsize=8.5,
            color=INK,
            weight="bold",
        )
        column = table[DIMENSIONS[choice.name]]
        has = np.array([(column == level).to_numpy() for level in choice.levels])
        _shade(axes, has, y)
        for place, label in enumerate(choice.labels):
            middle = y - (place + 0.5) * _ROW + 0.1
            strong: dict[str, Any] = (
                {"weight": "bold", "color": INK} if place == choice.own else {"color": SOFT}
            )
            where: dict[str, Any] = {"transform": beside, "va": "center_baseline", "fontsize": 8.2}
            axes.text(-0.01, middle, label, ha="right", **where, **strong)
            mean = float(table.loc[has[place], "shrinking"].mean())
            axes.text(1.012, middle, _mean(mean), ha="left", **where, **strong)
        y -= len(choice.levels) * _ROW
    axes.text(
        1.012,
        -0.14,
        view.t("specifications.mean"),
        transform=beside,
        ha="left",
        va="center",
        fontsize=8,
        color=FAINT,
    )
    axes.axvline(own + 0.5, color=INK, linewidth=0.8, linestyle=(0, (2, 2)), zorder=3)
    axes.set_yticks([])
    axes.set_xticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlabel(view.t("specifications.rank", count=n.count(size)))


def _mean(number: float) -> str:
    return n.count(round(number)) if number >= _TENTHS_BELOW else n.plain(round(number, 1))


def _shade(axes: Axes, has: NDArray[np.bool_], top: float) -> None:
    """Draw one dimension: a row a level, darker where more specifications of a place have it."""
    from matplotlib.colors import LinearSegmentedColormap

    size = has.shape[1]
    bins = min(size, _BINS)
    edges = np.linspace(0, size, bins + 1).round().astype(int)
    shares = np.add.reduceat(has.astype(float), edges[:-1], axis=1) / np.diff(edges)
    shades = LinearSegmentedColormap.from_list("choice", ["#F4F6F5", "#AFC0C6", SOFT])
    bottom = top - has.shape[0] * _ROW + 0.1
    axes.imshow(
        shares / max(float(shares.max()), 1e-9),
        extent=(0, size, bottom, top + 0.1),
        aspect="auto",
        interpolation="nearest",
        cmap=shades,
        vmin=0,
        vmax=1,
        zorder=1,
    )
    for line in range(1, has.shape[0]):
        axes.axhline(top + 0.1 - line * _ROW, color="white", linewidth=1.6, zorder=2)


def _explained(view: View) -> dict[str, float]:
    table = view.results.effects
    found = table.drop_duplicates("dimension").set_index("dimension")["explains_count"].dropna()
    return {str(name): float(share) for name, share in found.items()}


def _floor_label(view: View, factor: float) -> str:
    """Say the floors themselves where all specifications of this factor have the same."""
    from cityebb.publish.figures.sensitivity import floors_in_words

    table = view.results.sensitivity
    told = table.loc[table["floor_factor"] == factor, "at_least"].unique()
    if len(told) == 1:
        return floors_in_words(view, str(told[0]))
    return view.t("specifications.factor", factor=n.plain(factor))


def _order(name: str, level: Any) -> tuple[float, str]:  # noqa: ANN401 - any level
    if name == "epoch":
        return (_EPOCHS.index(level) if level in _EPOCHS else len(_EPOCHS), str(level))
    if name == "threshold":
        return (-2.0, "") if level == "own" else (-float(level), "")
    if name == "calibration":
        return (float(level != "agree"), str(level))
    return (float(level), "") if isinstance(level, int | float | np.number) else (0.0, str(level))
