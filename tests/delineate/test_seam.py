"""The same city wherever the grid's seam lies."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from cityebb.delineate import DelineateParameters, delineate
from cityebb.grids import ArrayLayer, Criterion, Grid, Stack, scan
from cityebb.model import CityebbError

LIT = DelineateParameters(where={"lights": 2})


def found(grid, values):
    layers = tuple(ArrayLayer(year, grid, "uint8", str(year), values=values) for year in (2000, 2010))
    cells = scan({"lights": Stack("lights", "light", "density", "DN", layers)}, [Criterion("lights", 2.0)])
    return delineate(cells, LIT, name="lit", years=(2000, 2010)).frame


@pytest.mark.parametrize("left", [0.0, 100.0, 11.0, -179.5, -360.0])
def test_a_world_that_begins_elsewhere(left):
    values = np.zeros((6, 720), np.uint8)
    values[1:3, -3:] = values[1:3, :2] = 9  # across 180°, two cells high
    values[3:5, 380:384] = 7  # far from it
    values[3, 381] = 8
    values[2, 1] = 10
    here = found(Grid("EPSG:4326", (0.5, 0, -180.0, 0, -0.5, 50.0), values.shape), values)
    moved = np.roll(values, -round((left + 180) / 0.5), axis=1)
    there = found(Grid("EPSG:4326", (0.5, 0, left, 0, -0.5, 50.0), values.shape), moved)
    assert len(here) == 2
    assert sorted(there.index) == sorted(here.index)
    for city in here.index:
        one, other = here.loc[city], there.loc[city]
        assert other.geometry.is_valid
        assert one.geometry.symmetric_difference(other.geometry).area < 1e-9
        assert other["area_km2"] == pytest.approx(one["area_km2"], rel=1e-12)
        assert (one["name_en"], one["country"]) == (other["name_en"], other["country"])


def test_a_projected_city_across_180():
    values = np.zeros((4, 6), np.uint8)
    values[1:3, 1:5] = 9
    # A Lambert azimuthal equal-area map around 180° E.
    crs = "+proj=laea +lat_0=-17 +lon_0=180 +datum=WGS84 +units=m"
    frame = found(Grid(crs, (10_000, 0, -30_000, 0, -10_000, 20_000), values.shape), values)
    outline = frame.geometry.iloc[0]
    assert outline.is_valid
    assert len(shapely.get_parts(outline)) == 2
    assert outline.area == pytest.approx(0.0707, rel=0.05)  # 800 km² at 17° S, in square degrees


def test_a_city_off_the_earth():
    values = np.full((20, 20), 9, np.uint8)
    grid = Grid("ESRI:54009", (1000, 0, 17_900_000, 0, -1000, 8_800_000), values.shape)
    with pytest.raises(CityebbError) as caught:
        found(grid, values)
    assert caught.value.key == "delineate.off_earth"
