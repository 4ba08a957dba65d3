"""Known falls, asked as a user would: ``cityebb identify`` on tables as they were published."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from cityebb.cli import run_command


@pytest.fixture(scope="module")
def identify(tmp_path_factory, data):
    """Run the command on a table of the real data; return its record and its table."""

    def run(file, *arguments):
        out = tmp_path_factory.mktemp("judged")
        assert run_command(["--quiet", "identify", str(data / file), "--out", str(out), *arguments]) == 0
        record = json.loads((out / "by_rule.json").read_text("utf-8"))
        return record, pd.read_parquet(out / "by_rule.parquet")

    return run


def of(table, rule):
    return table[table["rule"] == rule].set_index("city_id")


US = ("--grade", "census", "--zero", "missing")


@pytest.mark.data("places_us")
def test_american_cities_that_fell(identify):
    rules = ("turok_mykhnenko", "schilling_logan", "oswalt_rieniets", "trend")
    _, table = identify(
        "places_us/places_1790_2020.csv",
        *US,
        "--start=1950",
        *(f"--rule={rule}" for rule in rules),
        "--set=turok_mykhnenko.least_people=100000",
    )
    named = "turok_mykhnenko (least_people = 100000)"
    for rule in (named, *rules[1:]):
        found = of(table, rule)
        for city in ("MI/Detroit", "MO/St. Louis", "OH/Cleveland", "OH/Youngstown", "MI/Flint"):
            assert found.loc[city, "state"] == "shrinking", (rule, city)
    trajectories = of(table, named)
    for city in ("MI/Detroit", "MO/St. Louis", "OH/Cleveland", "OH/Youngstown", "PA/Pittsburgh", "MI/Flint"):
        assert trajectories.loc[city, "detail"] == "continuous_decline", city
    # Fell for decades and rose since: New Orleans after the flood, Buffalo and Newark after 2010.
    assert trajectories.loc["LA/New Orleans", "state"] != "shrinking"
    assert trajectories.loc["NY/Buffalo", "detail"].endswith("resurgence")
    since_1980 = of(table, "schilling_logan").loc["MI/Detroit"]
    assert (since_1980["start"], since_1980["end"]) == ("1980", "2020")
    assert since_1980["change"] == pytest.approx(639_111 / 1_203_368 - 1, abs=1e-3)


@pytest.mark.data("places_us")
def test_zeros_of_american_places_are_no_people(identify):
    record, table = identify("places_us/places_1790_2020.csv", *US, "--rule=two_censuses")
    assert (record["start"], record["end"]) == (1790, 2020)
    reasons = set(table["reason"].str.rpartition(".")[2])
    assert not reasons & {"no_baseline", "zero_end", "zero_within"}


@pytest.mark.data("census_japan")
def test_yubari_leads_the_falls_of_hokkaido(identify):
    _, table = identify(
        "census_japan/population_by_code_1980_2020.csv", "--grade=census", "--rule=wolff_wiechmann"
    )
    codes = table["city_id"].astype(int)
    whole = (table["start"] == "1980") & (table["end"] == "2020")
    cities = table[codes.between(1202, 1299) & whole].set_index("name")
    falls = cities["change"].sort_values()
    assert falls.index[0] == "夕張市"
    assert falls.iloc[0] == pytest.approx(7_334 / 41_715 - 1)
    assert (cities.loc[falls.index[:5], "state"] == "shrinking").all()


@pytest.mark.data("municipalities_spain")
def test_mieres(identify):
    _, table = identify(
        "municipalities_spain/population_1842_2011.csv", "--grade=census", "--start=1960", "--end=2011"
    )
    mieres = table[table["city_id"] == "33037"].set_index("rule")
    assert mieres.loc["two_censuses", "change"] == pytest.approx(42_425 / 71_092 - 1)
    for rule in ("two_censuses", "trend", "wolff_wiechmann", "schilling_logan", "wiechmann"):
        assert mieres.loc[rule, "state"] == "shrinking"
    assert mieres.loc["falling_years_running", "reason"].endswith("not_yearly")


@pytest.mark.data("census_china")
def test_prefectures_by_all_people_and_by_those_in_towns(identify):
    file, more = "census_china/prefecture_2010_2020.csv", ("--grade=census", "--rule=two_censuses")
    record, everybody = identify(file, *more)
    counts = record["rules"][0]["counts"]
    assert counts["shrinking"] == 156
    # Hong Kong and Macau stand in the table as regions of their own and are set apart when it is read.
    assert counts["shrinking"] + counts["growing"] + counts["stable"] == 356
    record, towns = identify(file, *more, "--concept=urban_resident")
    assert record["concept"] == "urban_resident"
    both = of(towns, "two_censuses").join(of(everybody, "two_censuses").add_suffix("_all"))
    both = both[both["state"] != "undetermined"]
    assert len(both) == 333
    assert (both["state"] == "shrinking").sum() == 25
    assert ((both["state_all"] == "shrinking") & (both["state"] == "growing")).sum() == 124
