"""Registered people are told from residents by who left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityebb.identify.proxy import Figures, looks_registered, with_concept
from cityebb.model import CityebbError


def make_census(count=120, seed=3):
    random = np.random.default_rng(seed)
    growth = random.normal(0.0, 0.12, count)
    before = np.exp(random.normal(13, 1, count))
    values = np.column_stack([before, before * np.exp(growth)])
    return Figures((2010, 2020), values, "people", "census", "resident", "census"), growth


def make_figures(census, log_ratio, year=2020, factor=1.0):
    values = census.values[:, -1] * np.exp(log_ratio) * factor
    return Figures((year,), values[:, None], "people", "yearbook", "resident", "yearbook")


def test_the_register_knows_those_who_left():
    census, growth = make_census()
    figures = make_figures(census, 0.05 - 1.5 * growth)
    found = looks_registered(figures, census)
    assert found
    assert found.found == "registered"
    assert found.leaving_ratio > 1.1
    assert found.arriving_ratio < 1
    assert found.rank_r < -0.9
    named, notes = with_concept(figures, census)
    assert named.concept == "registered"
    assert [note.key for note in notes] == ["identify.proxy.note.looks_registered"]
    assert all(notes[0].text(language) for language in ("zh", "en"))


def test_residents_with_an_office_s_error_are_residents():
    census, growth = make_census()
    figures = make_figures(census, np.random.default_rng(1).normal(0, 0.02, len(growth)))
    assert looks_registered(figures, census).found == "resident"
    assert with_concept(figures, census) == (figures, ())


def test_a_census_is_itself():
    census, _ = make_census()
    assert looks_registered(census, census).found == "resident"


def test_wide_scatter_that_does_not_follow_who_left_is_not_called_registered():
    census, growth = make_census()
    figures = make_figures(census, np.random.default_rng(1).normal(0, 0.5, len(growth)))
    assert looks_registered(figures, census).found == "unclear"


def test_figures_in_ten_thousands_are_read_as_people():
    census, growth = make_census()
    found = looks_registered(make_figures(census, -1.5 * growth, factor=1e-4), census)
    assert found.unit == 1e4
    assert 0.9 < found.median_ratio < 1.1
    assert found.found == "registered"


def test_a_year_off_is_reached_by_the_rate_between_the_censuses():
    census, growth = make_census()
    figures = make_figures(census, 0.2 * growth, year=2022)
    found = looks_registered(figures, census)
    assert (found.found, found.year, found.census_year) == ("resident", 2022, 2020)
    assert found.apart.value == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("case", ["few", "far", "one_census"])
def test_what_cannot_be_told_is_not_checked(case):
    census, growth = make_census(15 if case == "few" else 60)
    figures = make_figures(census, -2 * growth, year=2015 if case == "far" else 2020)
    if case == "one_census":
        census = replace(census, years=(2020,), values=census.values[:, 1:])
    found = looks_registered(figures, census)
    assert found.found == "not_checked"
    assert not found


def test_other_places_are_refused():
    with pytest.raises(CityebbError) as told:
        looks_registered(make_census(30)[0], make_census(31)[0])
    assert told.value.key == "identify.rules.cities_differ"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_independent_errors_are_never_taken_for_a_register(seed):
    census, growth = make_census(60, seed)
    scatter = np.random.default_rng(seed + 1).normal(0, 0.08, len(growth))
    assert looks_registered(make_figures(census, scatter), census).found != "registered"
