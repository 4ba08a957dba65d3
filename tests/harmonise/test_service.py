"""Users of a map or phone service: its own growth is no growth of a city."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.harmonise import correct_service, sampling_error
from cityebb.model import COUNTS, CityebbError

YEARS = (2017, 2018, 2019)


def counts(values, *, indicator="people", grade="phone", concept="resident", years=YEARS):
    """Return ``model.COUNTS`` from {unit: one value a year}."""
    rows = [
        (unit, unit, year, str(year), indicator, concept, grade, "x", value, "people", 1.0)
        for unit, told in values.items()
        for year, value in zip(years, told, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=COUNTS.names)
    return frame.astype({"value": "float64", "year": "int64"})


def by_unit(found, indicator="people"):
    rows = found.counts[found.counts["indicator"] == indicator]
    return rows.set_index(["unit_id", "year"])["value"].unstack()  # noqa: PD010 - each stands once


def keys(found):
    return [note.key for note in found.notes]


# Two cities of a country of 1,000: one stays, one loses 12 %; the service sees 40 %, then 56 % of everybody.
USERS = counts({"230400": [200, 200, 280 * 0.88], "110000": [200, 200, 280]})


def test_a_service_that_grows_makes_no_city_grow():
    assert USERS["value"].iloc[2] / USERS["value"].iloc[0] > 1.2
    found = by_unit(correct_service(USERS, nation={2017: 1000, 2018: 1000, 2019: 940}, source="x"))
    change = found[2019] / found[2017] - 1
    assert change["230400"] == pytest.approx(-0.12)
    assert change["110000"] == pytest.approx(0.0)
    assert found[2017].sum() == pytest.approx(1000)
    assert found[2019].sum() == pytest.approx(940)


def test_totals_by_region_take_out_what_grew_in_one_region_only():
    users = counts(
        {
            "230400": [100, 100, 180 * 0.9],
            "230700": [100, 100, 180 * 1.1],
            "110101": [300, 300, 300],
            "110102": [300, 300, 300],
        }
    )
    regional = counts({"230000": [400] * 3, "110000": [900] * 3}, grade="census")
    found = by_unit(correct_service(users, regional, source="x"))
    change = found[2019] / found[2017] - 1
    assert change.round(6).to_dict() == {"230400": -0.1, "230700": 0.1, "110101": 0.0, "110102": 0.0}
    whole = by_unit(correct_service(users, nation=dict.fromkeys(YEARS, 1300.0), source="x"))
    assert whole.loc["230400", 2019] > whole.loc["230400", 2017]


def test_what_is_missing_in_one_year_raises_no_other_unit():
    """A unit falls below the floor: with the sums of each year the others would seem to grow."""
    users = counts({"a": [450, 450, 450], "b": [450, 450, 450], "c": [100, 100, np.nan]})
    found = by_unit(correct_service(users, nation=dict.fromkeys(YEARS, 1000.0), source="x"))
    assert found.loc["a"].to_list() == pytest.approx([450.0] * 3)
    assert np.isnan(found.loc["c", 2019])


def test_a_row_that_is_not_there_is_missing_as_well():
    users = counts({"a": [450, 450, 450], "b": [450, 450, 450], "c": [100, 100, np.nan]}).dropna()
    found = by_unit(correct_service(users, nation=dict.fromkeys(YEARS, 1000.0), source="x"))
    assert found.loc["a"].to_list() == pytest.approx([450.0] * 3)


def test_without_totals_only_shares_are_told():
    found = correct_service(USERS, source="x")
    assert set(found.counts["indicator"]) == {"people_share"}
    assert set(found.counts["unit"]) == {"per million users"}
    assert by_unit(found, "people_share").sum().to_list() == pytest.approx([1e6] * 3)
    assert keys(found) == ["harmonise.service_relative"]


def test_jobs_take_their_own_total_else_the_factor_of_the_people():
    jobs = counts({"230400": [50, 50, 70], "110000": [50, 50, 70]}, indicator="jobs", concept="workplace")
    both = pd.concat([USERS, jobs], ignore_index=True)
    people = counts({"c": [1000, 1000, 940]}, grade="census")
    found = correct_service(both, people, source="x")
    assert "harmonise.service_jobs" in keys(found)
    assert by_unit(found, "jobs").loc["230400"].to_list() == pytest.approx([125, 125, 125])
    official = pd.concat([people, counts({"c": [400, 400, 200]}, indicator="jobs", grade="census")])
    found = correct_service(both, official, source="x")
    assert "harmonise.service_jobs" not in keys(found)
    assert by_unit(found, "jobs").loc["230400"].to_list() == pytest.approx([200, 200, 100])


def test_a_year_without_a_total_is_left_out_and_one_alone_is_refused():
    found = correct_service(USERS, nation={2017: 1000, 2019: 940}, source="x")
    assert set(found.counts["year"]) == {2017, 2019}
    assert "harmonise.service_year" in keys(found)
    with pytest.raises(CityebbError) as fault:
        correct_service(USERS, nation={2019: 940}, source="x")
    assert fault.value.key == "harmonise.service_no_years"


def test_more_users_than_people_are_told():
    assert "harmonise.service_more" in keys(
        correct_service(USERS, nation=dict.fromkeys(YEARS, 300.0), source="x")
    )


def test_units_of_no_region_are_missing_and_none_at_all_is_refused():
    users = counts({"230400": [100] * 3, "230700": [100] * 3, "110101": [300] * 3})
    found = correct_service(users, counts({"230000": [400] * 3, "440000": [9] * 3}), source="x")
    assert by_unit(found).loc["110101"].isna().all()
    assert "harmonise.service_outside" in keys(found)
    with pytest.raises(CityebbError) as fault:
        correct_service(users, counts({"440000": [400] * 3, "450000": [9] * 3}), source="x")
    assert fault.value.key == "harmonise.service_no_regions"


def test_totals_as_fine_as_the_units_are_refused():
    with pytest.raises(CityebbError) as fault:
        correct_service(USERS, counts({"230400": [400] * 3, "110000": [9] * 3}), source="x")
    assert fault.value.key == "harmonise.service_too_fine"


def test_nothing_in_common_is_refused():
    users = counts({"a": [100, np.nan, 100], "b": [np.nan, 100, 100]})
    for nation in (None, dict.fromkeys(YEARS, 1000.0)):
        with pytest.raises(CityebbError) as fault:
            correct_service(users, nation=nation, source="x")
        assert fault.value.key == "harmonise.service_nothing_common"


def test_other_grades_stay_as_they_are():
    census = counts({"a": [1, 2, 3]}, grade="census")
    assert correct_service(census, source="x").counts is census


def test_the_error_of_sampling_is_that_of_the_users():
    found = correct_service(USERS, nation={2017: 1000, 2018: 1000, 2019: 940}, source="x")
    error = sampling_error(found.counts, found.factors) / found.counts["value"]
    assert error.to_list() == pytest.approx((1 / np.sqrt(USERS["value"])).to_list())


@given(
    st.lists(st.floats(10, 1e6), min_size=2, max_size=8),
    st.floats(0.05, 1.0),
    st.floats(0.05, 1.0),
)
def test_any_growth_of_the_service_leaves_the_people(people, first, last):
    """Whatever share of everybody the service sees, the people come back."""
    users = counts({str(i): [p * first, p * last] for i, p in enumerate(people)}, years=(2017, 2019))
    nation = {2017: sum(people), 2019: sum(people)}
    found = by_unit(correct_service(users, nation=nation, source="x"))
    assert found[2019].to_numpy() == pytest.approx(found[2017].to_numpy())
    assert found.loc[[str(i) for i in range(len(people))], 2017].to_list() == pytest.approx(people)
