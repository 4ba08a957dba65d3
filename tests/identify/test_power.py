"""Known truth: the noise of the lights of China, ten years, three courses, and what only looks like one."""

from __future__ import annotations

import numpy as np
import pytest

from cityebb.identify.memory import remembered_errors
from cityebb.identify.noise import second_differences

PER_CLASS = 1000
OWN = "light: change_beyond_noise"


@pytest.fixture(scope="module")
def table(truth):
    """What becomes of cities with known change."""
    return truth.judged(
        prevalence="half move", kind="independent", loudness=1.0, per_class=PER_CLASS, years=10, seed=7
    )


def judged_in(truth, **recipe):
    """Judge the light of a country by our verdict alone."""
    made = truth.make_country(years=10, **recipe)
    return made, truth.verdicts_of(made)


def held(made, verdicts):
    """Return how often the interval holds the truth, by size class."""
    true = made.cities["change"]
    inside = (verdicts["low"] <= true) & (true <= verdicts["high"])
    return inside.groupby(made.cities["size_class"]).mean()


def test_intervals_hold_the_truth_as_often_as_they_say(table):
    assert table.loc[OWN, "covered"].between(0.87, 0.93).all()


def test_few_of_the_truly_stable_are_called(table):
    assert (table.loc[OWN, "false"] <= 0.05).all()


def test_a_fall_by_a_fifth_is_found(table):
    own = table.loc[OWN]
    assert (own.loc[["50-200", "200+"], "found"] >= 0.9).all()
    assert own.loc["20-50", "found"] >= 0.7
    assert (own["wrong_way"] == 0).all()


def test_the_rule_of_two_years_finds_more_and_errs_more(table):
    own, plain = table.loc[OWN].loc["5-10"], table.loc["light: two_years"].loc["5-10"]
    assert plain["found"] > own["found"]
    assert plain["false_shrinking"] > 5 * own["false_shrinking"]


def test_every_rule_that_can_answer_is_judged(table, truth):
    rules = set(table.index.unique("rule"))
    assert {"light: trend", "light: turns", "light: long_light", "light: falling_years_running"} <= rules
    assert {"people: two_censuses", "people: wolff_wiechmann", "people: oswalt_rieniets"} <= rules
    assert set(table.index.unique("size_class")) == set(truth.NOISE)
    # Any fall is a fall: of the stable, half fall.
    assert table.loc["people: two_censuses", "false_shrinking"].mean() == pytest.approx(0.5, abs=0.05)
    assert table["undetermined"].between(0, 1).all()


def test_intervals_of_counts_hold_the_truth_of_single_years(table):
    assert table.loc["people: change_beyond_noise", "covered"].between(0.87, 0.93).all()


@pytest.mark.parametrize(("per_class", "years"), [(12, 10), (100, 5)])
def test_intervals_hold_with_few_cities_and_few_years_too(truth, per_class, years):
    shares = []
    for seed in range(6):
        made = truth.make_country(per_class=per_class, years=years, seed=seed)
        shares.append(held(made, truth.verdicts_of(made)).mean())
    assert 0.87 < sum(shares) / len(shares) < 0.94


@pytest.mark.parametrize("kind", ["rho 0.3", "rho 0.5"])
def test_intervals_hold_where_errors_are_remembered(truth, kind):
    made, verdicts = judged_in(truth, per_class=PER_CLASS, kind=kind, seed=7)
    assert held(made, verdicts).between(0.86, 0.93).all()
    stable = made.cities["change"] == 0
    assert verdicts["state"][stable].isin(["shrinking", "growing"]).mean() < 0.05


def test_what_stays_is_not_taken_for_an_error_that_is_remembered():
    rng = np.random.default_rng(5)
    _, operator = second_differences(np.zeros((1, 10)), range(10))
    steps = rng.normal(size=(600, 10))
    for stays in (steps, np.cumsum(steps, axis=1), np.where(np.arange(10) < 5, 0, 4) + steps):
        assert remembered_errors(stays, operator, range(10)) is None


def test_memory_needs_years_and_cities():
    rng = np.random.default_rng(5)
    errors = rng.normal(size=(400, 10))
    for year in range(1, 10):
        errors[:, year] = 0.6 * errors[:, year - 1] + 0.8 * errors[:, year]
    for logs in (errors, errors[:20], errors[:, :7], np.where(np.arange(10) == 3, np.nan, errors)):
        years = range(logs.shape[1])
        found = remembered_errors(logs, second_differences(logs, years)[1], years)
        assert (found is not None) == (logs is errors)


def test_no_verdict_rests_on_a_lost_year(truth):
    made, verdicts = judged_in(truth, per_class=3 * PER_CLASS // 2, nuisance=0.06, seed=3)
    shares = truth.nuisances(made, verdicts)
    assert set(shares.index) == {"nothing", *truth.NUISANCES}
    assert (shares.mean(axis=1) <= 0.05).all()
    alone = verdicts["reason"] == "identify.reason.year_alone"
    assert (
        alone[made.cities["nuisance"] == "lost_last"].mean() > 5 * alone[made.cities["nuisance"] == ""].mean()
    )
    # Large cities are quiet: without a look at the year itself nearly half of them would be called.
    assert (
        alone[(made.cities["nuisance"] == "lost_last") & (made.cities["size_class"] == "200+")].mean() > 0.3
    )


def test_a_fall_that_stays_does_not_rest_on_a_year(lab):
    cities = lab.cities([60.0] * 200)
    values = lab.noisy(cities, sigma=0.03)
    values[:20, 5:] *= 0.7
    values[20:40, 9] *= 0.6
    values[40:60, 8:] *= 0.6
    found = lab.judge(lab.panel(cities, values), cities)
    states = found["state"].to_numpy().reshape(10, -1)
    assert (states[0] == "shrinking").all()
    assert (states[1] == "undetermined").all()
    assert (states[2] == "shrinking").mean() > 0.8
    assert (found["reason"].iloc[20:40] == "identify.reason.year_alone").mean() > 0.8


def test_falls_that_are_none_are_caught_before_the_verdict(truth):
    undeclared, declared = truth.relit(per_class=60, seed=2, light=truth.LIGHT)
    assert undeclared > 0.4
    assert declared == 0
    published, comparable = truth.passed_on(pairs=60, seed=2)
    assert (published, comparable) == (1, 0)
    assert truth.joined(seed=2) == (0, 0)
