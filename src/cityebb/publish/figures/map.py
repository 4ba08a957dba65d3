"""The map of all cities: dots sized by area or people, coloured by verdict, on an equal-area projection."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.model import State
from cityebb.publish import _numbers as n
from cityebb.publish.figures._borders import draw_borders
from cityebb.publish.figures._style import COLOURS, FAINT, GRID, INK, RIM, SOFT, dots, new_figure, sunk

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from cityebb.publish.view import View

    Floats = NDArray[np.float64]

_WIDTH = 10.0
_LOWEST, _HIGHEST = 4.2, 8.6
_STEPS_DEGREES = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30)
# Wider than this, a local projection bends too much.
_WORLD_DEGREES = 150.0
_KM = 1000.0
_POINTS = 72
# The size of all but two in a hundred is drawn as an area of so many km² is.
_LARGE, _LARGEST_KM2 = 0.98, 1000.0
_LABELS = 16
# Letters of a name on the map; what tells cities of one name apart is left to the tables.
_LONGEST = 24
_DRAWN_FIRST = (State.UNDETERMINED, State.STABLE, State.GROWING, State.SHRINKING)


def draw_map(view: View) -> Figure:
    """Draw every city as a dot.

    Parameters
    ----------
    view
        Cities with ``lon``, ``lat``, ``area_km2`` and ``state``.

    Returns
    -------
    matplotlib.figure.Figure
        Ten inches wide, as high as the area asks for.

    Notes
    -----
    The projection is Lambert's azimuthal equal-area about the middle of the cities, or Equal Earth when they
    span more than 150 degrees of longitude. Dots stand for areas; their diameters grow with area to the
    power 0.4, so that small cities stay visible. Those of administrative units stand for the figure compared,
    people in most studies, above their outlines drawn thin: a unit's area says little of its people.
    """
    frame = view.placed
    plane = _Plane.around(frame["lon"].to_numpy(float), frame["lat"].to_numpy(float))
    x, y = plane.project(frame["lon"].to_numpy(float), frame["lat"].to_numpy(float))
    box = _box(*(_edges(frame.geometry, plane) if view.is_units and len(frame) else (x, y)))
    height = float(np.clip(_WIDTH * (box[3] - box[2]) / (box[1] - box[0]), _LOWEST, _HIGHEST))
    figure = new_figure(_WIDTH, height)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    box = _filled(box, height / _WIDTH)
    axes.set_xlim(box[0], box[1])
    axes.set_ylim(box[2], box[3])
    axes.set_axis_off()
    _graticule(axes, plane, box)
    sizes = Sizes.of(view)
    if view.is_units:
        draw_borders(axes, frame.geometry, plane.project, (box[1] - box[0]) / _WIDTH / _POINTS)
    _cities(axes, view, (x, y), sizes)
    _names(axes, view, (x, y), box, sizes)
    _legend(figure, view, sizes, height)
    if not plane.world:
        _bar(figure, view, (box[1] - box[0]) / _WIDTH, height)
    return figure


@dataclass(frozen=True)
class _Plane:
    """A projection of degrees to metres."""

    lon: float
    lat: float
    world: bool

    @classmethod
    def around(cls, lon: Floats, lat: Floats) -> _Plane:
        if not len(lon):
            return cls(0.0, 0.0, world=False)
        turn = np.exp(1j * np.radians(lon)).mean()
        middle = float(np.degrees(np.angle(turn))) if abs(turn) > 1e-6 else 0.0  # noqa: PLR2004 - no direction
        away = (lon - middle + 180) % 360 - 180
        if np.ptp(away) > _WORLD_DEGREES:
            return cls(0.0, 0.0, world=True)
        return cls(middle + float(away.min() + away.max()) / 2, float(lat.min() + lat.max()) / 2, world=False)

    def project(self, lon: Any, lat: Any) -> tuple[Floats, Floats]:  # noqa: ANN401 - array-likes
        from pyproj import Transformer

        local = f"+proj=laea +lat_0={self.lat:.4f} +lon_0={self.lon:.4f} +datum=WGS84"
        target = "+proj=eqearth +datum=WGS84" if self.world else local
        x, y = Transformer.from_crs("EPSG:4326", target, always_xy=True).transform(lon, lat)
        return np.asarray(x, float), np.asarray(y, float)

    def unproject(self, x: Any, y: Any) -> tuple[Floats, Floats]:  # noqa: ANN401 - array-likes
        from pyproj import Transformer

        local = f"+proj=laea +lat_0={self.lat:.4f} +lon_0={self.lon:.4f} +datum=WGS84"
        source = "+proj=eqearth +datum=WGS84" if self.world else local
        lon, lat = Transformer.from_crs(source, "EPSG:4326", always_xy=True).transform(x, y)
        return np.asarray(lon, float), np.asarray(lat, float)


def _box(x: Floats, y: Floats) -> tuple[float, float, float, float]:
    if not len(x):
        return -50 * _KM, 50 * _KM, -25 * _KM, 25 * _KM
    pad = max(0.05 * max(np.ptp(x), np.ptp(y)), 20 * _KM)
    return float(x.min() - pad), float(x.max() + pad), float(y.min() - pad), float(y.max() + pad)


def _edges(shapes: gpd.GeoSeries, plane: _Plane) -> tuple[Floats, Floats]:
    """Return where the outlines of units end in the four directions."""
    west, south, east, north = shapes.bounds.to_numpy(float).T
    lon, lat = (west + east) / 2, (south + north) / 2
    return plane.project(np.concatenate([west, east, lon, lon]), np.concatenate([lat, lat, south, north]))


def _filled(box: tuple[float, float, float, float], ratio: float) -> tuple[float, float, float, float]:
    """Widen the box to the figure's shape, so that a kilometre is as long upwards as sideways."""
    wide, high = box[1] - box[0], box[3] - box[2]
    across, up = (max(wide, high / ratio) - wide) / 2, (max(high, wide * ratio) - high) / 2
    return box[0] - across, box[1] + across, box[2] - up, box[3] + up


