"""The strip engine: every file is read once, in strips of rows; the cells that matter are kept."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cityebb.grids.cells import Cells, Criterion
from cityebb.grids.executors import ThreadExecutor
from cityebb.model import CENSUS, CityebbError, gather

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from cityebb.grids.executors import Executor
    from cityebb.grids.layers import Layer, Stack

    Progress = Callable[[str, int, int], None]

_STRIP_BYTES = 96 << 20  # decoded rows of all layers that one worker holds at a time
_SLACK = 1e-9  # relative; a floor is loosened by it on stored numbers and asked exactly later
# A sum of values times cell areas (at most all of the earth, 5e8 km²) must remain a number.
_LARGEST = float(np.finfo(np.float64).max) / 1e9
# Neither light nor people nor land of one cell comes to this in any unit.
_ABSURD = {"light": 1e9}
_ABSURD_ELSE = 1e15
_SHARE_OF_MEMORY = 0.5  # of what is free, for the kept cells


_rooms = threading.local()


@dataclass(frozen=True)
class _Plan:
    """What a strip's task needs to know; small, and can be sent to another machine."""

    stacks: tuple[Stack, ...]
    floors: tuple[Criterion, ...]


@dataclass(frozen=True)
class _Count:
    """What one strip of one layer holds; ``totals`` are stored numbers added up row by row."""

    valid: int
    positive: int
    totals: NDArray[np.float64]
    lowest: float
    highest: float


@dataclass(frozen=True)
class _Strip:
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    raw: dict[tuple[str, int], NDArray[Any]]
    census: dict[tuple[str, int], _Count]
    faults: list[tuple[str, str, int, int, float]]


def scan(
    stacks: Mapping[str, Stack],
    floors: Sequence[Criterion],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    strip_rows: int | None = None,
) -> Cells:
    """Read every layer of every stack once and keep the cells that reach a floor in any year.

    Parameters
    ----------
    stacks
        Sources by name, all on one grid.
    floors
        A cell is kept if it reaches at least one of these in at least one year; give the loosest that any
        later definition will ask for.
    executor
        Where strips are worked on; threads by default. The result does not depend on it.
    progress
        Told ``("scan", strips done, strips in all)``.
    strip_rows
        Rows in a strip; by default from the files' blocks and the memory. The result does not depend on it.

    Raises
    ------
    CityebbError, Faults
        For negative, infinite or absurd values, a year without any valid value, or floors so low that the
        kept cells would not fit in memory. What layers refuse of their own numbers is told of all of them.

    Notes
    -----
    Decoding the files is nearly all the cost. Memory: two strips of all layers per worker, and about
    ``8 + bytes of a stored number × layers`` a kept cell.

    Examples
    --------
    >>> from cityebb.grids import ArrayLayer, Grid, Stack
    >>> grid = Grid("EPSG:4326", (0.01, 0, 10, 0, -0.01, 50), (2, 3))
    >>> values = np.array([[0, 5, 1], [3, 0, 0]], np.uint8)
    >>> layer = ArrayLayer(2020, grid, "uint8", "2020", values=values)
    >>> stack = Stack("lights", "light", "density", "DN", (layer,))
    >>> cells = scan({"lights": stack}, [Criterion("lights", 2)])
    >>> cells.rows.tolist(), cells.columns.tolist(), cells.values("lights", 2020).tolist()
    ([0, 1], [1, 0], [5.0, 3.0])
    """
    plan = _Plan(tuple(stacks.values()), tuple(floors))
    grid = plan.stacks[0].grid
    layers = [layer for stack in plan.stacks for layer in stack.layers]
    height = strip_rows or _strip_rows(layers, grid.shape)
    spans = [(first, min(first + height, grid.shape[0])) for first in range(0, grid.shape[0], height)]
    strips: list[_Strip] = []
    kept = 0
    room = _room_for_cells(layers)
    for strip in (executor or ThreadExecutor()).map(_work_on_strip, [(plan, *span) for span in spans]):
        strips.append(strip)
        kept += strip.rows.size
        if kept > room:
            share = kept / max(1, spans[len(strips) - 1][1] * grid.shape[1])
            raise CityebbError("grids.too_many_cells", share=share, floors=_tell(plan.floors))
        if progress:
            progress("scan", len(strips), len(spans))
    census = _census(plan.stacks, strips, grid.shape[0] * grid.shape[1])
    return _join(plan, strips, census, dict(stacks))


