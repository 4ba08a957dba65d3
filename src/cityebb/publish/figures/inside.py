"""The inside of one city: a small map of its parts, and the whole beside its centre and its edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.figures._style import COLOURS, INK, RIM, SOFT, new_figure
from cityebb.words import say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap, Normalize
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    Floats = NDArray[np.float64]

_WIDTH, _HEIGHT = 10.0, 4.3
# Ends of the colours, as ratios: half and twice.
_REACH = float(np.log(2.0))
_TICKS = (-0.5, -0.2, 0.0, 0.25, 1.0)
# The arrow is drawn longer than the shift where it could not be seen: at least this share of the map.
_ARROW = 0.12
_TIMES = (1, 2, 5, 10, 20, 50, 100)
_CHANCE = 0.05
MANY_CELLS = 400
_NO_CHANGE = (0.79, 0.80, 0.80, 1.0)
_DIRECTIONS = ("north", "north_east", "east", "south_east", "south", "south_west", "west", "north_west")
_ROWS = (
    ("whole", "change", "state"),
    ("inner", "core_change", "core_state"),
    ("outer", "edge_change", "edge_state"),
)


def draw_inside(
    city: pd.Series,
    parts: pd.DataFrame,
    found: pd.DataFrame,
    language: str,
    *,
    outlines: NDArray[np.object_] | None = None,
) -> Figure:
    """Draw one city from within.

    Parameters
    ----------
    city
        Its row of ``model.INSIDE``.
    parts, found
        Its rows of ``model.PARTS`` and of ``model.PARTS_FOUND``, in the same order.
    language
        ``"zh"`` or ``"en"``.
    outlines
        Of each part, in kilometres on the same map; without them parts that are no cells are discs.

    Returns
    -------
    matplotlib.figure.Figure
        Left the parts, coloured by their change (cells as cells, other parts by their outline, else as discs
        of their area), the radius that holds half of the area, and an arrow from the weighted centre of the
        first date to that of the second, drawn longer where it is short, and then saying so. Right the change
        of the whole, of the inner and of the outer half of the area, and what the parts say.
    """
    figure = new_figure(_WIDTH, _HEIGHT)
    map_axes = figure.add_axes((0.0, 0.13, _HEIGHT / _WIDTH, 0.86))
    shown = parts.assign(change=found["change"].to_numpy(np.float64))
    _map(map_axes, city, shown, outlines, language)
    _scale(figure, language)
    bars = figure.add_axes((0.6, 0.53, 0.33, 0.42))
    _bars(bars, city, language)
    for place, line in enumerate(_lines(city, language)):
        figure.text(0.485, 0.36 - 0.085 * place, line, fontsize=9, color=INK, va="center")
    return figure


def _colours() -> tuple[Colormap, Normalize]:
    from matplotlib.colors import LinearSegmentedColormap, Normalize

    ends = (COLOURS[State.SHRINKING], "#F4F3EE", COLOURS[State.GROWING])
    return LinearSegmentedColormap.from_list("change", ends), Normalize(-_REACH, _REACH)


def _map(
    axes: Axes,
    city: pd.Series,
    parts: pd.DataFrame,
    outlines: NDArray[np.object_] | None,
    language: str,
) -> None:
    from matplotlib.patches import Circle

    middle, half = _frame(parts, outlines)
    axes.set_xlim(middle[0] - half, middle[0] + half)
    axes.set_ylim(middle[1] - half, middle[1] + half)
    axes.set_aspect("equal")
    axes.set_axis_off()
    _paint(axes, parts, outlines)
    centre = (city["centre_x_km"], city["centre_y_km"])
    if np.isfinite([*centre, city["core_radius_km"]]).all():
        ring = Circle(
            centre, city["core_radius_km"], fill=False, edgecolor=INK, linewidth=0.8, linestyle=(0, (4, 3))
        )
        axes.add_patch(ring)
        _arrow(axes, city, parts, half, language)
    _bar(axes, middle, half, language)


def _frame(parts: pd.DataFrame, outlines: NDArray[np.object_] | None) -> tuple[tuple[float, float], float]:
    """Return the middle of the map and half its width."""
    if outlines is not None:
        import shapely

        west, south, east, north = shapely.total_bounds(outlines).tolist()
        return ((west + east) / 2, (south + north) / 2), max(east - west, north - south, 1.0) * 0.53
    x, y = parts["x_km"].to_numpy(np.float64), parts["y_km"].to_numpy(np.float64)
    size = np.sqrt(parts["area_km2"].to_numpy(np.float64))
    middle = (float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2)
    half = max(float(np.ptp(x)), float(np.ptp(y)), 1.0) / 2 + float(np.median(size))
    return middle, 1.1 * half


def _paint(axes: Axes, parts: pd.DataFrame, outlines: NDArray[np.object_] | None) -> None:
    """Colour each part by its change; grey where it has none."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Circle, Rectangle

    change = parts["change"].to_numpy(np.float64)
    colours, norm = _colours()
    with np.errstate(divide="ignore"):
        log = np.clip(np.log1p(change), -_REACH, _REACH)
    faces = colours(norm(np.nan_to_num(log)))
    faces[np.isnan(change)] = _NO_CHANGE
    x, y = parts["x_km"].to_numpy(np.float64), parts["y_km"].to_numpy(np.float64)
    area = parts["area_km2"].to_numpy(np.float64)
    edges, width = np.full(faces.shape, 1.0), 0.5
    patches: list[Patch]
    if outlines is not None:
        patches = [_patch(shape) for shape in outlines]
    elif parts["row"].notna().all() and parts["col"].notna().all():
        high = _step(y, parts["row"].to_numpy(np.int64), parts["col"].to_numpy(np.int64))
        wide = area / high
        patches = [Rectangle((a - w / 2, b - high / 2), w, high) for a, b, w in zip(x, y, wide, strict=True)]
        edges, width = faces, 0.3
    else:
        patches = [Circle((a, b), r) for a, b, r in zip(x, y, np.sqrt(area / np.pi), strict=True)]
    # Thousands of cells become one picture inside the drawing.
    collection = PatchCollection(patches, facecolors=faces, edgecolors=edges, linewidths=width, zorder=1)
    collection.set_rasterized(len(patches) > MANY_CELLS)
    axes.add_collection(collection)


