"""A figure carried forward shows neither shrinking nor growing; a count takes the error of counting."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cityebb.identify import IdentifyParameters, identify, summarise
from cityebb.identify.counted import COUNT_ERRORS
from cityebb.model import GRADES, may_show_shrinking


def judge(values, grades, *, threshold=None, plain=0.0):
    """Judge units with one figure a year; ``grades`` by year."""
    years = sorted(grades)
    ids = [f"u{place}" for place in range(len(values))]
    panel = pd.DataFrame(
        [
            (unit, year, "people_sum", "book", value, np.nan, 1.0, "people", "resident", grades[year])
            for unit, row in zip(ids, values, strict=True)
            for year, value in zip(years, row, strict=True)
        ],
        columns=[
            "city_id",
            "year",
            "indicator",
            "source",
            "value",
            "sd",
            "coverage",
            "unit",
            "concept",
            "grade",
        ],
    )
    frame = pd.DataFrame(
        {"size_class": "unknown", "definition": "units", "boundary_vintage": "2020", "country": None},
        index=pd.Index(ids, name="city_id"),
    )
    rule = IdentifyParameters(cities="units", source="book", threshold=threshold, plain_threshold=plain)
    found = identify(
        panel, frame, rule, indicator="people", years=years, era_years=years, specification="default"
    )
    return found.set_index("city_id"), summarise(found, frame)


CENSUS = {2010: "census", 2020: "census"}


def test_a_count_falls_by_more_than_its_error():
    found, summary = judge([(1000.0, 840.0), (1000.0, 999.0), (1000.0, 1100.0)], CENSUS)
    assert found["state"].tolist() == ["shrinking", "stable", "growing"]
    assert found["noise_from"].unique().tolist() == ["grade"]
    assert found["noise"].tolist() == [COUNT_ERRORS["census"]] * 3
    assert summary.iloc[0][["cities", "shrinking", "plain_down", "plain_up"]].tolist() == [3, 1, 2, 1]


@pytest.mark.parametrize("grade", ["yearbook", "modelled", "unknown"])
def test_what_is_carried_forward_calls_nothing(grade):
    yearly = dict.fromkeys(range(2010, 2021), grade)
    rows = [[1000.0 * (1 - 0.05) ** step for step in range(11)], [1000.0 * 1.05**step for step in range(11)]]
    rows += [[1000.0 + 3 * (-1) ** step for step in range(11)]] * 40
    found, _ = judge(rows, yearly)
    assert set(found["state"]) <= {"undetermined", "stable"}
    assert found["plain"].tolist()[:2] == ["down", "up"]
    assert found["reason"].tolist()[:2] == ["identify.reason.grade"] * 2


def test_one_end_carried_forward_is_enough():
    assert judge([(1000.0, 500.0)], {2010: "census", 2019: "yearbook"})[0]["state"].tolist() == [
        "undetermined"
    ]


def test_counts_take_single_years_however_many():
    years = dict.fromkeys(range(2010, 2018), "register")
    found, _ = judge([[100.0, 300, 300, 300, 300, 300, 300, 50]], years)
    assert (found["start"].iloc[0], found["end"].iloc[0]) == ("2010", "2017")
    assert found["change"].iloc[0] == pytest.approx(-0.5)


def test_zero_threshold_means_any_fall_beyond_doubt():
    found, _ = judge([(1000.0, 980.0), (1000.0, 999.0), (1000.0, 1000.0)], CENSUS, threshold=0)
    assert found["state"].tolist() == ["shrinking", "undetermined", "undetermined"]
    assert found["plain"].tolist() == ["down", "down", "between"]


def test_every_grade_says_whether_it_may_show_shrinking():
    assert [grade for grade in GRADES if not may_show_shrinking(grade)] == ["yearbook", "modelled", "unknown"]
