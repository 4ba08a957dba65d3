"""Does light stand for people in China's prefectures? Light of 337 beside the censuses of 2010 and 2020."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cityebb.identify.proxy import Figures, Period, check_proxy, looks_registered, with_concept
from cityebb.read import TableParameters, read_table

pytestmark = pytest.mark.data("census_china", "lights_china")
_CENSUS = "census_china/prefecture_2010_adjusted_and_raw.csv"


@pytest.fixture(scope="module")
def prefectures(data):
    """Light, output and the people of the lights' own table, by name: its codes are rounded."""
    table = pd.read_csv(data / "lights_china/city_year_metrics.csv")
    columns = ["ntl_value", "gdp_value", "population_value"]
    wide = table.pivot_table(index="city", columns="year", values=columns, aggfunc="first")
    census = pd.read_csv(data / _CENSUS).set_index("city").reindex(wide.index)
    return wide, census


@pytest.fixture(scope="module")
def figures(prefectures):
    wide, census = prefectures

    def of_table(column, indicator, concept):
        values = wide[column].replace(0, np.nan)  # its zeros stand for missing
        years = tuple(int(year) for year in values.columns)
        return Figures(years, values.to_numpy(float), indicator, "city_year_metrics", concept, "yearbook")

    def of_census(column, concept):
        values = census[[f"{column}_2010", f"{column}_2020"]].to_numpy(float)
        return Figures((2010, 2020), values, "people", "census", concept, "census")

    return {
        "light": of_table("ntl_value", "light_sum", "radiance"),
        "gdp": of_table("gdp_value", "gdp", "current_prices"),
        "table_people": of_table("population_value", "people", "unknown"),
        "people": of_census("popu", "resident"),
        "urban": of_census("popu_urban", "urban_resident"),
    }


@pytest.fixture(scope="module")
def cities(prefectures):
    wide, census = prefectures
    provinces = census["province"].astype(str).to_numpy()
    return pd.DataFrame({"region": provinces}, index=pd.Index(wide.index, name="city_id"))


@pytest.fixture(scope="module")
def checked(figures, cities):
    return {
        "people": check_proxy(figures["light"], figures["people"], cities, period=Period(2013, 2020, 2010)),
        "urban": check_proxy(figures["light"], figures["urban"], cities, period=Period(2013, 2020, 2010)),
        "gdp": check_proxy(figures["light"], figures["gdp"], cities, period=Period(2013, 2020)),
    }


def line(found, kind):
    table = found.checks
    return table[(table["proxy_kind"] == kind) & (table["by"] == "all")].iloc[0]


@pytest.mark.parametrize(
    ("other", "places", "across", "changed", "change"),
    [
        ("people", 337, 0.637, 336, 0.000),
        ("urban", 321, 0.727, 319, 0.058),
        ("gdp", 297, 0.675, 297, 0.051),
    ],
)
def test_light_tells_places_apart_and_hardly_their_change(checked, other, places, across, changed, change):
    level, moved = line(checked[other], "cross_section"), line(checked[other], "change")
    assert (level["cities"], moved["cities"]) == (places, changed)
    assert level["r2"] == pytest.approx(across, abs=5e-4)
    assert moved["r2"] == pytest.approx(change, abs=5e-4)
    assert level["r2_out"] > 0.6
    assert level["r2_regions"] > 0.6
    assert moved["r2_out"] < 0.06
    assert level["proxy_word"] == "holds"


def test_the_change_of_people_is_not_told_at_all(checked):
    moved = line(checked["people"], "change")
    assert moved["rank_r"] == pytest.approx(-0.096, abs=5e-4)
    assert moved["slope_low"] < 0 < moved["slope_high"]
    assert moved["r2_out"] < 0
    assert moved["r2_regions"] < 0
    assert moved["proxy_word"] == "not_shown"
    assert moved["same_sign"] == pytest.approx(0.580, abs=5e-4)
    assert moved["same_sign_low"] < moved["same_sign_chance"] < moved["same_sign_high"]
    assert moved["median_error"] > moved["median_error_without"]  # light foretells worse than nothing
    assert moved["caution"] == "periods_differ"


def test_what_less_light_is_worth(checked):
    """Eleven prefectures lost a tenth of light, too few to check; beside the others, 126 fell back."""
    calls = checked["people"].calls
    calls = calls[(calls["by"] == "all") & (calls["direction"] == "shrinking")].set_index("called_by")
    assert calls.loc["plain", ["called", "called_rightly"]].tolist() == [11, 8]
    assert calls.loc["plain", "proxy_word"] == "not_checked"
    fell_back = calls.loc["relative"]
    assert fell_back[["cities", "called", "called_rightly"]].tolist() == [336, 126, 52]
    assert fell_back["base_rate"] == pytest.approx(0.443, abs=5e-4)
    assert fell_back["ppv"] == pytest.approx(0.413, abs=5e-4)
    assert fell_back["likelihood_ratio_low"] < 1
    assert fell_back["proxy_word"] == "not_shown"


def test_the_people_of_the_lights_own_table_are_registered(figures):
    found = looks_registered(figures["table_people"], figures["people"])
    assert found.found == "registered"
    assert (found.year, found.census_year, found.places, found.unit) == (2019, 2020, 296, 1e4)
    assert found.leaving_ratio == pytest.approx(1.157, abs=5e-4)
    assert found.arriving_ratio == pytest.approx(0.876, abs=5e-4)
    assert found.rank_r == pytest.approx(-0.582, abs=5e-4)
    named, notes = with_concept(figures["table_people"], figures["people"])
    assert named.concept == "registered"
    assert notes[0].level == "warning"


def test_in_every_single_year_near_the_census_too(figures):
    for year in (2019, 2021, 2022):
        table = figures["table_people"]
        one = Figures((year,), table.values[:, [table.years.index(year)]], "people", "table")  # noqa: PD011 - an array
        assert looks_registered(one, figures["people"]).found == "registered"


def test_the_census_is_not(figures):
    assert looks_registered(figures["people"], figures["people"]).found == "resident"
    assert with_concept(figures["people"], figures["people"]) == (figures["people"], ())


def test_the_yearbook_of_the_census_is_not(data, prefectures, figures):
    """The census yearbook's own list of 2020 differs from the bulletins, but counts residents."""
    told = TableParameters(table="x", concept="resident", grade="census", level="prefecture")
    counts = read_table(data / "census_china/county_2020.xlsx", told).counts
    counts = counts[(counts["indicator"] == "people") & (counts["concept"] == "resident")]
    wide, _ = prefectures
    values = counts.drop_duplicates("name").set_index("name")["value"].reindex(wide.index)
    listed = Figures((2020,), values.to_numpy(float)[:, None], "people", "yearbook_2020")
    found = looks_registered(listed, figures["people"])
    assert found.places > 250
    assert found.found == "resident"


def test_checked_against_the_table_s_people_the_result_is_labelled(figures, cities):
    named, _ = with_concept(figures["table_people"], figures["people"])
    found = check_proxy(figures["light"], named, cities, period=Period(2013, 2019))
    assert set(found.checks["caution"]) == {"registered+carried_forward"}
    assert "holds" not in set(found.checks["proxy_word"])
    assert {note.key for note in found.notes} >= {"identify.proxy.note.registered"}
