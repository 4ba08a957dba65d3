"""Breaks of real series, none of them declared: what their makers and users know must be found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
from rasterio.windows import Window

from cityebb.grids import ArrayLayer, Cells, Criterion, Grid, Stack, scan
from cityebb.harmonise import _steps, _texture, _together, find_breaks
from cityebb.harmonise._view import View
from cityebb.model import CityebbError
from cityebb.words import using

if TYPE_CHECKING:
    from pathlib import Path

# Columns and rows of the lights of China that hold the south and east, 105 to 123° E and 17 to 34° N.
SOUTH = Window(7000, 4350, 4050, 3700)
# And 121 to 135° E, 43 to 53.5° N.
HEILONGJIANG = Window(10577, 14, 3116, 2337)


def cells_of(folder: Path, pattern: str, floor: float, window: Window | None = None, **meaning) -> Cells:
    nodata = meaning.pop("nodata", None)
    layers = []
    for path in sorted(folder.glob(pattern)):
        year = int("".join(filter(str.isdigit, path.stem.replace("1km", "")))[:4])
        with rasterio.open(path) as raster:
            array = raster.read(1, window=window)
            t = raster.transform
            left = t.c + t.a * (window.col_off if window else 0)
            top = t.f + t.e * (window.row_off if window else 0)
            grid = Grid(raster.crs.to_wkt(), (t.a, 0.0, left, 0.0, t.e, top), array.shape)
        # Origins that differ by a fraction of a cell are the room's other half; here the array counts.
        grid = layers[0].grid if layers else grid
        layers.append(ArrayLayer(year, grid, str(array.dtype), path.name, nodata, values=array))
    given = {"indicator": "light", "kind": "density", "unit": "DN"} | meaning
    stack = Stack("source", layers=tuple(layers), **given)
    return scan({"source": stack}, [Criterion("source", floor)])


def kinds(found):
    return list(zip(found.frame["kind"], found.frame["year"], strict=True))


@pytest.mark.data("lights_china")
def test_china_2012_is_a_stranger_and_nothing_else(data):
    cells = cells_of(data / "lights_china", "viirs_like_*.tif", 2.0, SOUTH, nodata=0)
    found = find_breaks(cells, "source")
    assert found.strangers == {2012: "lit_cells_missing"}
    assert found.joints == ()
    assert found.years == tuple(range(2013, 2023))
    assert [row for row in kinds(found) if row[0] == "creep"] == [("creep", 2017)]
    # How far the other years are from the bounds.
    view = View(cells, "source", found.years)
    triples = list(zip(found.years, found.years[1:], found.years[2:], strict=False))
    scatters = [_texture.scatter(view, triple) for triple in triples]
    assert max(scatters) / min(scatters) < 1.2 < np.sqrt(_steps.LEAST_VARIANCE_RATIO)
    for place, year in enumerate(found.years[1:-1], start=1):
        sides = found.years[max(0, place - 3) : place], found.years[place + 1 : place + 4]
        assert max(_together._lit_ratio(view, year, side) for side in sides) > 0.95


@pytest.mark.data("lights_china")
@pytest.mark.parametrize("floor", [1.0, 2.0])
def test_in_the_north_east_where_few_cells_are_missing_2012_is_warned_of_by_name(data, floor):
    cells = cells_of(data / "lights_china", "viirs_like_*.tif", floor, HEILONGJIANG, nodata=0)
    found = find_breaks(cells, "source")
    assert (found.strangers, found.joints) == ({}, ())
    assert ("texture", 2012) in kinds(found)
    (note,) = (note for note in found.notes if note.key == "harmonise.odd_texture")
    assert "2012" in note.text("en")
    assert found.default() == (2013, 2022)


@pytest.mark.data("lights_syria")
@pytest.mark.parametrize("floor", [1.0, 2.0, 5.0])
def test_syria_chen_is_joined_after_2012(data, floor):
    found = find_breaks(cells_of(data / "lights_syria", "chen_*.tif", floor), "source")
    assert found.joints == (2012,)
    evidence = found.frame.set_index("kind").loc["joint", "evidence"]
    assert evidence == "repeats+scatter"
    assert found.default() == (2013, 2020)
    assert found.segment(2013, 2016) == (2013, 2014, 2015, 2016)
    assert found.same_era(2016) == tuple(range(2013, 2021))
    # The dim light of the years before the joint says nothing of a comparison after it.
    assert "harmonise.creep" not in [note.key for note in found.notes_on(2013, 2016)]
    with using("en"), pytest.raises(CityebbError, match="2012/2013") as caught:
        found.segment(2010, 2016)
    assert caught.value.key == "harmonise.crosses_joint"


@pytest.mark.data("lights_syria")
@pytest.mark.parametrize("floor", [7.0, 10.0, 20.0])
def test_syria_li_is_joined_after_2013(data, floor):
    found = find_breaks(cells_of(data / "lights_syria", "li_*.tif", floor), "source")
    assert found.joints == (2013,)
    assert found.strangers == {}
    assert found.default() == (2014, 2020)
    with pytest.raises(CityebbError, match="2013/2014"):
        found.segment(2012, 2016)


@pytest.mark.data("lights_paris")
@pytest.mark.parametrize("floor", [1.0, 2.0, 10.0])
def test_paris_chen_holds_nothing_but_the_splice(data, floor):
    found = find_breaks(cells_of(data / "lights_paris", "chen_*.tif", floor), "source")
    assert kinds(found) == [("joint", 2010), ("joint", 2012)]
    assert found.years == tuple(range(2000, 2021))
    assert found.default() == (2013, 2020)


@pytest.mark.data("lights_paris")
def test_paris_li_holds_nothing_but_the_splice(data):
    found = find_breaks(cells_of(data / "lights_paris", "li_*.tif", 10.0), "source")
    assert kinds(found) == [("joint", 2013)]


@pytest.mark.data("population_europe")
def test_europe_is_comparable_where_it_is_covered(data):
    meaning = {"indicator": "people", "kind": "count", "unit": "people"}
    zero = "missing_where_region_is_all_zero"
    cells = cells_of(data / "population_europe", "population_*.tif", 300.0, zero=zero, **meaning)
    found = find_breaks(cells, "source")
    assert (found.years, found.joints, found.strangers) == ((2006, 2011, 2018, 2021), (), {})
    assert found.segment(2011, 2021) == (2011, 2018, 2021)
    assert found.default() == (2011, 2021)  # 2006 is of another texture
    assert kinds(found) == [("coverage", 2006), ("coverage", 2021), ("texture", 2006)]
    shares = found.frame.set_index(["kind", "year"])["size"]
    assert shares["coverage", 2006] == pytest.approx(0.045, abs=0.005)
    assert shares["coverage", 2021] == pytest.approx(0.036, abs=0.005)


@pytest.mark.data("lights_shanghai")
def test_four_years_of_shanghai_are_too_few_for_joints_but_stand(data):
    found = find_breaks(cells_of(data / "lights_shanghai", "viirs_like_*.tif", 5.0), "source")
    assert found.years == (2013, 2015, 2018, 2020)
    assert found.joints == ()
    assert "harmonise.too_few_years" in [note.key for note in found.notes]
