"""China's prefectures 2010–2020 beside their counties: always the city and its parts."""

from __future__ import annotations

import pytest

from cityebb.model import TOGETHER

pytestmark = pytest.mark.data("census_china", "division_codes_china", "boundaries_china")

STUDY = """
[read.prefectures]
table = "DATA/census_china/prefecture_2010_adjusted_and_raw.csv"
outside = true
concept = "resident"
grade = "census"
level = "all"

[read.counties]
table = { 2010 = "DATA/census_china/county_2010.xlsx", 2020 = "DATA/census_china/county_2020.xlsx" }
outside = true
concept = "resident"
grade = "census"
level = "county"

[read.changes]
ledger = "DATA/division_codes_china/codes_1981_2024.csv"
outside = true

[read.map]
units = "DATA/boundaries_china/counties_tianditu_wgs84.parquet"
outside = true
vintage = "2020"

[harmonise]
ledger = "changes"

[delineate.prefectures]
units = "prefectures"

[delineate.counties]
units = "counties"
outlines = "map"

[identify.cities]
cities = "prefectures"
source = "prefectures"
parts = "counties"
rules = []

[identify.counties]
cities = "counties"
source = "counties"
rules = []
"""


@pytest.fixture(scope="module")
def found(study):
    return study(STUDY).results["cities"].inside


@pytest.fixture(scope="module")
def together(found):
    return TOGETHER.check(found.together).set_index("city_id")


def test_hegang_falls_and_one_of_its_counties_grows(together):
    hegang = together.loc["230400"]
    assert (hegang["before"], hegang["after"]) == (pytest.approx(1_058_665), pytest.approx(891_271))
    assert hegang["parts_change"] == pytest.approx(hegang["change"])
    assert (hegang["parts"], hegang["shrinking_parts"], hegang["growing_parts"]) == (8, 6, 1)
    assert not hegang["differs"]


def test_yichuns_districts_were_merged_and_all_fall(together):
    # Seventeen districts of 2010 are ten units of 2020: only what is comparable on both dates is compared.
    yichun = together.loc["230700"]
    assert (yichun["parts_before"], yichun["parts_after"]) == (
        pytest.approx(1_148_126),
        pytest.approx(878_881),
    )
    assert yichun["shrinking_parts"] == yichun["parts"] == yichun["known_parts"]
    assert yichun["growing_before_share"] == 0


def test_most_falling_prefectures_have_a_growing_county(together):
    apart = together[["differs_before", "differs_after"]].abs().max(axis=1)
    whole = together[(together["parts"] == together["known_parts"]) & (apart < 1e-6)]
    down = whole[whole["state"] == "shrinking"]
    # As found by this program; no other source is known to us.
    assert (len(down), int((down["growing_parts"] > 0).sum())) == (89, 71)
    up = whole[whole["state"] == "growing"]
    assert 0.5 < (up["shrinking_parts"] > 0).mean() < 0.9


def test_sums_of_counties_make_the_nation(together):
    known = together[together["known_parts"] > 0]
    total = known[["parts_before", "parts_after"]].sum()
    assert 1.1e9 < total["parts_before"] < 1.34e9
    assert 1.1e9 < total["parts_after"] < 1.42e9


def test_a_prefecture_may_fall_while_its_inner_half_grows(found):
    judged = found.cities[found.cities["reason"].str.endswith("judged")]
    hidden = judged[(judged["change"] < 0) & (judged["core_change"] > 0)].set_index("city_id")
    # Cangzhou and Xianyang are among them.
    assert {"130900", "610400"} <= set(hidden.index)
    assert (hidden["edge_change"] < hidden["change"]).all()


def test_what_belongs_nowhere_is_counted(found):
    assert found.asked["outside"] < 150
    assert found.asked["across"] < 10
