"""Patches, holes, the six patterns and the four of counties, on towns that one can see."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cityebb.identify.inside._parts import as_parts
from cityebb.identify.inside.centre import centre_of, distance_from
from cityebb.identify.inside.counties import county_patterns
from cityebb.identify.inside.halves import halves
from cityebb.identify.inside.neighbours import contiguous, nearest
from cityebb.identify.inside.patches import find_patches
from cityebb.identify.inside.patterns import patterns
from cityebb.identify.inside.states import part_states
from cityebb.model import CityebbError

SIX = {
    "complete": "SSS\nSSS\nSSS",
    "central": "=====\n=SSS=\n=SSS=\n=SSS=\n=====",
    "peripheral": "SSSSS\nS===S\nS===S\nS===S\nSSSSS",
    "unilateral": "SS===\nSS===\nSS===\nSS===\nSS===",
    "local": "SS===\nSS===\n=====\n=====\n=====",
    "scatter": "S=S=S=S\n=======\nS=S=S=S\n=======\nS=S=S=S\n=======\nS=S=S=S",
    "none": "=====\n=G=G=\n=====\n==G==\n=====",
}


def look(frame):
    parts = as_parts(frame)
    state = part_states(parts, threshold=-0.1, alpha=0.05)
    centre = centre_of(parts, "mean")
    inner = halves(parts, distance_from(parts, *centre), parts.area).inner
    edges = contiguous(parts)
    patches = find_patches(parts, edges, state)
    found = patterns(parts, state, centre=centre, inner=inner, patch=patches.number, edges=edges)
    return found, patches


@pytest.mark.parametrize("lattice", [True, False])
@pytest.mark.parametrize("name", SIX)
def test_each_of_the_six_patterns(draw, name, lattice):
    found, _ = look(draw(SIX[name], lattice=lattice))
    assert found["pattern"].tolist() == [name]


@pytest.mark.parametrize("name", SIX)
@pytest.mark.parametrize("degrees", [30.0, 90.0, 201.0])
def test_a_pattern_turns_and_moves_with_its_city(draw, name, degrees):
    frame = draw(SIX[name], lattice=False)
    turn = np.radians(degrees)
    x, y = frame["x_km"], frame["y_km"]
    moved = frame.assign(
        x_km=x * np.cos(turn) - y * np.sin(turn) + 4321.0, y_km=x * np.sin(turn) + y * np.cos(turn) - 77.0
    )
    one, other = look(frame)[0], look(moved)[0]
    assert one["pattern"].tolist() == other["pattern"].tolist()
    for measure in ("shrinking_inner_share", "one_sidedness", "largest_patch_share"):
        assert other[measure] == pytest.approx(one[measure], nan_ok=True), measure


@pytest.mark.parametrize("share", [0.4, 0.5, 0.65])
def test_shrinking_all_over_at_random_is_scatter_though_patches_join(draw, rng, share):
    cells = np.where(rng.random((15, 15)) < share, "S", "=")
    found, _ = look(draw("\n".join("".join(row) for row in cells)))
    assert found["pattern"].tolist() == ["scatter"]


@pytest.mark.parametrize("lattice", [True, False])
def test_a_chessboard_is_scatter(draw, lattice):
    found, _ = look(draw("\n".join(("S=" * 5)[row % 2 :][:9] for row in range(9)), lattice=lattice))
    assert found["largest_patch_share"].tolist() == [1.0]
    assert found["pattern"].tolist() == ["scatter"]


def test_one_large_block_stays_local(draw):
    found, _ = look(draw("\n".join(["SSSSS=="] * 7)))
    assert found["pattern"].tolist() == ["local"]


def test_a_ring_on_one_side_only_is_not_peripheral(draw):
    found, _ = look(draw("SSSSS\n=====\n=====\n=====\n====="))
    assert found["pattern"].tolist() == ["local"]


def test_the_measures_of_the_centre(draw):
    found, _ = look(draw(SIX["central"]))
    assert found["shrinking_inner_share"].tolist() == [1.0]
    assert found["one_sidedness"][0] == pytest.approx(0.0, abs=1e-12)
    assert found["largest_patch_share"].tolist() == [1.0]


def test_half_a_city_is_one_sided_by_its_whole_half(draw):
    found, _ = look(draw("SSS===\nSSS===\nSSS===\nSSS===\nSSS===\nSSS==="))
    assert found["shrinking_side_share"].tolist() == [1.0]
    assert found["pattern"].tolist() == ["unilateral"]


def holes(frame):
    found = look(frame)[1]
    return found.number.tolist(), int(found.hole.sum())


@pytest.mark.parametrize("lattice", [True, False])
def test_a_shrinking_cell_in_the_middle_is_a_hole(draw, lattice):
    assert holes(draw("===\n=S=\n===", lattice=lattice)) == ([0, 0, 0, 0, 1, 0, 0, 0, 0], 1)


@pytest.mark.parametrize("lattice", [True, False])
def test_a_shrinking_cell_at_the_rim_is_none(draw, lattice):
    assert holes(draw("=S=\n===\n===", lattice=lattice))[1] == 0


def test_a_hole_beside_a_missing_cell_is_not_known_to_be_closed(draw):
    assert holes(draw("?==\n=S=\n==="))[1] == 0


def test_a_cell_beside_a_lake_stands_at_the_rim(draw):
    assert holes(draw("=====\n=S.==\n====="))[1] == 0


def test_cells_that_share_a_corner_are_one_patch(draw):
    assert holes(draw("====\n=S==\n==S=\n===="))[1] == 2
    assert max(holes(draw("====\n=S==\n==S=\n===="))[0]) == 1


def test_patches_are_numbered_within_their_city(draw):
    frame = pd.concat([draw("S=S", city="b"), draw("=S=", city="a")])
    assert holes(frame)[0] == [0, 1, 0, 1, 0, 2]


def test_gabriel_neighbours_of_a_grid_are_those_that_touch(draw):
    picture = "=====\n=====\n=.===\n====="
    on_grid = contiguous(as_parts(draw(picture)))
    frame = draw(picture, lattice=False)
    turned = frame.assign(
        x_km=frame["x_km"] * 0.8 - frame["y_km"] * 0.6, y_km=frame["x_km"] * 0.6 + frame["y_km"] * 0.8
    )
    between = contiguous(as_parts(turned))
    touching = set(zip(on_grid.start.tolist(), on_grid.end.tolist(), strict=True))
    # Across the gap two cells see each other; all that touch are neighbours in both.
    assert touching <= set(zip(between.start.tolist(), between.end.tolist(), strict=True))
    for one, other in zip(
        contiguous(as_parts(draw("===\n===", lattice=False))),
        contiguous(as_parts(draw("===\n==="))),
        strict=True,
    ):
        assert one.tolist() == other.tolist()


def test_neighbours_are_of_the_same_city(draw):
    frame = pd.concat([draw("==\n==", city="a", lattice=False), draw("==", city="b", lattice=False)])
    for edges in (contiguous(as_parts(frame)), nearest(as_parts(frame), 8)):
        counts = np.bincount(edges.start, minlength=6)
        assert counts.tolist() == [3, 3, 3, 3, 1, 1]


def test_those_as_near_as_the_last_are_nearest_too(draw):
    edges = nearest(as_parts(draw("===\n===\n===", lattice=False)), 3)
    assert np.bincount(edges.start).tolist() == [3, 3, 3, 3, 4, 3, 3, 3, 3]


def test_told_neighbours_are_taken_in_both_directions(draw):
    pairs = pd.DataFrame({"city_id": "t", "part_id": ["000-000"], "neighbour_id": ["000-002"]})
    edges = contiguous(as_parts(draw("===")), pairs)
    assert (edges.start.tolist(), edges.end.tolist()) == ([0, 2], [2, 0])


def test_an_unknown_neighbour_is_named(draw):
    pairs = pd.DataFrame({"city_id": "t", "part_id": ["000-000"], "neighbour_id": ["x"]})
    with pytest.raises(CityebbError) as raised:
        contiguous(as_parts(draw("===")), pairs)
    assert raised.value.key == "identify.inside.neighbour_unknown"
    assert str(raised.value).count("x")


def test_a_cell_that_stands_twice_is_refused(draw):
    frame = pd.concat([draw("=="), draw("==").assign(part_id=["x", "y"])])
    with pytest.raises(CityebbError) as raised:
        contiguous(as_parts(frame))
    assert raised.value.key == "identify.inside.cell_twice"


FOUR = {
    "whole": "SSS\nSSS",
    "ring": "SSS\nS=S\nSSS",
    "hourglass": "S=S\nS=S\nS=S",
    "dichotomous": "SS==\nSS==",
    "mixed": "S=\n.S\n=.\n.S",
    "none": "=G=",
}


@pytest.mark.parametrize("name", FOUR)
def test_each_of_the_four_patterns_of_counties(draw, name):
    found = county_patterns(draw(FOUR[name], lattice=name == "mixed"))
    assert found["county_pattern"].tolist() == [name]


def test_two_counties_have_no_pattern(draw):
    found = county_patterns(draw("S="))
    assert found["county_pattern"].tolist() == ["undetermined"]
    assert found["reason"].tolist() == ["identify.inside.reason.few_parts"]


def test_a_prefecture_of_which_little_is_known_has_no_pattern(draw):
    found = county_patterns(draw("SSS?"))
    assert found["reason"].tolist() == ["identify.inside.reason.coverage"]


@pytest.mark.parametrize(
    ("picture", "pattern"),
    [
        # 2 of 25 cells are enough for a pattern, but less than a quarter of their half (12.5).
        ("S====\n=====\n=====\n=====\n====S", "local"),
        ("=====\n=====\n=S=S=\n=====\n=====", "local"),
        # One patch about the centre is central however small; so are two halves of the middle.
        ("=====\n==S==\n==S==\n=====\n=====", "central"),
        ("=====\n=S=S=\n=S=S=\n=S=S=\n=====", "central"),
    ],
)
def test_specks_are_not_a_zone(draw, picture, pattern):
    assert look(draw(picture))[0]["pattern"].tolist() == [pattern]


def test_pairs_without_names_are_refused(draw):
    with pytest.raises(CityebbError) as raised:
        contiguous(as_parts(draw("===")), pd.DataFrame({"city_id": ["t"], "part_id": ["000-000"]}))
    assert raised.value.key == "model.column_missing"


def test_cells_beside_subdistricts_are_taken_by_where_they_lie(draw):
    frame = pd.concat([draw("===\n=S=\n===", city="a"), draw("===\n=S=\n===", city="b", lattice=False)])
    assert as_parts(frame).row is None
    assert holes(frame)[1] == 2
