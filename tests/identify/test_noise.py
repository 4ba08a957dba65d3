"""Noise: what second differences see, what they do not, and what is pooled."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.identify import borrow_noise, borrowed_table, estimate_noise, robust_noise, second_differences
from cityebb.identify.noise import NOISE_FLOOR
from cityebb.identify.pooling import pool_variances
from cityebb.model import SIZE_CLASSES

YEARS = list(range(2013, 2023))


def flicker(rng, sigma, years=10):
    sigma = np.asarray(sigma, float)
    return sigma[:, None] * rng.normal(size=(sigma.size, years))


@given(
    level=st.floats(-10, 10),
    slope=st.floats(-1, 1),
    years=st.lists(st.integers(1900, 2100), min_size=3, max_size=8, unique=True).map(sorted),
)
def test_level_and_trend_are_no_noise(level, slope, years):
    logs = level + slope * (np.array([years], float) - 2000)
    assert np.abs(second_differences(logs, years)[0]).max() < 1e-9


def test_equal_steps_are_the_second_difference_over_the_root_of_six():
    logs = np.array([[1.0, 4.0, 2.0]])
    assert second_differences(logs, [0, 1, 2])[0][0, 0] == pytest.approx(-(1 - 8 + 2) / 6**0.5)


def test_unequal_steps_keep_the_scale():
    logs = flicker(np.random.default_rng(3), np.full(40_000, 0.1), 4)
    residuals, _ = second_differences(logs, [2006, 2011, 2018, 2021])
    assert np.allclose(residuals.std(axis=0), 0.1, rtol=0.02)
    assert robust_noise(residuals) == pytest.approx(0.1, rel=0.02)


def test_a_missing_year_takes_its_three_along():
    logs = np.zeros((1, 6))
    logs[0, 3] = np.nan
    assert np.isnan(second_differences(logs, range(6))[0][0]).tolist() == [False, True, True, True]


def test_cities_alike_get_the_noise_of_their_class():
    rng = np.random.default_rng(0)
    classes = np.repeat(["5-10", "200+"], 400)
    noise = estimate_noise(flicker(rng, np.repeat([0.13, 0.04], 400)), np.zeros((800, 10)), YEARS, classes)
    for name, sigma in (("5-10", 0.13), ("200+", 0.04)):
        own = noise.total[classes == name]
        assert np.median(own) == pytest.approx(sigma, rel=0.06)
        assert own.std() / own.mean() < 0.15
    assert noise.shared < 0.01


def test_quiet_and_loud_cities_of_a_class_are_told_apart():
    rng = np.random.default_rng(0)
    sigma = np.repeat([0.03, 0.3], 200)
    noise = estimate_noise(flicker(rng, sigma), np.zeros((400, 10)), YEARS, np.full(400, "10-20"))
    assert np.median(noise.total[:200]) < 0.08
    assert np.median(noise.total[200:]) > 0.2
    assert np.median(noise.freedom) < 12


def test_one_wild_city_does_not_move_the_others():
    rng = np.random.default_rng(0)
    logs = flicker(rng, np.full(200, 0.1))
    classes = np.full(200, "10-20")
    calm = estimate_noise(logs, np.zeros_like(logs), YEARS, classes)
    logs[0] *= 30
    wild = estimate_noise(logs, np.zeros_like(logs), YEARS, classes)
    assert np.median(wild.total) == pytest.approx(np.median(calm.total), rel=0.1)
    assert wild.total[0] > 5 * calm.total[0]


def test_what_all_share_is_told_apart_and_added_to_the_change():
    rng = np.random.default_rng(0)
    own, shared = flicker(rng, np.full(300, 0.05)), 0.08 * rng.normal(size=10)
    classes, still = np.full(300, "50-200"), np.zeros((300, 10))
    alone = estimate_noise(own, still, YEARS, classes)
    together = estimate_noise(own + shared, still, YEARS, classes)
    assert np.allclose(alone.total, together.total, rtol=0.05)
    assert alone.shared < 0.01
    assert 0.04 < together.shared < 0.16
    weights = np.zeros((300, 10))
    weights[:, 0], weights[:, 9] = -1, 1
    variance, freedom = together.variance(weights, still)
    assert np.allclose(variance, 2 * (together.total**2 + together.shared**2))
    assert (freedom < alone.variance(weights, still)[1]).all()


def test_few_cities_cannot_tell_what_is_shared():
    rng = np.random.default_rng(0)
    logs = flicker(rng, np.full(5, 0.05)) + 0.2 * rng.normal(size=10)
    noise = estimate_noise(logs, np.zeros_like(logs), YEARS, np.full(5, "50-200"))
    assert noise.shared == 0
    assert (noise.total > 0.1).all()


def test_quantisation_is_not_counted_twice():
    rng = np.random.default_rng(0)
    quantisation = np.full((400, 10), 0.1)
    logs = flicker(rng, np.full(400, 0.1))
    noise = estimate_noise(logs, quantisation, YEARS, np.full(400, "5-10"))
    weights = np.zeros((400, 10))
    weights[:, 0], weights[:, 9] = -1, 1
    variance, _ = noise.variance(weights, quantisation)
    assert np.median(variance) == pytest.approx(0.02, rel=0.1)


def test_a_small_class_is_filled_up_with_its_neighbours():
    variances = np.concatenate([np.full(3, 0.04), np.full(50, 0.01), np.full(50, 9.0)])
    classes = np.repeat(["200+", "50-200", "5-10"], [3, 50, 50])
    moderated, known = pool_variances(variances, np.full(103, 4.4), classes, extra=np.zeros(103))
    assert (moderated[:3] > 0.01).all()
    assert (moderated[:3] < 0.05).all()
    assert (known <= 103 * 4.4).all()
    # Twenty of 4.4 degrees each, and no more, whatever the neighbours have.
    assert (known[:3] <= 20 * 4.4 + 1e-9).all()


def test_a_city_without_differences_gets_its_class_and_no_class_gets_nothing():
    variances, classes = np.array([0.01, 0.01, 0.0]), np.full(3, "5-10")
    moderated, known = pool_variances(variances, np.array([4.4, 4.4, 0.0]), classes, extra=np.zeros(3))
    assert moderated[2] == pytest.approx(0.01, rel=0.2)
    assert np.isfinite(known).all()
    nothing, _ = pool_variances(variances, np.zeros(3), classes, extra=np.zeros(3))
    assert np.isnan(nothing).all()


def test_noise_has_a_floor():
    noise = estimate_noise(np.zeros((40, 10)), np.zeros((40, 10)), YEARS, np.full(40, "5-10"))
    assert (noise.total >= NOISE_FLOOR * 0.9).all()


@pytest.mark.parametrize("era", [(2013, 2016), (2013, 2014, 2016)])
def test_below_four_years_noise_is_borrowed_and_labelled(lab, era):
    cities = lab.cities([7.0, 15.0, 30.0, 100.0, 500.0, 4.0])
    panel = lab.panel(cities, np.full((6, len(era)), 10.0) * np.linspace(1, 0.5, len(era)), era)
    verdicts = lab.judge(panel, cities, years=era, era=era)
    assert set(verdicts["noise_from"]) == {"borrowed"}
    assert verdicts["noise"].iloc[:5].is_monotonic_decreasing
    # The table has no class below 5 km²: it takes the next.
    assert verdicts["noise"].iloc[5] == verdicts["noise"].iloc[0]
    assert verdicts["state"].iloc[4] == "shrinking"


def test_what_cannot_be_borrowed_is_undetermined(lab):
    cities = lab.cities([7.0, 500.0])
    era = (2013, 2016)
    panel = lab.panel(cities, [[10.0, 1.0], [10.0, 9.0]], era, indicator="built_up")
    verdicts = lab.judge(panel, cities, years=era, era=era, indicator="built_up")
    assert set(verdicts["noise_from"]) == {"none"}
    assert set(verdicts["state"]) == {"undetermined"}
    assert set(verdicts["reason"]) == {"identify.reason.no_noise"}
    assert verdicts["change"].tolist() == pytest.approx([-0.9, -0.1])
    assert verdicts["plain"].tolist() == ["down", "down"]


def test_the_borrowed_table_is_whole():
    rows = borrowed_table()
    for indicator in ("light", "people"):
        own = [row for row in rows if row.indicator == indicator]
        assert [row.size_class for row in own] == list(SIZE_CLASSES[1:])
        assert [row.noise for row in own] == sorted((row.noise for row in own), reverse=True)
        assert all(row.n >= 20 and row.source and row.freedom >= 4 for row in own)
    light = {row.size_class: row.noise for row in rows if row.indicator == "light"}
    known = {"5-10": 0.116, "10-20": 0.100, "20-50": 0.082, "50-200": 0.059, "200+": 0.043}
    assert light == pytest.approx(known, abs=0.0015)


def test_what_is_borrowed_keeps_its_middle_half():
    from scipy.stats import t

    noise = borrow_noise("light", np.array(["5-10"]))
    quartile = noise.total[0] * t.ppf(0.75, noise.freedom[0])
    assert quartile == pytest.approx(0.1163 * 0.6745, rel=1e-3)
