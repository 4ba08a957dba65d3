"""A folder with tables of units: what is found, what is guessed, and the study written of it."""

from __future__ import annotations

import tomllib

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from cityebb.model import CityebbError, Faults
from cityebb.read import inspect, put_codes, read_table, suggest_study
from cityebb.read.tables.naming import codes_of
from cityebb.words import using

CODES = ["230402", "230403", "230404", "230405"]
NAMES = ["向阳区", "工农区", "南山区", "兴安区"]


@pytest.fixture
def yearbook(tmp_path):
    """Write a yearbook of four districts with two concepts, in ten thousands."""

    def write(name="年鉴.csv", *, codes=True, folder=tmp_path):
        rows = pd.DataFrame({"行政区划代码": CODES, "地区": NAMES})
        rows["2010年常住人口（万人）"] = ["10", "9.5", "8", "…"]
        rows["2020年常住人口（万人）"] = ["8", "9.6", "8", "7"]
        rows["2010年户籍人口（万人）"] = ["11", "10", "9", "8"]
        rows["2020年户籍人口（万人）"] = ["10", "9", "8", "7"]
        rows.drop(columns=[] if codes else ["行政区划代码"]).to_csv(
            folder / name, index=False, encoding="gb18030"
        )

    return write


@pytest.fixture
def outlines(tmp_path):
    def write(name="县界2019.gpkg", codes=CODES, **more):
        shapes = [box(130 + 0.1 * place, 47, 130.1 + 0.1 * place, 47.1) for place in range(len(codes))]
        frame = gpd.GeoDataFrame({"code": codes, "name": NAMES[: len(codes)]}, geometry=shapes)
        frame.set_crs(more.get("crs", "EPSG:4326")).to_file(tmp_path / name)

    return write


def study_of(folder, language="zh"):
    text = suggest_study(inspect(folder), language)
    return tomllib.loads(text), text


def test_a_table_and_a_layer_become_a_study(yearbook, outlines, tmp_path):
    yearbook()
    outlines()
    study, text = study_of(tmp_path)
    assert study["read"] == {
        "counts": {"table": "年鉴.csv"},
        "boundaries": {"units": "县界2019.gpkg", "vintage": "2019"},
    }
    assert study["delineate"] == {"units": {"units": "counts", "outlines": "boundaries"}}
    assert study["identify"]["counts"] == {
        "cities": "units",
        "source": "counts",
        "indicator": "people",
        "concept": "resident",
    }
    assert 'indicator = "people", concept = "registered"' in text, "the alternative is said"
    assert "4 个单元中 4 个有边界" in text
    assert "harmonise" not in study
    assert "Of 4 units, 4 have an outline" in study_of(tmp_path, "en")[1]


def test_names_get_the_codes_of_a_layer(yearbook, outlines, tmp_path):
    yearbook(codes=False)
    outlines("map.gpkg")
    study, text = study_of(tmp_path)
    assert study["read"]["counts"] == {"table": "年鉴.csv", "codes": "boundaries"}
    assert study["read"]["boundaries"]["vintage"] == "2020", "the last year, and said to be a guess"
    assert "这里取表中最后一年" in text


def test_names_that_fit_no_layer_stay_names(yearbook, outlines, tmp_path):
    yearbook(codes=False)
    outlines(codes=CODES[:1])
    study, text = study_of(tmp_path)
    assert study["read"] == {"counts": {"table": "年鉴.csv"}}, (
        "one of four is too few to say whose names they are"
    )
    assert "县界2019.gpkg" in text


def test_files_of_one_year_each_are_one_table(tmp_path):
    for year, title in ((2010, "六普"), (2020, "七普")):
        rows = pd.DataFrame({"代码": CODES, "地区": NAMES, "常住人口": [year, 5, 6, 7]})
        rows.to_csv(tmp_path / f"{title}.csv", index=False)
    study, _ = study_of(tmp_path)
    assert study["read"]["counts"]["table"] == {"2010": "六普.csv", "2020": "七普.csv"}


def test_tables_of_other_units_stay_apart(tmp_path):
    for year, codes in ((2010, CODES), (2020, ["230702", "230703", "230704", "230705"])):
        pd.DataFrame({"代码": codes, "地区": NAMES, "常住人口": [50, 5, 6, 7]}).to_csv(
            tmp_path / f"{year}.csv", index=False
        )
    with pytest.raises(Faults) as caught:
        study_of(tmp_path)
    assert [fault.key for fault in caught.value.faults] == [
        "read.nothing_found",
        "read.suggest.one_year_of",
        "read.suggest.one_year_of",
    ]


def test_a_concept_told_in_one_year_only_is_a_guess(tmp_path):
    for year, heading in ((2010, "总人口"), (2020, "常住人口")):
        rows = pd.DataFrame({"代码": CODES, "地区": NAMES, heading: [50, 5, 6, 7]})
        rows.to_csv(tmp_path / f"{year}.csv", index=False)
    study, text = study_of(tmp_path)
    assert study["read"]["counts"]["concept"] == "resident"
    assert "都当作常住人口" in text


