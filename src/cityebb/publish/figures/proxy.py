"""Light beside another figure of the same cities: city against city, and change against change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.figures._style import (
    COLOURS,
    GRID,
    INK,
    RIM,
    SOFT,
    dots,
    new_figure,
    spaced,
    sunk,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from cityebb.publish.view import View

    Floats = NDArray[np.float64]

_WIDTH, _HEIGHT = 10.0, 5.0
_PANELS = {"cross_section": (0.085, 0.125, 0.4, 0.64), "change": (0.585, 0.125, 0.4, 0.64)}
# Beyond these a city is drawn at the edge.
_QUANTILES = (0.005, 0.995)
_LEAST_HALF = 0.12
_FEW = 1000
_STEPS = (1.0, 2.0, 5.0)
_MOST_TICKS = 5
# Least distance of two words, as a share of the axis: words are wider than they are high.
_GAP_X, _GAP_Y = 0.1, 0.05


def draw_proxy(view: View, points: pd.DataFrame, checks: pd.DataFrame) -> Figure:
    """Draw what light tells of cities beside what it tells of their change.

    Parameters
    ----------
    view
        For the words.
    points
        ``model.PROXY_POINTS`` of one pair of figures.
    checks
        ``model.PROXY`` of the same pair; the rows of all cities give the lines and the numbers above.

    Returns
    -------
    matplotlib.figure.Figure
        Ten inches wide. Cities are coloured by the other figure's change in both panels, so that the eye can
        look for those that fall. The outermost one in two hundred on each side is drawn at the edge.
    """
    figure = new_figure(_WIDTH, _HEIGHT)
    whole = {str(row["proxy_kind"]): row for row in checks[checks["by"] == "all"].to_dict("records")}
    colour = _sides(points["other_change"].to_numpy(np.float64))
    for kind, box in _PANELS.items():
        if kind not in whole:
            continue
        row = whole[kind]
        axes = figure.add_axes(box)
        x, y = _logs(points, kind)
        _limits(axes, x, y, about_zero=kind == "change")
        _cities(axes, x, y, colour)
        _line(axes, x, y, row)
        _ticks(axes, view, kind)
        _words(axes, view, row, kind)
    _legend(figure, view, points)
    return figure


def _logs(points: pd.DataFrame, kind: str) -> tuple[Floats, Floats]:
    names = ("light_level", "other_level") if kind == "cross_section" else ("light_change", "other_change")
    x, y = (points[name].to_numpy(np.float64) for name in names)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (np.log10(x), np.log10(y)) if kind == "cross_section" else (np.log1p(x), np.log1p(y))


def _sides(change: Floats) -> dict[State, NDArray[np.bool_]]:
    """Return who falls and who rises by the other figure; drawn in this order."""
    return {
        State.UNDETERMINED: ~np.isfinite(change),
        State.GROWING: change > 0,
        State.SHRINKING: change <= 0,
    }


def _limits(axes: Axes, x: Floats, y: Floats, *, about_zero: bool) -> None:
    both = np.isfinite(x) & np.isfinite(y)
    for values, put in ((x[both], axes.set_xlim), (y[both], axes.set_ylim)):
        low, high = np.quantile(values, _QUANTILES) if len(values) else (0.0, 1.0)
        if about_zero:
            low, high = min(low, -_LEAST_HALF), max(high, _LEAST_HALF)
        room = 0.05 * (high - low) or 0.5
        put(low - room, high + room)


def _cities(axes: Axes, x: Floats, y: Floats, sides: Mapping[State, NDArray[np.bool_]]) -> None:
    base = 3 + sunk(axes, len(x))
    size = 3.6 if len(x) < _FEW else 2.6
    for level, (state, chosen) in enumerate(sides.items()):
        edge = RIM if state is State.UNDETERMINED else "white"
        inside_x, inside_y = (
            np.clip(values[chosen], *_inner(bounds))
            for values, bounds in ((x, axes.get_xlim()), (y, axes.get_ylim()))
        )
        dots(axes, inside_x, inside_y, size, COLOURS[state], order=base + level, edge=edge)


def _inner(bounds: tuple[float, float]) -> tuple[float, float]:
    room = 0.015 * (bounds[1] - bounds[0])
    return bounds[0] + room, bounds[1] - room


def _line(axes: Axes, x: Floats, y: Floats, row: Mapping[Any, Any]) -> None:
    """Draw the fitted line through the middle of the cities; none where nothing was checked."""
    both = np.isfinite(x) & np.isfinite(y)
    if not np.isfinite(row["slope"]) or not both.any():
        return
    low, high = axes.get_xlim()
    ends = np.array([max(low, x[both].min()), min(high, x[both].max())])
    middle = y[both].mean() + row["slope"] * (ends - x[both].mean())
    axes.plot(ends, middle, color="white", linewidth=2.4, zorder=8, solid_capstyle="round")
    axes.plot(ends, middle, color=INK, linewidth=1.4, zorder=9, solid_capstyle="round")


def _ticks(axes: Axes, view: View, kind: str) -> None:
    sides = ((axes.get_xlim(), axes.set_xticks, _GAP_X), (axes.get_ylim(), axes.set_yticks, _GAP_Y))
    for (low, high), put, gap in sides:
        if kind == "cross_section":
            sizes = _round(low, high)
            put(np.log10(sizes), [n.large(size, view.language) for size in sizes])
        else:
            shares = _apart(spaced(max(-low, high)), low, high, gap)
            put(np.log1p(shares), [n.line(share, signed=True) for share in shares])
    if kind == "change":
        axes.axhline(0, color=SOFT, linewidth=0.8, zorder=2)
        axes.axvline(0, color=SOFT, linewidth=0.8, zorder=2)
    axes.grid(visible=True, color=GRID, linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)


def _apart(shares: list[float], low: float, high: float, gap: float) -> list[float]:
    """Return the changes between two logs, from zero outwards, no two nearer than a share of the axis."""
    kept: list[float] = []
    for share in sorted(shares, key=abs):
        place = float(np.log1p(share))
        near = any(abs(place - np.log1p(other)) < gap * (high - low) for other in kept)
        if low < place < high and not near:
            kept.append(share)
    return sorted(kept)


def _round(low: float, high: float) -> list[float]:
    """Return round sizes between two powers of ten, few enough that their words do not touch."""
    powers = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    for steps in (_STEPS, _STEPS[::2], _STEPS[:1]):
        sizes = [step * 10.0**power for power in powers for step in steps]
        found = [size for size in sizes if low < np.log10(size) < high]
        if len(found) <= _MOST_TICKS:
            break
    return found


def _words(axes: Axes, view: View, row: Mapping[Any, Any], kind: str) -> None:
    told = {
        "light": named(view, row["light_indicator"]),
        "other": named(view, row["other_indicator"]),
        "start": row["start"],
        "end": row["end"],
        "other_start": row["other_start"],
        "other_end": row["other_end"],
    }
    axes.set_xlabel(view.t(f"proxy.{kind}_x", **told))
    top: dict[str, Any] = {"transform": axes.transAxes, "va": "bottom"}
    axes.text(0, 1.20, view.t(f"proxy.{kind}_title"), fontsize=10.5, color=INK, fontweight="bold", **top)
    axes.text(0, 1.115, _said(view, row), fontsize=8.5, color=INK, **top)
    axes.text(0, 1.025, view.t(f"proxy.{kind}_y", **told), fontsize=8.5, color=SOFT, **top)


def _said(view: View, row: Mapping[Any, Any]) -> str:
    """Say in one line what was found in a row of ``model.PROXY``."""
    cities = n.count(row["cities"])
    if not np.isfinite(row["r2_out"]):
        return view.t("proxy.said_none", cities=cities)
    if row["r2_out"] <= 0:
        return view.t("proxy.said_nothing", cities=cities, rank=signed(row["rank_r"]))
    return view.t("proxy.said", cities=cities, share=n.percent(row["r2_out"]), rank=signed(row["rank_r"]))


def signed(number: float) -> str:
    """Write a correlation or an elasticity with two decimals and a true minus.

    Examples
    --------
    >>> signed(0.5), signed(-0.0961), signed(-0.001), signed(float("nan"))
    ('0.50', '−0.10', '0.00', '–')
    """
    if not np.isfinite(number):
        return n.MISSING
    text = f"{abs(number):.2f}"
    return f"{n.MINUS}{text}" if number < 0 and float(text) else text


def named(view: View, indicator: object) -> str:
    """Say an indicator of a panel."""
    return view.word("indicator", str(indicator).removesuffix("_sum"))


def _legend(figure: Figure, view: View, points: pd.DataFrame) -> None:
    from matplotlib.lines import Line2D

    other = named(view, points["other_indicator"].iloc[0]) if len(points) else ""
    change = points["other_change"].to_numpy(np.float64)
    texts = [(State.SHRINKING, "proxy.falls"), (State.GROWING, "proxy.rises")]
    if (~np.isfinite(change) & points["other_level"].notna().to_numpy()).any():
        texts.append((State.UNDETERMINED, "proxy.unknown"))
    marks = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker="o",
            markersize=5,
            color=COLOURS[state],
            markeredgecolor=RIM if state is State.UNDETERMINED else "white",
            label=view.t(key, other=other),
        )
        for state, key in texts
    ]
    figure.legend(
        handles=marks,
        loc="upper left",
        bbox_to_anchor=(0.078, 1.0),
        ncols=len(marks),
        frameon=False,
        fontsize=8.5,
        handletextpad=0.1,
        columnspacing=1.4,
        borderaxespad=0.1,
    )
