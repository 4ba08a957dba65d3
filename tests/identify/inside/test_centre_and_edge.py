"""Centre and edge by halves and by gradient, and the shift of the weighted centre."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cityebb.identify.inside._parts import as_parts
from cityebb.identify.inside.centre import centre_of, distance_from
from cityebb.identify.inside.gradient import gradients
from cityebb.identify.inside.halves import halves
from cityebb.identify.inside.shift import shifts

STRIP = pd.DataFrame(
    {
        "city_id": "t",
        "part_id": list("abcde"),
        "x_km": [-2.0, -1.0, 0.0, 1.0, 2.0],
        "y_km": 0.0,
        "area_km2": 1.0,
        "before": [10.0, 20.0, 40.0, 20.0, 10.0],
        "after": [5.0, 10.0, 80.0, 10.0, 5.0],
    }
)


def cut(frame, by="area", how="mean"):
    parts = as_parts(frame)
    distance = distance_from(parts, *centre_of(parts, how))
    return halves(parts, distance, getattr(parts, by))


def test_halves_of_area_of_a_strip():
    # Two and a half of five cells: the middle one and three quarters of each beside it.
    found = cut(STRIP)
    assert found.inner.tolist() == [0.0, 0.75, 1.0, 0.75, 0.0]
    assert found.radius_km.tolist() == [1.0]
    assert found.inner_change[0] == pytest.approx((80 + 15) / (40 + 30) - 1)
    assert found.outer_change[0] == pytest.approx((5 + 10) / (10 + 20) - 1)


def test_halves_of_the_quantity_hold_half_of_it():
    # Of 100, the middle cell holds 40 and a quarter of both beside it the other 10.
    found = cut(STRIP, by="before")
    assert found.inner.tolist() == [0.0, 0.25, 1.0, 0.25, 0.0]
    assert found.inner_change[0] == pytest.approx((80 + 5) / 50 - 1)
    assert found.outer_change[0] == pytest.approx((10 + 15) / 50 - 1)


def test_both_halves_add_up_to_the_city():
    parts = as_parts(STRIP)
    inner = cut(STRIP).inner
    assert (inner * parts.after).sum() + ((1 - inner) * parts.after).sum() == parts.after.sum()


def test_a_part_cut_in_two_moves_no_half():
    twice = pd.concat([STRIP.assign(part_id=STRIP["part_id"] + end) for end in "xy"])
    twice[["area_km2", "before", "after"]] /= 2
    whole, pieces = cut(STRIP), cut(twice)
    assert pieces.inner_change == pytest.approx(whole.inner_change)
    assert pieces.outer_change == pytest.approx(whole.outer_change)
    assert pieces.radius_km == pytest.approx(whole.radius_km)


def test_a_missing_part_belongs_to_neither_half():
    frame = STRIP.assign(after=[5.0, 10.0, 80.0, 10.0, np.nan])
    assert np.isnan(cut(frame, how="area").inner[4])


@pytest.mark.parametrize(("how", "x"), [("mean", 0.5), ("area", 1.5), ("densest", 0.0)])
def test_the_centre_is_the_one_asked_for(how, x):
    frame = pd.DataFrame(
        {
            "city_id": "t",
            "part_id": list("abcd"),
            "x_km": [0.0, 1.0, 2.0, 3.0],
            "y_km": 0.0,
            "area_km2": 1.0,
            "before": [7.0, 2.0, 0.0, 1.0],
            "after": 1.0,
        }
    )
    assert centre_of(as_parts(frame), how)[0].tolist() == [pytest.approx(x)]


def test_a_city_with_nothing_at_the_start_has_no_centre():
    parts = as_parts(STRIP.assign(before=0.0))
    assert np.isnan(centre_of(parts, "mean")[0]).all()
    assert np.isnan(cut(STRIP.assign(before=0.0)).inner_change).all()


def rings(b0, b1):
    """Return parts at 0 to 4 km on two axes whose density falls by exactly b0 and b1 a kilometre."""
    r = np.array([0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0])
    side = np.array([1, 1, -1, 1, -1, 1, -1, 1, -1])
    return pd.DataFrame(
        {
            "city_id": "t",
            "part_id": [f"p{n}" for n in range(9)],
            "x_km": r * side,
            "y_km": 0.0,
            "area_km2": 2.0,
            "before": 2.0 * np.exp(5 - b0 * r),
            "after": 2.0 * np.exp(5 - b1 * r),
        }
    )


def fit(frame):
    parts = as_parts(frame)
    found = gradients(parts, distance_from(parts, *centre_of(parts, "mean")))
    return {name: value[0] for name, value in found.items()}


def test_an_exact_gradient_is_found_without_error():
    found = fit(rings(0.5, 0.3))
    assert found["gradient_before"] == pytest.approx(0.5)
    assert found["gradient_after"] == pytest.approx(0.3)
    assert found["gradient_change"] == pytest.approx(-0.2)
    assert found["gradient_change_se"] == pytest.approx(0.0, abs=1e-9)


def test_the_error_is_that_of_least_squares():
    from scipy.stats import linregress

    frame = rings(0.5, 0.5)
    frame["after"] *= np.exp([0.1, -0.1, 0.0, 0.2, 0.1, 0.0, -0.1, 0.1, -0.2])
    found = fit(frame)
    line = linregress(frame["x_km"].abs(), np.log(frame["after"] / 2))
    assert found["gradient_after"] == pytest.approx(-line.slope)
    assert found["gradient_after_se"] == pytest.approx(line.stderr)


def test_a_dark_part_is_left_out_at_both_dates():
    frame = rings(0.5, 0.3)
    frame.loc[8, "after"] = 0.0
    assert fit(frame)["gradient_change"] == pytest.approx(-0.2, abs=0.02)


def test_parts_equally_far_have_no_gradient(draw):
    frame = draw("SG\n==", lattice=False)
    assert np.isnan(fit(frame)["gradient_before"])


def test_a_cut_part_leaves_the_gradient():
    frame = rings(0.5, 0.3)
    frame["after"] *= np.exp([0.1, -0.1, 0.0, 0.2, 0.1, 0.0, -0.1, 0.1, -0.2])
    one = frame.iloc[[3]]
    halves_of_it = pd.concat([one.assign(part_id="q1"), one.assign(part_id="q2")])
    halves_of_it[["area_km2", "before", "after"]] /= 2
    pieces = fit(pd.concat([frame.drop(index=3), halves_of_it]))
    assert pieces["gradient_after"] == pytest.approx(fit(frame)["gradient_after"])


def move(frame):
    return {name: value[0] for name, value in shifts(as_parts(frame)).items()}


@pytest.mark.parametrize(
    ("x", "y", "bearing"), [(0.0, 1.0, 0.0), (1.0, 0.0, 90.0), (0.0, -1.0, 180.0), (-1.0, 0.0, 270.0)]
)
def test_the_centre_moves_half_way_to_the_only_part_left(x, y, bearing):
    frame = pd.DataFrame(
        {
            "city_id": "t",
            "part_id": ["a", "b"],
            "x_km": [0.0, x],
            "y_km": [0.0, y],
            "area_km2": 1.0,
            "before": [1.0, 1.0],
            "after": [0.0, 1.0],
        }
    )
    found = move(frame)
    assert found["shift_km"] == pytest.approx(0.5)
    assert found["shift_bearing"] == pytest.approx(bearing)


def test_nothing_moves_where_all_falls_alike():
    found = move(STRIP.assign(after=STRIP["before"] / 2))
    assert found["shift_km"] == 0.0
    assert np.isnan(found["shift_bearing"])


def test_the_error_from_noise_is_as_measured_again_and_again():
    rng = np.random.default_rng(1)
    frame = STRIP.assign(noise=0.05, y_km=[0.0, 1.0, 0.0, -1.0, 0.0])
    found = move(frame.assign(after=frame["before"] * [1.0, 1.0, 1.0, 1.5, 1.5]))
    ends = frame["before"].to_numpy() * [1.0, 1.0, 1.0, 1.5, 1.5]
    x = frame[["x_km", "y_km"]].to_numpy()
    draws = []
    for _ in range(4000):
        v0 = frame["before"].to_numpy() * np.exp(rng.normal(0, 0.05, 5))
        v1 = ends * np.exp(rng.normal(0, 0.05, 5))
        draws.append((v1 @ x) / v1.sum() - (v0 @ x) / v0.sum())
    bearing = np.radians(found["shift_bearing"])
    along = np.array(draws) @ [np.sin(bearing), np.cos(bearing)]
    assert found["shift_error_from"] == "noise"
    assert found["shift_se_km"] == pytest.approx(along.std(), rel=0.05)
    assert found["shift_p"] < 1e-6


def test_the_error_without_noise_is_that_of_a_bootstrap():
    rng = np.random.default_rng(2)
    x, y = rng.uniform(-5, 5, 200), rng.uniform(-5, 5, 200)
    before = rng.uniform(1, 9, 200)
    frame = pd.DataFrame(
        {"city_id": "t", "part_id": [f"{n:03}" for n in range(200)], "x_km": x, "y_km": y, "area_km2": 1.0}
    ).assign(before=before, after=before * np.exp(rng.normal(0, 0.3, 200) + 0.1 * x))
    found = move(frame)
    draws = []
    for _ in range(2000):
        one = frame.iloc[rng.integers(0, 200, 200)]
        draws.append(
            [
                np.average(one[c], weights=one["after"]) - np.average(one[c], weights=one["before"])
                for c in ("x_km", "y_km")
            ]
        )
    bearing = np.radians(found["shift_bearing"])
    along = np.array(draws) @ [np.sin(bearing), np.cos(bearing)]
    assert found["shift_error_from"] == "parts"
    assert found["shift_se_km"] == pytest.approx(along.std(), rel=0.1)


def test_chance_calls_a_shift_as_often_as_it_says():
    rng = np.random.default_rng(3)
    many = pd.concat(
        [
            STRIP.assign(
                city_id=f"c{n:04}", y_km=[0.0, 1.0, 0.0, -1.0, 0.0], noise=0.1,
                before=STRIP["before"] * np.exp(rng.normal(0, 0.1, 5)),
                after=STRIP["before"] * np.exp(rng.normal(0, 0.1, 5)),
            )
            for n in range(1000)
        ]
    )  # fmt: skip
    p = shifts(as_parts(many))["shift_p"]
    assert 0.03 < (p < 0.05).mean() < 0.075
