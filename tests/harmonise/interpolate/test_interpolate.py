"""Figures put on other units: squares by head, properties, and bad input."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Polygon, box

from cityebb.grids import ArrayLayer, Grid
from cityebb.harmonise.doubt import in_doubt, of_targets
from cityebb.harmonise.interpolate import area_table, interpolate, pycnophylactic, to_crosswalk, weigh
from cityebb.harmonise.interpolate._fractions import fractions
from cityebb.harmonise.ledger import apply_crosswalk
from cityebb.model import CROSSWALK, CityebbError, Faults

KEPT = 1e-9


def layer(values, cell=1.0, left=0.0, top=2.0):
    values = np.asarray(values, float)
    grid = Grid("EPSG:4326", (cell, 0.0, left, 0.0, -cell, top), values.shape)
    return ArrayLayer(2020, grid, "float64", "weights", values=values)


def people(**values):
    return pd.DataFrame({"people": pd.Series(values, dtype=float)})


def keys(found):
    return [note.key for note in found.notes]


@pytest.fixture
def quarters(squares):
    """One square that becomes four, of 2 × 2 degrees."""
    whole = squares(A=(0, 0, 2, 2))
    return area_table(whole, squares(NW=(0, 1, 1, 2), NE=(1, 1, 2, 2), SW=(0, 0, 1, 1), SE=(1, 0, 2, 1)))


def test_halves_by_area_are_halves(squares):
    table = area_table(squares(A=(0, 0, 2, 1)), squares(B=(0, 0, 1, 1), C=(1, 0, 2, 1)))
    found = interpolate(people(A=10), table, extensive=["people"])
    assert found.figures["people"].to_dict() == pytest.approx({"B": 5, "C": 5})
    assert found.coverage["people"].tolist() == pytest.approx([1, 1])
    assert found.rest.empty
    assert found.notes == ()


def test_areas_are_those_on_the_ellipsoid(squares):
    table = area_table(squares(A=(10, 60, 11, 61)), squares(B=(10, 60, 11, 61)))
    grid = Grid("EPSG:4326", (1.0, 0.0, 10.0, 0.0, -1.0, 61.0), (1, 1))
    assert table.area[0] == pytest.approx(grid.areas_km2(0, 1)[0, 0], rel=1e-9)


def test_what_lies_outside_is_listed(squares):
    table = area_table(squares(A=(0, 0, 4, 1)), squares(B=(0, 0, 3, 1)))
    found = interpolate(people(A=8), table, extensive=["people"])
    assert found.figures.loc["B", "people"] == pytest.approx(6)
    (row,) = found.rest.to_dict("records")
    assert (row["unit_id"], row["reason"]) == ("A", "outside")
    assert (row["share"], row["mass"]) == pytest.approx((0.25, 2))
    assert "harmonise.interpolate_outside" in keys(found)


def test_missing_stays_missing_and_is_no_zero(squares):
    table = area_table(
        squares(A=(0, 0, 1, 1), B=(1, 0, 2, 1)), squares(C=(0, 0, 1, 1), D=(0.5, 1, 1, 2), E=(1, 0, 2, 1))
    )
    found = interpolate(people(A=3, B=np.nan), table, extensive=["people"])
    assert found.figures["people"].tolist() == pytest.approx([3, np.nan, np.nan], nan_ok=True)
    assert found.coverage["people"].tolist() == pytest.approx([1, 0, 0])


def test_a_unit_with_a_missing_part_is_missing_and_what_it_holds_is_listed(squares):
    table = area_table(squares(A=(0, 0, 1, 1), B=(1, 0, 2, 1)), squares(C=(0, 0, 2, 1)))
    found = interpolate(people(A=3), table, extensive=["people"])
    assert np.isnan(found.figures.loc["C", "people"])
    assert found.coverage.loc["C", "people"] == pytest.approx(0.5)
    assert found.rest[["unit_id", "reason", "mass"]].to_numpy().tolist() == [["A", "withheld", 3.0]]
    assert "harmonise.interpolate_withheld" in keys(found)


def test_a_missing_sliver_does_not_make_a_unit_missing(squares):
    table = area_table(squares(A=(0, 0, 1, 1), B=(1, 0, 2, 1)), squares(C=(0, 0, 1.001, 1)))
    assert interpolate(people(A=3), table, extensive=["people"]).figures.loc["C", "people"] == pytest.approx(
        3
    )
    strict = interpolate(people(A=3), table, extensive=["people"], sliver=0)
    assert np.isnan(strict.figures.loc["C", "people"])


def test_a_figure_without_a_polygon_is_listed(squares):
    table = area_table(squares(A=(0, 0, 1, 1)), squares(B=(0, 0, 1, 1)))
    found = interpolate(people(A=3, X=4), table, extensive=["people"])
    assert found.rest[["unit_id", "reason", "mass"]].to_numpy().tolist() == [["X", "no_polygon", 4.0]]


def test_means_are_weighted_by_what_they_are_means_of(squares):
    table = area_table(squares(A=(0, 0, 1, 1), B=(1, 0, 4, 1)), squares(C=(0, 0, 4, 1)))
    older = pd.DataFrame({"older": [0.4, 0.2]}, index=["A", "B"])
    assert interpolate(older, table, intensive=["older"]).figures.loc["C", "older"] == pytest.approx(0.25)
    crowded = weigh(table, layer([[9, 1, 1, 1]], top=1.0), share_of="people", kind="count")
    assert interpolate(older, crowded, intensive=["older"]).figures.loc["C", "older"] == pytest.approx(0.35)


def test_light_says_where_people_are(quarters):
    lit = weigh(quarters, layer([[1, 2], [3, 4]]), share_of="light", kind="count")
    found = interpolate(people(A=100), lit, extensive=["people"]).figures["people"]
    assert found.to_dict() == pytest.approx({"NW": 10, "NE": 20, "SW": 30, "SE": 40})


def test_a_mask_weighs_alike_what_is_above(quarters):
    masked = weigh(quarters, layer([[1, 2], [3, 4]]), share_of="built_up", mask=True, above=2.0)
    found = interpolate(people(A=100), masked, extensive=["people"]).figures["people"]
    assert found[["NW", "NE"]].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert found[["SW", "SE"]].tolist() == pytest.approx([50, 50])


def test_a_dark_unit_falls_back_to_its_area_and_is_named(quarters):
    dark = weigh(quarters, layer([[0, np.nan], [0, 0]]), share_of="light")
    assert dark.share == pytest.approx(quarters.share)
    assert dark.fallen_back == ("A",)
    assert [note.key for note in dark.notes] == ["harmonise.interpolate_fallen_back"]


def test_a_unit_beyond_the_grid_is_told(quarters):
    cut = weigh(quarters, layer([[1], [1]]), share_of="light")
    assert [note.key for note in cut.notes] == ["harmonise.interpolate_beyond_grid"]
    assert cut.share.tolist() == pytest.approx([0.25, 0.25, 0.25, 0.25], abs=1e-3)
    assert cut.unweighed.tolist() == pytest.approx([0.5])


@pytest.mark.parametrize("nodata", [None, -9.0])
def test_a_missing_weight_is_no_zero(quarters, nodata):
    hole = np.nan if nodata is None else nodata
    partly = weigh(quarters, replace(layer([[hole, 6], [2, 4]]), nodata=nodata), share_of="light")
    # The quarter without light holds a quarter of the people; the others share the rest by 6, 2 and 4.
    assert partly.share.tolist() == pytest.approx([1 / 4, 3 / 8, 1 / 8, 1 / 4], abs=1e-3)
    assert partly.unweighed.tolist() == pytest.approx([0.25], abs=1e-3)
    assert [(note.key, dict(note.values)["units"]) for note in partly.notes] == [
        ("harmonise.interpolate_part_missing", "A")
    ]


@pytest.mark.parametrize("value", [np.inf, 1e30])
def test_what_no_weight_can_be_is_refused(quarters, value):
    with pytest.raises(CityebbError) as caught:
        weigh(quarters, layer([[1, 2], [value, 4]]), share_of="light")
    assert caught.value.key == "harmonise.interpolate_absurd"


def test_negative_weights_are_refused(quarters):
    with pytest.raises(CityebbError, match=r"-3"):
        weigh(quarters, layer([[1, 2], [-3, 4]]), share_of="light")


def test_a_share_of_a_cell_counts_as_that_share():
    triangle = Polygon([(0, 0), (2, 0), (0, 2)])
    hollow = box(0, 0, 2, 2) - box(0.5, 0.5, 1, 1)
    found = {}
    for shape, row, column, covered in fractions(np.array([triangle, hollow]), (1, 0, 0, 0, -1, 2)):
        found |= dict(zip(zip(shape, row, column, strict=True), covered, strict=True))
    expected = {(0, 0, 0): 0.5, (0, 1, 0): 1, (0, 1, 1): 0.5}
    assert found == pytest.approx({**expected, (1, 0, 0): 1, (1, 0, 1): 1, (1, 1, 0): 0.75, (1, 1, 1): 1})


# Rounded: with the smallest numbers there are, the cutting that it is held against errs by a third of a cell.
coordinates = st.floats(-3, 3).map(lambda value: round(value, 6))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=9, unique=True))
def test_fractions_are_those_of_cutting_every_cell(points):
    shape = Polygon(points).buffer(0)
    if shape.is_empty or shape.area < 1e-6:
        return
    got = np.zeros((8, 8))
    for _, row, column, covered in fractions(np.array([shape]), (1, 0, -4, 0, -1, 4)):
        got[row, column] += covered
    want = [[shape.intersection(box(c - 4, 3 - r, c - 3, 4 - r)).area for c in range(8)] for r in range(8)]
    assert got == pytest.approx(np.array(want), abs=1e-9)


def partition(cuts):
    edges = [0.0, *sorted(cuts), 4.0]
    bounds = [box(one, 40, other, 41) for one, other in pairwise(edges) if other > one]
    return gpd.GeoDataFrame(index=[f"u{at}" for at in range(len(bounds))], geometry=bounds, crs="EPSG:4326")


CUTS = st.lists(st.integers(1, 399).map(lambda at: at / 100), max_size=6, unique=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CUTS, CUTS, st.integers(0, 2**32 - 1), st.booleans())
def test_nothing_is_lost_or_made(one, other, seed, lit):
    rng = np.random.default_rng(seed)
    source, target = partition(one), partition(other).iloc[: rng.integers(1, 8)]
    table = area_table(source, target)
    if lit:
        weights = rng.choice([0.0, 1.0, 30.0], (4, 16))
        table = weigh(table, layer(weights, cell=0.25, top=41.0), share_of="light")
    values = pd.DataFrame({"people": rng.uniform(0, 1e7, len(source))}, index=source.index)
    values.loc[rng.random(len(source)) < 0.2, "people"] = np.nan
    found = interpolate(values, table, extensive=["people"])
    total = found.figures["people"].sum() + found.rest["mass"].sum()
    assert total == pytest.approx(values["people"].sum(), rel=KEPT)


@settings(max_examples=30, deadline=None)
@given(CUTS, st.integers(0, 2**32 - 1))
def test_units_on_themselves_are_themselves(cuts, seed):
    units = partition(cuts)
    values = pd.DataFrame({"a": np.random.default_rng(seed).random(len(units))}, index=units.index)
    values["b"] = values["a"]
    found = interpolate(values, area_table(units, units), extensive=["a"], intensive=["b"]).figures
    assert found.to_numpy() == pytest.approx(values.to_numpy(), rel=KEPT)


@settings(max_examples=30, deadline=None)
@given(CUTS, st.integers(0, 2**32 - 1))
def test_what_is_split_merges_again(cuts, seed):
    whole, parts = partition([2.0]), partition({2.0, *cuts})
    values = pd.DataFrame({"a": np.random.default_rng(seed).random(2)}, index=whole.index)
    there = interpolate(values, area_table(whole, parts), extensive=["a"]).figures
    back = interpolate(there, area_table(parts, whole), extensive=["a"]).figures
    assert back["a"].to_numpy() == pytest.approx(values["a"].to_numpy(), rel=KEPT)


@pytest.mark.parametrize(
    "shape",
    [
        box(179, -18, 181, -17),
        box(-181, -18, -179, -17),
        Polygon([(179, -18), (-179, -18), (-179, -17), (179, -17)]),
        MultiPolygon([box(179, -18, 180, -17), box(-180, -18, -179, -17)]),
    ],
)
def test_a_unit_across_180_degrees_is_no_belt_round_the_earth(shape, squares):
    island = gpd.GeoDataFrame(index=["A"], geometry=[shape], crs="EPSG:4326")
    table = area_table(island, squares(W=(179, -18, 180, -17), E=(-180, -18, -179, -17), Z=(0, -18, 1, -17)))
    found = interpolate(people(A=10), table, extensive=["people"]).figures["people"]
    assert found[["W", "E"]].tolist() == pytest.approx([5, 5])
    assert np.isnan(found["Z"])


def test_a_world_wide_grid_is_read_from_both_ends(squares):
    table = area_table(squares(A=(179, 0, 181, 1)), squares(W=(179, 0, 180, 1), E=(-180, 0, -179, 1)))
    values = np.zeros((180, 360))
    values[89, 179], values[89, 180] = 3, 1
    grid = Grid("EPSG:4326", (1.0, 0.0, 0.0, 0.0, -1.0, 90.0), (180, 360))
    lit = weigh(table, ArrayLayer(2020, grid, "float64", "w", values=values), share_of="light")
    assert lit.share.tolist() == pytest.approx([0.75, 0.25])


def test_targets_that_overlap_double_nobody_and_are_told(squares):
    table = area_table(squares(A=(0, 0, 2, 1)), squares(B=(0, 0, 2, 1), C=(1, 0, 2, 1)))
    assert interpolate(people(A=9), table, extensive=["people"]).figures["people"].sum() == pytest.approx(9)
    assert [note.key for note in table.notes] == ["harmonise.interpolate_overlap"]


def test_a_crosswalk_sums_to_one_and_serves_the_ledger(squares):
    table = area_table(squares(A=(0, 0, 4, 1), B=(4, 0, 5, 1)), squares(C=(0, 0, 1, 1), D=(1, 0, 3, 1)))
    weights = to_crosswalk(table)
    CROSSWALK.check(weights)
    assert weights[["from_unit", "to_unit"]].to_numpy().tolist() == [["A", "C"], ["A", "D"]]
    assert weights["share"].tolist() == pytest.approx([1 / 3, 2 / 3])
    counts = pd.DataFrame({"unit_id": ["A"], "value": [9.0]}).assign(
        name=None, year=2000, vintage="2000", indicator="people", concept="resident", grade="census",
        source="x", unit="people", coverage=1.0,
    )  # fmt: skip
    assert apply_crosswalk(counts, weights).counts["value"].tolist() == pytest.approx([3, 6])


def test_a_crosswalk_leaves_slivers_out(squares):
    table = area_table(squares(A=(0, 0, 1, 1)), squares(C=(0, 0, 0.999, 1), D=(0.999, 0, 1, 1)))
    assert to_crosswalk(table, least=0.01)[["to_unit", "share"]].to_numpy().tolist() == [["C", 1.0]]


def test_a_smooth_surface_keeps_totals_and_is_no_staircase(squares):
    units = squares(A=(0, 0, 4, 2), B=(4, 0, 8, 2), X=(20, 0, 21, 1))
    grid = Grid("EPSG:4326", (0.5, 0.0, 0.0, 0.0, -0.5, 2.0), (4, 16))
    surface = pycnophylactic(pd.Series({"A": 10.0, "B": 90.0, "X": 5.0}), units, grid)
    assert surface.rows(0, 4)[:, :8].sum() == pytest.approx(10, rel=KEPT)
    assert surface.rows(0, 4)[:, 8:].sum() == pytest.approx(90, rel=KEPT)
    assert (surface.rows(0, 4) >= 0).all()
    assert (np.diff(surface.rows(0, 4)[1]) > -1e-6).all()
    table = area_table(units, squares(C=(0, 0, 2, 2), D=(2, 0, 4, 2), E=(4, 0, 8, 2), F=(20, 0, 21, 1)))
    found = interpolate(
        people(A=10, B=90, X=5),
        weigh(table, surface, share_of="smooth", kind="count"),
        extensive=["people"],
    ).figures["people"]
    assert found["C"] < found["D"]
    assert found["C"] + found["D"] == pytest.approx(10, rel=KEPT)
    assert found[["E", "F"]].tolist() == pytest.approx([90, 5])


def test_a_missing_figure_leaves_a_hole_in_the_surface(squares):
    grid = Grid("EPSG:4326", (1.0, 0.0, 0.0, 0.0, -1.0, 1.0), (1, 2))
    units = squares(A=(0, 0, 1, 1), B=(1, 0, 2, 1))
    surface = pycnophylactic(pd.Series({"A": 4.0, "B": np.nan}), units, grid).rows(0, 1)
    assert surface[0].tolist() == pytest.approx([4, np.nan], nan_ok=True)


def test_a_bow_tie_is_mended_and_told(squares):
    tie = gpd.GeoDataFrame(index=["T"], geometry=[Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])], crs="EPSG:4326")
    table = area_table(tie, squares(A=(0, 0, 1, 1)))
    assert [note.key for note in table.notes] == ["harmonise.interpolate_mended"]
    assert table.outside.tolist() == [0]


def test_faults_of_the_units_are_told_together(squares):
    lines = gpd.GeoDataFrame(index=["A", "A"], geometry=[LineString([(0, 0), (1, 1)])] * 2)
    with pytest.raises(Faults) as caught:
        area_table(lines, squares(B=(0, 0, 1, 1)))
    assert [fault.key.rpartition("_")[2] for fault in caught.value.faults] == ["crs", "twice", "area"]


@pytest.mark.parametrize(("extensive", "intensive"), [(["people"], ["people"]), (["gdp"], []), ([], [])])
def test_variables_must_be_named_once(squares, extensive, intensive):
    table = area_table(squares(A=(0, 0, 1, 1)), squares(B=(0, 0, 1, 1)))
    with pytest.raises(CityebbError) as caught:
        interpolate(people(A=1), table, extensive=extensive, intensive=intensive)
    assert caught.value.key == "harmonise.interpolate_variables"


def test_parts_without_weight_do_not_make_the_error_look_small_elsewhere(squares):
    cut = area_table(squares(A=(0, 0, 4, 1)), squares(B=(0, 0, 1, 1), C=(1, 0, 4, 1)))
    partly = weigh(cut, layer([[1, 1, 1, np.nan]], top=1.0), share_of="light")
    # The doubt of its own pieces grows; that by which the error of a way is divided does not.
    assert of_targets(partly, pd.Series({"A": 100.0})).tolist() == pytest.approx([25, 25])
    more = in_doubt(partly.share, np.full(2, 100.0), partly.unweighed[partly.source])
    assert more.tolist() == pytest.approx([100 / 3, 100 / 3])