def _patch(shape: BaseGeometry) -> Patch:
    """Return a polygon as one path, its holes left out."""
    import shapely
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Line

    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    lines = [Line(shapely.get_coordinates(ring), closed=True) for ring in rings]
    return PathPatch(Line.make_compound_path(*lines))


def _step(y: Floats, row: NDArray[np.int64], col: NDArray[np.int64]) -> float:
    """Return how far apart rows are."""
    order = np.lexsort((row, col))
    near = (np.diff(col[order]) == 0) & (np.diff(row[order]) == 1)
    apart = np.abs(np.diff(y[order]))[near]
    return float(np.median(apart)) if apart.size else 1.0


def _arrow(axes: Axes, city: pd.Series, parts: pd.DataFrame, half: float, language: str) -> None:
    """Draw where the weighted centre was, and where to it moved."""
    known = parts[["before", "after"]].notna().all(axis=1).to_numpy()
    weight = parts["before"].to_numpy(np.float64)[known]
    x, y = (parts[name].to_numpy(np.float64)[known] for name in ("x_km", "y_km"))
    start = float(np.average(x, weights=weight)), float(np.average(y, weights=weight))
    axes.plot(*start, marker="o", markersize=6, markerfacecolor="white", markeredgecolor=INK, zorder=6)
    bearing, length = city["shift_bearing"], city["shift_km"]
    if not np.isfinite(bearing):
        return
    times = next((t for t in _TIMES if t * length >= _ARROW * 2 * half), _TIMES[-1])
    colour = INK if city["shift_p"] <= _CHANCE else SOFT
    step = [length * times * float(f(np.radians(bearing))) for f in (np.sin, np.cos)]
    end = (start[0] + step[0], start[1] + step[1])
    style = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.6, "shrinkA": 3, "shrinkB": 0}
    axes.annotate("", end, xytext=start, arrowprops=style, zorder=7)
    if times > 1:
        text = say("publish.inside.times", language, times=times)
        told = axes.annotate(
            text,
            end,
            xytext=(4 * np.sign(step[0]), 4 * np.sign(step[1])),
            textcoords="offset points",
            ha="left" if step[0] > 0 else "right",
            va="bottom" if step[1] > 0 else "top",
            fontsize=8,
            color=colour,
            zorder=8,
        )
        told.set_gid("halo-times")


