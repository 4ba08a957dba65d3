"""VIIRS cleaning: each step alone, the same in blocks, and what it counts."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import ValidationError

from cityebb.grids import ArrayLayer, Grid
from cityebb.harmonise.lights import Cleaning, account, brightest_core, clean, cleaned_layer, flare_mask
from cityebb.model import CityebbError

NAN = float("nan")


def same(found, expected):
    return np.array_equal(found, expected, equal_nan=True)


def test_negative_is_zero_or_missing():
    light = np.array([[-0.2, 3.0, NAN]])
    assert same(clean(light, Cleaning()).values, [[0, 3, NAN]])
    assert same(clean(light, Cleaning(negative="missing")).values, [[NAN, 3, NAN]])
    assert clean(light, Cleaning()).counts["negative"] == 1
    assert light[0, 0] == -0.2


def test_the_background_is_dark_and_only_below_its_bound():
    found = clean(np.array([[0.29, 0.3, 0.31]]), Cleaning(background=0.3))
    assert same(found.values, [[0, 0.3, 0.31]])
    assert found.counts["background"] == 1


def test_cells_seldom_seen_are_missing_not_dark():
    found = clean(np.full((1, 4), 5.0), Cleaning(), views=np.array([[19, 20, 0, NAN]]))
    assert same(found.values, [[NAN, 5, NAN, NAN]])
    assert found.counts["seldom_seen"] == 3
    assert same(clean(np.ones((1, 1)), Cleaning(fewest_views=0), views=np.zeros((1, 1))).values, [[1]])


def test_flares_are_missing():
    found = clean(np.array([[500.0, 5.0]]), Cleaning(), flares=np.array([[True, False]]))
    assert same(found.values, [[NAN, 5]])


def test_an_outlier_takes_its_brightest_legitimate_neighbour():
    light = np.array([[1.0, 2, 3], [4, 999, 5], [6, 7, 888]])
    found = clean(light, Cleaning(cap=100))
    assert same(found.values, [[1, 2, 3], [4, 7, 5], [6, 7, 7]])
    assert found.counts["outliers"] == 2
    assert same(clean(np.array([[999.0]]), Cleaning(cap=100)).values, [[100]])


def test_a_neighbour_by_a_flare_lends_nothing():
    light = np.array([[999.0, 90.0, 3.0]])
    found = clean(light, Cleaning(cap=100), flares=np.array([[False, True, False]]))
    assert same(found.values, [[100, NAN, 3]])


def test_each_step_that_did_something_is_a_note():
    found = clean(np.array([[-1.0, 999.0, 3.0]]), Cleaning(cap=100))
    notes = found.notes("lights")
    assert [note.key for note in notes] == ["harmonise.cleaned_negative", "harmonise.cleaned_outliers"]
    assert notes[0].values == {"count": 1, "of": 3}
    assert "1 of 3" in notes[0].text("en")


def test_the_cap_comes_from_legitimate_cores():
    light = np.array([[10.0, 80.0, 900.0, NAN]])
    assert brightest_core(light, np.array([[True, True, False, True]])) == 80
    with pytest.raises(CityebbError) as error:
        brightest_core(light, np.array([[False, False, False, True]]))
    assert error.value.key == "harmonise.no_core"


def test_what_makes_no_sense_is_refused():
    for wrong in ({"cap": -1}, {"negative": "keep"}, {"fewest_views": -1}, {"unknown": 1}):
        with pytest.raises(ValidationError):
            Cleaning(**wrong)


@given(arrays(np.float64, (5, 4), elements=st.floats(-5, 500)))
def test_cleaned_light_is_never_negative_nor_beyond_the_cap_and_missing_is_not_made(light):
    values = clean(light, Cleaning(background=0.5, cap=100)).values
    assert not np.isnan(values).any()
    assert values.min() >= 0
    assert values.max() <= 100
    kept = (light >= 0.5) & (light <= 100)
    assert np.array_equal(values[kept], light[kept])


def grid(shape, step=0.01):
    return Grid("EPSG:4326", (step, 0.0, 125.0, 0.0, -step, 47.0), shape)


def test_the_flare_mask_is_a_disc_on_the_earth():
    whole = grid((100, 100))
    mask = flare_mask(whole, 0, 100, ((125.5, 46.5),), 20.0)
    cell_km2 = whole.areas_km2(50, 51).item()
    assert mask.sum() * cell_km2 == pytest.approx(np.pi * 400, rel=0.03)
    assert np.array_equal(mask[40:60], flare_mask(whole, 40, 60, ((125.5, 46.5),), 20.0))
    assert not flare_mask(whole, 0, 100, (), 5.0).any()


def layer_of(values, *, year=2015, dtype="float64"):
    return ArrayLayer(year, grid(values.shape), dtype, "x", block_rows=7, values=values.astype(dtype))


def test_blocks_give_the_same_elsewhere_and_the_account_is_that_of_the_whole():
    rng = np.random.default_rng(3)
    light = rng.exponential(20, (40, 30)) - 2
    light[rng.random(light.shape) < 0.05] = 900
    views = rng.integers(10, 60, light.shape)
    cleaning = Cleaning(background=0.5, cap=200, flares_km=3)
    flares = ((125.1, 46.8),)
    layer = cleaned_layer(layer_of(light), cleaning, views=layer_of(views, dtype="int16"), flares=flares)
    whole = clean(light, cleaning, views=views, flares=flare_mask(grid(light.shape), 0, 40, flares, 3))
    layer = pickle.loads(pickle.dumps(layer))  # noqa: S301 - ours
    with layer.open() as reader:
        parts = np.vstack([reader.rows(at, min(at + 3, 40)) for at in range(0, 40, 3)])
    assert same(parts, whole.values)
    assert [note.values for note in account([layer])] == [note.values for note in whole.notes()]
    assert all(whole.counts.values())


def test_observations_of_another_year_or_grid_are_refused():
    light = layer_of(np.ones((4, 4)))
    for views in (layer_of(np.ones((4, 4)), year=2016), layer_of(np.ones((4, 5)))):
        with pytest.raises(CityebbError) as error:
            cleaned_layer(light, Cleaning(), views=views)
        assert error.value.key == "harmonise.views_differ"
