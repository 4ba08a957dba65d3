"""What must not matter does not: where a world begins, the order of files, blocks, the unit, the window."""

from __future__ import annotations

import numpy as np
import pytest
from rasterio.transform import from_origin

from cityebb.study import execute

from .conftest import STUDY, YEARS, write_raster

pytestmark = pytest.mark.usefixtures("quick")

ROWS, COLUMNS, CELL = 44, 120, 3.0
NUMBERS = ("change", "low", "high", "area_km2")
TEXTS = ("state", "plain", "persistence", "name_en", "country")


def world(year):
    towns = np.random.default_rng(1)
    noise = np.random.default_rng(year)
    values = np.zeros((ROWS, COLUMNS))
    for _ in range(25):
        row, column = towns.integers(2, ROWS - 8), towns.integers(0, COLUMNS)
        height, width = towns.integers(1, 5, 2)
        level, rate = towns.uniform(10, 60), towns.normal(0, 0.05)
        columns = np.arange(column, column + width) % COLUMNS
        lights = level * np.exp(rate * (year - YEARS[0])) * noise.normal(1, 0.03, (height, width))
        values[row : row + height, columns] = lights
    return values.astype(np.float32)


def judged(folder, make=world, left=-180.0, text=STUDY, **profile):
    folder.mkdir()
    for year in YEARS:
        transform = from_origin(left, 75, CELL, CELL)
        write_raster(folder / f"lights_{year}.tif", make(year), **{"transform": transform, **profile})
    (folder / "s.toml").write_text(text, "utf-8")
    found = execute(folder / "s.toml").main
    cities = found.cities.reset_index()[["city_id", "area_km2", "name_en", "country"]]
    return found.verdicts.merge(cities, on="city_id").set_index("city_id").sort_index()


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    return judged(tmp_path_factory.mktemp("whole") / "s")


def same(one, other):
    assert one.index.tolist() == other.index.tolist()
    for name in NUMBERS:
        np.testing.assert_allclose(
            one[name], other[name], rtol=1e-6, atol=1e-7
        )  # numbers of 32 bits are rounded
    for name in TEXTS:
        assert one[name].fillna("").tolist() == other[name].fillna("").tolist(), name


@pytest.mark.parametrize("left", [0.0, -99.0])
def test_where_the_world_begins(truth, tmp_path, left):
    columns = -round((left + 180) / CELL)
    same(truth, judged(tmp_path / "s", lambda year: np.roll(world(year), columns, axis=1), left))


def test_blocks_and_the_order_of_files(truth, tmp_path):
    files = ", ".join(f'"lights_{year}.tif"' for year in reversed(YEARS))
    text = STUDY.replace('"lights_{year}.tif"', f"[{files}]")
    blocks = {"tiled": True, "blockxsize": 16, "blockysize": 16, "compress": "deflate"}
    same(truth, judged(tmp_path / "s", text=text, **blocks))


@pytest.mark.parametrize("factor", [1024.0, 0.001])
def test_the_unit(truth, tmp_path, factor):
    text = STUDY.replace("lights = 5", f"lights = {5 * factor!r}")
    same(truth, judged(tmp_path / "s", lambda year: world(year) * np.float32(factor), text=text))


@pytest.mark.parametrize(("first", "stop"), [(0, 70), (50, 120)])
def test_a_window_of_the_world(truth, tmp_path, first, stop):
    part = judged(tmp_path / "s", lambda year: world(year)[:, first:stop], left=-180 + CELL * first)
    both = truth.index.intersection(part.index)
    assert len(both) >= 8
    same_area = np.isclose(truth.loc[both, "area_km2"], part.loc[both, "area_km2"])
    assert same_area.sum() >= len(both) - 2  # those that the window cuts
    whole = both[same_area]
    np.testing.assert_allclose(truth.loc[whole, "plain_change"], part.loc[whole, "plain_change"], rtol=1e-9)
