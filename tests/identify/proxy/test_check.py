"""Whether light stands for another figure: known truths, and what must not be believed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityebb.identify.proxy import Figures, Period, check_proxy, figures_of, fit_line, one_each, signal_share
from cityebb.model import PROXY, PROXY_CALLS, PROXY_POINTS, CityebbError, Faults


def make_cities(count, regions=4):
    index = pd.Index([f"c{number:05d}" for number in range(count)], name="city_id")
    region = [f"r{number % regions}" for number in range(count)]
    return pd.DataFrame({"region": region, "country": "CN", "size_class": "5-10"}, index=index)


def make_pair(x, dx, y, dy, concept="resident", grade="census"):
    """Figures whose logs at the end are x and y, and whose log changes are dx and dy."""
    light = Figures((2010, 2020), np.exp(np.column_stack([x - dx, x])), "light_sum", "lights")
    other = Figures((2010, 2020), np.exp(np.column_stack([y - dy, y])), "people", "census", concept, grade)
    return light, other


def make_noise(count, seed=0):
    random = np.random.default_rng(seed)
    return [random.normal(0, scale, count) for scale in (1.0, 0.3, 1.0, 0.3)]


def row(checked, kind, by="all", group="all"):
    table = checked.checks
    return table[(table["proxy_kind"] == kind) & (table["by"] == by) & (table["group"] == group)].iloc[0]


def call(checked, called_by, direction="shrinking", by="all", group="all"):
    rows = checked.calls.set_index(["called_by", "direction", "by", "group"])
    return rows.loc[(called_by, direction, by, group)]


PERIOD = Period(2010, 2020)


def test_a_known_elasticity_is_found_again():
    x, dx, noise, small = make_noise(2000)
    light, other = make_pair(x, dx, 0.7 * x + 0.2 * noise, 0.4 * dx + 0.2 * small)
    found = check_proxy(light, other, make_cities(2000), period=PERIOD)
    for kind, slope, told in (("cross_section", 0.7, 0.49 / 0.53), ("change", 0.4, 0.16 / 0.20)):
        line = row(found, kind)
        assert line["slope_low"] < slope < line["slope_high"]
        assert line["slope_high"] - line["slope_low"] < 0.03
        assert line["r2_out"] == pytest.approx(told, abs=0.03)
        assert line["r2_regions"] == pytest.approx(told, abs=0.03)
        assert line["proxy_word"] == "holds"
        assert line["cities"] == 2000
    assert row(found, "change", "region", "r2")["cities"] == 500


def test_noise_tells_nothing_of_unseen_cities():
    spoken = []
    for seed in range(20):
        x, dx, y, dy = make_noise(200, seed)
        found = check_proxy(*make_pair(x, dx, y, dy), make_cities(200), period=PERIOD)
        spoken += [row(found, kind) for kind in ("cross_section", "change")]
    out = np.array([line["r2_out"] for line in spoken])
    assert out.max() < 0.05
    assert np.median(out) < 0
    assert all(line["r2"] >= 0 for line in spoken)  # in sample even noise tells something
    words = [line["proxy_word"] for line in spoken]
    assert words.count("not_shown") >= 35
    assert "holds" not in words


def test_what_goes_against_light_does_not_hold():
    x, dx, _, small = make_noise(200)
    found = check_proxy(*make_pair(x, dx, x, -dx + 0.01 * small), make_cities(200), period=PERIOD)
    assert row(found, "change")["r2_out"] > 0.9
    assert row(found, "change")["proxy_word"] == "not_shown"


def test_a_line_that_differs_by_region_does_not_hold_elsewhere():
    x, dx, _, _ = make_noise(200)
    cities = make_cities(200)
    steep = np.where(cities["region"] == "r0", 5.0, 0.0)
    light, other = make_pair(x, dx, x + steep, dx)
    found = row(check_proxy(light, other, cities, period=PERIOD), "cross_section")
    assert found["regions"] == 4
    assert found["r2_regions"] < found["r2_out"]


def test_what_holds_among_neighbours_but_not_elsewhere_is_weak():
    """Within regions light tells next to nothing; three of four regions differ as their light does."""
    x, dx, noise, _ = make_noise(200)
    cities = make_cities(200)
    place = cities["region"].map({"r0": 0.0, "r1": 3.0, "r2": 6.0, "r3": 20.0}).to_numpy()
    level = cities["region"].map({"r0": 0.0, "r1": 3.0, "r2": 6.0, "r3": 10.0}).to_numpy()
    light, other = make_pair(0.1 * x + place, dx, 0.1 * noise + level, dx)
    found = row(check_proxy(light, other, cities, period=PERIOD), "cross_section")
    assert found["r2_out"] > 0.5 > found["r2_regions"]
    assert found["proxy_word"] == "weak"


def test_fewer_than_twenty_are_counted_but_not_checked():
    x, dx, y, dy = make_noise(39)
    dy[:20] = np.nan
    light, other = make_pair(x, dx, y, dy)
    cities = make_cities(39)
    found = check_proxy(light, other, cities, period=PERIOD)
    assert row(found, "cross_section")["cities"] == 39
    short = row(found, "change")
    assert short["cities"] == 19
    assert short["proxy_word"] == "not_checked"
    assert np.isnan(short[["slope", "r2", "r2_out", "rank_r"]].astype(float)).all()


def test_missing_and_dark_are_never_zero():
    x, dx, y, dy = make_noise(60)
    dx[0], y[1] = np.inf, np.nan  # dark at the start; no figure at all
    light, other = make_pair(x, dx, y, dy)
    found = check_proxy(light, other, make_cities(60), period=PERIOD)
    assert row(found, "cross_section")["cities"] == 59
    assert row(found, "change")["cities"] == 58
    points = found.points.set_index("city_id")
    assert np.isnan(points.loc["c00000", "light_change"])
    assert points.loc["c00000", "light_level"] > 0


def test_all_alike_is_not_checked():
    light, other = make_pair(np.ones(40), np.zeros(40), np.ones(40), np.zeros(40))
    found = check_proxy(light, other, make_cities(40), period=PERIOD)
    assert set(found.checks["proxy_word"]) == {"not_checked"}


def test_noise_in_light_is_taken_out_of_the_slope_and_nothing_else():
    count = 4000
    x, true, _, small = make_noise(count)
    blur = np.random.default_rng(9).normal(0, 0.3, count)
    light, other = make_pair(x, true + blur, x, 0.5 * true + 0.05 * small)
    cities = make_cities(count)
    verdicts = pd.DataFrame(
        {"city_id": cities.index, "state": "stable", "noise": 0.3 / np.sqrt(2), "source": "lights"}
    )
    found = row(check_proxy(light, other, cities, period=PERIOD, verdicts=verdicts), "change")
    assert found["slope"] == pytest.approx(0.25, abs=0.02)
    assert found["signal_share"] == pytest.approx(0.5, abs=0.04)
    assert found["slope_corrected"] == pytest.approx(0.5, abs=0.04)
    assert found["r2_out"] < 0.55
    assert np.isnan(row(check_proxy(light, other, cities, period=PERIOD), "change")["slope_corrected"])


def test_what_is_mostly_noise_is_not_corrected():
    assert np.isnan(signal_share(np.array([-1.0, 1.0, -1.0, 1.0]), np.full(4, 1.1)))


def test_calls_are_counted_by_hand():
    """Of 100 cities 30 are called, 24 of them rightly; 50 fall in all."""
    dx = np.r_[np.full(30, np.log(0.9)), np.full(70, 0.02)]
    dy = np.r_[np.full(24, -0.1), np.full(6, 0.1), np.full(26, -0.1), np.full(44, 0.1)]
    light, other = make_pair(np.arange(100) / 50, dx, np.arange(100) / 40, dy)
    found = call(check_proxy(light, other, make_cities(100), period=PERIOD), "plain")
    assert found[["cities", "called", "called_rightly"]].tolist() == [100, 30, 24]
    assert found[["ppv", "base_rate", "sensitivity"]].tolist() == [0.8, 0.5, 0.48]
    assert found["likelihood_ratio"] == pytest.approx((24 / 50) / (6 / 50))
    assert 0.6 < found["ppv_low"] < 0.8 < found["ppv_high"] < 0.95
    assert found["proxy_word"] == "holds"


def test_a_call_right_as_often_as_any_city_is_not_shown_to_tell():
    """Nearly all grow: a call of growth is right in 95 of 100, and so is no call at all."""
    dy = np.where(np.arange(400) % 20 == 0, -0.1, 0.1)
    light, other = make_pair(np.arange(400) / 90, np.resize([0.3, 0.01], 400), np.arange(400) / 80, dy)
    found = call(check_proxy(light, other, make_cities(400), period=PERIOD), "plain", "growing")
    assert found["base_rate"] == 0.95
    assert found["ppv"] == 0.9
    assert found["proxy_word"] == "not_shown"


def test_a_call_that_alters_little_is_weak_however_sure():
    """4,000 cities of which 90 in 100 grow; of the called 94 in 100, a likelihood ratio of 1.7."""
    called = np.arange(4000) % 2 == 0
    grows = np.where(called, np.arange(4000) % 100 >= 6, np.arange(4000) % 100 >= 14)
    dx, dy = np.where(called, 0.3, 0.01), np.where(grows, 0.1, -0.1)
    light, other = make_pair(np.arange(4000) / 900, dx, np.arange(4000) / 800, dy)
    found = call(check_proxy(light, other, make_cities(4000), period=PERIOD), "plain", "growing")
    assert found["likelihood_ratio_low"] > 1
    assert found["ppv_low"] > 0.9
    assert found["likelihood_ratio"] < 2
    assert found["proxy_word"] == "weak"


def test_where_nobody_falls_no_call_is_worth_anything():
    light, other = make_pair(np.arange(60) / 9, np.full(60, -0.3), np.arange(60) / 8, np.full(60, 0.1))
    found = call(check_proxy(light, other, make_cities(60), period=PERIOD), "plain")
    assert found[["called", "called_rightly", "ppv"]].tolist() == [60, 0, 0]
    assert np.isnan(found["likelihood_ratio"])
    assert found["proxy_word"] == "not_shown"


def test_light_that_rises_everywhere_is_judged_against_the_median():
    dx = np.r_[np.full(30, 0.5), np.full(70, 1.0)]
    light, other = make_pair(np.arange(100) / 50, dx, np.arange(100) / 40, dx - 0.7)
    found = check_proxy(light, other, make_cities(100), period=PERIOD)
    assert call(found, "plain")["called"] == 0
    assert call(found, "relative")[["called", "called_rightly"]].tolist() == [30, 30]


def test_verdicts_are_calls_and_the_undetermined_are_not():
    light, other = make_pair(*make_noise(80))
    cities = make_cities(80)
    states = np.resize(["shrinking", "undetermined", "growing", "stable"], 80)
    verdicts = pd.DataFrame({"city_id": cities.index, "state": states, "noise": np.nan, "source": "lights"})
    found = check_proxy(light, other, cities, period=PERIOD, verdicts=verdicts.iloc[:60])
    assert call(found, "verdict")[["cities", "called"]].tolist() == [60, 15]
    assert call(found, "verdict", "growing")["called"] == 15


@pytest.mark.parametrize(
    ("concept", "grade", "caution"),
    [
        ("resident", "census", ""),
        ("registered", "register", "registered"),
        ("unknown", "census", "unknown_concept"),
        ("registered", "yearbook", "registered+carried_forward"),
    ],
)
def test_people_who_may_not_live_there_never_make_it_hold(concept, grade, caution):
    x, dx, _, _ = make_noise(100)
    found = check_proxy(*make_pair(x, dx, x, dx, concept, grade), make_cities(100), period=PERIOD)
    assert set(found.checks["caution"]) == {caution}
    assert set(found.calls["caution"]) == {caution}
    assert row(found, "change")["proxy_word"] == ("holds" if not caution else "weak")
    assert len(found.notes) == (caution.count("+") + 1 if caution else 0)
    for language in ("zh", "en"):
        assert all(note.text(language) and note.level == "warning" for note in found.notes)


def test_current_prices_are_said():
    light, other = make_pair(*make_noise(60))
    output = replace(other, indicator="gdp", concept="current_prices", grade="yearbook")
    found = check_proxy(light, output, make_cities(60), period=PERIOD)
    assert set(found.checks["caution"]) == {"current_prices"}
    assert [note.key for note in found.notes] == ["identify.proxy.note.current_prices"]
    assert all(note.text(language) for note in found.notes for language in ("zh", "en"))


def test_other_years_are_said():
    light, other = make_pair(*make_noise(60))
    light = replace(light, years=(2013, 2020))
    found = check_proxy(light, other, make_cities(60), period=Period(2013, 2020, 2010))
    assert set(found.checks["caution"]) == {"periods_differ"}
    assert row(found, "change")[["start", "other_start", "end", "other_end"]].tolist() == [
        "2013",
        "2010",
        "2020",
        "2020",
    ]


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(45)))
def test_the_order_of_cities_does_not_matter(order):
    light, other = make_pair(*make_noise(45))
    cities = make_cities(45, regions=2)
    straight = check_proxy(light, other, cities, period=PERIOD)
    x, dx, y, dy = (part[list(order)] for part in make_noise(45))
    moved = make_pair(x, dx, y, dy)
    mixed = check_proxy(*moved, cities.iloc[list(order)], period=PERIOD)
    pd.testing.assert_frame_equal(straight.checks, mixed.checks, rtol=1e-9)
    pd.testing.assert_frame_equal(straight.calls, mixed.calls)


def test_tables_are_as_declared_even_without_cities():
    empty = Figures((2010, 2020), np.empty((0, 2)), "light_sum", "lights")
    people = Figures((2010, 2020), np.empty((0, 2)), "people", "census", "resident", "census")
    found = check_proxy(empty, people, make_cities(0), period=PERIOD)
    assert PROXY.check(found.checks)["proxy_word"].tolist() == ["not_checked"] * 2
    assert PROXY_CALLS.check(found.calls)["called"].sum() == 0
    assert PROXY_POINTS.check(found.points).empty


def test_every_fault_is_named():
    light, other = make_pair(*make_noise(30))
    cities = make_cities(30)
    with pytest.raises(Faults) as told:
        check_proxy(
            light, other, cities.iloc[:20], period=Period(2020, 2010), groups=["people"], threshold=0.1
        )
    keys = [error.key for error in told.value.faults]
    assert keys.count("identify.proxy.shape") == 2
    assert {"identify.proxy.order", "identify.proxy.threshold", "model.column_missing"} <= set(keys)
    with pytest.raises(CityebbError, match="2011") as error:
        check_proxy(light, other, cities, period=Period(2011, 2020))
    assert error.value.key == "identify.proxy.year_missing"
    with pytest.raises(CityebbError) as error:
        check_proxy(light, other, cities.set_axis(["a"] * 30), period=PERIOD)
    assert error.value.key == "model.rows_twice"


def make_panel(**changes):
    parts = {
        "city_id": ["a", "a", "b"],
        "year": [2010, 2020, 2010],
        "indicator": "people",
        "source": "census",
        "value": [5.0, -1.0, np.inf],
        "coverage": [1.0, 1.0, 1.0],
        "unit": "people",
        "concept": "resident",
        "grade": "census",
    }
    return pd.DataFrame(parts | changes)


def test_figures_leave_out_what_is_none():
    figures = figures_of(make_panel(), pd.Index(["b", "a", "c"]), indicator="people")
    assert figures.years == (2010, 2020)
    np.testing.assert_array_equal(figures.values, [[np.nan, np.nan], [5, np.nan], [np.nan, np.nan]])
    thin = figures_of(make_panel(coverage=[0.5, 1, 1]), pd.Index(["a"]), indicator="people")
    assert np.isnan(thin.values).all()


def test_figures_of_a_worse_grade_make_the_whole_worse():
    figures = figures_of(
        make_panel(grade=["census", "yearbook", "census"]), pd.Index(["a"]), indicator="people"
    )
    assert figures.grade == "yearbook"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"source": ["x", "y", "x"]}, "identify.proxy.sources_differ"),
        ({"unit": ["people", "10k", "people"]}, "identify.units_differ"),
        ({"concept": ["resident", "registered", "resident"]}, "identify.concepts_differ"),
        ({"year": [2010, 2010, 2010]}, "identify.rows_twice"),
        ({"indicator": "gdp"}, "identify.no_rows"),
    ],
)
def test_mixed_figures_are_refused(changes, key):
    with pytest.raises(CityebbError) as told:
        figures_of(make_panel(**changes), pd.Index(["a", "b"]), indicator="people")
    assert told.value.key == key


def test_a_unit_that_several_cities_share_is_counted_once():
    links = pd.DataFrame(
        {
            "city_id": ["a", "b", "c"],
            "other_id": ["u", "u", "v"],
            "other_share": [0.1, 0.4, np.nan],
            "city_share": [1.0, 1.0, np.nan],
        }
    )
    panel = make_panel(city_id=["u", "u", "v"], value=[5.0, 6.0, 7.0])
    figures = figures_of(panel, pd.Index(["a", "b", "c"]), indicator="people", links=one_each(links))
    np.testing.assert_array_equal(figures.values, [[np.nan, np.nan], [5, 6], [7, np.nan]])


def test_the_interval_of_the_slope_covers_as_often_as_it_says():
    """Also where dim towns scatter more than bright ones."""
    random = np.random.default_rng(4)
    hits = []
    for _ in range(400):
        x = random.normal(0, 1, 60)
        y = 0.5 * x + random.normal(0, 1, 60) * (0.3 + np.abs(x))
        found = fit_line(x, y, np.arange(60) % 10, confidence=0.9).slope
        hits.append(found.low < 0.5 < found.high)
    assert 0.86 < np.mean(hits) < 0.94
