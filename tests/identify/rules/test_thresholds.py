"""Thresholds, trajectories and ranks of the literature, each at its edge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import erfc

from cityebb.identify.rules import RULES, Bbsr, LandAgainst, Trajectory, Values
from cityebb.identify.rules.bbsr import INDICATORS
from cityebb.identify.rules.wiechmann import last_stretch

START = 300_000


def judge(name, years, *rows, **altered):
    return replace(RULES[name], **altered).judge(Values(tuple(years), np.array(rows, dtype=float)))


def says(found):
    return [
        f"{state} {reason.rpartition('.')[2]}"
        for state, reason in zip(found["state"], found["reason"], strict=True)
    ]


def test_a_tenth_or_more_than_one_per_cent_a_year():
    ends = (0.9 * START, 0.9001 * START, 1.1 * START, START)
    found = judge("oswalt_rieniets", (1970, 2020), *([START, end] for end in ends))
    assert says(found) == [
        "shrinking beyond_fall",
        "undetermined between",
        "growing beyond_rise",
        "undetermined between",
    ]
    # Five years: 5.2 % is more than 1 % a year, 4.9 % is less, 1 % a year exactly is not more.
    found = judge(
        "oswalt_rieniets", (2015, 2020), *([START, rest * START] for rest in (0.948, 0.951, 0.99**5))
    )
    assert found["state"].tolist() == ["shrinking", "undetermined", "undetermined"]


def test_only_the_last_fifty_years_are_looked_at():
    found = judge("oswalt_rieniets", (1900, 1970, 2020), [50_000, START, 0.8 * START])
    assert found.loc[0, ["state", "start", "end"]].tolist() == ["shrinking", 1970, 2020]


def test_of_several_years_the_one_nearest_to_the_period_begins_it():
    found = judge("schilling_logan", (1977, 1980, 1983, 2020), [1000, 900, 800, 650])
    assert found.loc[0, ["start", "state"]].tolist() == [1980, "shrinking"]


def test_a_city_is_as_large_as_it_ever_was_in_the_period():
    found = judge("oswalt_rieniets", (1970, 1990, 2020), [95_000, 101_000, 80_000])
    assert found.loc[0, "state"] == "shrinking"


def test_a_small_town_is_not_judged():
    found = judge("oswalt_rieniets", (1970, 2020), [99_000, 50_000], [101_000, 50_000])
    assert says(found) == ["undetermined too_small", "shrinking beyond_fall"]
    assert found.loc[0, ["change", "before", "per_year"]].isna().all()
    assert (
        says(judge("wiechmann", (2010, 2020), [9_000, 8_000], [10_000, 8_000]))[0] == "undetermined too_small"
    )
    found = judge("turok_mykhnenko", (2000, 2010, 2020), [199e3, 190e3, 180e3], [200e3, 190e3, 180e3])
    assert says(found) == ["undetermined too_small", "shrinking trajectory_fall"]


def test_a_quarter_in_forty_years():
    found = judge("schilling_logan", (1970, 1980, 2020), [9, 1000, 750], [9, 1000, 751], [2000, np.nan, 700])
    assert found["state"].tolist() == ["shrinking", "undetermined", "undetermined"]
    assert found.loc[0, "reason"].endswith("people_only")
    assert says(judge("schilling_logan", (1995, 2020), [1000, 500])) == ["undetermined too_short"]
    assert judge("schilling_logan", (1982, 2020), [1000, 500]).loc[0, "state"] == "shrinking"


def test_empty_dwellings_beside_the_loss():
    people = Values((1980, 2020), np.array([[1000.0, 700]] * 4))
    vacant = Values(
        (1980, 2000, 2020), np.array([[50, 1, 90], [90, 1, 50], [50, 1, np.nan], [np.nan, 1, 9.0]])
    )
    found = RULES["schilling_logan"].judge({"people": people, "vacant_dwellings": vacant})
    assert says(found) == [
        "shrinking beyond_fall",
        "undetermined companion_against",
        "shrinking people_only",
        "shrinking people_only",
    ]


def test_the_band_of_stability():
    rates = (-0.0016, -0.0015, 0.0, 0.0015, 0.0016)
    found = judge("wolff_wiechmann", (1990, 2010), *([START, START * (1 + rate) ** 20] for rate in rates))
    assert found["state"].tolist() == ["shrinking", "stable", "stable", "stable", "growing"]
    assert found["per_year"].tolist() == pytest.approx(rates)


def test_the_error_of_counting_stands_beside_the_verdict():
    class Census(Values):
        grade = "census"

    rows = START * np.array([[1, 0.9], [1, 0.98], [1, 1.002], [1, 1.1]])
    rule = RULES["wolff_wiechmann"]
    found = rule.judge(Census((2010, 2020), rows))
    assert found["state"].tolist() == ["shrinking", "shrinking", "stable", "growing"]
    assert found["sure"].tolist() == [True, False, True, True]
    # ln 0.98 ∓ 1.645 · √2 · 0.5 %
    assert found.loc[1, ["low", "high"]].tolist() == pytest.approx(
        [0.98 * np.exp(-0.011631) - 1, 0.98 * np.exp(0.011631) - 1], abs=1e-6
    )
    assert found["p"].iloc[1] == pytest.approx(0.5 * erfc(-np.log(0.98) / (np.sqrt(2) * 0.005) / np.sqrt(2)))
    bare = rule.judge(Values((2010, 2020), rows))
    assert bare["state"].tolist() == found["state"].tolist()
    assert bare["low"].isna().all()
    assert bare["sure"].isna().all()
    assert replace(rule, error=0.0005).judge(Values((2010, 2020), rows))["sure"].tolist() == [True] * 4
    for name in ("wiechmann", "oswalt_rieniets", "turok_mykhnenko"):
        told = RULES[name].judge(Census((2000, 2010, 2020), np.column_stack([rows[:, :1] * 1.01, rows])))
        assert told.loc[0, "low"] < told.loc[0, "change"] < told.loc[0, "high"]


def test_light_falls_by_a_tenth():
    found = judge("long_light", (2013, 2016), [10, 9], [10, 9.01], [10, 11])
    assert found["state"].tolist() == ["shrinking", "undetermined", "growing"]


def test_losses_for_more_than_two_years():
    years = range(2010, 2016)
    found = judge(
        "wiechmann",
        years,
        [20e3, 21e3, 22e3, 21.9e3, 21.8e3, 21.7e3],
        [20e3, 21e3, 22e3, 22.1e3, 21.8e3, 21.7e3],
        [20e3, 19e3, 18e3, 17e3, 16e3, 16.1e3],
        [20e3, 19e3, 18e3, 18.1e3, 18.2e3, 18.3e3],
    )
    assert found["state"].tolist() == ["shrinking", "undetermined", "undetermined", "growing"]
    assert found.loc[0, ["start", "end"]].tolist() == [2012, 2015]
    assert found.loc[0, "change"] == pytest.approx(21.7 / 22 - 1)


def test_the_economy_beside_the_losses():
    people = Values((2010, 2020), np.array([[20e3, 19e3]] * 3))
    economy = Values((2010, 2020), np.array([[5.0, 4], [5, 6], [5, np.nan]]))
    found = RULES["wiechmann"].judge({"people": people, "economy": economy})
    assert says(found) == ["shrinking beyond_fall", "undetermined companion_against", "shrinking people_only"]


def test_a_gap_is_no_turn():
    sign, begin = last_stretch(np.array([[9, 8, np.nan, 7, 6.0], [9, 8, np.nan, 8.5, 9], [9, 9, 9, 9, 9]]))
    assert (sign.tolist(), begin.tolist()) == ([-1, 1, 0], [0, 1, 3])


@pytest.mark.parametrize(
    ("signs", "trajectory"),
    [
        ("++++", "continuous_growth"),
        ("----", "continuous_decline"),
        ("+++-", "recent_decline"),
        ("++--", "medium_decline"),
        ("+---", "long_decline"),
        ("---+", "recent_resurgence"),
        ("--++", "medium_resurgence"),
        ("-+++", "long_resurgence"),
        ("+-+-", "alternating"),
        ("-0--", "continuous_decline"),
        ("+0--", "medium_decline"),
    ],
)
def test_the_nine_trajectories(signs, trajectory):
    step = {"+": 1.05, "-": 0.95, "0": 1.0}
    row = START * np.cumprod([1, *(step[sign] for sign in signs)])
    found = judge("turok_mykhnenko", range(1980, 2021, 10), row)
    assert found.loc[0, "trajectory"] == trajectory
    wanted = {"growth": "growing", "decline": "shrinking", "resurgence": "growing"}
    assert found.loc[0, "state"] == wanted.get(trajectory.rpartition("_")[2], "undetermined")
    assert Trajectory(trajectory).word("zh") != Trajectory(trajectory).word("en")


def test_years_are_put_together_to_parts():
    rng = np.random.default_rng(0)
    row = START * np.exp(-0.01 * np.arange(46) + 0.005 * rng.normal(size=46))
    found = judge("turok_mykhnenko", range(1975, 2021), row)
    assert found.loc[0, ["parts", "trajectory"]].tolist() == [9, "continuous_decline"]
    assert judge("turok_mykhnenko", range(1975, 2021), row, every=1).loc[0, "trajectory"] == "alternating"


def test_a_fall_that_slows_has_no_direction_within_the_band():
    row = START * np.cumprod([1, 0.9, 0.95, 0.99])
    years = range(1990, 2021, 10)
    assert judge("turok_mykhnenko", years, row).loc[0, "last_per_year"] == pytest.approx(0.99**0.1 - 1)
    flat = START * np.cumprod([1, 1.001, 0.999, 1.001])
    assert says(judge("turok_mykhnenko", years, flat, band=0.0015)) == ["stable within_band"]


def six(people, **others):
    """Six indicators at two dates from how each city's people move."""
    moves = {name: np.asarray(others.get(name, people), float) for name in INDICATORS}
    ones = np.ones(len(people))
    given = {
        name: Values((2013, 2018), 1000 * np.column_stack([ones, 1 + move]))
        for name, move in moves.items()
        if name not in ("net_migration", "unemployment")
    }
    given["net_migration"] = Values((2013, 2018), np.column_stack([0 * ones, 1000 * moves["net_migration"]]))
    given["unemployment"] = Values((2013, 2018), 10 - np.column_stack([0 * ones, moves["unemployment"]]))
    return given


