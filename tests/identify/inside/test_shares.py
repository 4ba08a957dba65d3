"""Parts: their states, and the shares of a city that shrink and grow."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.identify import benjamini_hochberg
from cityebb.identify.inside._parts import as_parts
from cityebb.identify.inside._within import benjamini_hochberg_within
from cityebb.identify.inside.shares import shares
from cityebb.identify.inside.states import part_states, state_of
from cityebb.model import CityebbError


def share(frame, **more):
    parts = as_parts(frame)
    rules = {"threshold": -0.1, "alpha": 0.05, **more}
    return {name: value.tolist() for name, value in shares(parts, part_states(parts, **rules)).items()}


def test_shares_of_a_town_of_four(draw):
    found = share(draw("SG\n=="))
    assert found["before"] == [400.0]
    assert found["after"] == [400.0]
    assert found["lost"] == [50.0]
    assert found["gained"] == [50.0]
    assert found["shrinking_area_share"] == [0.25]
    assert found["growing_before_share"] == [0.25]


def test_shares_are_of_area_and_of_quantity_apart(draw):
    frame = draw("SG").assign(area_km2=[3.0, 1.0], before=[10.0, 90.0], after=[5.0, 180.0])
    found = share(frame)
    assert found["shrinking_area_share"] == [0.75]
    assert found["shrinking_before_share"] == [0.1]
    assert found["change"] == pytest.approx([0.85])


def test_a_missing_part_is_in_no_sum(draw):
    found = share(draw("S?"))
    assert found["before"] == [100.0]
    assert found["shrinking_area_share"] == [1.0]


def test_a_part_without_a_baseline_is_undetermined_but_its_gain_counts(draw):
    found = share(draw("==").assign(before=[0.0, 100.0], after=[30.0, 100.0]))
    assert found["gained"] == [30.0]
    assert found["growing_parts"] == [0]


def test_cities_are_in_the_order_of_their_names(draw):
    parts = as_parts(pd.concat([draw("SS", city="b"), draw("GGG", city="a")]))
    assert list(parts.names) == ["a", "b"]
    assert parts.count(parts.known).tolist() == [3, 2]


def test_only_parts_beyond_their_noise_are_called(draw):
    # Half in logs is 0.69; √2 · 0.1 leaves no doubt, √2 · 1 does.
    frame = draw("SS").assign(noise=[0.1, 1.0])
    assert part_states(as_parts(frame), threshold=-0.1, alpha=0.05).tolist() == ["shrinking", "undetermined"]


def test_stable_needs_an_interval_inside_the_threshold(draw):
    frame = draw("==").assign(noise=[0.01, 0.2])
    assert part_states(as_parts(frame), threshold=-0.1, alpha=0.05).tolist() == ["stable", "undetermined"]


def test_what_falls_to_zero_falls_beyond_any_noise(draw):
    frame = draw("SS").assign(after=0.0, noise=3.0)
    assert part_states(as_parts(frame), threshold=-0.1, alpha=0.05).tolist() == ["shrinking", "shrinking"]


def test_a_rise_needs_no_less_evidence_where_much_falls(draw):
    # p of the rise is 0.03: enough among nine falls beyond doubt only if falls and rises were one family.
    rise = np.exp(1.88 * np.sqrt(2.0) * 0.15)
    frame = draw("S" * 9 + "G").assign(before=100.0, after=[20.0] * 9 + [100 * rise], noise=0.15)
    found = part_states(as_parts(frame), threshold=-0.1, alpha=0.05).tolist()
    assert found == ["shrinking"] * 9 + ["undetermined"]
    assert part_states(as_parts(frame[9:]), threshold=-0.1, alpha=0.05).tolist() == ["growing"]


def test_false_calls_are_few_on_either_side():
    rng = np.random.default_rng(3)
    cities, size, noise = 200, 50, 0.15
    fall = np.where(rng.random(cities * size) < 0.5, 0.5, 1.0)
    errors = np.exp(noise * rng.normal(size=(2, fall.size)))
    frame = pd.DataFrame(
        {
            "city_id": np.repeat([f"c{n:03}" for n in range(cities)], size),
            "part_id": [f"p{n:05}" for n in range(fall.size)],
            "x_km": np.tile(np.arange(size) * 1.0, cities),
            "y_km": 0.0,
            "area_km2": 1.0,
            "before": 100 * errors[0],
            "after": 100 * fall * errors[1],
            "noise": noise,
        }
    )
    state = part_states(as_parts(frame), threshold=-0.1, alpha=0.05).reshape(cities, size)
    still = (fall == 1).reshape(cities, size)
    for called in (state == "shrinking", state == "growing"):
        false = (called & still).sum(axis=1) / np.maximum(called.sum(axis=1), 1)
        assert false.mean() < 0.1


def test_with_a_threshold_of_zero_nothing_is_stable():
    assert state_of(np.array([-1e-9, 0.0, 1e-9]), 0.0).tolist() == ["shrinking", "stable", "growing"]


@pytest.mark.parametrize(
    ("column", "value", "key"),
    [
        ("before", -1.0, "model.range_wrong"),
        ("after", np.inf, "identify.inside.infinite"),
        ("area_km2", 0.0, "identify.inside.no_area"),
        ("x_km", np.nan, "model.value_missing"),
        ("part_id", "000-000", "model.rows_twice"),
    ],
)
def test_bad_parts_are_refused(draw, column, value, key):
    frame = draw("SS")
    frame.loc[1, column] = value
    with pytest.raises(CityebbError) as raised:
        as_parts(frame)
    assert raised.value.key == key


def test_degrees_may_stand_for_kilometres(draw):
    frame = draw("SS").drop(columns=["x_km", "y_km"]).assign(lon=[10.0, 10.0], lat=[50.0, 50.01])
    parts = as_parts(frame)
    # A hundredth of a degree of latitude at 50° is 1.1123 km.
    assert np.ptp(parts.y) == pytest.approx(1.1123, abs=1e-4)
    assert np.ptp(parts.x) == pytest.approx(0.0, abs=1e-6)


@given(st.lists(st.tuples(st.floats(0, 1) | st.just(np.nan), st.integers(0, 3)), min_size=1, max_size=30))
def test_discovery_within_groups_is_discovery_of_each(tests):
    p = np.array([value for value, _ in tests])
    group = np.array([name for _, name in tests])
    found = benjamini_hochberg_within(p, group)
    for name in range(4):
        mine = group == name
        np.testing.assert_array_equal(found[mine], benjamini_hochberg(p[mine]))


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=1, max_size=20), st.randoms())
def test_mass_is_kept_whatever_the_order(values, random):
    frame = pd.DataFrame(values, columns=["before", "after"]).assign(
        city_id="t", x_km=0.0, y_km=0.0, area_km2=1.0
    )
    frame["part_id"] = [f"{n:02}" for n in range(len(frame))]
    found = share(frame)
    assert found["before"][0] - found["lost"][0] + found["gained"][0] == pytest.approx(
        found["after"][0], rel=1e-9, abs=1e-6
    )
    order = list(range(len(frame)))
    random.shuffle(order)
    np.testing.assert_equal(share(frame.iloc[order]), found)


def test_a_part_cut_in_two_changes_no_sum(draw):
    frame = draw("SG\n=S")
    halves = pd.concat([frame.assign(part_id=frame["part_id"] + end) for end in "ab"])
    halves[["area_km2", "before", "after"]] /= 2
    one, two = share(frame), share(halves)
    for name in set(one) - {"shrinking_parts", "growing_parts"}:
        assert one[name] == pytest.approx(two[name]), name


def test_both_dates_carry_noise(draw):
    # A fall by half is 0.693 in logs: 1.82 σ of one date's 0.38, but 1.29 σ of both.
    frame = draw("S=").assign(noise=[0.38, 0.001])
    assert part_states(as_parts(frame), threshold=-0.1, alpha=0.10).tolist() == ["undetermined", "stable"]
