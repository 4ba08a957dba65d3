"""Make a pair of yearly night-light grids as large as the world: ``python benchmarks/world.py FOLDER``.

43,200 x 16,800 cells of 30 arc-seconds, 75 north to 65 south, 32-bit floats, deflate in tiles. Some twenty
thousand towns by Zipf's law on invented continents, some of them across 180 degrees, and hundreds of
thousands of specks; between the two years each town has its own change and noise. By default no cell is quite
dark, as in composites that were not masked; ``--background land`` makes the sea zero, ``--background dark``
everything outside towns, as in masked composites. Written strip by strip: memory stays below half a gigabyte.
The same seed gives the same cells.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
from rasterio.windows import Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

YEARS = (2013, 2016)
SHAPE = (16_800, 43_200)
CELL_DEGREES = 1 / 120
TOP = 75.0
KM_PER_DEGREE = 111.195
FLOOR = 2.0  # light at a town's edge, and the threshold of the benchmark
SMALLEST_KM2, LARGEST_KM2 = 4.0, 8_000.0
TAIL = 0.1  # light below which nothing is written
SPECK_LIGHT = (0.3, 6.0)
LAND_CELLS = 240  # side of the squares on which continents are drawn, cells
LAND_SHARE = 0.25
DIM = (0.15, 0.04)  # mean and SD of the light where nobody lives
CHANGE = 0.2  # SD of the log change of a town between the years
CELL_NOISE = 0.1  # SD of the log of a cell's light


@dataclass(frozen=True)
class Towns:
    """One entry a town: centre (row, column), reach in cells down and across, peak, decay a km, change."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    down: NDArray[np.int64]
    across: NDArray[np.int64]
    peak: NDArray[np.float64]
    decay: NDArray[np.float64]
    change: NDArray[np.float64]


