"""People of Europe on the 1 km grid: cities that fall and rise, and countries that are only not there."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.data("population_europe")

STUDY = """
[read.people]
files = "DATA/population_europe/population_{year}_1km.tif"
indicator = "people"
outside = true
[delineate.inhabited]
where = { people = 300 }
[identify.decade]
cities = "inhabited"
source = "people"
start = 2011
end = 2021
[identify.default]
cities = "inhabited"
source = "people"
"""
ABSENT = ("AL", "BA", "ME", "MK", "RS", "XK")


@pytest.fixture(scope="module")
def outcome(study):
    return study(STUDY)


@pytest.fixture(scope="module")
def decade(outcome, judged):
    return judged(outcome.results["decade"])


@pytest.mark.parametrize(
    ("name", "chinese", "change", "state"),
    [
        ("Hoyerswerda", "霍耶斯韦达", -0.162, "shrinking"),
        ("Suhl", "苏尔", -0.107, "shrinking"),
        ("Leipzig", "莱比锡", 0.161, "growing"),
        ("Munich", "慕尼黑", 0.083, "growing"),
    ],
)
def test_german_cities_are_found_by_name_and_change_as_known(decade, name, chinese, change, state):
    (row,) = decade[(decade["name_en"] == name) & (decade["country"] == "DE")].to_dict("records")
    assert row["name_zh"] == chinese
    assert row["change"] == pytest.approx(change, abs=0.0005)
    assert row["state"] == state


def test_a_country_that_is_there_in_one_year_only_has_not_shrunk(decade):
    absent = decade[decade["country"].isin(ABSENT)]
    assert len(absent) > 300
    assert set(absent["state"]) == {"undetermined"}
    assert not (absent["plain"] == "down").any()


@pytest.mark.parametrize(
    ("lon", "lat"), [(18.0, 45.16), (16.54, 45.22), (18.8, 44.87), (16.38, 45.05), (18.5, 45.06)]
)
def test_a_town_on_the_sava_half_of_which_is_not_covered_has_not_shrunk(outcome, decade, lon, lat):
    from shapely import Point

    outlines = outcome.results["decade"].cities.geometry
    near = decade.loc[outlines.index[outlines.intersects(Point(lon, lat).buffer(0.02))]]
    assert len(near) > 0
    assert set(near["state"]) == {"undetermined"}
    assert set(near["plain"]) == {"no_data"}
    assert set(near["reason"]) <= {"identify.reason.coverage", "identify.reason.one_year"}
    assert near["change"].isna().all()


def test_without_years_the_year_of_another_texture_is_no_end(outcome):
    results = outcome.results["default"]
    assert (results.comparison["start"], results.comparison["end"]) == ([2011], [2021])
    told = {note.key for note in results.notes}
    assert {"harmonise.coverage", "harmonise.odd_texture", "read.zero_by_region"} <= told
