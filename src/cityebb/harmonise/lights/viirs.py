"""VIIRS lights cleaned: what is no light of a town is taken out, and each step says how much it took."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from cityebb.grids import Layer, decode
from cityebb.model import CityebbError, Note
from cityebb.read.lights.checks import check_views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from cityebb.grids import Grid, RowReader

_EARTH_KM = 6371.0088
_SIDE = 3
STEPS = ("seldom_seen", "flares", "negative", "background", "outliers")


class Cleaning(BaseModel):
    """How VIIRS lights are cleaned; every step can be left out.

    Parameters
    ----------
    negative
        What a negative radiance means: zero (default; noise about darkness) or missing.
    background
        Radiance below this is darkness, nW/cm²/sr: 0.3 to 0.5 for monthly data; ``None`` (default) for annual
        VNL V2, whose makers have done it.
    fewest_views
        Cells with fewer cloud-free observations (``cf_cvg``) are missing: cloudy seasons make false falls and
        false peaks.
    flares_km
        Radius about each flare, km, within which light is missing: a flare that goes out is no town that
        shrinks.
    cap
        Radiance of the brightest legitimate core, airports left out; what exceeds it takes the highest
        value of its eight neighbours that does not. ``None`` (default) leaves outliers alone.

    Examples
    --------
    >>> Cleaning(background=0.3).fewest_views
    20
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    negative: Literal["zero", "missing"] = "zero"
    background: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    fewest_views: Annotated[int, Field(ge=0)] = 20
    flares_km: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 5.0
    cap: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None


@dataclass(frozen=True)
class Cleaned:
    """What cleaning left, and how many cells each step changed.

    Parameters
    ----------
    values
        Radiance; missing is NaN.
    counts
        Cells by step: ``seldom_seen``, ``flares``, ``negative``, ``background``, ``outliers``.
    """

    values: NDArray[np.float64]
    counts: dict[str, int]

    def notes(self, source: str | None = None) -> tuple[Note, ...]:
        """Say what each step changed; silent steps are left out."""
        return notes_of(self.counts, self.values.size, source)


def notes_of(counts: dict[str, int], cells: int, source: str | None = None) -> tuple[Note, ...]:
    """Return a note for each step that changed a cell."""
    return tuple(
        Note(f"harmonise.cleaned_{step}", {"count": counts[step], "of": cells}, "info", source)
        for step in STEPS
        if counts.get(step)
    )


def clean(
    values: NDArray[np.float64],
    cleaning: Cleaning,
    *,
    views: NDArray[Any] | None = None,
    flares: NDArray[np.bool_] | None = None,
) -> Cleaned:
    """Clean radiance.

    Parameters
    ----------
    values
        nW/cm²/sr, two-dimensional; NaN is missing.
    cleaning
        What to do.
    views
        Cloud-free observations, of the same shape; without, coverage is not judged.
    flares
        Where flares burn, of the same shape.

    Returns
    -------
    Cleaned
        A new array and the counts.

    Notes
    -----
    In this order: too few observations and flares become missing; negative values; background; then what
    exceeds the cap takes the largest of its eight neighbours' values that do not exceed it (the cap where it
    has none). Neighbours are taken after the other steps and before any outlier is replaced, so the order of
    cells does not matter.

    Examples
    --------
    >>> light = np.array([[-0.1, 0.2, 30.0], [5.0, 900.0, 40.0]])
    >>> clean(light, Cleaning(background=0.3, cap=100)).values.tolist()
    [[0.0, 0.0, 30.0], [5.0, 40.0, 40.0]]
    """
    result = np.array(values, np.float64)
    counts = dict.fromkeys(STEPS, 0)

    def put(step: str, where: NDArray[np.bool_], value: float) -> None:
        counts[step] = int((where & ~np.isnan(result)).sum())
        result[where] = value

    if views is not None:
        put("seldom_seen", ~(np.asarray(views) >= cleaning.fewest_views), np.nan)
    if flares is not None:
        put("flares", flares, np.nan)
    put("negative", result < 0, 0.0 if cleaning.negative == "zero" else np.nan)
    if cleaning.background is not None:
        put("background", (result > 0) & (result < cleaning.background), 0.0)
    if cleaning.cap is not None:
        beyond = result > cleaning.cap
        counts["outliers"] = int(beyond.sum())
        if beyond.any():
            result = np.where(beyond, _neighbours(np.where(beyond, np.nan, result), cleaning.cap), result)
    return Cleaned(result, counts)


def brightest_core(values: NDArray[np.float64], core: NDArray[np.bool_]) -> float:
    """Return the cap: the largest radiance among cells of legitimate cores, airports left out.

    Raises
    ------
    CityebbError
        If no cell of a core has a value.

    Examples
    --------
    >>> brightest_core(np.array([10.0, 80.0, 900.0]), np.array([True, True, False]))
    80.0
    """
    inside = values[core & ~np.isnan(values)]
    if not inside.size:
        raise CityebbError("harmonise.no_core")
    return float(inside.max())


def flare_mask(
    grid: Grid, first: int, stop: int, points: tuple[tuple[float, float], ...], radius_km: float
) -> NDArray[np.bool_]:
    """Tell which cells of the rows ``first`` to ``stop`` lie within ``radius_km`` of a point.

    Parameters
    ----------
    grid
        Of the layer.
    first, stop
        Rows.
    points
        Longitude and latitude, degrees.
    radius_km
        On the sphere.
    """
    row, column = np.mgrid[first:stop, : grid.shape[1]]
    return near_points(grid, row, column, points, radius_km)


