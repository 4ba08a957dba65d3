"""Verdicts from light where lamps were replaced: which are withheld, and when."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from cityebb.grids import Grid
from cityebb.identify import lamps_in_cells, lamps_in_outlines, locate_lamps, withhold_lamps

CITIES = gpd.GeoDataFrame(
    {
        "lon": [0.5, 2.5, 4.5],
        "lat": [0.5, 0.5, 0.5],
        "name_zh": ["甲", "乙", "甲"],
        "name_en": ["A", "B", None],
    },
    index=pd.Index(["1", "2", "3"], name="city_id"),
    geometry=[box(left, 0, left + 1, 1) for left in (0, 2, 4)],
    crs="EPSG:4326",
)


def lamps(*rows):
    names = ["lon", "lat", "city_id", "name", "first", "last"]
    frame = pd.DataFrame(rows, columns=names)
    frame[["city_id", "name"]] = frame[["city_id", "name"]].astype(object)
    return frame.assign(row=range(2, len(rows) + 2), note=None, source=None)


def verdicts(state="shrinking", start="2013–2015", end="2020–2022", indicator="light"):
    return pd.DataFrame(
        {
            "city_id": ["1"],
            "indicator": indicator,
            "start": start,
            "end": end,
            "state": state,
            "reason": "before",
        }
    )


def declared(first, last, city="1"):
    return pd.DataFrame({"city_id": [city], "first": [first], "last": [last]})


@pytest.mark.parametrize("state", ["shrinking", "stable"])
def test_a_fall_and_light_that_stood_are_withheld(state):
    found = withhold_lamps(verdicts(state), declared(2017, 2017)).iloc[0]
    assert found["state"] == "undetermined"
    assert found["reason"] == "identify.reason.lamps"


@pytest.mark.parametrize("state", ["growing", "undetermined"])
def test_a_rise_stands_and_what_is_undetermined_keeps_its_reason(state):
    found = withhold_lamps(verdicts(state), declared(2017, 2017)).iloc[0]
    assert (found["state"], found["reason"]) == (state, "before")


@pytest.mark.parametrize("change", [{"indicator": "people"}, {"city": "2"}])
def test_other_figures_and_other_cities_are_left_alone(change):
    told = verdicts(indicator=change.get("indicator", "light"))
    assert withhold_lamps(told, declared(2017, 2017, change.get("city", "1")))["state"].tolist() == [
        "shrinking"
    ]


@given(first=st.integers(2000, 2030), length=st.integers(0, 12))
def test_what_was_over_before_or_began_after_touches_nothing(first, length):
    meets = any(2013 <= year <= 2022 for year in range(first, first + length + 1))
    found = withhold_lamps(verdicts(), declared(first, first + length))["state"].iloc[0]
    assert (found == "undetermined") == meets
    single = withhold_lamps(verdicts(start="2013", end="2022"), declared(first, first + length))
    assert single["state"].iloc[0] == found


def test_several_replacements_in_a_city_and_any_index():
    told = verdicts().set_axis([7])
    both = pd.concat([declared(2000, 2001), declared(2014, 2014)])
    assert withhold_lamps(told, both)["state"].to_dict() == {7: "undetermined"}


def test_places_by_degrees_id_and_name():
    told = lamps(
        [0.2, 0.2, None, None, 2015, 2015],
        [np.nan, np.nan, "2", None, 2016, 2016],
        [np.nan, np.nan, None, "B", 2017, 2017],
        [np.nan, np.nan, None, "乙 B", 2018, 2018],
        [9.0, 9.0, None, None, 2019, 2019],
        [np.nan, np.nan, "8", "B", 2020, 2020],
        [np.nan, np.nan, None, "丙", 2021, 2021],
        [np.nan, np.nan, None, "甲", 2022, 2022],
    )
    located, lost = locate_lamps(told, CITIES)
    assert lost["first"].tolist() == [2020, 2021]
    found = lamps_in_outlines(located, CITIES)
    assert sorted(found[["city_id", "first"]].to_numpy().tolist()) == [
        ["1", 2015], ["1", 2022], ["2", 2016], ["2", 2017], ["2", 2018], ["3", 2022],
    ]  # fmt: skip
    grid = Grid("EPSG:4326", (1.0, 0.0, 0.0, 0.0, -1.0, 1.0), (1, 6))
    cells = np.array([4, 0, 2])
    by_cell = lamps_in_cells(
        located, grid, np.zeros(3, np.int64), cells, np.array([3, 1, 2]), list(CITIES.index)
    )
    columns = ["city_id", "row", "first", "last"]
    assert sorted(by_cell[columns].to_numpy().tolist()) == sorted(found[columns].to_numpy().tolist())


def test_nothing_declared_and_no_city():
    located, lost = locate_lamps(lamps(), CITIES)
    assert len(located) == len(lost) == 0
    assert len(lamps_in_outlines(located, CITIES)) == 0
    grid = Grid("EPSG:4326", (1.0, 0.0, 0.0, 0.0, -1.0, 1.0), (1, 6))
    nothing = np.zeros(0, np.int64)
    one, _ = locate_lamps(lamps([0.5, 0.5, None, None, 2015, 2015]), CITIES)
    assert len(lamps_in_cells(one, grid, nothing, nothing, nothing, [])) == 0
    assert withhold_lamps(verdicts(), lamps_in_outlines(located, CITIES))["state"].tolist() == ["shrinking"]
