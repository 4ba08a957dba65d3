"""Turns: exactly found, not found in noise, and jumps of declared years left alone."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from cityebb.identify.rules import RULES, Turns, Values, cut
from cityebb.identify.rules.segments import SHORT

RULE = RULES["turns"]
YEARS = np.arange(2000, 2016)


def tent(turn=8, up=0.02, down=-0.03, count=16):
    years = np.arange(count)
    return 12 + np.where(years < turn, up * years, up * turn + down * (years - turn))


def naive(row, years, least, most):
    """Try every division there is."""
    n = len(row)
    best = None
    for pieces in range(1, most + 1):
        for breaks in itertools.combinations(range(least, n), pieces - 1):
            edges = [0, *breaks, n]
            if min(np.diff(edges)) < least or n - 2 * pieces < 1:
                continue
            left = sum(
                ((row[a:b] - np.polyval(np.polyfit(years[a:b], row[a:b], 1), years[a:b])) ** 2).sum()
                for a, b in itertools.pairwise(edges)
            )
            worth = n * math.log(left / n + 1e-10) + (1 + SHORT / n) * 3 * (pieces - 1) * math.log(n)
            if best is None or worth < best[0]:
                best = (worth, edges[:-1], left)
    return best


def test_no_division_is_better():
    rng = np.random.default_rng(6)
    years = np.arange(14.0)
    rows = np.array([tent(turn, count=14) for turn in (4, 6, 7, 9, 20)]).repeat(4, axis=0)
    rows += 0.01 * rng.normal(size=rows.shape)
    found = cut(rows, years, most=4)
    assert set(found.pieces) >= {1, 2}
    for row, pieces, begins, left in zip(rows, found.pieces, found.begins, found.left, strict=True):
        _, wanted, least = naive(row, years, 3, 4)
        assert begins[:pieces].tolist() == wanted
        assert left == pytest.approx(least)


def test_the_turn_in_ones_head():
    series = Values(tuple(YEARS.tolist()), np.exp(tent())[None])
    assert RULE.judge(series).loc[0, "reason"] == "identify.rules.reason.straight"
    found = Turns(refuse_lines=False).judge(series)
    assert found.loc[0, "state"] == "shrinking"
    assert found.loc[0, "reason"].endswith("turned_down")
    assert found.loc[0, ["since", "turns"]].tolist() in ([2008, 1], [2009, 1])
    assert found.loc[0, "per_year"] == pytest.approx(math.expm1(-0.03), abs=1e-9)
    assert found.loc[0, "before_per_year"] == pytest.approx(math.expm1(0.02), abs=1e-9)
    assert found.loc[0, "jump"] == pytest.approx(0, abs=0.06)


@pytest.mark.parametrize("kind", ["slope", "level"])
@pytest.mark.parametrize("count", [8, 10, 20, 40])
def test_noise_is_seldom_cut(kind, count):
    noise = 0.05 * np.random.default_rng(count).normal(size=(2000, count))
    share = (cut(noise, range(count), kind=kind).pieces > 1).mean()
    assert 0 < share <= 0.06
    assert (cut(noise, range(count), kind=kind, penalty=0.1).pieces > 1).mean() > 0.3


def test_a_turn_beyond_noise_is_found_where_it_is():
    rng = np.random.default_rng(1)
    rows = np.array([tent(12, count=24)] * 500) + 0.01 * rng.normal(size=(500, 24))
    found = cut(rows, range(24))
    assert (found.pieces == 2).mean() > 0.9
    assert np.abs(found.begins[:, 1] - 12).mean() < 1.5
    judged = RULE.judge(Values(tuple(range(24)), np.exp(rows)))
    assert (judged["state"] == "shrinking").mean() > 0.95


def test_a_declared_jump_is_no_turn():
    years = np.arange(2000, 2020)
    rng = np.random.default_rng(9)
    logs = 12 + 0.01 * (years - 2000) - 0.08 * (years >= 2010) + 0.002 * rng.normal(size=years.size)
    series = Values(tuple(years.tolist()), np.exp(logs)[None])
    found = RULE.judge(series)
    assert found.loc[0, ["turns", "turn_years"]].tolist() == [1, "2010"]
    assert found.loc[0, "jump"] == pytest.approx(math.expm1(-0.08), abs=0.01)
    declared = Turns(benchmarks=(2010,)).judge(series)
    assert declared.loc[0, "turns"] == 0
    assert declared.loc[0, "state"] == "growing"
    assert declared.loc[0, "per_year"] == pytest.approx(0.01, abs=5e-4)
    # Declared in the wrong year, it is found nevertheless.
    assert Turns(benchmarks=(2005,)).judge(series).loc[0, "turns"] >= 1


def test_a_step_inside_a_piece_takes_a_value():
    row = np.array([[0.0, 0.1, 0.5, 0.6, 0.2, 0.35]])
    with_step = cut(row, range(6), benchmarks=(2,), least=6)
    assert cut(row, range(6), least=6).pieces.tolist() == [1]
    assert with_step.pieces.tolist() == [0]
    assert cut(row, range(6), benchmarks=(2,), least=5).freedom.tolist() == [3]


def test_levels():
    row = np.concatenate([np.full(7, 5.0), np.full(6, 4.0)]) + 0.01 * np.resize([1, -1, 0.5], 13)
    found = cut(row[None], range(13), kind="level")
    assert found.pieces.tolist() == [2]
    assert found.begins[0, :2].tolist() == [0, 7]
    assert found.first[0, :2].round(2).tolist() == pytest.approx([5, 4], abs=0.011)
    assert np.isnan(found.slope).all()
    jumped = cut(row[None], range(13), kind="level", benchmarks=(7,))
    assert jumped.pieces.tolist() == [1]
    assert (jumped.first[0, 0], jumped.last[0, 0]) == pytest.approx((5, 4), abs=0.011)


def test_gaps_are_passed_over():
    row = tent()
    row[[2, 11]] = np.nan
    found = cut(row[None], YEARS)
    assert found.pieces.tolist() == [2]
    assert found.slope[0, :2] == pytest.approx([0.02, -0.03])
    assert cut(np.full((1, 16), np.nan), YEARS).pieces.tolist() == [0]


def test_the_interval_of_a_steady_course_holds_the_truth():
    rng = np.random.default_rng(4)
    rows = 12 - 0.01 * np.arange(15) + 0.01 * rng.normal(size=(2000, 15))
    found = RULE.judge(Values(tuple(range(2000, 2015)), np.exp(rows)))
    whole = found[found["turns"] == 0]
    truth = math.expm1(-0.01 * 14)
    assert 0.87 <= ((whole["low"] <= truth) & (truth <= whole["high"])).mean() <= 0.93
