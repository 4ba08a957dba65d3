"""Cities of two definitions, small enough to link in one's head."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from cityebb.delineate import link_cities
from cityebb.delineate.links import plain_name
from cityebb.model import CityebbError


def cities(**columns):
    told = {"name_zh": None, "name_en": None, "country": None, "lon": None, "lat": None, "geometry": None}
    frame = gpd.GeoDataFrame({**told, **columns}, crs="EPSG:4326").set_index("city_id")
    frame[["lon", "lat"]] = frame[["lon", "lat"]].astype("float64")
    return frame


def found(links):
    return {city: (other, way) for city, other, way in links[["city_id", "other_id", "linked_by"]].to_numpy()}


def test_a_town_is_of_the_county_in_which_most_of_it_lies():
    town = cities(city_id=["t"], geometry=[box(0, 0, 1, 1)])
    counties = cities(city_id=["a", "b"], geometry=[box(-5, -5, 0.3, 5), box(0.3, -5, 5, 5)])
    links = link_cities(town, counties)
    assert found(links) == {"t": ("b", "outline")}
    assert links["city_share"].iloc[0] == pytest.approx(0.7, abs=1e-3)
    assert links["other_share"].iloc[0] < 0.05


def test_a_county_answers_with_its_largest_town():
    county = cities(city_id=["c"], geometry=[box(0, 0, 10, 10)])
    towns = cities(city_id=["small", "large"], geometry=[box(1, 1, 2, 2), box(5, 5, 8, 8)])
    links = link_cities(county, towns)
    assert found(links) == {"c": ("large", "outline")}
    assert links["candidates"].tolist() == [2]


def test_neighbours_that_only_touch_are_not_linked():
    left, right = (cities(city_id=[name], geometry=[box(x, 0, x + 1, 1)]) for name, x in (("a", 0), ("b", 1)))
    assert len(link_cities(left, right)) == 0


def test_codes_of_one_system_come_before_outlines():
    mine = cities(city_id=["1", "2"], geometry=[box(0, 0, 1, 1), box(2, 0, 3, 1)])
    theirs = cities(city_id=["1", "2"], geometry=[box(2, 0, 3, 1), box(0, 0, 1, 1)])
    assert found(link_cities(mine, theirs)) == {"1": ("1", "id"), "2": ("2", "id")}


def test_a_few_equal_codes_of_two_systems_say_nothing():
    mine = cities(city_id=["1", "x", "y", "z"], name_en=["A", "B", "C", "D"])
    theirs = cities(city_id=["1", "p", "q", "r"], name_en=["D", "A", "X", "Y"])
    assert found(link_cities(mine, theirs)) == {"1": ("p", "name"), "z": ("1", "name")}


def test_places_in_an_outline_and_near_a_place():
    wide = cities(city_id=["w"], geometry=[box(0, 0, 1, 1)], lon=[0.5], lat=[0.5])
    places = cities(city_id=["far", "near", "out"], lon=[0.9, 0.52, 3.0], lat=[0.9, 0.5, 3.0])
    assert found(link_cities(wide, places)) == {"w": ("near", "point")}
    assert found(link_cities(places, wide)) == {"far": ("w", "point"), "near": ("w", "point")}
    bare = cities(city_id=["p"], lon=[0.45], lat=[0.5])
    assert found(link_cities(bare, places, within_km=10)) == {"p": ("near", "point")}
    assert len(link_cities(bare, places, within_km=1)) == 0


def test_a_place_across_180_degrees_is_near():
    one, other = (
        cities(city_id=["a"], lon=[179.99], lat=[0.0]),
        cities(city_id=["b"], lon=[-179.99], lat=[0.0]),
    )
    links = link_cities(one, other, within_km=5)
    assert links["distance_km"].iloc[0] == pytest.approx(2.2, abs=0.05)


def test_names_may_lack_the_word_for_what_it_is_but_not_differ_in_it():
    mine = cities(city_id=["1", "2", "3"], name_zh=["鹤岗", "朝阳市", "海伦市"])
    theirs = cities(city_id=["a", "b", "c"], name_zh=["鹤岗市", "朝阳区", "海伦市"])
    assert found(link_cities(mine, theirs)) == {"1": ("a", "name"), "3": ("c", "name")}


def test_a_name_that_two_bear_links_nobody():
    mine = cities(city_id=["1"], name_en=["Yichun"])
    theirs = cities(city_id=["a", "b"], name_en=["Yichun", "Yichun"])
    assert len(link_cities(mine, theirs)) == 0


def test_a_name_of_another_country_is_another_name():
    mine = cities(city_id=["1"], name_en=["Georgetown"], country=["GY"])
    theirs = cities(city_id=["a"], name_en=["Georgetown"], country=["US"])
    assert len(link_cities(mine, theirs)) == 0


def test_stated_pairs_win_and_must_be_there():
    mine, theirs = cities(city_id=["1", "2"]), cities(city_id=["1", "2"])
    pair = pd.DataFrame({"city_id": ["1"], "other_id": ["2"]})
    assert found(link_cities(mine, theirs, stated=pair))["1"] == ("2", "stated")
    with pytest.raises(CityebbError, match="x"):
        link_cities(mine, theirs, stated=pair.assign(other_id="x"))


def test_nothing_to_link():
    assert len(link_cities(cities(city_id=["1"]), cities(city_id=[]))) == 0


@given(st.permutations(range(4)), st.permutations(range(4)))
def test_the_order_of_rows_is_irrelevant(first, second):
    mine = cities(city_id=list("abcd"), geometry=[box(x, 0, x + 1, 1) for x in range(4)])
    theirs = cities(city_id=list("pqrs"), geometry=[box(x - 0.2, 0, x + 0.8, 1) for x in range(4)])
    straight = found(link_cities(mine, theirs))
    assert found(link_cities(mine.iloc[list(first)], theirs.iloc[list(second)])) == straight
    assert straight == {
        "a": ("p", "outline"),
        "b": ("q", "outline"),
        "c": ("r", "outline"),
        "d": ("s", "outline"),
    }


def test_plain_names():
    assert plain_name("延边朝鲜族自治州") == "延边朝鲜族"
    assert plain_name("沙市") == "沙市"  # nothing would be left but one sign


def test_outlines_in_metres_hold_places_in_degrees():
    wide = cities(city_id=["w"], geometry=[box(10, 10, 11, 11)]).to_crs("EPSG:3857")
    inside = cities(city_id=["in", "out"], lon=[10.5, 0.5], lat=[10.5, 0.5])
    assert found(link_cities(wide, inside)) == {"w": ("in", "point")}


def test_an_empty_outline_is_none():
    assert len(link_cities(cities(city_id=["a"], geometry=[Polygon()]), cities(city_id=["b"]))) == 0


def test_two_cities_of_one_id_are_refused():
    with pytest.raises(CityebbError, match="a"):
        link_cities(cities(city_id=["a", "a"]), cities(city_id=["b"]))
