"""Known truth: the noise measured on the lights of China, ten years, three courses."""

from __future__ import annotations

import time

import pytest

from cityebb.identify import identify

PER_CLASS = 1000


@pytest.fixture(scope="module")
def table(power):
    """What becomes of cities with known change."""
    return power.confusion(per_class=PER_CLASS, years=10, seed=7)


def test_intervals_hold_the_truth_as_often_as_they_say(table):
    assert table["covered"].between(0.87, 0.93).all()


def test_few_of_the_truly_stable_are_called(table):
    assert (table["false_shrinking"] + table["false_growing"] <= 0.05).all()


def test_a_fall_by_a_fifth_is_found(table):
    assert (table.loc[["50-200", "200+"], "fall_found"] >= 0.9).all()
    assert table.loc["20-50", "fall_found"] >= 0.7
    assert (table["fall_called_growing"] == 0).all()


def test_the_plain_rule_finds_more_and_errs_more(table):
    small = table.loc["5-10"]
    assert small["plain_found"] > small["fall_found"]
    assert small["plain_false"] > 5 * small["false_shrinking"]


def test_intervals_hold_with_few_cities_and_few_years_too(power):
    for per_class, years in ((12, 10), (200, 5)):
        held = [
            power.confusion(per_class=per_class, years=years, seed=seed)["covered"].mean()
            for seed in range(12)
        ]
        assert 0.87 < sum(held) / len(held) < 0.94


def test_twenty_thousand_cities_take_no_time(power):
    panel, cities, _ = power.make_panel(per_class=4000, years=20)
    years = range(2013, 2033)
    began = time.process_time()  # not by the clock on the wall: other tests may run beside
    identify(
        panel, cities, power.PARAMETERS, indicator="light", years=years, era_years=years, specification="x"
    )
    assert time.process_time() - began < 6  # it takes about 1.5 s
