"""Another grid, the same mass: constants stay, people are conserved, missing never becomes zero."""

from __future__ import annotations

import pickle
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cityebb.grids import ArrayLayer, Grid, Stack
from cityebb.harmonise.regrid import RegriddedLayer, plan_of, regrid
from cityebb.model import CityebbError

DEGREES = "EPSG:4326"
EUROPE = "EPSG:3035"


def layer(values, transform, crs=DEGREES, **more):
    array = np.asarray(values)
    grid = Grid(crs, tuple(float(number) for number in transform), array.shape)
    return ArrayLayer(2020, grid, str(array.dtype), "2020.tif", values=array, **more)


def put(source, target, kind="count", **more):
    stack = Stack("s", "people" if kind == "count" else "light", kind, "u", (source,), **more)
    return regrid(stack, target).layers[0]


def read(layer_, height=None):
    rows = layer_.grid.shape[0]
    edges = [*range(0, rows, height or rows), rows]
    with layer_.open() as reader:
        return np.concatenate([reader.rows(first, stop) for first, stop in pairwise(edges)])


def mass(values, grid, kind):
    return np.nansum(values if kind == "count" else values * grid.areas_km2(0, grid.shape[0]))


def test_four_cells_become_one_and_one_becomes_four():
    fine = layer([[1, 2], [3, 4]], (1000, 0, 0, 0, -1000, 2000), EUROPE)
    coarse = Grid(EUROPE, (2000.0, 0.0, 0.0, 0.0, -2000.0, 2000.0), (1, 1))
    assert read(put(fine, coarse)).tolist() == [[10]]
    assert read(put(fine, coarse, "density")).tolist() == [[2.5]]
    one = layer([[8]], (2000, 0, 0, 0, -2000, 2000), EUROPE)
    assert read(put(one, fine.grid)).tolist() == [[2, 2], [2, 2]]
    assert read(put(one, fine.grid, "density")).tolist() == [[8, 8], [8, 8]]


def test_half_a_cell_aside_is_half_of_each():
    source = layer([[10, 20]], (1000, 0, 0, 0, -1000, 1000), EUROPE)
    target = Grid(EUROPE, (1000.0, 0.0, 500.0, 0.0, -1000.0, 1000.0), (1, 2))
    moved = put(source, target)
    assert read(moved).tolist() == [[15, 10]]
    account = moved.account()
    assert (account.total, account.inside, account.outside) == (30, 25, 5)


def test_missing_stays_missing_and_does_not_dilute():
    source = layer([[np.nan, np.nan, 4.0, np.nan]], (1000, 0, 0, 0, -1000, 1000), EUROPE)
    target = Grid(EUROPE, (2000.0, 0.0, 0.0, 0.0, -1000.0, 1000.0), (1, 3))
    for kind in ("count", "density", "share"):
        values = read(put(source, target, kind))
        assert np.isnan(values[0, 0])  # both missing
        assert values[0, 1] == 4  # one missing: the mean and the sum of what is there
        assert np.isnan(values[0, 2])  # beyond the source


def test_a_sliver_of_rounding_does_not_carry_a_value_over():
    source = layer([[5.0, np.nan]], (0.1, 0, 0, 0, -0.1, 0.1))
    target = Grid(DEGREES, (0.1, 0.0, -1e-9, 0.0, -0.1, 0.1), (1, 2))
    values = read(put(source, target, "density"))
    assert values[0, 0] == 5
    assert np.isnan(values[0, 1])


