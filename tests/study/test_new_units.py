"""From a folder with a yearbook and a boundary file to a report, with nothing to edit."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from cityebb.model import CityebbError
from cityebb.study import check_study, execute, write_new_study
from cityebb.words import using

CENSUS = "census_china/county_{year}.xlsx"
COUNTIES = "boundaries_china/counties_tianditu_wgs84.parquet"


@pytest.fixture
def planner(tmp_path, data):
    """Return a folder as a planner in Heilongjiang has it: one spreadsheet, one boundary file."""

    def made(*, codes):
        before, after = (
            pd.read_excel(data / CENSUS.format(year=year), engine="calamine") for year in (2010, 2020)
        )
        before, after = before[["区划代码", "地区", "合计"]], after[["区划代码", "区县", "人口数_合计"]]
        rows = before.merge(after, on="区划代码", how="outer").dropna(subset="区划代码")
        rows = rows[rows["区划代码"].between(230000, 239999)]
        counties = rows[rows["区划代码"] % 100 > 0]
        table = pd.DataFrame({"行政区划代码": rows["区划代码"], "地区": rows["地区"].fillna(rows["区县"])})
        for year, column in ((2010, "合计"), (2020, "人口数_合计")):
            table[f"{year}年普查常住人口(万人)"] = (rows[column] / 1e4).map(
                "{:,.4f}".format, na_action="ignore"
            )
        table = table if codes else table.drop(columns="行政区划代码")
        folder = tmp_path / "黑龙江"
        folder.mkdir()
        with pd.ExcelWriter(folder / "统计年鉴.xlsx", engine="openpyxl") as book:
            table.to_excel(book, index=False, startrow=2)
            book.sheets["Sheet1"]["A1"] = "表1 各县（市、区）人口"
        shapes = gpd.read_parquet(data / COUNTIES).query("province_adcode == 230000")
        shapes[["district_name", "district_adcode", "geometry"]].to_file(folder / "县界.gpkg")
        return folder, counties

    return made


@pytest.mark.data("census_china", "boundaries_china")
@pytest.mark.parametrize("codes", [True, False])
def test_a_planner_gets_a_report_without_editing(planner, codes):
    folder, rows = planner(codes=codes)
    with using("zh"):
        written = write_new_study(folder)
    assert check_study(written.path).study.tables["counts"].codes == (None if codes else "boundaries")
    run = execute(written.path)
    found = run.results["counts"]
    rule = found.verdicts[found.verdicts["rule"] == found.verdicts["rule"].iloc[0]]
    falling = (rule["after"] < rule["before"]).sum()
    if codes:
        assert set(found.cities.index) == set(rows["区划代码"].astype(int).astype(str))
        assert falling == (rows["人口数_合计"] < rows["合计"]).sum()
    assert found.cities.geometry.notna().sum() > 110, "of the 121 of the layer"
    assert "哈尔滨市" not in set(found.cities["label_zh"]), "a prefecture is not counted beside its counties"
    assert (rule["state"] == "shrinking").sum() > 50, "two censuses may show shrinking"
    assert (folder / "study_results/report.zh.html").is_file()


def test_a_study_beside_its_folder_says_that_files_lie_elsewhere(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.csv").write_text(
        "代码,地区,2010年常住人口,2020年常住人口\n230402,甲,50,40\n230403,乙,11,9\n", "utf-8"
    )
    (tmp_path / "elsewhere").mkdir()
    written = write_new_study(tmp_path / "data", tmp_path / "elsewhere/study.toml")
    plan = check_study(written.path)
    assert plan.study.tables["counts"].outside
    with using("en"):
        assert "  counts: figures of 2 units, 2010, 2020" in plan.lines()
        assert "  units: the administrative units of counts" in plan.lines()
    assert plan.study.units["units"].units == "counts"
    assert written.sources == {"counts": [2010, 2020]}


def test_codes_of_a_layer_that_is_not_there_are_a_fault(tmp_path):
    (tmp_path / "a.csv").write_text("地区,2010年常住人口,2020年常住人口\n甲,50,40\n", "utf-8")
    written = write_new_study(tmp_path)
    text = written.path.read_text("utf-8").replace('table = "a.csv"', 'table = "a.csv"\ncodes = "bundaries"')
    written.path.write_text(text, "utf-8")
    with pytest.raises(CityebbError) as caught:
        check_study(written.path)
    assert caught.value.key == "study.refers_to_nothing"
    assert "codes" in str(caught.value)


def test_a_table_of_no_files_is_a_fault(tmp_path):
    text = (
        'cityebb_study = 1\n[read.people]\ntable = {}\n[delineate.units]\nunits = "people"\n'
        '[identify.people]\ncities = "units"\nsource = "people"\n'
    )
    (tmp_path / "study.toml").write_text(text, "utf-8")
    with pytest.raises(CityebbError) as caught:
        check_study(tmp_path / "study.toml")
    assert caught.value.key == "read.doubt_table_empty"
