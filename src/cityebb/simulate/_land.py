"""Where the towns of a simulated country lie, how bright they are and what becomes of them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import CityebbError
from cityebb.simulate.names import COUNT, town_names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.grids import Grid
    from cityebb.simulate.recipe import Recipe

_KM_PER_DEGREE = 111.195  # mean radius of the earth, 6371.0088 km, times pi / 180

# A town of _PEAK_AT_KM2 peaks at _PEAK floors; larger ones are brighter by this power of their area.
_PEAK, _PEAK_AT_KM2, _PEAK_POWER = 2.0, 5.0, 0.45
_TAIL = 0.12  # floors: where a town's light ends; growth by half leaves it below half a step
_RAGGED = 0.2  # SD of the log by which smooth noise stretches the distance from the centre
_RAGGED_CELLS = 4.0  # smoothing of that noise, cells
_REACH = 1.5  # tails: no town shines beyond
_APART = 1.15  # tails of both: no two towns stand nearer
_TRIES = 3000  # draws for one town's place before the country counts as full
_SPECK_CELLS = 4
_SPECK_FLOORS = (0.6, 2.5)


@dataclass(frozen=True)
class Land:
    """The country before anyone looks at it: light of the first year, owners, courses."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    peak: NDArray[np.float64]
    decay: NDArray[np.float64]
    reach_km: NDArray[np.float64]
    area_km2: NDArray[np.float64]
    base: NDArray[np.float64]
    owner: NDArray[np.int32]
    stretch: NDArray[np.float64]
    level: NDArray[np.float64]
    course: list[str]
    lamps: NDArray[np.bool_]
    name_zh: list[str]
    name_en: list[str]


def stream(recipe: Recipe, cause: str, *more: int) -> np.random.Generator:
    """Return the random numbers of one cause, the same whatever else is drawn."""
    return np.random.default_rng([recipe.seed, zlib.crc32(cause.encode()), *more])


def settle(recipe: Recipe, grid: Grid) -> Land:
    """Place the towns, light them and draw what becomes of them."""
    rank = np.arange(1, recipe.cities + 1)
    wanted = np.minimum(recipe.smallest_km2 * (recipe.cities / rank) ** (1 / recipe.zipf), recipe.largest_km2)
    peak = recipe.floor * _PEAK * (np.maximum(wanted, _PEAK_AT_KM2) / _PEAK_AT_KM2) ** _PEAK_POWER
    decay = np.log(peak / recipe.floor) / np.sqrt(wanted / np.pi)
    tail = np.log(peak / (_TAIL * recipe.floor)) / decay
    rows, columns = _places(recipe, grid, tail)
    stretch = _stretch(recipe)
    base = np.zeros(recipe.shape)
    owner = np.zeros(recipe.shape, np.int32)
    for town in range(recipe.cities):
        window, distance = around(grid, rows[town], columns[town], _REACH * tail[town])
        light = shine(distance, stretch[window], peak[town], decay[town], _TAIL * recipe.floor)
        mine = light > base[window]
        owner[window][mine] = town + 1
        base[window][mine] = light[mine]
    areas = np.broadcast_to(grid.areas_km2(0, recipe.shape[0]), recipe.shape)
    lit = (base >= recipe.floor) & (owner > 0)
    area = np.bincount(owner[lit], areas[lit], recipe.cities + 1)[1:].astype(np.float64)
    _add_specks(recipe, base, owner)
    course, level = _courses(recipe)
    order = stream(recipe, "names").permutation(max(COUNT, recipe.cities))[: recipe.cities]
    name_zh, name_en = town_names(order.tolist())
    lamps = np.zeros(recipe.cities, np.bool_)
    if recipe.lamps:
        chosen = round(recipe.lamps.share * recipe.cities)
        lamps[stream(recipe, "lamps").permutation(recipe.cities)[:chosen]] = True
    return Land(
        rows, columns, peak, decay, _REACH * tail, area, base, owner, stretch, level, course, lamps,
        name_zh, name_en,
    )  # fmt: skip


def around(
    grid: Grid, row: float, column: float, reach_km: float
) -> tuple[tuple[slice, slice], NDArray[np.float64]]:
    """Return the window of cells within ``reach_km`` of a place, and their distances in km."""
    height, width = cell_km(grid, row)
    half_rows, half_columns = int(reach_km / height) + 1, int(reach_km / width) + 1
    top, left = max(int(row) - half_rows, 0), max(int(column) - half_columns, 0)
    bottom = min(int(row) + half_rows + 1, grid.shape[0])
    right = min(int(column) + half_columns + 1, grid.shape[1])
    down = (np.arange(top, bottom)[:, None] - row) * height
    across = (np.arange(left, right)[None, :] - column) * width
    return (slice(top, bottom), slice(left, right)), np.hypot(down, across)