def test_nodata_scale_zero_and_negative_are_settled_before_cells_are_joined():
    raw = np.array([[255, 10, 0, 30]], "uint8")
    source = layer(raw, (1000, 0, 0, 0, -1000, 1000), EUROPE, nodata=255.0, scale=0.5, offset=0.0)
    target = Grid(EUROPE, (2000.0, 0.0, 0.0, 0.0, -1000.0, 1000.0), (1, 2))
    assert read(put(source, target, "density")).tolist() == [[5, 7.5]]
    assert read(put(source, target, "density", zero="missing")).tolist() == [[5, 15]]
    negative = layer([[-4.0, 4.0]], (1000, 0, 0, 0, -1000, 1000), EUROPE)
    target = Grid(EUROPE, (2000.0, 0.0, 0.0, 0.0, -1000.0, 1000.0), (1, 1))
    assert read(put(negative, target, "density", negative="zero")).tolist() == [[2]]
    assert read(put(negative, target, "density", negative="missing")).tolist() == [[4]]
    with pytest.raises(CityebbError) as caught:
        read(put(negative, target, "density"))
    assert caught.value.key == "harmonise.negative_before"
    assert (caught.value.values["row"], caught.value.values["column"]) == (0, 0)
    endless = layer([[np.inf, 4.0]], (1000, 0, 0, 0, -1000, 1000), EUROPE)
    with pytest.raises(CityebbError) as caught:
        read(put(endless, target, "density"))
    assert caught.value.key == "harmonise.infinite"


def test_rows_in_degrees_are_split_by_their_true_areas():
    source = layer([[90.0]], (1, 0, 0, 0, -30, 90))  # 60° to 90° north
    target = Grid(DEGREES, (1.0, 0.0, 0.0, 0.0, -15.0, 90.0), (2, 1))
    north, south = read(put(source, target))[:, 0]
    areas = target.areas_km2(0, 2)[:, 0]
    assert north + south == pytest.approx(90, rel=1e-12)
    assert north / south == pytest.approx(areas[0] / areas[1], rel=1e-12)


def test_longitudes_may_be_written_from_0_or_from_minus_180():
    source = layer(np.arange(36.0).reshape(1, 36), (10, 0, -180, 0, -10, 5))
    target = Grid(DEGREES, (10.0, 0.0, 0.0, 0.0, -10.0, 5.0), (1, 36))
    assert read(put(source, target)).tolist() == [[*range(18, 36), *range(18)]]
    across = Grid(DEGREES, (10.0, 0.0, 170.0, 0.0, -10.0, 5.0), (1, 2))
    assert read(put(source, across)).tolist() == [[35, 0]]


placed = st.tuples(
    st.floats(-3, 3),
    st.floats(-3, 3),
    st.floats(0.2, 3),
    st.floats(0.2, 3),
    st.integers(1, 7),
    st.integers(1, 7),
)
fields = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.floats(0, 1e6) | st.just(np.nan)
)


@settings(deadline=None, max_examples=150)
@given(
    fields,
    placed,
    st.sampled_from(["count", "density"]),
    st.sampled_from([DEGREES, EUROPE]),
    st.integers(1, 3),
)
def test_mass_inside_is_conserved_and_the_rest_itemised(values, place, kind, crs, height):
    unit = 1 if crs == DEGREES else 1000
    source = layer(values, (unit, 0, 0, 0, -unit, 50 * unit), crs)
    x, y, dx, dy, rows, columns = place
    target = Grid(crs, (dx * unit, 0.0, x * unit, 0.0, -dy * unit, (50 + y) * unit), (rows, columns))
    moved = put(source, target, kind)
    result = read(moved, height)
    assert np.array_equal(result, read(moved), equal_nan=True)
    account = moved.account()
    assert account.total == pytest.approx(mass(values, source.grid, kind), rel=1e-9, abs=1e-9)
    assert account.inside <= account.total * (1 + 1e-9) + 1e-9
    if kind == "count":
        assert np.nansum(result) == pytest.approx(account.inside, rel=1e-9, abs=1e-9)
    assert not (result < 0).any()
    if np.isnan(values).all():
        assert np.isnan(result).all()
    else:
        assert (
            np.nanmax(result, initial=0) <= np.nanmax(values) * (dx * dy if kind == "count" else 1) * 2 + 1e-6
        )


