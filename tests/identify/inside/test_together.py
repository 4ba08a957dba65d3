"""A city's own figure beside the sum of its parts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.identify.inside import city_and_parts, county_patterns, look_inside
from cityebb.model import CityebbError


def cities(**rows):
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["before", "after"]).astype(float)
    return frame.assign(state="stable")


def parts(rows, **more):
    frame = pd.DataFrame(rows, columns=["city_id", "part_id", "before", "after", "state"])
    return frame.assign(**more)


TWO = [("c", "core", 20.0, 24.0, "growing"), ("c", "edge", 10.0, 3.0, "shrinking")]


def test_shares_are_of_people_of_area_and_of_units():
    found = city_and_parts(cities(c=(30, 27)), parts(TWO, area_km2=[1.0, 4.0])).iloc[0]
    assert (found["parts_before"], found["parts_after"], found["parts_change"]) == (
        30,
        27,
        pytest.approx(-0.1),
    )
    assert (found["growing_parts"], found["shrinking_parts"], found["known_parts"]) == (1, 1, 2)
    assert found["shrinking_before_share"] == pytest.approx(1 / 3)
    assert found["shrinking_area_share"] == pytest.approx(0.8)
    assert (found["land_density_before"], found["land_density_after"]) == (6, 5.4)
    assert found["lived_density_before"] == pytest.approx((20 * 20 + 10 * 2.5) / 30)
    # Fewer people, but more of them where it is dense.
    assert found["lived_density_after"] > found["lived_density_before"]


def test_without_areas_only_people_are_told():
    found = city_and_parts(cities(c=(30, 27)), parts(TWO, area_km2=[1.0, np.nan])).iloc[0]
    unknown = ["area_km2", "shrinking_area_share", "land_density_after", "lived_density_after"]
    assert found[unknown].isna().all()
    assert found["shrinking_before_share"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(("own", "differs"), [((30, 27), False), ((30.2, 27), False), ((30, 28), True)])
def test_figures_that_lie_apart(own, differs):
    assert bool(city_and_parts(cities(c=own), parts(TWO))["differs"].iloc[0]) is differs


def test_what_is_missing_is_not_zero():
    rows = [*TWO, ("c", "gone", 5.0, np.nan, "undetermined")]
    found = city_and_parts(cities(c=(35, 27), d=(1, 1), e=(np.nan, 4)), parts(rows)).set_index("city_id")
    assert (found.loc["c", "parts"], found.loc["c", "known_parts"], found.loc["c", "parts_before"]) == (
        3,
        2,
        30,
    )
    assert found.loc["c", "differs_before"] == 0  # at that date all are there
    assert found.loc["d", "reason"] == "identify.inside.reason.no_parts"
    assert np.isnan(found.loc["d", "parts_before"])
    assert np.isnan(found.loc["e", "change"])
    only = city_and_parts(cities(c=(35, 27)), parts(rows[2:])).iloc[0]
    assert only["reason"] == "identify.inside.reason.no_part_known"


def test_a_column_that_is_missing_is_named():
    with pytest.raises(CityebbError, match="state"):
        city_and_parts(cities(c=(1, 1)), parts(TWO).drop(columns="state"))


figures = st.floats(0, 1e7) | st.just(np.nan)


@given(st.lists(st.tuples(st.sampled_from("ab"), figures, figures), min_size=1, max_size=12), st.randoms())
def test_the_order_of_parts_changes_no_bit(rows, shuffle):
    named = [(city, f"p{place}", *pair, "stable") for place, (city, *pair) in enumerate(rows)]
    one = city_and_parts(cities(a=(1, 1), b=(2, 1)), parts(named))
    shuffle.shuffle(named)
    pd.testing.assert_frame_equal(
        one, city_and_parts(cities(a=(1, 1), b=(2, 1)), parts(named)), rtol=0, atol=0
    )


def row(states, after=9.0):
    place = np.arange(len(states))
    told = {"city_id": "p", "part_id": [f"{n:02}" for n in place], "x_km": place * 10.0, "y_km": 0.0}
    return pd.DataFrame({**told, "area_km2": 100.0, "before": 10.0, "after": after, "state": states})


def test_a_state_that_is_given_stands():
    found = look_inside(row(["stable"] * 4 + ["shrinking"] * 6))
    assert found.cities["shrinking_parts"].iloc[0] == 6  # by the threshold all ten would
    assert found.parts["state"].tolist()[:5] == ["stable"] * 4 + ["shrinking"]
    pattern = county_patterns(row(["shrinking", "stable", "shrinking"], after=11.0))
    assert pattern["county_pattern"].tolist() == ["hourglass"]


def test_a_state_that_is_none_is_refused():
    with pytest.raises(CityebbError, match="falling"):
        look_inside(row(["stable", "falling"]))