def _strip_rows(layers: Sequence[Layer], shape: tuple[int, int]) -> int:
    """Return a height that is a multiple of the files' blocks and fits the memory of a strip."""
    row_bytes = sum(np.dtype(layer.dtype).itemsize for layer in layers) * shape[1]
    block = max(layer.block_rows for layer in layers)
    fitting = max(1, _STRIP_BYTES // row_bytes)
    return min(shape[0], max(block, fitting // block * block))


def _room_for_cells(layers: Sequence[Layer]) -> int:
    """Return how many cells may be kept."""
    import os

    cell_bytes = 2 * (8 + sum(np.dtype(layer.dtype).itemsize for layer in layers))
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not told here; assume a small machine
        free = 8 << 30
    return int(max(free, 1 << 30) * _SHARE_OF_MEMORY) // cell_bytes


def _tell(floors: Sequence[Criterion]) -> str:
    return ", ".join(f"{floor.source} ≥ {floor.at_least:g}" for floor in floors)


def _work_on_strip(task: tuple[_Plan, int, int]) -> _Strip:
    from cityebb.grids import _strips

    plan, first, stop = task
    columns = plan.stacks[0].grid.shape[1]
    marks = (
        np.zeros((stop - first, columns), np.uint8),
        np.zeros((stop - first, _strips.chunks(columns)), np.uint8),
    )
    blocks: dict[tuple[str, int], NDArray[Any]] = {}
    census = {}
    faults: list[tuple[str, str, int, int, float]] = []
    told: set[str] = set()
    with gather() as fault, ExitStack() as open_files:
        for stack in plan.stacks:
            floors = [floor.at_least for floor in plan.floors if floor.source == stack.name]
            for layer in stack.layers:
                try:
                    reader = open_files.enter_context(layer.open())
                    raw = reader.rows(first, stop, _room_for_rows(len(blocks), layer, stop - first))
                except CityebbError as error:
                    # Several calibrations read one file.
                    if error.key + repr(error.values) not in told:
                        told.add(error.key + repr(error.values))
                        fault(error)
                    continue
                least = _stored_floor(stack, layer, floors, first, stop)
                census[stack.name, layer.year] = counted = _count(layer, raw, least, marks)
                faults += _look_for_faults(stack, layer, raw, counted, first)
                blocks[stack.name, layer.year] = raw
    rows, columns_kept = _strips.places(*marks)
    raw_kept = {name: block[rows, columns_kept] for name, block in blocks.items()}
    return _Strip(rows + np.int32(first), columns_kept, raw_kept, census, faults)


def _room_for_rows(place: int, layer: Layer, rows: int) -> NDArray[Any]:
    """Return this thread's room for rows of the ``place``-th layer: fresh memory for every strip is slow."""
    shape = (rows, layer.grid.shape[1])
    kept = _rooms.__dict__.get(str(place))
    if kept is None or kept.dtype != layer.dtype or kept.shape[0] < rows or kept.shape[1] != shape[1]:
        kept = np.empty(shape, layer.dtype)
        setattr(_rooms, str(place), kept)
    return kept[:rows]


def _count(
    layer: Layer,
    raw: NDArray[Any],
    floor: NDArray[Any],
    marks: tuple[NDArray[np.uint8], NDArray[np.uint8]],
) -> _Count:
    from cityebb.grids import _strips

    missing = (layer.nodata is not None, raw.dtype.type(0 if layer.nodata is None else layer.nodata))
    rank = raw.view(f"i{raw.dtype.itemsize}") if raw.dtype.kind == "f" else raw
    totals = np.empty(raw.shape[0])
    valid, positive, lowest, highest = _strips.take_census(
        raw, rank, missing, -layer.offset / layer.scale, totals, floor, marks
    )
    scale, offset = layer.scale, layer.offset
    return _Count(valid, positive, totals, lowest * scale + offset, highest * scale + offset)


def _look_for_faults(
    stack: Stack, layer: Layer, raw: NDArray[Any], counted: _Count, first: int
) -> Iterator[tuple[str, str, int, int, float]]:
    """Yield (fault, file, row, column, value) of the first infinite, absurd or unwelcome negative value."""
    if not counted.valid:
        return
    values = None
    most = _ABSURD.get(stack.indicator, _ABSURD_ELSE)
    for name, found in (
        ("grids.infinite", np.isinf(counted.lowest) or np.isinf(counted.highest)),
        ("grids.absurd", most < counted.highest < np.inf),
        ("grids.negative", stack.negative == "refuse" and -np.inf < counted.lowest < 0),
    ):
        if not found:
            continue
        if values is None:
            values = raw.astype(np.float64) * layer.scale + layer.offset
            if layer.nodata is not None:
                values[raw == raw.dtype.type(layer.nodata)] = np.nan
        wrong = {"grids.infinite": np.isinf(values), "grids.absurd": values > most}
        where = np.argwhere(wrong.get(name, values < 0))
        row, column = (int(place) for place in where[0])
        yield name, layer.label, row + first, column, float(values[row, column])


def _stored_floor(stack: Stack, layer: Layer, floors: Sequence[float], first: int, stop: int) -> NDArray[Any]:
    """Return the lowest floor of each row in stored numbers, a hair too low rather than too high."""
    dtype = np.dtype(layer.dtype)
    if not floors:
        return np.zeros(0, dtype)
    floor = np.full(stop - first, min(floors), np.float64)
    if stack.kind == "count":
        floor *= layer.grid.areas_km2(first, stop).min(axis=1)
    floor = (floor - layer.offset) / layer.scale
    floor -= np.abs(floor) * _SLACK
    if dtype.kind in "iu":
        bounds = np.iinfo(dtype)
        beyond = floor > bounds.max
        stored = np.clip(np.ceil(floor), bounds.min, bounds.max).astype(dtype)
        # A floor that the type cannot hold is never reached: NaN compares false with everything.
        return np.where(beyond, np.nan, stored) if beyond.any() else stored
    with np.errstate(over="ignore"):  # a floor beyond the type is never reached
        below: NDArray[Any] = np.nextafter(floor.astype(dtype), dtype.type(-np.inf))
    return below


def _census(stacks: Sequence[Stack], strips: Sequence[_Strip], cells: int) -> pd.DataFrame:
    records = []
    with gather() as fault:
        told, empty = _tell_faults(strips, fault), set()
        for stack in stacks:
            for layer in stack.layers:
                counts = [strip.census[stack.name, layer.year] for strip in strips]
                valid = sum(count.valid for count in counts)
                positive = sum(count.positive for count in counts)
                if stack.zero == "missing":
                    valid = positive
                if not valid:
                    # Further calibrations of one source are empty in the same years.
                    source = stack.name.partition("@")[0]
                    if (source, layer.year) not in empty:
                        empty.add((source, layer.year))
                        fault(_nothing_in(source, layer))
                    continue
                highest = max(count.highest for count in counts)
                if ("grids.absurd", layer.label) in told:
                    continue
                if np.isfinite(highest) and highest > _LARGEST / valid:
                    fault(CityebbError("grids.too_large", file=layer.label, value=highest))
                    continue
                records.append(
                    {
                        "source": stack.name,
                        "year": layer.year,
                        "cells": cells,
                        "valid": valid,
                        "positive": positive,
                        "total": _total(layer, counts, valid),
                        "lowest": min(count.lowest for count in counts),
                        "highest": highest,
                    }
                )
    frame = pd.DataFrame.from_records(records, columns=[column.name for column in CENSUS.columns])
    return CENSUS.check(frame)


def _tell_faults(strips: Sequence[_Strip], fault: Callable[[CityebbError], None]) -> set[tuple[str, str]]:
    """Hand over the first of each kind of fault of each file; return kinds and files."""
    told = set()
    for strip in strips:
        for name, label, row, column, value in strip.faults:
            if (name, label) not in told:
                told.add((name, label))
                fault(CityebbError(name, file=label, row=row, column=column, value=value))
    return told


def _nothing_in(source: str, layer: Layer) -> CityebbError:
    """Say that a year is empty, and by whose doing it may be."""
    told = {"source": source, "year": layer.year, "file": layer.label}
    if layer.masked_by:
        return CityebbError("grids.year_masked", by=layer.masked_by, **told)
    return CityebbError("grids.year_empty", **told)


def _total(layer: Layer, counts: Sequence[_Count], valid: int) -> float:
    """Add the rows up in their order, so that no way of cutting them into strips changes a bit."""
    added = np.cumsum(np.concatenate([count.totals for count in counts]))[-1]
    return float(added) * layer.scale + valid * layer.offset


def _join(plan: _Plan, strips: list[_Strip], census: pd.DataFrame, stacks: dict[str, Stack]) -> Cells:
    raw = {}
    for stack in plan.stacks:
        for layer in stack.layers:
            parts = [strip.raw.pop((stack.name, layer.year)) for strip in strips]
            raw[stack.name, layer.year] = np.concatenate(parts)
    return Cells(
        grid=plan.stacks[0].grid,
        rows=np.concatenate([strip.rows for strip in strips]),
        columns=np.concatenate([strip.columns for strip in strips]),
        raw=raw,
        stacks={name: replace(stack) for name, stack in stacks.items()},
        floors=plan.floors,
        census=census,
    )