@settings(deadline=None, max_examples=60)
@given(st.floats(0.1, 1e5), st.floats(0, 0.9), st.floats(0.3, 2.5), st.sampled_from([DEGREES, EUROPE]))
def test_a_constant_density_stays_constant_and_its_mass_too(value, aside, size, crs):
    unit = 0.1 if crs == DEGREES else 1000
    source = layer(np.full((12, 12), value), (unit, 0, 0, 0, -unit, 50 * unit), crs)
    cells = int(10 / size)
    target = Grid(
        crs, (size * unit, 0.0, aside * unit, 0.0, -size * unit, (50 - aside) * unit), (cells, cells)
    )
    for kind in ("density", "share"):
        moved = put(source, target, kind)
        result = read(moved)
        assert result == pytest.approx(np.full((cells, cells), value), rel=1e-12)
        assert mass(result, target, kind) == pytest.approx(moved.account().inside, rel=1e-9)


def europe(rows=30, columns=30):
    rng = np.random.default_rng(7)
    return layer(
        rng.integers(0, 900, (rows, columns)).astype("int32"),
        (1000, 0, 4_300_000, 0, -1000, 3_100_000),
        EUROPE,
    )


AROUND = Grid(DEGREES, (0.01, 0.0, 9.3, 0.0, -0.01, 51.5), (110, 120))


def test_another_crs_conserves_people_inside():
    source = europe()
    moved = put(source, AROUND)
    result = read(moved)
    account = moved.account()
    assert account.outside == pytest.approx(0, abs=1e-6)
    assert np.nansum(result) == pytest.approx(source.values.sum(), rel=1e-9)
    assert np.isnan(result[0]).all()  # beyond the source: missing, not nobody
    for height in (1, 7, 64):
        assert np.array_equal(result, read(moved, height), equal_nan=True)


def test_another_crs_with_a_part_outside_adds_up():
    source = europe()
    narrow = Grid(DEGREES, (0.01, 0.0, 10.0, 0.0, -0.01, 51.0), (8, 10))
    moved = put(source, narrow)
    account = moved.account()
    assert account.total == source.values.sum()
    assert 0 < account.inside < account.total
    assert np.nansum(read(moved)) == pytest.approx(account.inside, rel=1e-9)


@pytest.mark.parametrize("cell", [0.002, 0.01, 0.05])
def test_another_crs_keeps_a_constant_density_for_finer_and_coarser_cells(cell):
    source = layer(np.full((30, 30), 7.0), (1000, 0, 4_300_000, 0, -1000, 3_100_000), EUROPE)
    target = Grid(DEGREES, (cell, 0.0, 9.75, 0.0, -cell, 50.95), (int(0.2 / cell), int(0.25 / cell)))
    result = read(put(source, target, "density"))
    assert result == pytest.approx(np.full(target.shape, 7.0), rel=1e-12)


def test_another_crs_puts_people_where_they_are():
    source = europe()
    people = source.values.astype(float)
    row, column = np.indices(people.shape)
    longitude, latitude = source.grid.lonlat(row.ravel(), column.ravel())
    expected = np.zeros(2)
    expected[:] = np.average(latitude, weights=people.ravel()), np.average(longitude, weights=people.ravel())
    result = np.nan_to_num(read(put(source, AROUND)))
    rows, columns = np.indices(result.shape)
    lon, lat = AROUND.lonlat(rows.ravel(), columns.ravel())
    found = np.average(lat, weights=result.ravel()), np.average(lon, weights=result.ravel())
    assert found == pytest.approx(tuple(expected), abs=0.0005)  # a twentieth of a cell


