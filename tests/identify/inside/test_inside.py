"""The inside of cities as a whole: both the city and its parts, and what is not known said so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityebb.identify.inside import InsideRules, county_patterns, look_inside
from cityebb.model import COUNTIES, INSIDE, PARTS_FOUND, CityebbError

PATTERN = """
    SSSSSSS
    SS===SS
    S=GGG=S
    S=GGG=S
    S=GGG=S
    SS===SS
    SSSSSSS
"""
SUMS = [
    "area_km2",
    "known_share",
    "before",
    "after",
    "change",
    "lost",
    "gained",
    "shrinking_area_share",
    "growing_area_share",
    "shrinking_before_share",
    "growing_before_share",
    "centre_x_km",
    "centre_y_km",
    "core_radius_km",
    "core_change",
    "edge_change",
    "half_radius_km",
    "inner_half_change",
    "outer_half_change",
    "gradient_before",
    "gradient_after",
    "gradient_change",
    "shift_km",
    "shrinking_inner_share",
    "one_sidedness",
    "shrinking_side_share",
]


def one(frame, rules=None, **more):
    return look_inside(frame, rules, **more).cities.iloc[0]


@pytest.fixture
def town(rng):
    """A town of 60 irregular subdistricts."""
    x, y = rng.normal(0, 4, 60), rng.normal(0, 3, 60)
    before = rng.uniform(10, 100, 60)
    return pd.DataFrame(
        {
            "city_id": "t",
            "part_id": [f"s{n:02}" for n in range(60)],
            "x_km": x,
            "y_km": y,
            "area_km2": rng.uniform(0.5, 3, 60),
            "before": before,
            "after": before * np.exp(rng.normal(-0.05, 0.3, 60) + 0.05 * x),
        }
    )


def test_a_city_falls_because_its_edge_falls_while_its_centre_grows(draw):
    found = one(draw(PATTERN))
    # 28 of 49 cells fall by half, 9 grow by half: 49 − 14 + 4.5 of 49.
    assert found["change"] == pytest.approx(-9.5 / 49)
    assert (found["state"], found["core_state"], found["edge_state"]) == ("shrinking", "growing", "shrinking")
    assert found["pattern"] == "peripheral"
    assert found["gradient_change"] > 0
    assert found["shrinking_area_share"] == pytest.approx(28 / 49)


def test_a_city_grows_while_its_centre_falls(draw):
    swap = str.maketrans("SG", "GS")
    found = one(draw(PATTERN.translate(swap)))
    assert (found["state"], found["core_state"], found["edge_state"]) == ("growing", "shrinking", "growing")
    assert found["pattern"] == "central"
    assert found["holes"] == 1
    assert found["hole_area_share"] == pytest.approx(9 / 49)


def test_the_whole_is_its_halves(draw):
    found = one(draw("SG=\nS=G\n==S"))
    halves = (1 + found["inner_half_change"]) / 2 + (1 + found["outer_half_change"]) / 2 - 1
    assert halves == pytest.approx(found["change"])


def test_tables_are_as_declared(town):
    found = look_inside(town)
    INSIDE.check(found.cities)
    PARTS_FOUND.check(found.parts)
    assert list(found.cities.columns) == INSIDE.names
    assert list(found.parts.columns) == PARTS_FOUND.names
    COUNTIES.check(county_patterns(town))


def test_parts_come_back_on_their_own_index(town):
    mixed = town.sample(frac=1, random_state=3)
    found = look_inside(mixed).parts
    assert found.index.equals(mixed.index)
    assert found["part_id"].equals(mixed["part_id"])
    np.testing.assert_allclose(found["change"], mixed["after"] / mixed["before"] - 1)


def blanked(found):
    names = [name for name in INSIDE.names if name not in INSIDE.names[:11] and name != "reason"]
    values = found[names]
    return {value for value in values if isinstance(value, str)} <= {"undetermined", "none"} and all(
        np.isnan(value) for value in values if not isinstance(value, str)
    )


@pytest.mark.parametrize(
    ("picture", "change", "reason"),
    [
        ("SS\nSS", {}, "few_parts"),
        ("SSS?\nSSS?\nSSS?", {}, "coverage"),
        ("SSS\nSSS\nSSS", {"before": 0.0}, "no_baseline"),
    ],
)
def test_what_cannot_be_judged_says_why(draw, picture, change, reason):
    found = one(draw(picture).assign(**change))
    assert found["reason"] == f"identify.inside.reason.{reason}"
    assert blanked(found)


def test_a_judged_city_is_not_blank(draw):
    assert not blanked(one(draw(PATTERN)))


def test_the_sums_of_a_city_of_few_parts_stand(draw):
    found = look_inside(draw("SS\nSS"))
    assert found.cities.loc[0, "change"] == pytest.approx(-0.5)
    assert found.parts["state"].tolist() == ["shrinking"] * 4
    assert found.parts["distance_km"].isna().all()


def test_dmsp_is_refused_for_towns_narrower_than_its_bloom(draw):
    narrow, wide = draw("=========\n=SSSSSSS=\n========="), draw("\n".join(["S" + "=" * 8] * 9))
    for frame, product, reason in (
        (narrow, "dmsp", "bloom"),
        (wide, "dmsp", "judged"),
        (narrow, "vnl", "judged"),
    ):
        assert one(frame, product=product)["reason"] == f"identify.inside.reason.{reason}"
    found = look_inside(narrow, unit="DN·km²")
    assert blanked(found.cities.iloc[0])
    assert found.cities.loc[0, "change"] == pytest.approx(-3.5 / 27)
    assert found.parts["change"].isna().all()
    assert set(found.parts["state"]) == {"undetermined"}


def test_one_city_does_not_change_another(draw, town):
    beside = draw(PATTERN, city="a", lattice=False)
    alone, together = one(town), look_inside(pd.concat([beside, town])).cities.set_index("city_id").loc["t"]
    pd.testing.assert_series_equal(alone.drop("city_id"), together, check_names=False)


def test_the_order_of_parts_changes_nothing(town):
    pd.testing.assert_frame_equal(
        look_inside(town).cities, look_inside(town.sample(frac=1, random_state=5)).cities
    )


@settings(max_examples=15, deadline=None)
@given(st.floats(0, 360), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_turning_and_moving_a_city_changes_nothing_but_where_it_is(degrees, east, north):
    rng = np.random.default_rng(9)
    frame = pd.DataFrame({"x_km": rng.normal(0, 4, 40), "y_km": rng.normal(0, 3, 40)}).assign(
        city_id="t", part_id=[f"{n:02}" for n in range(40)], area_km2=1.0, before=rng.uniform(1, 9, 40)
    )
    frame["after"] = frame["before"] * np.exp(rng.normal(0, 0.4, 40))
    turn = np.radians(degrees)
    x, y = frame["x_km"], frame["y_km"]
    turned = frame.assign(
        x_km=x * np.cos(turn) + y * np.sin(turn) + east, y_km=y * np.cos(turn) - x * np.sin(turn) + north
    )
    first, second = look_inside(frame), look_inside(turned)
    moved = ["centre_x_km", "centre_y_km", "shift_bearing"]
    pd.testing.assert_frame_equal(
        first.cities.drop(columns=moved), second.cities.drop(columns=moved), rtol=1e-4, atol=1e-6
    )
    bearing = first.cities.loc[0, "shift_bearing"] + degrees - second.cities.loc[0, "shift_bearing"]
    assert np.cos(np.radians(bearing)) == pytest.approx(1.0, abs=1e-6)
    pd.testing.assert_frame_equal(first.parts, second.parts, rtol=1e-4, atol=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.sets(st.integers(0, 59), min_size=1))
def test_parts_cut_in_two_change_no_sum(which):
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"x_km": rng.normal(0, 4, 60), "y_km": rng.normal(0, 3, 60)}).assign(
        city_id="t", part_id=[f"{n:02}" for n in range(60)], area_km2=2.0, before=rng.uniform(1, 9, 60)
    )
    frame["after"] = frame["before"] * np.exp(rng.normal(0, 0.4, 60))
    cut = frame.loc[sorted(which)].copy()
    cut[["area_km2", "before", "after"]] /= 2
    pieces = pd.concat([frame.drop(index=sorted(which)), cut, cut.assign(part_id=cut["part_id"] + "b")])
    whole, again = one(frame), one(pieces)
    for name in SUMS:
        assert again[name] == pytest.approx(whole[name], rel=1e-9), name


def test_no_permutations_no_clusters(town):
    found = look_inside(town, InsideRules(permutations=0))
    assert set(found.parts["cluster"]) == {"none"}
    assert found.parts["cluster_p"].isna().all()


def test_an_empty_table_has_no_cities(town):
    found = look_inside(town.head(0))
    assert (len(found.cities), len(found.parts)) == (0, 0)


def test_a_table_without_places_is_refused(town):
    with pytest.raises(CityebbError) as raised:
        look_inside(town.drop(columns=["x_km"]))
    assert raised.value.key == "model.column_missing"


def test_noise_makes_calls_rarer(town):
    quiet, loud = one(town.assign(noise=0.01)), one(town.assign(noise=0.5))
    assert loud["shrinking_area_share"] < quiet["shrinking_area_share"]
    assert quiet["shift_error_from"] == "noise"
    assert quiet["shift_se_km"] < loud["shift_se_km"]
