"""What many specifications say of each city, and which choice moves the count."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.identify import NO_CITY, effects_of, robustness_of
from cityebb.model import SENSITIVITY

CITIES = pd.Index(["a", "b"], name="city_id")
NAMES = ("undetermined", "shrinking", "growing", "stable", "no_city")


def table(**columns):
    size = len(next(iter(columns.values())))
    blank = {
        "specification": [f"s{at}" for at in range(size)],
        **dict.fromkeys(("definition", "epoch", "at_least", "start", "end", "line", "calibration"), ""),
        **dict.fromkeys(("floor_factor", "min_area_km2"), 1.0),
        "connectivity": 8.0,
        "first_year": 2010,
        "last_year": 2020,
        "threshold": -0.1,
        "plain_threshold": -0.1,
        "boundaries": "",
        "varies": "several",
        "is_default": False,
        "cities": 10,
        **dict.fromkeys(("plain_down", "plain_up", "shrinking", "growing", "stable", "undetermined"), 0),
    }
    return SENSITIVITY.check(pd.DataFrame(blank | columns)[SENSITIVITY.names])


@given(
    st.lists(st.tuples(st.integers(0, NO_CITY), st.integers(0, NO_CITY)), min_size=1, max_size=30), st.data()
)
def test_the_counts_add_up_and_order_does_not_matter(rows, data):
    states = np.array(rows, np.int8)
    size = len(states)
    choices = {
        name: np.array(data.draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))) for name in "xy"
    }
    own = data.draw(st.integers(0, size - 1))
    found = robustness_of(states, choices, own, CITIES)
    assert (found[list(NAMES)].sum(axis=1) == size).all()
    for code, name in enumerate(NAMES):
        assert found[name].tolist() == (states == code).sum(axis=0).tolist()
    as_city = found["share_shrinking_as_city"].fillna(1.0)
    assert (as_city >= found["share_shrinking"]).all()
    assert (found["share_agreeing"] >= 1 / size - 1e-12).all()
    assert ((found["flipped_by"] == "") == (found["flip"] == 0)).all()
    order = np.array(data.draw(st.permutations(range(size))))
    mixed = robustness_of(
        states[order],
        {name: levels[order] for name, levels in choices.items()},
        int(np.flatnonzero(order == own)[0]),
        CITIES,
    )
    pd.testing.assert_frame_equal(found, mixed)


def test_the_choice_that_turns_a_city_is_named():
    states = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], np.int8)
    choices = {"end": np.array([0, 0, 1, 1]), "epoch": np.array([0, 1, 0, 1]), "floor": np.zeros(4, np.int64)}
    found = robustness_of(states, choices, 0, CITIES)
    assert found["flipped_by"].tolist() == ["end", "epoch"]
    assert found["flip"].tolist() == [1.0, 1.0]
    assert found["share_agreeing"].tolist() == [0.5, 0.5]


def test_a_city_nowhere_has_no_share_as_a_city():
    found = robustness_of(np.full((3, 2), NO_CITY, np.int8), {}, 0, CITIES)
    assert found["no_city"].tolist() == [3, 3]
    assert found["share_shrinking"].tolist() == [0.0, 0.0]
    assert found["share_shrinking_as_city"].isna().all()


def test_one_choice_explains_all_and_the_other_nothing():
    found = effects_of(
        table(
            epoch=["union", "union", "final", "final"],
            last_year=[2015, 2020, 2015, 2020],
            shrinking=[4, 4, 2, 2],
        )
    )
    by = found.drop_duplicates("dimension").set_index("dimension")["explains_count"]
    assert by.to_dict() == {"epoch": 1.0, "end": 0.0}
    assert found.loc[found["level"] == "union", ["mean_shrinking", "mean_share"]].to_numpy().tolist() == [
        [4.0, 0.4]
    ]


def test_interplay_is_explained_by_neither():
    found = effects_of(
        table(
            epoch=["union", "union", "final", "final"],
            last_year=[2015, 2020, 2015, 2020],
            shrinking=[4, 2, 2, 4],
        )
    )
    assert found["explains_count"].tolist() == [0.0] * 4


def test_where_nothing_moves_nothing_is_explained():
    found = effects_of(table(last_year=[2015, 2020], shrinking=[3, 3]))
    assert found["explains_count"].isna().all()
    assert effects_of(table(last_year=[2020], shrinking=[3])).empty


def test_no_city_has_a_count_and_no_share():
    found = effects_of(table(last_year=[2015, 2020], shrinking=[3, 0], cities=[10, 0])).set_index("level")
    assert found.loc["2020", "mean_shrinking"] == 0
    assert np.isnan(found.loc["2020", "mean_share"])
    assert found.loc["2015", "mean_share"] == pytest.approx(0.3)
