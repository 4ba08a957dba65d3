"""Sums in one's head, two ways of getting them, and mass."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cityebb.delineate import DelineateParameters, delineate
from cityebb.grids import ArrayLayer, Criterion, Grid, Stack, scan
from cityebb.measure import gather_cells, measure, measure_regions
from cityebb.model import CityebbError


def stack(values: dict[int, np.ndarray], **more: object) -> Stack:
    first = next(iter(values.values()))
    grid = Grid("EPSG:4326", (0.01, 0, 10, 0, -0.01, 45), first.shape)
    layers = tuple(
        ArrayLayer(year, grid, str(array.dtype), str(year), values=array) for year, array in values.items()
    )
    settings = {"indicator": "light", "kind": "density", "unit": "DN"} | more
    return Stack("lights", layers=layers, **settings)


ARRAYS = hnp.arrays(np.float32, (9, 7), elements=st.floats(0, 100, width=32))


@settings(max_examples=30, deadline=None)
@given(ARRAYS, ARRAYS, st.sampled_from(["density", "count"]))
def test_walking_the_footprints_gives_the_same_bits_as_the_scan(
    before: np.ndarray, after: np.ndarray, kind: str
) -> None:
    before[0:3, 0:3] = 90
    source = stack({2000: before, 2001: after}, kind=kind)
    cells = scan({"lights": source}, [Criterion("lights", 5)], strip_rows=2)
    cities = delineate(
        cells,
        DelineateParameters(where={"lights": 50 if kind == "density" else 60}, min_area_km2=1),
        name="lit",
        years=(2000, 2001),
        named=False,
    )
    scanned = measure(cells, cities, "lights").set_index(["city_id", "year", "indicator"])["value"]
    walked, labels = gather_cells(source, cities.footprints.sample(frac=1, random_state=1))
    order = list(dict.fromkeys(cities.footprints.sample(frac=1, random_state=1)["city_id"]))
    for year in (2000, 2001):
        found = measure_regions(walked, labels, "lights", year, areas_km2=walked.areas_km2())
        for city, total, mean in zip(order, found.total, found.mean, strict=True):
            assert scanned[city, year, "light_sum"] == total
            assert scanned[city, year, "light_mean"] == mean


def test_people_are_added_light_is_weighted() -> None:
    values = np.full((3, 3), 10, np.float32)
    for kind, factor in (("count", 1.0), ("density", None)):
        source = stack({2000: values}, kind=kind)
        area = float((source.grid.areas_km2(0, 3) * 3).sum())
        cells = scan({"lights": source}, [Criterion("lights", 1)])
        found = measure_regions(cells, np.ones(9, np.int32), "lights", 2000, areas_km2=cells.areas_km2())
        assert found.total[0] == pytest.approx(90 if factor else 10 * area)
        assert found.mean[0] == pytest.approx(90 / area if factor else 10)


@pytest.mark.parametrize(
    ("zero", "total", "coverage"),
    [
        ("value", [20, 0], [1, 1]),
        ("missing", [20, np.nan], [0.5, 0]),
        ("missing_where_region_is_all_zero", [20, np.nan], [0.5, 0]),
    ],
)
def test_missing_is_not_zero(zero: str, total: list[float], coverage: list[float]) -> None:
    base = np.full((1, 4), 50, np.float32)
    values = np.array([[10, 0, 10, 0]], np.float32)
    source = stack({2000: base, 2001: values}, kind="count", zero=zero)
    cells = scan({"lights": source}, [Criterion("lights", 1)])
    areas = cells.areas_km2()
    one = measure_regions(cells, np.ones(4, np.int32), "lights", 2001, areas_km2=areas)
    halves = measure_regions(cells, np.array([1, 2, 1, 2], np.int32), "lights", 2001, areas_km2=areas)
    assert one.total[0] == total[0]
    assert one.coverage[0] == pytest.approx(coverage[0])
    np.testing.assert_array_equal(halves.total, [20, total[1]])
    assert halves.coverage[1] == pytest.approx(coverage[1])


def test_a_border_city_half_of_which_was_not_covered_is_not_half_empty() -> None:
    before = np.array([[500, 600, 550, 5]], np.float32)
    after = np.array([[510, 590, 0, 0]], np.float32)
    source = stack({2000: before, 2001: after}, kind="count", zero="missing_where_region_is_all_zero")
    cells = scan({"lights": source}, [Criterion("lights", 1)])
    found = measure_regions(cells, np.ones(4, np.int32), "lights", 2001, areas_km2=cells.areas_km2())
    assert found.total[0] == 1100
    assert found.coverage[0] == pytest.approx(0.75)  # the last cell's few people may really have left


def test_quantisation_of_n_cells() -> None:
    source = stack({2000: np.full((2, 2), 3, np.uint8)}, kind="count", step=1.0)
    cells = scan({"lights": source}, [Criterion("lights", 1)])
    found = measure_regions(cells, np.ones(4, np.int32), "lights", 2000, areas_km2=cells.areas_km2())
    assert found.total_sd[0] == pytest.approx((4 / 12) ** 0.5)


def test_a_footprint_outside_is_refused() -> None:
    import pandas as pd

    source = stack({2000: np.ones((2, 2), np.uint8)})
    with pytest.raises(CityebbError) as told:
        gather_cells(source, pd.DataFrame({"city_id": ["a"], "row": [5], "first": [0], "last": [1]}))
    assert told.value.key == "measure.outside"