def test_a_whole_world_onto_a_map_that_cuts_it_elsewhere():
    rng = np.random.default_rng(3)
    people = rng.integers(0, 100, (90, 180)).astype("float64")
    source = layer(people, (2, 0, 0, 0, -2, 90))  # 0° to 360°: the map is cut at 180°
    moll = "ESRI:54009"
    target = Grid(moll, (200_000.0, 0.0, -18_200_000.0, 0.0, -200_000.0, 9_200_000.0), (92, 182))
    moved = put(source, target)
    assert np.nansum(read(moved, 10)) == pytest.approx(people.sum(), rel=1e-9)
    assert moved.account().outside == pytest.approx(0, abs=1e-6 * people.sum())
    back = put(layer(np.nan_to_num(read(moved)), target.transform, moll), source.grid)
    assert np.nansum(read(back)) <= people.sum() * (1 + 1e-9)


def test_a_step_grows_so_that_sums_keep_their_error():
    source = layer(np.zeros((4, 4), "uint8"), (1000, 0, 0, 0, -1000, 4000), EUROPE)
    half = Grid(EUROPE, (500.0, 0.0, 0.0, 0.0, -500.0, 4000.0), (8, 8))
    light = Stack("s", "light", "density", "DN", (source,), step=1.0)
    assert regrid(light, half).step == pytest.approx(2)  # 4 times as many cells, each tied to three others
    people = Stack("s", "people", "count", "people", (source,), step=1.0)
    assert regrid(people, half).step == pytest.approx(0.5)


def test_a_regridded_layer_travels_and_says_what_it_gives():
    moved = pickle.loads(pickle.dumps(put(europe(), AROUND)))  # noqa: S301 - our own
    assert isinstance(moved, RegriddedLayer)
    assert (moved.dtype, moved.nodata, moved.scale, moved.grid) == ("float64", None, 1.0, AROUND)
    assert read(moved).dtype == np.float64
    with pytest.raises(TypeError), RegriddedLayer(2020, AROUND, "float64", "x").open():
        pass


def test_grids_far_apart_do_not_overlap():
    far = Grid(DEGREES, (0.01, 0.0, 100.0, 0.0, -0.01, 30.0), (10, 10))
    assert plan_of(europe().grid, far).empty
    assert plan_of(AROUND, far).empty
    assert not plan_of(europe().grid, AROUND).empty


@pytest.mark.parametrize("aside", [-3e-7, -1.19e-7, -1e-10, 0.0, 1e-10, 1.19e-7, 3e-7])
@pytest.mark.parametrize("kind", ["count", "density"])
def test_edges_that_all_but_meet_neither_make_mass_nor_carry_a_value_over(aside, kind):
    one = layer([[1.0]], (1, 0, aside, 0, -1, 50))
    half = Grid(DEGREES, (0.5, 0.0, 0.0, 0.0, -0.5, 50.0), (2, 3))
    moved = put(one, half, kind)
    account = moved.account()
    assert account.inside <= account.total * (1 + 1e-9)
    assert account.inside == pytest.approx(account.total * min(1, 1 + aside), rel=1e-9)
    result = read(moved)
    assert np.isnan(result[:, 2]).all()  # beyond the source but for a sliver
    assert mass(result, half, kind) == pytest.approx(account.inside, rel=1e-9 if kind == "count" else 1e-6)


@pytest.mark.parametrize("aside", [-1.19e-7, 0.0, 1.19e-7])
def test_a_cell_that_is_inside_but_for_rounding_keeps_its_count(aside):
    source = layer([[np.nan, 8.0, np.nan]], (1, 0, -1 + aside, 0, -1, 50))
    moved = put(source, Grid(DEGREES, (1.0, 0.0, -1.0, 0.0, -1.0, 50.0), (1, 3)))
    assert read(moved)[0, 1] == pytest.approx(8, rel=1e-12)
    assert np.isnan(read(moved)[0, [0, 2]]).all()
    assert moved.account().inside == pytest.approx(8, rel=1e-12)


def test_grids_side_by_side_do_not_overlap_by_rounding():
    source = layer(np.ones((2, 2)), (1, 0, 0, 0, -1, 50))
    beside = Grid(DEGREES, (1.0, 0.0, 2 - 1e-9, 0.0, -1.0, 50.0), (2, 2))
    assert plan_of(source.grid, beside).empty
