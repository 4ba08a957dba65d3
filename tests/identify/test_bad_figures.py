"""Figures that cannot be, asked of every rule and of the verdict: undetermined with its reason, no number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cityebb.identify import IdentifyParameters, Reason, identify, judge_by_rules, judge_counts
from cityebb.identify.rules import RULES, Values
from cityebb.identify.units_differ import units_differ
from cityebb.model import CityebbError, Faults

YEARS = tuple(range(1975, 2021))
COUNT = len(YEARS)
FALL = 3e5 * np.exp(-0.01 * np.arange(COUNT) + 0.003 * np.random.default_rng(0).normal(size=COUNT))


def spoilt(place, value):
    values = FALL.copy()
    values[place] = value
    return values


LATER = np.where(np.arange(COUNT) < 25, FALL, FALL / 1e4)
CASES = {
    "zero at the start": (spoilt(0, 0), Reason.NO_BASELINE),
    "zero at the end": (spoilt(-1, 0), Reason.ZERO_END),
    "all equal": (np.full(COUNT, 4e5), Reason.ALL_EQUAL),
    "one year": (np.where(np.arange(COUNT) == 20, FALL, np.nan), Reason.ONE_YEAR),
    "none": (np.full(COUNT, np.nan), Reason.NO_DATA),
    "negative": (spoilt(20, -5), Reason.NEGATIVE),
    "ten thousands once": (spoilt(20, FALL[20] / 1e4), Reason.UNITS),
    "ten thousands once, up": (spoilt(20, FALL[20] * 1e4), Reason.UNITS),
    "ten thousands from one year on": (LATER, Reason.UNITS),
    "ten thousands after a gap": (np.where(np.arange(COUNT) == 24, np.nan, LATER), Reason.UNITS),
    "a hundred million": (spoilt(20, FALL[20] / 1e8), Reason.UNITS),
}
OF_EACH = [pytest.param(*case, id=name) for name, case in CASES.items()]
# Rules that look at a stretch of the years alone are shown that stretch whole.
WHOLE = {"period": None, "whole_period": False}
ABSOLUTE = [
    replace(rule, **{name: value for name, value in WHOLE.items() if hasattr(rule, name)})
    for rule in RULES.values()
    if not rule.needs.relative
]


@pytest.mark.parametrize(("values", "reason"), OF_EACH)
@pytest.mark.parametrize("rule", ABSOLUTE, ids=lambda rule: rule.name)
def test_no_rule_gives_a_number(rule, values, reason):
    table = np.vstack([values, FALL])
    found = rule.judge({name: Values(YEARS, table) for name in rule.needs.indicators})
    assert found.loc[0, "state"] == "undetermined"
    assert found.loc[0, "reason"] == reason.value
    assert found.loc[0, ["change", "low", "high", "p"]].isna().all()
    assert found.loc[1, "reason"] != reason.value


def panel(values, *, grade="census"):
    table = np.vstack([values, FALL])
    return pd.DataFrame(
        {
            "city_id": np.repeat(["a", "b"], COUNT),
            "year": np.tile(YEARS, 2),
            "indicator": "people_sum",
            "source": "book",
            "value": table.ravel(),
            "sd": 0.0,
            "coverage": 1.0,
            "unit": "people",
            "concept": "resident",
            "grade": grade,
        }
    )


PARAMETERS = IdentifyParameters(cities="units", source="book")


def verdicts(frame, years=YEARS):
    cities = pd.DataFrame(
        {"size_class": "10-20", "definition": "units", "boundary_vintage": "2020"},
        index=pd.Index(["a", "b"], name="city_id"),
    )
    return identify(
        frame, cities, PARAMETERS, indicator="people", years=years, era_years=years, specification="x"
    ).set_index("city_id")


@pytest.mark.parametrize("grade", ["census", "yearbook"])
@pytest.mark.parametrize(("values", "reason"), OF_EACH)
def test_the_verdict_gives_no_number(values, reason, grade):
    found = verdicts(panel(values, grade=grade))
    assert (found.loc["a", "state"], found.loc["a", "reason"]) == ("undetermined", reason.value)
    assert found.loc["a", ["change", "low", "high", "p"]].isna().all()
    assert found.loc["b", "reason"] != reason.value


@pytest.mark.parametrize(("values", "reason"), OF_EACH)
def test_a_panel_by_rules_gives_no_number(values, reason):
    found = judge_by_rules(
        panel(values), pd.Index(["a", "b"]), PARAMETERS, indicator="people", years=YEARS,
        rules=["two_censuses", "falling_years_running", "trend", "wolff_wiechmann"],
    )  # fmt: skip
    of_a = found[found["city_id"] == "a"]
    assert set(of_a["reason"]) == {reason.value}
    assert of_a[["change", "low", "high", "p"]].isna().all(axis=None)


def keys(caught):
    error = caught.value
    return {each.key for each in (error.faults if isinstance(error, Faults) else [error])}


def test_two_figures_of_one_year_and_units_that_differ_are_refused():
    twice = pd.concat([panel(FALL), panel(FALL).iloc[3:4]])
    mixed = panel(FALL)
    mixed.loc[5, "unit"] = "ten thousand people"
    for frame, key in ((twice, "identify.rows_twice"), (mixed, "identify.units_differ")):
        for ask in (
            verdicts,
            lambda frame: judge_by_rules(
                frame, pd.Index(["a", "b"]), PARAMETERS, indicator="people", years=YEARS
            ),
        ):
            with pytest.raises(CityebbError) as caught:
                ask(frame)
            assert keys(caught) == {key}


def counts(frame):
    return frame.rename(columns={"city_id": "unit_id"}).assign(
        name="", vintage="2020", indicator="people", source="book"
    )


def test_a_source_without_a_period_and_one_year_alone_are_refused():
    for rows in (counts(panel(FALL)).iloc[:0], counts(panel(FALL))[lambda table: table["year"] == 2000]):
        with pytest.raises(CityebbError) as caught:
            judge_counts(rows)
        assert keys(caught) <= {"identify.counts.one_year", "identify.counts.no_such"}


def test_two_concepts_are_never_one_series():
    both = pd.concat([counts(panel(FALL)), counts(panel(2 * FALL)).assign(concept="registered")])
    assert judge_counts(both, ["two_censuses"]).concept == "resident"
    assert judge_counts(both, ["two_censuses"], concept="registered").concept == "registered"
    strange = both.assign(concept=both["concept"] + "_x")
    with pytest.raises(CityebbError) as caught:
        judge_counts(strange)
    assert keys(caught) == {"identify.counts.several"}


def test_a_new_town_grows_a_hundredfold_without_another_unit():
    assert not units_differ(np.array([[300.0, 30_000, 1_300_000]])).any()
    assert not units_differ(np.array([[np.nan, 0, 5_000_000]])).any()
