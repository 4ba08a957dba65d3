"""Censuses joined: nothing is dropped without being listed."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from cityebb.harmonise.censuses import COURSES, courses, join_censuses
from cityebb.model import CityebbError


def census(year, values):
    frame = pd.DataFrame({"unit_id": list(values), "value": list(map(float, values.values()))})
    return frame.assign(
        name=[f"n{unit}" for unit in values],
        year=year,
        vintage=str(year),
        indicator="people",
        concept="resident",
        grade="census",
        source="x",
        unit="people",
        coverage=1.0,
    )


def test_every_course():
    wide = pd.DataFrame(
        [[9, 8, 7, 6], [9, 8, 9, 8], [9, 8, 7, 8], [7, 8, 9, 8], [7, 8, 8, 9], [9, math.nan, 8, 7]],
        columns=[1990, 2000, 2010, 2020],
    )
    assert courses(wide).tolist() == [
        "fell_throughout", "fell_again", "came_back", "fell_newly", "rose_throughout", "unknown",
    ]  # fmt: skip
    assert set(courses(wide)) == set(COURSES)


def test_every_figure_is_joined_or_listed():
    parts = {
        2000: census(2000, {"a": 9, "b": 5, "c": 1}),
        2010: census(2010, {"a": 8, "b": math.nan, "d": 2}),
        2020: census(2020, {"a": 7, "b": 4, "d": 3}),
    }
    found = join_censuses(parts)
    assert found.wide.to_dict("index") == {"a": {2000: 9, 2010: 8, 2020: 7}}
    assert len(found.unmatched) + found.wide.size == sum(map(len, parts.values()))
    why = found.unmatched.set_index(["unit_id", "year"])["why"]
    assert why["b", 2010] == "no_figure"
    assert why["c", 2000] == "no_counterpart"


def test_a_ledger_joins_more():
    ledger = pd.DataFrame(
        {
            "event_id": ["1"],
            "date": ["2005"],
            "kind": ["merge"],
            "from_unit": ["c"],
            "to_unit": ["a"],
            "share": [1.0],
        }
    )
    parts = {2000: census(2000, {"a": 9, "c": 1}), 2010: census(2010, {"a": 8})}
    assert join_censuses(parts).wide.loc["a"].tolist() == [9, 8]
    found = join_censuses(parts, ledger=ledger)
    assert found.wide.loc["a"].tolist() == [10, 8]
    assert found.unmatched.empty


def test_one_census_is_no_course():
    with pytest.raises(CityebbError) as caught:
        join_censuses({2000: census(2000, {"a": 1})})
    assert caught.value.key == "harmonise.one_census"
