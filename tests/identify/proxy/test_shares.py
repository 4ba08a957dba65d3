"""Shares of few cases and what a call is worth, beside figures known from elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from cityebb.identify.proxy import likelihood_ratio, same_sign, wilson


@given(st.integers(1, 300), st.data())
def test_wilson_is_wilson_s(cases, data):
    hits = data.draw(st.integers(0, cases))
    known = binomtest(hits, cases).proportion_ci(0.9, method="wilson")
    found = wilson(hits, cases, 0.9)
    assert found == pytest.approx((hits / cases, known.low, known.high), abs=1e-9)


def test_no_cases_have_no_share():
    assert np.isnan(wilson(0, 0, 0.9)).all()


def test_a_likelihood_ratio_and_its_interval_worked_out_by_hand():
    """Hits 40 of 100 true, 10 of 100 false: log 4, its variance 1/40 - 1/100 + 1/10 - 1/100 = 0.105."""
    half = 1.6448536 * np.sqrt(0.105)
    found = likelihood_ratio(40, 50, 100, 200, 0.9)
    assert found == pytest.approx((4, 4 * np.exp(-half), 4 * np.exp(half)), rel=1e-6)


def test_an_empty_cell_makes_no_infinite_ratio():
    found = likelihood_ratio(10, 10, 20, 40, 0.9)
    assert np.isfinite(found).all()
    assert found.value == pytest.approx((10.5 / 21) / (0.5 / 21))


@pytest.mark.parametrize("true", [0, 40])
def test_where_all_are_alike_there_is_no_ratio(true):
    assert np.isnan(likelihood_ratio(min(10, true), 10, true, 40, 0.9)).all()


def test_the_chance_of_one_direction_follows_how_often_each_falls():
    light = np.repeat([1.0, -1.0, 0.0], [8, 2, 5])
    other = np.r_[np.repeat([1.0, -1.0], [6, 4]), np.ones(5)]
    found, chance = same_sign(light, other, 0.9)
    assert found.value == 0.8  # six rise together, two fall together; five did not move
    assert chance == pytest.approx(0.8 * 0.6 + 0.2 * 0.4)


def test_what_does_not_move_has_no_direction():
    found, chance = same_sign(np.zeros(30), np.ones(30), 0.9)
    assert np.isnan([*found, chance]).all()
