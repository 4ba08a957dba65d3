"""What holds of every rule, whatever it asks: order, scale, time, gaps, and figures that are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cityebb.identify.rules import FIGURES, RULES, Rule, Values, meaning_of, name_of
from cityebb.identify.series import series_of
from cityebb.model import CityebbError, State
from cityebb.words import say

YEARS = tuple(range(1975, 2021))
NUMBERS = ["change", "low", "high", "p"]
RATES = (-0.03, -0.015, -0.004, 0.0, 0.004, 0.015, 0.03)


def without_least(rule):
    """The rule without its least size, so that figures of any unit can be given."""
    return replace(rule, least_people=0) if hasattr(rule, "least_people") else rule


# What these say is said of the last part of the years alone.
LAST_PART_ALONE = ("turns", "wiechmann", "schilling_logan")
ALL = [pytest.param(without_least(rule), id=name) for name, rule in RULES.items()]
ABSOLUTE = [
    pytest.param(without_least(rule), id=name) for name, rule in RULES.items() if not rule.needs.relative
]


def courses(seed, *, cities=70, years=46):
    rng = np.random.default_rng(seed)
    rates = np.resize(RATES, cities)[:, None]
    return 1e5 * np.exp(rates * np.arange(years) + 0.004 * rng.normal(size=(cities, years)))


def made(rule, seed=0, *, alter=lambda values, _name: values, years=YEARS):
    """Series for all a rule needs; ``alter`` does something to each of them."""
    return {
        name: Values(years, alter(courses(seed + place, years=len(years)), name))
        for place, name in enumerate(rule.needs.indicators)
    }


@pytest.mark.parametrize("rule", ALL)
def test_a_rule_is_one(rule):
    assert isinstance(rule, Rule)
    assert RULES[rule.name].name == rule.name
    assert rule.reference
    assert rule.needs.indicators
    found = rule.judge(made(rule))
    assert tuple(found.columns[: len(FIGURES)]) == FIGURES
    assert set(found["state"]) <= {state.value for state in State}
    assert len(set(found["state"])) > 1
    for language in ("zh", "en"):
        assert all(say(reason, language) != reason for reason in set(found["reason"]))
        assert not name_of(rule.name, language).startswith("identify.")
        assert not meaning_of(rule.name, language).startswith("identify.")


@pytest.mark.parametrize("rule", ALL)
def test_the_order_of_cities_does_not_matter(rule):
    order = np.random.default_rng(1).permutation(70)
    found = rule.judge(made(rule))
    turned = rule.judge(made(rule, alter=lambda values, _name: values[order]))
    assert turned.equals(found.iloc[order].reset_index(drop=True))


@pytest.mark.parametrize("rule", ABSOLUTE)
def test_a_city_is_judged_by_itself(rule):
    rule = replace(rule, alpha=0.499) if hasattr(rule, "alpha") else rule
    found = rule.judge(made(rule))
    for city in (0, 6):
        alone = rule.judge(made(rule, alter=lambda values, _name, city=city: values[city : city + 1]))
        columns = [name for name in found if name != "q"]
        told, wanted = (
            [np.nan if figure is pd.NA else figure for figure in row[columns]]
            for row in (alone.loc[0], found.loc[city])
        )
        assert told == pytest.approx(wanted, nan_ok=True)


@pytest.mark.parametrize("rule", ALL)
@given(scale=st.sampled_from([1e-6, 0.01, 0.5, 3.7, 1e4]))
@settings(max_examples=5)
def test_the_unit_of_measure_does_not_matter(rule, scale):
    found = rule.judge(made(rule))
    scaled = rule.judge(made(rule, alter=lambda values, _name: scale * values))
    assert scaled["state"].tolist() == found["state"].tolist()
    for name in NUMBERS:
        assert scaled[name].to_numpy() == pytest.approx(
            found[name].to_numpy(), rel=1e-6, abs=1e-9, nan_ok=True
        )


@pytest.mark.parametrize("rule", ABSOLUTE)
def test_time_turned_round_turns_the_change(rule):
    first = rule.judge(made(rule))
    back = rule.judge(made(rule, alter=lambda values, _name: values[:, ::-1]))
    change, turned = first["change"].to_numpy(), back["change"].to_numpy()
    both = np.isfinite(change) & np.isfinite(turned)
    assert both.sum() > 20
    if rule.name not in LAST_PART_ALONE:
        assert (1 + change[both]) * (1 + turned[both]) == pytest.approx(1)
    # A hump has a run of falls either way round: only steady courses turn round.
    steady = np.resize(np.abs(RATES) > 0.01, len(first))
    opposite = {"shrinking": "growing", "growing": "shrinking"}
    pairs = set(zip(first.loc[steady, "state"], back.loc[steady, "state"], strict=True))
    assert not {("shrinking", "shrinking"), ("growing", "growing")} & pairs
    if not rule.name.startswith("land_"):  # of land that shrinks it says nothing
        assert {(one, opposite[one]) for one, _ in pairs if one in opposite} & pairs


@pytest.mark.parametrize("rule", ALL)
def test_a_gap_never_becomes_a_number(rule):
    found = rule.judge(made(rule, alter=lambda values, _name: np.full_like(values, np.nan)))
    assert set(found["state"]) == {"undetermined"}
    assert set(found["reason"]) == {"identify.reason.no_data"}
    assert found[NUMBERS].isna().all(axis=None)


class Carried(Values):
    """Figures that are carried forward between two counts."""

    @property
    def carried(self):
        return np.ones(self.values.shape, dtype=bool)


@pytest.mark.parametrize("rule", ALL)
def test_figures_carried_forward_show_neither_shrinking_nor_growing(rule):
    found = rule.judge(made(rule))
    series = {name: Carried(each.years, each.values) for name, each in made(rule).items()}
    told = rule.judge(series)
    called = found["state"].isin(["shrinking", "growing"])
    assert called.any()
    assert set(told.loc[called, "reason"]) == {"identify.reason.grade"}
    assert set(told.loc[called, "state"]) == {"undetermined"}
    assert told.loc[~called, "reason"].equals(found.loc[~called, "reason"])


def test_the_series_of_a_study_can_be_judged(lab):
    cities = lab.cities([60.0] * 3)
    slopes = np.array([-0.04, 0.0, 0.04])
    values = lab.noisy(cities, slope=slopes, sigma=0.003)
    values[1, 4] = -3
    series = series_of(
        lab.panel(cities, values), cities.index,
        indicator="light_sum", source="lights", years=lab.YEARS, min_coverage=0.9,
    )  # fmt: skip
    for name in ("trend", "falling_years_running", "turns"):
        found = RULES[name].judge(series)
        assert found["state"].tolist() == ["shrinking", "undetermined", "growing"]
        assert found.loc[1, "reason"] == "identify.reason.negative"
    assert RULES["long_light"].judge({"light": series})["state"].tolist()[::2] == ["shrinking", "growing"]


BAD = {
    "constant": lambda row: np.full_like(row, 7.0),
    "one year": lambda row: np.where(np.arange(row.size) == 3, row, np.nan),
    "no baseline": lambda row: np.where(np.arange(row.size) < row.size - 1, 0.0, row),
    "dark": lambda row: 0 * row,
    "dark at the end": lambda row: np.where(np.arange(row.size) == row.size - 1, 0.0, row),
    "negative": lambda row: np.where(np.arange(row.size) == row.size - 1, -5.0, row),
    "infinite": lambda row: np.where(np.arange(row.size) == row.size - 1, np.inf, row),
}


@pytest.mark.parametrize("rule", ALL)
@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_series_is_undetermined_and_has_no_number(rule, bad):
    def alter(values, _name):
        values[5] = BAD[bad](values[5])
        return values

    found = rule.judge(made(rule, alter=alter))
    if (bad, rule.name) != ("negative", "bbsr"):
        assert found.loc[5, "state"] == "undetermined"
        assert found.loc[5, NUMBERS].isna().all()
        assert say(found.loc[5, "reason"], "en") != found.loc[5, "reason"]
    assert (found.drop(index=5)["state"] != "undetermined").any()


ROW = st.one_of(
    st.floats(0, 1e12, allow_subnormal=False),
    st.sampled_from([np.nan, np.inf, -np.inf, -1.0, 0.0, 1.0, 100.0]),
)


@pytest.mark.parametrize("rule", ALL)
@given(values=arrays(np.float64, st.tuples(st.integers(0, 6), st.integers(1, 14)), elements=ROW))
@settings(max_examples=40)
def test_whatever_is_given_the_answer_is_whole(rule, values):
    years = tuple(range(2000, 2000 + values.shape[1]))
    found = rule.judge({name: Values(years, values) for name in rule.needs.indicators})
    assert len(found) == len(values)
    assert set(found["state"]) <= {state.value for state in State}
    assert (found["reason"] != "").all()
    for name in NUMBERS:
        assert not np.isinf(found[name].to_numpy(float)).any()
    assert found["p"].dropna().between(0, 1).all()
    called = found["state"].isin(["shrinking", "growing"])
    assert found.loc[called, "change"].notna().all()
    assert (found["low"].isna() | (found["low"] <= found["change"] + 1e-9)).all()
    assert (found["high"].isna() | (found["high"] >= found["change"] - 1e-9)).all()


@pytest.mark.parametrize("rule", ALL)
def test_what_is_not_given_is_asked_for(rule):
    with pytest.raises(CityebbError) as caught:
        rule.judge(
            {"weather": Values((2000, 2010), np.ones((1, 2))), "tides": Values((2000,), np.ones((1, 1)))}
        )
    assert caught.value.key == "identify.rules.indicator_missing"
    with pytest.raises(CityebbError) as caught:
        rule.judge({name: Values((2010, 2000), np.ones((1, 2))) for name in rule.needs.indicators})
    assert caught.value.key == "identify.rules.years_order"
    with pytest.raises(CityebbError) as caught:
        rule.judge({name: Values((2000, 2010), np.ones((1, 3))) for name in rule.needs.indicators})
    assert caught.value.key == "identify.rules.shape"
