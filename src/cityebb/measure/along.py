"""Walk a grid along given footprints, where the scan did not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.grids import Cells, ThreadExecutor
from cityebb.model import CENSUS, CityebbError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.grids import Executor, Layer, Stack

_ROWS = 512  # rows read at a time


def gather_cells(
    stack: Stack, footprints: pd.DataFrame, *, executor: Executor | None = None
) -> tuple[Cells, NDArray[np.int32]]:
    """Read a stack on the cells of given footprints, whatever their values are.

    Parameters
    ----------
    stack
        On the grid on which the footprints were made.
    footprints
        ``model.FOOTPRINTS``, in any order.
    executor
        Where rows are read; threads by default.

    Returns
    -------
    cells, labels
        The cells in row order, and for each the place of its city in the order in which ``footprints`` names
        them first, from 1 on. Its census is empty: the rest of the grid was not looked at.

    Raises
    ------
    CityebbError
        If a footprint lies outside the grid.
    """
    rows, columns, labels = _cells_of(footprints, stack.grid.shape)
    raw: dict[tuple[str, int], NDArray[Any]] = {}
    for layer in stack.layers:
        tasks = _tasks(layer, rows, columns)
        parts = list((executor or ThreadExecutor()).map(_read, tasks))
        raw[stack.name, layer.year] = np.concatenate(parts) if parts else np.zeros(0, layer.dtype)
    cells = Cells(stack.grid, rows, columns, raw, {stack.name: stack}, (), CENSUS.empty())
    return cells, labels


def _cells_of(
    footprints: pd.DataFrame, shape: tuple[int, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    import pandas as pd

    first = footprints["first"].to_numpy(np.int64)
    last = footprints["last"].to_numpy(np.int64)
    row = footprints["row"].to_numpy(np.int64)
    if len(footprints) and (
        row.min() < 0 or row.max() >= shape[0] or first.min() < 0 or last.max() >= shape[1]
    ):
        raise CityebbError("measure.outside", rows=shape[0], columns=shape[1])
    city, _ = pd.factorize(footprints["city_id"])
    lengths = last - first + 1
    steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    rows = np.repeat(row, lengths)
    columns = np.repeat(first, lengths) + steps
    order = np.lexsort((columns, rows))
    labels = np.repeat(city + 1, lengths)
    return (
        rows[order].astype(np.int32),
        columns[order].astype(np.int32),
        labels[order].astype(np.int32),
    )


def _tasks(
    layer: Layer, rows: NDArray[np.int32], columns: NDArray[np.int32]
) -> list[tuple[Layer, int, int, NDArray[np.int32], NDArray[np.int32]]]:
    """Cut the cells into strips of rows; strips without cells are not read."""
    height = max(_ROWS // layer.block_rows, 1) * layer.block_rows
    tasks = []
    for first in range(0, layer.grid.shape[0], height):
        stop = min(first + height, layer.grid.shape[0])
        a, b = np.searchsorted(rows, (first, stop))
        if b > a:
            tasks.append((layer, first, stop, rows[a:b] - np.int32(first), columns[a:b]))
    return tasks


def _read(task: tuple[Layer, int, int, NDArray[np.int32], NDArray[np.int32]]) -> NDArray[Any]:
    layer, first, stop, rows, columns = task
    with layer.open() as reader:
        block: NDArray[Any] = reader.rows(first, stop)
    return block[rows, columns]
