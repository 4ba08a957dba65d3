"""Self-calibration of a whole series from a regular sample of its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.grids import decode
from cityebb.harmonise.lights.invariant import FAR_KM, SelfCalibration, fit_year, invariant_cells
from cityebb.harmonise.lights.viirs import near_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cityebb.grids import Layer

SAMPLED = 400_000
"""About so many cells of each layer are looked at."""


def fit_series(
    layers: Sequence[Layer],
    reference: int,
    *,
    far_from: tuple[tuple[float, float], ...] = (),
    brightest: float = np.inf,
    sampled: int = SAMPLED,
) -> list[SelfCalibration]:
    """Fit every layer onto one of them by the cells that change least.

    Parameters
    ----------
    layers
        On one grid; several may be of one year.
    reference
        Which of them stays as it is.
    far_from
        Longitude and latitude of cities suspected of change: cells within 200 km of them are not used.
    brightest
        Cells that reach this value in any layer are saturated and not used.
    sampled
        About how many cells are looked at: every so-manieth row and column.

    Returns
    -------
    list of SelfCalibration
        One a layer, in their order.

    Raises
    ------
    CityebbError
        As :func:`~cityebb.harmonise.lights.invariant_cells` and :func:`~cityebb.harmonise.lights.fit_year`.

    Notes
    -----
    Time: a row in every ``k`` of every layer is read, with ``k²`` the cells of a layer over ``sampled``;
    memory: ``8 · layers · sampled`` bytes. Every year shares one set of invariant cells.
    """
    grid = layers[0].grid
    every = max(1, int(np.ceil(np.sqrt(grid.shape[0] * grid.shape[1] / sampled))))
    rows = np.arange(min(every // 2, grid.shape[0] - 1), grid.shape[0], every)
    columns = np.arange(min(every // 2, grid.shape[1] - 1), grid.shape[1], every)
    light = np.stack([_sample(layer, rows, columns) for layer in layers])
    row, column = np.meshgrid(rows, columns, indexing="ij")
    usable = ~near_points(grid, row, column, far_from, FAR_KM) & ~(light >= brightest).any(axis=0)
    cells = invariant_cells(light, usable)
    to = layers[reference]
    return [
        SelfCalibration(to.year, to.year, 1.0, 0.0, 0.0, int(cells.sum()))
        if place == reference
        else fit_year(light[place], light[reference], cells, year=layer.year, reference_year=to.year)
        for place, layer in enumerate(layers)
    ]


def _sample(layer: Layer, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float64]:
    with layer.open() as reader:
        picked = [np.asarray(reader.rows(int(row), int(row) + 1))[0, columns] for row in rows]
    return decode(np.stack(picked), layer, zero="value", negative="zero")
