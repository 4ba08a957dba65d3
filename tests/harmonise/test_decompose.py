"""Reported = territorial + real, on units that one can add up in one's head."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.harmonise import decompose
from cityebb.model import DECOMPOSITION


def counts(rows):
    frame = pd.DataFrame(rows, columns=["unit_id", "year", "value"])
    return frame.assign(name=frame["unit_id"].str.lower(), indicator="people", concept="resident")


def both(before_reported, before_comparable, after):
    told = counts([("A", 2010, before_reported), ("A", 2020, after)])
    equal = counts([("A", 2010, before_comparable), ("A", 2020, after)])
    return decompose(told, equal, start=2010, end=2020)


@pytest.mark.parametrize(
    ("before_reported", "before_comparable", "after", "flag"),
    [
        (100, 100, 90, "none"),
        (100, 80, 90, "artificial_shrinkage"),
        (100, 130, 120, "masked_shrinkage"),
        (100, 130, 130, "artificial_growth"),
        (100, 95, 90, "none"),
        (100, 110, 120, "none"),
        # A rise of 1.5 % in ten years counts as none; a fall is a fall however small.
        (100, 80, 101, "masked_growth"),
        (100, 80, 100, "masked_growth"),
        (100, 80, 102, "none"),
        (100, 80, 99, "artificial_shrinkage"),
        (100, 129, 130, "artificial_growth"),
        (100, 126, 130, "none"),
        (100, 99, 100, "none"),
    ],
)
def test_flags(before_reported, before_comparable, after, flag):
    found = both(before_reported, before_comparable, after)
    DECOMPOSITION.check(found)
    row = found.iloc[0]
    assert row["flag"] == flag
    assert row["territorial"] == before_comparable - before_reported
    assert row["real"] == after - before_comparable
    assert row["reported"] == row["territorial"] + row["real"]


def test_shares():
    row = both(100, 130, 120).iloc[0]
    assert row["artificial_share"] == 0.75
    assert row["reported_change"] == pytest.approx(0.2)
    assert row["real_change"] == pytest.approx(-1 / 13)


def test_what_is_missing_stays_missing():
    told = counts([("A", 2020, 5.0)])
    equal = counts([("A", 2010, 7.0), ("A", 2020, 5.0), ("B", 2010, math.nan), ("B", 2020, 3.0)])
    found = decompose(told, equal, start=2010, end=2020).set_index("unit_id")
    assert math.isnan(found.loc["A", "reported"])
    assert math.isnan(found.loc["A", "territorial"])
    assert found.loc["A", "real"] == -2
    assert found.loc["B", ["reported", "territorial", "real"]].isna().all()
    assert set(found["flag"]) == {"none"}


def test_a_unit_whose_group_holds_others_is_compared_with_itself():
    """A was split into A and B: its own figure falls, the group's does not."""
    told = counts([("A", 2010, 100.0), ("A", 2020, 60.0), ("B", 2020, 50.0)])
    equal = counts([("A", 2010, 100.0), ("A", 2020, 110.0)])
    row = decompose(told, equal, start=2010, end=2020).iloc[0]
    assert (row["reported"], row["territorial"], row["real"]) == (-40, -50, 10)
    assert row["flag"] == "artificial_shrinkage"


def test_events_are_named_and_unexplained_areas_suspected():
    ledger = pd.DataFrame(
        {
            "date": ["2015", "2005"],
            "kind": ["merge", "merge"],
            "from_unit": ["C", "D"],
            "from_name": ["Cee", "Dee"],
            "to_unit": ["A", "A"],
            "to_name": ["Ay", "Ay"],
        }
    )
    told = counts([("A", 2010, 10.0), ("A", 2020, 20.0), ("B", 2010, 10.0), ("B", 2020, 20.0)])
    areas = pd.DataFrame({"unit_id": ["A", "B"], "before": [10.0, 10.0], "after": [12.0, 12.0]})
    found = decompose(told, told, start=2010, end=2020, ledger=ledger, areas=areas).set_index("unit_id")
    assert found.loc["A", "evidence"] == "2015 merge: Cee (C) → Ay (A)"
    assert found.loc["A", "flag"] == "none"
    assert found.loc["B", "flag"] == "suspected"
    assert found.loc["B", "evidence"] == "10.0 → 12.0 km²"


