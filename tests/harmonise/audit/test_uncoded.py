"""Development zones without a code are put where the gap is that they fill."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from cityebb.harmonise.audit import against_parents, audit, uncoded_within
from cityebb.harmonise.beside import Beside
from cityebb.model import AUDIT


def table(*rows, year=2020):
    frame = pd.DataFrame(rows, columns=["unit_id", "name", "value"]).astype({"value": "float64"})
    told = {"year": year, "vintage": str(year), "indicator": "people", "concept": "resident"}
    told |= {"grade": "census", "source": "book", "unit": "people", "coverage": 1.0}
    return frame.assign(**told)


COUNTIES = table(
    ("140105", "甲区", 50), ("140106", "乙区", 40), ("140202", "丙区", 30), ("140203", "丁区", 3)
)
ABOVE = table(("140100", "太原市", 100), ("140200", "大同市", 33), ("140000", "山西省", 133))


def told(found):
    AUDIT.check(found)
    return found[["finding", "level", "unit_id", "value", "related"]].fillna("").to_numpy().tolist()


def test_rows_that_fill_the_gap_exactly():
    found = uncoded_within(COUNTIES, ABOVE, table(("140106", "高新区", 7), ("140106", "经开区", 3)))
    assert told(found) == [
        ["uncoded_within", "info", "140100", 7.0, "高新区"],
        ["uncoded_within", "info", "140100", 3.0, "经开区"],
    ]
    assert against_parents(COUNTIES, ABOVE)["unit_id"].tolist() == ["140100", "140000"]
    assert against_parents(COUNTIES, ABOVE, within=found).empty


def test_a_sum_among_them_is_left_out_and_is_no_finding():
    found = uncoded_within(COUNTIES, ABOVE, table(("140106", "市辖区", 90), ("140106", "高新区", 10)))
    assert told(found) == [["uncoded_within", "info", "140100", 10.0, "高新区"]]


def test_what_fills_no_gap_belongs_nowhere():
    found = uncoded_within(COUNTIES, ABOVE, table(("140106", "高新区", 9), ("140203", "园区", 5)))
    assert told(found) == [
        ["uncoded", "warning", "", 9.0, "高新区"],
        ["uncoded", "warning", "", 5.0, "园区"],
    ]
    assert len(against_parents(COUNTIES, ABOVE, within=found[found["finding"] == "uncoded_within"])) == 2


def test_what_is_missing_from_the_province_only():
    whole = table(("140100", "太原市", 90), ("140200", "大同市", 33), ("140000", "山西省", 127))
    found = uncoded_within(COUNTIES, whole, table(("140203", "群岛", 4)))
    assert told(found) == [["uncoded_within", "info", "140000", 4.0, "群岛"]]
    assert against_parents(COUNTIES, whole, within=found).empty


def test_a_zone_in_a_prefecture_and_islands_in_the_province():
    whole = table(("140100", "太原市", 100), ("140200", "大同市", 33), ("140000", "山西省", 137))
    found = uncoded_within(COUNTIES, whole, table(("140106", "高新区", 10), ("140203", "群岛", 4)))
    assert sorted(found["unit_id"]) == ["140000", "140100"]
    assert against_parents(COUNTIES, whole, within=found).empty


def test_rows_of_another_indicator_or_year_are_not_looked_at():
    zone = table(("140106", "高新区", 10))
    assert uncoded_within(COUNTIES, ABOVE, zone.assign(indicator="households")).empty
    assert uncoded_within(COUNTIES, ABOVE, zone.assign(year=1999)).empty


def test_the_audit_balances_and_names_them_in_the_nations_gap():
    beside = Beside(uncoded=table(("140106", "高新区", 10)))
    found = audit(COUNTIES, start=2010, end=2020, totals=ABOVE, nation={2020: 133.0}, beside=beside)
    kinds = found.set_index("finding")
    assert "parent_differs" not in kinds.index
    assert kinds.loc["nation_differs", "related"] == "太原市 (140100): -10"
    plain = audit(COUNTIES, start=2010, end=2020, totals=ABOVE)
    assert (plain["finding"] == "parent_differs").sum() == 2


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
def test_all_people_of_zones_are_placed(zones):
    above = table(("140100", "太原市", 90 + sum(zones)), ("140200", "大同市", 33))
    rows = table(*[("140106", f"区{place}", value) for place, value in enumerate(zones)])
    found = uncoded_within(COUNTIES, above, rows)
    assert found["value"].sum() == sum(zones)
    assert set(found["unit_id"]) == {"140100"}


def test_without_sums_rows_without_a_code_are_told_all_the_same():
    rows = table(("110101", "A", 5.0))
    found = uncoded_within(rows, rows.iloc[:0], table(("110101", "Z", 2.0)))
    assert found["finding"].tolist() == ["uncoded"]