def continents(seed: int, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return how likely a town is in each square of ``LAND_CELLS`` cells; adds up to 1."""
    random = np.random.default_rng([seed, 1])
    rows, columns = (-(-side // LAND_CELLS) for side in shape)
    field = random.standard_normal((rows, columns))
    for _ in range(6):  # smooth, wrapping around the earth
        field = field + np.roll(field, 1, 1) + np.roll(field, -1, 1)
        field[1:-1] = field[:-2] + field[1:-1] + field[2:]
    field = (field - field.mean()) / field.std()
    land = np.where(field >= np.quantile(field, 1 - LAND_SHARE), np.exp(field), 0.0)
    return land / land.sum()


def scatter(
    seed: int, land: NDArray[np.float64], count: int, shape: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows and columns of ``count`` places on land."""
    random = np.random.default_rng([seed, 2, count])
    square = random.choice(land.size, size=count, p=land.ravel())
    row, column = np.divmod(square, land.shape[1])
    row = row * LAND_CELLS + random.integers(0, LAND_CELLS, count)
    column = column * LAND_CELLS + random.integers(0, LAND_CELLS, count)
    return np.clip(row, 0, shape[0] - 1), column % shape[1]


def found_towns(seed: int, land: NDArray[np.float64], count: int, shape: tuple[int, int]) -> Towns:
    """Return towns of Zipf's sizes, brighter the larger they are."""
    random = np.random.default_rng([seed, 3])
    area = np.minimum(SMALLEST_KM2 * count / np.arange(1, count + 1), LARGEST_KM2)
    row, column = scatter(seed, land, count, shape)
    column[: count // 500] = random.integers(-20, 20, count // 500) % shape[1]  # these lie across 180 degrees
    peak = 2 * FLOOR * (np.maximum(area, 5.0) / 5.0) ** 0.4
    decay = np.log(peak / FLOOR) / np.sqrt(area / np.pi)
    reach = np.log(peak / TAIL) / decay
    height = CELL_DEGREES * KM_PER_DEGREE
    latitude = np.deg2rad(TOP - (row + 0.5) * CELL_DEGREES)
    down = np.ceil(reach / height).astype(np.int64)
    across = np.minimum(np.ceil(reach / (height * np.cos(latitude))), shape[1] // 4).astype(np.int64)
    return Towns(row, column, down, across, peak, decay, CHANGE * random.standard_normal(count))


def shine(strips: list[NDArray[np.float32]], first: int, towns: Towns, town: int, seed: int) -> None:
    """Add one town's light to the strips of both years, which begin at row ``first``."""
    height, width = strips[0].shape
    row, down, across = int(towns.row[town]), int(towns.down[town]), int(towns.across[town])
    top, stop = max(row - down, first), min(row + down + 1, first + height)
    offsets = np.arange(-across, across + 1)
    cell = CELL_DEGREES * KM_PER_DEGREE
    km_across = offsets * cell * np.cos(np.deg2rad(TOP - (row + 0.5) * CELL_DEGREES))
    rows = np.arange(top, stop)
    distance = np.hypot(((rows - row) * cell)[:, None], km_across[None, :])
    light = towns.peak[town] * np.exp(-towns.decay[town] * distance)
    columns = (int(towns.column[town]) + offsets) % width
    for year, strip in enumerate(strips):
        # One stream a row, so that a town cut by two strips is the same town.
        noise = np.stack(
            [
                np.random.default_rng([seed, 4, town, year, number]).standard_normal(offsets.size, np.float32)
                for number in rows.tolist()
            ]
        )
        seen = (light * np.exp(CELL_NOISE * noise + year * towns.change[town])).astype(np.float32)
        seen[light < TAIL] = 0
        place = np.ix_(rows - first, columns)
        strip[place] = np.maximum(strip[place], seen)


def dim(
    squares: NDArray[np.bool_], span: tuple[int, int], width: int, seed: int, year: int
) -> NDArray[np.float32]:
    """Return rows ``span`` of a year without towns: ``squares`` glimmer, the others are zero."""
    first, stop = span
    random = np.random.default_rng([seed, 6, year, first])
    strip = np.zeros((stop - first, width), np.float32)
    for square in range(first // LAND_CELLS, -(-stop // LAND_CELLS)):
        above, below = max(square * LAND_CELLS, first), min((square + 1) * LAND_CELLS, stop)
        for column in np.flatnonzero(squares[square]).tolist():
            part = strip[above - first : below - first, column * LAND_CELLS : (column + 1) * LAND_CELLS]
            part[:] = DIM[0] + DIM[1] * random.standard_normal(part.shape, np.float32)
    return np.maximum(strip, 0)


def make_world(
    folder: Path,
    *,
    seed: int = 1,
    background: str = "everywhere",
    towns: int = 24_000,
    specks: int = 400_000,
    tile: int = 512,
    shape: tuple[int, int] = SHAPE,
) -> list[Path]:
    """Write ``light_2013.tif`` and ``light_2016.tif`` into ``folder``; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    land = continents(seed, shape)
    cities = found_towns(seed, land, towns, shape)
    squares = {"everywhere": land >= 0, "land": land > 0, "dark": land < 0}[background]
    speck_row, speck_column = scatter(seed, land, specks, shape)
    speck_light = np.random.default_rng([seed, 5]).uniform(*SPECK_LIGHT, size=(len(YEARS), specks))
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "dtype": "float32",
        "count": 1,
        "height": shape[0],
        "width": shape[1],
        "crs": "EPSG:4326",
        "transform": rasterio.Affine(CELL_DEGREES, 0, -180, 0, -CELL_DEGREES, TOP),
        "tiled": True,
        "blockxsize": tile,
        "blockysize": tile,
        "compress": "deflate",
        "zlevel": 6,
        "bigtiff": "yes",
    }
    paths = [folder / f"light_{year}.tif" for year in YEARS]
    partial = [path.with_name(path.name + ".partial") for path in paths]
    with (
        rasterio.Env(GDAL_CACHEMAX=64 << 20),
        rasterio.open(partial[0], "w", **profile) as one,
        rasterio.open(partial[1], "w", **profile) as two,
        ThreadPoolExecutor(2) as pool,
    ):
        for first in range(0, shape[0], tile):
            stop = min(first + tile, shape[0])
            strips = [dim(squares, (first, stop), shape[1], seed, year) for year in YEARS]
            inside = (cities.row + cities.down >= first) & (cities.row - cities.down < stop)
            for town in np.flatnonzero(inside).tolist():
                shine(strips, first, cities, town, seed)
            here = np.flatnonzero((speck_row >= first) & (speck_row < stop))
            for year, strip in enumerate(strips):
                place = (speck_row[here] - first, speck_column[here])
                strip[place] = np.maximum(strip[place], speck_light[year, here].astype(np.float32))
            window = Window(0, first, shape[1], stop - first)
            written = [
                pool.submit(target.write, strip, 1, window=window)
                for target, strip in zip((one, two), strips, strict=True)
            ]
            for future in written:
                future.result()
    for before, after in zip(partial, paths, strict=True):
        before.replace(after)
    return paths


def main() -> None:
    """Read the command line, write the files, say where they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--towns", type=int, default=24_000)
    parser.add_argument("--specks", type=int, default=400_000)
    parser.add_argument("--tile", type=int, default=512, choices=(256, 512))
    parser.add_argument("--background", choices=("everywhere", "land", "dark"), default="everywhere")
    parser.add_argument("--fraction", type=int, default=1, help="one FRACTIONth of the rows and columns")
    asked = parser.parse_args()
    shape = (SHAPE[0] // asked.fraction, SHAPE[1] // asked.fraction)
    for path in make_world(
        asked.folder,
        seed=asked.seed,
        background=asked.background,
        towns=asked.towns,
        specks=asked.specks,
        tile=asked.tile,
        shape=shape,
    ):
        print(f"{path}  {path.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