def test_the_events_of_a_units_members_are_its_own_where_it_has_none():
    ledger = pd.DataFrame(
        {"date": ["2015"], "kind": "transfer", "from_unit": "B", "from_name": "Bee", "to_unit": "C"}
    ).assign(to_name="Cee")
    members = pd.DataFrame({"group_id": ["A", "A", "A"], "unit_id": ["A", "B", "C"]})
    told, equal = (
        counts([("A", 2010, 10.0), ("A", 2020, 9.0)]),
        counts([("A", 2010, 30.0), ("A", 2020, 31.0)]),
    )
    row = decompose(told, equal, start=2010, end=2020, ledger=ledger, members=members).iloc[0]
    assert (row["flag"], row["evidence"]) == ("artificial_shrinkage", "2015 transfer: Bee (B) → Cee (C)")
    assert decompose(told, equal, start=2010, end=2020, ledger=ledger).iloc[0]["evidence"] is None


def test_a_base_that_another_publication_gives_differently_is_suspected():
    told = counts([("A", 2010, 100.0), ("A", 2020, 130.0), ("B", 2010, 50.0), ("B", 2020, 40.0)])
    other = counts([("A", 2010, 145.0), ("B", 2010, 50.0)]).assign(source="bulletin")
    told = told.assign(source="census")
    found = decompose(told, told, start=2010, end=2020, others=other).set_index("unit_id")
    assert found["flag"].to_dict() == {"A": "suspected", "B": "none"}
    assert found.loc["A", "evidence"] == "2010: 100 (census) / 145 (bulletin): +30.0% / -10.3%"


def test_what_an_event_explains_is_not_suspected():
    told = counts([("A", 2010, 100.0), ("A", 2020, 130.0)]).assign(source="census")
    other = counts([("A", 2010, 145.0)]).assign(source="bulletin")
    ledger = pd.DataFrame(
        {"date": ["2015"], "kind": "merge", "from_unit": "C", "from_name": "Cee", "to_unit": "A"}
    ).assign(to_name="Ay")
    row = decompose(told, told, start=2010, end=2020, others=other, ledger=ledger).iloc[0]
    assert (row["flag"], row["evidence"]) == ("none", "2015 merge: Cee (C) → Ay (A)")


def test_area_and_base_together():
    told = counts([("A", 2010, 100.0), ("A", 2020, 130.0)]).assign(source="census")
    other = counts([("A", 2020, 110.0)]).assign(source="bulletin")
    areas = pd.DataFrame({"unit_id": ["A"], "before": [10.0], "after": [12.0]})
    row = decompose(told, told, start=2010, end=2020, others=other, areas=areas).iloc[0]
    assert row["flag"] == "suspected"
    assert row["evidence"] == "10.0 → 12.0 km²; 2020: 130 (census) / 110 (bulletin): +30.0% / +10.0%"


people = st.floats(1, 1e7)


@given(st.lists(st.tuples(people, people, people), min_size=1, max_size=8))
def test_the_parts_are_the_whole(rows):
    told = counts(
        [row for i, (r, _, a) in enumerate(rows) for row in ((f"u{i}", 2010, r), (f"u{i}", 2020, a))]
    )
    equal = counts(
        [row for i, (_, c, a) in enumerate(rows) for row in ((f"u{i}", 2010, c), (f"u{i}", 2020, a))]
    )
    found = decompose(told, equal, start=2010, end=2020)
    np.testing.assert_allclose(found["territorial"] + found["real"], found["reported"], rtol=0, atol=1e-6)
    masked = (found["reported"] >= 0) & (found["real"] < 0)
    assert (
        found.loc[found["flag"] == "masked_shrinkage", "unit_id"].isin(found.loc[masked, "unit_id"])
    ).all()
