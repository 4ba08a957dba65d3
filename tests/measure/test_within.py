"""Which units are parts of which city."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from cityebb.measure import within_by_code, within_by_outline


def by_code(parts, cities, **more):
    return within_by_code(pd.Index(parts), pd.Index(cities), **more).set_index("part_id")


@pytest.mark.parametrize(
    ("part", "city"),
    [
        ("230404", "230400"),  # Hegang's district
        ("230404001", "230400"),  # its township
        ("371002", "371000"),
        ("371202", None),  # the code of Weihai begins 3710, not 371
        ("429004", None),  # under the province directly
        ("DE212", "DE21"),
        ("DE2", None),
    ],
)
def test_the_code_begins_with_the_citys(part, city):
    found = by_code([part], ["230400", "370800", "371000", "371100", "420100", "DE21", "DE22"]).loc[part]
    assert (None if pd.isna(found["city_id"]) else found["city_id"]) == city
    assert found["lies"] == ("inside" if city else "outside")


def test_the_longest_beginning_counts():
    assert by_code(["230404001"], ["230000", "230400", "230404"]).loc["230404001", "city_id"] == "230404"


def test_of_units_put_together_the_latest_codes_count():
    members = pd.DataFrame(
        {
            "group_id": ["g", "g", "h", "h"],
            "unit_id": ["340422", "340421", "230101", "230201"],
            "name": "x",
            "vintage": ["2010", "2020", "2020", "2020"],
        }
    )
    found = by_code(["g", "h"], ["340400", "230100", "230200"], of_parts=members)
    assert found.loc["g", "city_id"] == "340400"
    assert found.loc["h", "lies"] == "across"
    assert pd.isna(found.loc["h", "city_id"])


def test_cities_put_together_hold_the_parts_of_all():
    members = pd.DataFrame({"group_id": "c", "unit_id": ["230100", "230200"], "name": "x", "vintage": "2020"})
    found = by_code(["230101", "230201"], ["c"], of_cities=members)
    assert found["city_id"].tolist() == ["c", "c"]


@given(st.lists(st.from_regex(r"[A-Z]{2}[0-9]{1,3}", fullmatch=True), unique=True, min_size=1, max_size=9))
def test_a_part_is_named_once_in_its_order(codes):
    found = within_by_code(pd.Index(codes), pd.Index(["AA", "BB1"]))
    assert found["part_id"].tolist() == codes
    assert all(
        code.startswith(city)
        for code, city in zip(codes, found["city_id"], strict=True)
        if isinstance(city, str)
    )


def frame(**shapes):
    return gpd.GeoDataFrame(index=list(shapes), geometry=list(shapes.values()), crs="EPSG:4326")


def test_by_outline():
    cities = frame(one=box(0, 0, 2, 2), two=box(2, 0, 4, 2), over=box(3, 0, 5, 2))
    parts = frame(a=box(0, 0, 1, 1), b=box(3.2, 0, 3.8, 1), c=box(9, 9, 10, 10), d=None)
    found = within_by_outline(parts, cities).set_index("part_id")
    assert found["lies"].to_dict() == {"a": "inside", "b": "across", "c": "outside", "d": "outside"}
    assert found["city_id"].dropna().to_dict() == {"a": "one"}