def test_people_of_no_stated_concept_are_compared_and_said_to_be(tmp_path):
    rows = pd.DataFrame(
        {"代码": CODES, "地区": NAMES, "2010年总人口": [50, 5, 6, 7], "2020年总人口": [4, 5, 6, 7]}
    )
    rows.to_csv(tmp_path / "a.csv", index=False)
    study, text = study_of(tmp_path)
    assert "concept" not in study["read"]["counts"]
    assert '# concept = "registered"' in text


def test_a_table_of_products_only_is_compared_by_them(tmp_path):
    rows = pd.DataFrame({"代码": CODES, "地区": NAMES, "2010年地区生产总值（亿元）": [50, 5, 6, 7]})
    rows["2020年地区生产总值（亿元）"] = [4, 5, 6, 7]
    rows.to_csv(tmp_path / "a.csv", index=False)
    assert study_of(tmp_path)[0]["identify"]["counts"]["indicator"] == "gdp"


def test_a_ledger_is_told_from_a_table_and_used_where_it_knows_units(yearbook, tmp_path):
    yearbook()
    heading = "事件编号,生效日期,类型,原代码,现代码\n"
    (tmp_path / "a变更.csv").write_text(heading + "1,2015,合并,120101,120102\n", "utf-8")
    study, text = study_of(tmp_path)
    assert set(study["read"]) == {"counts"}
    assert "a变更.csv" in text, "a ledger of elsewhere is named"
    (tmp_path / "b变更.csv").write_text(heading + "1,2015,合并,230499,230402\n", "utf-8")
    study, _ = study_of(tmp_path)
    assert study["harmonise"] == {"ledger": "changes_2"}
    assert study["read"]["changes_2"] == {"ledger": "b变更.csv"}


def test_a_ledger_in_a_workbook(yearbook, tmp_path):
    yearbook()
    rows = {"event_id": ["1"], "date": [2015], "kind": ["merge"], "from_unit": [230499], "to_unit": [230402]}
    pd.DataFrame(rows).to_excel(tmp_path / "changes.xlsx", index=False)
    assert study_of(tmp_path)[0]["harmonise"] == {"ledger": "changes"}
    ledger = inspect(tmp_path).units.ledgers[0].read.ledger
    assert ledger[["date", "from_unit", "to_unit"]].iloc[0].tolist() == ["2015", "230499", "230402"]


def test_what_is_not_understood_is_named_with_its_reason(yearbook, outlines, tmp_path):
    yearbook()
    outlines("map.shp")
    (tmp_path / "map.prj").unlink()
    (tmp_path / "坏表.csv").write_text("这里,没有\n数字,的\n", "utf-8")
    (tmp_path / "book.xlsx").write_bytes(b"PK no book")
    (tmp_path / "说明.txt").write_text("只是说明\n没有表\n", "utf-8")
    (tmp_path / "~$年鉴.xlsx").write_bytes(b"lock")
    (tmp_path / "package.json").write_text("{}")
    findings = inspect(tmp_path)
    assert {one.path: one.reason.key for one in findings.unread} == {
        "map.shp": "read.units_no_crs",
        "坏表.csv": "read.table_no_header",
        "book.xlsx": "read.doubt_not_book",
    }
    text = suggest_study(findings, "zh")
    assert all(name in text for name in ("map.shp", "坏表.csv", "book.xlsx"))


