"""Relative change: each city beside those of its region."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.identify import relative_to_all, relative_to_region
from cityebb.identify.change import LEAST_IN_REGION


def country(name, change, count=LEAST_IN_REGION):
    return np.full(count, change), np.full(count, name, dtype=object)


def test_a_region_that_brightens_makes_no_city_of_it_grow():
    bright, plain = country("IN", 0.5), country("CN", 0.0)
    loser = np.array([0.2]), np.array(["IN"], dtype=object)
    change, regions = (np.concatenate(parts) for parts in zip(bright, plain, loser, strict=True))
    relative, to = relative_to_region(change, regions)
    assert relative[:30] == pytest.approx(0)
    assert relative[30:60] == pytest.approx(0)
    assert relative[-1] == pytest.approx(1.2 / 1.5 - 1)
    assert set(to) == {"IN", "CN"}
    assert relative_to_all(change)[-1] > relative[-1]


def test_small_regions_and_none_stand_beside_all():
    large, small = country("CN", 0.1), country("LA", 0.3, LEAST_IN_REGION - 1)
    none = np.array([0.2]), np.array([None], dtype=object)
    change, regions = (np.concatenate(parts) for parts in zip(large, small, none, strict=True))
    relative, to = relative_to_region(change, regions)
    assert to[0] == "CN"
    assert to[30] == ""
    assert to[-1] == ""
    everybody = relative_to_all(change)
    assert relative[30:] == pytest.approx(everybody[30:])


def test_cities_without_a_change_do_not_make_a_region():
    change, regions = country("CN", 0.1)
    change[0] = np.nan
    relative, to = relative_to_region(change, regions)
    assert set(to) == {""}
    assert np.isnan(relative[0])


def test_one_metropolis_does_not_decide():
    change, regions = country("CN", 0.0)
    before = relative_to_region(change, regions)[0][5]
    change[0] = 50.0
    assert relative_to_region(change, regions)[0][5] == before


@given(st.lists(st.floats(-0.9, 5), min_size=LEAST_IN_REGION, max_size=60), st.floats(0.1, 10))
def test_a_common_factor_cancels(values, factor):
    change = np.array(values)
    regions = np.full(len(values), "CN", dtype=object)
    relative, _ = relative_to_region(change, regions)
    again, _ = relative_to_region((1 + change) * factor - 1, regions)
    assert again == pytest.approx(relative, abs=1e-6)


def test_without_regions_all_are_compared():
    change = np.array([0.0, 0.1, 0.2])
    relative, to = relative_to_region(change, None)
    assert relative == pytest.approx(relative_to_all(change))
    assert set(to) == {""}