def cell_km(grid: Grid, row: float) -> tuple[float, float]:
    """Return a cell's height and width in km, on the sphere."""
    latitude = grid.transform[5] + grid.transform[4] * (row + 0.5)
    height = -grid.transform[4] * _KM_PER_DEGREE
    return height, grid.transform[0] * _KM_PER_DEGREE * float(np.cos(np.deg2rad(latitude)))


def shine(
    distance: NDArray[np.float64], stretch: NDArray[np.float64], peak: float, decay: float, end: float
) -> NDArray[np.float64]:
    """Return light by distance: exponential, with stretched distances, nothing below ``end``."""
    light: NDArray[np.float64] = peak * np.exp(-decay * distance * stretch)
    light[light < end] = 0.0
    return light


def _places(
    recipe: Recipe, grid: Grid, tail: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    random = stream(recipe, "places")
    rows, columns = np.zeros((2, recipe.cities), np.int64)
    for town in range(recipe.cities):
        draws = random.random((_TRIES, 2))
        margin = tail[town] / cell_km(grid, recipe.shape[0] / 2)[1]
        room = np.maximum(np.array(recipe.shape) - 2 * margin, 0)
        trial = (margin + draws * room).astype(np.int64)
        fits = np.nonzero((room > 0).all() & _apart(grid, trial, rows[:town], columns[:town], tail, town))[0]
        if not fits.size:
            raise CityebbError("simulate.no_room", placed=town, cities=recipe.cities)
        rows[town], columns[town] = trial[fits[0]]
    return rows, columns


def _apart(
    grid: Grid,
    trial: NDArray[np.int64],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    tail: NDArray[np.float64],
    town: int,
) -> NDArray[np.bool_]:
    """Return which trial places keep apart from every town placed so far; stop at the first that does."""
    fits = np.zeros(len(trial), np.bool_)
    need = _APART * (tail[:town] + tail[town])
    for place, (row, column) in enumerate(trial.tolist()):
        height, width = cell_km(grid, row)
        if (np.hypot((rows - row) * height, (columns - column) * width) >= need).all():
            fits[place] = True
            break
    return fits


def _stretch(recipe: Recipe) -> NDArray[np.float64]:
    from scipy.ndimage import gaussian_filter

    noise = gaussian_filter(stream(recipe, "edges").standard_normal(recipe.shape), _RAGGED_CELLS)
    spread = noise.std() or 1.0
    stretched: NDArray[np.float64] = np.exp(_RAGGED * np.clip(noise / spread, -2, 2))
    return stretched


def _add_specks(recipe: Recipe, base: NDArray[np.float64], owner: NDArray[np.int32]) -> None:
    """Light single farms and mines where no town is near."""
    from scipy.ndimage import binary_dilation

    if not recipe.specks:
        return
    random = stream(recipe, "specks")
    free = ~binary_dilation(owner > 0, iterations=2)
    free[:2], free[-2:], free[:, :2], free[:, -2:] = False, False, False, False
    places = np.flatnonzero(free)
    if not places.size:
        return
    width = recipe.shape[1]
    for place in random.choice(places, size=recipe.specks).tolist():
        cells = random.integers(1, _SPECK_CELLS + 1)
        block = [place, place + 1, place + width, place + width + 1][:cells]
        base.flat[block] = recipe.floor * random.uniform(*_SPECK_FLOORS, size=cells)


def _courses(recipe: Recipe) -> tuple[list[str], NDArray[np.float64]]:
    """Deal the courses out by their shares, draw each town's own rates, and follow them."""
    random = stream(recipe, "courses")
    bounds = np.rint(np.cumsum([course.share for course in recipe.courses]) * recipe.cities)
    kind = np.searchsorted(bounds, np.arange(recipe.cities), side="right")
    kind = random.permutation(np.minimum(kind, len(recipe.courses) - 1))
    draws = random.random((2, recipe.cities))
    years = np.array(recipe.years, np.float64)
    passed = years - years[0]
    before = np.minimum(passed, passed[-1] / 2)
    level = np.ones((recipe.cities, years.size))
    names = []
    for town, number in enumerate(kind.tolist()):
        course = recipe.courses[number]
        first = float(np.interp(draws[0, town], (0, 1), course.yearly))
        second = first if course.then is None else float(np.interp(draws[1, town], (0, 1), course.then))
        level[town] = np.exp(np.log1p(first) * before + np.log1p(second) * (passed - before))
        names.append(course.name)
    return names, level
