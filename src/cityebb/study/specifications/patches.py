"""One delineation: its patches on the cells in memory, what is in them, and whose cities they are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.delineate import DelineateParameters
    from cityebb.grids import Cells, Stack

    Floats = NDArray[np.float64]


def _none() -> NDArray[np.int64]:
    return np.zeros(0, np.int64)


@dataclass(frozen=True)
class Patches:
    """What one delineation finds.

    Parameters
    ----------
    area_km2, cells
        One a patch.
    total, sd, coverage
        Shape ``(sources, patches, years)``; NaN, and a coverage of zero, where a source lacks a year.
    own, patch, light, shared_km2
        One a pair of a study's city and a patch that share cells: their places, the compared source's sum
        over the cells they share at the start of the comparison, and the area of these.
    lamp_patch, lamp_first, lamp_last
        One a declared replacement of lamps that lies in a patch: its place, and the years.
    """

    area_km2: Floats
    cells: NDArray[np.int64]
    total: Floats
    sd: Floats
    coverage: Floats
    own: NDArray[np.int64]
    patch: NDArray[np.int64]
    light: Floats
    shared_km2: Floats
    lamp_patch: NDArray[np.int64] = field(default_factory=_none)
    lamp_first: NDArray[np.int64] = field(default_factory=_none)
    lamp_last: NDArray[np.int64] = field(default_factory=_none)


def at_places(cells: Cells, places: NDArray[np.intp], sources: Iterable[str]) -> Cells:
    """Return some of the candidate cells, with some sources; sums over them are the same, bit for bit."""
    wanted = set(sources)
    raw = {key: values[places] for key, values in cells.raw.items() if key[0] in wanted}
    return replace(cells, rows=cells.rows[places], columns=cells.columns[places], raw=raw)


def scaled(
    definition: DelineateParameters, factor: float, steps: dict[str, float | None]
) -> DelineateParameters:
    """Return the definition with its floors times ``factor``.

    A source that counts in steps has no floor between two of them, and none below the first.
    """
    floors = {}
    for source, floor in definition.where.items():
        step = steps.get(source)
        scaled_floor = floor * factor
        floors[source] = max(round(scaled_floor / step), 1) * step if step else scaled_floor
    return definition.model_copy(update={"where": floors if factor != 1 else dict(definition.where)})


def floor_steps(stacks: dict[str, Stack]) -> dict[str, float | None]:
    """Return the step of each source's floors; counts have none, since their floor is per km²."""
    return {name: None if stack.kind == "count" else stack.step for name, stack in stacks.items()}


def find_patches(
    cells: Cells,
    definition: DelineateParameters,
    *,
    areas_km2: Floats,
    own_labels: NDArray[np.int32],
    sources: Sequence[str],
    start: int,
    measured: Sequence[int],
    lamps: pd.DataFrame | None = None,
) -> Patches:
    """Apply a definition to cells and measure what it finds.

    Parameters
    ----------
    cells
        Those that any specification may take for built up.
    definition
        The rule, with the least area of all specifications and the years on which it outlines.
    areas_km2
        ``cells.areas_km2()``.
    own_labels
        The study's cities, one label a cell.
    sources
        What is compared: a source, or its calibrations; the first weighs the shared cells.
    start
        The year in which they are weighed.
    measured
        The years to measure.
    lamps
        Declared replacements of lamps, each with its place; ``None``: none is declared.
    """
    from cityebb.delineate import find_regions
    from cityebb.measure import measure_regions, once_dense

    regions = find_regions(cells, definition, years=definition.years or (start, start), areas_km2=areas_km2)
    inside = np.flatnonzero(regions.labels)
    within, labels, areas = at_places(cells, inside, sources), regions.labels[inside], areas_km2[inside]
    shape = (len(sources), len(regions), len(measured))
    total, sd, coverage = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape)
    for place, source in enumerate(sources):
        stack = cells.stacks[source]
        dense = None
        if stack.zero == "missing_where_region_is_all_zero" and len(regions):
            dense = once_dense(within, labels, source, areas_km2=areas)
        for column, year in enumerate(measured):
            if year in stack.years and len(regions):  # a table of calibration does not know every satellite
                found = measure_regions(within, labels, source, year, areas_km2=areas, dense=dense)
                total[place, :, column], sd[place, :, column] = found.total, found.total_sd
                coverage[place, :, column] = found.coverage
    shared = _shared(within, own_labels[inside], labels, areas, sources[0], start)
    lit = _lamps_in(within, labels, lamps)
    return Patches(regions.area_km2, regions.cells, total, sd, coverage, *shared, *lit)


