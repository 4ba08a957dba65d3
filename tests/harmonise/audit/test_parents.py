"""Parents without a row, and parents with some of their children only."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.harmonise.audit import families
from cityebb.model import AUDIT


def counts(**years):
    rows = [(unit, int(year[1:]), float(value)) for year, one in years.items() for unit, value in one.items()]
    frame = pd.DataFrame(rows, columns=["unit_id", "year", "value"])
    return frame.assign(name="n" + frame["unit_id"], indicator="people", concept="resident")


CITIES = {"31010": 60, "31011": 40, "31012": 20, "31020": 9, "31021": 5, "31022": 4, "31030": 7}


def test_a_whole_table_has_no_finding():
    assert families(counts(y2010=CITIES, y2015=CITIES)).empty


def test_a_parent_that_is_not_listed_is_named_with_its_children():
    less = {unit: value for unit, value in CITIES.items() if unit != "31020"}
    found = families(counts(y2010=CITIES, y2015=less))
    AUDIT.check(found)
    assert found[["finding", "unit_id", "name", "year", "expected", "related"]].to_numpy().tolist() == [
        ["parent_missing", "31020", "n31020", "2015", 9.0, "n31021 (31021), n31022 (31022)"]
    ]


def test_a_parent_with_some_of_its_children():
    less = {unit: value for unit, value in CITIES.items() if unit != "31022"}
    found = families(counts(y2010=CITIES, y2015=less | {"31023": 1}))
    AUDIT.check(found)
    assert found[["finding", "unit_id", "year", "value", "expected", "related"]].to_numpy().tolist() == [
        ["children_missing", "31020", "2015", 6.0, 9.0, "n31022 (31022)"]
    ]


def test_children_that_were_merged_are_not_missing():
    merged = CITIES | {"31011": 60, "31020": 9}
    del merged["31012"]
    assert families(counts(y2010=CITIES, y2015=merged)).empty


def test_children_that_the_ledger_ends_are_not_named():
    less = {unit: value for unit, value in CITIES.items() if unit != "31022"} | {"31023": 1}
    events = pd.DataFrame({"from_unit": ["31022"], "to_unit": [None]})
    found = families(counts(y2010=CITIES, y2015=less), ledger=events)
    assert found[["unit_id", "related", "evidence"]].to_numpy().tolist() == [
        ["31020", None, "n31021 (31021), n31023 (31023)"]
    ]


def test_a_city_whose_wards_were_given_up_is_undivided():
    less = {unit: value for unit, value in CITIES.items() if unit not in ("31021", "31022")}
    assert families(counts(y2010=CITIES, y2015=less)).empty


def test_parents_kept_apart_and_counties_under_a_province():
    """Prefectures stand among the totals; counties of Chongqing and those of code 90 have none."""
    units = {"230402": 3, "230403": 4, "230502": 5, "230503": 6, "500101": 1, "500102": 2}
    units |= {"429004": 1, "429005": 2, "230410": 8, "230411": 9}
    above = counts(y2020={"230400": 24})
    found = families(counts(y2020=units), above)
    assert found[["finding", "unit_id", "expected"]].to_numpy().tolist() == [
        ["parent_missing", "230500", 11.0]
    ]


def test_children_that_no_year_lists():
    """One year only: Anyang's wards do not sum to it, so one of them is not in the table."""
    table = CITIES | {"31040": 9, "31041": 5}
    found = families(counts(y2010=table))
    assert found[["finding", "unit_id", "value", "expected", "evidence"]].to_numpy().tolist() == [
        ["children_missing", "31040", 5.0, 9.0, "n31041 (31041)"]
    ]
    found = families(counts(y2010=table | {"31042": 6}))
    assert found[["finding", "unit_id", "difference"]].to_numpy().tolist() == [
        ["parent_differs", "31040", 2.0]
    ]


def test_a_sum_by_chance_makes_no_parents_of_numbers_in_a_row():
    table = {str(code): 7 + code % 11 for code in range(100, 190)} | {"150": 3, "151": 1, "152": 2}
    table = {code: value for code, value in table.items() if not ("153" <= code <= "159")}
    assert families(counts(y2010=table)).empty


def test_where_parents_are_not_usual_none_is_expected():
    wards = {f"4{place:02}1{end}": 1 for place in range(9) for end in (1, 2)}
    table = {"31010": 2, "31011": 1, "31012": 1}
    assert families(counts(y2010=table | wards)).empty
    cities = {f"4{place:02}10": 2 for place in range(8)}
    assert families(counts(y2010=table | wards | cities))["unit_id"].tolist() == ["40810"]


@given(st.dictionaries(st.integers(0, 9), st.lists(st.integers(1, 1000), min_size=2, max_size=4), min_size=4))
def test_exactly_the_parents_taken_out_are_found(cities):
    table = {}
    for city, wards in cities.items():
        table[f"31{city}0"] = sum(wards)
        table |= {f"31{city}{place + 1}": value for place, value in enumerate(wards)}
    gone = min(cities)
    less = {unit: value for unit, value in table.items() if unit != f"31{gone}0"}
    found = families(counts(y2010=table, y2020=less))
    assert found[["finding", "unit_id", "year"]].to_numpy().tolist() == [
        ["parent_missing", f"31{gone}0", "2020"]
    ]
    assert found["expected"].tolist() == [sum(cities[gone])]


@pytest.mark.parametrize("table", [{}, {"a": 1.0}])
def test_nothing_in_nothing(table):
    frame = counts(y2020=table).astype({"value": "float64", "year": "int64"})
    assert families(frame).empty
