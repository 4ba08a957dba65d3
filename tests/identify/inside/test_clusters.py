"""Local clusters: found where they are, and as often by chance as is said."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from cityebb.identify.inside._parts import as_parts
from cityebb.identify.inside._permute import count_extremes
from cityebb.identify.inside.clusters import local_clusters
from cityebb.identify.inside.neighbours import contiguous, nearest

RULES = {"permutations": 999, "seed": 1, "alpha": 0.05}


def find(frame, **more):
    parts = as_parts(frame)
    return local_clusters(parts, contiguous(parts), **{**RULES, **more})


def town(side, rng, *, city="t"):
    row, col = np.divmod(np.arange(side * side), side)
    return pd.DataFrame(
        {
            "city_id": city,
            "part_id": [f"{n:05}" for n in range(side * side)],
            "x_km": col.astype(float),
            "y_km": -row.astype(float),
            "area_km2": 1.0,
            "before": 100.0,
            "after": 100.0 * np.exp(rng.normal(0, 0.1, side * side)),
            "row": row,
            "col": col,
        }
    )


def test_every_choice_of_neighbours_is_equally_probable():
    """Of five parts two are drawn from the other four: six choices, each with its share of the draws."""
    z = np.array([5.0, 1.0, 2.0, 4.0, 8.0])
    number = np.full(5, 2)
    for lag in (2.5, 4.0, 6.0):
        low, high = count_extremes(
            np.array([0]), np.array([5]), z, np.ones(5, bool), number, np.full(5, lag),
            np.array([7], np.uint64), np.array([40_000]),
        )  # fmt: skip
        for i in range(5):
            means = [(a + b) / 2 for a, b in combinations(np.delete(z, i), 2)]
            assert low[i] / 40_000 == pytest.approx(np.mean(np.array(means) <= lag), abs=0.012), (i, lag)
            assert high[i] / 40_000 == pytest.approx(np.mean(np.array(means) >= lag), abs=0.012), (i, lag)


def test_local_i_of_a_row_of_three():
    # Changes −½, 0, +½ of the mean of both dates: z is −√1.5, 0, √1.5 up to how far apart they are.
    frame = pd.DataFrame(
        {
            "city_id": "t",
            "part_id": list("abcd"),
            "x_km": [0.0, 1.0, 2.0, 3.0],
            "y_km": 0.0,
            "area_km2": 1.0,
            "before": [5.0, 5.0, 3.0, 3.0],
            "after": [3.0, 3.0, 5.0, 5.0],
        }
    )
    found = find(frame)
    # z = −1, −1, 1, 1; neighbours' means −1, 0, 0, 1.
    assert found["local_i"].tolist() == pytest.approx([1.0, 0.0, 0.0, 1.0])


def test_a_patch_that_falls_is_a_low_cluster(rng):
    frame = town(20, rng)
    frame.loc[frame["row"].between(3, 7) & frame["col"].between(3, 7), "after"] *= 0.6
    low = pd.Series(find(frame)["cluster"]) == "low"
    inside = frame["row"].between(4, 6) & frame["col"].between(4, 6)
    assert low[inside].all()
    away = ~(frame["row"].between(2, 8) & frame["col"].between(2, 8))
    assert low[away].mean() < 0.02


def test_a_small_cluster_in_a_large_city_is_found(rng):
    frame = town(60, rng)
    frame.loc[frame["row"].between(10, 12) & frame["col"].between(10, 12), "after"] *= 0.3
    found = find(frame)
    assert found["cluster"][11 * 60 + 11] == "low"
    # A thousand draws alone could not: their smallest p-value is 0.002, of 3,600 tests.
    assert found["cluster_p"].min() < 2 / 1000


def test_one_high_part_among_low_ones_is_an_outlier(rng):
    frame = town(20, rng)
    hole = frame["row"].between(5, 7) & frame["col"].between(5, 7)
    frame.loc[hole, "after"] *= 0.5
    frame.loc[(frame["row"] == 6) & (frame["col"] == 6), "after"] = 160.0
    assert find(frame)["cluster"][6 * 20 + 6] == "high_among_low"


def test_of_cities_without_clusters_few_have_one(rng):
    many = pd.concat([town(8, rng, city=f"c{n:03}") for n in range(200)])
    found = find(many)
    called = pd.Series(found["cluster"]).ne("none").groupby(np.arange(12_800) // 64).any()
    # Benjamini and Hochberg keep the share of cities with any false call near alpha.
    assert called.mean() < 0.09
    assert 0.03 < (found["cluster_p"] <= 0.05).mean() < 0.07


def test_draws_hang_on_the_city_and_the_seed_alone(rng):
    one, other = town(6, rng, city="a"), town(6, rng, city="b")
    alone, beside = find(other), find(pd.concat([one, other]))
    np.testing.assert_array_equal(alone["cluster_p"], beside["cluster_p"][36:])
    np.testing.assert_array_equal(find(other.sample(frac=1, random_state=1))["cluster_p"], alone["cluster_p"])
    assert (find(other, seed=2)["cluster_p"] != alone["cluster_p"]).any()


def test_a_city_where_all_change_alike_has_no_clusters(draw):
    found = find(draw("SSS\nSSS\nSSS"))
    assert np.isnan(found["cluster_p"]).all()
    assert set(found["cluster"]) == {"none"}


def test_a_missing_part_is_nobodys_neighbour(draw):
    found = find(draw("SG?"))
    assert np.isnan(found["local_i"][2])


def test_nearest_neighbours_serve_as_well(rng):
    frame = town(12, rng)
    frame.loc[frame["row"].between(3, 6) & frame["col"].between(3, 6), "after"] *= 0.5
    parts = as_parts(frame.drop(columns=["row", "col"]))
    found = local_clusters(parts, nearest(parts, 8), **RULES)
    assert found["cluster"][4 * 12 + 4] == "low"


def test_equal_cities_of_other_names_have_draws_of_their_own(rng):
    one = town(6, rng, city="a")
    both = find(pd.concat([one, one.assign(city_id="b")]))
    assert (both["cluster_p"][:36] != both["cluster_p"][36:]).any()
    np.testing.assert_array_equal(both["local_i"][:36], both["local_i"][36:])
