"""Tables as people have them, each written here the way an office would."""

from __future__ import annotations

import gzip

import numpy as np
import openpyxl
import pandas as pd
import pytest

from cityebb.model import COUNTS, GUESSES, UNUSED, CityebbError
from cityebb.read import TableParameters, join_tables, read_table


def told(**more):
    return TableParameters(table="x", **more)


def wide(found, concept=None):
    rows = found.counts if concept is None else found.counts[found.counts["concept"] == concept]
    return rows.pivot_table(index="unit_id", columns="year", values="value", dropna=False)


@pytest.fixture
def yearbook(tmp_path):
    """A page of a yearbook: title, unit, merged headings, blanks in names, a total, a gap, a footnote."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "3-1"
    rows = [
        ["3-1 各市人口", None, None, None, None, None],
        [None, None, None, None, "单位：万人", None],
        ["地　区", "代码", "常住人口", None, "户籍人口", "城镇化率(%)"],
        [None, None, "2010年", "2020年", "2020年", "2020年"],
        ["全　省", None, "200.5", "180", "190", "60"],
        ["鹤 岗 市", 230400, "105.8665", "89.1271", "95①", "82"],
        ["伊　春　市", 230700, "１１４．８", "…", "110", "85"],
        ["注：2010年为普查数。", None, None, None, None, None],
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:F1")
    sheet.merge_cells("C3:D3")
    sheet.merge_cells("A3:A4")
    path = tmp_path / "人口.xlsx"
    book.save(path)
    return path


def test_a_page_of_a_yearbook(yearbook):
    found = read_table(yearbook)
    for frame, table in ((found.counts, COUNTS), (found.unused, UNUSED), (found.guesses, GUESSES)):
        table.check(frame)
    residents = wide(found, "resident")
    assert residents.loc["230400"].tolist() == [1_058_665, 891_271]
    assert residents.loc["230700", 2010] == 1_148_000
    assert np.isnan(residents.loc["230700", 2020])
    assert wide(found, "registered").loc["230400", 2020] == 950_000
    assert found.totals["value"].tolist() == [2_005_000, 1_800_000, 1_900_000]
    reasons = found.unused.set_index("reason")
    assert reasons.loc["read.unused.footnote", "row"] == 8
    assert "城镇化率" in reasons.loc["read.unused.column_ratio", "column"]
    assert set(found.counts["grade"]) == {"yearbook"}


def test_never_two_concepts_in_one_series(yearbook):
    found = read_table(yearbook).counts
    assert found.groupby(["unit_id", "year", "concept"]).size().max() == 1
    assert set(found["concept"]) == {"resident", "registered"}


def test_what_the_study_says_wins(yearbook):
    found = read_table(yearbook, told(columns={"户籍人口|2020年": "people/resident"}, grade="census"))
    assert wide(found).loc["230700"].tolist() == [1_100_000]
    assert set(found.counts["grade"]) == {"census"}


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "a.csv"), ("utf-8-sig", "a.csv"), ("gb18030", "a.csv"), ("utf-16", "a.txt")],
)
def test_encodings(tmp_path, encoding, name):
    path = tmp_path / name
    path.write_text("城市,年份,常住人口（万人）\n鹤岗市,2020,89.1\n伊春市,2020,87.9\n", encoding=encoding)
    assert wide(read_table(path)).loc["鹤岗市", 2020] == 891_000


def test_two_encodings_in_one_file_are_refused_with_the_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("城市,年份,人口\n鹤岗市,2020,5\n".encode() + "伊春市,2020,6\n".encode("gb18030"))
    with pytest.raises(CityebbError) as caught:
        read_table(path)
    assert caught.value.key == "read.text_mixed"
    assert caught.value.args[1]["line"] == 3


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_separators(tmp_path, separator):
    path = tmp_path / "a.csv"
    rows = [
        ["code", "name", "population", "year"],
        ["01", "Ay", "5,000" if separator != "," else "5000", "2020"],
    ]
    path.write_text("\n".join(separator.join(row) for row in rows) + "\n", "utf-8")
    assert wide(read_table(path)).loc["01", 2020] == 5000


def test_packed_text(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"code,population,year\n01,7,2020\n"))
    assert wide(read_table(path)).loc["01", 2020] == 7


def test_old_excel(tmp_path):
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("人口")
    for row, cells in enumerate(
        [["城市", "2010年总人口", "2020年总人口"], ["鹤岗市", 5.0, "6"], ["合计", 5, 6]]
    ):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    path = tmp_path / "a.xls"
    book.save(str(path))
    found = read_table(path)
    assert wide(found).loc["鹤岗市"].tolist() == [5, 6]
    assert set(found.counts["concept"]) == {"unknown"}
    assert [note.key for note in found.notes if note.level == "warning"] == ["read.table_concept"]
    assert len(found.totals) == 2


def test_parquet_and_duckdb(tmp_path):
    import duckdb

    frame = pd.DataFrame({"code": ["01", "02"], "population": [5.0, np.nan], "year": [2020, 2020]})
    frame.to_parquet(tmp_path / "a.parquet")
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.register("given", frame)
        connection.execute('CREATE TABLE "odd ""name; DROP" AS SELECT * FROM given')
    for name in ("a.parquet", "a.duckdb"):
        found = wide(read_table(tmp_path / name))
        assert found.loc["01", 2020] == 5
        assert np.isnan(found.loc["02", 2020])


def test_headings_in_two_languages(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "地区,年末常住人口,生产总值\nRegion,Resident population,GDP\n"
        ',"(10 000人)(10,000 persons)",亿元\n鹤岗市,89.1,340\n',
        "utf-8",
    )
    found = read_table(path, told(year=2020))
    assert wide(found, "resident").loc["鹤岗市", 2020] == 891_000
    assert wide(found, "current_prices").loc["鹤岗市", 2020] == 340e8


def test_headings_that_come_again_and_gaps(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("市县,2020年常住人口\n甲市,5\n市县,2020年常住人口\n乙市,0\n丙市,–\n", "utf-8")
    found = read_table(path, told(zero="missing"))
    assert wide(found)[2020].isna().to_dict() == {"甲市": False, "乙市": True, "丙市": True}
    assert found.unused["reason"].tolist() == ["read.unused.repeated_heading"]


def test_rows_of_several_levels(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "区划代码,地区,人口\n230000,黑龙江省,30\n230400,鹤岗市,20\n230402,向阳区,8\n"
        "230403,工农区,12\n,市辖区,20\n",
        "utf-8",
    )
    found = read_table(path, told(year=2020))
    assert wide(found).index.tolist() == ["230402", "230403"]
    assert {"230000", "230400"} <= set(found.totals["unit_id"])
    assert "read.unused.no_unit" in found.unused["reason"].tolist()
    assert wide(read_table(path, told(year=2020, level="prefecture"))).index.tolist() == ["230400"]


def test_rows_that_contradict_each_other_are_left_out_and_listed(tmp_path):
    path = tmp_path / "a.csv"
    rows = "\n".join(f"u{place},{place + 1}" for place in range(40))
    path.write_text(f"name,population\n{rows}\nu3,4\nu5,99\n", "utf-8")
    found = read_table(path, told(year=2020))
    assert len(found.counts) == 39
    assert found.unused["reason"].value_counts().to_dict() == {
        "read.unused.against": 2,
        "read.unused.repeated": 1,
    }
    path.write_text("name,population\na,1\na,2\nb,3\n", "utf-8")
    with pytest.raises(CityebbError) as caught:
        read_table(path, told(year=2020))
    assert caught.value.key == "read.table_twice"


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.csv", b"", "read.table_no_header"),
        ("a.csv", b"hello\nworld\n", "read.table_no_header"),
        ("a.csv", b"x,y\n1,2\n", "read.table_no_figures"),
        ("a.csv", "地区,人口\n甲市,5\n".encode(), "read.table_no_year"),
        ("a.docx", b"x", "read.table_kind"),
        ("a.xlsx", b"no workbook", "read.doubt_not_book"),
        ("a.parquet", b"no parquet", "read.doubt_damaged"),
        ("a.csv", b"\xff\xfe\xfa\x81\x30", "read.text_encoding"),
    ],
)
def test_what_is_no_table(tmp_path, name, content, key):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CityebbError) as caught:
        read_table(path)
    assert caught.value.key == key


def test_people_are_never_negative_or_infinite(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("市县,2020年常住人口\n甲市,5\n乙市,-3\n丙市,1e400\n", "utf-8")
    found = read_table(path)
    assert found.counts["unit_id"].tolist() == ["甲市"]
    assert found.unused["reason"].tolist() == ["read.unused.negative", "read.unused.no_number"]


def test_columns_that_are_not_there(yearbook):
    for more in ({"unit_id": "no"}, {"columns": {"no": "people"}}, {"where": {"no": "1"}}):
        with pytest.raises(CityebbError) as caught:
            read_table(yearbook, told(**more))
        assert caught.value.key == "read.table_no_column"
    with pytest.raises(CityebbError) as caught:
        read_table(yearbook, told(columns={"代码": "people//"}))
    assert caught.value.key == "read.table_meaning"
    with pytest.raises(CityebbError) as caught:
        read_table(yearbook, told(sheet="no"))
    assert caught.value.key == "read.table_no_sheet"


@pytest.mark.parametrize(
    ("heading", "area"),
    [
        ("行政区域土地面积（平方公里）", 12.0),
        ("2020年行政区域面积(平方公里)", 12.0),
        ("土地面积（公顷）", 0.12),
        ("面积（km²）", 12.0),
        ("辖区面积", 12.0),
        ("総面積", 12.0),
        ("Land area (sq km)", 12.0),
        ("area_km2", 12.0),
        ("Area (ha)", 0.12),
        ("Fläche", 12.0),
        ("农作物播种面积（公顷）", None),
        ("房屋建筑面积", None),
        ("绿地面积", None),
        ("购置土地面积", None),
        ("Sown area (ha)", None),
    ],
)
def test_areas_of_units_and_of_other_things(tmp_path, heading, area):
    path = tmp_path / "a.csv"
    pd.DataFrame({"地区": ["甲市", "乙市"], "常住人口": [5000, 6000], heading: [12, 12]}).to_csv(
        path, index=False
    )
    counts = read_table(path, told(year=2020)).counts
    found = counts.loc[counts["indicator"] == "area", ["value", "unit"]].drop_duplicates().to_numpy().tolist()
    assert found == ([] if area is None else [[area, "km²"]])


def test_a_column_that_tells_a_year_again_stands_beside_the_first(tmp_path):
    path = tmp_path / "a.csv"
    pd.DataFrame(
        {
            "代码": ["230400", "230700"],
            "2010年常住人口": [100, 200],
            "2020年常住人口": [90, 190],
            "2010年常住人口（2020年区划）": [120, 200],
        }
    ).to_csv(path, index=False)
    found = read_table(path)
    COUNTS.check(found.others)
    assert wide(found).loc["230400"].tolist() == [100, 90]
    assert found.others[["unit_id", "year", "value", "source"]].to_numpy().tolist() == [
        ["230400", 2010, 120, "a: 2010年常住人口(2020年区划)"],
        ["230700", 2010, 200, "a: 2010年常住人口(2020年区划)"],
    ]
    assert "again" in set(found.guesses["role"])


def test_a_year_that_two_files_tell_is_counted_once(tmp_path):
    one, other = tmp_path / "2010.csv", tmp_path / "2020.csv"
    pd.DataFrame({"代码": ["230400"], "2010年常住人口": [100]}).to_csv(one, index=False)
    pd.DataFrame({"代码": ["230400"], "2010年常住人口": [120], "2020年常住人口": [90]}).to_csv(
        other, index=False
    )
    found = join_tables([read_table(path, source="people") for path in (one, other)])
    assert found.counts[["year", "value", "source"]].to_numpy().tolist() == [
        [2010, 100, "people"],
        [2020, 90, "people"],
    ]
    assert found.others[["year", "value", "source"]].to_numpy().tolist() == [[2010, 120, "2020.csv"]]


def test_rows_without_a_code_are_kept_with_the_code_above_them(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "区划代码,名称,2020年常住人口\n,经开区,3\n140100,太原市,100\n140105,小店区,90\n"
        ",综改区,10\n140200,大同市,33\n,合计,133\n",
        "utf-8",
    )
    found = read_table(path)
    COUNTS.check(found.uncoded)
    assert found.uncoded[["unit_id", "name", "value"]].to_numpy().tolist() == [["140105", "综改区", 10]]
    reasons = found.unused.loc[found.unused["reason"] == "read.unused.no_unit", "text"]
    assert [text.split()[0] for text in reasons] == ["经开区", "综改区"]
    assert found.totals["name"].tolist().count("合计") == 1
