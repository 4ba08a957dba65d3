"""The inside of China's cities by their lights: what is added up, and Yichun, dark from end to end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cityebb.delineate import DelineateParameters, delineate
from cityebb.grids import Criterion, scan
from cityebb.identify.inside import InsideRules, look_inside
from cityebb.measure import measure, parts_of_cells
from cityebb.read import SourceParameters, open_stack

pytestmark = pytest.mark.data("lights_china")
YEARS = (2013, 2022)


@pytest.fixture(scope="module")
def china(data):
    files = (data / "lights_china" / "viirs_like_{year}.tif").as_posix()
    told = SourceParameters(files=files, indicator="light", unit="DN", outside=True, years=YEARS)
    stack = open_stack("lights", told, Path("/"))
    cells = scan({"lights": stack}, [Criterion("lights", 2)])
    cities = delineate(cells, DelineateParameters(where={"lights": 2}), name="lit", years=YEARS)
    parts = parts_of_cells(cells, cities, "lights", *YEARS)
    return cells, cities, parts, look_inside(parts, InsideRules(permutations=0), unit=stack.unit)


def test_parts_add_up_to_the_panel(china):
    cells, cities, _, found = china
    panel = measure(cells, cities, "lights").query("indicator == 'light_sum'")
    total = panel.set_index(["city_id", "year"])["value"].unstack().fillna(0)
    inside = found.cities.set_index("city_id").loc[total.index]
    # Cells that are missing at one date are in the panel's sum of the other, and in no sum of parts.
    whole = inside["known_share"] == 1
    assert whole.sum() > 1000
    for column, year in (("before", 2013), ("after", 2022)):
        np.testing.assert_allclose(inside.loc[whole, column], total.loc[whole, year], rtol=1e-9)


def test_lost_and_gained_make_the_change(china):
    cities = china[3].cities
    np.testing.assert_allclose(
        cities["before"] - cities["lost"] + cities["gained"], cities["after"], rtol=1e-9, atol=1e-6
    )


def test_cells_of_digital_numbers_finer_than_dmsp_are_not_refused(china):
    assert not china[3].cities["reason"].str.endswith("bloom").any()


def test_yichun_lost_light_in_every_part(china):
    _, cities, _, found = china
    names = cities.frame.loc[cities.frame["name_zh"] == "伊春"]
    yichun = found.cities.set_index("city_id").loc[names["area_km2"].idxmax()]
    assert (yichun["state"], yichun["core_state"], yichun["edge_state"]) == ("shrinking",) * 3
    assert yichun["pattern"] == "complete"
    assert yichun["change"] < -0.5


def test_some_cities_hide_a_falling_half_behind_the_whole(china):
    cities = china[3].cities
    hidden = (cities["state"] != "shrinking") & (
        cities["core_state"].eq("shrinking") | cities["edge_state"].eq("shrinking")
    )
    assert hidden.sum() >= 50
