"""Every kind of finding on a table small enough to see it by eye; a sound table has none."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from cityebb.harmonise.audit import (
    against_nation,
    against_parents,
    audit,
    compare_publications,
    conserved,
    doubled,
    exchanged,
    jumps,
    of_one_date,
    outside_the_mainland,
    parents_beside_children,
    unlisted,
    without_figure,
    zeros,
)
from cityebb.model import AUDIT


def counts(values, year=2020, **more):
    frame = pd.DataFrame({"unit_id": list(values), "value": list(map(float, values.values()))})
    told = {
        "name": [f"n{unit}" for unit in values],
        "year": year,
        "vintage": str(year),
        "indicator": "people",
        "concept": "resident",
        "grade": "census",
        "source": "book",
        "unit": "people",
        "coverage": 1.0,
    }
    return frame.assign(**(told | more))


def kinds(found):
    AUDIT.check(found)
    return found["finding"].tolist()


def test_a_sound_table_has_no_finding():
    one = {f"{place:06}": 1000 + place for place in range(230401, 230421)}
    table = pd.concat([counts(one, 2010), counts({k: v * 0.95 for k, v in one.items()}, 2020)])
    assert audit(table, start=2010, end=2020, comparable=table).empty


def test_parents_beside_children():
    table = counts({"31010": 60, "31011": 40, "31012": 20, "31020": 5, "310110": 7})
    found = parents_beside_children(table)
    assert found["unit_id"].fillna("").tolist() == ["31010", ""]
    assert found["expected"].tolist() == [60, 72]
    assert found["value"].tolist() == [60, 132]
    assert parents_beside_children(counts({"31010": 61, "31011": 40, "31012": 20})).empty


def test_three_levels_of_parents():
    table = counts(
        {"230000": 30, "230400": 20, "230402": 8, "230403": 12, "230500": 10, "230502": 4, "230503": 6}
    )
    found = parents_beside_children(table)
    assert set(found["unit_id"].dropna()) == {"230000", "230400", "230500"}
    assert found["expected"].iloc[-1] == 30


def test_parts_that_do_not_add_up():
    table = counts({"230402": 8, "230403": 12})
    totals = counts({"230400": 21, "230000": 20})
    found = against_parents(table, totals)
    assert kinds(found) == ["parent_differs"]
    assert found.iloc[0][["unit_id", "value", "expected", "difference"]].tolist() == ["230400", 20, 21, -1]


def test_the_nation_is_itemised():
    table = counts({"a": 5, "b": math.nan})
    found = against_nation(table, {2020: 9.0, 2010: 3.0})
    assert kinds(found) == ["nation_differs"]
    assert found.iloc[0]["difference"] == -4
    assert "nb (b)" in found.iloc[0]["related"]
    assert against_nation(counts({"a": 9}), {2020: 9.0}).empty


def test_people_lost_on_the_way():
    before, after = counts({"a": 5, "b": 6}), counts({"a": 5, "b": math.nan})
    found = conserved(before, after)
    assert found.iloc[0][["value", "expected", "difference"]].tolist() == [5, 11, -6]
    assert "nb (b)" in found.iloc[0]["related"]
    assert conserved(before, before).empty


def test_units_of_one_date():
    table = pd.concat([counts({"a": 5, "b": 6}, 2010), counts({"a": 5, "c": 1}, 2020)])
    found = of_one_date(table, 2010, 2020)
    assert found[["finding", "unit_id", "level"]].to_numpy().tolist() == [
        ["vanished", "b", "warning"],
        ["appeared", "c", "warning"],
    ]
    ledger = pd.DataFrame(
        {
            "date": ["2015"],
            "kind": ["rename"],
            "from_unit": ["b"],
            "from_name": ["Bee"],
            "to_unit": ["c"],
            "to_name": ["Cee"],
        }
    )
    told = of_one_date(table, 2010, 2020, ledger)
    assert set(told["level"]) == {"info"}
    assert told["related"].tolist() == ["Cee (c)", "Bee (b)"]


def test_rows_outside_the_mainland():
    table = counts({"110000": 5, "310000": 4, "810000": 7, "820000": 3, "440000": 2})
    assert outside_the_mainland(table)["unit_id"].tolist() == ["810000", "820000"]
    assert outside_the_mainland(counts({"a": 1})).empty


def test_units_without_a_figure():
    assert without_figure(counts({"a": 1, "b": math.nan}))["unit_id"].tolist() == ["b"]
    units = pd.DataFrame(
        {"unit_id": ["a", "c", "d"], "name": ["A", "C", "D"], "first": 2000, "last": [9999, 9999, 2015]}
    )
    assert unlisted(counts({"a": 1}), units, 2020)["unit_id"].tolist() == ["c"]


def test_doubled_rows():
    table = counts({"a": 5, "b": 5, "c": 5}, name=["same", "same", "other"])
    assert doubled(table)[["unit_id", "related"]].to_numpy().tolist() == [["a", "b"]]


def test_figures_of_two_units_of_one_parent_that_look_exchanged():
    before = {"230108": 900, "230110": 230, "230109": 500, "230208": 900, "230210": 230}
    after = {"230108": 240, "230110": 1000, "230109": 510, "230208": 880, "230210": 240}
    found = exchanged(pd.concat([counts(before, 2010), counts(after, 2020)]))
    assert found["unit_id"].tolist() == ["230108", "230110"]
    assert found["related"].tolist() == ["230110", "230108"]
    assert found["expected"].tolist() == [1000, 240]
    # Two that fall and rise, but would do so the other way round too, are two that fell and rose.
    honest = {**after, "230108": 240, "230110": 600}
    assert exchanged(pd.concat([counts(before, 2010), counts(honest, 2020)])).empty


def test_jumps_stand_out_among_their_neighbours():
    rng = np.random.default_rng(1)
    one = {f"u{place}": 1000.0 for place in range(40)}
    other = {unit: 1000 * float(np.exp(rng.normal(-0.05, 0.03))) for unit in one} | {"u7": 1530.0}
    found = jumps(pd.concat([counts(one, 2010), counts(other, 2020)]))
    assert found["unit_id"].tolist() == ["u7"]
    assert found.iloc[0]["evidence"] == "2010–2020: +53.0%"


def test_zeros_of_living_places():
    table = pd.concat([counts({"a": 5, "b": 0}, 2010), counts({"a": 0, "b": 0}, 2020)])
    found = zeros(table)
    assert found[["unit_id", "year", "expected"]].to_numpy().tolist() == [["a", "2020", 5.0]]


def test_two_publications():
    one, other = counts({"a": 100.0, "b": 50.0}), counts({"a": 90.0, "b": 50.001}, source="bulletin")
    found = compare_publications(one, other)
    assert found[["unit_id", "difference"]].to_numpy().tolist() == [["a", 10.0]]


def test_figures_printed_in_hundreds_do_not_differ():
    exact = {f"u{place:02}": 20_049.0 + 101 * place for place in range(12)}
    printed = {unit: round(value, -2) for unit, value in exact.items()}
    assert compare_publications(counts(exact), counts(printed, source="bulletin")).empty
    printed["u03"] += 200
    assert compare_publications(counts(exact), counts(printed, source="b"))["unit_id"].tolist() == ["u03"]


@pytest.mark.parametrize("empty", [0, 1])
def test_nothing_is_found_in_nothing(empty):
    table = counts({}) if empty else counts({"a": math.nan})
    table = table.astype({"value": float, "year": "int64"})
    for look in (parents_beside_children, doubled, jumps, zeros, outside_the_mainland):
        assert look(table).empty
