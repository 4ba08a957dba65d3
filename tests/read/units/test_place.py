"""A layer's coordinate system against its numbers: what is refused, and with which guess."""

from __future__ import annotations

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from cityebb.model import CityebbError
from cityebb.read import read_units
from cityebb.read.units import guess_crs
from cityebb.words import using

HEGANG = (130.0, 47.0, 130.6, 47.6)
"""West, south, east, north of a layer in Heilongjiang, degrees."""


def layer(bounds, crs, codes=("230407",)):
    return gpd.GeoDataFrame({"code": list(codes)}, geometry=[box(*bounds)] * len(codes), crs=crs)


def numbers_in(crs, bounds=HEGANG):
    """Return the bounds of a layer as a program would write them in another system."""
    return layer(bounds, "EPSG:4326").to_crs(crs).total_bounds


def swap(bounds):
    return (bounds[1], bounds[0], bounds[3], bounds[2])


def refused(tmp_path, frame):
    frame.to_parquet(tmp_path / "map.parquet")
    with using("en"), pytest.raises(CityebbError) as caught:
        read_units(tmp_path / "map.parquet", vintage=2020)
    with using("en"):
        assert "Set crs" in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("real", "said", "guess"),
    [
        # Metres that say they are degrees.
        ("EPSG:32652", "EPSG:4326", "zone"),
        ("EPSG:4532", "EPSG:4326", "EPSG:4532"),  # CGCS2000, 3° zone 44: x ≈ 44,300,000
        ("EPSG:4500", "EPSG:4326", "EPSG:4500"),  # CGCS2000, 6° zone 22: x ≈ 22,500,000
        ("EPSG:3857", "EPSG:4326", "EPSG:3857"),
        ("EPSG:32652", "EPSG:4490", "zone"),
        # Metres of one system that say they are of another.
        ("EPSG:4532", "EPSG:3857", "EPSG:4532"),
        ("EPSG:4532", "EPSG:4553", "EPSG:4532"),  # the same zone without its number
        ("EPSG:4553", "EPSG:4532", "zone"),
        ("EPSG:4532", "EPSG:32652", "EPSG:4532"),
        ("EPSG:3857", "EPSG:32652", "EPSG:3857"),
        ("EPSG:3857", "EPSG:4532", "EPSG:3857"),
        # Degrees that say they are metres.
        ("EPSG:4326", "EPSG:3857", "EPSG:4326"),
        ("EPSG:4326", "EPSG:4532", "EPSG:4326"),
    ],
)
def test_a_system_that_the_numbers_contradict(tmp_path, real, said, guess):
    found = refused(tmp_path, layer(numbers_in(real), said))
    assert (found.key, found.values["crs"]) == ("read.units_wrong_crs", said)
    assert guess in found.values["guess"]


@pytest.mark.parametrize("crs", [None, "EPSG:4326", "EPSG:4490"])
@pytest.mark.parametrize(
    ("bounds", "codes"),
    [
        (HEGANG, ("230407",)),  # 130 is no latitude
        ((75.5, 39.0, 76.5, 40.0), ("653101", "653121")),  # Kashgar: 76 might be one, but not of China
        ((75.5, 39.0, 76.5, 40.0), ("653101001", "653121200")),
    ],
)
def test_latitude_first(tmp_path, bounds, codes, crs):
    found = refused(tmp_path, layer(swap(bounds), crs, codes))
    assert found.key == ("read.units_no_crs" if crs is None else "read.units_wrong_crs")
    assert "latitude first" in found.values["guess"]


@pytest.mark.parametrize("said", ["EPSG:4326", "EPSG:4532"])
def test_northing_first_with_the_number_of_the_zone(tmp_path, said):
    found = refused(tmp_path, layer(swap(numbers_in("EPSG:4532")), said))
    assert found.values["guess"] == "EPSG:4532 with the northing first: swap the axes"


@pytest.mark.parametrize(
    ("bounds", "crs", "codes"),
    [
        (HEGANG, "EPSG:32652", ("230407",)),
        (HEGANG, "EPSG:32650", ("230407",)),  # two zones off is bad taste, not a fault
        (HEGANG, "EPSG:4532", ("230407",)),
        (HEGANG, "EPSG:4553", ("230407",)),
        (HEGANG, "EPSG:3857", ("230407",)),
        (HEGANG, "EPSG:4490", ("230407",)),
        ((73.5, 18.2, 135.0, 53.5), "EPSG:32648", ("230407",)),  # all of China in one zone
        ((75.5, 39.0, 76.5, 40.0), "EPSG:4326", ("653101",)),
        ((10.0, 74.0, 35.0, 81.0), "EPSG:4326", ("2111",)),  # Svalbard lies where Kashgar would, swapped
        ((16.0, 52.0, 17.0, 53.0), "EPSG:4326", ("146501",)),  # a code of Poland that begins like Tianjin's
        ((-63.2, -21.4, 55.9, 70.1), "EPSG:3035", ("FRY",)),  # Europe with what lies overseas
        ((-9.5, 36.0, 3.3, 43.8), "EPSG:25830", ("28079",)),
        ((176.0, -44.0, 178.0, -38.0), "EPSG:2193", ("076",)),  # its area goes on past 180°
        (HEGANG, "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105", ("230407",)),
    ],
)
def test_a_system_that_fits_is_taken(tmp_path, bounds, crs, codes):
    layer(bounds, "EPSG:4326", codes).to_crs(crs).to_parquet(tmp_path / "map.parquet")
    west, south, east, north = read_units(tmp_path / "map.parquet", vintage=2020).units.total_bounds
    assert (west + east) / 2 == pytest.approx((bounds[0] + bounds[2]) / 2, abs=1)
    assert (south + north) / 2 == pytest.approx((bounds[1] + bounds[3]) / 2, abs=2)


@given(st.floats(74, 134), st.floats(19, 52))
def test_the_zone_guessed_brings_the_layer_back(lon, lat):
    bounds = (lon, lat, lon + 0.2, lat + 0.2)
    for width, code in ((3, 4513 - 25), (6, 4491 - 13)):
        zone = round(lon / 3) if width == 3 else int(lon // 6) + 1
        crs = f"EPSG:{code + zone}"
        assert crs in guess_crs(*numbers_in(crs, bounds)).split(" / ")