def _bar(axes: Axes, middle: tuple[float, float], half: float, language: str) -> None:
    longest = half * 0.6
    power = 10 ** np.floor(np.log10(longest))
    kilometres = float(max(m * power for m in (1, 2, 5) if m * power <= longest))
    right, y = middle[0] + half * 0.97, middle[1] - half * 0.96
    axes.plot([right - kilometres, right], [y, y], color=SOFT, linewidth=1.2, zorder=9)
    text = axes.text(
        right - kilometres / 2,
        y + half * 0.025,
        say("publish.map.kilometres", language, km=n.plain(kilometres)),
        ha="center",
        va="bottom",
        fontsize=8,
        color=SOFT,
        zorder=9,
    )
    text.set_gid("halo-bar")


def _scale(figure: Figure, language: str) -> None:
    """Draw what the colours mean, below the map."""
    colours, _ = _colours()
    axes = figure.add_axes((0.06, 0.085, 0.31, 0.025))
    axes.imshow(np.linspace(0, 1, 256)[None, :], aspect="auto", cmap=colours, extent=(-_REACH, _REACH, 0, 1))
    labels = [n.line(share, signed=True) for share in _TICKS]
    labels[0], labels[-1] = f"≤ {labels[0]}", f"≥ {labels[-1]}"
    axes.set_xticks(np.log1p(_TICKS), labels)
    axes.set_yticks([])
    axes.tick_params(length=2, labelsize=8)
    for side in axes.spines.values():
        side.set_visible(False)
    figure.text(0.385, 0.097, say("publish.inside.scale", language), fontsize=8, color=SOFT, va="center")
    axes = figure.add_axes((0.41, 0.03, 0.012, 0.025), facecolor=_NO_CHANGE, xticks=(), yticks=())
    for side in axes.spines.values():
        side.set_visible(False)
    none = say("publish.inside.no_change", language)
    figure.text(0.427, 0.042, none, fontsize=8, color=SOFT, va="center")


def _bars(axes: Axes, city: pd.Series, language: str) -> None:
    """Draw the change of the whole, of the inner and of the outer half."""
    values = np.array([city[change] for _, change, _ in _ROWS], np.float64)
    places = np.arange(len(_ROWS))[::-1]
    colours = [COLOURS[State(str(city[state]))] for _, _, state in _ROWS]
    axes.barh(places, np.nan_to_num(values), height=0.56, color=colours, edgecolor=RIM, linewidth=0.4)
    axes.axvline(0, color=INK, linewidth=0.8)
    reach = max(float(np.nanmax(np.abs(values), initial=0.0)), 0.05)
    falls, rises = np.nanmin(values, initial=0.0) < 0, np.nanmax(values, initial=0.0) > 0
    beyond = 1.75 if falls and rises else 1.35  # each side is then half as wide, and its numbers are not
    low = -reach * beyond if falls else -reach * 0.1
    high = reach * beyond if rises else reach * 0.1
    axes.set_xlim(low, high)
    for place, value in zip(places, values, strict=True):
        left = value < 0
        axes.annotate(
            n.change(value),
            (np.nan_to_num(value), place),
            xytext=(-4 if left else 4, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            fontsize=9,
            color=INK,
        )
    axes.set_yticks(places, [say(f"publish.inside.{name}", language) for name, _, _ in _ROWS])
    axes.tick_params(axis="y", length=0, labelcolor=INK, labelsize=9)
    axes.set_xticks([])
    for side in axes.spines.values():
        side.set_visible(False)


def _lines(city: pd.Series, language: str) -> list[str]:
    """Say in four lines what the parts say."""
    if not np.isfinite(city["shrinking_area_share"]):
        return [say("publish.inside.unknown", language, reason=say(str(city["reason"]), language))]
    bearing = city["shift_bearing"]
    if np.isfinite(bearing):
        octant = _DIRECTIONS[round(float(bearing) / 45) % 8]
        moved = say(
            "publish.inside.moved" if city["shift_p"] <= _CHANCE else "publish.inside.moved_by_chance",
            language,
            km=n.value(city["shift_km"]),
            error=n.value(city["shift_se_km"]),
            direction=say(f"delineate.name.direction_{octant}", language),
        )
    else:
        moved = say("publish.inside.not_moved", language)
    return [
        say(
            "publish.inside.pattern",
            language,
            pattern=say(f"identify.inside.pattern.{city['pattern']}", language),
        ),
        say(
            "publish.inside.shares",
            language,
            area=n.percent(city["shrinking_area_share"]),
            before=n.percent(city["shrinking_before_share"]),
            growing=n.percent(city["growing_area_share"]),
        ),
        moved,
        say(
            "publish.inside.gradient",
            language,
            before=n.value(city["gradient_before"]),
            after=n.value(city["gradient_after"]),
            error=n.value(city["gradient_change_se"]),
        ),
    ]
