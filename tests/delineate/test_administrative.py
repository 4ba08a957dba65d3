"""Units of a table as cities, with and without outlines."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from cityebb.delineate import AdministrativeParameters, administrative_cities, tell_map
from cityebb.model import CITIES, CityebbError


@pytest.fixture
def counts():
    return pd.DataFrame(
        {
            "unit_id": ["02", "01", "02", "01"],
            "name": ["Old", "One", "New", None],
            "year": [2010, 2010, 2020, 2020],
            "value": [1.0, 2.0, 3.0, np.nan],
        }
    )


def test_units_without_outlines(counts):
    cities = administrative_cities(counts, name="prefectures", vintage="2020", country="CN")
    CITIES.check(cities)
    assert cities.index.tolist() == ["01", "02"]
    assert cities["name_zh"].tolist() == ["One", "New"]
    assert cities["size_class"].tolist() == ["unknown"] * 2
    assert cities["area_km2"].isna().all()
    assert cities.geometry.isna().all()


def test_units_with_outlines(counts):
    layer = gpd.GeoDataFrame(geometry=[box(0, 0, 0.01, 0.01)], index=["02"], crs="EPSG:4326")
    cities = administrative_cities(counts, layer, name="u", vintage="2020")
    CITIES.check(cities)
    # A hundredth of a degree at the equator is 1.113 km by 1.106 km.
    assert cities.loc["02", "area_km2"] == pytest.approx(1.2309, abs=1e-3)
    assert cities["size_class"].tolist() == ["unknown", "<5"]
    assert np.isnan(cities.loc["01", "lon"])
    assert cities.loc["02", "lon"] == pytest.approx(0.005)


def test_parameters_refuse_what_they_do_not_know():
    with pytest.raises(ValueError, match="extra"):
        AdministrativeParameters(units="a", where={"b": 1})


@pytest.mark.parametrize(
    ("table", "layer"), [(["01001", "01002"], ["1001", "1002"]), (["1001", "1002"], ["01001", "01002"])]
)
def test_leading_zeros_that_a_spreadsheet_took_hide_no_outline(counts, table, layer):
    rows = counts.iloc[:2].assign(unit_id=table)
    shapes = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], index=layer, crs="EPSG:4326")
    cities = administrative_cities(rows, shapes, name="u", vintage="2020")
    assert cities.index.tolist() == table
    assert cities["area_km2"].notna().all()
    assert tell_map(cities, shapes, "map") == ()


@pytest.mark.parametrize(
    ("there", "key"), [([], "delineate.unmapped_all"), (["01001"], "delineate.unmapped")]
)
def test_units_without_an_outline_are_told(counts, there, key):
    rows = counts.iloc[:2].assign(unit_id=["01001", "01002"])
    codes = [*there, "99001"]
    shapes = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)] * len(codes), index=codes, crs="EPSG:4326")
    cities = administrative_cities(rows, shapes, name="u", vintage="2020")
    (note,) = tell_map(cities, shapes, "map")
    assert note.key == key


@pytest.mark.parametrize("country", ["ZZ", "cn", "China"])
def test_a_country_that_is_none(country):
    with pytest.raises(CityebbError) as caught:
        AdministrativeParameters(units="people", country=country)
    assert caught.value.key == "delineate.country_unknown"


def places(counts, names=("a", "b", "c", "d"), codes=("110101", "110102", "110105", "110106"), at=(116, 40)):
    rows = pd.concat([counts.iloc[:1]] * 4, ignore_index=True).assign(unit_id=list(codes), name=list(names))
    shapes = gpd.GeoDataFrame(
        {"name": ["a", "b", "c", "d"]},
        geometry=[box(at[0] + 0.1 * n, at[1], at[0] + 0.1 * (n + 1), at[1] + 0.1) for n in range(4)],
        index=list(codes),
        crs="EPSG:4326",
    )
    cities = administrative_cities(rows, shapes, name="u", vintage="2020", country="CN")
    return [note.key for note in tell_map(cities, shapes, "map")]


def test_what_is_odd_in_a_map_is_told(counts):
    assert places(counts) == []
    assert places(counts, at=(40, 80)) == ["delineate.elsewhere"]
    assert places(counts, names=("b", "a", "d", "c")) == ["delineate.misnamed"]
    assert places(counts, names=("b", "a", "c", "d")) == []
    assert places(counts, codes=("110101.5", "110102", "110105", "110106")) == ["delineate.odd_codes"]
