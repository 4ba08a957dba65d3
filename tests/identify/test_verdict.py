"""Verdicts: what is called what, and that nothing that does not matter changes it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from cityebb.identify import IdentifyParameters, Reason, threshold_of
from cityebb.model import CityebbError, Faults

COUNT = 60
NUMBERS = ["change", "low", "high", "p", "q", "below_zero", "below_threshold", "noise", "relative_change"]


@pytest.fixture(scope="module")
def mixed(lab):
    """Sixty cities of 60 km²: a third falls by a quarter, a third stands, a third rises by a third."""
    cities = lab.cities([60.0] * COUNT)
    slope = np.repeat([math.log(0.75) / 7, 0.0, math.log(4 / 3) / 7], COUNT // 3)
    return cities, lab.panel(cities, lab.noisy(cities, slope=slope, sigma=0.03))


@pytest.fixture(scope="module")
def known(lab, mixed):
    """The verdicts on the sixty cities."""
    return lab.judge(mixed[1], mixed[0])


@pytest.fixture(scope="module")
def quantised(lab, mixed):
    """The sixty cities in whole numbers, and the verdicts on them."""
    panel = mixed[1].assign(sd=0.5)
    return panel, lab.judge(panel, mixed[0])


def test_what_falls_stands_and_rises_is_called_so(lab, mixed):
    cities, panel = mixed
    verdicts = lab.judge(panel, cities)
    states = verdicts["state"].to_numpy().reshape(3, -1)
    assert (states[0] == "shrinking").all()
    assert (states[1] == "stable").sum() >= 15
    assert (states[2] == "growing").all()
    assert verdicts["start"].unique().tolist() == ["2013–2015"]
    assert verdicts["end"].unique().tolist() == ["2020–2022"]
    assert set(verdicts["noise_from"]) == {"series"}
    assert verdicts["noise"].median() == pytest.approx(0.03, rel=0.15)


def test_every_column_says_the_same_thing(lab, mixed):
    verdicts = lab.judge(mixed[1], mixed[0])
    assert np.allclose(verdicts["change"], verdicts["after"] / verdicts["before"] - 1)
    assert (verdicts["low"] < verdicts["change"]).all()
    assert (verdicts["change"] < verdicts["high"]).all()
    falls = verdicts["change"] < 0
    assert np.allclose(verdicts["below_zero"], np.where(falls, 1 - verdicts["p"], verdicts["p"]))
    assert (verdicts["below_threshold"] <= verdicts["below_zero"]).all()
    assert (verdicts["q"] >= verdicts["p"]).all()
    # A one-sided test at 5 % and the bound of a two-sided interval of 90 % are one and the same.
    assert ((verdicts["high"] < 0) == (verdicts["below_zero"] > 0.95)).all()
    shrinking = verdicts[verdicts["state"] == "shrinking"]
    assert (shrinking["change"] <= -0.1).all()
    assert (shrinking["q"] <= 0.05).all()
    assert verdicts["relative_change"].median() == pytest.approx(0, abs=0.02)


def test_the_interval_in_ones_head(lab):
    """Two single years, noise known to be 0.1: the log change has an error of 0.1 · √2."""
    from cityebb.identify.evidence import weigh

    error = 0.1 * math.sqrt(2)
    found = weigh(
        np.array([math.log(0.8)]),
        np.array([error**2]),
        np.array([1e9]),
        threshold=-0.1,
        confidence=0.9,
    )
    assert found.low[0] == pytest.approx(0.8 * math.exp(-1.6449 * error) - 1, abs=1e-4)
    assert found.high[0] == pytest.approx(0.8 * math.exp(1.6449 * error) - 1, abs=1e-4)


def test_a_small_change_beyond_noise_is_stable_and_not_shrinking(lab):
    cities = lab.cities([300.0] * 40)
    values = lab.noisy(cities, slope=math.log(0.95) / 7, sigma=0.01)
    assert set(lab.judge(lab.panel(cities, values), cities)["state"]) == {"stable"}


def test_a_large_change_inside_the_noise_is_undetermined(lab):
    cities = lab.cities([6.0] * 40)
    values = lab.noisy(cities, slope=math.log(0.88) / 7, sigma=0.3)
    verdicts = lab.judge(lab.panel(cities, values), cities)
    assert set(verdicts["state"]) == {"undetermined"}
    assert set(verdicts["reason"]) == {Reason.NOISE.value}


def test_five_years_are_compared_singly_and_six_by_threes(lab):
    cities = lab.cities([60.0] * 30)
    panel = lab.panel(cities, lab.noisy(cities))
    five = lab.judge(panel, cities, years=lab.YEARS[:5])
    six = lab.judge(panel, cities, years=lab.YEARS[:6])
    assert (five["start"].iloc[0], five["end"].iloc[0]) == ("2013", "2017")
    assert (six["start"].iloc[0], six["end"].iloc[0]) == ("2013–2015", "2016–2018")
    values = panel["value"].to_numpy().reshape(30, -1)
    assert np.allclose(five["change"], values[:, 4] / values[:, 0] - 1)
    means = np.exp(np.log(values[:, :6]).reshape(30, 2, 3).mean(axis=2))
    assert np.allclose(six["before"], means[:, 0])
    assert np.allclose(six["change"], means[:, 1] / means[:, 0] - 1)


def test_a_gap_in_three_years_is_bridged_two_gaps_are_not(lab):
    cities = lab.cities([60.0] * 30)
    values = lab.noisy(cities)
    values[0, 1] = values[1, 1] = values[1, 2] = np.nan
    verdicts = lab.judge(lab.panel(cities, values), cities)
    assert verdicts["before"].iloc[0] == pytest.approx(math.sqrt(values[0, 0] * values[0, 2]))
    assert math.isnan(verdicts["before"].iloc[1])
    assert verdicts["reason"].iloc[1] == Reason.COVERAGE.value
    # Two years tell less than three.
    width = np.log1p(verdicts["high"]) - np.log1p(verdicts["low"])
    assert width.iloc[0] > width.iloc[2:].median()


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(COUNT)), rows=st.randoms(use_true_random=False))
def test_order_of_cities_and_rows_does_not_matter(lab, mixed, known, order, rows):
    cities, panel = mixed
    shuffled = list(range(len(panel)))
    rows.shuffle(shuffled)
    other = lab.judge(panel.iloc[shuffled], cities.iloc[list(order)])
    assert other.index.tolist() == cities.index[list(order)].tolist()
    for name in NUMBERS:
        assert np.allclose(other.loc[known.index, name], known[name], rtol=1e-6, equal_nan=True)
    for name in ("state", "plain", "persistence", "years_below", "reason"):
        assert (other.loc[known.index, name] == known[name]).all()


@settings(max_examples=20, deadline=None)
@given(factor=st.floats(1e-6, 1e6))
def test_the_unit_does_not_matter(lab, mixed, quantised, factor):
    panel, one = quantised
    other = lab.judge(panel.assign(value=panel["value"] * factor, sd=0.5 * factor), mixed[0])
    for name in NUMBERS:
        assert np.allclose(one[name], other[name], rtol=1e-5, atol=1e-9)
    assert (one["state"] == other["state"]).all()


def test_quantisation_widens_the_interval(lab, mixed):
    cities, panel = mixed
    sharp, coarse = (
        lab.judge(panel, cities),
        lab.judge(panel.assign(sd=np.where(panel["year"] == 2013, 20.0, 0.0)), cities),
    )
    assert (coarse["high"] - coarse["low"] > sharp["high"] - sharp["low"]).all()


def test_cities_of_no_panel_and_panels_of_no_city(lab, mixed):
    cities, panel = mixed
    more = lab.cities([60.0] * (COUNT + 1))
    assert lab.judge(panel, more)["reason"].iloc[-1] == Reason.NO_DATA.value
    assert len(lab.judge(panel, cities.iloc[:3])) == 3
    assert len(lab.judge(panel, cities.iloc[:0])) == 0


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (0, 0.0, Reason.NO_BASELINE),
        (9, 0.0, Reason.ZERO_END),
        (0, -1.0, Reason.NEGATIVE),
        (9, -1.0, Reason.NEGATIVE),
        (0, np.inf, Reason.INFINITE),
        (9, -np.inf, Reason.INFINITE),
        (slice(None), np.nan, Reason.NO_DATA),
        (slice(1, None), np.nan, Reason.ONE_YEAR),
        (slice(0, 2), np.nan, Reason.COVERAGE),
        (slice(8, None), np.nan, Reason.COVERAGE),
        (slice(None), 7.0, Reason.ALL_EQUAL),
    ],
)
def test_bad_values_are_undetermined_with_their_reason(lab, place, value, reason):
    cities = lab.cities([60.0] * 40)
    values = lab.noisy(cities)
    values[0, place] = value
    verdicts = lab.judge(lab.panel(cities, values), cities)
    first = verdicts.iloc[0]
    assert (first["state"], first["reason"]) == ("undetermined", reason.value)
    assert first[["change", "low", "high", "p", "q", "below_zero"]].isna().all()
    assert np.isfinite(verdicts.iloc[1:][NUMBERS].to_numpy(float)).all()
    assert reason.word("zh")
    assert reason.word("en")


def test_a_dark_start_is_never_growth(lab):
    cities = lab.cities([60.0] * 40)
    values = lab.noisy(cities)
    values[0, :3] = 0
    first = lab.judge(lab.panel(cities, values), cities).iloc[0]
    assert (first["plain"], first["state"], first["persistence"]) == (
        "no_baseline",
        "undetermined",
        "unknown",
    )


def test_too_little_covered_is_missing_not_a_fall(lab):
    cities = lab.cities([60.0] * 40)
    values = lab.noisy(cities)
    coverage = np.ones_like(values)
    values[0, -3:] *= 0.5
    coverage[0, -3:] = 0.5
    verdicts = lab.judge(lab.panel(cities, values, coverage=coverage), cities)
    assert verdicts["reason"].iloc[0] == Reason.COVERAGE.value
    assert verdicts["plain"].iloc[0] == "no_data"


def test_all_series_equal(lab):
    cities = lab.cities([60.0] * 40)
    verdicts = lab.judge(lab.panel(cities, np.full((40, 10), 5.0)), cities)
    assert set(verdicts["reason"]) == {Reason.ALL_EQUAL.value}


def test_series_without_any_noise_give_finite_numbers(lab):
    cities = lab.cities([60.0] * 40)
    values = 100 * np.exp(-0.05 * np.arange(10))[None, :].repeat(40, axis=0)
    verdicts = lab.judge(lab.panel(cities, values), cities)
    assert set(verdicts["state"]) == {"shrinking"}
    assert np.isfinite(verdicts[NUMBERS].to_numpy(float)).all()


def test_one_city_alone(lab):
    cities = lab.cities([60.0])
    verdicts = lab.judge(lab.panel(cities, lab.noisy(cities, slope=-0.08, sigma=0.02)), cities)
    assert verdicts["state"].iloc[0] == "shrinking"
    assert verdicts["noise_from"].iloc[0] == "series"


def test_one_year_is_no_comparison(lab, mixed):
    with pytest.raises(CityebbError) as caught:
        lab.judge(mixed[1], mixed[0], years=(2013,))
    assert caught.value.key == "identify.one_year"
    assert "2013" in str(caught.value)


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (lambda panel: pd.concat([panel, panel.iloc[:1]]), "identify.rows_twice"),
        (lambda panel: panel.assign(unit=["a", *["b"] * (len(panel) - 1)]), "identify.units_differ"),
        (lambda panel: panel.assign(concept=["a", *["b"] * (len(panel) - 1)]), "identify.concepts_differ"),
        (lambda panel: panel.assign(source="other"), "identify.no_rows"),
        (lambda panel: panel.drop(columns="coverage"), "model.column_missing"),
    ],
)
def test_a_panel_that_cannot_be_read_is_refused(lab, mixed, spoil, key, english):
    with pytest.raises(CityebbError) as caught:
        lab.judge(spoil(mixed[1]), mixed[0])
    assert caught.value.key == key
    assert str(caught.value)


def test_faults_of_the_cities_are_told_together(lab, mixed):
    cities = pd.concat([mixed[0], mixed[0].iloc[:1]]).assign(size_class="huge")
    with pytest.raises(Faults) as caught:
        lab.judge(mixed[1], cities, years=(2013,))
    assert [fault.key for fault in caught.value.faults] == [
        "identify.one_year",
        "model.rows_twice",
        "identify.size_class_unknown",
    ]


def test_other_sources_and_indicators_are_passed_over(lab, mixed):
    cities, panel = mixed
    other = panel.assign(source="moon", value=1.0, unit="x")
    mean = panel.assign(indicator="light_mean", value=2.0)
    pd.testing.assert_frame_equal(
        lab.judge(pd.concat([other, panel, mean]), cities), lab.judge(panel, cities)
    )


def test_thresholds():
    assert threshold_of("built_up", 5) == threshold_of("light", 5) == -0.1
    assert threshold_of("people", 10) == pytest.approx(-0.015)
    assert threshold_of("people", 10, -0.2) == -0.2
    assert IdentifyParameters(cities="a", source="b", threshold=0).threshold == 0
    for wrong in (0.1, -1.0):
        with pytest.raises(ValidationError):
            IdentifyParameters(cities="a", source="b", threshold=wrong)
    with pytest.raises(ValidationError):
        IdentifyParameters(cities="a", source="b", treshold=-0.1)


def test_people_fall_outside_their_band(lab):
    cities = lab.cities([60.0] * 30)
    years = (2006, 2011, 2016, 2021)
    slope = np.repeat([-0.08, 0.0, 0.08], 10)
    values = 1000 * lab.noisy(cities, slope=slope, sigma=3e-5, years=4)
    panel = lab.panel(cities, values, years, indicator="people")
    verdicts = lab.judge(panel, cities, years=years, era=years, indicator="people")
    assert verdicts["threshold"].iloc[0] == pytest.approx(-0.0015 * 15)
    states = verdicts["state"].to_numpy().reshape(3, -1)
    assert states.tolist() == [["shrinking"] * 10, ["stable"] * 10, ["growing"] * 10]
