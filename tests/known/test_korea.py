"""Korea: cities listed beside their own wards."""

from __future__ import annotations

import pytest

from cityebb.harmonise.audit import families, parents_beside_children, renamed
from cityebb.read import TableParameters, read_table

pytestmark = pytest.mark.data("population_korea")


def test_the_double_count_is_caught_in_every_year(data):
    path = "population_korea/population_2010_2020.csv"
    told = TableParameters(table=path, where={"class2": "total"}, concept="resident", grade="census")
    found = parents_beside_children(read_table(data / path, told).counts)
    sums = found[found["unit_id"].isna()].set_index("year")
    assert sums["value"].tolist() == [56_289_417, 57_426_195, 58_831_942]
    assert sums["expected"].tolist() == [47_129_788, 48_811_418, 49_941_605]
    assert sums["related"].tolist() == ["12", "11", "11"]
    suwon = found[(found["unit_id"] == "31010") & (found["year"] == "2010")].iloc[0]
    assert suwon["related"] == "31011, 31012, 31013, 31014"
    assert suwon["value"] == suwon["expected"]


def test_the_city_without_a_row_is_named_with_its_wards(data):
    """Seongnam 2015: the city's row is missing, and its first ward bears the city's name."""
    path = "population_korea/population_2010_2020.csv"
    told = TableParameters(table=path, where={"class2": "total"}, concept="resident", grade="census")
    counts = read_table(data / path, told).counts
    found = families(counts)
    assert found[["finding", "unit_id", "name", "year", "expected"]].to_numpy().tolist() == [
        ["parent_missing", "31020", "Seongnam-si", "2015", 918_710.0]
    ]
    assert found.iloc[0]["related"] == "Sujeong-gu (31021), Jungwon-gu (31022), Bundang-gu (31023)"
    names = renamed(counts)
    assert names[["unit_id", "year", "related"]].to_numpy().tolist() == [
        ["31021", "2015", "Seongnam-si (31020)"],
        ["31021", "2020", "Seongnam-si (31020)"],
    ]