def _lamps_in(
    cells: Cells, labels: NDArray[np.int32], lamps: pd.DataFrame | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the patch, first and last year of each replacement of lamps that lies in one."""
    from cityebb.identify import lamps_in_cells

    if lamps is None:
        return _none(), _none(), _none()
    places = np.arange(int(labels.max(initial=0)))
    found = lamps_in_cells(lamps, cells.grid, cells.rows, cells.columns, labels, places)  # type: ignore[arg-type]
    patch, first, last = (found[name].to_numpy(np.int64) for name in ("city_id", "first", "last"))
    return patch, first, last


def _shared(
    cells: Cells,
    own: NDArray[np.int32],
    labels: NDArray[np.int32],
    areas: Floats,
    source: str,
    start: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats, Floats]:
    """Return which of the study's cities share cells with which patches, their light and area there."""
    both = np.flatnonzero(own)
    width = int(labels.max(initial=0)) + 1
    pair = own[both].astype(np.int64) * width + labels[both]
    kinds, at = np.unique(pair, return_inverse=True)
    at = at.ravel()
    values = np.nan_to_num(cells.values(source, start)[both])
    if cells.stacks[source].kind != "count":
        values = values * areas[both]
    light = np.bincount(at, values, minlength=kinds.size)
    shared = np.bincount(at, areas[both], minlength=kinds.size)
    return kinds // width - 1, kinds % width - 1, light.astype(np.float64), shared.astype(np.float64)


def answering(found: Patches, keep: NDArray[np.bool_], cities: int) -> NDArray[np.int64]:
    """Return for each of the study's cities the patch that answers for it, or −1.

    A patch answers for the one city with which it shares most light; of several patches that would answer
    for a city, the one that shares most with it does. So no patch answers twice: of two cities that have
    melted into one patch, the lesser has no answer.

    Parameters
    ----------
    found
        A delineation.
    keep
        Which patches are large enough to be cities.
    cities
        How many cities the study has.

    Examples
    --------
    >>> none, one = np.zeros((1, 2, 0)), np.ones(2)
    >>> own, patch = np.array([0, 1, 1]), np.array([0, 0, 1])
    >>> found = Patches(one, one, none, none, none, own, patch, np.array([5.0, 3.0, 1.0]), np.ones(3))
    >>> answering(found, np.array([True, True]), 2).tolist()
    [0, 1]
    >>> answering(found, np.array([True, False]), 2).tolist()
    [0, -1]
    """
    rows = np.flatnonzero(keep[found.patch]) if found.patch.size else np.zeros(0, np.intp)
    for first in (found.patch, found.own):
        order = np.lexsort((rows, -found.shared_km2[rows], -found.light[rows], first[rows]))
        rows = rows[order]
        rows = rows[np.concatenate([[True], first[rows][1:] != first[rows][:-1]])] if rows.size else rows
    answer = np.full(cities, -1, np.int64)
    answer[found.own[rows]] = found.patch[rows]
    return answer


def save_patches(found: Patches, folder: Path) -> None:
    """Write what a delineation finds."""
    np.savez(folder / "patches.npz", **vars(found))


def load_patches(folder: Path) -> Patches:
    """Read what a delineation found."""
    with np.load(folder / "patches.npz", allow_pickle=False) as arrays:
        return Patches(**{name: arrays[name] for name in arrays.files})