def near_points(
    grid: Grid,
    row: NDArray[np.int64],
    column: NDArray[np.int64],
    points: tuple[tuple[float, float], ...],
    radius_km: float,
) -> NDArray[np.bool_]:
    """Tell which of these cells lie within ``radius_km`` of a point; of the shape of ``row``."""
    if not points:
        return np.zeros(row.shape, dtype=bool)
    from scipy.spatial import cKDTree

    lon, lat = grid.lonlat(row.ravel(), column.ravel())
    chord = 2 * np.sin(min(radius_km / _EARTH_KM, np.pi) / 2)
    tree = cKDTree(_sphere(*np.array(points, np.float64).T))
    far, _ = tree.query(_sphere(lon, lat), distance_upper_bound=chord * 1.001)
    near: NDArray[np.bool_] = (far <= chord).reshape(row.shape)
    return near


@dataclass(frozen=True)
class CleanedLayer(Layer):
    """A layer of VIIRS lights cleaned block by block when its rows are asked for.

    Parameters
    ----------
    source
        Radiance as published.
    cleaning
        What to do.
    views
        The layer of cloud-free observations, on the same grid.
    flares
        Longitude and latitude of flares.
    """

    source: Layer | None = None
    cleaning: Cleaning = field(default_factory=Cleaning)
    views: Layer | None = None
    flares: tuple[tuple[float, float], ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """Those of the light, and of the observations."""
        return tuple(path for layer in (self.source, self.views) if layer is not None for path in layer.files)

    @property
    def masked_by(self) -> str:
        """The observations."""
        return "" if self.views is None else self.views.label

    @contextmanager
    def open(self) -> Iterator[_Reader]:
        """Open the source, and the observations where there are any."""
        if self.source is None:
            message = "a cleaned layer has a source"
            raise TypeError(message)
        with ExitStack() as stack:
            light = stack.enter_context(self.source.open())
            views = stack.enter_context(self.views.open()) if self.views else None
            yield _Reader(self, self.source, light, views)

    def counts(self) -> dict[str, int]:
        """Read it once, and count the cells that each step changes."""
        counts = dict.fromkeys(STEPS, 0)
        rows, step = self.grid.shape[0], max(1, self.block_rows)
        with self.open() as reader:
            for first in range(0, rows, step):
                for name, count in reader.cleaned(first, min(first + step, rows)).counts.items():
                    counts[name] += count
        return counts


def account(
    layers: Sequence[CleanedLayer],
    source: str | None = None,
    *,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> tuple[Note, ...]:
    """Read all layers once, and say how many cells each step of cleaning changed in all of them.

    Parameters
    ----------
    layers
        Of one source.
    source
        Its name.
    progress
        Told layers done, and layers in all.
    """
    total = dict.fromkeys(STEPS, 0)
    for done, layer in enumerate(layers):
        progress(done, len(layers))
        for step, count in layer.counts().items():
            total[step] += count
    progress(len(layers), len(layers))
    return notes_of(total, sum(layer.grid.shape[0] * layer.grid.shape[1] for layer in layers), source)


@dataclass(frozen=True)
class _Reader:
    layer: CleanedLayer
    source: Layer
    light: RowReader
    views: RowReader | None

    def rows(
        self,
        first: int,
        stop: int,
        out: NDArray[Any] | None = None,  # noqa: ARG002 - computed, not read
    ) -> NDArray[np.float64]:
        """Return the rows ``first`` to ``stop`` (exclusive); missing is NaN."""
        return self.cleaned(first, stop).values

    def cleaned(self, first: int, stop: int) -> Cleaned:
        """Clean these rows; one row more on either side is read for the neighbours."""
        layer = self.layer
        low, high = max(0, first - 1), min(layer.grid.shape[0], stop + 1)
        if layer.cleaning.cap is None:
            low, high = first, stop
        values = decode(self.light.rows(low, high), self.source, zero="value", negative="refuse")
        views = None
        if self.views is not None and layer.views is not None:
            views = decode(self.views.rows(low, high), layer.views, zero="value", negative="refuse")
            check_views(views, layer.views.label)
        flares = None
        if layer.flares:
            flares = flare_mask(layer.grid, low, high, layer.flares, layer.cleaning.flares_km)
        whole = clean(values, layer.cleaning, views=views, flares=flares)
        own = slice(first - low, stop - low)
        if (low, high) == (first, stop):
            return whole
        counts = clean(
            values[own],
            layer.cleaning,
            views=None if views is None else views[own],
            flares=None if flares is None else flares[own],
        ).counts
        return Cleaned(whole.values[own], counts)


def cleaned_layer(
    source: Layer,
    cleaning: Cleaning,
    *,
    views: Layer | None = None,
    flares: tuple[tuple[float, float], ...] = (),
) -> CleanedLayer:
    """Wrap a layer.

    Raises
    ------
    CityebbError
        If the observations lie on another grid or are of another year.
    """
    if views is not None and (views.grid, views.year) != (source.grid, source.year):
        raise CityebbError("harmonise.views_differ", light=source.label, views=views.label)
    return CleanedLayer(
        source.year,
        source.grid,
        "float64",
        source.label,
        block_rows=source.block_rows,
        source=source,
        cleaning=cleaning,
        views=views,
        flares=flares,
    )


def _neighbours(values: NDArray[np.float64], otherwise: float) -> NDArray[np.float64]:
    """Return the largest of the eight neighbours of each cell; ``otherwise`` where none has a value."""
    padded = np.pad(np.where(np.isnan(values), -np.inf, values), 1, constant_values=-np.inf)
    rows, columns = values.shape
    best = np.full(values.shape, -np.inf)
    for down in range(_SIDE):
        for across in range(_SIDE):
            if (down, across) != (1, 1):
                np.maximum(best, padded[down : down + rows, across : across + columns], out=best)
    return np.where(np.isinf(best), otherwise, best)


def _sphere(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = np.deg2rad(lon), np.deg2rad(lat)
    return np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])