def test_ranks_in_ones_head():
    rise = np.linspace(0.01, 0.2, 20)
    found = Bbsr().judge(six(rise))
    assert found["index"].tolist() == np.repeat([-2.0, -1, 0, 1, 2], 4).tolist()
    assert found["strongly"].tolist() == np.repeat([True, False, False, False, True], 4).tolist()
    # All grow, and eight of twenty are "shrinking": the index is relative.
    assert (found["change"] > 0).all()
    assert (found["state"] == "shrinking").sum() == 8
    assert RULES["bbsr"].needs.relative


def test_unemployment_counts_the_other_way():
    rise = np.linspace(-0.1, 0.1, 20)
    given = six(rise, unemployment=-rise)
    found = Bbsr().judge(given)
    assert found.loc[0, ["points_people", "points_unemployment"]].tolist() == [-2, 2]
    assert found.loc[0, "index"] == pytest.approx((5 * -2 + 2) / 6)


def test_one_indicator_missing_or_too_few_cities():
    rise = np.linspace(-0.1, 0.1, 12)
    given = six(rise)
    given["jobs"].values[3, 1] = np.nan
    found = Bbsr().judge(given)
    assert says(found)[3] == "undetermined indicator_missing"
    assert np.isnan(found.loc[3, "change"])
    assert (found["state"].drop(index=3) != "undetermined").sum() > 5
    few = Bbsr().judge(six(rise[:9]))
    assert set(says(few)) == {"undetermined relative_few"}


