"""Cities that one can count in one's head."""

from __future__ import annotations

import numpy as np
import pytest

from cityebb.delineate import DelineateParameters, delineate, find_regions, loosest_floors
from cityebb.grids import ArrayLayer, Cells, Criterion, Grid, Stack, scan
from cityebb.measure import measure
from cityebb.model import CityebbError

GRID = Grid("EPSG:3035", (1000.0, 0, 4_000_000, 0, -1000.0, 3_000_000), (6, 8))  # cells of 1 km²
BEFORE = np.zeros((6, 8), np.uint8)
BEFORE[0:3, 0:2] = 9  # 6 km², lit in 2000 only in full
BEFORE[4:6, 4:6] = 5  # 4 km²: too small
AFTER = np.zeros((6, 8), np.uint8)
AFTER[1:3, 0:3] = 7  # 6 km², moved east
AFTER[3, 3] = 7  # touches it by a corner
AFTER[4:6, 4:6] = 5


def cells(*, floor: float = 2.0) -> Cells:
    layers = tuple(
        ArrayLayer(year, GRID, "uint8", str(year), values=values)
        for year, values in ((2000, BEFORE), (2010, AFTER))
    )
    return scan({"lights": Stack("lights", "light", "density", "DN", layers)}, [Criterion("lights", floor)])


@pytest.mark.parametrize(
    ("epoch", "connectivity", "areas"),
    [
        ("baseline", 8, [6]),
        ("final", 8, [11]),  # 6 + 1 + 4, joined by corners
        ("final", 4, [6]),
        ("union", 4, [8]),
        ("union", 8, [13]),
        ("intersection", 8, []),
    ],
)
def test_epoch_and_connectivity(epoch: str, connectivity: int, areas: list[int]) -> None:
    parameters = DelineateParameters(where={"lights": 2}, epoch=epoch, connectivity=connectivity)
    assert find_regions(cells(), parameters, years=(2000, 2010)).area_km2.tolist() == areas


def test_a_city_keeps_its_name_whatever_is_read_around_it() -> None:
    parameters = DelineateParameters(where={"lights": 2}, connectivity=4)
    whole = delineate(cells(), parameters, name="lit", years=(2000, 2010), named=False)
    lower = delineate(cells(floor=1), parameters, name="lit", years=(2000, 2010), named=False)
    assert whole.frame.index.tolist() == lower.frame.index.tolist()
    assert whole.frame.index[0].startswith("lit_N")
    longitude, latitude = GRID.lonlat([0], [0])  # its highest cell (9 in 2000), the north-western one
    assert whole.frame["lon"].iloc[0] == pytest.approx(longitude[0])
    assert whole.frame["lat"].iloc[0] == pytest.approx(latitude[0])


def test_footprints_are_the_cells() -> None:
    found = delineate(
        cells(),
        DelineateParameters(where={"lights": 2}, connectivity=4),
        name="lit",
        years=(2000, 2010),
        named=False,
    )
    spans = found.footprints[["row", "first", "last"]].to_numpy().tolist()
    assert spans == [[0, 0, 1], [1, 0, 2], [2, 0, 2]]


def test_two_sources_and_or() -> None:
    people = np.zeros((6, 8), np.float32)
    people[0:6, 0:1] = 400
    layer = ArrayLayer(2000, GRID, "float32", "p", values=people)
    light = ArrayLayer(2000, GRID, "uint8", "l", values=BEFORE)
    stacks = {
        "people": Stack("people", "people", "count", "persons", (layer,)),
        "lights": Stack("lights", "light", "density", "DN", (light,)),
    }
    areas = {}
    for join in ("or", "and"):
        parameters = DelineateParameters(where={"people": 300, "lights": 2}, join=join, min_area_km2=1)
        found = scan(stacks, loosest_floors([parameters]))
        areas[join] = find_regions(found, parameters, years=(2000, 2000)).area_km2.tolist()
    assert areas == {"or": [9, 4], "and": [3]}


def test_no_city_says_how_high_the_values_are(english: None) -> None:
    with pytest.raises(CityebbError, match=r"lights ≥ 50 DN.*lights 9"):
        delineate(
            cells(), DelineateParameters(where={"lights": 50}), name="lit", years=(2000, 2010), named=False
        )


def test_a_lower_floor_than_scanned_is_refused() -> None:
    with pytest.raises(CityebbError) as told:
        find_regions(cells(floor=3), DelineateParameters(where={"lights": 2}), years=(2000, 2010))
    assert told.value.key == "delineate.scanned_too_high"


def test_a_year_that_is_not_there_is_named(english: None) -> None:
    with pytest.raises(CityebbError, match=r"no year 2005"):
        find_regions(cells(), DelineateParameters(where={"lights": 2}), years=(2000, 2005))


def test_the_panel_always_looks_inside_the_same_outline() -> None:
    found = delineate(
        cells(),
        DelineateParameters(where={"lights": 2}, connectivity=4),
        name="lit",
        years=(2000, 2010),
        named=False,
    )
    panel = measure(cells(), found, "lights").set_index(["indicator", "year"])["value"]
    assert panel["light_sum", 2000] == 54  # six cells of 9 DN, 1 km² each
    assert panel["light_sum", 2010] == 42
    assert panel["light_mean", 2000] == 54 / 8
    assert panel["light_area", 2010] == 6
