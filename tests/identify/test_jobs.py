"""Jobs beside residents, and what users of a service are worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cityebb.identify import IdentifyParameters, identify, jobs_per_resident
from cityebb.identify.counted import SAMPLED
from cityebb.model import JOBS

RULE = IdentifyParameters(cities="c", source="users")


def panel(values, *, indicator, years, grade="phone", users=None):
    """Return ``model.PANEL`` from {city: one value a year}; ``users`` share of each figure was seen."""
    rows = [
        (city, year, value) for city, told in values.items() for year, value in zip(years, told, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["city_id", "year", "value"]).astype({"value": "float64"})
    seen = frame["value"] * (users or np.inf)
    concept = "workplace" if indicator == "jobs" else "resident"
    return frame.assign(
        indicator=f"{indicator}_sum",
        source="users",
        sd=frame["value"] / np.sqrt(seen.where(seen > 0)),
        coverage=1.0,
        unit=indicator,
        concept=concept,
        grade=grade,
    )


def both(people, jobs, years=(2017, 2019), **more):
    parts = [panel(people, indicator="people", years=years, **more)]
    parts.append(panel(jobs, indicator="jobs", years=years, **more))
    found = jobs_per_resident(pd.concat(parts), pd.Index(list(people)), RULE, years=years)
    return JOBS.check(found).set_index(["city_id", "year"])


def test_what_is_missing_or_empty_has_no_ratio():
    nan = np.nan
    found = both({"a": [100, 80], "b": [100, nan], "c": [0, 100]}, {"a": [50, 50], "b": [9, 9], "c": [5, 5]})
    assert found.loc[("a", 2019), "jobs_per_resident"] == pytest.approx(0.625)
    assert found.loc[("a", 2019), "change"] == pytest.approx(0.25)
    assert np.isnan(found.loc[("b", 2019), "jobs_per_resident"])
    assert np.isnan(found.loc[("c", 2017), "jobs_per_resident"])
    assert np.isnan(found.loc[("c", 2019), "change"])


def test_few_users_have_a_wide_interval():
    many = both({"a": [1e6, 1e6]}, {"a": [5e5, 5e5]}, users=0.5).loc[("a", 2019)]
    few = both({"a": [1e3, 1e3]}, {"a": [5e2, 5e2]}, users=0.5).loc[("a", 2019)]
    assert many["low"] < 0 < many["high"]
    assert few["high"] > 2 * many["high"]


def test_a_figure_carried_forward_has_no_interval():
    found = both({"a": [100, 80]}, {"a": [50, 50]}, grade="yearbook").loc[("a", 2019)]
    assert np.isnan(found["low"])
    assert found["change"] == pytest.approx(0.25)


def verdicts(values, years):
    cities = pd.DataFrame(
        {"size_class": "unknown", "definition": "c", "boundary_vintage": "2019"}, index=list(values)
    )
    frame = panel(values, indicator="people", years=years, users=0.3)
    told = {"indicator": "people", "years": years, "era_years": years, "specification": "x"}
    return identify(frame, cities, RULE, **told).set_index("city_id")


def test_with_few_years_the_noise_is_the_one_we_assume():
    found = verdicts({"a": [1e6, 1.01e6, 0.8e6]}, (2017, 2018, 2019))
    assert found.loc["a", "noise_from"] == "grade"
    assert found.loc["a", "noise"] == pytest.approx(SAMPLED["phone"], rel=0.01)
    assert found.loc["a", "state"] == "shrinking"


def test_from_four_years_on_the_noise_is_what_they_show():
    draw = np.random.default_rng(3)
    years = tuple(range(2012, 2020))
    values = {f"c{i}": 1e6 * np.exp(draw.normal(0, 0.08, len(years))) for i in range(60)}
    found = verdicts(values, years)
    assert set(found["noise_from"]) == {"series"}
    assert found["noise"].median() == pytest.approx(0.08, rel=0.2)
