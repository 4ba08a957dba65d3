"""Tables as people have them: small messy ones, and real ones whose sums are known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.model import COUNTS, CityebbError
from cityebb.read.tables import TableParameters, read_table
from cityebb.read.tables.cells import number
from cityebb.read.tables.preview import preview

if TYPE_CHECKING:
    from pathlib import Path


@given(st.integers(0, 10**9))
def test_full_width_digits_and_commas_are_the_same_number(value: int) -> None:
    wide = f"{value:,}".translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789,"})
    assert number(wide) == number(f"{value:,}") == value


@pytest.mark.parametrize("gap", ["…", "–", "#N/A", "不详", ""])
def test_a_gap_is_missing_and_not_zero(gap: str) -> None:
    found = number(gap)
    assert found is not None
    assert math.isnan(found)


def test_a_yearbook_with_title_unit_total_and_footnote(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["各市人口（2020年）", None, None],
        ["单位：万人", None, None],
        ["地区", "常住人口\nResident population", "户籍人口"],
        ["合计", "３００", 330],
        ["鹤　岗　市", "１００.５①", 110],
        ["伊春市", "…", 220],
        ["注：数据来自统计局", None, None],
    ):
        page.append(row)
    path = tmp_path / "yearbook.xlsx"
    book.save(path)
    read = read_table(path)
    COUNTS.check(read.counts)
    told = read.counts.set_index(["name", "concept"])["value"]
    assert told["鹤岗市", "resident"] == 1_005_000
    assert told["伊春市", "registered"] == 2_200_000
    assert math.isnan(told["伊春市", "resident"])
    assert len(told) == 4
    assert sorted(read.totals["value"]) == [3_000_000, 3_300_000]
    assert "read.unused.footnote" in set(read.unused["reason"])
    assert set(read.counts["grade"]) == {"yearbook"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_tell_the_same(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text("地区,2020年常住人口\n鹤岗市,891271\n伊春市,878881\n", encoding=encoding)
    read = read_table(path)
    assert dict(zip(read.counts["name"], read.counts["value"], strict=True)) == {
        "鹤岗市": 891271,
        "伊春市": 878881,
    }


def test_mixed_encodings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    path.write_bytes("地区,2020年常住人口\n鹤岗市,1000\n".encode() + "伊春市,2000\n".encode("gb18030"))
    with pytest.raises(CityebbError):
        read_table(path)


def test_a_stated_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("地区,2020年常住人口\n鹤岗市,891271\n", encoding="utf-8")
    with pytest.raises(CityebbError):
        read_table(path, TableParameters(table=path.name, columns={"人口": "people/resident"}))


@pytest.mark.parametrize(
    ("wanted", "units"),
    [("23*", ["230101", "239999"]), ("230101", ["230101"]), ("*0101", ["230101", "110101"])],
)
def test_rows_wanted_by_the_beginning_of_their_code(tmp_path: Path, wanted: str, units: list[str]) -> None:
    path = tmp_path / "table.csv"
    path.write_text("区划代码,地区,常住人口\n230101,甲,1\n239999,乙,2\n110101,丙,3\n", "utf-8")
    found = read_table(path, TableParameters(table=path.name, year=2020, where={"区划代码": wanted}))
    assert found.counts["unit_id"].tolist() == units
    assert (found.unused["reason"] == "read.unused.not_wanted").sum() == 3 - len(units)


@pytest.mark.data("population_korea")
def test_korea_is_read_with_its_double_count(data: Path) -> None:
    path = data / "population_korea" / "population_2010_2020.csv"
    shown = preview(path, TableParameters(table=path.name, where={"class2": "total"}))
    assert dict(zip(shown.series["year"], shown.series["total"], strict=True)) == {
        2010: 56_289_417,
        2015: 57_426_195,
        2020: 58_831_942,
    }
    assert list(shown.series["units"]) == [263, 263, 261]


def test_a_factor_for_people_leaves_light_and_areas_alone(tmp_path: Path) -> None:
    path = tmp_path / "city.csv"
    path.write_text("地区,2020年常住人口,ntl_value,建成区面积\n鹤岗市,89.1,2405,57\n", encoding="utf-8")
    read = read_table(path, TableParameters(table=path.name, factor=10_000, year=2020))
    assert dict(zip(read.counts["indicator"], read.counts["value"], strict=True)) == {
        "people": 891_000,
        "light": 2405,
        "built_up_area": 57,
    }


def test_a_one_percent_sample_is_figures_of_a_sample_and_no_ratio(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    path.write_text("地区,2015年1%抽样常住人口,城镇人口占比(%)\n鹤岗市,1000000,80\n", encoding="utf-8")
    read = read_table(path)
    assert list(read.counts["grade"]) == ["sample_survey"]
    assert list(read.counts["value"]) == [1_000_000]
