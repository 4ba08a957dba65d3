"""Sum and density: a city that loses its lit edge, and one that dims."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.delineate import DelineateParameters, delineate
from cityebb.grids import ArrayLayer, Criterion, Grid, Stack, scan
from cityebb.measure import measure, measure_lit

FLOOR = 5.0
YEARS = (2000, 2010)


def told(before, after, **more):
    """Return what is told of the one town on a small grid with equal cells (at the equator)."""
    grid = Grid("EPSG:4326", (0.01, 0, 10.0, 0, -0.01, 0.05), before.shape)
    layers = tuple(
        ArrayLayer(year, grid, "float32", str(year), values=values.astype(np.float32))
        for year, values in zip(YEARS, (before, after), strict=True)
    )
    kind = {"indicator": "light", "kind": "density", "unit": "DN"} | more
    cells = scan({"lights": Stack("lights", layers=layers, **kind)}, [Criterion("lights", 1)])
    rule = DelineateParameters(where={"lights": FLOOR}, min_area_km2=1)
    cities = delineate(cells, rule, name="lit", years=YEARS, named=False)
    found = measure_lit(cells, cities, "lights", YEARS[:1], YEARS[1:], floor=FLOOR)
    panel = measure(cells, cities, "lights").set_index(["indicator", "year"])["value"]
    return found.iloc[0], panel["light_sum"]


def town():
    """A bright core of four cells in a ring of twelve dim ones."""
    lights = np.zeros((8, 8))
    lights[2:6, 2:6] = 10
    lights[3:5, 3:5] = 40
    return lights


def test_who_loses_the_edge_falls_in_sum_and_not_in_density():
    after = town()
    after[2] = after[5] = 1
    row, total = told(town(), after)
    assert total[2010] / total[2000] == pytest.approx(
        (4 * 40 + 4 * 10 + 8 * 1) / (4 * 40 + 12 * 10), rel=1e-4
    )
    assert row["lit_change"] == pytest.approx(-0.5, abs=1e-4)
    assert row["density_before"] == pytest.approx(17.5, rel=1e-4)
    assert row["density_change"] == pytest.approx(25 / 17.5 - 1, rel=1e-4)
    assert row["kept_change"] == pytest.approx(0, abs=1e-6)
    assert row["edge_share"] == pytest.approx(1, rel=1e-4)
    assert row["outline_after"] / row["outline_before"] == pytest.approx(total[2010] / total[2000])


def test_who_dims_falls_in_both():
    row, _ = told(town(), town() * 0.8)
    assert row["lit_change"] == pytest.approx(0)
    assert row["density_change"] == pytest.approx(-0.2)
    assert row["kept_change"] == pytest.approx(-0.2)
    assert row["edge_share"] == pytest.approx(0)


def test_a_dim_edge_hides_how_far_the_rest_dimmed_and_the_core_tells_it():
    """All dim alike, and the edge falls below the floor: density rises, the core does not."""
    row, _ = told(town(), town() * 0.4)
    assert row["density_change"] > -0.1
    assert row["kept_change"] == pytest.approx(-0.6)
    assert 0 < row["edge_share"] < 1


def test_what_grew_has_no_share_of_a_loss_and_darkness_no_density():
    row, _ = told(town(), town() * 2)
    assert np.isnan(row["edge_share"])
    row, _ = told(town() * 0.1, town())
    assert row["lit_before"] == 0
    assert np.isnan(row["density_before"])
    assert np.isnan(row["density_change"])


def test_a_missing_cell_is_in_neither_date():
    after = town()
    after[3, 3] = np.nan
    row, _ = told(town(), after)
    assert row["kept_change"] == pytest.approx(0)
    assert row["density_change"] == pytest.approx(0)


def test_people_are_counted_by_the_square_kilometre():
    area = 1.2309  # of a cell of 0.01 degrees at the equator, within a thousandth
    row, _ = told(town() * area, town() * area * 0.8, kind="count")
    assert row["density_before"] == pytest.approx(17.5, rel=5e-3)
    assert row["density_change"] == pytest.approx(-0.2)


@given(st.lists(st.floats(0, 60), min_size=16, max_size=16))
def test_lit_area_times_density_is_the_light_of_lit_cells(values):
    after = town()
    after[2:6, 2:6] = np.array(values).reshape(4, 4)
    row, total = told(town(), after)
    lit = after >= FLOOR
    if lit.any():
        area = row["lit_after"] / lit.sum()
        light = (row["lit_after"] * row["density_after"]) / area
        assert light == pytest.approx(after.astype(np.float32)[lit].sum(), rel=1e-3)
    assert total[2000] > 0
