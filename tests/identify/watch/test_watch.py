"""A few cities, a few years: lists one can make in one's head."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cityebb.identify import (
    WatchParameters,
    Windows,
    agreed_windows,
    balance_of,
    before_and_after,
    count_watch,
    gainers_of,
    rank_countries,
    rolling,
    watch_list,
)
from cityebb.identify.watch.ranking import wilson
from cityebb.model import CityebbError

U, DOWN, UP, FLAT = range(4)


def windows(states, years=None):
    state = np.array(states, np.int8)
    last = tuple(years or range(2016, 2016 + len(state)))
    first = tuple(year - 3 for year in last)
    ids = pd.Index([f"c{n}" for n in range(state.shape[1])], name="city_id")
    return Windows(ids, first, last, tuple(map(str, first)), tuple(map(str, last)), state)


def statuses(found, city):
    mine = found[found["city_id"] == city]
    return dict(zip(mine["year"].tolist(), mine["status"].tolist(), strict=True))


def test_the_life_of_one_city():
    found = watch_list(windows([[FLAT], [DOWN], [DOWN], [UP], [U], [DOWN], [U]]))
    assert statuses(found, "c0") == {
        2017: "entered", 2018: "stays", 2019: "left", 2021: "returned", 2022: "left_open",
    }  # fmt: skip
    assert found["times_listed"].tolist() == [1, 2, 2, 3, 3]
    assert found["listed_since"].tolist() == [2017, 2017, 2017, 2021, 2021]


def test_those_on_the_first_list_have_not_entered_it():
    assert statuses(watch_list(windows([[DOWN], [DOWN]])), "c0") == {2016: "first", 2017: "stays"}


def test_nothing_to_list():
    assert len(watch_list(windows([[FLAT, U, UP]]))) == 0


@given(arrays(np.int8, st.tuples(st.integers(1, 6), st.integers(1, 8)), elements=st.integers(0, 3)))
def test_lists_add_up(state):
    lists = windows(state)
    watch = watch_list(lists)
    cities = pd.DataFrame({"size_class": "5-10", "country": None}, index=lists.cities)
    counts = count_watch(lists, watch, cities)
    total = counts[counts["by"] == "total"].reset_index(drop=True)
    assert (total[["listed", "growing", "stable", "undetermined"]].sum(axis=1) == total["cities"]).all()
    came = total["entered"] + total["returned"]
    went = total["left"] + total["left_open"]
    assert (total["listed"].diff() == came - went)[1:].all()
    assert came[0] == went[0] == 0
    sizes = counts[counts["by"] == "size_class"].reset_index(drop=True)
    assert sizes["listed"].equals(total["listed"])
    on = watch[watch["status"].isin(["first", "entered", "stays", "returned"])]
    assert on.groupby("year").size().reindex(total["year"], fill_value=0).tolist() == total["listed"].tolist()


def test_groups_are_told_in_their_order():
    lists = windows([[DOWN, DOWN, FLAT], [DOWN, FLAT, DOWN]])
    cities = pd.DataFrame(
        {"size_class": ["10-20", "5-10", "5-10"], "country": ["CN", "CN", None]}, index=lists.cities
    )
    counts = count_watch(lists, watch_list(lists), cities)
    groups = list(dict.fromkeys(zip(counts["by"], counts["group"], strict=True)))
    assert groups == [
        ("total", "total"), ("size_class", "5-10"), ("size_class", "10-20"),
        ("country", "CN"), ("country", "unknown"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("years", "length", "pairs"),
    [
        ([2013, 2014, 2015, 2016], 3, [(2013, 2016)]),
        ([2013, 2015, 2016, 2018], 3, [(2013, 2016), (2015, 2018)]),
        ([2013, 2014], 3, []),
        ([2000, 2010], 3, [(2000, 2010)]),
    ],
)
def test_each_list_looks_back_far_enough(years, length, pairs):
    assert rolling(years, length) == pairs


def test_two_calibrations_must_agree():
    one, two, three = (windows([[code] * 4]) for code in (DOWN, UP, DOWN))
    assert agreed_windows([one, two]).state.tolist() == [[U] * 4]
    assert agreed_windows([one, two, three]).state.tolist() == [[DOWN] * 4]
    four = windows([[UP] * 4])
    assert agreed_windows([one, two, three, four]).state.tolist() == [[U] * 4]
    assert agreed_windows([one]).state.tolist() == [[U] * 4]


def test_a_calibration_may_lack_years():
    one, two = windows([[DOWN], [DOWN]]), windows([[DOWN]], years=[2017])
    assert agreed_windows([one, two]).state.tolist() == [[U], [DOWN]]


def test_what_is_withheld_is_on_no_list():
    lists = windows([[DOWN, DOWN]]).without(np.array([True, False]))
    assert watch_list(lists)["city_id"].tolist() == ["c1"]


def counts_of(*rows):
    told = {"by": "total", "group": "total", "cities": 10, "returned": 0, "left_open": 0, "growing": 0}
    told |= {"stable": 0, "entered": 0, "left": 0, "undetermined": 0}
    return pd.DataFrame(
        [{**told, "start": start, "end": end, "year": 1, "listed": n} for start, end, n in rows]
    )


def test_a_policy_in_the_middle_of_a_year():
    counts = counts_of(
        ("2010", "2013", 1), ("2011", "2014", 2), ("2012–2014", "2015–2017", 3), ("2014", "2017", 4)
    )
    july = before_and_after(counts, WatchParameters(policy="2014-07").policy_year)
    assert july[["side", "windows", "listed_share"]].to_numpy().tolist() == [
        ["before", 1, 0.1], ["across", 2, 0.25], ["after", 1, 0.4],
    ]  # fmt: skip
    # From the end of 2014 on, the year 2014 is before it.
    later = before_and_after(counts, WatchParameters(policy=2015).policy_year)
    assert later["windows"].tolist() == [2, 1, 1]


@pytest.mark.parametrize("told", ["14-07", "2014-13", "July 2014", "2014-07-32", ""])
def test_a_date_that_is_none(told):
    with pytest.raises(CityebbError, match="2014-07"):
        WatchParameters(policy=told)


def verdicts(**changes):
    rows = {
        city: {"before": 100.0, "after": after, "change": after / 100 - 1, "state": "stable"}
        for city, after in changes.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("city_id").reset_index()


def test_gainers_stand_beside_losers():
    table = verdicts(a=150.0, b=130.0, c=40.0, d=100.0, e=float("nan"), f=90.0)
    regions = pd.Series({"a": "N", "b": "N", "c": "N", "d": "N", "e": "N", "f": None})
    found = gainers_of(table, regions, top=2)
    north = found[found["region"] == "N"]
    assert north[["side", "rank", "city_id", "amount"]].to_numpy().tolist() == [
        ["gains", 1, "a", 50.0], ["gains", 2, "b", 30.0], ["loses", 1, "c", -60.0],
    ]  # fmt: skip
    assert north["part"].tolist() == [0.625, 0.375, 1.0]
    assert found[found["region"] == "unknown"]["city_id"].tolist() == ["f"]
    balance = balance_of(table, regions).set_index("region")
    assert balance.loc["N", ["cities", "known", "gaining", "losing"]].tolist() == [5, 4, 2, 1]
    assert balance.loc["N", ["gained_sum", "lost_sum", "net", "largest_part"]].tolist() == [
        80.0,
        60.0,
        20.0,
        0.625,
    ]


def test_the_fastest_are_not_the_largest():
    table = verdicts(a=150.0, b=130.0, c=90.0)
    table.loc[table["city_id"] == "b", ["before", "change"]] = [50.0, 1.6]
    regions = pd.Series("N", index=["a", "b", "c"])
    assert gainers_of(table, regions, top=1, by="amount")["city_id"].tolist() == ["b", "c"]
    table.loc[table["city_id"] == "a", ["before", "after"]] = [1000.0, 1500.0]
    assert gainers_of(table, regions, top=1)["city_id"].tolist() == ["a", "c"]
    assert gainers_of(table, regions, top=1, by="rate")["city_id"].tolist() == ["b", "c"]


def test_nobody_gains():
    table = verdicts(a=50.0)
    balance = balance_of(table, pd.Series({"a": "N"}))
    assert np.isnan(balance["largest_part"].iloc[0])
    assert gainers_of(table, pd.Series({"a": "N"}))["side"].tolist() == ["loses"]
    assert len(gainers_of(verdicts(a=100.0), pd.Series({"a": "N"}))) == 0


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=8))
def test_what_is_lost_and_gained_is_the_change_of_the_whole(after):
    table = verdicts(**{f"c{n}": value for n, value in enumerate(after)})
    balance = balance_of(table, pd.Series("N", index=table["city_id"]))
    assert balance["net"].iloc[0] == pytest.approx(sum(after) - 100 * len(after), abs=1e-6)


def test_countries_share_ranks_and_small_ones_have_none_by_share():
    cities = {"A": (4, 20), "B": (4, 10), "C": (3, 3), "D": (0, 12)}
    rows = [
        (c, f"{c}{n}", "shrinking" if n < down else "undetermined")
        for c, (down, all_) in cities.items()
        for n in range(all_)
    ]
    table = pd.DataFrame(rows, columns=["country", "city_id", "state"])
    table.loc[len(table)] = [None, "x", "shrinking"]
    found = rank_countries(table, table.set_index("city_id")["country"]).set_index("country")
    assert found["rank_by_number"].to_dict() == {"A": 1, "B": 1, "C": 3, "D": 4}
    assert found["rank_by_share"].fillna(0).to_dict() == {"A": 2, "B": 1, "C": 0, "D": 3}
    assert found.loc["C", "shrinking_share"] == 1.0


def test_wilson_is_not_fooled_by_none_and_by_all():
    low, high = wilson(np.array([0.0, 10.0]), np.array([10.0, 10.0]))
    assert low.tolist() == pytest.approx([0.0, 0.7225], abs=1e-4)
    assert high.tolist() == pytest.approx([0.2775, 1.0], abs=1e-4)


def test_an_infinite_figure_is_nobodys_gain():
    table = verdicts(a=float("inf"), b=50.0)
    balance = balance_of(table, pd.Series("N", index=["a", "b"]))
    assert balance[["known", "gained_sum", "lost_sum"]].to_numpy().tolist() == [[1, 0.0, 50.0]]
    assert gainers_of(table, pd.Series("N", index=["a", "b"]))["city_id"].tolist() == ["b"]