def test_grids_and_tables_make_one_study(yearbook, tif, tmp_path):
    yearbook()
    for year in (2013, 2016):
        tif(f"lights_{year}.tif", np.full((3, 4), 9, "uint8"))
    study, _ = study_of(tmp_path)
    assert list(study["identify"]) == ["lights", "counts"]
    assert list(study["delineate"]) == ["lit", "units"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_odd_names_keep_the_study_readable(yearbook, tmp_path, language):
    (tmp_path / 'a "b" #').mkdir()
    yearbook('c "d".csv', folder=tmp_path / 'a "b" #')
    study, _ = study_of(tmp_path, language)
    assert study["read"]["counts"]["table"] == 'a "b" #/c "d".csv'


def test_codes_are_put_to_names_and_doubts_are_told(tmp_path):
    text = "地区,2010年常住人口,2020年常住人口\n鹤岗市,50,40\n向阳区,11,9\n东山区,7,6\n朝阳区,30,31\n"
    text += "南岔区,5,\n南岔县,,4\n"
    (tmp_path / "a.csv").write_text(text, "utf-8")
    known = pd.DataFrame(
        {
            "unit_id": ["230400", "230402", "110105", "220104", "230726"],
            "name": ["鹤岗市", "向阳区", "朝阳区", "朝阳区", "南岔县"],
        }
    )
    found = put_codes(read_table(tmp_path / "a.csv"), known, source="a")
    assert set(found.counts["unit_id"]) == {"230402", "东山区", "朝阳区", "南岔区", "230726"}
    assert set(found.totals["unit_id"]) == {"230400"}, "the prefecture is set apart from its districts"
    told = {note.key: note for note in found.notes}
    with using("zh"):
        assert "朝阳区 (110105, 220104)" in told["read.names_several"].text()
        assert "东山区" in told["read.names_none"].text()
        assert "南岔区" in told["read.names_none"].text(), "its code is that of the name written just so"


def test_codes_of_its_own_are_left(yearbook, tmp_path):
    yearbook()
    read = read_table(tmp_path / "年鉴.csv")
    known = pd.DataFrame({"unit_id": ["999999"], "name": ["向阳区"]})
    assert put_codes(read, known, source="a") is read


def test_names_are_asked_of_units_that_go_on_first():
    known = pd.DataFrame(
        {
            "unit_id": ["230781", "230725", "230799"],
            "name": ["铁力市", "铁力县", "旧县"],
            "last": [9999, 1988, 1990],
        }
    )
    codes, several, none = codes_of(pd.Series(["铁力", "旧县", "无名"]), known)
    assert codes.to_dict() == {"铁力": "230781", "旧县": "230799", "无名": None}
    assert (several, none) == ([], ["无名"])


def test_a_prefecture_among_its_counties_is_known_by_its_sum(tmp_path):
    text = "地区,2010年常住人口,2020年常住人口\n鹤岗,61.01,49\n向阳区,50,40\n工农区,11,9\n东山区,61,40\n"
    (tmp_path / "a.csv").write_text(text, "utf-8")
    known = pd.DataFrame({"unit_id": CODES, "name": NAMES})
    found = put_codes(read_table(tmp_path / "a.csv"), known, source="a")
    assert set(found.counts["unit_id"]) == {"230402", "230403", "东山区"}, "one sum of two is chance"
    assert set(found.totals["unit_id"]) == {"230400"}


def test_two_rows_that_are_one_unit_and_differ_are_refused(tmp_path):
    (tmp_path / "a.csv").write_text("省,地区,2010年人口,2020年人口\n甲,伊春,50,40\n乙,伊春,11,9\n", "utf-8")
    known = pd.DataFrame({"unit_id": ["230700"], "name": ["伊春"]})
    with pytest.raises(CityebbError) as caught:
        put_codes(read_table(tmp_path / "a.csv"), known, source="a")
    assert caught.value.key == "read.table_twice"


def test_a_long_table_begins_where_half_of_its_units_are(tmp_path):
    rows = pd.DataFrame({"代码": CODES, "地区": NAMES})
    for year, there in ((1900, 1), (1950, 2), (2000, 4), (2001, 4), (2010, 4)):
        rows[f"{year}年常住人口"] = (
            [5] * there + [0] * (2 - there // 2) + [None] * (4 - there - (2 - there // 2))
        )
    rows.to_csv(tmp_path / "a.csv", index=False)
    study, text = study_of(tmp_path, "en")
    assert study["identify"]["counts"]["start"] == 1950
    assert "figures begin in 1900" in text
    assert "1900, 1950, 2000–2001, 2010" in text


def test_a_column_of_years_may_be_called_source_year(tmp_path):
    rows = {
        "ags": ["01001000"] * 2,
        "name": "Flensburg",
        "source_year": [1983, 1984],
        "population_date": "31.12.",
    }
    rows |= {"population": [86, 85]}
    pd.DataFrame(rows).to_csv(tmp_path / "population_1983_1984.csv", index=False)
    counts = read_table(tmp_path / "population_1983_1984.csv").counts
    assert counts[["unit_id", "year", "value"]].to_numpy().tolist() == [
        ["01001000", 1983, 86],
        ["01001000", 1984, 85],
    ]


def test_weights_are_used_where_they_lead_two_years_to_one_date(yearbook, tmp_path):
    yearbook()
    head = "from_year,from_code,to_code,to_year,share_population\n"
    weights = tmp_path / "weights.csv"
    weights.write_text(head + "2010,230402,999999,2020,1\n", "utf-8")
    assert "harmonise" not in study_of(tmp_path)[0], "one unit of four is chance"
    rows = "2010,230402,230403,2020,1\n2010,230404,230403,2020,1\n"
    weights.write_text(head + rows, "utf-8")
    study, text = study_of(tmp_path)
    assert study["harmonise"] == {"ledger": "changes"}
    assert "换算到 2020 年的单元" in text
    weights.write_text(head + rows + rows.replace("2020", "2015"), "utf-8")
    assert "harmonise" not in study_of(tmp_path)[0], "two dates"
    weights.write_text(head + rows.replace("2020", "2021"), "utf-8")
    assert "harmonise" not in study_of(tmp_path)[0], "one year of two"
