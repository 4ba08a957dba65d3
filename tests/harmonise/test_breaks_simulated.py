"""Breaks of simulated countries: the truth is known, and what leaves the data the same changes nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cityebb.grids import ArrayLayer, Criterion, Grid, Stack, scan
from cityebb.harmonise import HarmoniseParameters, _steps, find_breaks
from cityebb.words import LANGUAGES

FIRST, LAST = 2010, 2021


def jump(at, factor):
    return lambda year, values, town, rng: values * factor if year == at else values


def step(after, factor):
    return lambda year, values, town, rng: values * factor if year > after else values


def lose(at, share):
    return lambda year, values, town, rng: (
        np.where(rng.random(values.shape) < share, 0, values) if year == at else values
    )


def war(after, factor=0.4):
    return lambda year, values, town, rng: np.where((town % 2 == 0) & (year > after), values * factor, values)


def texture(after, factor=1.0, noise=0.2):
    return lambda year, values, town, rng: (
        values * factor * np.exp(rng.normal(0, noise, values.shape)) if year > after else values
    )


def breaks(found):
    """Return what was found as plain values: strangers, joints, other rows."""
    others = found.frame[~found.frame["kind"].isin(["stranger", "joint"])]
    return dict(found.strangers), found.joints, list(zip(others["kind"], others["year"], strict=True))


@pytest.mark.parametrize("growth", [0.0, 0.05, -0.05])
def test_life_is_no_break(make_country, make_cells, growth):
    found = find_breaks(make_cells(make_country(growth=growth)), "lights")
    assert breaks(found) == ({}, (), [])
    assert [note.key for note in found.notes] == ["harmonise.nothing_found"]


@pytest.mark.parametrize("after", range(FIRST, LAST))
def test_a_war_is_no_break(make_country, make_cells, after):
    assert breaks(find_breaks(make_cells(make_country(edit=war(after))), "lights")) == ({}, (), [])


@pytest.mark.parametrize("factor", [0.7, 0.8, 1.25, 1.5])
def test_a_common_jump_that_returns_is_a_stranger(make_country, make_cells, factor):
    found = find_breaks(make_cells(make_country(edit=jump(2015, factor))), "lights")
    assert breaks(found) == ({2015: "comes_and_goes"}, (), [])
    assert found.frame["size"].iloc[0] == pytest.approx(factor - 1, abs=0.05)
    assert 2015 not in found.years


@pytest.mark.parametrize("at", [FIRST, FIRST + 1, 2015, LAST])
def test_a_year_that_lost_lit_cells_is_a_stranger(make_country, make_cells, at):
    found = find_breaks(make_cells(make_country(edit=lose(at, 0.35))), "lights")
    assert breaks(found) == ({at: "lit_cells_missing"}, (), [])
    assert found.frame["size"].iloc[0] == pytest.approx(0.35, abs=0.03)


def test_growing_lit_area_is_no_stranger(make_country, make_cells):
    found = find_breaks(make_cells(make_country(growth=0.12)), "lights")
    assert breaks(found) == ({}, (), [])


def test_the_study_insists_on_a_stranger(make_country, make_cells):
    cells = make_cells(make_country(edit=jump(2015, 0.7)))
    found = find_breaks(cells, "lights", HarmoniseParameters(keep_years=(2015,)))
    assert 2015 in found.years
    assert found.frame["kept"].tolist() == [True]
    assert "harmonise.stranger_kept" in [note.key for note in found.notes]
    assert set(found.segment(2013, 2017)) == set(range(2013, 2018))


@pytest.mark.parametrize("after", [2013, 2015, 2017])
@pytest.mark.parametrize("factor", [1.0, 1.15, 1.4])
def test_a_lasting_change_of_texture_is_a_joint(make_country, make_cells, after, factor):
    found = find_breaks(make_cells(make_country(edit=texture(after, factor))), "lights")
    assert breaks(found) == ({}, (after,), [])
    assert found.default() == (after + 1, LAST)


@pytest.mark.parametrize("factor", [0.85, 1.15])
def test_a_common_step_below_a_quarter_is_noted(make_country, make_cells, factor):
    found = find_breaks(make_cells(make_country(edit=step(2015, factor))), "lights")
    assert breaks(found) == ({}, (), [("shared_step", 2015)])
    assert found.shared_steps[2015] == pytest.approx(factor - 1, abs=0.04)
    assert found.segment(FIRST, LAST) == tuple(range(FIRST, LAST + 1))


@pytest.mark.parametrize("factor", [0.6, 1.5])
def test_a_common_step_of_more_is_a_joint_unless_the_study_crosses_it(make_country, make_cells, factor):
    cells = make_cells(make_country(edit=step(2015, factor)))
    assert breaks(find_breaks(cells, "lights")) == ({}, (2015,), [])
    crossed = find_breaks(cells, "lights", HarmoniseParameters(cross_joints=(2015,)))
    assert crossed.joints == ()
    assert crossed.frame[["kind", "kept"]].to_numpy().tolist() == [["joint", True]]


def test_a_declared_joint_is_never_crossed(make_country, make_cells):
    cells = make_cells(make_country(), joints=(2015,))
    assert find_breaks(cells, "lights", HarmoniseParameters(cross_joints=(2015,))).joints == (2015,)


def test_exact_repeats_end_at_a_joint(make_country, make_cells):
    arrays = make_country()
    rng = np.random.default_rng(5)
    for year in range(FIRST + 1, 2015):
        copied = rng.random(arrays[year].shape) < 0.2
        arrays[year][copied] = arrays[year - 1][copied]
    found = find_breaks(make_cells(arrays), "lights")
    assert len(found.joints) == 1
    assert found.joints[0] in (2014, 2015)
    assert found.frame["evidence"].tolist() == ["repeats"]


def test_rounded_values_are_no_repeats(make_country, make_cells):
    arrays = {year: np.round(array) for year, array in make_country().items()}
    assert breaks(find_breaks(make_cells(arrays), "lights")) == ({}, (), [])


def test_dim_light_that_creeps_up_is_noted(make_country, make_cells):
    arrays = make_country()
    dark = arrays[FIRST] == 0
    for year in range(2016, LAST + 1):
        arrays[year] = np.where(dark, 1.0, arrays[year])
    assert breaks(find_breaks(make_cells(arrays), "lights")) == ({}, (), [("creep", 2016)])


def test_what_a_year_does_not_cover_is_noted_and_not_missed(make_country, make_cells):
    arrays = make_country()
    arrays[2014][:, :80] = np.nan
    found = find_breaks(make_cells(arrays), "lights")
    assert breaks(found) == ({}, (), [("coverage", 2014)])
    assert found.frame["size"].iloc[0] == pytest.approx(80 / 192, abs=0.1)


def test_countries_that_hold_nothing_but_zeros_are_not_covered(make_country, make_cells):
    arrays = {year: array * 200 for year, array in make_country().items()}
    arrays[2014][:, :96] = 0
    people = {"indicator": "people", "kind": "count", "unit": "people"}
    zero = "missing_where_region_is_all_zero"
    assert breaks(find_breaks(make_cells(arrays, 400, zero=zero, **people), "lights")) == (
        {},
        (),
        [("coverage", 2014)],
    )
    assert breaks(find_breaks(make_cells(arrays, 400, **people), "lights"))[0] == {}  # half of the cities


def test_every_note_can_be_said(make_country, make_cells):
    edits = (jump(2015, 0.7), lose(2013, 0.35), step(2015, 1.15), step(2015, 1.6), texture(2015))
    for edit in edits:
        for note in find_breaks(make_cells(make_country(edit=edit)), "lights").notes:
            json.dumps(note.to_json())
            for language in LANGUAGES:
                assert "lights" in note.text(language)


def test_a_source_without_a_floor_is_looked_at_on_the_cells_of_others(make_country):
    lights, people = (make_country(seed, edit=edit) for seed, edit in ((1, None), (2, texture(2015))))
    place = Grid("EPSG:4326", (0.01, 0.0, 10.0, 0.0, -0.01, 50.0), lights[FIRST].shape)
    stacks = {}
    for name, arrays in (("lights", lights), ("people", people)):
        layers = tuple(
            ArrayLayer(year, place, "float64", str(year), values=array) for year, array in arrays.items()
        )
        stacks[name] = Stack(name, "light", "density", "DN", layers)
    cells = scan(stacks, [Criterion("lights", 2.0)])
    assert find_breaks(cells, "lights").joints == ()
    assert find_breaks(cells, "people").joints == (2015,)


EDITS = st.sampled_from(
    [
        None,
        jump(2014, 0.75),
        lose(2016, 0.35),
        step(2013, 1.5),
        texture(2014, 1.2),
        war(2015),
        lose(FIRST, 0.35),
    ]
)
few = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@few
@given(edit=EDITS, seed=st.integers(0, 99), factor=st.floats(0.01, 100))
def test_the_unit_does_not_matter(make_country, make_cells, edit, seed, factor):
    arrays = make_country(seed, edit=edit)
    scaled = {year: array * factor for year, array in arrays.items()}
    found = find_breaks(make_cells(arrays), "lights")
    again = find_breaks(make_cells(scaled, 2.0 * factor), "lights")
    assert breaks(found) == breaks(again)
    np.testing.assert_allclose(found.frame["size"], again.frame["size"], rtol=1e-6)


@few
@given(edit=EDITS, seed=st.integers(0, 99), turns=st.integers(1, 3))
def test_the_order_of_cells_does_not_matter(make_country, make_cells, edit, seed, turns):
    arrays = make_country(seed, edit=edit)
    turned = {year: np.ascontiguousarray(np.rot90(array, turns)) for year, array in arrays.items()}
    assert breaks(find_breaks(make_cells(arrays), "lights")) == breaks(
        find_breaks(make_cells(turned), "lights")
    )


@few
@given(edit=EDITS, seed=st.integers(0, 99))
def test_mirrored_time_mirrors_what_is_found(make_country, make_cells, edit, seed):
    arrays = make_country(seed, edit=edit)
    mirrored = {FIRST + LAST - year: arrays[year] for year in reversed(arrays)}
    found = find_breaks(make_cells(arrays), "lights")
    again = find_breaks(make_cells(mirrored), "lights")
    assert {FIRST + LAST - year: name for year, name in again.strangers.items()} == found.strangers
    assert tuple(FIRST + LAST - 1 - year for year in reversed(again.joints)) == found.joints


def test_false_alarms_in_stationary_series_are_rare(make_country, make_cells):
    alarms = 0
    for seed in range(100):
        rng = np.random.default_rng(1000 + seed)
        years = range(2000, 2000 + int(rng.integers(4, 22)))
        noise = np.exp(rng.normal(np.log(0.1), 0.3, len(years))).tolist()  # every year has its own
        arrays = make_country(seed, years, cell_noise=noise, city_noise=0.08)
        found = find_breaks(make_cells(arrays), "lights")
        alarms += bool(found.strangers or found.joints)
    assert alarms <= 5


@pytest.mark.parametrize(("count", "spread"), [(8, 0.2), (10, 0.6), (14, 0.2), (21, 0.6), (30, 0.2)])
def test_critical_values_keep_what_they_promise(monkeypatch, count, spread):
    """Among series without a joint the best place passes in about one of twenty."""
    monkeypatch.setattr(_steps, "LEAST_SPREAD", 1e-9)
    rng = np.random.default_rng(count)
    critical = np.interp(count, list(_steps.CRITICAL), list(_steps.CRITICAL.values()))
    passed, draws = 0, 500
    for _ in range(draws):
        variance = np.exp(rng.normal(0, spread, count))
        scatters = np.log((variance[:-2] + 4 * variance[1:-1] + variance[2:]) / 6) / 2
        best = 0.0
        for place in range(_steps.LEAST_TRIPLES + 1, count - _steps.LEAST_TRIPLES - 2):
            before, after = scatters[: place - 1], scatters[place + 1 :]
            best = max(best, _steps._two_sample(before, after))
        passed += best >= critical
    assert passed / draws <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / draws)
