"""Self-calibration: drift found from cells that stay, refused where they are too few or too alike."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.grids import ArrayLayer, Grid
from cityebb.harmonise.lights import (
    SelfCalibration,
    far_cells,
    fit_year,
    invariant_cells,
    self_calibrated_layer,
)
from cityebb.model import CityebbError

YEARS = (2000, 2005, 2010, 2012)
GAIN = np.array([1.0, 0.8, 1.3, 1.15])
OFFSET = np.array([0.0, 0.5, -0.3, 1.0])


def series(*, cells=10_000, changed=0.3, noise=0.05, seed=0):
    """Light of cells of which some really lose a third, seen by an instrument that drifts."""
    rng = np.random.default_rng(seed)
    true = np.tile(rng.uniform(3, 40, cells), (4, 1))
    moving = rng.random(cells) < changed
    true[2:, moving] *= 0.67
    seen = (true * np.exp(rng.normal(0, noise, true.shape)) - OFFSET[:, None]) / GAIN[:, None]
    return seen, moving


def test_the_drift_is_found_and_real_losses_stay():
    seen, moving = series()
    chosen = invariant_cells(seen, np.ones(seen.shape[1], bool))
    assert moving[chosen].mean() < 0.01
    for place, year in enumerate(YEARS[1:], 1):
        fit = fit_year(seen[place], seen[0], chosen, year=year, reference_year=2000)
        assert fit.slope == pytest.approx(GAIN[place], rel=0.03)
        assert fit.intercept == pytest.approx(OFFSET[place], abs=0.2)
        true = np.array([8.0, 20.0, 38.0])
        assert fit((true - OFFSET[place]) / GAIN[place]) == pytest.approx(true, rel=0.04)
        assert fit.cells == chosen.sum() >= 500
        assert 0.1 < fit.sigma < 3
    change = fit(seen[3])[moving].sum() / seen[0][moving].sum() - 1
    assert change == pytest.approx(-0.33, abs=0.02)


def test_some_cells_that_changed_do_not_bend_the_line():
    rng = np.random.default_rng(5)
    light = rng.uniform(3, 60, 2000)
    later = light / 1.2 * np.where(rng.random(2000) < 0.1, 0.3, 1) + rng.normal(0, 0.2, 2000)
    fit = fit_year(later, light, np.ones(2000, bool), year=2010, reference_year=2000)
    plain = np.polyfit(later, light, 1)[0]
    assert abs(fit.slope - 1.2) < 0.02 < abs(plain - 1.2)
    assert fit.note().values["sigma"] == pytest.approx(fit.sigma, abs=1e-4)
    assert "2010" in fit.note().text("en")


@given(st.floats(0.5, 2), st.floats(0, 3))
def test_a_line_without_noise_is_found_exactly(slope, intercept):
    light = np.linspace(1, 60, 700)
    fit = fit_year(light, intercept + slope * light, light > 0, year=1, reference_year=0)
    assert fit.slope == pytest.approx(slope, rel=1e-9)
    assert fit.intercept == pytest.approx(intercept, abs=1e-7)
    assert fit.sigma == pytest.approx(0, abs=1e-7)


def test_a_layer_is_put_on_the_reference_by_its_line():
    grid = Grid("EPSG:4326", (1.0, 0.0, 125.0, 0.0, -1.0, 48.0), (2, 2))
    source = ArrayLayer(2010, grid, "uint8", "x", 255, values=np.array([[0, 10], [20, 255]], np.uint8))
    fit = SelfCalibration(2010, 2000, 0.5, 1.0, 0.1, 500)
    layer = pickle.loads(pickle.dumps(self_calibrated_layer(source, fit)))  # noqa: S301 - ours
    with layer.open() as reader:
        assert np.array_equal(reader.rows(0, 2), [[0, 6], [11, np.nan]], equal_nan=True)
    with pytest.raises(CityebbError) as error:
        self_calibrated_layer(replace(source, year=2011), fit)
    assert error.value.key == "harmonise.line_of_other_year"


def test_darkness_stays_dark_and_missing_missing():
    light = np.linspace(1, 60, 700)
    fit = fit_year(light, 2 + light, light > 0, year=1, reference_year=0)
    assert np.allclose(fit(np.array([0.0, 5.0, np.nan])), [0, 7, np.nan], equal_nan=True)


def key_of(call):
    with pytest.raises(CityebbError) as error:
        call()
    return error.value.key


def test_too_few_cells_are_refused():
    light = np.linspace(1, 60, 499)
    call = lambda: fit_year(light, light, light > 0, year=1, reference_year=0)  # noqa: E731 - one line
    assert key_of(call) == "harmonise.invariant_few"
    seen, _ = series(cells=2000)
    assert key_of(lambda: invariant_cells(seen, np.ones(2000, bool), share=0.2)) == "harmonise.invariant_few"
    assert key_of(lambda: invariant_cells(seen, np.zeros(2000, bool))) == "harmonise.invariant_few"


def test_cells_all_alike_are_refused():
    light = np.full(1000, 20.0)
    call = lambda: fit_year(light, light, light > 0, year=1, reference_year=0)  # noqa: E731 - one line
    assert key_of(call) == "harmonise.invariant_spread"
    alike = np.tile(np.r_[np.full(9990, 20.0), np.linspace(30, 40, 10)], (3, 1))
    assert key_of(lambda: invariant_cells(alike, np.ones(10_000, bool))) == "harmonise.invariant_spread"


def test_cells_near_a_suspected_city_are_left_out():
    grid = Grid("EPSG:4326", (0.1, 0.0, 125.0, 0.0, -0.1, 48.0), (60, 60))
    far = far_cells(grid, [(128.0, 45.0)])
    row, column = np.mgrid[:60, :60]
    lon, lat = grid.lonlat(row, column)
    rough = 111.2 * np.hypot(lat - 45.0, (lon - 128.0) * np.cos(np.deg2rad((lat + 45) / 2)))
    assert not far[rough < 198].any()
    assert far[rough > 202].all()
