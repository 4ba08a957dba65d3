"""Boundaries that moved without a ledger: bases of two publications, and areas."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from cityebb.harmonise.suspicion import areas_between, same_figures, suspect_areas, suspect_bases

UNITS = pd.Index([f"u{place:02}" for place in range(20)])


def figures(values, year=2010, source="census"):
    frame = pd.DataFrame({"unit_id": UNITS[: len(values)], "value": np.asarray(values, float)})
    return frame.assign(year=year, source=source)


def areas(before, after):
    return pd.DataFrame({"unit_id": UNITS[: len(before)], "before": before, "after": after})


def test_an_area_that_jumps():
    found = suspect_areas(UNITS, areas([100.5] * 20, [100.5] * 19 + [120.5]))
    assert found.to_dict() == {"u19": "100.5 → 120.5 km²"}


def test_areas_in_whole_kilometres_may_be_rounded():
    found = suspect_areas(UNITS, areas([100.0, 11.0] * 10, [100.0, 11.0] * 9 + [102.0, 12.0]))
    assert found.index.tolist() == ["u18"]


def test_areas_that_are_all_measured_anew_tell_nothing():
    rng = np.random.default_rng(0)
    after = 100.0 * np.exp(0.03 + rng.normal(0, 0.01, 20))
    assert suspect_areas(UNITS, areas(np.full(20, 100.0), after)).empty
    after[7] = 160.5
    assert suspect_areas(UNITS, areas(np.full(20, 100.0), after)).index.tolist() == ["u07"]


def test_areas_between():
    table = pd.concat([figures([5.0, 6.0], 2012), figures([7.0, 6.0], 2018), figures([9.0, 9.0], 2024)])
    found = areas_between(table, 2010, 2020)
    assert found.to_numpy().tolist() == [["u00", 5.0, 7.0], ["u01", 6.0, 6.0]]
    assert areas_between(table, 2010, 2015) is None
    assert areas_between(None, 2010, 2015) is None


def test_a_revision_of_all_figures_tells_nothing_of_one_unit():
    rng = np.random.default_rng(0)
    one = rng.integers(10_000, 99_999, 20)
    other = np.round(one * np.exp(0.01 + rng.normal(0, 0.003, 20)))
    told = pd.concat([figures(one), figures(one, 2020)])
    assert suspect_bases(told, figures(other, source="book"), start=2010, end=2020).empty
    other[3] *= 1.5
    assert suspect_bases(told, figures(other, source="book"), start=2010, end=2020).index.tolist() == ["u03"]


def test_figures_rounded_to_hundreds_are_the_same():
    one = np.arange(20_049, 22_049, 100)
    other = np.round(one, -2)
    told = figures(one)
    assert suspect_bases(told, figures(other, source="book"), start=2010, end=2020).empty
    other[4] += 300
    assert suspect_bases(told, figures(other, source="book"), start=2010, end=2020).index.tolist() == ["u04"]


def test_a_part_of_the_people_is_no_other_publication():
    told = figures(np.arange(100, 120))
    others = pd.concat(
        [figures(np.arange(50, 70), source="town"), figures(np.arange(100, 120), source="book")]
    )
    assert set(same_figures(told, others)["source"]) == {"book"}
    # A year that the comparison has not is not compared.
    assert same_figures(told, others.assign(year=1990)).empty


@given(st.sets(st.integers(0, 19), max_size=8), st.floats(1.02, 3))
def test_exactly_the_bases_that_moved_are_suspected(moved, factor):
    one = np.arange(1_000_001, 1_000_021) * 1.0
    other = one.copy()
    other[list(moved)] *= factor
    found = suspect_bases(figures(one), figures(other, source="book"), start=2010, end=2020)
    assert set(found.index) == {UNITS[place] for place in moved}