def test_ties_share_their_points():
    found = Bbsr().judge(six(np.resize([0.1, -0.1], 20)))
    assert found["index"].tolist() == np.resize([1.0, -1.0], 20).tolist()


def test_land_and_light():
    land = Values((2010, 2015, 2020), np.array([[10, 11, 11], [10, 11, 11], [10, 11, 11], [10, 10, 10.9]]))
    light = Values((2010, 2020), np.array([[100, 90], [100, 109], [100, 110], [100, 80.0]]))
    found = RULES["land_light"].judge({"built_up": land, "light": light})
    assert says(found) == [
        "shrinking parted_fall",
        "stable parted_flat",
        "growing together_up",
        "undetermined land_still",
    ]
    assert found["parted"].tolist() == [True, True, False, False]
    assert found["land_change"].tolist() == pytest.approx([0.1, 0.1, 0.1, 0.09])
    assert found.loc[0, "per_land_change"] == pytest.approx(0.9 / 1.1 - 1)
    people = RULES["land_people"].judge({"built_up": land, "people": light})
    assert people["state"].tolist() == ["shrinking", "growing", "growing", "undetermined"]
    assert LandAgainst("people", threshold=-0.2).judge({"built_up": land, "people": light})[
        "state"
    ].tolist() == ["stable", "stable", "stable", "undetermined"]


def test_land_and_light_are_compared_over_the_same_years():
    land = Values((2000, 2010, 2020), np.array([[5.0, 10, 12]]))
    light = Values((2010, 2015, 2020, 2022), np.array([[100.0, 95, 85, 200]]))
    found = RULES["land_light"].judge({"built_up": land, "light": light})
    assert found.loc[0, ["state", "start", "end"]].tolist() == ["shrinking", 2010, 2020]
    light.values[0, 0] = np.nan
    land = Values((2000, 2010, 2015, 2020), np.array([[5.0, 9, 10, 12]]))
    found = RULES["land_light"].judge({"built_up": land, "light": light})
    assert found.loc[0, ["start", "land_change"]].tolist() == [2015, pytest.approx(0.2)]
    apart = Values((2003, 2004), np.array([[100.0, 95]]))
    found = RULES["land_light"].judge({"built_up": land, "light": apart})
    assert says(found) == ["undetermined no_data"]
