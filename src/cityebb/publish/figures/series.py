"""One city's yearly values: start, end, interval, line, and the years that do not count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.figures._style import COLOURS, FAINT, GRID, INK, SOFT, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cityebb.publish.view import View

_WIDTH, _HEIGHT = 6.3, 3.1
# Share of the height that stays free above a point with a label, so that no label reaches the title.
_HEADROOM = 0.12
# From here on figures are written shortly: nobody counts nine noughts.
_LARGE = 1e9
# A start below this share of the height cannot be told from nothing on the chart.
_NOTHING = 0.04
_SMALL: dict[str, Any] = {"fontsize": 7.5, "color": SOFT, "ha": "center"}


def draw_series(view: View, city: str) -> Figure:
    """Draw the yearly values of one city.

    Parameters
    ----------
    view
        For the panel and the verdict.
    city
        Its ``city_id``.

    Returns
    -------
    matplotlib.figure.Figure
        A little over six inches wide. Years left out are hollow and not joined; a joint of sensors is a
        broken upright line; start and end are bars over their years; the interval stands at the end.
    """
    figure = new_figure(_WIDTH, _HEIGHT)
    axes = figure.add_axes((0.105, 0.1, 0.875, 0.79))
    verdict: Any = view.verdicts.loc[city] if city in view.verdicts.index else None
    state = State(str(view.cities.loc[city, "state"]))
    colour = {State.UNDETERMINED: SOFT, State.STABLE: "#5E7F90"}.get(state, COLOURS[state])
    _values(axes, view, city, colour)
    if verdict is not None and np.isfinite(verdict["before"]):
        _comparison(axes, view, city, colour)
    low, high = axes.get_ylim()
    low = 0 if low < 0.75 * high else low
    axes.set_ylim(low, max(high, low + (_highest_label(view, city, verdict) - low) / (1 - _HEADROOM)))
    axes.yaxis.set_major_formatter(lambda y, _: n.plain(y) if abs(y) < _LARGE else n.large(y, view.language))
    axes.grid(visible=True, axis="y", color=GRID, linewidth=0.7, zorder=0)
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="y", nbins=5)
    name = view.word("indicator", view.indicator)
    axes.text(
        0,
        1.05,
        f"{name} ({view.unit})" if view.unit else name,
        transform=axes.transAxes,
        fontsize=8.5,
        color=SOFT,
    )
    return figure


def _highest_label(view: View, city: str, verdict: Any) -> float:  # noqa: ANN401 - a row
    """Return the highest value that bears a label above it; minus infinity where none does."""
    row = view.series.loc[city] if city in view.series.index else None
    strange = [] if row is None else [float(row.loc[year]) for year in row.index if year in view.left_out]
    labelled = [*strange, float(verdict["before"])] if verdict is not None else strange
    return max((value for value in labelled if np.isfinite(value)), default=-np.inf)


def _values(axes: Axes, view: View, city: str, colour: str) -> None:
    row = view.series.loc[city] if city in view.series.index else None
    years = [int(year) for year in view.series.columns]
    axes.set_xlim((min(years) if years else 0) - 0.5, (max(years) if years else 1) + 2.1)
    every = 1 if len(years) <= 12 else 2 if len(years) <= 24 else 5  # noqa: PLR2004 - room for the years
    axes.set_xticks(years[::every], [str(year) for year in years[::every]])
    if row is None:
        return
    values = row.to_numpy(float)
    compared = {int(year) for year in view.results.comparison.get("years") or years}
    strange = np.array([year in view.left_out for year in years])
    kept = np.array([year in compared for year in years]) & ~strange
    beside = ~kept & ~strange
    # Years outside the comparison go on in grey: they are seen, but they do not count.
    for piece in _pieces(years, ~strange, view.joints):
        axes.plot([years[i] for i in piece], values[piece], color=FAINT, linewidth=1, zorder=3)
    for piece in _pieces(years, kept, view.joints):
        axes.plot([years[i] for i in piece], values[piece], color=colour, linewidth=1.6, zorder=4)
    when = np.array(years)
    sd = view.series_sd.loc[city].to_numpy(float) if city in view.series_sd.index else np.zeros(len(years))
    good = kept & np.isfinite(values)
    bars: dict[str, Any] = {"fmt": "none", "ecolor": colour, "elinewidth": 0.8, "zorder": 3}
    axes.errorbar(when[good], values[good], yerr=np.nan_to_num(sd[good]), **bars)
    rim: dict[str, Any] = {"markeredgecolor": "white", "markeredgewidth": 0.7, "zorder": 5}
    axes.plot(when[beside], values[beside], "o", markersize=3.6, color=FAINT, **rim)
    axes.plot(when[good], values[good], "o", markersize=4.6, color=colour, **rim)
    hollow: dict[str, Any] = {"markerfacecolor": "white", "markeredgecolor": FAINT, "zorder": 5}
    axes.plot(when[strange], values[strange], "o", markersize=4.6, **hollow)
    for year, value in zip(when[strange].tolist(), values[strange].tolist(), strict=True):
        if np.isfinite(value):
            _beside(axes, (year, value), (0, 7), view.t("series.left_out"), f"out{year}", _SMALL)
    for joint in view.joints:
        later = [year for year in years if year > joint]
        x = (joint + later[0]) / 2 if later else joint + 0.5
        axes.axvline(x, color=SOFT, linewidth=0.9, linestyle=(0, (4, 2)), zorder=2)
        axes.text(
            x,
            0.98,
            view.t("series.joint"),
            transform=axes.get_xaxis_transform(),
            fontsize=7.5,
            color=SOFT,
            ha="center",
            va="top",
        ).set_gid("halo-joint")


def _pieces(years: list[int], kept: np.ndarray[Any, Any], joints: list[int]) -> list[list[int]]:
    """Return runs of usable years that may be joined by a line: none across a joint."""
    found: list[list[int]] = [[]]
    for place in np.flatnonzero(kept).tolist():
        last = found[-1][-1] if found[-1] else None
        if last is not None and any(years[last] <= joint < years[place] for joint in joints):
            found.append([])
        found[-1].append(place)
    return [piece for piece in found if piece]


def _comparison(axes: Axes, view: View, city: str, colour: str) -> None:
    verdict: Any = view.verdicts.loc[city]
    before, after = float(verdict["before"]), float(verdict["after"])
    style: dict[str, Any] = {"linewidth": 5, "alpha": 0.28, "solid_capstyle": "butt", "zorder": 2.5}
    axes.plot([min(view.start) - 0.35, max(view.start) + 0.35], [before, before], color=INK, **style)
    axes.plot([min(view.end) - 0.35, max(view.end) + 0.35], [after, after], color=colour, **style)
    from_end = max(view.start) + 0.35
    small: dict[str, Any] = {"fontsize": 7.8, "color": SOFT, "ha": "left"}
    right = max([*view.end, *(int(year) for year in view.series.columns)]) + 0.62
    low, high = before * (1 + float(verdict["low"])), before * (1 + float(verdict["high"]))
    bottom, top = axes.get_ylim()
    if np.isfinite(low) and np.isfinite(high):
        axes.plot([right] * 3, [low, after, high], "_-", color=colour, linewidth=1.6, markersize=5, zorder=4)
        # An interval that reaches far beyond the values must not press them flat.
        axes.set_ylim(min(bottom, low), max(top, min(high * 1.06, 2.2 * top)))
    axes.plot([right], [after], "o", markersize=4.4, color=colour, zorder=5)
    change = n.change(float(verdict["change"]))
    strong: dict[str, Any] = {
        "fontsize": 8.5,
        "color": INK,
        "ha": "left",
        "va": "center_baseline",
        "weight": "bold",
    }
    _beside(axes, (right, after), (6, 0), change, "change", strong)
    axes.plot([from_end, right + 0.2], [before, before], color=SOFT, linewidth=0.7, zorder=2)
    if before < _NOTHING * top:  # the line would lie on the axis
        _beside(axes, (from_end, before), (3, 3), n.value(before), "start", small)
        return
    # The line that matters lies on the side to which the city moved.
    sign = 1 if float(verdict["change"]) > 0 else -1
    line = before * (1 + sign * view.threshold)
    axes.plot(
        [from_end, right + 0.2], [line, line], color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)), zorder=2
    )
    told = f"{'+' if sign > 0 else n.MINUS}{n.line(view.threshold)}"
    # Labels of both lines keep apart: each stands on the side away from the other line.
    above, below = small, small | {"va": "top"}
    start, end = (below, above) if sign > 0 else (above, below)
    _beside(axes, (_freest(view, city, before), before), (3, -3 * sign), n.value(before), "start", start)
    _beside(axes, (_freest(view, city, line), line), (3, 3 * sign), told, "line", end)


def _freest(view: View, city: str, level: float) -> float:
    """Return where along a level line a label is farthest from the values; the earliest of equal places."""
    from_end = max(view.start) + 0.35
    if city not in view.series.index:
        return from_end
    row = view.series.loc[city].dropna()
    years, values = row.index.to_numpy(float), row.to_numpy(float)
    places = [from_end, *(year + 0.05 for year in years if year > from_end)][:-1] or [from_end]

    def room(place: float) -> float:
        inside = np.interp(np.linspace(place, place + 1, 5), years, values)
        return float(np.abs(inside - level).min())

    enough = 0.12 * float(np.nanmax(values))
    return float(next((place for place in places if room(place) >= enough), max(places, key=room)))


def _beside(
    axes: Axes,
    at: tuple[float, float],
    away: tuple[float, float],
    text: str,
    name: str,
    style: dict[str, Any],
) -> None:
    """Write beside a point, so many points away, on a white rim."""
    axes.annotate(text, at, away, textcoords="offset points", zorder=6, **style).set_gid(f"halo-{name}")
