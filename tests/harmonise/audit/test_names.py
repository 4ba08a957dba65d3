"""Codes that come to mean another unit, and names that change under one code."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.harmonise.audit import renamed
from cityebb.model import AUDIT


def counts(*names):
    """Return one table a year: 2010, 2020, …; ``{code: name}``."""
    rows = [
        (unit, name, 2010 + 10 * place, 1.0) for place, one in enumerate(names) for unit, name in one.items()
    ]
    return pd.DataFrame(rows, columns=["unit_id", "name", "year", "value"])


def ledger(*rows):
    names = ["date", "kind", "from_unit", "from_name", "to_unit", "to_name"]
    return pd.DataFrame(rows, columns=names)


def told(found):
    AUDIT.check(found)
    return found[["finding", "level", "unit_id"]].to_numpy().tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("鹤岗市", "鹤岗市"),
        ("鹤岗", "鹤岗市"),
        ("泊头巿", "泊头市"),
        ("鹤　岗　市", "鹤岗市"),
        ("Masan Happo-gu", "Masanhappo-gu"),
        ("杜尔伯特蒙古族自治县", "杜尔伯特"),
    ],
)
def test_the_same_name_written_otherwise_is_no_change(one, other):
    assert renamed(counts({"1": one}, {"1": other})).empty


def test_a_change_of_rank_is_a_remark_where_the_ledger_has_it():
    table = counts({"230421": "萝北县"}, {"230421": "萝北市"})
    assert told(renamed(table)) == [["name_changed", "warning", "230421"]]
    event = ledger(("2015", "upgrade", "230421", "萝北县", "230421", "萝北市"))
    found = renamed(table, event)
    assert told(found) == [["name_changed", "info", "230421"]]
    assert found["evidence"].tolist() == ["2010–2020: 萝北县 → 萝北市; 2015 upgrade"]


def test_a_list_of_units_attests_a_name():
    table = counts({"1": "潞西市"}, {"1": "芒市"})
    units = pd.DataFrame({"unit_id": ["1", "1"], "name": ["潞西市", "芒市"], "first": [1996, 2010]})
    assert told(renamed(table, units=units.assign(last=[2010, 9999]))) == [["name_changed", "info", "1"]]
    other = units.assign(name=["潞西市", "瑞丽市"], last=[2010, 9999])
    assert told(renamed(table, units=other)) == [["name_changed", "warning", "1"]]


def test_a_code_that_another_unit_moves_into_is_reused():
    table = counts({"500110": "万盛区", "500222": "綦江县"}, {"500110": "綦江区"})
    events = ledger(
        ("2011", "rename", "500110", "万盛区", "500110", "綦江区"),
        ("2011", "merge", "500222", "綦江县", "500110", "綦江区"),
    )
    found = renamed(table, events)
    assert told(found) == [["code_reused", "warning", "500110"]]
    assert found["related"].tolist() == ["綦江县 (500222)"]
    assert told(renamed(table, events.head(1))) == [["name_changed", "info", "500110"]]


def test_a_code_given_up_and_given_out_again_is_reused():
    table = counts({"7": "Old"}, {"7": "New"})
    events = ledger(
        ("2012", "abolition", "7", "Old", None, None), ("2014", "creation", None, None, "7", "New")
    )
    found = renamed(table, events)
    assert told(found) == [["code_reused", "warning", "7"]]
    assert found["evidence"].tolist() == ["2010–2020: Old → New; 2012 abolition; 2014 creation"]
    # Who only ends has no second life.
    assert told(renamed(table, events.head(1))) == [["name_changed", "warning", "7"]]


def test_names_swapped_between_neighbours():
    table = counts({"130207": "丰润区", "130208": "丰南区"}, {"130207": "丰南区", "130208": "丰润区"})
    found = renamed(table)
    assert told(found) == [["code_reused", "warning", "130207"], ["code_reused", "warning", "130208"]]
    assert found["related"].tolist() == ["丰润区 (130208)", "丰南区 (130207)"]


def test_names_that_every_city_has_are_no_neighbours():
    table = counts({"130202": "城区", "130203": "甲县"}, {"130202": "乙区", "130203": "城区"})
    assert set(renamed(table)["finding"]) == {"name_changed"}


def test_two_languages_are_one_remark_and_not_a_change_of_every_name():
    one = {f"2304{place:02}": f"第{place}区" for place in range(20)}
    found = renamed(counts(one, {unit: f"District {unit}" for unit in one}))
    assert told(found) == [["name_changed", "info", None]]
    assert found.iloc[0]["evidence"] == "2010–2020: 20 / 20"
    assert "第0区 / District 230400 (230400)" in found.iloc[0]["related"]


def test_every_pair_of_neighbouring_years_is_looked_at():
    found = renamed(counts({"1": "A"}, {"1": "B"}, {"1": "A"}))
    assert found["year"].tolist() == ["2020", "2030"]


def test_a_year_without_the_unit_does_not_hide_the_change():
    found = renamed(counts({"1": "A", "2": "X"}, {"2": "X"}, {"1": "B", "2": "X"}))
    assert found[["unit_id", "evidence"]].to_numpy().tolist() == [["1", "2010–2030: A → B"]]
