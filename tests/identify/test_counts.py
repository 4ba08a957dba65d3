"""False discovery, the plain rule, persistence and counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.identify import (
    below_by_year,
    below_line,
    benjamini_hochberg,
    persistence_of,
    plain_rule,
    relative_to_all,
    summarise,
    years_below,
)
from cityebb.identify.persistence import LASTING_YEARS
from cityebb.model import SUMMARY, Persistence
from cityebb.words import has

P = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def slow_q(p):
    """The definition, word by word: the least over all later ranks."""
    order = sorted(range(len(p)), key=lambda place: p[place])
    q = [0.0] * len(p)
    for rank, place in enumerate(order):
        q[place] = min(1.0, *(p[order[s]] * len(p) / (s + 1) for s in range(rank, len(p))))
    return q


@given(P)
def test_q_is_what_the_definition_says(p):
    assert benjamini_hochberg(np.array(p)) == pytest.approx(slow_q(p))


def test_q_by_hand():
    p = np.array([0.01, 0.02, 0.03, 0.04, 0.5])
    assert benjamini_hochberg(p) == pytest.approx([0.05, 0.05, 0.05, 0.05, 0.5])


@given(P, st.integers(0, 40))
def test_q_rises_with_p_and_nothing_missing_counts(p, at):
    values = np.array(p)
    q = benjamini_hochberg(values)
    order = np.argsort(values, kind="stable")
    assert (np.diff(q[order]) >= 0).all()
    assert (q >= values - 1e-15).all()
    holed = np.insert(values, min(at, len(p)), np.nan)
    assert np.allclose(np.delete(benjamini_hochberg(holed), min(at, len(p))), q)


def test_nothing_to_test():
    assert np.isnan(benjamini_hochberg(np.array([np.nan, np.nan]))).all()
    assert benjamini_hochberg(np.array([])).size == 0


def test_a_tenth_less_is_down_to_the_last_bit():
    first = np.arange(10, 2000, 10.0)
    down, _ = plain_rule(first, first * 9 / 10, -0.1)
    assert (down <= -0.1).all()
    assert set(plain_rule(first, first * 11 / 10, -0.1)[1]) == {"up"}
    assert set(plain_rule(first, first * 0.95, -0.1)[1]) == {"between"}


def test_relative_to_the_median_city():
    assert relative_to_all(np.array([0.5, 0.5, np.nan]))[:2].tolist() == [0, 0]
    assert np.isnan(relative_to_all(np.array([np.nan]))).all()


@pytest.mark.parametrize(
    ("course", "end", "state"),
    [
        ([0, 0, 0, 0, 0], 2016, "never"),
        ([1, 1, 1, 1, 1], 2016, "persistent"),
        ([0, 0, 1, 1, 1], 2016, "persistent"),  # began in the end year, three years
        ([0, 0, 0, 1, 1], 2016, "late"),  # began after it
        ([0, 0, 0, 1, 1], 2018, "late"),  # two years only
        ([0, 0, 1, 1, 1], 2018, "persistent"),
        ([0, 0, 1, 1, 1], 2015, "late"),
        ([1, 1, 1, 0, 0], 2016, "came_back"),
        ([1, 0, 1, 0, 0], 2016, "came_back"),
        ([0, 0, 0, 1, 0], 2016, "came_back"),
        ([1, 0, 1, 1, 1], 2016, "relapsed"),
        ([1, None, 1, 1, 1], 2016, "persistent"),  # a gap neither breaks nor lengthens
        ([0, None, 1, None, 1], 2016, "late"),
        ([1, 1, 1, 1, None], 2016, "unknown"),
        ([None, None, None, None, 1], 2018, "unknown"),
        ([None, None, None, None, 0], 2018, "never"),
        ([1, 1], 2015, "persistent"),  # ever since the start
        ([1], 2014, "unknown"),
        ([0], 2014, "never"),
        ([], 2013, "unknown"),
    ],
)
def test_courses(course, end, state):
    below = np.array([[np.nan if step is None else step for step in course]], float).reshape(1, len(course))
    assert persistence_of(below, range(2014, 2014 + len(course)), end=end).tolist() == [state]


def test_every_course_has_its_definition_in_words():
    for state in Persistence:
        for language in ("zh", "en"):
            assert has(f"identify.persistence.{state.value}", language)
    assert LASTING_YEARS == 3


@given(st.lists(st.sampled_from([0.5, 1.0]), min_size=4, max_size=8))
def test_down_is_exactly_below_in_the_end_year(values):
    row = np.array([[1.0, *values]])
    years = range(2013, 2013 + row.shape[1])
    later, below = below_line(row, years, start=2013, threshold=-0.1)
    _, plain = plain_rule(row[:, 0], row[:, -1], -0.1)
    assert (plain[0] == "down") == (str(later[-1]) in years_below(below, later)[0].split(","))


def test_no_baseline_no_line():
    _, below = below_line(np.array([[0.0, 1, 1], [np.nan, 1, 1]]), [1, 2, 3], start=1, threshold=-0.1)
    assert np.isnan(below).all()
    assert years_below(below, [2, 3]) == ["", ""]


def test_years_after_the_end_count_too(lab):
    cities = lab.cities([60.0] * 3)
    values = np.full((3, 10), 100.0) + np.arange(3)[:, None] + np.arange(10) * 0.01
    values[0, 3:] = 80
    values[1, 3:5] = 80
    values[2, 5:] = 80
    verdicts = lab.judge(lab.panel(cities, values), cities, years=lab.YEARS[:4])
    assert verdicts["persistence"].tolist() == ["persistent", "came_back", "late"]
    assert verdicts["years_below"].tolist() == [
        "2016,2017,2018,2019,2020,2021,2022",
        "2016,2017",
        "2018,2019,2020,2021,2022",
    ]
    assert below_by_year(verdicts).set_index("year")["below"].to_dict() == {
        2016: 2, 2017: 2, 2018: 2, 2019: 2, 2020: 2, 2021: 2, 2022: 2
    }  # fmt: skip


def test_counts_add_up(lab):
    cities = lab.cities([6.0] * 40 + [60.0] * 40, country=["CN"] * 50 + ["MN"] * 20 + [None] * 10)
    slope = np.tile([-0.06, -0.02, 0.0, 0.06], 20)
    values = lab.noisy(cities, slope=slope)
    values[0, 0] = 0
    verdicts = lab.judge(lab.panel(cities, values), cities).reset_index()
    summary = SUMMARY.check(summarise(verdicts, cities))
    assert summary["group"].tolist() == ["total", "CN", "MN", "unknown", "5-10", "50-200"]
    counts = summary.set_index(["by", "group"]).drop(columns="median_change")
    for by in ("country", "size_class"):
        assert (counts.loc[by].sum() == counts.loc[("total", "total")]).all()
    states = ["shrinking", "growing", "stable", "undetermined"]
    assert (counts[states].sum(axis=1) == counts["cities"]).all()
    total = counts.loc[("total", "total")]
    assert total["shrinking"] == (verdicts["state"] == "shrinking").sum() > 0
    assert total["plain_down"] == (verdicts["plain"] == "down").sum()
    assert total["no_baseline"] == 1


def test_an_empty_table_is_counted_too(lab):
    cities = lab.cities([6.0])
    verdicts = pd.DataFrame({name: [] for name in ("city_id", "state", "plain", "persistence", "change")})
    summary = SUMMARY.check(summarise(verdicts, cities))
    assert summary["cities"].tolist() == [0]
