"""Falling three years running: runs, floors, coins, and lines drawn with a ruler."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from cityebb.identify.rules import (
    RULES,
    Falling,
    Values,
    chance_in_stretches,
    chance_of_run,
    straight_stretches,
)

YEARS = tuple(range(2010, 2020))
RULE = RULES["falling_years_running"]


def judge(*rows, years=YEARS, rule=RULE):
    return rule.judge(Values(years, np.array(rows, dtype=float)))


def counted(rate, *, seed=0, people=300_000, years=10, scatter=0.003):
    """People counted every year: rates that scatter, rounded to a person."""
    rng = np.random.default_rng(seed)
    rates = rate + scatter * rng.normal(size=years - 1)
    return np.round(people * np.exp(np.concatenate([[0], np.cumsum(rates)])))


def test_the_coin_by_counting_all_its_courses():
    for run, tosses in product((1, 2, 3, 4), (1, 3, 5, 9)):
        courses = ["".join(course) for course in product("HT", repeat=tosses)]
        share = sum("H" * run in course for course in courses) / len(courses)
        assert chance_of_run(run, tosses) == share
    assert chance_of_run(3, 9) == 238 / 512
    assert round(chance_of_run(3, 9), 3) == 0.465


def test_a_gap_cuts_the_tosses():
    known = np.array([[1, 1, 1, 0, 1, 1], [1, 1, 0, 1, 1, 0], [1] * 6], dtype=bool)
    assert chance_in_stretches(np.array([3, 3, 0]), known).tolist() == pytest.approx(
        [1 / 8, 0, np.nan], nan_ok=True
    )


def test_three_falls_shrink_three_rises_grow_two_say_nothing():
    found = judge(
        [100, 101, 99.1, 98, 97.2, 98, 97, 98.3, 97.9, 98.2],
        [100, 99, 100.5, 101.3, 102.4, 102, 103.2, 102.7, 103, 102.1],
        [100, 99, 98.1, 99, 98.3, 97, 98.2, 97.5, 99, 98],
    )
    assert found["state"].tolist() == ["shrinking", "growing", "undetermined"]
    assert found["reason"].str.rpartition(".")[2].tolist() == ["run_fall", "run_rise", "no_run"]
    assert found.loc[0, ["run_years", "run_start", "run_end"]].tolist() == [3, 2011, 2014]
    assert found.loc[0, "run_change"] == pytest.approx(97.2 / 101 - 1)
    assert found.loc[0, "change"] == pytest.approx(98.2 / 100 - 1)
    assert found["coin"].tolist() == [238 / 512] * 3
    assert found.loc[0, "p"] == 238 / 512
    assert np.isnan(found.loc[2, "p"])
    assert found["low"].isna().all()


def test_the_floor_is_of_the_run_and_not_of_each_year():
    # Falls of 0.3, 0.1 and 0.1 % come to 0.5 %: more than three times 0.15 %, though two are smaller.
    falls = np.cumprod([1, 0.997, 0.999, 0.999, 1.001, 0.999, 1.001, 1.0, 1.001, 0.999])
    tiny = np.cumprod([1, 0.999, 0.9989, 0.9992, 1.001, 0.999, 1.001, 1.0, 1.001, 0.999])
    found = judge(1e6 * falls, 1e6 * tiny)
    assert found["state"].tolist() == ["shrinking", "undetermined"]
    assert judge(1e6 * tiny, rule=Falling(floor=0)).loc[0, "state"] == "shrinking"


def test_a_year_without_change_is_no_fall():
    assert judge([100, 99, 99, 98.2, 97.1, 98, 97, 97, 96, 97.3]).loc[0, "run_years"] == 0


def test_of_equal_runs_the_latest_is_told():
    found = judge([100, 99, 97.5, 97, 99, 98.2, 97.1, 96.5, 98, 97])
    assert found.loc[0, ["run_years", "run_start"]].tolist() == [3, 2014]


def test_a_long_run_need_be_steep_only_in_three_years():
    steps = [0.9999, 0.9998, 0.99, 0.98, 0.99, 0.9999, 0.9997, 0.9999, 1.001]
    found = judge(1e5 * np.cumprod([1, *steps]))
    assert found.loc[0, ["state", "run_years"]].tolist() == ["shrinking", 8]


def test_what_came_back_is_said():
    row = [100, 99, 98.2, 97, 98, 99.1, 100.3, 101, 102, 103.5]
    found = judge(row)
    assert found.loc[0, ["state", "came_back"]].tolist() == ["shrinking", True]
    assert found.loc[0, "reason"].endswith("run_came_back")
    assert judge(row, rule=replace(RULE, lasting=True)).loc[0, "state"] == "undetermined"


def test_a_missing_year_breaks_the_run():
    row = [100, 98, 97, np.nan, 96, 95, 97, 96, 97, 98.0]
    found = judge(row)
    assert found.loc[0, ["state", "reason"]].tolist() == ["undetermined", "identify.rules.reason.no_run"]
    fine = [100, 98.13, 97.02, 96.48, 96.11, 95.04, 97.2, 96.3, 97.4, 98.1]
    assert judge(fine).loc[0, "run_years"] == 5


def test_decades_are_not_years():
    found = judge([100, 90, 80, 71], years=(1990, 2000, 2010, 2020))
    assert found.loc[0, "reason"] == "identify.rules.reason.not_yearly"
    assert found.loc[0, ["change", "p", "coin"]].isna().all()


LINE = np.linspace(300_000, 287_000, 10)


@pytest.mark.parametrize(
    "row",
    [
        LINE,
        np.round(LINE),
        np.round(LINE / 1e4, 2),
        300_000 * 0.995 ** np.arange(10),
        np.round(300_000 * 0.995 ** np.arange(10)),
        LINE.astype(np.float32),
        np.linspace(100, 91, 10),
    ],
    ids=["exact", "people", "wan", "exact logs", "logs", "float32", "whole steps"],
)
def test_lines_drawn_between_counts_are_refused(row):
    for scale in (1, 3.7, 1e-4):
        found = judge(scale * row)
        assert found.loc[0, "state"] == "undetermined"
        assert found.loc[0, "reason"] == "identify.rules.reason.straight"
        assert found.loc[0, ["change", "low", "high", "p"]].isna().all()
        assert found.loc[0, "knots"] == "2010,2019"


def test_a_knot_inside_is_found():
    years = tuple(range(2000, 2021))
    row = np.interp(years, [2000, 2010, 2020], [300_000, 296_000, 280_000])
    found = judge(np.round(row), years=years)
    assert found.loc[0, "knots"] == "2000,2010,2020"
    assert found.loc[0, "straight"] == 20


def test_only_the_straight_part_falls():
    years = tuple(range(2000, 2021))
    drawn = np.linspace(300_000, 290_000, 6)
    rng = np.random.default_rng(4)
    after = 290_000 * np.exp(
        np.cumsum(0.004 * np.resize([1, -0.4, 0.8, -1.1, 1], 15) + 1e-4 * rng.normal(size=15))
    )
    found = judge(np.round(np.concatenate([drawn, after])), years=years)
    assert found.loc[0, "straight"] == 5
    assert found.loc[0, "reason"] == "identify.rules.reason.straight"


def test_half_a_line_is_refused_though_the_rest_falls():
    rest = 310_000 - np.cumsum([0, 2100, 900, 1700, -400, 1100])
    row = np.concatenate([np.linspace(300_000, 310_000, 11)[:-1], rest])
    found = judge(row, years=tuple(range(2000, 2016)))
    assert found.loc[0, ["straight", "reason"]].tolist() == [10, "identify.rules.reason.straight"]


def test_only_years_that_follow_on_each_other_make_a_line():
    line = np.linspace(300_000, 290_000, 6)[None]
    assert straight_stretches(line, range(2000, 2006)).steps.all()
    assert not straight_stretches(line, range(2000, 2060, 10)).steps.any()
    assert not straight_stretches(line, [2000, 2001, 2003, 2004, 2006, 2007]).steps.any()


def test_counted_series_are_not_called_straight():
    rows = np.array([counted(-0.005, seed=seed) for seed in range(2000)])
    assert straight_stretches(rows, YEARS).steps.any(axis=1).sum() == 0
    assert (judge(*rows)["state"] == "shrinking").mean() > 0.95


def test_steady_courses_do_as_coins_do():
    rng = np.random.default_rng(7)
    steps = 0.01 * rng.normal(size=(4000, 9))
    rows = 1e6 * np.exp(np.concatenate([np.zeros((4000, 1)), np.cumsum(steps, axis=1)], axis=1))
    share = (judge(*rows, rule=Falling(floor=0))["state"] == "shrinking").mean()
    assert share == pytest.approx(238 / 512, abs=0.03)


def test_figures_carried_forward_do_not_make_a_city_shrink():
    class Carried(Values):
        carried = np.ones((1, 10), dtype=bool)

    found = RULE.judge(Carried(YEARS, counted(-0.01)[None]))
    assert found.loc[0, ["state", "reason"]].tolist() == ["undetermined", "identify.reason.grade"]
    assert judge(counted(-0.01)).loc[0, "state"] == "shrinking"


def drawn(kind, unit, every, *, cities=200):
    """Series interpolated between counts so many years apart, rounded."""
    rng = np.random.default_rng(every)
    size = 10 ** rng.uniform(4.5, 7, cities)
    rates = rng.normal(-0.005, 0.01, (cities, 20 // every)) * every
    counts = size[:, None] * np.exp(np.concatenate([np.zeros((cities, 1)), rates.cumsum(axis=1)], axis=1))
    counts = np.round(counts / unit) * unit
    part = np.arange(every) / every
    first, last = counts[:, :-1, None], counts[:, 1:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        between = first + (last - first) * part if kind == "linear" else first * (last / first) ** part
    values = np.concatenate([between.reshape(cities, -1), counts[:, -1:]], axis=1)
    return np.round(values / unit) * unit


@pytest.mark.parametrize("kind", ["linear", "geometric"])
@pytest.mark.parametrize("every", [5, 10, 20])
@pytest.mark.parametrize("unit", [1, 10, 100, 1_000, 10_000])
def test_nothing_drawn_between_counts_is_called_falling_or_rising(kind, every, unit):
    values = drawn(kind, unit, every)
    found = Falling().judge(Values(tuple(range(2000, 2021)), values))
    assert set(found["state"]) == {"undetermined"}
    reasons = found["reason"].str.rpartition(".")[2]
    if unit <= 10:
        # What is left changes by less than a few of the unit a year.
        assert (reasons == "straight").mean() > 0.98
    else:
        # Large cities in tenths of ten thousand: rounding hides no line.
        large = np.abs(np.diff(values, axis=1)).min(axis=1) > 13 * unit
        assert (reasons[large] == "straight").all()


def test_counted_series_rounded_finely_are_no_lines():
    rng = np.random.default_rng(2)
    steps = rng.normal(-0.004, 0.008, (300, 1)) + rng.normal(0, 0.006, (300, 20))
    values = np.round(5e5 * np.exp(steps.cumsum(axis=1)))
    reasons = Falling().judge(Values(tuple(range(2000, 2020)), values))["reason"].str.rpartition(".")[2]
    assert not reasons.isin(["straight", "coarse"]).any()
    coarse = Falling().judge(Values(tuple(range(2000, 2020)), values.round(-4)))["reason"]
    assert coarse.str.endswith("coarse").any()
