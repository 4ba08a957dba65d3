"""Lights of China, 2012–2022: what a correct program finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cityebb.delineate import DelineateParameters, delineate, find_regions
from cityebb.grids import Cells, Criterion, scan
from cityebb.measure import measure_regions
from cityebb.read import SourceParameters, open_stack

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.data("lights_china")


@pytest.fixture(scope="module")
def cells(data: Path) -> Cells:
    parameters = SourceParameters(files="viirs_like_{year}.tif", indicator="light", unit="DN")
    stack = open_stack("lights", parameters, data / "lights_china")
    return scan({"lights": stack}, [Criterion("lights", 2)])


def plain_changes(cells: Cells, epoch: str, ends: list[int], start: int = 2013, end: int = 2016) -> dict:
    areas = cells.areas_km2()
    regions = find_regions(
        cells, DelineateParameters(where={"lights": 2}, epoch=epoch), years=(start, end), areas_km2=areas
    )
    light = {
        year: measure_regions(cells, regions.labels, "lights", year, areas_km2=areas).total
        for year in (start, *ends)
    }
    before = light[start]
    with np.errstate(divide="ignore", invalid="ignore"):
        changes = {year: np.where(before > 0, light[year] / before - 1, np.nan) for year in ends}
    return {"cities": len(regions), "dark": int((before == 0).sum()), "changes": changes}


def count(changes: np.ndarray) -> tuple[int, int]:
    return int((changes <= -0.10).sum()), int((changes >= 0.10).sum())


def test_union_2013_2016(cells: Cells) -> None:
    found = plain_changes(cells, "union", [2016])
    assert found["cities"] == 2999
    assert count(found["changes"][2016]) == (934, 1370)
    assert found["dark"] == 13


@pytest.mark.parametrize(("epoch", "cities", "down"), [("baseline", 2774, 1139), ("final", 2716, 513)])
def test_one_epoch_alone(cells: Cells, epoch: str, cities: int, down: int) -> None:
    found = plain_changes(cells, epoch, [2016])
    assert found["cities"] == cities
    assert count(found["changes"][2016])[0] == down


def test_the_end_year_moves_the_count(cells: Cells) -> None:
    ends = [2014, 2015, 2017, 2019, 2022]
    changes = plain_changes(cells, "union", ends)["changes"]
    assert [count(changes[year])[0] for year in ends] == [951, 1124, 771, 639, 573]


def test_what_persists_and_what_comes_back(cells: Cells) -> None:
    found = plain_changes(cells, "union", [2014, 2015, 2016, 2022])["changes"]
    down = found[2016] <= -0.10
    assert int((down & (found[2022] >= 0)).sum()) == 421


def test_hegang_is_found_by_name_and_its_light_is_known(cells: Cells) -> None:
    cities = delineate(cells, DelineateParameters(where={"lights": 2}), name="lit", years=(2013, 2016))
    frame = cities.frame
    hegang = frame[(frame["name_en"] == "Hegang") & (frame["country"] == "CN")]
    assert hegang["name_zh"].tolist() == ["鹤岗"]
    labels = np.where(cities.labels == frame.index.get_loc(hegang.index[0]) + 1, 1, 0).astype(np.int32)
    areas = cells.areas_km2()
    light = [
        float(measure_regions(cells, labels, "lights", year, areas_km2=areas).total[0])
        for year in range(2013, 2023)
    ]
    assert [round(value) for value in light] == [176, 115, 97, 152, 230, 286, 234, 182, 179, 183]
    biggest = frame.nlargest(40, "area_km2")
    assert {"上海", "北京", "天津"} <= set(biggest["name_zh"])
    assert {"Shanghai", "Beijing", "Tianjin"} <= set(biggest["name_en"])
    assert frame.geometry.is_valid.all()
