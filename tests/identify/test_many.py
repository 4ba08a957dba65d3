"""Many comparisons at once say what one after the other says."""

from __future__ import annotations

import numpy as np
import pytest

from cityebb.identify import Line, identify, judge_many
from cityebb.identify.decide import CODES
from cityebb.identify.series import series_of
from cityebb.model import PlainState

from .conftest import PARAMETERS, YEARS, make_cities, make_panel

ENDS = (2014, 2018, 2022)
LINES = (Line(None, -0.1), Line(-0.05, -0.05), Line(0.0, -0.2))


def panel_of(seed, faults):
    random = np.random.default_rng(seed)
    cities = make_cities(np.repeat([7.0, 30.0, 300.0], 25))
    rate = random.normal(-0.01, 0.05, (75, 1))
    values = 100 * np.exp(rate * np.arange(len(YEARS)) + random.normal(0, 0.05, (75, len(YEARS))))
    coverage = np.ones_like(values)
    if faults:
        values[0] = 50.0  # never varies
        values[1, 0] = 0.0
        values[2, -1] = 0.0
        values[3, 3] = np.nan
        values[4] = np.nan
        values[5, 5] = -1.0
        values[6, 2] = np.inf
        coverage[7, 0] = 0.5
        values[8, 1:] = 80.0
        values[8, 0] = np.nan
    return cities, make_panel(cities, values, coverage=coverage, sd=0.5)


@pytest.mark.parametrize(("indicator", "faults"), [("light", True), ("people", False)])
def test_as_one_after_the_other(indicator, faults):
    cities, panel = panel_of(3, faults)
    panel["indicator"] = f"{indicator}_sum"
    series = series_of(
        panel, cities.index, indicator=f"{indicator}_sum", source="lights", years=YEARS, min_coverage=0.95
    )
    told = judge_many(
        series,
        cities["size_class"].to_numpy(dtype=np.str_),
        indicator=indicator,
        comparisons=[[year for year in YEARS if year <= end] for end in ENDS],
        lines=LINES,
        alpha=PARAMETERS.alpha,
        confidence=PARAMETERS.confidence,
    )
    for place, end in enumerate(ENDS):
        for at, line in enumerate(LINES):
            rule = PARAMETERS.model_copy(update={"threshold": line.threshold, "plain_threshold": line.plain})
            years = [year for year in YEARS if year <= end]
            one = identify(
                panel, cities, rule, indicator=indicator, years=years, era_years=YEARS, specification="one"
            )
            assert [CODES[code].value for code in told.state[place, at]] == one["state"].tolist()
            plain = one["plain"].to_numpy()
            assert ((told.plain[place, at] == 1) == (plain == PlainState.DOWN.value)).all()
            assert ((told.plain[place, at] == 2) == (plain == PlainState.UP.value)).all()
            assert told.threshold[place, at] == one["threshold"].iloc[0]
            assert (told.start[place], told.end[place]) == (one["start"].iloc[0], one["end"].iloc[0])


def test_figures_carried_forward_are_called_neither():
    cities, panel = panel_of(1, faults=False)
    panel["grade"] = "modelled"
    series = series_of(
        panel, cities.index, indicator="light_sum", source="lights", years=YEARS, min_coverage=0.95
    )
    told = judge_many(
        series,
        cities["size_class"].to_numpy(dtype=np.str_),
        indicator="light",
        comparisons=[YEARS],
        lines=LINES,
        alpha=0.05,
        confidence=0.9,
    )
    assert set(np.unique(told.state)) <= {0, 3}
    assert (told.plain == 1).any()
