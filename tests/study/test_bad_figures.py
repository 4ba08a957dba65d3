"""Figures that cannot be, in a study of one table: undetermined with its reason, or a clear error."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.model import CityebbError, Faults
from cityebb.study import execute

STUDY = """cityebb_study = 1
title = "Towns"

[read.people]
table = "towns.csv"
grade = "census"

[delineate.units]
units = "people"

[identify.people]
cities = "units"
source = "people"

[publish]
formats = ["parquet"]
languages = ["en"]
"""
YEARS = range(2010, 2018)
FALL = [50_000, 49_300, 48_100, 47_900, 46_200, 45_800, 44_100, 43_900]
RISE = [20_000, 20_900, 21_300, 22_800, 23_100, 24_700, 25_200, 26_600]


@pytest.fixture
def study(tmp_path):
    def write(courses):
        rows = [
            (code, f"town {code}", year, value)
            for code, values in courses.items()
            for year, value in zip(YEARS, values, strict=True)
        ]
        frame = pd.DataFrame(rows, columns=["code", "name", "year", "resident population"])
        frame.to_csv(tmp_path / "towns.csv", index=False)
        path = tmp_path / "study.toml"
        path.write_text(STUDY, "utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([-5, *FALL[1:]], "identify.reason.negative"),
        ([*FALL[:3], -5, *FALL[4:]], "identify.reason.negative"),
        ([0, *FALL[1:]], "identify.reason.no_baseline"),
        ([*FALL[:-1], 0], "identify.reason.zero_end"),
        ([50_000] * 8, "identify.reason.all_equal"),
        ([50_000, *[None] * 7], "identify.reason.one_year"),
    ],
)
def test_the_verdict_and_every_rule_are_undetermined_with_the_reason(study, values, reason):
    found = execute(study({"11": values, "12": RISE})).main
    verdict = found.verdicts.set_index("city_id").loc["11"]
    assert (verdict["state"], verdict["reason"]) == ("undetermined", reason)
    assert verdict[["change", "low", "high", "p"]].isna().all()
    rules = found.by_rule[found.by_rule["city_id"] == "11"]
    assert set(rules["state"]) == {"undetermined"}
    assert set(rules["reason"]) == {reason}
    assert rules[["change", "low", "high", "p"]].isna().all(axis=None)
    other = found.by_rule[(found.by_rule["city_id"] == "12") & (found.by_rule["rule"] == "two_censuses")]
    assert other["state"].tolist() == ["growing"]


@pytest.mark.parametrize(
    "values",
    [
        [*FALL[:5], 4.58, *FALL[6:]],
        [*FALL[:5], *(round(value / 1e4, 2) for value in FALL[5:])],
        [*FALL[:5], round(FALL[5] / 3 / 1e4, 2), *FALL[6:]],
    ],
)
def test_ten_thousands_among_ones_are_named(study, values):
    with pytest.raises(CityebbError) as caught:
        execute(study({"11": values, "12": RISE}))
    error = caught.value
    (told,) = error.faults if isinstance(error, Faults) else [error]
    assert told.key == "read.doubt_scale"
    assert "10,000" in str(told)
    assert "2015" in str(told)
