"""Trends: against other programs, against tables, and with known truth."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cityebb.identify.rules import RULES, Values, hamed_rao_factor, mann_kendall

RULE = RULES["trend"]
# P(S ≥ s) for five values in random order, as printed in tables of Kendall's test.
KENDALL_FIVE = {10: 0.0083, 8: 0.042, 6: 0.117, 4: 0.242, 2: 0.408, 0: 0.592}


def one(row, years=None, **how):
    row = np.asarray(row, dtype=float)
    return mann_kendall(row[None], range(len(row)) if years is None else years, **how)


def test_the_example_in_ones_head():
    # Gilbert (1987), section 16.4.1: 10, 15, 14, 20 has five rises and one fall; by chance alone in 0.167.
    found = one([10, 15, 14, 20])
    assert found.s.tolist() == [4]
    assert found.p_rise.tolist() == pytest.approx([4 / 24])
    assert found.slope.tolist() == [(10 / 3 + 2.5) / 2]


def test_the_printed_tables():
    order = np.array(list(itertools.permutations(range(5))), dtype=float)
    found = mann_kendall(order, range(5))
    for s, chance in KENDALL_FIVE.items():
        assert np.allclose(found.p_rise[found.s == s], chance, atol=0.0005)
        assert np.mean(found.s >= s) == pytest.approx(found.p_rise[found.s == s][0])


def test_four_values_cannot_and_five_can():
    assert one([4, 3, 2, 1]).p.round(3).tolist() == [0.083]
    assert one([5, 4, 3, 2, 1]).p.round(3).tolist() == [0.017]


def test_the_long_straight_series():
    # 360 rising values: every one of 64,620 pairs rises, variance 360 · 359 · 725 / 18.
    found = one(np.arange(360.0), correlated=False)
    assert found.s.tolist() == [64620]
    assert found.variance.tolist() == [5205500]
    assert found.slope.tolist() == [1]


@given(
    st.lists(st.one_of(st.none(), st.integers(1, 9)), min_size=5, max_size=25).filter(
        lambda row: (
            len({value for value in row if value is not None}) > 1
            and sum(value is not None for value in row) > 3
        )
    )
)
def test_as_scipy_does_with_ties_and_gaps(row):
    values = np.array([math.nan if value is None else float(value) for value in row])
    years = 1990 + 2 * np.arange(len(row))
    here = np.isfinite(values)
    found = one(values, years, confidence=0.90, correlated=False)
    tau = stats.kendalltau(years[here], values[here], variant="b", method="asymptotic")
    slopes = stats.theilslopes(values[here], years[here], alpha=0.90)
    n = here.sum()
    # SciPy's tau-b divides by the pairs that are not tied; its test knows no correction for continuity.
    _, size = np.unique(values[here], return_counts=True)
    untied = n * (n - 1) / 2 - (size * (size - 1) / 2).sum()
    assert found.s[0] == pytest.approx(tau.statistic * math.sqrt(untied * n * (n - 1) / 2))
    assert 2 * stats.norm.sf(abs(found.s[0]) / math.sqrt(found.variance[0])) == pytest.approx(tau.pvalue)
    assert [found.slope[0], found.low[0], found.high[0]] == pytest.approx(
        [slopes.slope, slopes.low_slope, slopes.high_slope]
    )


def test_exact_as_scipy_does():
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(40, 9))
    found = mann_kendall(rows, range(9))
    for row, p in zip(rows, found.p, strict=True):
        assert p == pytest.approx(stats.kendalltau(range(9), row, method="exact").pvalue)


def test_ties_take_the_normal_distribution():
    # Nine rises, one tie: variance (5 · 4 · 15 − 2 · 1 · 9) / 18, Z = 8 / √15.67.
    found = one([1, 1, 2, 3, 4])
    assert found.variance[0] == pytest.approx(282 / 18)
    assert found.p_rise[0] == pytest.approx(stats.norm.sf(8 / math.sqrt(282 / 18)))
    assert found.p_fall[0] == pytest.approx(stats.norm.cdf(10 / math.sqrt(282 / 18)))


def test_the_chance_is_told_in_the_direction_of_the_rate():
    found = RULE.judge(
        Values(tuple(range(0, 10, 2)), np.array([[5, 4, 3, 2, 1.0], [1, 2, 3, 4, 5], [1, 2, 1, 2, 3]]))
    )
    assert found["p"].iloc[:2].tolist() == [1 / 120, 1 / 120]
    assert found["tau"].iloc[:2].tolist() == [-1, 1]


def naive_factor(row):
    """Hamed and Rao by their formula, one lag after the other, all lags beyond the bound."""
    n = len(row)
    ranks = stats.rankdata(row)
    ranks -= ranks.mean()
    total = 0.0
    for lag in range(1, n):
        rho = sum(ranks[i] * ranks[i + lag] for i in range(n - lag)) / sum(ranks**2)
        if abs(rho) > 1.959964 / math.sqrt(n):
            total += (n - lag) * (n - lag - 1) * (n - lag - 2) * rho
    return 1 + 2 / (n * (n - 1) * (n - 2)) * total


def test_the_correction_by_its_formula():
    rng = np.random.default_rng(5)
    noise = rng.normal(size=(30, 25))
    rows = np.zeros_like(noise)
    for year in range(25):
        rows[:, year] = 0.7 * rows[:, max(year - 1, 0)] + noise[:, year]
    rows = rows.round(1)
    found = hamed_rao_factor(rows, np.arange(25.0))
    assert found == pytest.approx([naive_factor(row) for row in rows])
    assert (hamed_rao_factor(rows, np.arange(25.0), positive=True) >= 1).all()
    assert hamed_rao_factor(rows, np.arange(25.0), positive=True).max() > 1.5


def test_a_gap_does_not_shorten_a_lag():
    wave = np.sin(np.arange(41) * math.pi / 2 + 0.3)
    years = np.delete(np.arange(41.0), [20, 21])
    whole, cut = (
        hamed_rao_factor(row[None], times)[0]
        for row, times in ((wave, np.arange(41.0)), (np.delete(wave, [20, 21]), years))
    )
    spread = wave.copy()
    spread[[20, 21]] = np.nan
    assert hamed_rao_factor(spread[None], np.arange(41.0))[0] == cut
    assert cut == pytest.approx(whole, abs=0.1)
    # As if the two years had never been, the wave would lose its step.
    assert abs(hamed_rao_factor(np.delete(wave, [20, 21])[None], np.arange(39.0))[0] - cut) > 0.1


def test_what_is_called_shrinking_and_what_stable():
    years = tuple(range(2005, 2020))
    rng = np.random.default_rng(2)
    slopes = np.repeat([-0.02, 0.0, 0.02], 100)[:, None]
    quiet = 1e5 * np.exp(slopes * np.arange(15) + 0.003 * rng.normal(size=(300, 15)))
    found = RULE.judge(Values(years, quiet))
    states = found["state"].to_numpy().reshape(3, -1)
    assert (states[0] == "shrinking").all()
    assert (states[1] == "stable").mean() > 0.9
    assert (states[2] == "growing").all()
    truth = np.expm1(slopes[:, 0] * 14)
    inside = (found["low"] <= truth) & (truth <= found["high"])
    assert 0.85 <= inside.mean() <= 0.97
    assert found["per_year"].iloc[:100].median() == pytest.approx(math.expm1(-0.02), abs=1e-4)


def test_steady_cities_are_left_alone():
    rng = np.random.default_rng(8)
    noise = rng.normal(size=(4000, 20))
    rows = noise.copy()
    for year in range(1, 20):
        rows[:, year] = 0.5 * rows[:, year - 1] + noise[:, year]
    series = Values(tuple(range(2000, 2020)), 1e5 * np.exp(0.05 * rows))
    alone = replace(RULE, band=0.0)
    called = alone.judge(series)["state"].isin(["shrinking", "growing"]).mean()
    bare = replace(alone, correlated=False).judge(series)["state"].isin(["shrinking", "growing"]).mean()
    assert called <= 0.05
    assert called < bare


def test_slow_trends_lie_inside_the_band():
    values = 1e5 * np.exp(-0.0012 * np.arange(20) + 1e-5 * np.sin(np.arange(20)))
    series = Values(tuple(range(2000, 2020)), values[None])
    assert RULE.judge(series).loc[0, "state"] == "stable"
    assert replace(RULE, band=0.0005).judge(series).loc[0, "state"] == "shrinking"


def test_a_line_between_two_counts_is_no_trend():
    line = Values(tuple(range(2010, 2021)), np.linspace(300_000, 290_000, 11).round()[None])
    found = RULE.judge(line)
    assert found.loc[0, ["state", "reason"]].tolist() == ["undetermined", "identify.rules.reason.straight"]
    assert found.loc[0, ["change", "p", "q", "per_year"]].isna().all()
    assert replace(RULE, refuse_lines=False).judge(line).loc[0, "state"] == "shrinking"
    # Counted every ten years, three values are no line that was drawn.
    tens = Values((1980, 1990, 2000, 2010, 2020), np.array([[500.0, 450, 400, 350, 300]]))
    assert RULE.judge(tens).loc[0, "state"] == "shrinking"


@pytest.mark.parametrize("rule", ["trend", "turns"])
@pytest.mark.parametrize("step", [1, 100, 1000, 10_000])
@pytest.mark.parametrize("end", [400_000, 450_000, 490_000, 520_000])
def test_a_line_is_no_trend_however_it_was_rounded(rule, step, end):
    line = np.round(np.linspace(500_000, end, 11) / step) * step
    found = RULES[rule].judge(Values(tuple(range(2010, 2021)), line[None]))
    assert found.loc[0, "state"] == "undetermined"


def test_coarse_figures_that_wobble_more_than_they_are_rounded_are_judged():
    counted = np.array([[500, 493, 489, 478, 476, 465, 461, 449, 447, 436, 431]]) * 1000.0
    assert RULE.judge(Values(tuple(range(2010, 2021)), counted)).loc[0, "state"] == "shrinking"


def test_four_values_are_refused():
    row = [[100, 90, np.nan, 80, np.nan, 70]]
    found = RULE.judge(Values(tuple(range(2000, 2006)), np.array(row)))
    assert found.loc[0, "reason"] == "identify.rules.reason.too_few"
    assert found.loc[0, ["change", "low", "high", "p", "q", "per_year"]].isna().all()
