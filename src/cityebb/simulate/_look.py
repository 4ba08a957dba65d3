"""What an instrument sees of a simulated country in one year: chance, faults, rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.model import size_class
from cityebb.simulate._land import Land, around, cell_km, shine, stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.grids import Grid
    from cityebb.simulate.recipe import Recipe

_MISSING = 255  # stored value of a cell never seen, where values are stored in 8 bits
_CLOUD_CELLS = 16  # side of the squares on which clouds are drawn before they are smoothed


def look(recipe: Recipe, grid: Grid, land: Land, place: int) -> tuple[NDArray[Any], float, float]:
    """Return stored values, scale and nodata of the year at ``place`` in the recipe's years."""
    year = recipe.years[place]
    light = _true_light(recipe, grid, land, place)
    light *= np.concatenate([[1.0], _gain(recipe, land, year)])[land.owner]
    lit = light > 0
    noise = stream(recipe, "cells", year).standard_normal(int(lit.sum()))
    light[lit] *= np.exp(recipe.cell_noise * noise)
    if recipe.joint and year > recipe.joint.year:
        light *= recipe.joint.gain
    stored: NDArray[Any]
    if recipe.step is None:
        stored, scale, nodata = light.astype(np.float32), 1.0, float("nan")
    else:
        stored = np.clip(np.rint(light / recipe.step), 0, _MISSING - 1).astype(np.uint8)
        scale, nodata = recipe.step, float(_MISSING)
    if year == recipe.lost_year:
        shining = np.flatnonzero(stored)
        lost = stream(recipe, "lost").permutation(shining)[: round(recipe.lost_share * shining.size)]
        stored.flat[lost] = 0
    if recipe.clouds and year in recipe.clouds.years:
        stored[_clouds(recipe, year)] = nodata
    return stored, scale, nodata


def _true_light(recipe: Recipe, grid: Grid, land: Land, place: int) -> NDArray[np.float64]:
    """Return the light of a year without chance: the towns' sums follow their levels exactly."""
    light: NDArray[np.float64] = land.base * np.concatenate([[1.0], land.level[:, place]])[land.owner]
    passed = recipe.years[place] - recipe.years[0]
    if not recipe.migration_km or not passed:
        return light
    bearing = stream(recipe, "bearing").uniform(0, 2 * np.pi, recipe.cities)
    for town in range(recipe.cities):
        row, column = land.rows[town], land.columns[town]
        height, width = cell_km(grid, row)
        moved = recipe.migration_km * passed
        row_now = row + moved * np.sin(bearing[town]) / height
        column_now = column + moved * np.cos(bearing[town]) / width
        window, _ = around(grid, row, column, land.reach_km[town])
        mine = land.owner[window] == town + 1
        down = (np.arange(window[0].start, window[0].stop)[:, None] - row_now) * height
        across = (np.arange(window[1].start, window[1].stop)[None, :] - column_now) * width
        now = shine(np.hypot(down, across), land.stretch[window], land.peak[town], land.decay[town], 0.0)
        areas = np.broadcast_to(grid.areas_km2(window[0].start, window[0].stop), mine.shape)[mine]
        before = float((light[window][mine] * areas).sum())
        light[window][mine] = now[mine] * before / float((now[mine] * areas).sum())
    return light


def _gain(recipe: Recipe, land: Land, year: int) -> NDArray[np.float64]:
    """Return what multiplies each town's light this year without being true: flicker and new lamps."""
    gain: NDArray[np.float64] = np.ones(recipe.cities)
    if recipe.city_noise is not None:
        by_class = dict(recipe.city_noise)
        spread = np.array([by_class[name] for name in size_class(land.area_km2)])
        gain = np.exp(spread * stream(recipe, "cities", year).standard_normal(recipe.cities))
    if recipe.lamps and year >= recipe.lamps.year:
        gain = gain * np.where(land.lamps, recipe.lamps.gain, 1.0)
    return gain


def _clouds(recipe: Recipe, year: int) -> NDArray[np.bool_]:
    from scipy.ndimage import gaussian_filter, zoom

    share = recipe.clouds.share if recipe.clouds else 0.0
    rows, columns = (-(-side // _CLOUD_CELLS) + 2 for side in recipe.shape)
    coarse = gaussian_filter(stream(recipe, "clouds", year).standard_normal((rows, columns)), 1.5)
    fine = zoom(coarse, _CLOUD_CELLS, order=1)[: recipe.shape[0], : recipe.shape[1]]
    covered: NDArray[np.bool_] = fine < np.quantile(fine, share)
    return covered