def _graticule(axes: Axes, plane: _Plane, box: tuple[float, float, float, float]) -> None:
    along = np.linspace(0, 1, 60)
    edge_x = np.concatenate(
        [box[0] + along * (box[1] - box[0])] * 2 + [np.full(60, box[0]), np.full(60, box[1])]
    )
    edge_y = np.concatenate(
        [np.full(60, box[2]), np.full(60, box[3])] + [box[2] + along * (box[3] - box[2])] * 2
    )
    lon, lat = plane.unproject(edge_x, edge_y)
    good = np.isfinite(lon) & np.isfinite(lat)
    if plane.world or not good.any():
        west, east, south, north = -180.0, 180.0, -80.0, 80.0
    else:
        away = (lon[good] - plane.lon + 180) % 360 - 180
        west, east = plane.lon + float(away.min()), plane.lon + float(away.max())
        south, north = float(lat[good].min()), float(lat[good].max())
    step = next((s for s in _STEPS_DEGREES if (east - west) / s <= 8), 30)  # noqa: PLR2004 - about six lines
    style: dict[str, Any] = {"color": GRID, "linewidth": 0.7, "zorder": 0.5}
    small: dict[str, Any] = {"color": FAINT, "fontsize": 7.5, "zorder": 0.6}
    for meridian in np.arange(np.ceil(west / step) * step, east + 1e-9, step):
        x, y = plane.project(
            np.full(80, meridian), np.linspace(max(south - step, -89), min(north + step, 89), 80)
        )
        axes.plot(x, y, **style)
        at = float(np.interp(box[2], y, x)) if (np.diff(y) > 0).all() else np.nan
        if box[0] < at < box[1]:
            axes.text(
                at, box[2], f" {_degree(meridian, 'EW')}", va="bottom", ha="left", clip_on=True, **small
            )
    for parallel in np.arange(np.ceil(south / step) * step, north + 1e-9, step):
        x, y = plane.project(np.linspace(west - step, east + step, 160), np.full(160, parallel))
        axes.plot(x, y, **style)
        at = float(np.interp(box[0], x, y)) if (np.diff(x) > 0).all() else np.nan
        if box[2] < at < box[3]:
            axes.text(
                box[0], at, f" {_degree(parallel, 'NS')}", va="bottom", ha="left", clip_on=True, **small
            )


def _degree(angle: float, sides: str) -> str:
    angle = (angle + 180) % 360 - 180 if sides == "EW" else angle
    side = sides[1] if angle < 0 else sides[0] if angle else ""
    return f"{n.plain(abs(round(float(angle), 2)))}°{side}"


@dataclass(frozen=True)
class Sizes:
    """How large dots are drawn.

    Parameters
    ----------
    scale
        Smaller where there are many.
    per_km2
        What of the size shown stands for a square kilometre: one, or so many people.
    told
        Round sizes for the legend, the largest first.
    """

    scale: float
    per_km2: float
    told: tuple[float, ...]

    @classmethod
    def of(cls, view: View) -> Sizes:
        """Return the sizes that suit the cities of a map."""
        scale = float(np.clip((3000 / max(len(view.placed), 1)) ** 0.25, 0.7, 1.6))
        there = view.sizes.reindex(view.placed.index).dropna().to_numpy(float)
        if not view.is_units or not (there > 0).any():
            return cls(scale, 1.0, (1000.0, 100.0, 10.0))
        large = float(np.quantile(there[there > 0], _LARGE))
        power = 10.0 ** np.floor(np.log10(large))
        top = max(step * power for step in (1, 2, 5) if step * power <= large)
        return cls(scale, large / _LARGEST_KM2, (top, top / 10, top / 100))

    def diameters(self, sizes: Any) -> Floats:  # noqa: ANN401 - array-like
        """Return diameters in points."""
        exact = 1.05 * (np.nan_to_num(np.asarray(sizes, float)) / self.per_km2) ** 0.4 * self.scale
        # A dozen sizes: every dot of one size and state belongs to one path.
        return np.asarray(np.exp2(np.round(np.log2(np.clip(exact, 1.4, 26)) * 3) / 3))


