"""A study of lights: sum beside density, and each city beside its region."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from cityebb.model import DENSITY, CityebbError, Faults
from cityebb.study import check_study, execute

from .conftest import write_raster, write_study

YEARS = tuple(range(2013, 2019))
STUDY = """cityebb_study = 1

[read.lights]
files = "grids/{year}.tif"
indicator = "light"
unit = "DN"
zero = "value"

[read.provinces]
units = "provinces.geojson"
vintage = "2018"

[delineate.lit]
where = { lights = 2 }

[identify.light]
cities = "lit"
source = "lights"
regions = "provinces"

[publish]
formats = ["csv"]
"""
SIDE = 6  # cells of a town
TOWNS = 36


def lights(year):
    """Two rows of towns: those of the east brighten by a half; the first loses its edge."""
    noise = np.random.default_rng(year)
    grid = np.zeros((2 * (SIDE + 2), TOWNS * (SIDE + 2)), np.float32)
    for row in range(2):
        for town in range(TOWNS):
            top, left = row * (SIDE + 2) + 1, town * (SIDE + 2) + 1
            block = np.full((SIDE, SIDE), 8.0)
            block[2:4, 2:4] = 40.0
            if town >= TOWNS // 2:
                block *= 1 + 0.5 * (year - 2013) / 5
            if (row, town) == (0, 0) and year > 2015:
                block[[0, -1]] = 1.0
            grid[top : top + SIDE, left : left + SIDE] = block * noise.normal(1, 0.01)
    return grid


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("density")
    path = write_study(folder, STUDY, years=())
    (folder / "grids").mkdir(exist_ok=True)
    for year in YEARS:
        write_raster(folder / "grids" / f"{year}.tif", lights(year))
    return path


@pytest.fixture(scope="module")
def outcome(path):
    middle = 130 + TOWNS * (SIDE + 2) * 0.01 / 2
    shapes = [box(129, 47, middle, 48), box(middle, 47, 134, 48)]
    gpd.GeoDataFrame(
        {"code": ["1", "2"], "name": ["West", "East"]}, geometry=shapes, crs="EPSG:4326"
    ).to_file(path.parent / "provinces.geojson", driver="GeoJSON")
    return execute(path)


def test_each_city_stands_beside_its_region(outcome):
    verdicts = outcome.main.verdicts
    assert set(verdicts["relative_to"]) == {"West", "East"}
    east = verdicts[verdicts["relative_to"] == "East"]
    assert east["change"].median() > 0.25
    assert east["relative_change"].abs().max() < 0.1
    west = verdicts[verdicts["relative_to"] == "West"]
    assert (west["relative_change"] < -0.1).sum() == 1


def test_the_town_that_lost_its_edge_is_seen_in_sum_and_not_in_density(outcome):
    found = outcome.main
    DENSITY.check(found.density)
    both = found.verdicts.set_index("city_id").join(found.density.set_index("city_id"), rsuffix="_lit")
    lost = both[both["edge_share"] > 0.5]
    assert len(lost) == 1
    row = lost.iloc[0]
    assert row["state"] == "shrinking"
    assert row["lit_change"] == pytest.approx(-1 / 3, abs=0.01)
    assert row["density_change"] > 0
    assert abs(row["kept_change"]) < 0.05
    assert (row["start_lit"], row["end_lit"]) == ("2013–2015", "2016–2018")
    assert pd.read_csv(next(outcome.out.rglob("density.csv")))["city_id"].nunique() == len(both)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("总量与密度", "首末年都亮的部分", "相对West城市中位数的变化")),
        ("en", ("Sum and density", "cells lit at both dates", "relative to the median city of West")),
    ],
)
def test_the_report_says_where_the_light_went(outcome, language, words):
    page = outcome.reports[language].read_text("utf-8")
    assert [word for word in words if word not in page] == []


def test_regions_that_are_not_there_are_refused(path):
    wrong = path.parent / "wrong.toml"
    wrong.write_text(STUDY.replace('regions = "provinces"', 'regions = "provinzen"'), "utf-8")
    with pytest.raises((CityebbError, Faults)) as fault:
        check_study(wrong)
    faults = getattr(fault.value, "faults", [fault.value])
    assert {one.key for one in faults} & {"study.refers_to_nothing", "study.refers_to_nothing_near"}
