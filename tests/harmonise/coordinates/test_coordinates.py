"""Shifted coordinates: there and back, recognised, and doubt admitted."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from cityebb.harmonise import coordinates as co
from cityebb.harmonise.coordinates.recognise import _metres
from cityebb.model import CityebbError


def apart_m(lon, lat, other_lon, other_lat):
    own = np.column_stack([np.ravel(lon), np.ravel(lat)])
    return np.hypot(*_metres(own, np.column_stack([np.ravel(other_lon), np.ravel(other_lat)])).T)


GRID = np.meshgrid(np.arange(73.5, 135.2, 0.25), np.arange(3.5, 53.7, 0.25))
WAYS = [(co.wgs84_to_gcj02, co.gcj02_to_wgs84), (co.wgs84_to_bd09, co.bd09_to_wgs84)]


@pytest.mark.parametrize(("there", "back"), WAYS)
def test_there_and_back_over_all_china_is_within_a_centimetre(there, back):
    shifted = there(*GRID)
    assert apart_m(*shifted, *GRID).min() > 20
    assert apart_m(*back(*shifted), *GRID).max() < 0.01


@pytest.mark.parametrize(("there", "back"), WAYS)
@given(lon=st.floats(73.6, 135.1), lat=st.floats(3.5, 53.6))
def test_there_and_back_anywhere(there, back, lon, lat):
    assert apart_m(*back(*there(lon, lat)), lon, lat).item() < 0.01


@given(lon=st.floats(-180, 71.9), lat=st.floats(-90, 90))
def test_outside_china_nothing_moves(lon, lat):
    for datum in ("gcj02", "bd09"):
        for way in (("wgs84", datum), (datum, "wgs84")):
            assert [float(v) for v in co.convert(lon, lat, *way)] == [lon, lat]


def test_a_point_known_from_elsewhere():
    lon, lat = co.wgs84_to_gcj02(116.397, 39.909)
    assert lon == pytest.approx(116.4032, abs=1e-4)
    assert lat == pytest.approx(39.9104, abs=1e-4)


def test_missing_stays_missing():
    assert np.isnan(co.gcj02_to_wgs84([np.nan, 120.0], [30.0, 30.0])[0]).tolist() == [True, False]


def test_a_strange_datum_is_refused():
    with pytest.raises(CityebbError) as error:
        co.convert(1, 1, "wgs84", "cgcs2000")
    assert error.value.key == "harmonise.datum_unknown"


def towns(step=1.0, origin=(120.0, 40.0)):
    lon, lat = np.meshgrid(origin[0] + step * np.arange(6), origin[1] + step * np.arange(5))
    points = gpd.points_from_xy(lon.ravel(), lat.ravel())
    return gpd.GeoDataFrame({"code": [str(i) for i in range(30)]}, geometry=points, crs="EPSG:4326")


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
@pytest.mark.parametrize("column", ["code", None])
def test_each_datum_is_recognised(datum, column):
    true = towns()
    found = co.recognise(co.transform_geometry(true, "wgs84", datum), true, column=column)
    assert found.verdict == datum
    assert found.units == 30
    assert found.residual_m[datum] < 0.01
    assert datum.upper()[:2] in found.note.text("en").upper()


def test_one_shift_for_all_is_no_datum():
    true = towns()
    found = co.recognise(true.set_geometry(true.translate(0.004, 0.0)), true, column="code")
    assert found.verdict == "constant"
    assert found.east_m == pytest.approx(0.004 * 111320 * np.cos(np.deg2rad(42)), rel=0.02)


def test_outside_china_nobody_can_tell():
    true = towns(origin=(2.0, 48.0))
    assert co.recognise(true, true, column="code").verdict == "undetermined"


def test_noise_larger_than_the_shift_is_admitted():
    rng = np.random.default_rng(1)
    true = towns()
    moved = gpd.points_from_xy(
        *(np.column_stack([true.geometry.x, true.geometry.y]) + rng.normal(0, 0.02, (30, 2))).T
    )
    assert co.recognise(true.set_geometry(moved, crs=true.crs), true, column="code").verdict == "undetermined"


def test_too_few_units_are_refused():
    true = towns()
    with pytest.raises(CityebbError) as error:
        co.recognise(true.iloc[:4], true, column="code")
    assert error.value.key == "harmonise.coordinates_few"


@pytest.mark.parametrize(
    ("point", "crs", "key"),
    [
        (Point(120, 40), None, "harmonise.layer_no_crs"),
        (Point(500000, 4400000), "EPSG:4326", "harmonise.layer_crs_contradicts"),
        (Point(500000, 4400000), "EPSG:32651", "harmonise.layer_not_degrees"),
        (Point(120, 40), "EPSG:3857", "harmonise.layer_crs_contradicts"),
    ],
)
def test_a_crs_missing_or_contradicted_is_refused_with_a_guess(point, crs, key):
    with pytest.raises(CityebbError) as error:
        co.transform_geometry(gpd.GeoDataFrame(geometry=[point], crs=crs), "gcj02", "wgs84")
    assert error.value.key == key
    assert error.value.values["guess"]


def test_other_columns_and_rows_stay():
    true = towns().iloc[::-1]
    moved = co.transform_geometry(true, "wgs84", "gcj02")
    assert moved.index.equals(true.index)
    assert moved["code"].tolist() == true["code"].tolist()


@pytest.mark.data("boundaries_china")
def test_the_heilongjiang_layer_is_gcj02(data):
    folder = data / "boundaries_china"
    reference = gpd.read_parquet(folder / "counties_tianditu_wgs84.parquet")
    layer = gpd.read_parquet(folder / "heilongjiang_counties_cnmaps_gcj02.parquet")
    found = co.recognise(
        layer, reference, column="adcode", reference_column="district_adcode", crs="EPSG:32652"
    )
    assert found.verdict == "gcj02"
    assert found.units == 121
    assert found.east_m == pytest.approx(559, abs=1)
    assert found.north_m == pytest.approx(225, abs=1)
    assert found.residual_m["gcj02"] < 100 < found.residual_m["wgs84"] / 5
    back = co.transform_geometry(layer, "gcj02", "wgs84")
    again = co.recognise(back, reference, column="adcode", reference_column="district_adcode")
    assert again.verdict == "wgs84"
    nearest = co.recognise(layer, reference)
    assert nearest.verdict == "gcj02"


@pytest.mark.data("boundaries_china")
def test_mapchina_is_wgs84(data):
    folder = data / "boundaries_china"
    reference = gpd.read_parquet(folder / "counties_tianditu_wgs84.parquet")
    layer = gpd.read_parquet(folder / "counties_mapchina_2019.parquet")
    layer = layer[layer["Code_County"].str.startswith("23")]
    found = co.recognise(
        layer, reference, column="Code_County", reference_column="district_adcode", crs="EPSG:32652"
    )
    assert (found.verdict, found.units) == ("wgs84", 113)
    assert found.east_m == pytest.approx(4, abs=1)
    assert found.north_m == pytest.approx(-24, abs=1)