def _cities(axes: Axes, view: View, where: tuple[Floats, Floats], shown: Sizes) -> None:
    states = view.placed["state"].to_numpy()
    sizes = shown.diameters(view.sizes.reindex(view.placed.index))
    base = 2 + sunk(axes, len(states))
    for place, size in enumerate(sorted(set(sizes.tolist()), reverse=True)):
        for level, state in enumerate(_DRAWN_FIRST):
            chosen = (states == state.value) & (sizes == size)
            open_question = state is State.UNDETERMINED
            edge = RIM if open_question else "white"
            # What is known lies above what is not; small lies above large.
            order = base + place + (0 if open_question else 20 + 0.2 * level)
            dots(axes, where[0][chosen], where[1][chosen], size, COLOURS[state], order=order, edge=edge)


def _names(
    axes: Axes,
    view: View,
    where: tuple[Floats, Floats],
    box: tuple[float, float, float, float],
    shown: Sizes,
) -> None:
    """Write the names of the largest cities where they do not cover each other."""
    point = (box[1] - box[0]) / (_WIDTH * _POINTS)
    diameters = shown.diameters(view.sizes.reindex(view.placed.index).head(4 * _LABELS))
    taken: list[tuple[float, float, float, float]] = []
    for place, name in enumerate(view.placed["label"].head(4 * _LABELS).tolist()):
        if len(taken) >= _LABELS:
            break
        text = re.split(r" ?[(（]", str(name).strip())[0][:_LONGEST] or str(name)[:_LONGEST]
        wide = sum(9.5 if ord(letter) > 0x2E80 else 5.2 for letter in text) * point  # noqa: PLR2004 - Chinese
        x, y = float(where[0][place]), float(where[1][place])
        gap = 0.5 * float(diameters[place]) * point
        left = x + gap + 3 * point
        frame = (left, left + wide, y - 6 * point, y + 6 * point)
        crowded = any(
            not (frame[1] < t[0] or frame[0] > t[1] or frame[3] < t[2] or frame[2] > t[3]) for t in taken
        )
        if crowded or frame[1] > box[1]:
            continue
        taken.append(frame)
        words = axes.text(left, y, text, fontsize=8.5, color=INK, va="center_baseline", zorder=60)
        words.set_gid(f"halo-{place}")


def _legend(figure: Figure, view: View, shown: Sizes, height: float) -> None:
    axes = figure.add_axes((0.0, 1 - 0.42 / height, 1.0, 0.42 / height))
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(0, 1)
    axes.set_axis_off()
    axes.patch.set_alpha(0)
    x = 0.12
    for state in (State.SHRINKING, State.STABLE, State.GROWING, State.UNDETERMINED):
        edge = RIM if state is State.UNDETERMINED else "white"
        dots(axes, [x], [0.5], 8, COLOURS[state], order=3, edge=edge)
        text = f"{state.word(view.language)} {n.count(view.totals[state.value])}"
        axes.text(x + 0.13, 0.5, text, va="center_baseline", fontsize=9, color=INK).set_gid(
            f"halo-l{state.value}"
        )
        x += 0.42 + _wide(text)
    _legend_of_sizes(axes, view, shown)


def _legend_of_sizes(axes: Axes, view: View, shown: Sizes) -> None:
    right = _WIDTH - 0.12
    for told in shown.told:
        size = float(shown.diameters(told))
        number = n.large(told, view.language)
        text = f"{number}{'' if number.endswith(('万', '亿')) else ' '}{view.size_unit}".strip()
        # Square kilometres have places of their own, as long as their numbers are short.
        wide = 0.63 if not view.is_units else 0.94 * _wide(text)
        axes.text(right - wide, 0.5, text, va="center_baseline", fontsize=8.5, color=SOFT)
        dots(axes, [right - wide - 0.06 - size / 144], [0.5], size, "#C8D0D0", order=3)
        right -= wide + 0.09 + size / _POINTS if not view.is_units else wide + 0.22 + size / _POINTS


def _wide(text: str) -> float:
    """Return about how many inches a text of nine points takes."""
    return sum(0.14 if ord(letter) > 0x2E80 else 0.078 for letter in text)  # noqa: PLR2004 - Chinese


def _bar(figure: Figure, view: View, metres_per_inch: float, height: float) -> None:
    longest = 1.6 * metres_per_inch / _KM
    power = 10 ** np.floor(np.log10(longest))
    kilometres = float(max(m * power for m in (1, 2, 5) if m * power <= longest))
    inches = kilometres * _KM / metres_per_inch
    axes = figure.add_axes(((_WIDTH - inches - 0.3) / _WIDTH, 0.18 / height, inches / _WIDTH, 0.3 / height))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_axis_off()
    axes.plot([0, 0, 1, 1], [0.35, 0, 0, 0.35], color=SOFT, linewidth=1, clip_on=False)
    axes.text(
        0.5, 0.45, view.t("map.kilometres", km=n.plain(kilometres)), ha="center", fontsize=8, color=SOFT
    )
