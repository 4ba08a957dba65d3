"""Small countries whose faults are known, as cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cityebb.grids import ArrayLayer, Cells, Criterion, Grid, Stack, scan

Edit = Callable[[int, np.ndarray, np.ndarray, np.random.Generator], np.ndarray]
FLOOR = 2.0


def grid(shape: tuple[int, int]) -> Grid:
    return Grid("EPSG:4326", (0.01, 0.0, 10.0, 0.0, -0.01, 50.0), shape)


def cells_of(arrays: dict[int, np.ndarray], floor: float = FLOOR, **meaning: Any) -> Cells:
    """Return the cells of one array a year."""
    nodata = meaning.pop("nodata", None)
    layers = tuple(
        ArrayLayer(year, grid(array.shape), str(array.dtype), str(year), nodata, values=array)
        for year, array in arrays.items()
    )
    given = {"indicator": "light", "kind": "density", "unit": "DN"} | meaning
    stack = Stack("lights", layers=layers, **given)
    return scan({"lights": stack}, [Criterion("lights", floor)])


def country(
    seed: int = 0,
    years: range = range(2010, 2022),
    *,
    growth: float = 0.0,
    cell_noise: float | list[float] = 0.08,
    city_noise: float = 0.04,
    edit: Edit | None = None,
) -> dict[int, np.ndarray]:
    """Return the light of 36 towns of 5 to 14 cells across, one float64 array a year.

    ``edit(year, values, town, rng)`` may change a year's values; ``town`` numbers each cell's town.
    """
    rng = np.random.default_rng(seed)
    across, pitch = 6, 32
    row, column = np.mgrid[: across * pitch, : across * pitch]
    town = row // pitch * across + column // pitch
    middle = rng.uniform(12, 20, (across * across, 2))
    radius, peak = rng.uniform(5, 12, across * across), rng.uniform(15, 60, across * across)
    apart = np.hypot(row % pitch - middle[town, 0], column % pitch - middle[town, 1])
    shape = peak[town] * np.exp(-2.5 * apart / radius[town]) * np.exp(rng.normal(0, 0.3, town.shape))
    shape[shape < 0.3] = 0
    arrays = {}
    for place, year in enumerate(years):
        noise = cell_noise if isinstance(cell_noise, float) else cell_noise[place]
        level = np.exp(growth * place + rng.normal(0, city_noise, across * across))
        values = shape * level[town] * np.exp(rng.normal(0, 1, town.shape) * noise)
        arrays[year] = edit(year, values, town, rng) if edit else values
    return arrays


@pytest.fixture
def make_cells() -> Callable[..., Cells]:
    """Give cells from one array a year."""
    return cells_of


@pytest.fixture
def make_country() -> Callable[..., dict[int, np.ndarray]]:
    """Give a simulated country as arrays."""
    return country
