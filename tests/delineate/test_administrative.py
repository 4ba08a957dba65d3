"""Units of a table as cities, with and without outlines."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from cityebb.delineate import AdministrativeParameters, administrative_cities
from cityebb.model import CITIES


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
