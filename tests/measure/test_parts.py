"""The cells of cities as parts: where they lie, what they hold, and what is missing."""

from __future__ import annotations

import numpy as np
import pytest

from cityebb.delineate import DelineateParameters, delineate
from cityebb.grids import ArrayLayer, Criterion, Grid, Stack, scan
from cityebb.measure import measure, parts_of_cells
from cityebb.model import PARTS, CityebbError


def make(values: dict[int, np.ndarray], *, left=10.0, cell=0.01, **more: object):
    first = next(iter(values.values()))
    grid = Grid("EPSG:4326", (cell, 0, left, 0, -cell, 45), first.shape)
    layers = tuple(
        ArrayLayer(year, grid, str(array.dtype), str(year), values=array) for year, array in values.items()
    )
    stack = Stack("lights", layers=layers, **({"indicator": "light", "kind": "density", "unit": "DN"} | more))
    cells = scan({"lights": stack}, [Criterion("lights", 1)])
    years = (min(values), max(values))
    rule = DelineateParameters(where={"lights": 5}, min_area_km2=1)
    return cells, delineate(cells, rule, name="lit", years=years, named=False)


def two_towns():
    before = np.zeros((9, 12), np.float32)
    before[1:4, 1:5] = 10
    before[5:8, 7:11] = 20
    after = before / 2
    after[2, 2] = 10
    return before, after


@pytest.mark.parametrize("kind", ["density", "count", "share"])
def test_parts_add_up_to_the_panel(kind):
    before, after = two_towns()
    cells, cities = make({2000: before, 2010: after}, kind=kind)
    parts = parts_of_cells(cells, cities, "lights", 2000, 2010)
    panel = measure(cells, cities, "lights")
    total = panel[panel["indicator"] == "light_sum"].set_index(["city_id", "year"])["value"]
    for city, mine in parts.groupby("city_id"):
        assert mine["before"].sum() == pytest.approx(total[city, 2000])
        assert mine["after"].sum() == pytest.approx(total[city, 2010])
    areas = parts.groupby("city_id")["area_km2"].sum()
    assert areas.to_numpy() == pytest.approx(cities.frame.loc[areas.index, "area_km2"].to_numpy())


def test_neighbouring_cells_are_a_cell_apart():
    cells, cities = make({2000: two_towns()[0]})
    parts = parts_of_cells(cells, cities, "lights", 2000, 2000)
    first = parts[parts["city_id"] == cities.frame.index[0]].set_index(["row", "col"])
    # A hundredth of a degree at 45° N is 1.111 km north and 0.788 km east.
    assert first.loc[(1, 1), "y_km"] - first.loc[(2, 1), "y_km"] == pytest.approx(1.1113, abs=1e-3)
    assert first.loc[(1, 2), "x_km"] - first.loc[(1, 1), "x_km"] == pytest.approx(0.7884, abs=1e-3)
    assert first["x_km"].mean() == pytest.approx(0.0, abs=1e-3)


def test_several_years_are_averaged_over_those_there():
    before = np.full((3, 4), 10, np.float32)
    gap = before * 3
    gap[0, 0] = -9
    source = {2000: before, 2001: gap, 2002: before * 5, 2010: before}
    grid = Grid("EPSG:4326", (0.01, 0, 10, 0, -0.01, 45), (3, 4))
    layers = tuple(ArrayLayer(y, grid, "float32", str(y), nodata=-9, values=v) for y, v in source.items())
    stack = Stack("lights", "light", "count", "people", layers)
    cells = scan({"lights": stack}, [Criterion("lights", 1)])
    rule = DelineateParameters(where={"lights": 1}, min_area_km2=1)
    cities = delineate(cells, rule, name="lit", years=(2000, 2010), named=False)
    parts = parts_of_cells(cells, cities, "lights", (2000, 2001, 2002), 2010)
    assert parts["before"].tolist() == [30.0] * 12
    lost = parts_of_cells(cells, cities, "lights", 2001, 2010)["before"]
    assert np.isnan(lost[0])
    assert lost[1:].tolist() == [30.0] * 11


def test_a_zero_that_means_not_covered_is_missing():
    before, after = two_towns()
    after[1:4, 1:5] = 0
    cells, cities = make({2000: before, 2010: after}, zero="missing_where_region_is_all_zero")
    parts = parts_of_cells(cells, cities, "lights", 2000, 2010).set_index("city_id")
    assert parts.loc[cities.frame.index[0], "after"].isna().all()
    assert parts.loc[cities.frame.index[1], "after"].notna().all()


def test_a_city_across_the_seam_is_in_one_piece():
    values = np.zeros((5, 360), np.float32)
    values[1:4, :2] = 10
    values[1:4, -2:] = 10
    cells, cities = make({2000: values, 2010: values}, left=-180.0, cell=1.0)
    parts = parts_of_cells(cells, cities, "lights", 2000, 2010)
    assert sorted(parts["col"].unique()) == [358, 359, 360, 361]
    assert np.ptp(parts["x_km"]) < 400


def test_a_year_that_is_not_there_is_named():
    cells, cities = make({2000: two_towns()[0]})
    with pytest.raises(CityebbError) as raised:
        parts_of_cells(cells, cities, "lights", 2000, (2001, 2002))
    assert raised.value.key == "measure.no_year"
    assert "2001, 2002" in str(raised.value)


def test_the_table_is_as_declared():
    cells, cities = make({2000: two_towns()[0]})
    assert list(parts_of_cells(cells, cities, "lights", 2000, 2000).columns) == PARTS.names
